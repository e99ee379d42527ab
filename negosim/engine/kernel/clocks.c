/* The clocks of concession, and where talks are open (model 6), as in negosim.engine.talks.clocks. */

#include "block.h"
#include "rules.h"

/* A clock that follows ripeness counts for a belligerent only in a hurting stalemate, or while the war is paused. */
static void count_ripe(const Block *block, int64_t row) {
    const int64_t parties = block->parties, sides[] = {block->first, block->second};
    bool *counting = block->state->counting + row * parties;
    memset(counting, 1, (size_t)parties);
    for (int side = 0; side < 2; side++) {
        const int64_t i = sides[side];
        counting[i] = block->state->state[row] != FIGHTING ||
                      hurting(block->war[row * parties + i], block->status_quo[row * parties + i]);
    }
}

void negosim_set_clocks(const Block *block, int64_t tick, double day, int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) block->state->fighting[row] = block->state->state[row] == FIGHTING;
    for (int64_t index = 0; index < block->tracks; index++) {
        const TrackState *standing = block->talks[index].standing;
        for (int64_t row = from; row < to; row++)
            standing->open[row] = is_open(block, block->track + index, standing, row, tick, day);
    }
    for (int64_t row = from; block->ripeness && row < to; row++) count_ripe(block, row);
}

static void run_all(double *clock, int64_t parties, double days) {
    if (parties < LANES || parties > 2 * LANES) {
        for (int64_t i = 0; i < parties; i++) clock[i] += days;
        return;
    }
    const Lanes first = load(clock) + days, last = load(clock + parties - LANES) + days; /* they may overlap */
    store(clock, first);
    store(clock + parties - LANES, last);
}

void negosim_run_clocks(const Block *block, double days, int64_t from, int64_t to) {
    for (int64_t index = 0; index < block->tracks; index++) {
        const TrackState *standing = block->talks[index].standing;
        const bool ripeness = block->track[index].ripeness;
        for (int64_t row = from; row < to; row++) {
            if (!standing->open[row]) continue;
            if (!ripeness && !block->reciprocal) { /* as a rule all clocks run alike */
                run_all(standing->clock + row * block->parties, block->parties, days);
                continue;
            }
            for (int64_t i = 0; i < block->parties; i++) {
                const int64_t place = row * block->parties + i;
                const double pace = standing->slowed[place] ? days * (1.0 - of(block->reciprocity, row, i)) : days;
                standing->clock[place] += ripeness && !block->state->counting[place] ? 0.0 : pace;
            }
        }
    }
}
