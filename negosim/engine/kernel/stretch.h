/* Stretches of ticks that the kernel plays by itself. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_STRETCH_H
#define NEGOSIM_STRETCH_H

#include "block.h"
#include "comings.h"
#include "values.h"
#include "war.h"

/* How a track meets at a tick: not at all, in a round, or to be asked again about the text that stands. */
enum { APART, IN_ROUND, BETWEEN_ROUNDS };

enum { OCCUPANCY = 6 }; /* columns of it, as in negosim.engine.record.history */

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
    int64_t settings;
    /* what is written down, by history as the block began */
    int32_t *victory, *faded;   /* the tick */
    int8_t *winner;             /* +1 the first belligerent, -1 the second */
    const int64_t *settled;     /* (settings,) histories that have left the block with a settlement */
    int64_t *occupancy;         /* (settings, ticks, OCCUPANCY) histories in each state that goes on */
    bool *stay;                 /* (trials,) where something is left to be played */
    int64_t *fading;            /* (trials,) room for where wars fade out */
} Stretch;

enum { NOT_FINITE = -2 }; /* a value, where otherwise stands an effect that has made a number infinite, or FINE */

/* Play the ticks from one to before another in every history; return FINE, NOT_FINITE, or the place of an effect that has
   made a number infinite. */
int64_t negosim_play(const Stretch *stretch, int64_t from, int64_t to);

#endif
