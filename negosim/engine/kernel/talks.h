/* What a round of talks is told and what it answers; negosim.engine.kernel fills these in, field by field. */

#ifndef NEGOSIM_TALKS_H
#define NEGOSIM_TALKS_H

#include <stdint.h>

enum { MOST_PARTIES = 64, MOST_ISSUES = 128, MOST_SLOTS = 512, MOST_LINES = 512, FIGHTING = 0 };

/* Numbers with a leading axis of histories, or shared by all of them (step 0). */
typedef struct {
    const double *at;
    int64_t step;
} Numbers;

/* Named options that occur together: entries start[k] to start[k + 1] of issue and column. */
typedef struct {
    int64_t count;
    const int64_t *start, *issue, *column;
} Combination;

typedef struct {
    int64_t parties, issues;
    int64_t places, slots;
    const int64_t *agenda;      /* (places,) issues */
    const int64_t *first;       /* (places + 1,) where the options of each begin among the slots */
    const int64_t *column;      /* (slots,) */
    const int64_t *place_of;    /* (slots,) */
    const int64_t *place_at;    /* (issues,) place on the agenda, -1 for none */
    const int64_t *slot_at;     /* (columns,) slot, -1 for none */
    int64_t guarding;
    const int64_t *guard;       /* (guarding,) issues with an option that carries enforcement */
    const uint8_t *guards;      /* (issues,) whether it is one of them */
    Combination linkages, bans;
    int64_t all_lines, lines;
    const int64_t *line;        /* (lines,) those on the agenda, by their place among all */
    const int64_t *line_party, *line_issue, *line_column, *line_slot;
    const uint8_t *consents;    /* (parties,) who may have to consent */
    const uint8_t *signs;       /* (parties,) who must */
    int64_t signatories;
    int64_t holdings;
    const int64_t *holding_party, *holding_chip;
    int64_t limited, stops, takes_turns, revisions;
} Track;

typedef struct {
    int64_t held, first, tick;
    const int64_t *rows, *origin;
    const int8_t *state;
    /* packages */
    Numbers table, gaps, best_worth;
    const int64_t *best;
    int64_t best_step;
    const Numbers *additions;
    const int64_t *quo;
    const uint8_t *fixed, *taken, *live;
    const double *luck;
    /* values */
    const double *war, *cost, *no_deal, *undecided, *memory;
    Numbers preference, distrust, exposure, peace_cost, hazard, effect;
    /* what is asked for */
    Numbers pressure, patience, concession, scale, weights, error, credibility;
    const double *left, *clock;
    double passed;
    const uint64_t *consent_keys, *error_keys;
    const int64_t *proposer;
    /* where the track stands */
    int64_t *draft;
    double *toughness;
    uint8_t *slowed;
    /* what the round brings */
    int64_t *text;
    double *worth, *value, *aspiration, *refusal, *noise;
    uint8_t *consent, *refusals, *crossed, *signed_, *pressed;
    int32_t *objections;
} Round;

void negosim_meet(const Track *track, const Round *round);

#endif
