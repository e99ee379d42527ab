/* Draws: Philox 4x64-10 (Salmon et al. 2011) addressed by counter, and inverse distribution functions. */

#ifndef NEGOSIM_DRAWS_H
#define NEGOSIM_DRAWS_H

#include <stdint.h>

/* The uniform in (0, 1) of a trial at a tick, lane 0, from the stream with a key (negosim.engine.streams). */
double uniform(const uint64_t key[2], int64_t trial, int64_t tick);

/* Standard normal and standard logistic draws (negosim.model.inverse). */
double normal(double u);
double logistic(double u);

#endif
