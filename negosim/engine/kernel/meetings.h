/* The meetings of a tick on all tracks of a block, as in negosim.engine.talks.meetings. */

#ifndef NEGOSIM_MEETINGS_H
#define NEGOSIM_MEETINGS_H

#include "block.h"

/* How a track meets at a tick: not at all, in a round, or to be asked again about the text that stands. */
enum { APART, IN_ROUND, BETWEEN_ROUNDS };

/* Hold the meetings of a tick and bring into force what they sign: return how many signatures there were, and of each track
   (signed). How each meets, and which share of the time to its next deadline has passed, stands in (tracks,); signatures,
   and those that judgement signed (below), are counted by track and history as the block began. */
int64_t negosim_meet(const Block *block, int64_t tick, double day, const int8_t *meets, const double *passed,
                     int32_t *const *signatures, int32_t *const *below, int64_t *signed_);

#endif
