/* The meetings of a tick on all tracks of a block, as in negosim.engine.talks.meetings. */

#ifndef NEGOSIM_MEETINGS_H
#define NEGOSIM_MEETINGS_H

#include "block.h"

/* How a track meets at a tick: not at all, in a round, or to be asked again about the text that stands. */
enum { APART, IN_ROUND, BETWEEN_ROUNDS };

/* Hold the meetings of a tick, from a track on (first) up to the one that has something to report: return it, and in how
   many histories (count); the number of tracks where none has. How each meets, and which share of the time to its next
   deadline has passed, stands in (tracks,). */
int64_t negosim_meet(const Block *block, int64_t first, int64_t tick, double day, const int8_t *meets,
                     const double *passed, int64_t whole, int64_t *count);

#endif
