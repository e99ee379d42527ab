/* Agreements come into force and break down (model 9), as in negosim.engine.agreements; what happens is written down as in
   negosim.engine.record.recorder. */

#include "block.h"
#include "rules.h"

enum { NEVER = -1 };

/* -- what is written down ------------------------------------------------------------------------------------------ */

/* Write down that an agreement comes into force where none of its kind is. */
static void entered(const Block *block, int64_t kind, int64_t row, int64_t tick, double day) {
    const Spells *spells = block->spells + kind;
    const int64_t at = block->state->row[row];
    if (!isnan(spells->current[at])) return;
    spells->current[at] = day;
    if (spells->first[at] != NEVER) return;
    spells->first[at] = (int32_t)tick;
    spells->since[at] = day;
}

/* Answer the questions about spells of a kind that end. */
static void answer(const Block *block, int64_t kind, int64_t at, double until) {
    const double since = block->spells[kind].current[at];
    for (int64_t q = 0; q < block->questions; q++)
        if (block->question_kind[q] == kind && since <= block->question_day[q] &&
            until - since >= block->question_lasting[q])
            block->answers[at * block->questions + q] = 1;
}

static void end_spell(const Block *block, int64_t kind, int64_t row, double day) {
    const Spells *spells = block->spells + kind;
    const int64_t at = block->state->row[row];
    if (isnan(spells->current[at])) return;
    answer(block, kind, at, day);
    if (spells->since[at] == spells->current[at]) spells->until[at] = day;
    spells->current[at] = NAN;
}

/* Count a signature, and whether judgement signed (below); only the first of a track keeps its terms. */
static void note_signature(const Block *block, const Round *talks, int64_t row, int64_t tick, const int64_t *text,
                           const double *worth, bool below) {
    const int64_t at = block->state->row[row];
    talks->signatures[at]++;
    talks->by_judgement[at] += below;
    if (talks->signed_at[at] != NEVER) return;
    talks->signed_at[at] = (int32_t)tick;
    for (int64_t j = 0; j < block->issues; j++) talks->first_terms[at * block->issues + j] = (int32_t)text[j];
    memcpy(talks->first_worth + at * block->parties, worth, (size_t)block->parties * sizeof *worth);
}

/* -- in force ------------------------------------------------------------------------------------------------------ */

/* Put terms in force in the place of fighting, or of those of a ceasefire; texts out of season lapse, but for the one that
   a truce is to give time for. */
static void stop_fighting(const Block *block, int64_t index, int64_t row, const int64_t *terms, int8_t into) {
    const State *state = block->state;
    const int64_t from = row * block->issues;
    for (int64_t j = 0; j < block->issues; j++) {
        state->left[from + j] = terms[j] == state->status_quo[from + j];
        state->terms[from + j] = terms[j];
    }
    state->under[row] = (int8_t)index;
    state->state[row] = into;
    for (int64_t t = 0; t < block->tracks; t++)
        block->talks[t].standing->waiting[row] &=
            in_season(block->track + t, into) || (state->truce[row] && state->under[row] == t);
}

/* Stop the fighting until the votes on a text: a ceasefire without terms, which never breaks. */
static void begin_truce(const Block *block, int64_t index, int64_t row, int64_t tick, double day) {
    const State *state = block->state;
    state->truce[row] = 1;
    stop_fighting(block, index, row, state->status_quo + row * block->issues, CEASEFIRE);
    state->breaks[row] = INFINITY;
    entered(block, OF_CEASEFIRE, row, tick, day);
    entered(block, OF_ANY, row, tick, day);
}

/* Bring a limited deal into force: what it moves is the new status quo. */
static void strike(const Block *block, int64_t index, int64_t row, const int64_t *text, double breaks) {
    const TrackState *standing = block->talks[index].standing;
    const int64_t from = row * block->issues;
    standing->agreed[row] = 1;
    for (int64_t j = 0; j < block->issues; j++) {
        standing->deal[from + j] = text[j];
        standing->moved[from + j] = text[j] != block->state->status_quo[from + j];
    }
    standing->deal_breaks[row] = breaks;
    restate(block->state, row);
}

