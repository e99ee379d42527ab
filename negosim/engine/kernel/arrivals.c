/* Arrivals: see arrivals.h. */

#include "arrivals.h"

#include <stddef.h>

#include "draws.h"
#include "rules.h"

enum { TOGETHER = 512 }; /* so many uniforms are turned at a time */

void negosim_arrivals(const uint64_t *key, int64_t tick, int64_t ticks, const double *years, const int64_t *trials,
                     int64_t count, const int64_t *rows, const double *rate, int64_t step, bool *over, double *chance,
                     int64_t *found, int64_t *ends) {
    int64_t many = 0;
    for (int64_t t = 0; t < ticks; t++) {
        Stream stream = stream_of(key, tick + t, 0);
        if (t == 0 || years[t] != years[t - 1])
            for (int64_t k = 0; k < (step ? count : 1); k++) chance[k] = chance_within(rate[k], years[t]);
        for (int64_t k = 0; k < count; k++) {
            if (over && over[rows[k]]) continue;
            if (uniform(&stream, trials[rows[k]]) < chance[k * step]) {
                found[many++] = rows[k];
                if (over) over[rows[k]] = true;
            }
        }
        ends[t] = many;
    }
}

void negosim_exponentials_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *trials, int64_t count,
                                 const double *mean, int64_t step, double *drawn) {
    double u[TOGETHER];
    for (int64_t s = 0; s < streams; s++) {
        for (int64_t first = 0; first < count; first += TOGETHER) {
            const int64_t many = count - first < TOGETHER ? count - first : TOGETHER;
            negosim_uniforms(keys[s], 0, 0, trials + first, many, NULL, u);
            for (int64_t k = 0; k < many; k++) u[k] = elementary_log(u[k]);
            for (int64_t k = 0, row = first; k < many; k++, row++) drawn[row * streams + s] = -mean[row * step + s] * u[k];
        }
    }
}
