/* The battlefield: see war.h. */

#include "war.h"

#include "draws.h"
#include "rules.h"

enum { AT_ONCE = 256 };

int64_t negosim_move_front(int64_t count, const int64_t *rows, const int64_t *origin, const uint64_t *key,
                           int64_t tick, const int64_t *trials, double *front, const double *drift, const double *volatility,
                           int64_t step, double years, double *movement, int64_t *near) {
    Stream stream = stream_of(key, tick, 0);
    int64_t many = 0;
    for (int64_t k = 0; k < count; k++) {
        const int64_t row = rows[k];
        const double luck = normal(uniform(&stream, trials[origin[k]])), before = front[row];
        const double after = moved(before, drift[row], volatility[row * step], years, luck);
        front[row] = after;
        movement[k] = after - before;
        near[many] = k;
        many += in_reach(before, after, volatility[row * step], years);
    }
    return many;
}

void negosim_cross(int64_t count, const int64_t *rows, const int64_t *origin, const uint64_t *key, int64_t tick,
                   const int64_t *trials, const double *before, const double *front, const double *volatility,
                   int64_t step, double years, int8_t *outcome) {
    Stream stream = stream_of(key, tick, 0);
    for (int64_t k = 0; k < count; k++) {
        double up, down;
        crossings(before[k], front[rows[k]], volatility[rows[k] * step], years, &up, &down);
        outcome[k] = won(up, down, uniform(&stream, trials[origin[k]]));
    }
}

void negosim_learn(int64_t count, int64_t parties, const int64_t *rows, const double *movement, double years,
                   const double *volatility, int64_t step, const double *narrative, int64_t narrative_step,
                   const double *sign, double *belief, double *variance) {
    for (int64_t k = 0; k < count; k++) {
        const int64_t row = rows[k];
        const double *shift = narrative + row * narrative_step;
        double *mean = belief + row * parties, *spread = variance + row * parties;
        for (int64_t i = 0; i < parties; i++)
            learned(mean + i, spread + i, movement[k], years, volatility[row * step], shift[i] * sign[i]);
    }
}

void negosim_erode(int64_t count, int64_t parties, const int64_t *rows, int64_t party, double years,
                   const double *erosion, int64_t step, const double *narrative, int64_t narrative_step, double most,
                   double *distrust) {
    for (int64_t k = 0; k < count; k++) {
        double *of_row = distrust + rows[k] * parties;
        const double factor = eroded(erosion[rows[k] * step], narrative[rows[k] * narrative_step], years);
        for (int64_t i = 0; i < parties; i++)
            if (i != party) of_row[i] = smaller(of_row[i] * factor, most);
    }
}

void negosim_war_weights(int64_t count, int64_t parties, const double *front, const double *belief,
                         const Numbers *preference, const Numbers *volatility, double *restrict up,
                         double *restrict down) {
    double m[AT_ONCE], r[AT_ONCE], sigma[AT_ONCE];
    const int64_t all = count * parties;
    for (int64_t first = 0; first < all; first += AT_ONCE) {
        const int64_t many = all - first < AT_ONCE ? all - first : AT_ONCE;
        for (int64_t k = 0; k < many; k++) {
            const int64_t row = (first + k) / parties, i = (first + k) % parties;
            m[k] = front[row];
            r[k] = of(*preference, row, i);
            sigma[k] = of(*volatility, row, 0);
        }
        for (int64_t k = 0; k < many; k++)
            war_weights(m[k], belief[first + k], r[k], sigma[k], up + first + k, down + first + k);
    }
}

void negosim_count_tolls(int64_t count, int64_t kinds, const int64_t *rows, const int64_t *origin,
                         const double *per_year, int64_t step, double years, double *tolls) {
    for (int64_t k = 0; k < count; k++)
        for (int64_t i = 0; i < kinds; i++) tolls[origin[k] * kinds + i] += per_year[rows[k] * step + i] * years;
}
