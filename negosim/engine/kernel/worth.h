/* What follows from the numbers that the worth of packages depends on, kept up to date as effects change them (model 2). */

#ifndef NEGOSIM_WORTH_H
#define NEGOSIM_WORTH_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers that effects may change, each with a row for every history, and what follows from them. NULL stands for those of
   a kind that no effect changes, and for what follows from them: that stays as it is, and so does what linkages add. What
   fills up the width stays 0. */
typedef struct {
    int64_t issues, parties, width, columns;
    const int64_t *first;       /* (issues + 1,) where the columns of each issue begin */
    const double *saliences;    /* (trials, issues, parties) as stated now, */
    double *known;              /* and as they were when s_ij was last worked out */
    double *relative;           /* (trials, issues, width) s_ij */
    const double *stated;       /* (trials, columns, parties) the values of options as stated now */
    double *values;             /* (trials, columns, width) v_ij */
    int64_t *best;              /* (trials, issues, parties) the column of each party's best option */
    double *best_value;         /* (trials, issues, width) and its value */
    const double *enforcement;  /* (trials, columns) as stated now */
    int64_t guarded;
    const int64_t *guard;       /* (guarded,) the columns of the options of issues that may carry enforcement */
    double *gaps;               /* (trials, guarded) 1 - enforcement */
    bool *stale;                /* (trials,) whether any of these numbers may have changed since */
} MovingWorth;

/* Find the best options of every party in so many histories (trials): of several the first. */
void negosim_find_best(const MovingWorth *moving, int64_t trials);

/* Bring what follows from the numbers of a history up to date; return whether any of the numbers has changed. */
bool renew_worth(const MovingWorth *moving, int64_t row);

#endif
