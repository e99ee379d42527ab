/* What goes into a round of talks and what comes of it. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_TALKS_H
#define NEGOSIM_TALKS_H

#include <stdbool.h>
#include <stdint.h>

#include "packages.h"
#include "state.h"

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
    const bool *tied;           /* (issues,) whether an option of it belongs to a linkage or carries enforcement */
    const bool *banned;         /* (issues,) whether an option of it belongs to a combination that no draft may contain */
    Combination bans;           /* that no draft may contain, as far as they bear on the agenda */
    const uint64_t *links;      /* (1,) linkages that bear on the agenda; a bit stands for every 64th */
    int64_t words, line_words;  /* how many words sets of slots take, and sets of red lines (sets.h) */
    const uint64_t *slots_of;   /* (places, words) the slots of each */
    const uint64_t *guarding;   /* (words,) the slots of issues that may carry enforcement */
    const uint64_t *excluded;   /* (words,) options that no text may contain while their issue is open */
    int64_t swaying;
    const int64_t *first_draft; /* (issues,) columns of the first draft, -1 where it leaves an issue out */
    const int64_t *sway;        /* (swaying,) chips in the hands of others than signatories */
    const uint64_t *sway_holders; /* (swaying,) who holds each; parties are bits */
    const bool *touchy;         /* (issues,) those, and issues with red lines of their holders */
    int64_t lines;              /* red lines, of all issues */
    const int64_t *line_party, *line_place, *line_slot; /* (lines,) -1 off the agenda */
    const uint64_t *lines_of;   /* (places, line words) which bear on each */
    const uint64_t *lines_behind; /* (slots, line words) behind which each lies */
    const uint64_t *lines_by;   /* (parties, line words) whose they are */
    const uint64_t *binding;    /* (line words,) those of signatories; where parties take turns of whoever may have to consent */
    const uint64_t *varying;    /* (line words,) those of others who may have to consent */
    const bool *consents;       /* (parties,) who may have to consent */
    const bool *signs;          /* (parties,) who must */
    int64_t holdings;
    const int64_t *holding_party, *holding_chip;
    int64_t own_bodies;
    const int64_t *own_body, *own_body_party; /* (own bodies,) that vote on such texts by the values of the party itself */
    int64_t bodies;
    const int64_t *body, *body_party, *body_votes_as; /* (bodies,) by the values of somebody else; of who may consent */
    int64_t voting;             /* bodies of who may have to consent that vote on such texts, whatever by */
    const int64_t *voting_body, *voting_party, *voting_as; /* (voting,) */
    int64_t truce;              /* whether the fighting stops between a signature and the last vote on it */
    int64_t watching;
    const int64_t *watched;     /* (watching,) the belligerents, without a war the signatories */
    int64_t opens;              /* the tick */
    int64_t signatories;
    int64_t limited, ceasefire, settles, stops, takes_turns, revisions, ripeness;
} Track;

/* The talks of a track: its numbers, where it stands, and what the round that is being held brings. */
typedef struct {
    int64_t tick;
    double day;
    double passed;              /* p, the share of the time to the next deadline that has passed; 0 without one */
    int64_t whole;              /* whether every history is reported, and not only where the text is signed */
    int64_t between;            /* it is no round: the text of the last one is asked about again */
    const TrackState *standing;
    const bool *moody;          /* (parties,) whose judgement may count */
    const bool *misread;        /* (parties,) about whom a mediator's error may count */
    int64_t may_tempt;          /* whether anybody may ever be tempted to break an agreement */
    Numbers pressure, patience, weights;                /* of (parties,) */
    Numbers hazard, effect, peace_cost, error, mediator_memory, credibility;
    Numbers shape, penalty, pause, breach_memory, opportunism, defection_cost;
    const Numbers *delay;       /* (voting bodies,) */
    const double *luck;         /* (histories as the block began, slots) */
    const int64_t *order;       /* (histories as the block began, signatories) in which they take turns */
    const uint64_t *consent_keys, *error_keys;          /* (parties, 2) of streams */
    const uint64_t *breach_key, *opportunism_key;       /* (2,) */
    void *notes;                /* (histories as the block began,) of negosim_size_of_notes */
    /* what is reported */
    int64_t *rows, *text, *proposer;
    double *worth, *value, *aspiration, *ask, *reservation, *judgement;
    bool *consent, *refusals, *crossed, *signed_, *pressed, *below;
    int32_t *objections;
    /* rounds that failed, by history as the block began, and what over */
    int32_t *failed, *refused;
    /* signatures, and those that judgement signed, by history as the block began */
    int32_t *signatures, *by_judgement;
    int64_t *over;              /* (settings, parties, issues) */
    /* the first signature, by history as the block began */
    int32_t *signed_at, *first_terms;
    double *first_worth;
    /* votes, (settings, voting), and those that were lost, by history as the block began */
    int64_t *votes, *approved;
    int32_t *lost_votes;
} Round;

#endif
