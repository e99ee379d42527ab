/* What events do to the numbers of a block. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_EFFECTS_H
#define NEGOSIM_EFFECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "packages.h"
#include "war.h"

static const int64_t OPEN_END = INT64_MAX; /* the tick at which an effect ends that holds until further notice */

enum { FINE = -1 }; /* stands for no effect where one would be named that has made a number infinite */

enum { SET, SCALE, ADD }; /* kinds of effects, as in negosim.engine.parameters */

/* Where a number is kept side by side with others: its place in the first trial, and the step to the next. */
typedef struct {
    double *at;
    int64_t step;
} Place;

/* The numbers that effects may change, or that follow one of these or lead it, as in negosim.engine.parameters. */
typedef struct {
    int64_t trials, all_layers;
    int64_t drift;              /* the number that is the true drift of the front, -1 where none is */
    double *stated;             /* (numbers, trials) without the effects that hold for a time */
    bool *apart;                /* (numbers, trials) whether it no longer follows another */
    double *value;              /* (numbers, trials) with all effects */
    int64_t *since, *until;     /* (layers, trials) ticks; until is 0 where an effect does not hold */
    int64_t *next_end;          /* (trials,) a tick before which no effect ends */
    const int64_t *leader;      /* (numbers,) whom it follows, -1 for nobody */
    const double *low, *high;   /* (numbers,) */
    const bool *bears_on_worth; /* (numbers,) whether the worth of packages depends on it */
    const int64_t *followers;   /* (numbers + 1,) where those of each begin */
    const int64_t *follower;
    const int64_t *layers;      /* (numbers + 1,) where the layers of each begin, in the order in which they are laid */
    const int64_t *laid;        /* (layers,) the effect */
    const int64_t *places;      /* (numbers + 1,) where the places of each begin */
    const Place *place;
    const int64_t *kind, *target, *layer; /* (effects,) the layer is -1 of effects for good */
    const Numbers *amount;      /* (effects,) */
    bool *stale;                /* (trials,) whether a number that the worth of packages depends on may have changed */
} Effects;

/* Let some effects (several, by their numbers) happen in some histories (rows), each until a tick if it does not hold for
   good; 0 ends it. Return the place of the first that led to a number that is not finite, -1 if none did. */
int64_t negosim_affect(const Effects *effects, int64_t several, const int64_t *effect, const int64_t *until, int64_t count,
                       const int64_t *rows, int64_t since);

/* Let some layers (several) end wherever their time is up at a tick; write down of each in how many histories (counts), and
   in which (rows, of each layer as many as there are histories). */
void negosim_expire(const Effects *effects, int64_t several, const int64_t *layers, int64_t tick, int64_t *rows,
                    int64_t *counts);

/* Let one effect happen in one history; return whether all numbers are finite. */
bool affect(const Effects *effects, int64_t effect, int64_t until, int64_t row, int64_t since);

/* Let all effects end whose time is up at a tick, in some histories, from one to before another; publish the drift of the
   front (field, NULL without a war) where that changes it. */
void let_effects_end(const Effects *effects, const Battlefield *field, int64_t from, int64_t to, int64_t tick);

#endif
