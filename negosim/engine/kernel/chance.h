/* Chance: where something happens that happens with some probability. */

#ifndef NEGOSIM_CHANCE_H
#define NEGOSIM_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

/* Of so many trials, counted from a first one, those in which the uniform of a stream lies below a chance: how many,
   and their places among the rows.

   rows    the trials, in rising order
   chance  of each row, or of all where step is 0
   never   by trial, where it does not happen whatever the uniform; NULL for nowhere
   found   (count,) the places */
int64_t negosim_chosen(const uint64_t *key, int64_t tick, int64_t first, int64_t count, const int64_t *rows,
                       const double *chance, int64_t step, const bool *never, int64_t *found);

#endif
