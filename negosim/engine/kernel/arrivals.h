/* Arrivals: the trials in which something comes that may come at every tick. */

#ifndef NEGOSIM_ARRIVALS_H
#define NEGOSIM_ARRIVALS_H

#include <stdbool.h>
#include <stdint.h>

/* The trials in which the uniform of a stream lies below a chance, tick by tick.

   trials  the number of every trial of the block as it began
   rows    (count,) the trials looked at, by their place in the block as it began
   chance  (ticks, count), or (ticks,) where step is 0
   over    by trial, where it comes no more: set wherever it has come; NULL where it comes again
   found   the trials, tick after tick: room for count, or where it comes again for ticks times count
   ends    (ticks,) where those of each tick end among them */
void negosim_arrivals(const uint64_t *key, int64_t tick, int64_t ticks, const int64_t *trials, int64_t count,
                     const int64_t *rows, const double *chance, int64_t step, bool *over, int64_t *found,
                     int64_t *ends);

#endif
