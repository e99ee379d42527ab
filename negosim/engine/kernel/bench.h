/* The bench: a history's text, what it means to the parties, and what every single change of it would bring. */

#ifndef NEGOSIM_BENCH_H
#define NEGOSIM_BENCH_H

#include <math.h>
#include <string.h>

#include "draws.h"
#include "rules.h"
#include "talks.h"

/* Numbers of LANES parties that are worked on at once. */
typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));

static inline Lanes load(const double *at) {
    Lanes lanes;
    memcpy(&lanes, at, sizeof lanes);
    return lanes;
}

static inline void store(double *at, Lanes lanes) { memcpy(at, &lanes, sizeof lanes); }
static inline Lanes all(double x) { return (Lanes){x, x, x, x}; }

/* The bits of such numbers; of the answers of a comparison all or none. */
typedef uint64_t Bits __attribute__((vector_size(LANES * sizeof(uint64_t))));

static inline Lanes largest(Lanes a, Lanes b) {
    const Bits first = (Bits)(a > b);
    return (Lanes)((first & (Bits)a) | (~first & (Bits)b));
}

/* What falls short of 0. */
static inline Lanes losses(Lanes a) { return (Lanes)((Bits)(a < all(0.0)) & (Bits)a); }

static inline double sum(Lanes lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

/* What is known of a history's text from one round to the next, until the text or what it hangs on changes. */
typedef struct {
    int64_t edition, version;   /* of status quo and open issues, and of values; -1 before anything is known */
    double gap;                 /* 1 - g of the text */
    int32_t openings;           /* how many changes may be made */
    int32_t standing_lines;     /* how many red lines bear on what is open */
    bool must;                  /* whether the text cannot stay as it is */
    bool linked;                /* whether changes complete or break linkages */
    bool moves, forbidden;      /* whether the text moves anything, and whether it contains what no draft may */
} Known;

/* The same, of as many parties and slots as there are. */
typedef struct {
    Known *known;
    double *utility;            /* (width,) u_i of the text */
    double *best, *best_gap;    /* (width,) u_i and 1 - g of the party's best package on the agenda */
    double *standing;           /* (width,) u_i of the status quo, on limited tracks */
    int32_t *objection;         /* (parties,) the issue over which it would refuse, NOT_KNOWN before that is asked */
    int16_t *quo;               /* (issues,) the status quo as it was */
    int16_t *open;              /* (slots,) the changes that may be made, in no order */
    int16_t *stand;             /* (lines,) the red lines that bear on what is open */
    bool *all_live;             /* (all lines,) as they were */
    bool *free;                 /* (issues,) which are open */
    bool *live;                 /* (lines,) red lines that bear on what is open */
    bool *blocked;              /* (slots,) behind a live red line of somebody who may have to consent */
    bool *shut;                 /* (slots,) the same, and all of issues that are not open */
    bool *asked, *crossed;      /* (parties,) */
    double *offers;             /* what has been offered (offer.c), where parties take turns */
} Notes;

enum { NOT_KNOWN = -2 };

typedef struct {
    const Track *track;
    const Round *round;
    const Packages *worth;
    int64_t width, size_of_notes;
    int64_t row, origin;                 /* the history, by its place in the block as it is and as it began */
    const double *share;                 /* (issues, width) s_ij */
    const double *values;                /* (columns, width) v_ij */
    const double *luck;                  /* (slots,) */
    const int64_t *quo;
    int64_t text[MOST_ISSUES];           /* the text on the table */
    Notes notes;
    bool changed;                        /* whether anything that is known has changed since the last round */
    /* what changes bear on besides their own issue */
    double elsewhere[MOST_ISSUES];       /* 1 - g of the text without an issue that may carry enforcement */
    bool linked[MOST_OPTIONS];
    double link[MOST_OPTIONS][MOST_PARTIES];
    /* stakes, (width,) each */
    double going_on[MOST_PARTIES], fallback[MOST_PARTIES], distrust[MOST_PARTIES], preference[MOST_PARTIES];
    double part[MOST_PARTIES];           /* of the future that u_i counts for */
    double hazard, effect;
    double value[MOST_PARTIES];          /* A_i of the text */
    double slope[MOST_PARTIES];          /* how it rises with u_i */
    Stream consent[MOST_PARTIES], misreading[MOST_PARTIES];
} Bench;

static inline double breakdown(const Bench *bench, double gap) {
    return bench->hazard * (1.0 - bench->effect * (1.0 - gap));
}

/* A_i of some parties, from one of them on: u_i is the utility of an agreement that breaks down at a rate. */
static inline Lanes agreements(const Bench *bench, int64_t party, Lanes utility, Lanes rate) {
    const Lanes r = load(bench->preference + party), h = load(bench->distrust + party) * rate;
    const Lanes peace = utility * load(bench->part + party) - load(bench->going_on + party);
    return (r * peace + h * load(bench->fallback + party)) / (r + h);
}

static inline int64_t issue_of(const Track *track, int64_t slot) { return track->agenda[track->place_of[slot]]; }

/* A change of the text: where its numbers stand. */
typedef struct {
    const double *share, *to, *from;     /* (width,) */
    const double *link;                  /* (width,) what linkages add, NULL for nothing */
    bool guards;                         /* whether it bears on enforcement */
    double rate;                         /* λ after it, where it does */
} Change;

static inline Change change_to(const Bench *bench, int64_t slot) {
    const Track *track = bench->track;
    const int64_t issue = issue_of(track, slot), column = track->column[slot], width = bench->width;
    Change change = {bench->share + issue * width, bench->values + column * width,
                     bench->values + bench->text[issue] * width, bench->linked[slot] ? bench->link[slot] : NULL,
                     track->guards[issue], 0.0};
    if (change.guards)
        change.rate = breakdown(bench, bench->elsewhere[issue] * gap_of(bench->worth, bench->row, column));
    return change;
}

/* What a change adds to u_i of some parties, from one of them on. */
static inline Lanes rises(const Change *change, int64_t party) {
    const Lanes rise = load(change->share + party) * (load(change->to + party) - load(change->from + party));
    return change->link ? rise + load(change->link + party) : rise;
}

/* A_i of some parties after a change. */
static inline Lanes values_after(const Bench *bench, const Change *change, int64_t party) {
    const Lanes rise = rises(change, party);
    if (change->guards) return agreements(bench, party, rise + load(bench->notes.utility + party), all(change->rate));
    return rise * load(bench->slope + party) + load(bench->value + party);
}

/* Lay the text of a history on the bench, with what it means to the parties. */
void lay(Bench *bench, int64_t row);

/* Take note that the text on the bench is another, and value it. */
void put_text(Bench *bench);

/* Work out what the text asks of whom. */
void settle(Bench *bench);

/* A_i of every party's best package on the agenda, (width,). */
void value_best(const Bench *bench, double *best);

/* Work out what the changes of the text bear on besides their own issue. */
void look_around(Bench *bench);

/* Make a change that may be made; what the text asks of whom is to be settled afterwards. */
void make_change(Bench *bench, int64_t slot);

/* The mediator redrafts (draft.c), a party makes an offer (offer.c). */
void redraft(Bench *bench, const double *refusal);
void make_offer(Bench *bench, int64_t proposer, double wish);

/* How many numbers it takes to remember the offers of a history. */
int64_t size_of_offers(const Track *track, int64_t width);

#endif
