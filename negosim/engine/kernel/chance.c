/* Chance: see chance.h. */

#include "chance.h"

#include "draws.h"

int64_t negosim_chosen(const uint64_t *key, int64_t tick, int64_t first, int64_t count, const int64_t *rows,
                       const double *chance, int64_t step, const bool *never, int64_t *found) {
    Stream stream = stream_of(key, tick, 0);
    int64_t many = 0;
    for (int64_t k = 0; k < count; k++) {
        if (never && never[rows[k]]) continue;
        found[many] = k;
        many += uniform(&stream, first + rows[k]) < chance[k * step];
    }
    return many;
}
