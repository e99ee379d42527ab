/* The outlook after a stretch of time, as in negosim.engine.outlook. */

#include "outlook.h"

int64_t negosim_revise(const Block *block, const Battlefield *field, PartyValues *values, int64_t tick, double days,
                       double years, int64_t *faded) {
    negosim_learn(field, years);
    negosim_run_clocks(block, days);
    if (negosim_refresh(values)) return -1;
    return negosim_fade(field, values->hurting, values->both_hurt, tick, years, faded);
}
