/* Draws of several streams at once: see quantiles.h. */

#include "quantiles.h"

#include <stddef.h>

#include "draws.h"
#include "inverse.h"

enum { TOGETHER = 512 }; /* so many uniforms are turned at a time */

void negosim_normals_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *trials, int64_t count,
                            const double *least, const double *width, double *drawn) {
    double u[TOGETHER];
    for (int64_t s = 0; s < streams; s++) {
        for (int64_t first = 0; first < count; first += TOGETHER) {
            const int64_t many = count - first < TOGETHER ? count - first : TOGETHER;
            negosim_uniforms(keys[s], 0, 0, trials + first, many, NULL, u);
            for (int64_t k = 0; k < many; k++) u[k] = least[s] + width[s] * u[k];
            normals(many, u, drawn + s * count + first);
        }
    }
}

void negosim_lognormals_of_all(int64_t streams, const uint64_t *const *keys, const int64_t *trials, int64_t count,
                               const double *least, const double *width, const double *median, const double *log_spread,
                               double *drawn) {
    negosim_normals_of_all(streams, keys, trials, count, least, width, drawn);
    for (int64_t s = 0; s < streams; s++) {
        double *found = drawn + s * count;
        for (int64_t k = 0; k < count; k++) found[k] = median[s] * elementary_exp(log_spread[s] * found[k]);
    }
}
