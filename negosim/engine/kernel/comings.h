/* When events come. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_COMINGS_H
#define NEGOSIM_COMINGS_H

#include "draws.h"
#include "happenings.h"
#include "state.h"

/* Histories are those of the block as it began: what is known of one does not move when others leave. */
typedef struct {
    const Happenings *happenings; /* what the events do */
    const State *state;
    const int64_t *numbers;     /* (histories,) of each in its run */
    const double *days, *years; /* (ticks,) since the beginning, and since the tick before */
    int64_t events;
    const Numbers *chance;      /* (events,) that each happens where it comes, */
    const uint64_t *chance_keys; /* (events, 2) of the streams that decide on it, */
    const bool *may_fail;       /* (events,) and whether any may decide against it */
    const bool *once;           /* (events,) whether it comes no more once it has happened, */
    bool *over;                 /* (histories, events) and where it comes no more */
    /* where some are settled to come from the beginning */
    const int64_t *begins;      /* (histories + 1,) where the comings of each history begin, */
    const int64_t *when, *what; /* (comings,) tick and event: by tick, those of a tick by event */
    int64_t *next;              /* (histories,) the first that has not come yet */
    /* those that are drawn or waited for at every tick */
    int64_t open;
    const int64_t *which;       /* (open,) the event */
    const int64_t *waits;       /* (open,) for which condition, -1 for those that are drawn */
    const Numbers *rate;        /* (open,) */
    const uint64_t *rate_keys;  /* (open, 2) of the streams that they are drawn from */
    /* conditions */
    int64_t conditions;
    const int64_t *waiting;     /* (conditions,) the event that waits for it */
    const bool *repeats;        /* (conditions,) whether that may come again once the condition has failed */
    const int64_t *among;       /* (conditions,) the state, -1 for any */
    const double *above, *below; /* (conditions,) where the front is */
    const double *lasting;      /* (conditions,) for how many days it must have held */
    double *since;              /* (histories, conditions) the day from which on it has held, NaN where it does not */
    bool *held;                 /* (histories, conditions) whether it has held for long enough */
} Comings;

/* Lay comings out by history: several of an event each, by tick and those of a tick by event; rows says where the histories
   of each begin among all of them (row), by their places. */
void negosim_lay_out(int64_t several, const int64_t *tick, const int64_t *event, const int64_t *rows, const int64_t *row,
                     int64_t histories, int64_t *begins, int64_t *when, int64_t *what);

/* See in some histories, from one to before another, which conditions have held for long enough. */
void look_at_conditions(const Comings *comings, int64_t from, int64_t to, int64_t tick);

/* Let the events of a tick come there, in their order; return the place of an effect that has made a number infinite, FINE for
   none. */
int64_t let_events_come(const Comings *comings, int64_t from, int64_t to, int64_t tick);

#endif
