/* What events do to the numbers of a block, as in negosim.engine.parameters. */

#include "effects.h"

#include <math.h>

static double applied(int64_t kind, double value, double amount) {
    return kind == ADD ? value + amount : kind == SCALE ? value * amount : amount;
}

static double bounded(const Effects *effects, int64_t number, double value) {
    if (value < effects->low[number]) return effects->low[number];
    return value > effects->high[number] ? effects->high[number] : value;
}

/* A number without the effects that are laid over it. */
static double underneath(const Effects *effects, int64_t number, int64_t row) {
    const int64_t at = number * effects->trials + row, leader = effects->leader[number];
    return leader >= 0 && !effects->apart[at] ? effects->value[leader * effects->trials + row] : effects->stated[at];
}

/* A number with all effects: of several that set it the one that happened last. Note if it was infinite on the way. */
static double laid_upon(const Effects *effects, int64_t number, int64_t row, bool *finite) {
    double value = underneath(effects, number, row);
    *finite = isfinite(value);
    int64_t latest = 0;
    bool any = 0;
    for (int64_t l = effects->layers[number]; l < effects->layers[number + 1]; l++) {
        const int64_t at = l * effects->trials + row, effect = effects->laid[l];
        if (effects->until[at] <= 0) continue;
        any = 1;
        if (effects->kind[effect] == SET) {
            if (effects->since[at] < latest) continue;
            latest = effects->since[at];
        }
        value = applied(effects->kind[effect], value, of(effects->amount[effect], row, 0));
        *finite &= isfinite(value) != 0;
    }
    return any ? bounded(effects, number, value) : value;
}

/* Write down what a number now is, wherever it is kept, and what follows it; return whether all of it is finite. */
static bool renew(const Effects *effects, int64_t number, int64_t row) {
    bool finite;
    const double value = effects->value[number * effects->trials + row] = laid_upon(effects, number, row, &finite);
    for (int64_t p = effects->places[number]; p < effects->places[number + 1]; p++)
        effects->place[p].at[row * effects->place[p].step] = value;
    if (effects->bears_on_worth[number]) effects->stale[row] = 1;
    for (int64_t f = effects->followers[number]; f < effects->followers[number + 1]; f++)
        finite &= renew(effects, effects->follower[f], row);
    return finite;
}

/* Change a number for good; return whether it is finite. */
static bool restate_number(const Effects *effects, int64_t effect, int64_t number, int64_t row) {
    const double value = applied(effects->kind[effect], underneath(effects, number, row),
                                 of(effects->amount[effect], row, 0));
    const int64_t at = number * effects->trials + row;
    effects->stated[at] = bounded(effects, number, value);
    effects->apart[at] = 1;
    return isfinite(value);
}

/* Let an effect happen in some histories; return whether all numbers are finite. */
static bool happen(const Effects *effects, int64_t effect, int64_t until, int64_t count, const int64_t *rows,
                   int64_t since) {
    const int64_t number = effects->target[effect], layer = effects->layer[effect];
    bool finite = 1;
    for (int64_t k = 0; k < count; k++) {
        const int64_t row = rows[k], at = layer * effects->trials + row;
        if (layer < 0)
            finite &= restate_number(effects, effect, number, row);
        else if ((effects->until[at] = until)) {
            effects->since[at] = since;
            if (until < effects->next_end[row]) effects->next_end[row] = until;
        }
        finite &= renew(effects, number, row);
    }
    return finite;
}

int64_t negosim_affect(const Effects *effects, int64_t several, const int64_t *effect, const int64_t *until, int64_t count,
                       const int64_t *rows, int64_t since) {
    for (int64_t k = 0; k < several; k++)
        if (!happen(effects, effect[k], until[k], count, rows, since)) return k;
    return -1;
}

static int64_t expire(const Effects *effects, int64_t layer, int64_t tick, int64_t *rows) {
    const int64_t number = effects->target[effects->laid[layer]];
    int64_t count = 0;
    for (int64_t row = 0; row < effects->trials; row++) {
        if (effects->until[layer * effects->trials + row] != tick) continue;
        effects->until[layer * effects->trials + row] = 0;
        renew(effects, number, row);
        rows[count++] = row;
    }
    return count;
}

void negosim_expire(const Effects *effects, int64_t several, const int64_t *layers, int64_t tick, int64_t *rows,
                    int64_t *counts) {
    for (int64_t k = 0; k < several; k++) counts[k] = expire(effects, layers[k], tick, rows + k * effects->trials);
}

bool affect(const Effects *effects, int64_t effect, int64_t until, int64_t row, int64_t since) {
    return happen(effects, effect, until, 1, &row, since);
}

/* Let all effects end in a history whose time is up. */
static void expire_in(const Effects *effects, const Battlefield *field, int64_t row, int64_t tick) {
    int64_t next = OPEN_END;
    bool moves_drift = 0;
    for (int64_t l = 0; l < effects->all_layers; l++) {
        int64_t *until = effects->until + l * effects->trials + row;
        if (*until == tick) {
            const int64_t number = effects->target[effects->laid[l]];
            *until = 0;
            renew(effects, number, row);
            moves_drift |= number == effects->drift;
        } else if (*until > tick && *until < next)
            next = *until;
    }
    effects->next_end[row] = next;
    if (moves_drift && field) negosim_publish(field, 1, &row);
}

void let_effects_end(const Effects *effects, const Battlefield *field, int64_t from, int64_t to, int64_t tick) {
    for (int64_t row = from; row < to; row++)
        if (effects->next_end[row] <= tick) expire_in(effects, field, row, tick);
}
