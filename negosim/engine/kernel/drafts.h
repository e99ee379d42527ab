/* The draft: a history's text, what it means to the parties, and what every single change of it would bring. */

#ifndef NEGOSIM_DRAFTS_H
#define NEGOSIM_DRAFTS_H

#include <math.h>
#include <string.h>

#include "draws.h"
#include "rules.h"
#include "block.h"
#include "sets.h"

/* What is known of a history's text from one round to the next, until the text changes or something it depends on. */
typedef struct {
    int64_t edition, drawing, version; /* of status quo and open issues, of red lines, and of values; -1 before anything is
                                   known */
    double gap;                 /* 1 - g of the text */
    uint64_t linked;            /* linkages that changes complete or break; a bit stands for every 64th */
    uint64_t asked, crossed;    /* whom the text asks, and whose red lines it crosses; parties are bits */
    bool judged;                /* whether it is known which changes may be made */
    bool best_known;            /* whether the best packages are known */
    bool must;                  /* whether changes leave fewer offences */
    bool varies;                /* whether red lines bind some only where a text moves their chip */
    bool moves, forbidden;      /* whether the text moves anything, and whether it contains what no draft may */
} Known;

/* The same, of as many parties and slots as there are. */
typedef struct {
    Known *known;
    double *utility;            /* (width,) u_i of the text */
    double *best, *best_gap;    /* (width,) u_i and 1 - g of the party's best package on the agenda */
    double *standing;           /* (width,) u_i of the status quo, on limited tracks */
    uint64_t *freed;            /* (words,) the slots of open issues */
    uint64_t *blocked;          /* (words,) slots that are excluded, or behind a red line that binds and bears on what is open */
    uint64_t *open;             /* (words,) the changes that may be made */
    uint64_t *bearing, *stand;  /* (line words,) the red lines that bear on what is open; those of them that stand */
    int64_t *text;              /* (issues,) the text on the table */
    int32_t *objection;         /* (2, parties) the issue over which it would refuse, NOT_KNOWN before that is asked;
                                   and over which it would without red lines */
    int16_t *quo;               /* (issues,) the status quo as it was */
    bool *free;                 /* (issues,) which are open */
    double *offers;             /* what has been offered (offering.c), where parties take turns */
} Notes;

enum { NOT_KNOWN = -2 };

/* Whether what is known of a history's text still holds, and let it be so from now on. */
static inline bool is_up_to_date(const Block *block, const Known *known, int64_t row) {
    return known->edition == block->state->edition[row] && known->drawing == block->state->drawing[row] &&
           known->version == block->version[row];
}

static inline void bring_up_to_date(const Block *block, Known *known, int64_t row) {
    known->edition = block->state->edition[row];
    known->drawing = block->state->drawing[row];
    known->version = block->version[row];
}

typedef struct {
    const Block *block;
    int64_t index;                       /* of the track */
    const Track *track;
    const Round *round;
    const Packages *worth;
    int64_t width, size_of_notes, size_of_offers;
    uint64_t signs, consents;            /* who must consent to any text, and to some; parties are bits, as are */
    uint64_t moods, errors;              /* those of the second whose judgement may count, and those about whom a mediator's
                                            error may */
    int64_t row, origin;                 /* the history, by its place in the block as it is and as it began */
    const double *salience;                 /* (issues, width) s_ij */
    const double *values;                /* (columns, width) v_ij */
    const double *luck;                  /* (slots,) */
    const int64_t *quo;
    int64_t *text;                       /* (issues,) the text on the table, which stands in the notes, */
    bool placed;                         /* and, where that is known, */
    uint64_t stands[MOST_WORDS];         /* (words,) at which slots it stands */
    Notes notes;
    bool changed;                        /* whether anything that is known has changed since the last round */
    /* what changes bear on besides their own issue */
    double elsewhere[MOST_ISSUES];       /* 1 - g of the text without an issue that may carry enforcement */
    uint64_t linked[MOST_WORDS];         /* (words,) the changes to or from options of linkages */
    double link[MOST_OPTIONS][MOST_PARTIES];
    /* stakes, (width,) each */
    double going_on[MOST_PARTIES], fallback[MOST_PARTIES], distrust[MOST_PARTIES], preference[MOST_PARTIES];
    double phi[MOST_PARTIES];           /* of the future that u_i counts for */
    double no_deal[MOST_PARTIES];        /* N_i */
    double hazard, effect;
    double value[MOST_PARTIES];          /* A_i of the text */
    double slope[MOST_PARTIES];          /* how it rises with u_i */
    Stream consent[MOST_PARTIES], error[MOST_PARTIES];
} Draft;

