/* What goes into a round of talks and what comes of it. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_TALKS_H
#define NEGOSIM_TALKS_H

#include <stdbool.h>
#include <stdint.h>

#include "packages.h"

enum { FIGHTING = 0, CEASEFIRE = 1 };

typedef struct {
    int64_t parties, issues;
    int64_t places, slots;
    const int64_t *agenda;      /* (places,) issues */
    const int64_t *first;       /* (places + 1,) where the options of each begin among the slots */
    const int64_t *column;      /* (slots,) */
    const int64_t *place_of;    /* (slots,) */
    const int64_t *place_at;    /* (issues,) place on the agenda, -1 for none */
    const int64_t *slot_at;     /* (columns,) slot, -1 for none */
    const bool *guards;         /* (issues,) whether an option of it carries enforcement */
    const bool *apart;          /* (issues,) off the agenda, and they bear on what agreements are worth only */
    const bool *banned;         /* (issues,) whether an option of it belongs to a combination that no draft may contain */
    Combination bans;           /* that no draft may contain */
    const bool *excluded;       /* (slots,) options that no text may contain while their issue is open */
    const bool *narrowed;       /* (issues,) which have such options */
    int64_t excludes;           /* whether any has */
    int64_t swaying;
    const int64_t *sway;        /* (swaying,) chips in the hands of others than signatories */
    const bool *touchy;         /* (issues,) those, and issues with red lines of their holders */
    int64_t all_lines, lines;
    const int64_t *line;        /* (lines,) those on the agenda, by their place among all */
    const int64_t *line_party, *line_issue, *line_column, *line_slot;
    const bool *consents;       /* (parties,) who may have to consent */
    const bool *signs;          /* (parties,) who must */
    int64_t holdings;
    const int64_t *holding_party, *holding_chip;
    int64_t bodies;
    const int64_t *body_party, *body_votes_as; /* (bodies,) that vote by the values of somebody else than the party */
    const bool *moody;          /* (parties,) whose judgement may count */
    const bool *misread;        /* (parties,) about whom a mediator's error may count */
    int64_t limited, stops, settles, takes_turns, revisions;
} Track;

typedef struct {
    int64_t held, tick;
    double day;
    const int64_t *rows, *origin;
    const int64_t *trials, *settings; /* (histories as the block began,) the number of each, and the place of its setting */
    const int8_t *state;
    /* packages */
    const Packages *packages;
    Numbers best_value;
    const int64_t *best;
    int64_t best_step;
    const int64_t *quo, *edition, *version;
    const bool *fixed, *taken, *live;
    const double *luck;
    /* values */
    const double *war, *cost, *no_deal, *undecided, *memory;
    Numbers preference, distrust, exposure, peace_cost, hazard, effect;
    /* what is asked for */
    Numbers pressure, patience, concession, scale, judgement_memory, weights, error, mediator_memory, credibility;
    const double *foreseen;     /* (held, parties) by how much each asks for more because of its own bodies */
    const double *expected;     /* (held, bodies) what those are expected to ask for that vote by the values of somebody else */
    const double *left, *clock;
    double passed;
    const uint64_t *consent_keys, *error_keys;
    const int64_t *proposer;
    /* where the track stands */
    int64_t *drafts;
    double *toughness;
    double *mood, *asked_on;    /* (trials, parties) */
    double *misreading;         /* (trials, parties) */
    double *misread_on;         /* (trials,) */
    bool *slowed;
    void *notes;                /* (histories as the block began,) of negosim_size_of_notes */
    /* what the round brings: whose text was signed, or everybody (whole) */
    int64_t whole;
    int64_t between;            /* it is no round: the text of the last one is asked about again */
    int64_t *reported, *text;
    double *worth, *value, *aspiration, *ask, *reservation, *judgement;
    bool *consent, *refusals, *crossed, *signed_, *pressed, *below;
    int32_t *objections;
    /* rounds that failed, by history as the block began, and what over */
    int32_t *failed, *refused;
    int64_t *over;              /* (settings, parties, issues) */
} Round;

/* Hold a round of a track; return in how many histories there is something to report. */
int64_t negosim_meet(const Track *track, const Round *round);

/* How many bytes the kernel needs to remember what it knows of a history's text. */
int64_t negosim_size_of_notes(const Track *track);

#endif
