/* The clocks of concession, and where talks are open (negosim.engine.talks.clocks). */

#ifndef NEGOSIM_CLOCKS_H
#define NEGOSIM_CLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "packages.h"

typedef struct {
    int64_t opens, ceasefire, ripeness;
    const bool *waiting, *agreed; /* (trials,) */
    const double *closed_until; /* (trials,) */
    const bool *slowed;         /* (trials, parties) who waits for somebody else to move */
    bool *open;                 /* (trials,) */
    double *clock;              /* (trials, parties) */
} TrackClock;

typedef struct {
    int64_t trials, parties, tracks, ripeness, first, second;
    const TrackClock *track;    /* (tracks,) */
    Numbers reciprocity;        /* (parties,) */
    const int8_t *state;
    bool *fighting;
    bool *counting;             /* (trials, parties) whose clocks count on tracks that follow ripeness */
    const double *war, *status_quo; /* (trials, parties) */
} Clocks;

/* Let the clocks run by some days where talks have been open; those of parties that wait for a move run slower. */
void negosim_run_clocks(const Clocks *clocks, double days);

/* Say where there is fighting, which talks are open, and whose clocks count, until the next tick. */
void negosim_set_clocks(const Clocks *clocks, int64_t tick, double day);

#endif
