/* The outlook after a stretch of time, as in negosim.engine.outlook. */

#ifndef NEGOSIM_OUTLOOK_H
#define NEGOSIM_OUTLOOK_H

#include "block.h"
#include "values.h"
#include "war.h"

/* Let the parties learn from the stretch up to a tick, and bring clocks and values up to date; return in how many histories
   the war fades out, and in which (faded); -1 where a value is not finite. */
int64_t negosim_revise(const Block *block, const Battlefield *field, PartyValues *values, int64_t tick, double days,
                       double years, int64_t *faded);

#endif
