/* What packages are worth (model 2), as in negosim.model.packages. */

#include "packages.h"

#include <string.h>

void utilities(const Packages *worth, int64_t row, const int64_t *package, double *restrict utility) {
    const int64_t width = worth->width;
    const double *salience = worth->salience.at + row * worth->salience.step;
    const double *values = worth->values.at + row * worth->values.step;
    for (int64_t i = 0; i < width; i += 2 * LANES) {
        const int64_t other = i + LANES < width ? LANES : 0; /* two sums side by side, or the same one twice */
        Lanes total = all(0.0), next = all(0.0);
        for (int64_t j = 0; j < worth->issues; j++) {
            const double *weight = salience + j * width + i, *value = values + package[j] * width + i;
            total += load(weight) * load(value);
            next += load(weight + other) * load(value + other);
        }
        store(utility + i, total);
        store(utility + i + other, next);
    }
    for (int64_t l = 0; l < worth->linkages.count; l++) {
        if (!holds(&worth->linkages, l, package)) continue;
        const double *added = numbers_of(worth->additions[l], row);
        for (int64_t i = 0; i < width; i += LANES) store(utility + i, load(utility + i) + load(added + i));
    }
}

double unguaranteed(const Packages *worth, int64_t row, const int64_t *package) {
    double product = 1.0;
    for (int64_t k = 0; k < worth->guarding; k++) product *= gap_of(worth, row, package[worth->guard[k]]);
    return product;
}

void negosim_utility(const Packages *worth, int64_t count, const int64_t *rows, const int64_t *package,
                     double *utility) {
    double found[MOST_PARTIES];
    for (int64_t k = 0; k < count; k++) {
        utilities(worth, rows ? rows[k] : k, package + k * worth->issues, found);
        memcpy(utility + k * worth->parties, found, (size_t)worth->parties * sizeof *found);
    }
}

void negosim_unguaranteed(const Packages *worth, int64_t count, const int64_t *rows, const int64_t *package,
                          double *gap) {
    for (int64_t k = 0; k < count; k++)
        gap[k] = unguaranteed(worth, rows ? rows[k] : k, package + k * worth->issues);
}
