/* The meetings of a tick on all tracks of a block, as in negosim.engine.talks.meetings. */

#include "meetings.h"

int64_t negosim_meet(const Block *block, int64_t first, int64_t tick, double day, const int8_t *meets,
                     const double *passed, int64_t whole, int64_t *count) {
    for (int64_t index = first; index < block->tracks; index++) {
        if (meets[index] == APART) continue;
        *count = negosim_hold(block, index, tick, day, passed[index], meets[index] == BETWEEN_ROUNDS, whole);
        if (*count) return index;
    }
    return block->tracks;
}
