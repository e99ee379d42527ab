/* The weighted sum of margins in a history, of which a text is sought that is best (negosim.model.zopa.dual_bound.Sums). */

#ifndef NEGOSIM_SUMS_H
#define NEGOSIM_SUMS_H

#include "zones.h"

/* A history, with the sum made ready for any weights. */
typedef struct {
    const Shape *shape;
    const Stance *stance;
    const Pursuit *pursuit;
    int64_t row, at;                     /* the history, and where its worth stands */
    const int64_t *quo;
    double bars[MOST_OPTIONS], worth[MOST_OPTIONS];
    double *values;                      /* (size, slots) */
    double *tables, *taken;              /* of the elimination: sums, and which option is best */
    double *gaps;                        /* P of every combination of guarantees */
    int64_t gap_cells;
    double base[MOST_PARTIES], guarding[MOST_PARTIES];
    double *additions;                   /* (linkages, size) */
    int64_t choice[MOST_ISSUES];         /* the text: at each place the option */
    int64_t text[MOST_ISSUES];           /* and of each issue the column */
} Sums;

static inline int64_t size_of(const Shape *shape, int64_t place) {
    return shape->first[place + 1] - shape->first[place];
}

/* Lay the sum out in the room that there is for it. */
void lay_out(Sums *sums, const Shape *shape, const Stance *stance, const Pursuit *pursuit);

/* Take up a history. */
void make_ready(Sums *sums, int64_t row);

/* Close options; what no draft may contain is closed as well. */
void bar(Sums *sums, const bool *closed);

/* An upper bound of the weighted sum over all texts; the best text is laid down. */
double bound_of(Sums *sums, const double *weight);

/* A_i - N_i of the text, for all parties; return its breakdown rate. */
double find_gains(const Sums *sums, double *restrict gain);

/* Whether all who must consent prefer the text to no deal, and may sign it. */
bool agreed(const Sums *sums, const double *gain);

#endif
