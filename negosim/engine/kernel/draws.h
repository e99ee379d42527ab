/* Draws: Philox 4x64-10 (Salmon et al. 2011) addressed by counter, and inverse distribution functions. */

#ifndef NEGOSIM_DRAWS_H
#define NEGOSIM_DRAWS_H

#include <stdint.h>

/* A stream of uniforms (negosim.engine.streams) at one tick, lane 0. Four trials in a row share a turn of the generator:
   the last one is kept. */
typedef struct {
    uint64_t key[2];
    int64_t tick;
    int64_t turn;        /* -1 before the first */
    uint64_t words[4];
} Stream;

Stream stream_of(const uint64_t key[2], int64_t tick);

/* The uniform in (0, 1) of a trial. */
double uniform(Stream *stream, int64_t trial);

/* Standard normal and standard logistic draws (negosim.model.inverse). */
double normal(double u);
double logistic(double u);

#endif
