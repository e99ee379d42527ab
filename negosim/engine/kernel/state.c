/* The status quo, with what has been fixed, agreed and left: see state.h. */

#include "state.h"

#include <math.h>

/* What a limited deal moves is the status quo while it holds, but for what events have fixed. */
static void follow_deal(const State *state, const TrackState *track, int64_t row) {
    if (!track->agreed[row]) return;
    for (int64_t j = row * state->issues; j < (row + 1) * state->issues; j++)
        if (track->moved[j] && !state->fixed[j]) state->status_quo[j] = track->deal[j], state->taken[j] = 1;
}

void restate(const State *state, int64_t row) {
    const int64_t from = row * state->issues, to = from + state->issues;
    for (int64_t j = from; j < to; j++) state->status_quo[j] = state->own_quo[j], state->taken[j] = 0;
    for (int64_t t = 0; t < state->tracks; t++) follow_deal(state, state->track + t, row);
    for (int64_t j = from; state->under[row] != NO_TRACK && j < to; j++)
        if (state->left[j] || state->fixed[j]) state->terms[j] = state->status_quo[j];
    state->edition[row]++;
}

void negosim_restate(const State *state, int64_t count, const int64_t *rows) {
    for (int64_t k = 0; k < count; k++) restate(state, rows[k]);
}

void negosim_draw_line(const State *state, int64_t line, int64_t stands, int64_t count, const int64_t *rows) {
    for (int64_t k = 0; k < count; k++) {
        const int64_t at = rows[k] * state->lines + line;
        state->live[at] = stands != 0;
        if (stands) state->lifts[at] = INFINITY;
        state->drawing[rows[k]]++;
    }
}

void negosim_lift(const State *state, double day, int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
        if (state->next_lift[row] > day) continue;
        double next = INFINITY;
        bool any = 0;
        for (int64_t l = row * state->lines; l < (row + 1) * state->lines; l++) {
            if (state->lifts[l] <= day) {
                any |= state->live[l];
                state->live[l] = 0;
                state->lifts[l] = INFINITY;
            }
            next = state->lifts[l] < next ? state->lifts[l] : next;
        }
        state->drawing[row] += any;
        state->next_lift[row] = next;
    }
}
