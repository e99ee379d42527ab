/* Events whose comings are known from the beginning. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_COMINGS_H
#define NEGOSIM_COMINGS_H

#include "draws.h"
#include "effects.h"
#include "state.h"
#include "war.h"

/* What an event does, step by step: it changes numbers, lets a red line stand, or lifts one. */
enum { CHANGES, DRAWS, LIFTS };

typedef struct {
    const int64_t *steps;       /* (events + 1,) where those of each begin */
    const int64_t *does;        /* (steps,) */
    const int64_t *first, *many; /* (steps,) effects, by their place below, or the line */
    const bool *publishes;      /* (steps,) whether they move the true drift of the front */
    const int64_t *effect;      /* (effects,) by its place among all */
    const int64_t *lasts;       /* (effects,) how long it holds, by place among so many */
    int64_t lengths;
    const int64_t *until;       /* (ticks, lengths) up to which tick what then happens holds */
    const Numbers *chance;      /* (events,) that it happens where it comes, */
    const uint64_t *chance_keys; /* (events, 2) of the streams that decide on it, */
    const bool *may_fail;       /* (events,) and whether any may decide against it */
    const int64_t *event;       /* (comings,) */
    const int64_t *rows;        /* (comings + 1,) where the histories of each begin among */
    const int64_t *row;         /* all of them, by their place in the block as it began */
    const int64_t *numbers;     /* (histories as the block began,) of each in its run */
    const int64_t *place;       /* (histories as the block began,) in the block as it is, -1 for those that have left */
    int64_t *here, *ends;       /* room for as many histories, and for as many effects */
} Comings;

/* Let some events come, from one to before another, in their order; return the place of an effect that has made a number
   infinite, -1 for none. */
int64_t negosim_come(const Comings *comings, const Effects *effects, const State *state, const Battlefield *field,
                     int64_t from, int64_t to, int64_t tick);

#endif
