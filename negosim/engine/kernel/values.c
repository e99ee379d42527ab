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

/* How much of the future each party believes will be spent won by the first side (up) and by the second (down). */
static void weigh_the_war(const PartyValues *values, int64_t from, int64_t to) {
    double m[AT_ONCE], r[AT_ONCE], sigma[AT_ONCE];
    const int64_t parties = values->packages->parties, rows = AT_ONCE / parties;
    for (int64_t first = from; first < to; first += rows) {
        const int64_t last = first + rows < to ? first + rows : to;
        int64_t many = 0;
        for (int64_t row = first; row < last; row++) {
            const double front = values->front[row], volatility = of(values->volatility, row, 0);
            const double *preference = numbers_of(values->preference, row);
            for (int64_t i = 0; i < parties; i++, many++) m[many] = front, r[many] = preference[i], sigma[many] = volatility;
        }
        const double *restrict belief = values->belief + first * parties;
        double *restrict up = values->up + first * parties, *restrict down = values->down + first * parties;
        for (int64_t k = 0; k < many; k++) war_weights(m[k], belief[k], r[k], sigma[k], up + k, down + k);
    }
}

static bool is_hurting(const PartyValues *values, int64_t place) {
    return values->war[place] < values->status_quo[place] - ROUNDING;
}

int64_t negosim_refresh(PartyValues *values, int64_t from, int64_t to) {
    const int64_t parties = values->packages->parties;
    int64_t wrong = 0;
    values->hurting = 0;
    if (values->at_war) weigh_the_war(values, from, to);
    for (int64_t row = from; row < to; row++) {
        if (values->moving->stale[row]) values->version[row] += renew_worth(values->moving, row);
        value_packages(values, row);
        for (int64_t i = 0; i < parties; i++) {
            const int64_t k = row * parties + i;
            const double tired = 1.0 + of(values->fatigue, row, i) * values->fought[row];
            const double cost = of(values->war_cost, row, i) * tired;
            values->cost[k] = cost;
            if (values->at_war) {
                const double up = values->up[k], down = values->down[k];
                values->decided[k] = up + down;
                values->war[k] = war_value(up, down, values->status_quo[k], cost, values->if_first[k],
                                           values->if_second[k]);
            } else {
                values->war[k] = values->status_quo[k] - cost;
            }
            wrong += !isfinite(values->war[k]);
        }
        if (values->at_war && values->fighting[row] && values->state[row] == FIGHTING &&
            is_hurting(values, row * parties + values->first) && is_hurting(values, row * parties + values->second))
            values->both_hurt[values->hurting++] = row;
    }
    return wrong;
}
