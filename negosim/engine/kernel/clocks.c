/* The clocks of concession: see clocks.h. */

#include "clocks.h"

#include "rules.h"
#include "talks.h"

static const double SAME_DAY = 1e-6; /* negosim.engine.plan.ROUNDING */

void negosim_run_clocks(const Clocks *clocks, double days) {
    for (int64_t t = 0; t < clocks->tracks; t++) {
        const TrackClock *track = clocks->track + t;
        for (int64_t row = 0; row < clocks->trials; row++) {
            if (!track->open[row]) continue;
            for (int64_t i = 0; i < clocks->parties; i++) {
                const int64_t place = row * clocks->parties + i;
                const double slower = days * (1.0 - of(clocks->reciprocity, row, i));
                const double pace = track->slowed[place] ? slower : days;
                track->clock[place] += track->ripeness && !clocks->counting[place] ? 0.0 : pace;
            }
        }
    }
}

static bool is_open(const Clocks *clocks, const TrackClock *track, int64_t row, int64_t tick, double day) {
    const int8_t state = clocks->state[row];
    const bool in_season = state == FIGHTING || (state == CEASEFIRE && !track->ceasefire);
    const bool closed = day < track->closed_until[row] - SAME_DAY;
    return tick >= track->opens && in_season && !closed && !track->waiting[row] && !track->agreed[row];
}

static bool counts(const Clocks *clocks, int64_t row, int64_t i) {
    const int64_t place = row * clocks->parties + i;
    if (i != clocks->first && i != clocks->second) return true;
    return clocks->state[row] != FIGHTING || clocks->war[place] < clocks->status_quo[place] - ROUNDING;
}

void negosim_set_clocks(const Clocks *clocks, int64_t tick, double day) {
    for (int64_t row = 0; row < clocks->trials; row++) {
        clocks->fighting[row] = clocks->state[row] == FIGHTING;
        for (int64_t t = 0; t < clocks->tracks; t++)
            clocks->track[t].open[row] = is_open(clocks, clocks->track + t, row, tick, day);
        if (!clocks->ripeness) continue;
        for (int64_t i = 0; i < clocks->parties; i++) clocks->counting[row * clocks->parties + i] = counts(clocks, row, i);
    }
}
