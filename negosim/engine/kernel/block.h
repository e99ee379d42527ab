/* A block of histories, as all its tracks see it. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_BLOCK_H
#define NEGOSIM_BLOCK_H

#include "draws.h"
#include "talks.h"

/* When a kind of agreement was first reached, and how long it lasted (negosim.engine.record.history.Spells). */
typedef struct {
    int32_t *first;
    double *since, *until, *current;
} Spells;

typedef struct {
    int64_t parties, issues, lines, all_bodies;
    int64_t tracks;
    const Track *track;         /* (tracks,) */
    Round *talks;               /* (tracks,) */
    const int64_t *numbers, *settings; /* (histories as the block began,) of each in its run, and the place of its setting */
    const State *state;
    /* what packages, fighting on and no deal are worth */
    const Packages *packages;
    Numbers best_value;         /* of (issues, width) */
    const int64_t *best;        /* (trials or 1, issues, parties) */
    int64_t best_step;
    const int64_t *version;
    const double *war, *cost;   /* (trials, parties) */
    const double *decided;      /* (trials, parties) the share of the future spent won or lost */
    const double *status_quo;   /* (trials, parties) u_i of it */
    void *in_force;             /* (histories as the block began,) of negosim_size_of_terms */
    /* numbers of the parties and of their bodies */
    Numbers preference, distrust, exposure, concession, scale, judgement_memory, reciprocity; /* of (parties,) */
    const Numbers *hurdle, *spread, *foresight, *body_memory; /* (all bodies,) */
    const uint64_t *body_keys;  /* (all bodies, 2) of the streams of their moods */
    int64_t first, second;      /* the belligerents, -1 without a war */
    int64_t ripeness;           /* whether the clocks of any track follow it */
    int64_t reciprocal;         /* whether anybody may wait for others to move */
    double rounding;            /* days by which a sum of durations may pass a tick */
    double gains;               /* by how much breaking a text must gain more than its cost */
    double most_distrust, days_per_year;
    /* what is written down, by history as the block began */
    Spells *spells;             /* (4,) by Kind, of agreements that stop fighting together */
    int64_t questions;
    const int64_t *question_kind; /* (questions,) -1 for others than about spells */
    const double *question_day, *question_lasting;
    bool *answers;              /* (histories, questions) */
} Block;

/* Kinds of spells, as in negosim.engine.record.history. */
enum { OF_LIMITED, OF_CEASEFIRE, OF_SETTLEMENT, OF_ANY, SPELLS };

/* What follows is done in the rows of a block from one to before another (from, to). */

/* Put the first draft of a track on the table: what it leaves out is at the status quo of the day. */
void open_draft(const Block *block, int64_t track, int64_t from, int64_t to);

/* Hold a round of a track wherever its talks are open, or ask again about the text that stands (between); return in how
   many histories there is something to report. */
int64_t negosim_hold(const Block *block, int64_t track, int64_t tick, double day, double passed, int64_t between,
                     int64_t whole, int64_t from, int64_t to);

/* How many bytes the kernel needs to remember what it knows of a history's text. */
int64_t negosim_size_of_notes(const Track *track);

/* Whether talks of a track have something to bring in a state, and whether they are open in a history
   (negosim.engine.talks.rounds). */
static inline bool in_season(const Track *track, int8_t state) {
    return (state == FIGHTING) | ((state == CEASEFIRE) & !track->ceasefire);
}

static inline bool is_open(const Block *block, const Track *track, const TrackState *standing, int64_t row, int64_t tick,
                           double day) {
    return (tick >= track->opens) & !standing->agreed[row] & !standing->waiting[row] &
           in_season(track, block->state->state[row]) & !(day < standing->closed_until[row] - block->rounding);
}

/* Let the clocks run by some days where talks have been open; those of parties that wait for a move run slower. */
void negosim_run_clocks(const Block *block, double days, int64_t from, int64_t to);

/* Say where there is fighting, which talks are open, and whose clocks count, until the next tick. */
void negosim_set_clocks(const Block *block, int64_t tick, double day, int64_t from, int64_t to);

/* Bring into force what the last round of a track has signed in so many histories (count), or let it wait for votes. */
void sign(const Block *block, int64_t track, int64_t tick, double day, int64_t count);

/* Break down whatever has reached its time, or pays somebody to break. */
void check(const Block *block, int64_t tick, double day, double years, int64_t from, int64_t to);

/* Let an event break agreements of a kind in a history: a spoiler's work. */
void break_by_event(const Block *block, int64_t kind, int64_t row, double day);

/* Hold the votes on texts of a track whose time has come. */
void ratify(const Block *block, int64_t track, int64_t tick, double day, int64_t from, int64_t to);

/* What ratification asks of agreements: bring a text into force, let a truce end, close talks for a pause. */
void enter(const Block *block, int64_t track, int64_t row, int64_t tick, double day, const int64_t *text, bool pressed,
           Stream *stream);
void end_truce(const Block *block, int64_t row, double day);
void close_talks(const Block *block, int64_t track, int64_t broken, int64_t row, double day);

/* Whether something is left to be played in a history, given the last day, and whether events may break agreements. */
bool goes_on(const Block *block, int64_t row, double last, bool threatened);

/* Let a history end: what waits for votes in it lapses. */
void end_history(const Block *block, int64_t row);

/* What a text of a track means to every party that takes the place of fighting, (parties,) each (negosim.model.stakes). */
void set_lasting(const Block *block, int64_t track, int64_t row, double *going_on, double *fallback, double *distrust,
                 double *preference);

/* A_i of a text of a track, and of the terms in force, (parties,). */
void set_value(const Block *block, int64_t track, int64_t row, const int64_t *text, double *value);
void set_value_in_force(const Block *block, int64_t row, double *value);

/* How many bytes the kernel needs to remember what terms in force are worth. */
int64_t negosim_size_of_terms(const Packages *packages);

/* N_i, what there is without a deal, and φ, the share of the future spent neither won nor lost, (parties,) each. */
void set_no_deal(const Block *block, int64_t row, double *no_deal);
void set_phi(const Block *block, int64_t row, double *phi);

#endif
