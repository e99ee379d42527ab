/* Events have their effects: see happenings.h; as in negosim.engine.events. */

#include "happenings.h"

/* Change numbers, and publish the drift of the front where that is one of them. */
static int64_t change(const Happenings *happenings, int64_t step, int64_t row, int64_t tick) {
    const int64_t first = happenings->first[step], last = first + happenings->many[step];
    const int64_t *until = happenings->until + tick * happenings->lengths;
    for (int64_t k = first; k < last; k++)
        if (!affect(happenings->effects, happenings->effect[k], until[happenings->lasts[k]], row, tick))
            return happenings->effect[k];
    if (happenings->publishes[step]) negosim_publish(happenings->field, 1, &row);
    return FINE;
}

static void jump(const Happenings *happenings, double by, int64_t row) {
    const State *state = happenings->state;
    if (state->state[row] == ENDED) return;
    if (jump_front(happenings->field, row, by, happenings->furthest)) restate(state, row);
}

static void fix(const State *state, int64_t issue, int64_t column, int64_t row) {
    state->own_quo[row * state->issues + issue] = column;
    state->fixed[row * state->issues + issue] = 1;
    restate(state, row);
}

/* Take a step of an event in a history; see take_place. */
static int64_t take(const Happenings *happenings, int64_t step, int64_t row, int64_t tick) {
    const State *state = happenings->state;
    const int64_t does = happenings->does[step], first = happenings->first[step], many = happenings->many[step];
    switch (does) {
        case CHANGES: return change(happenings, step, row, tick);
        case REFILLS:
            return refill_stock(happenings->effects, happenings->field, happenings->stocks, many,
                                of(happenings->amount[first], row, 0), row, tick);
        case JUMPS: jump(happenings, of(happenings->amount[first], row, 0), row); break;
        case FIXES: fix(state, first, many, row); break;
        case BREAKS: break_by_event(happenings->block, first, row, happenings->days[tick]); break;
        default: negosim_draw_line(state, first, does == DRAWS, 1, &row);
    }
    return FINE;
}

int64_t take_place(const Happenings *happenings, int64_t event, int64_t row, int64_t tick) {
    for (int64_t step = happenings->steps[event]; step < happenings->steps[event + 1]; step++) {
        const int64_t failed = take(happenings, step, row, tick);
        if (failed >= 0) return failed;
    }
    return FINE;
}
