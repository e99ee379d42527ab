/* Stretches of ticks that the kernel plays by itself. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_STRETCH_H
#define NEGOSIM_STRETCH_H

#include "block.h"
#include "comings.h"
#include "values.h"
#include "war.h"

/* How a track meets at a tick: not at all, in a round, or to be asked again about the text that stands. */
enum { APART, IN_ROUND, BETWEEN_ROUNDS };

/* Columns, as in negosim.engine.record.history: of hurting stalemates there are all, those of the first belligerent, of the
   second, and of both. */
enum { OCCUPANCY = 6, RIPENESS = 4 };

typedef struct {
    const Block *block;
    Battlefield *field;         /* NULL without a war */
    PartyValues *values;
    const Comings *comings;
    int64_t at_a_time;          /* so many histories are played at a time, from end to end of a stretch */
    int64_t ticks;
    const double *days, *passed_days, *passed_years; /* (ticks,) the day of each, and the time since the one before */
    const int8_t *meets;        /* (ticks, tracks) how each track meets, */
    const double *shares;       /* (ticks, tracks) which share of the time to its next deadline has passed, */
    const int64_t *deadlines;   /* (ticks, tracks) and how many deadlines fall */
    int64_t threatened;         /* whether events may break agreements */
    /* what is written down, by history as the block began */
    int32_t *victory, *faded;   /* the tick */
    int8_t *winner;             /* +1 the first belligerent, -1 the second */
    int64_t *occupancy;         /* (settings, ticks, OCCUPANCY) histories in each state that goes on */
    int64_t quarters;
    const int64_t *quarter_ends; /* (quarters,) ticks */
    int64_t *ripe;              /* (settings, quarters, 2, RIPENESS) histories at war and in a ceasefire */
    bool *stay;                 /* (trials,) where something is left to be played */
    int64_t *fading;            /* (trials,) room for where wars fade out */
} Stretch;

enum { NOT_FINITE = -2 }; /* a value, where otherwise stands an effect that has made a number infinite, or FINE */

/* Play the ticks from one to before another (from, to) in some rows (first, last); return FINE, NOT_FINITE, or the place of
   an effect that has made a number infinite. */
int64_t negosim_play(const Stretch *stretch, int64_t from, int64_t to, int64_t first, int64_t last);

#endif
