/* Draws of several streams at once, turned by the inverse distribution function: negosim.engine.streams. */

#ifndef NEGOSIM_QUANTILES_H
#define NEGOSIM_QUANTILES_H

#include <stdint.h>

/* Draw one standard normal number of each of some streams for each trial, (streams, count); the uniforms lie between the
   least and the least plus the width of each stream. */
void negosim_normals_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *trials, int64_t count,
                            const double *least, const double *width, double *drawn);

/* The same of lognormal numbers, given the median of each stream and the logarithm of its spread. */
void negosim_lognormals_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *trials, int64_t count,
                               const double *least, const double *width, const double *median, const double *log_spread,
                               double *drawn);

#endif
