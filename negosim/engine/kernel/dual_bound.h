/* The weighted sum of margins in a history, of which a text is sought that is best (negosim.model.zopa.dual_bound.Sums). */

#ifndef NEGOSIM_DUAL_BOUND_H
#define NEGOSIM_DUAL_BOUND_H

#include "zopa.h"

/* A history, with the sum made ready for any weights. */
typedef struct {
    const FactorGraph *graph;
    const PartyPositions *positions;
    const Pursuit *pursuit;
    int64_t row, at;                     /* the history, and where its worth stands */
    const int64_t *quo;
    double bars[MOST_OPTIONS], worth[MOST_OPTIONS];
    double *values;                      /* (size, slots) */
    double *tables, *taken;              /* of the elimination: dual, and which option is best */
    double *gaps;                        /* P of every combination of guarantees */
    int64_t gap_cells;
    double base[MOST_PARTIES], guarding[MOST_PARTIES];
    double going_on[MOST_PARTIES], fallback[MOST_PARTIES], distrust[MOST_PARTIES], preference[MOST_PARTIES];
    double phi[MOST_PARTIES], no_deal[MOST_PARTIES];
    double hazard, effect;
    double *additions;                   /* (linkages, size) */
    int64_t choice[MOST_ISSUES];         /* the text: at each place the option */
    int64_t text[MOST_ISSUES];           /* and of each issue the column */
} DualBound;

static inline int64_t size_of(const FactorGraph *graph, int64_t place) {
    return graph->first[place + 1] - graph->first[place];
}

/* Set up the sum in the room that there is for it. */
void set_up(DualBound *dual, const FactorGraph *graph, const PartyPositions *positions, const Pursuit *pursuit);

/* Turn to a history. */
void make_ready(DualBound *dual, int64_t row);

/* Close options; what no draft may contain is closed as well. */
void bar(DualBound *dual, const bool *closed);

/* An upper bound of the weighted sum over all texts; the best text is written down. */
double bound_of(DualBound *dual, const double *weight);

/* A_i - N_i of the text, for all parties, of as many as fill up the lanes; return its breakdown rate. */
double find_gains(const DualBound *dual, double *restrict gains);

/* Whether all who must consent prefer the text to no deal, and may sign it. */
bool agreed(const DualBound *dual, const double *gains);

#endif
