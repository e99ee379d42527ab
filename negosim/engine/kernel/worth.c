/* What the worth of packages depends on, history by history: see worth.h. The same numbers as negosim.model.packages finds:
   operations are the same and in the same order. */

#include "worth.h"

#include "lanes.h"

/* s_ij: the saliences of each party scaled to add to 1; all 0 for a party that cares about nothing. */
static bool renew_saliences(const MovingWorth *moving, int64_t row) {
    const int64_t issues = moving->issues, parties = moving->parties, width = moving->width;
    const double *stated = moving->saliences + row * issues * parties;
    double *known = moving->known + row * issues * parties, *relative = moving->relative + row * issues * width;
    double total[MOST_PARTIES] = {0};
    bool differs = 0;
    for (int64_t j = 0; j < issues; j++)
        for (int64_t i = 0; i < parties; i++) {
            const double salience = stated[j * parties + i];
            differs |= salience != known[j * parties + i];
            known[j * parties + i] = salience;
            total[i] += salience;
        }
    for (int64_t j = 0; j < issues; j++)
        for (int64_t i = 0; i < parties; i++)
            relative[j * width + i] = total[i] > 0 ? stated[j * parties + i] / total[i] : 0.0;
    return differs;
}

static void find_best(const MovingWorth *moving, int64_t row) {
    const int64_t issues = moving->issues, parties = moving->parties, width = moving->width;
    const double *values = moving->values + row * moving->columns * width;
    int64_t *best = moving->best + row * issues * parties;
    double *most = moving->best_value + row * issues * width;
    for (int64_t j = 0; j < issues; j++, best += parties, most += width)
        for (int64_t column = moving->first[j]; column < moving->first[j + 1]; column++)
            for (int64_t i = 0; i < parties; i++) {
                const double value = values[column * width + i];
                if (column > moving->first[j] && !(value > most[i])) continue;
                best[i] = column;
                most[i] = value;
            }
}

void negosim_find_best(const MovingWorth *moving, int64_t trials) {
    for (int64_t row = 0; row < trials; row++) find_best(moving, row);
}

static bool renew_values(const MovingWorth *moving, int64_t row) {
    const int64_t columns = moving->columns, parties = moving->parties, width = moving->width;
    const double *stated = moving->stated + row * columns * parties;
    double *values = moving->values + row * columns * width;
    bool differs = 0;
    for (int64_t column = 0; column < columns; column++)
        for (int64_t i = 0; i < parties; i++) {
            const double value = stated[column * parties + i];
            differs |= value != values[column * width + i];
            values[column * width + i] = value;
        }
    find_best(moving, row);
    return differs;
}

static bool renew_gaps(const MovingWorth *moving, int64_t row) {
    const double *enforcement = moving->enforcement + row * moving->columns;
    double *gaps = moving->gaps + row * moving->guarded;
    bool differs = 0;
    for (int64_t k = 0; k < moving->guarded; k++) {
        const double gap = 1.0 - enforcement[moving->guard[k]];
        differs |= gap != gaps[k];
        gaps[k] = gap;
    }
    return differs;
}

bool renew_worth(const MovingWorth *moving, int64_t row) {
    bool differs = 0;
    if (moving->saliences) differs |= renew_saliences(moving, row);
    if (moving->stated) differs |= renew_values(moving, row);
    if (moving->enforcement) differs |= renew_gaps(moving, row);
    moving->stale[row] = 0;
    return differs;
}