/* A_i of some parties, from one of them on, of an agreement of such utility that breaks down at a rate. */
static inline Lanes value_of(const Draft *draft, int64_t party, Lanes utility, Lanes rate) {
    return agreement_value(utility * load(draft->phi + party), load(draft->going_on + party),
                           load(draft->fallback + party), load(draft->distrust + party) * rate,
                           load(draft->preference + party));
}

static inline int64_t issue_of(const Track *track, int64_t slot) { return track->agenda[track->place_of[slot]]; }

/* A change of the text: where its numbers stand. */
typedef struct {
    const double *salience, *to, *from;     /* (width,) */
    const double *link;                  /* (width,) what linkages add, NULL for nothing */
    bool guards;                         /* whether it bears on enforcement */
    double rate;                         /* λ after it, where it does */
} Change;

static inline Change change_to(const Draft *draft, int64_t slot) {
    const Track *track = draft->track;
    const int64_t issue = issue_of(track, slot), column = track->column[slot], width = draft->width;
    Change change = {draft->salience + issue * width, draft->values + column * width,
                     draft->values + draft->text[issue] * width, has(draft->linked, slot) ? draft->link[slot] : NULL,
                     track->guards[issue], 0.0};
    if (change.guards)
        change.rate = breakdown_rate(draft->hazard, draft->effect,
                                     draft->elsewhere[issue] * gap_of(draft->worth, draft->row, column));
    return change;
}

/* What a change adds to u_i of some parties, from one of them on. */
static inline Lanes rises(const Change *change, int64_t party) {
    const Lanes rise = load(change->salience + party) * (load(change->to + party) - load(change->from + party));
    return change->link ? rise + load(change->link + party) : rise;
}

/* A_i of some parties after a change. */
static inline Lanes values_after(const Draft *draft, const Change *change, int64_t party) {
    const Lanes rise = rises(change, party);
    if (change->guards) return value_of(draft, party, rise + load(draft->notes.utility + party), all(change->rate));
    return rise * load(draft->slope + party) + load(draft->value + party);
}

/* Take up the draft of a history, and what it means to the parties. */
void load_draft(Draft *draft, int64_t row);
void load_stakes(Draft *draft);

/* Value the text, and read it as well where it has become another. */
void appraise(Draft *draft);
void put_text(Draft *draft);

/* Which option of a combination is missing in a text, by its place among all: -1 for none, -2 for several. */
static inline int64_t missing_in(const Combination *all, int64_t which, const int64_t *text) {
    const int64_t first = all->start[which], end = all->start[which + 1];
    int64_t missing = -1;
    if (end - first == 2) { /* as most are, and without branches: which is missing is as good as random */
        const bool lacks = text[all->issue[first]] != all->column[first];
        const bool lacks_other = text[all->issue[first + 1]] != all->column[first + 1];
        const int64_t either = lacks ? first : first + 1;
        return lacks & lacks_other ? -2 : lacks | lacks_other ? either : -1;
    }
    for (int64_t k = first; k < end; k++)
        if (text[all->issue[k]] != all->column[k]) {
            if (missing >= 0) return -2;
            missing = k;
        }
    return missing;
}

/* Offences (offences.c): which red lines bear on what is open, if other issues may be than before (opened), and whether
   these have changed; which changes may be made; who must consent to the text, and whose red lines it crosses. */
bool block(Draft *draft, bool opened);
void judge(Draft *draft);
void settle(Draft *draft);

/* A_i of every party's best package on the agenda, (width,). */
void value_best(Draft *draft, double *best);

/* Work out what the changes of the text bear on besides their own issue. */
void prepare_changes(Draft *draft);

/* Make a change that may be made; `settle` is to follow. */
void make_change(Draft *draft, int64_t slot);

/* Forget what parties have offered where it depends on anything that has changed (offering.c). */
void forget_offers(const Draft *draft);

/* The mediator redrafts (drafting.c); return whether the text has changed. A party makes an offer (offering.c). */
bool redraft(Draft *draft, const double *reservation);
void make_offer(Draft *draft, int64_t proposer, double aspiration);

/* How many numbers it takes to remember the offers of a history. */
int64_t size_of_offers(const Track *track, int64_t width);

#endif
