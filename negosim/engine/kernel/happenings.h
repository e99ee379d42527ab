/* What events do, step by step. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_HAPPENINGS_H
#define NEGOSIM_HAPPENINGS_H

#include "block.h"
#include "effects.h"
#include "state.h"
#include "stocks.h"
#include "war.h"

/* Kinds of steps. What each is about (first, many) is: effects, by their places below; a red line; by how much (an amount)
   the front jumps, or a stock is refilled; an issue and its column; a kind of agreement, as in block.h. */
enum { CHANGES, DRAWS, LIFTS, JUMPS, REFILLS, FIXES, BREAKS };

typedef struct {
    const Effects *effects;
    const State *state;
    const Battlefield *field;   /* NULL without a war */
    const Block *block;
    const StockEffects *stocks;
    const double *days;         /* (ticks,) */
    const int64_t *steps;       /* (events + 1,) where those of each begin */
    const int64_t *does;        /* (steps,) */
    const int64_t *first, *many; /* (steps,) */
    const bool *publishes;      /* (steps,) whether they move the true drift of the front */
    const int64_t *effect;      /* (effects,) by its place among all */
    const int64_t *lasts;       /* (effects,) how long it holds, by place among so many */
    int64_t lengths;
    const int64_t *until;       /* (ticks, lengths) up to which tick what then happens holds */
    const Numbers *amount;      /* (amounts,) */
    double furthest;            /* how far from 0 a jump leaves the front at most */
} Happenings;

/* Let an event happen in a history; return the place of an effect that has made a number infinite, FINE for none. */
int64_t take_place(const Happenings *happenings, int64_t event, int64_t row, int64_t tick);

#endif
