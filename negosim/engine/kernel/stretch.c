/* Stretches of ticks: what negosim.engine.calendar has done in the phases of each tick, in their order. A few histories at
   a time are played from end to end, so that what is known of them stays near the processor. */

#include "stretch.h"

#include "rules.h"

/* A tick of some rows of the block, from one to before another. */
typedef struct {
    int64_t number;
    double day, days, years;    /* when it is, and the time since the one before */
    int64_t from, to;
} Tick;

/* Let the effects of stocks that are empty now begin, and of those that no longer are end. Return the place of an effect that
   has made a number infinite, FINE for none. */
static int64_t turn_stocks(const Stretch *stretch, const Tick *tick) {
    const Battlefield *field = stretch->field;
    const Happenings *happenings = stretch->comings->happenings;
    for (int64_t row = tick->from; row < tick->to; row++) {
        for (int64_t stock = 0; stock < field->stocks; stock++) {
            const int8_t turn = field->turn[row * field->stocks + stock];
            if (!turn) continue;
            const int64_t failed =
                turn_stock(happenings->effects, field, happenings->stocks, stock, turn > 0, row, tick->number);
            if (failed >= 0) return failed;
        }
    }
    return FINE;
}

/* Move the front, count what it costs and burn stocks; histories in which a side wins end. Return the same. */
static int64_t fight(const Stretch *stretch, const Tick *tick) {
    const Block *block = stretch->block;
    Battlefield *field = stretch->field;
    const State *state = block->state;
    int64_t failed = FINE;
    if (!field) {
        for (int64_t row = tick->from; row < tick->to; row++) state->fought[row] += state->fighting[row] ? tick->years : 0.0;
        return FINE;
    }
    if (tick->years == 0.0) return FINE; /* the first tick */
    negosim_fight(field, tick->number, tick->years, tick->from, tick->to);
    negosim_restate(state, field->turned, field->restated);
    if (field->emptied) failed = turn_stocks(stretch, tick);
    for (int64_t k = 0; k < field->ended; k++) {
        const int64_t at = state->row[field->over[k]];
        stretch->victory[at] = (int32_t)tick->number;
        stretch->winner[at] = field->outcome[k];
        end_history(block, field->over[k]);
    }
    return failed;
}

/* Let the parties learn, clocks run and values follow; histories in which the war fades out end. Return whether all values
   are finite. */
static bool revalue(const Stretch *stretch, const Tick *tick) {
    const Block *block = stretch->block;
    const bool fought = stretch->field && tick->years != 0.0;
    if (fought) negosim_learn(stretch->field, tick->years);
    if (tick->days != 0.0) negosim_run_clocks(block, tick->days, tick->from, tick->to); /* before, there are no values */
    if (negosim_refresh(stretch->values, tick->from, tick->to)) return 0;
    if (!fought) return 1;
    const int64_t count = negosim_fade(stretch->field, stretch->values->hurting, stretch->values->both_hurt, tick->number,
                                       tick->years, stretch->fading);
    for (int64_t k = 0; k < count; k++) {
        stretch->faded[block->state->row[stretch->fading[k]]] = (int32_t)tick->number;
        end_history(block, stretch->fading[k]);
    }
    return 1;
}

/* Let all tracks meet, and bring into force what they sign. */
static void meet(const Stretch *stretch, const Tick *tick) {
    const Block *block = stretch->block;
    for (int64_t index = 0; index < block->tracks; index++) {
        const int64_t place = tick->number * block->tracks + index;
        const int8_t how = stretch->meets[place];
        if (how == APART) continue;
        if (how == IN_ROUND && block->track[index].opens == tick->number)
            open_draft(block, index, tick->from, tick->to);
        const int64_t count = negosim_hold(block, index, tick->number, tick->day, stretch->shares[place],
                                           how == BETWEEN_ROUNDS, 0, tick->from, tick->to);
        sign(block, index, tick->number, tick->day, count);
    }
}

/* Let deadlines that fall lose half their credibility wherever the talks are still open. */
static void miss_deadlines(const Stretch *stretch, const Tick *tick) {
    const Block *block = stretch->block;
    for (int64_t index = 0; index < block->tracks; index++) {
        const TrackState *standing = block->talks[index].standing;
        for (int64_t k = 0; k < stretch->deadlines[tick->number * block->tracks + index]; k++)
            for (int64_t row = tick->from; row < tick->to; row++)
                if (is_open(block, block->track + index, standing, row, tick->number, tick->day))
                    standing->credibility[row] *= 0.5;
    }
}

