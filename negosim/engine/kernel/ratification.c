/* Bodies vote on what has been signed, in a mood that lasts; a vote that is lost teaches (model 6 and 8), as in
   negosim.engine.ratification. */

#include "block.h"
#include "rules.h"

/* The mood of a body on the day of a vote: one on whatever track it votes. */
static double mood_of(const Block *block, int64_t body, int64_t row, double day, Stream *stream) {
    const State *state = block->state;
    double *mood = state->body_mood + row * block->all_bodies + body;
    double *voted_on = state->voted_on + row * block->all_bodies + body;
    const double days = day - *voted_on, memory = of(block->body_memory[body], row, 0);
    const double innovation = normal(uniform(stream, block->numbers[state->row[row]]));
    followed(1, mood, &days, &memory, &innovation);
    *voted_on = day;
    return *mood;
}

/* A signed text as it now reads: whatever is off every agenda stands in it at its status quo. */
static void read_signed(const Block *block, int64_t index, int64_t row, int64_t *text) {
    const State *state = block->state;
    const int64_t from = row * block->issues, *said = block->talks[index].standing->signed_text + from;
    for (int64_t j = 0; j < block->issues; j++) {
        const bool is_open = block->track[index].place_at[j] >= 0 && !state->fixed[from + j] && !state->taken[from + j];
        text[j] = is_open && said[j] != UNSAID ? said[j] : state->status_quo[from + j];
    }
}

/* Whether a body approves; a vote that is lost is a lesson. */
static bool vote(const Block *block, int64_t index, int64_t b, int64_t row, double day, Stream *stream) {
    const State *state = block->state;
    const int64_t body = block->track[index].voting_body[b], voters = block->track[index].voting_as[b];
    const int64_t place = row * block->all_bodies + body;
    const double hurdle = of(block->hurdle[body], row, 0);
    const double shift = of(block->spread[body], row, 0) * mood_of(block, body, row, day, stream);
    int64_t text[MOST_ISSUES];
    double value[MOST_PARTIES], no_deal[MOST_PARTIES];
    read_signed(block, index, row, text);
    set_value(block, index, row, text, value);
    set_no_deal(block, row, no_deal);
    const bool approved = approves(value[voters], no_deal[voters], shift, hurdle);
    state->lesson[place] = approved ? NAN : hurdle - shift;
    state->lost_on[place] = approved ? NAN : day;
    return approved;
}

static void count_vote(const Block *block, int64_t index, int64_t b, int64_t row, bool approved) {
    const Round *talks = block->talks + index;
    const int64_t at = block->state->row[row], place = block->settings[at] * block->track[index].voting + b;
    talks->votes[place]++;
    talks->approved[place] += approved;
    talks->lost_votes[at] += !approved;
}

/* Hold the votes of a history whose time has come; one that is lost ends the waiting. Return whether one is lost. */
static bool hold_votes(const Block *block, int64_t index, int64_t row, double day, Stream *streams) {
    const Track *track = block->track + index;
    const TrackState *standing = block->talks[index].standing;
    double *days = standing->votes + row * track->voting;
    bool lost = 0;
    for (int64_t b = 0; b < track->voting && !lost; b++) {
        if (!(days[b] <= day + block->rounding)) continue;
        const bool approved = vote(block, index, b, row, day, streams + b);
        days[b] = NAN;
        lost = !approved;
        count_vote(block, index, b, row, approved);
    }
    return lost;
}

/* What the votes have left to come. */
static bool any_left(const Block *block, int64_t index, int64_t row) {
    const int64_t voting = block->track[index].voting;
    bool found = 0;
    for (int64_t b = 0; b < voting; b++) found |= !isnan(block->talks[index].standing->votes[row * voting + b]);
    return found;
}

static void ratify_one(const Block *block, int64_t index, int64_t row, int64_t tick, double day, Stream *streams,
                       Stream *breach) {
    const State *state = block->state;
    const TrackState *standing = block->talks[index].standing;
    const bool lost = hold_votes(block, index, row, day, streams), in_truce = state->truce[row] && state->under[row] == index;
    if (!lost && any_left(block, index, row)) return;
    standing->waiting[row] = 0;
    if (lost) {
        if (in_truce) close_talks(block, index, index, row, day), end_truce(block, row, day);
        return;
    }
    if (in_truce && block->track[index].limited) end_truce(block, row, day); /* a limited deal does not stop the war */
    int64_t text[MOST_ISSUES];
    read_signed(block, index, row, text);
    enter(block, index, row, tick, day, text, standing->pressed[row], breach);
}

void ratify(const Block *block, int64_t index, int64_t tick, double day, int64_t from, int64_t to) {
    const Track *track = block->track + index;
    Stream streams[MOST_BODIES], breach = stream_of(block->talks[index].breach_key, tick, 0);
    for (int64_t b = 0; b < track->voting; b++)
        streams[b] = stream_of(block->body_keys + 2 * track->voting_body[b], tick, 0);
    for (int64_t row = from; row < to; row++)
        if (block->talks[index].standing->waiting[row]) ratify_one(block, index, row, tick, day, streams, &breach);
}
