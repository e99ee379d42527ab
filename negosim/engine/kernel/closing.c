/* The close of a tick, as in negosim.engine.closing. */

#include "closing.h"

void negosim_close(const Block *block, int64_t tick, int64_t ticks, double day, double last, int64_t threatened,
                   int64_t settings, const int64_t *settled, int64_t *occupancy, bool *stay) {
    const State *state = block->state;
    negosim_set_clocks(block, tick, day);
    for (int64_t s = 0; s < settings; s++) occupancy[(s * ticks + tick) * OCCUPANCY + SETTLEMENT] += settled[s];
    for (int64_t row = 0; row < state->trials; row++)
        if (state->state[row] != ENDED)
            occupancy[(block->settings[state->row[row]] * ticks + tick) * OCCUPANCY + state->state[row]]++;
    negosim_going_on(block, last, threatened, stay);
}