/* Count in which state each history is at a tick. */
static void count(const Stretch *stretch, int64_t number, int64_t from, int64_t to) {
    const Block *block = stretch->block;
    for (int64_t row = from; row < to; row++) {
        const int64_t setting = block->settings[block->state->row[row]];
        if (block->state->state[row] != ENDED)
            stretch->occupancy[(setting * stretch->ticks + number) * OCCUPANCY + block->state->state[row]]++;
    }
}

/* Count at the end of a quarter where war, or a ceasefire, is a hurting stalemate. */
static void count_stalemates(const Stretch *stretch, int64_t quarter, const Tick *tick) {
    const Block *block = stretch->block;
    for (int64_t row = tick->from; row < tick->to; row++) {
        const int8_t state = block->state->state[row];
        const int64_t first = row * block->parties + block->first, second = row * block->parties + block->second;
        if (state != FIGHTING && state != CEASEFIRE) continue;
        const bool hurts_first = hurting(block->war[first], block->status_quo[first]);
        const bool hurts_second = hurting(block->war[second], block->status_quo[second]);
        const int64_t place = (block->settings[block->state->row[row]] * stretch->quarters + quarter) * 2 + state;
        int64_t *found = stretch->ripe + place * RIPENESS;
        found[0]++, found[1] += hurts_first, found[2] += hurts_second, found[3] += hurts_first & hurts_second;
    }
}

/* Set the clocks for the time to the next tick, count, and see where anything is left to be played; return whether it is
   anywhere. */
static bool close(const Stretch *stretch, const Tick *tick) {
    const Block *block = stretch->block;
    const double last = stretch->days[stretch->ticks - 1];
    bool any = 0;
    negosim_set_clocks(block, tick->number, tick->day, tick->from, tick->to);
    count(stretch, tick->number, tick->from, tick->to);
    for (int64_t quarter = 0; stretch->field && quarter < stretch->quarters; quarter++)
        if (stretch->quarter_ends[quarter] == tick->number) count_stalemates(stretch, quarter, tick);
    for (int64_t row = tick->from; row < tick->to; row++)
        any |= stretch->stay[row] = goes_on(block, row, last, stretch->threatened);
    return any;
}

/* Play a tick of some histories, but for its end; what may be returned is said of negosim_play. */
static int64_t play(const Stretch *stretch, const Tick *tick) {
    const Block *block = stretch->block;
    look_at_conditions(stretch->comings, tick->from, tick->to, tick->number);
    let_effects_end(stretch->comings->happenings->effects, stretch->field, tick->from, tick->to, tick->number);
    negosim_lift(block->state, tick->day, tick->from, tick->to);
    int64_t failed = let_events_come(stretch->comings, tick->from, tick->to, tick->number);
    if (failed < 0) failed = fight(stretch, tick);
    if (failed >= 0) return failed;
    if (!revalue(stretch, tick)) return NOT_FINITE;
    check(block, tick->number, tick->day, tick->years, tick->from, tick->to);
    for (int64_t index = 0; index < block->tracks; index++)
        if (block->track[index].voting) ratify(block, index, tick->number, tick->day, tick->from, tick->to);
    meet(stretch, tick);
    miss_deadlines(stretch, tick);
    return FINE;
}

int64_t negosim_play(const Stretch *stretch, int64_t from, int64_t to, int64_t first, int64_t last) {
    for (int64_t row = first; row < last; row += stretch->at_a_time) {
        const int64_t end = row + stretch->at_a_time;
        Tick tick = {.from = row, .to = end < last ? end : last};
        bool more = 1;
        for (tick.number = from; more && tick.number < to; tick.number++) {
            tick.day = stretch->days[tick.number];
            tick.days = stretch->passed_days[tick.number];
            tick.years = stretch->passed_years[tick.number];
            const int64_t found = play(stretch, &tick);
            if (found != FINE) return found;
            more = close(stretch, &tick);
        }
        for (; tick.number < to; tick.number++) count(stretch, tick.number, tick.from, tick.to);
    }
    return FINE;
}
