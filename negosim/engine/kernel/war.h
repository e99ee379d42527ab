/* The battlefield: what a stretch of fighting brings, and what the parties learn from it (negosim.engine.war). */

#ifndef NEGOSIM_WAR_H
#define NEGOSIM_WAR_H

#include <stdbool.h>
#include <stdint.h>

#include "packages.h"

typedef struct {
    int64_t parties, kinds, stocks, followers, first, second;
    const int64_t *origin;      /* (trials,) place in the block as it began */
    const int64_t *numbers;     /* (trials of the block as it began,) the number of each */
    const uint64_t *moving, *crossing; /* keys of the streams */
    const bool *fighting;
    double *fought, *front;
    double *drift;              /* as last made known */
    Numbers true_drift;
    double *belief, *variance, *distrust; /* (trials, parties) */
    Numbers volatility;
    Numbers per_year;           /* (kinds,) of tolls */
    double *tolls;              /* (trials of the block as it began, kinds) */
    Numbers burn;               /* (stocks,) */
    double *stock;              /* (trials, stocks) how much of each is left */
    Numbers narrative;          /* (parties,) each to be taken times its sign */
    const double *sign;         /* (parties,) */
    Numbers erosion;            /* of the first and of the second belligerent */
    Numbers fade;               /* the rate at which a war that hurts both sides fades out */
    const uint64_t *fading;     /* key of the stream */
    double most;                /* distrust never grows beyond this */
    /* a status quo that follows the front */
    int64_t issues;
    const int64_t *follower;    /* (followers,) issues */
    const int64_t *first_threshold; /* (followers + 1,) where the thresholds of each begin; each has a column more */
    const double *threshold;
    const int64_t *column;
    int64_t *own_quo;           /* (trials, issues) */
    const bool *fixed;          /* (trials, issues) */
    /* what the last stretch has brought */
    int64_t going, ended, turned, emptied;
    int64_t *rows;              /* (going,) where the war goes on */
    double *movement;           /* (going,) how far the front has moved there */
    int64_t *over;              /* (ended,) where it has ended */
    int8_t *outcome;            /* (ended,) +1 where the first belligerent has won, -1 where the second has */
    int64_t *restated;          /* (turned,) where the status quo has followed the front */
    int8_t *turn;               /* (trials, stocks) +1 where a stock is empty now, -1 where it no longer is */
} Battlefield;

/* Let the time since the last tick pass in some rows (from one to before another) where there was fighting: count it and
   what it has cost, move the front, burn stocks. */
void negosim_fight(Battlefield *field, int64_t tick, double years, int64_t from, int64_t to);

/* Let every belief shift by as much as the true drift has since it was last made known, in some histories (rows). */
void negosim_publish(const Battlefield *field, int64_t count, const int64_t *rows);

/* Move the front of a history by so much, no further from 0 than allowed; return whether the status quo has followed it. */
bool jump_front(const Battlefield *field, int64_t row, double by, double furthest);

/* Let the parties learn from how the front has moved where the war goes on, and lose trust. */
void negosim_learn(const Battlefield *field, double years);

/* Find where the war fades out over a stretch, of some trials in which it hurts both sides; return how many. */
int64_t negosim_fade(const Battlefield *field, int64_t count, const int64_t *hurting, int64_t tick, double years,
                     int64_t *faded);

#endif