/* The day on which a text that comes into force will break down. */
static double breaking_day(const Block *block, const Round *talks, int64_t row, const int64_t *text, bool pressed,
                           Stream *stream, double day) {
    const double rate = breakdown_rate(of(talks->hazard, row, 0), of(talks->effect, row, 0),
                                       unguaranteed(block->packages, row, text));
    const double hazard = rate * (pressed ? of(talks->penalty, row, 0) : 1.0);
    const double u = uniform(stream, block->numbers[block->state->row[row]]);
    return day + block->days_per_year * breach_time(u, hazard, of(talks->shape, row, 0));
}

void enter(const Block *block, int64_t index, int64_t row, int64_t tick, double day, const int64_t *text, bool pressed,
           Stream *stream) {
    const Track *track = block->track + index;
    const double breaks = breaking_day(block, block->talks + index, row, text, pressed, stream, day);
    if (track->limited) {
        strike(block, index, row, text, breaks);
        entered(block, OF_LIMITED, row, tick, day);
        return;
    }
    block->state->truce[row] = 0;
    stop_fighting(block, index, row, text, track->settles ? SETTLEMENT : CEASEFIRE);
    block->state->breaks[row] = breaks;
    entered(block, track->settles ? OF_SETTLEMENT : OF_CEASEFIRE, row, tick, day);
    entered(block, OF_ANY, row, tick, day);
}

/* Set the day of each vote that a signature calls for, NaN for none; return whether there is any. */
static bool set_votes(const Block *block, int64_t index, int64_t row, double day, const bool *consent) {
    const Track *track = block->track + index;
    const Round *talks = block->talks + index;
    bool any = 0;
    for (int64_t b = 0; b < track->voting; b++) any |= consent[track->voting_party[b]];
    for (int64_t b = 0; any && b < track->voting; b++)
        talks->standing->votes[row * track->voting + b] =
            consent[track->voting_party[b]] ? day + of(talks->delay[b], row, 0) : NAN;
    return any;
}

/* Let a signed text wait for its votes. */
static void wait_for_votes(const Block *block, int64_t index, int64_t row, const int64_t *text, bool pressed) {
    const Track *track = block->track + index;
    const TrackState *standing = block->talks[index].standing;
    const int64_t from = row * block->issues;
    standing->waiting[row] = 1;
    standing->pressed[row] = pressed;
    for (int64_t j = 0; j < block->issues; j++) {
        const bool is_open = track->place_at[j] >= 0 && !block->state->fixed[from + j] && !block->state->taken[from + j];
        standing->signed_text[from + j] = is_open ? text[j] : UNSAID;
    }
}

void sign(const Block *block, int64_t index, int64_t tick, double day, int64_t count) {
    const Round *talks = block->talks + index;
    Stream stream = stream_of(talks->breach_key, tick, 0);
    for (int64_t k = 0; k < count; k++) {
        const int64_t row = talks->rows[k], *text = talks->text + k * block->issues;
        note_signature(block, talks, row, tick, text, talks->worth + k * block->parties, talks->below[k]);
        if (!set_votes(block, index, row, day, talks->consent + k * block->parties)) {
            enter(block, index, row, tick, day, text, talks->pressed[k], &stream);
            continue;
        }
        wait_for_votes(block, index, row, text, talks->pressed[k]);
        if (block->track[index].truce && block->state->state[row] == FIGHTING) begin_truce(block, index, row, tick, day);
    }
}

/* -- breaking down ------------------------------------------------------------------------------------------------- */

/* Let a breach leave its memory. */
static void distrust_more(const Block *block, int64_t index, int64_t row) {
    double *distrust = block->state->distrust + row * block->parties;
    const double memory = of(block->talks[index].breach_memory, row, 0);
    for (int64_t i = 0; i < block->parties; i++) distrust[i] = smaller(distrust[i] * memory, block->most_distrust);
}

/* Close the talks of a track for the pause of the one whose text has come to nothing. */
void close_talks(const Block *block, int64_t index, int64_t broken, int64_t row, double day) {
    double *closed_until = block->talks[index].standing->closed_until + row;
    *closed_until = larger(*closed_until, day + of(block->talks[broken].pause, row, 0));
}

