/* Events come where they are known to: see comings.h; one by one as in negosim.engine.events. */

#include "comings.h"

/* Take a step of an event in some histories; see negosim_come. */
static int64_t take(const Comings *comings, const Effects *effects, const State *state, const Battlefield *field,
                    int64_t step, int64_t tick, int64_t count) {
    const int64_t first = comings->first[step];
    if (comings->does[step] != CHANGES) {
        negosim_draw_line(state, first, comings->does[step] == DRAWS, count, comings->here);
        return -1;
    }
    const int64_t many = comings->many[step], *effect = comings->effect + first;
    for (int64_t k = 0; k < many; k++)
        comings->ends[k] = comings->until[tick * comings->lengths + comings->lasts[first + k]];
    const int64_t failed = negosim_affect(effects, many, effect, comings->ends, count, comings->here, tick);
    if (failed < 0 && comings->publishes[step]) negosim_publish(field, count, comings->here);
    return failed < 0 ? -1 : effect[failed];
}

/* Look where an event happens that comes; return in how many histories. */
static int64_t look(const Comings *comings, int64_t coming, int64_t tick) {
    const int64_t event = comings->event[coming];
    Stream stream = stream_of(comings->chance_keys + 2 * event, tick, 0);
    int64_t count = 0;
    for (int64_t l = comings->rows[coming]; l < comings->rows[coming + 1]; l++) {
        const int64_t origin = comings->row[l], row = comings->here[count] = comings->place[origin];
        if (row < 0) continue;
        count += !comings->may_fail[event] ||
                 uniform(&stream, comings->numbers[origin]) < of(comings->chance[event], row, 0);
    }
    return count;
}

int64_t negosim_come(const Comings *comings, const Effects *effects, const State *state, const Battlefield *field,
                     int64_t from, int64_t to, int64_t tick) {
    for (int64_t k = from; k < to; k++) {
        const int64_t event = comings->event[k], count = look(comings, k, tick);
        for (int64_t step = comings->steps[event]; count && step < comings->steps[event + 1]; step++) {
            const int64_t failed = take(comings, effects, state, field, step, tick, count);
            if (failed >= 0) return failed;
        }
    }
    return -1;
}
