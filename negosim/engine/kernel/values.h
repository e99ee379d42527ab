/* The values of the parties: what fighting on and the status quo are worth to them now (negosim.engine.values). */

#ifndef NEGOSIM_VALUES_H
#define NEGOSIM_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "packages.h"
#include "worth.h"

typedef struct {
    int64_t at_war, first, second;
    const Packages *packages;
    const MovingWorth *moving;  /* what packages and the best options depend on, where effects may change it */
    int64_t *version;           /* (trials,) rises whenever the worth of packages changes */
    const int64_t *quo;         /* (trials, issues) the status quo */
    const int64_t *best;        /* (issues, parties) of a trial: the column of each party's best option */
    int64_t best_step;
    Numbers best_value;         /* (issues, width) */
    const int64_t *first_terms, *second_terms; /* (issues,) columns that the winner imposes, or as in the plan */
    int64_t *known;             /* (trials,) the version for which the next three are known */
    int64_t *known_quo;         /* (trials, issues) and the status quo */
    double *status_quo, *if_first, *if_second; /* (trials, parties) u of the status quo and of imposed terms */
    Numbers preference, volatility, fatigue, war_cost;
    const double *fought, *front, *belief;
    double *cost, *war, *up, *down, *decided; /* (trials, parties) */
    const bool *fighting;
    const int8_t *state;
    int64_t *both_hurt;         /* where both belligerents are in a hurting stalemate while fighting goes on */
    int64_t hurting;            /* in so many trials */
} PartyValues;

/* Bring the values up to date in some rows (from one to before another); return how many are not finite. */
int64_t negosim_refresh(PartyValues *values, int64_t from, int64_t to);

#endif