/* Let the limited deals of some tracks lapse: their issues return to the status quo, and distrust grows. */
static void lapse(const Block *block, const bool *due, int64_t row, double day) {
    double ended = -INFINITY;
    bool any_left = 0;
    for (int64_t t = 0; t < block->tracks; t++) {
        const TrackState *standing = block->talks[t].standing;
        if (due[t]) {
            ended = larger(ended, smaller(standing->deal_breaks[row], day));
            standing->agreed[row] = 0;
            distrust_more(block, t, row);
            close_talks(block, t, t, row, day);
        }
        any_left |= standing->agreed[row];
    }
    restate(block->state, row);
    if (!any_left) end_spell(block, OF_LIMITED, row, ended);
}

/* Return to fighting, or the impasse. */
static void resume(const Block *block, int64_t row, double when) {
    const State *state = block->state;
    for (int64_t kind = OF_CEASEFIRE; kind <= OF_ANY; kind++) end_spell(block, kind, row, when);
    state->state[row] = FIGHTING;
    state->under[row] = NO_TRACK;
    state->breaks[row] = INFINITY;
    state->truce[row] = 0;
}

void end_truce(const Block *block, int64_t row, double day) { resume(block, row, day); }

/* Let an agreement lapse: fighting resumes (or the impasse), distrust grows, and talks are closed for a pause. */
static void break_down(const Block *block, int64_t row, double when, double day) {
    const State *state = block->state;
    const int64_t under = state->under[row];
    if (under != NO_TRACK) {
        distrust_more(block, under, row);
        for (int64_t t = 0; t < block->tracks; t++) {
            const Track *track = block->track + t;
            const bool alike = state->state[row] == CEASEFIRE ? track->ceasefire : track->settles;
            if (t == under || alike) close_talks(block, t, under, row, day);
        }
    }
    resume(block, row, when);
}

/* Whether a belligerent (without a war a signatory) that gains by breaking a text breaks it. */
static bool is_broken(const Block *block, int64_t index, int64_t row, const double *temptation, Stream *stream,
                      double years) {
    const Track *track = block->track + index;
    const Round *talks = block->talks + index;
    const double least = of(talks->defection_cost, row, 0) + block->gains;
    bool tempted = 0;
    for (int64_t k = 0; k < track->watching; k++) tempted |= temptation[track->watched[k]] > least;
    return tempted && uniform(stream, block->numbers[block->state->row[row]]) <
                          chance_within(of(talks->opportunism, row, 0), years);
}

/* Whether somebody breaks a limited deal because the status quo before it is worth more to it. */
static bool is_deal_broken(const Block *block, int64_t index, int64_t row, Stream *stream, double years) {
    const State *state = block->state;
    const Round *talks = block->talks + index;
    const int64_t issues = block->issues, *deal = state->status_quo + row * issues;
    double going_on[MOST_PARTIES], fallback[MOST_PARTIES], distrust[MOST_PARTIES], preference[MOST_PARTIES];
    double with_it[MOST_PARTIES], without_it[MOST_PARTIES], phi[MOST_PARTIES], temptation[MOST_PARTIES];
    int64_t without[MOST_ISSUES];
    for (int64_t j = 0; j < issues; j++) {
        const bool moved = talks->standing->moved[row * issues + j] && !state->fixed[row * issues + j];
        without[j] = moved ? state->own_quo[row * issues + j] : deal[j];
    }
    const double rate = breakdown_rate(of(talks->hazard, row, 0), of(talks->effect, row, 0),
                                       unguaranteed(block->packages, row, deal));
    utilities(block->packages, row, deal, with_it);
    utilities(block->packages, row, without, without_it);
    set_lasting(block, index, row, going_on, fallback, distrust, preference);
    set_phi(block, row, phi);
    for (int64_t i = 0; i < block->parties; i++)
        temptation[i] = -agreement_value(all(with_it[i] * phi[i]), all(phi[i] * without_it[i]), all(0.0),
                                         all(distrust[i] * rate), all(preference[i]))[0];
    return is_broken(block, index, row, temptation, stream, years);
}

