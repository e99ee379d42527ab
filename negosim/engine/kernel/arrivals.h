/* Arrivals: when something comes that may come at any time. */

#ifndef NEGOSIM_ARRIVALS_H
#define NEGOSIM_ARRIVALS_H

#include <stdbool.h>
#include <stdint.h>

/* The trials in which something comes that may come at any time, tick by tick.

   years   (ticks,) from the tick before to the first, and to each of those after it
   trials  the number of every trial of the block as it began
   rows    (count,) the trials looked at, by their place in the block as it began
   rate    (count,) how often it comes in a year, or one number where step is 0
   over    by trial, where it comes no more: set wherever it has come; NULL where it comes again
   chance  room for as many numbers as rate has
   found   the trials, tick after tick: room for count, or where it comes again for ticks times count
   ends    (ticks,) where those of each tick end among them */
void negosim_arrivals(const uint64_t *key, int64_t tick, int64_t ticks, const double *years, const int64_t *trials,
                     int64_t count, const int64_t *rows, const double *rate, int64_t step, bool *over, double *chance,
                     int64_t *found, int64_t *ends);

/* Draw one exponential time of each of some streams for each trial, (count, streams).

   keys    (streams,) of each
   mean    (count, streams) of these times, or (streams,) where step is 0 */
void negosim_exponentials_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *trials, int64_t count,
                                 const double *mean, int64_t step, double *drawn);

#endif
