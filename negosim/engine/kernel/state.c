/* The status quo: see state.h. */

#include "state.h"

#include <string.h>

/* What a limited deal moves is the status quo while it holds, but for what events have fixed. */
static void follow_deal(const StatusQuo *state, const Deal *deal, int64_t row) {
    if (!deal->agreed[row]) return;
    const int64_t at = row * state->issues;
    for (int64_t j = at; j < at + state->issues; j++) {
        if (!deal->moved[j] || state->fixed[j]) continue;
        state->status_quo[j] = deal->deal[j];
        state->taken[j] = true;
    }
}

void negosim_restate(const StatusQuo *state, int64_t count, const int64_t *rows) {
    for (int64_t k = 0; k < count; k++) {
        const int64_t row = rows[k], at = row * state->issues;
        memcpy(state->status_quo + at, state->own_quo + at, (size_t)state->issues * sizeof *state->own_quo);
        memset(state->taken + at, 0, (size_t)state->issues);
        for (int64_t t = 0; t < state->tracks; t++) follow_deal(state, state->deal + t, row);
        state->edition[row]++;
        if (state->under[row] < 0) continue;
        for (int64_t j = at; j < at + state->issues; j++)
            if (state->left[j] || state->fixed[j]) state->terms[j] = state->status_quo[j];
    }
}
