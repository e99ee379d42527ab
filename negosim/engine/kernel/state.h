/* The status quo, with what has been fixed, agreed and left (negosim.engine.state). */

#ifndef NEGOSIM_STATE_H
#define NEGOSIM_STATE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const bool *agreed;         /* (trials,) whether a limited deal of a track is in force */
    const bool *moved;          /* (trials, issues) the issues that it moves */
    const int64_t *deal;        /* (trials, issues) its terms */
} Deal;

typedef struct {
    int64_t issues, tracks;
    const Deal *deal;           /* (tracks,) */
    const int64_t *own_quo;     /* (trials, issues) the status quo, limited deals aside */
    const bool *fixed, *left;   /* (trials, issues) */
    const int8_t *under;        /* (trials,) the track of the agreement in force, negative for none */
    int64_t *status_quo, *terms; /* (trials, issues) */
    bool *taken;                /* (trials, issues) */
    int64_t *edition;           /* (trials,) */
} StatusQuo;

/* Bring the status quo of some trials up to date; an agreement in force that left an issue as it was goes with it. */
void negosim_restate(const StatusQuo *state, int64_t count, const int64_t *rows);

#endif
