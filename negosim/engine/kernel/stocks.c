/* Stocks that are empty, or no longer: see stocks.h; as in negosim.engine.war. */

#include "stocks.h"

int64_t turn_stock(const Effects *effects, const Battlefield *field, const StockEffects *stocks, int64_t stock,
                   bool empties, int64_t row, int64_t tick) {
    const int64_t first = stocks->begins[stock], last = stocks->begins[stock + 1];
    for (int64_t k = first; k < last; k++)
        if (!affect(effects, stocks->effect[k], empties ? OPEN_END : 0, row, tick)) return stocks->effect[k];
    if (stocks->publishes[stock]) negosim_publish(field, 1, &row);
    return FINE;
}

int64_t refill_stock(const Effects *effects, const Battlefield *field, const StockEffects *stocks, int64_t stock,
                     double amount, int64_t row, int64_t tick) {
    double *left = field->stock + row * field->stocks + stock;
    const double level = *left + amount;
    const bool was_empty = *left <= 0.0, is_empty = level <= 0.0;
    *left = level;
    return was_empty == is_empty ? FINE : turn_stock(effects, field, stocks, stock, is_empty, row, tick);
}
