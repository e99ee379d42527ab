/* The values of the parties: see values.h. */

#include "values.h"

#include <math.h>
#include <string.h>

#include "rules.h"
#include "talks.h"

enum { AT_ONCE = 256, TAKES_BEST = -1 }; /* the second as in negosim.engine.plan */

/* u of the package that a belligerent would impose: named terms, else its best option where that is better. */
static void of_imposed(const PartyValues *values, int64_t row, int64_t winner, const int64_t *terms, double *utility) {
    const Packages *packages = values->packages;
    const int64_t issues = packages->issues, width = packages->width;
    const int64_t *quo = values->quo + row * issues, *best = values->best + row * values->best_step;
    const double *salience = numbers_of(packages->salience, row), *value = numbers_of(packages->values, row);
    const double *most = numbers_of(values->best_value, row);
    int64_t package[MOST_ISSUES];
    double found[MOST_PARTIES];
    for (int64_t j = 0; j < issues; j++) {
        const double weight = salience[j * width + winner], now = value[quo[j] * width + winner];
        const bool takes = terms[j] == TAKES_BEST && weight * now < weight * larger(most[j * width + winner], now);
        package[j] = terms[j] >= 0 ? terms[j] : takes ? best[j * packages->parties + winner] : quo[j];
    }
    utilities(packages, row, package, found);
    memcpy(utility + row * packages->parties, found, (size_t)packages->parties * sizeof *found);
}

/* Value the status quo and imposed terms again, where they or the worth of packages have changed. */
static void value_packages(const PartyValues *values, int64_t row) {
    const int64_t issues = values->packages->issues, parties = values->packages->parties;
    const int64_t *quo = values->quo + row * issues;
    int64_t *known_quo = values->known_quo + row * issues;
    const size_t size = (size_t)issues * sizeof *quo;
    if (values->known[row] == values->version[row] && !memcmp(known_quo, quo, size)) return;
    double found[MOST_PARTIES];
    utilities(values->packages, row, quo, found);
    memcpy(values->status_quo + row * parties, found, (size_t)parties * sizeof *found);
    if (values->at_war) {
        of_imposed(values, row, values->first, values->first_terms, values->if_first);
        of_imposed(values, row, values->second, values->second_terms, values->if_second);
    }
    values->known[row] = values->version[row];
    memcpy(known_quo, quo, size);
}

/* Write down numbers of the parties, where what is written behind them will be written over. */
static void spread(double *into, const double *numbers, int64_t parties) {
    for (int64_t i = 0; i < parties; i += LANES) store(into + i, load_some(numbers + i, parties - i, 0.0));
}

static void repeat(double *into, double number, int64_t parties) {
    for (int64_t i = 0; i < parties; i += LANES) store(into + i, all(number));
}

/* How much of the future each party believes will be spent won by the first side (up) and by the second (down), in some
   rows. */
static void weigh_the_war(const PartyValues *values, int64_t first, int64_t last) {
    double m[AT_ONCE + LANES], r[AT_ONCE + LANES], sigma[AT_ONCE + LANES];
    const int64_t parties = values->packages->parties, many = (last - first) * parties;
    for (int64_t row = first, k = 0; row < last; row++, k += parties) {
        repeat(m + k, values->front[row], parties);
        repeat(sigma + k, of(values->volatility, row, 0), parties);
        spread(r + k, numbers_of(values->preference, row), parties);
    }
    const double *restrict belief = values->belief + first * parties;
    double *restrict up = values->up + first * parties, *restrict down = values->down + first * parties;
    for (int64_t k = 0; k < many; k++) war_weights(m[k], belief[k], r[k], sigma[k], up + k, down + k);
}

/* The share of the future spent won or lost, and what fighting on is worth: each side by side. */
static void set_decided(int64_t count, const double *up, const double *down, double *restrict decided) {
    for (int64_t k = 0; k < count; k++) decided[k] = up[k] + down[k];
}

static void set_war(int64_t count, const double *up, const double *down, const double *status_quo, const double *cost,
                    const double *if_first, const double *if_second, double *restrict war) {
    for (int64_t k = 0; k < count; k++)
        war[k] = war_value(up[k], down[k], status_quo[k], cost[k], if_first[k], if_second[k]);
}

/* What fighting on costs, and what it is worth, in some rows; return how often that is no finite number. */
static int64_t value_the_war(const PartyValues *values, int64_t first, int64_t last) {
    double fatigue[AT_ONCE + LANES], rate[AT_ONCE + LANES], fought[AT_ONCE + LANES];
    const int64_t parties = values->packages->parties, at = first * parties, many = (last - first) * parties;
    const double *restrict status_quo = values->status_quo + at;
    double *restrict cost = values->cost + at, *restrict war = values->war + at;
    int64_t wrong = 0;
    for (int64_t row = first, k = 0; row < last; row++, k += parties) {
        spread(fatigue + k, numbers_of(values->fatigue, row), parties);
        spread(rate + k, numbers_of(values->war_cost, row), parties);
        repeat(fought + k, values->fought[row], parties);
    }
    for (int64_t k = 0; k < many; k++) cost[k] = rate[k] * (1.0 + fatigue[k] * fought[k]);
    if (values->at_war) {
        set_decided(many, values->up + at, values->down + at, values->decided + at);
        set_war(many, values->up + at, values->down + at, status_quo, cost, values->if_first + at,
                values->if_second + at, war);
    } else {
        for (int64_t k = 0; k < many; k++) war[k] = status_quo[k] - cost[k];
    }
    for (int64_t k = 0; k < many; k++) wrong += !(fabs(war[k]) < INFINITY);
    return wrong;
}

static bool is_hurting(const PartyValues *values, int64_t place) {
    return hurting(values->war[place], values->status_quo[place]);
}

int64_t negosim_refresh(PartyValues *values, int64_t from, int64_t to) {
    const int64_t parties = values->packages->parties, rows = AT_ONCE / parties;
    int64_t wrong = 0;
    values->hurting = 0;
    for (int64_t row = from; row < to; row++) {
        if (values->moving->stale[row]) values->version[row] += renew_worth(values->moving, row);
        value_packages(values, row);
    }
    for (int64_t first = from; first < to; first += rows) {
        const int64_t last = first + rows < to ? first + rows : to;
        if (values->at_war) weigh_the_war(values, first, last);
        wrong += value_the_war(values, first, last);
    }
    for (int64_t row = from; row < to; row++)
        if (values->at_war && values->fighting[row] && values->state[row] == FIGHTING &&
            is_hurting(values, row * parties + values->first) && is_hurting(values, row * parties + values->second))
            values->both_hurt[values->hurting++] = row;
    return wrong;
}
