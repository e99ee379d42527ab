/* The meetings of a tick on all tracks of a block, as in negosim.engine.talks.meetings. */

#include "meetings.h"

int64_t negosim_meet(const Block *block, int64_t tick, double day, const int8_t *meets, const double *passed,
                     int32_t *const *signatures, int32_t *const *below, int64_t *signed_) {
    int64_t all = 0;
    for (int64_t index = 0; index < block->tracks; index++) {
        const Round *round = block->talks + index;
        signed_[index] = 0;
        if (meets[index] == APART) continue;
        const int64_t count = negosim_hold(block, index, tick, day, passed[index], meets[index] == BETWEEN_ROUNDS, 0);
        for (int64_t k = 0; k < count; k++) {
            const int64_t at = block->state->row[round->rows[k]];
            signatures[index][at]++;
            below[index][at] += round->below[k];
        }
        negosim_sign(block, index, tick, day, count, round->rows, round->text, round->worth, round->consent,
                     round->pressed);
        all += signed_[index] = count;
    }
    return all;
}
