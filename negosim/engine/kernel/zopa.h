/* What goes into the search for a zone of possible agreement. negosim.engine.kernel.structs reads the fields from
   here. */

#ifndef NEGOSIM_ZOPA_H
#define NEGOSIM_ZOPA_H

#include <stdbool.h>
#include <stdint.h>

#include "packages.h"

/* A combination takes effect at a slot, or at a cell of a table. */
enum { AT_A_SLOT = -1, NOT_ON_AGENDA = -2 };
typedef struct {
    Combination all;
    const int64_t *table, *cell;
} Ties;

/* One issue is eliminated after the other. A cell of a step is a choice for its other issues and for its own. */
typedef struct {
    const int64_t *place;       /* (places,) */
    const int64_t *choices;     /* (places,) how many there are for its other issues */
    const int64_t *inputs;      /* (places + 1,) where the tables that a step adds up begin */
    const int64_t *table;       /* (inputs,) */
    const int64_t *at;          /* (inputs,) where the cells of each begin */
    const int64_t *cell;        /* of the table, for every cell of the step */
    const int64_t *output;      /* (places,) the table that it makes, -1 for a number */
    const int64_t *others;      /* (places + 1,) where its other issues begin */
    const int64_t *other;       /* their places */
    const int64_t *stride;      /* how far their options lie apart */
} Elimination;

typedef struct {
    int64_t parties, issues, columns, places, slots;
    const int64_t *agenda;      /* (places,) issues */
    const int64_t *first;       /* (places + 1,) where the options of each begin among the slots */
    const int64_t *column;      /* (slots,) */
    const int64_t *place_at;    /* (issues,) place on the agenda, -1 for none */
    const bool *excluded;       /* (slots,) options that no text may contain while their issue is open */
    const bool *signs;          /* (parties,) */
    int64_t holdings;
    const int64_t *holding_party, *holding_chip;
    int64_t guarding;
    const int64_t *guard;       /* (guarding,) issues with an option that carries enforcement */
    int64_t guards;
    const int64_t *guard_place; /* (guards,) those on the agenda */
    int64_t guard_table;        /* where several are tied together, -1 else */
    Ties linkages, bans;
    const int64_t *table_at;    /* (tables + 1,) where each begins */
    int64_t forbidding, given, tables; /* of what is forbidden come first, then those that are given */
    Elimination elimination;
} FactorGraph;

typedef struct {
    const int64_t *worth;       /* (histories,) where what packages are worth stands among the three that follow */
    Numbers table, gaps;        /* (columns, parties) weighted values, (columns,) */
    const Numbers *additions;
    Numbers going_on, fallback, distrust, preference, hazard, effect, phi, no_deal;
    const int64_t *quo;         /* (histories, issues) */
    const bool *free;           /* (histories, places) */
    const bool *crossed;        /* (histories, slots, parties) */
    const bool *must_move;      /* (histories,) */
} PartyPositions;

typedef struct {
    int64_t count, size;        /* of the coalition whose margins count */
    const int64_t *party;       /* (size,) */
    const int64_t *rows;        /* (count,) histories; one that is named again is left alone if it had a text before */
    const bool *closed;         /* (count, slots) options that no text may contain */
    const bool *counted;        /* (count, size) whose margins count */
    int64_t steps;              /* weights to try, or changes to make */
    double reach;
    double *room;               /* of negosim_room_of_pursuit */
    int8_t *known;              /* (count,) */
    int64_t *text;              /* (count, issues) */
} Pursuit;

/* How many numbers the search needs room for. */
int64_t negosim_room_of_pursuit(const FactorGraph *graph, const Pursuit *pursuit);

/* Look for texts by weights that may prove that there are none; (count,) known and text are written. */
void negosim_pursue(const FactorGraph *graph, const PartyPositions *positions, const Pursuit *pursuit);

/* Look for texts by single changes of the one that is best if all of the coalition count alike. */
void negosim_redraft(const FactorGraph *graph, const PartyPositions *positions, const Pursuit *pursuit);

#endif
