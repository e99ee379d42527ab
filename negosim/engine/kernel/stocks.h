/* What empty stocks do to the numbers of a block. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_STOCKS_H
#define NEGOSIM_STOCKS_H

#include "effects.h"
#include "war.h"

typedef struct {
    const int64_t *begins;      /* (stocks + 1,) where the effects of each begin, */
    const int64_t *effect;      /* which hold while it is empty, */
    const bool *publishes;      /* (stocks,) and whether they move the true drift of the front */
} StockEffects;

/* Let the effects of an empty stock begin in a history, or end. Return the place of an effect that has made a number
   infinite, FINE for none. */
int64_t turn_stock(const Effects *effects, const Battlefield *field, const StockEffects *stocks, int64_t stock,
                   bool empties, int64_t row, int64_t tick);

/* Add to a stock in a history; its effects follow. Return the same. */
int64_t refill_stock(const Effects *effects, const Battlefield *field, const StockEffects *stocks, int64_t stock,
                     double amount, int64_t row, int64_t tick);

#endif
