/* Arrivals: see arrivals.h. */

#include "arrivals.h"

#include "draws.h"
#include "rules.h"

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
