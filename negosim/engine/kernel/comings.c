/* Events come: see comings.h; as in negosim.engine.events. */

#include "comings.h"

#include <math.h>

#include "rules.h"

void negosim_lay_out(int64_t several, const int64_t *tick, const int64_t *event, const int64_t *rows, const int64_t *row,
                     int64_t histories, int64_t *begins, int64_t *when, int64_t *what) {
    memset(begins, 0, (size_t)(histories + 1) * sizeof *begins);
    for (int64_t l = 0; l < rows[several]; l++) begins[row[l] + 1]++;
    for (int64_t h = 0; h < histories; h++) begins[h + 1] += begins[h];
    for (int64_t k = 0; k < several; k++) {
        for (int64_t l = rows[k]; l < rows[k + 1]; l++) {
            const int64_t at = begins[row[l]]++;
            when[at] = tick[k];
            what[at] = event[k];
        }
    }
    for (int64_t h = histories; h > 0; h--) begins[h] = begins[h - 1];
    begins[0] = 0;
}

/* -- conditions ---------------------------------------------------------------------------------------------------- */

static void look(const Comings *comings, int64_t condition, int64_t row, int64_t tick) {
    const State *state = comings->state;
    const int64_t origin = state->row[row], at = origin * comings->conditions + condition;
    const double front = state->front[row];
    const bool holds = (comings->among[condition] < 0 || state->state[row] == comings->among[condition]) &&
                       front > comings->above[condition] && front < comings->below[condition];
    double since = comings->since[at];
    if (isnan(since)) since = comings->days[tick > 0 ? tick - 1 : 0];
    comings->since[at] = holds ? since : NAN;
    if (!holds && comings->repeats[condition]) comings->over[origin * comings->events + comings->waiting[condition]] = 0;
    comings->held[at] = holds && comings->days[tick] - since >= comings->lasting[condition];
}

void look_at_conditions(const Comings *comings, int64_t from, int64_t to, int64_t tick) {
    for (int64_t c = 0; c < comings->conditions; c++)
        for (int64_t row = from; row < to; row++) look(comings, c, row, tick);
}

/* -- comings ------------------------------------------------------------------------------------------------------- */

/* Let an event happen in a history where it has come, if chance will have it; see let_events_come. */
static int64_t happen(const Comings *comings, int64_t event, int64_t row, int64_t tick, Stream *luck) {
    const int64_t origin = comings->state->row[row];
    if (comings->may_fail[event] && !(uniform(luck, comings->numbers[origin]) < of(comings->chance[event], row, 0)))
        return FINE;
    if (comings->once[event]) comings->over[origin * comings->events + event] = 1;
    return take_place(comings->happenings, event, row, tick);
}

static Stream luck_of(const Comings *comings, int64_t event, int64_t tick) {
    return stream_of(comings->chance_keys + 2 * event, tick, 0);
}

/* Let the settled events of a tick come in a history, up to before another event. */
static int64_t come_as_settled(const Comings *comings, int64_t before, int64_t row, int64_t tick) {
    const int64_t origin = comings->state->row[row], last = comings->begins[origin + 1];
    int64_t *next = comings->next + origin;
    for (; *next < last && comings->when[*next] <= tick && comings->what[*next] < before; ++*next) {
        const int64_t event = comings->what[*next];
        if (comings->once[event] && comings->over[origin * comings->events + event]) continue;
        Stream luck = luck_of(comings, event, tick);
        const int64_t failed = happen(comings, event, row, tick, &luck);
        if (failed >= 0) return failed;
    }
    return FINE;
}

/* Whether the time of an open event has come in a history. */
static bool is_time(const Comings *comings, int64_t open, int64_t row, int64_t tick, Stream *arriving) {
    const int64_t origin = comings->state->row[row], condition = comings->waits[open];
    bool *over = comings->over + origin * comings->events + comings->which[open];
    if (*over) return 0;
    if (condition < 0)
        return uniform(arriving, comings->numbers[origin]) <
               chance_within(of(comings->rate[open], row, 0), comings->years[tick]);
    return *over = comings->held[origin * comings->conditions + condition];
}

/* Let an open event come in some histories, in each after the settled ones that stand before it. */
static int64_t come_if_time(const Comings *comings, int64_t open, int64_t from, int64_t to, int64_t tick) {
    const int64_t event = comings->which[open];
    Stream luck = luck_of(comings, event, tick), arriving = stream_of(comings->rate_keys + 2 * open, tick, 0);
    for (int64_t row = from; row < to; row++) {
        int64_t failed = come_as_settled(comings, event, row, tick);
        if (failed < 0 && is_time(comings, open, row, tick, &arriving)) failed = happen(comings, event, row, tick, &luck);
        if (failed >= 0) return failed;
    }
    return FINE;
}

int64_t let_events_come(const Comings *comings, int64_t from, int64_t to, int64_t tick) {
    int64_t failed = FINE;
    for (int64_t k = 0; k < comings->open && failed < 0; k++) failed = come_if_time(comings, k, from, to, tick);
    for (int64_t row = from; row < to && failed < 0; row++)
        failed = come_as_settled(comings, comings->events, row, tick);
    return failed;
}