static bool is_agreement_broken(const Block *block, int64_t row, Stream *streams, double years) {
    const int64_t under = block->state->under[row];
    double temptation[MOST_PARTIES];
    set_value_in_force(block, row, temptation);
    for (int64_t i = 0; i < block->parties; i++)
        temptation[i] = block->war[row * block->parties + i] - temptation[i];
    return is_broken(block, under, row, temptation, streams + under, years);
}

/* Let the limited deals of a history lapse whose time has come, or that somebody breaks. */
static void check_deals(const Block *block, int64_t row, Stream *streams, double day, double years) {
    bool due[MOST_TRACKS], any = 0;
    for (int64_t t = 0; t < block->tracks; t++) {
        const TrackState *standing = block->talks[t].standing;
        due[t] = standing->agreed[row] && standing->deal_breaks[row] <= day;
        any |= due[t];
    }
    if (any) lapse(block, due, row, day);
    for (int64_t t = 0; t < block->tracks; t++) due[t] = 0;
    for (int64_t t = 0; t < block->tracks; t++) {
        if (!block->track[t].limited || !block->talks[t].may_tempt || !block->talks[t].standing->agreed[row]) continue;
        due[t] = is_deal_broken(block, t, row, streams + t, years);
        if (due[t]) lapse(block, due, row, day);
        due[t] = 0;
    }
}

static void check_agreement(const Block *block, int64_t row, Stream *streams, double day, double years) {
    const State *state = block->state;
    if (state->breaks[row] <= day) break_down(block, row, state->breaks[row], day);
    const int64_t under = state->under[row];
    if (under == NO_TRACK || state->truce[row] || block->track[under].limited || !block->talks[under].may_tempt) return;
    if (is_agreement_broken(block, row, streams, years)) break_down(block, row, day, day);
}

void check(const Block *block, int64_t tick, double day, double years, int64_t from, int64_t to) {
    const State *state = block->state;
    Stream streams[MOST_TRACKS];
    for (int64_t t = 0; t < block->tracks; t++) streams[t] = stream_of(block->talks[t].opportunism_key, tick, 0);
    for (int64_t row = from; row < to; row++) {
        if (state->state[row] != ENDED) check_deals(block, row, streams, day, years);
        if (state->state[row] == CEASEFIRE || state->state[row] == SETTLEMENT)
            check_agreement(block, row, streams, day, years);
    }
}

/* Break the limited deals of a history. */
static void break_deals(const Block *block, int64_t row, double day) {
    bool agreed[MOST_TRACKS], any = 0;
    for (int64_t t = 0; t < block->tracks; t++) any |= agreed[t] = block->talks[t].standing->agreed[row];
    if (any) lapse(block, agreed, row, day);
}

void break_by_event(const Block *block, int64_t kind, int64_t row, double day) {
    const State *state = block->state;
    const bool is_ceasefire = state->state[row] == CEASEFIRE, is_settlement = state->state[row] == SETTLEMENT;
    if (kind == OF_LIMITED) {
        if (state->state[row] != ENDED) break_deals(block, row, day);
    } else if ((is_ceasefire && kind != OF_SETTLEMENT) || (is_settlement && kind != OF_CEASEFIRE))
        break_down(block, row, smaller(state->breaks[row], day), day);
}

/* Whether a settlement holds to the horizon, whatever happens, and nothing is left to be played. */
static bool is_final(const Block *block, int64_t row, double last) {
    const State *state = block->state;
    if (state->state[row] != SETTLEMENT || !(state->breaks[row] > last)) return 0;
    for (int64_t t = 0; t < block->tracks; t++) {
        const TrackState *standing = block->talks[t].standing;
        if (standing->agreed[row] || standing->waiting[row]) return 0;
        if (block->talks[t].may_tempt && state->under[row] == t) return 0;
    }
    return 1;
}

bool goes_on(const Block *block, int64_t row, double last, bool threatened) {
    return block->state->state[row] != ENDED && (threatened || !is_final(block, row, last));
}

void end_history(const Block *block, int64_t row) {
    block->state->state[row] = ENDED;
    for (int64_t t = 0; t < block->tracks; t++) block->talks[t].standing->waiting[row] = 0;
}
