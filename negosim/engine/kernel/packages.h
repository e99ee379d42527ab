/* What packages are worth (model 2). */

#ifndef NEGOSIM_PACKAGES_H
#define NEGOSIM_PACKAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "lanes.h"

/* LANES parties are worked on at a time. Numbers of parties are kept side by side up to a multiple of it (width); what
   fills them up is 0. */
enum { MOST_ISSUES = 128, MOST_OPTIONS = 512, MOST_LINES = 512 };

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
    int64_t parties, width, issues;
    Numbers salience;           /* (issues, width) s_ij */
    Numbers values;             /* (columns, width) v_ij */
    int64_t guarding;
    const int64_t *guard;       /* (guarding,) issues with an option that carries enforcement */
    Numbers gaps;               /* (options of those issues,) 1 - enforcement */
    const int64_t *gap_at;      /* (columns,) where each of these options stands among them, -1 for others */
    Combination linkages;
    const Numbers *additions;   /* (linkages,) of (width,) what each adds */
    const uint64_t *links;      /* (issues,) to which linkages each belongs; a bit stands for every 64th */
} Packages;

static inline double of(Numbers numbers, int64_t row, int64_t place) { return numbers.at[row * numbers.step + place]; }

static inline const double *numbers_of(Numbers numbers, int64_t row) { return numbers.at + row * numbers.step; }

/* Whether a combination occurs in a package. */
static inline int holds(const Combination *all, int64_t which, const int64_t *package) {
    for (int64_t k = all->start[which]; k < all->start[which + 1]; k++)
        if (package[all->issue[k]] != all->column[k]) return 0;
    return 1;
}

/* 1 - enforcement of an option of an issue that may carry it. */
static inline double gap_of(const Packages *worth, int64_t row, int64_t column) {
    return of(worth->gaps, row, worth->gap_at[column]);
}

/* u_i of a package of a history, (width,): a sum over issues in their order and then over linkages. */
void utilities(const Packages *worth, int64_t row, const int64_t *package, double *restrict utility);

/* 1 - g of a package of a history. */
double unguaranteed(const Packages *worth, int64_t row, const int64_t *package);

/* The same for many packages, (count, issues), of some histories (rows), or of all in turn (NULL). */
void negosim_utility(const Packages *worth, int64_t count, const int64_t *rows, const int64_t *package, double *utility);
void negosim_unguaranteed(const Packages *worth, int64_t count, const int64_t *rows, const int64_t *package, double *gap);

#endif
