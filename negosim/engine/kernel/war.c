/* The battlefield: see war.h. */

#include "war.h"

#include "draws.h"
#include "rules.h"

static void count_tolls(const Battlefield *field, int64_t row, double years) {
    double *tolls = field->tolls + field->origin[row] * field->kinds;
    for (int64_t i = 0; i < field->kinds; i++) tolls[i] += of(field->per_year, row, i) * years;
}

/* Whether the status quo of some issue has followed the front. */
static bool follow_front(const Battlefield *field, int64_t row) {
    bool turned = false;
    for (int64_t k = 0; k < field->followers; k++) {
        const int64_t first = field->first_threshold[k], last = field->first_threshold[k + 1];
        const int64_t place = row * field->issues + field->follower[k];
        int64_t passed = 0;
        while (first + passed < last && field->threshold[first + passed] <= field->front[row]) passed++;
        const int64_t column = field->column[first + k + passed];
        if (field->own_quo[place] == column || field->fixed[place]) continue;
        field->own_quo[place] = column;
        turned = true;
    }
    return turned;
}

/* How many stocks are empty now that were not, or no longer. */
static int64_t burn_stocks(const Battlefield *field, int64_t row, double years) {
    double *left = field->stock + row * field->stocks;
    int64_t turned = 0;
    for (int64_t i = 0; i < field->stocks; i++) {
        const double level = larger(left[i] - of(field->burn, row, i) * years, 0.0);
        const bool was_empty = left[i] <= 0.0, is_empty = level <= 0.0;
        left[i] = level;
        field->turn[row * field->stocks + i] = (int8_t)(is_empty - was_empty);
        turned += is_empty != was_empty;
    }
    return turned;
}

void negosim_fight(Battlefield *field, int64_t tick, double years, int64_t from, int64_t to) {
    Stream moving = stream_of(field->moving, tick, 0), crossing = stream_of(field->crossing, tick, 0);
    field->going = field->ended = field->turned = field->emptied = 0;
    memset(field->turn + from * field->stocks, 0, (size_t)((to - from) * field->stocks));
    for (int64_t row = from; row < to; row++) {
        if (!field->fighting[row]) continue;
        const int64_t number = field->numbers[field->origin[row]];
        const double volatility = of(field->volatility, row, 0), before = field->front[row];
        field->fought[row] += years;
        count_tolls(field, row, years);
        const double luck = normal(uniform(&moving, number));
        const double after = moved(before, field->drift[row], volatility, years, luck);
        int8_t outcome = 0;
        if (in_reach(before, after, volatility, years)) {
            double up, down;
            crossings(before, after, volatility, years, &up, &down);
            outcome = won(up, down, uniform(&crossing, number));
        }
        field->front[row] = outcome ? (double)outcome : after;
        if (outcome) {
            field->over[field->ended] = row;
            field->outcome[field->ended++] = outcome;
        } else {
            field->rows[field->going] = row;
            field->movement[field->going++] = after - before;
        }
        if (follow_front(field, row)) field->restated[field->turned++] = row;
        field->emptied += burn_stocks(field, row, years);
    }
}

/* Let the narrative of a belligerent cost the trust of all others in it. */
static void erode_trust(const Battlefield *field, int64_t row, int64_t side, int64_t party, double years) {
    const double erosion = of(field->erosion, row, side);
    if (erosion == 0.0) return;
    double *distrust = field->distrust + row * field->parties;
    const double factor = eroded(erosion, of(field->narrative, row, party), years);
    for (int64_t i = 0; i < field->parties; i++)
        if (i != party) distrust[i] = smaller(distrust[i] * factor, field->most);
}

void negosim_publish(const Battlefield *field, int64_t count, const int64_t *rows) {
    for (int64_t k = 0; k < count; k++) {
        const int64_t row = rows[k];
        const double drift = of(field->true_drift, row, 0), shift = drift - field->drift[row];
        for (int64_t i = 0; i < field->parties; i++) field->belief[row * field->parties + i] += shift;
        field->drift[row] = drift;
    }
}

bool jump_front(const Battlefield *field, int64_t row, double by, double furthest) {
    field->front[row] = smaller(larger(field->front[row] + by, -furthest), furthest);
    return follow_front(field, row);
}

void negosim_learn(const Battlefield *field, double years) {
    for (int64_t k = 0; k < field->going; k++) {
        const int64_t row = field->rows[k], at = row * field->parties;
        const double volatility = of(field->volatility, row, 0);
        for (int64_t i = 0; i < field->parties; i++) {
            const double narrative = of(field->narrative, row, i) * field->sign[i];
            learned(field->belief + at + i, field->variance + at + i, field->movement[k], years, volatility, narrative);
        }
        erode_trust(field, row, 0, field->first, years);
        erode_trust(field, row, 1, field->second, years);
    }
}

int64_t negosim_fade(const Battlefield *field, int64_t count, const int64_t *hurting, int64_t tick, double years,
                     int64_t *faded) {
    Stream fading = stream_of(field->fading, tick, 0);
    int64_t many = 0;
    for (int64_t k = 0; k < count; k++) {
        const int64_t row = hurting[k];
        const double rate = of(field->fade, row, 0);
        if (rate == 0.0) continue;
        if (uniform(&fading, field->numbers[field->origin[row]]) < chance_within(rate, years)) faded[many++] = row;
    }
    return many;
}
