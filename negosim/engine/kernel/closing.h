/* The close of a tick, as in negosim.engine.closing. */

#ifndef NEGOSIM_CLOSING_H
#define NEGOSIM_CLOSING_H

#include "block.h"

enum { OCCUPANCY = 6 }; /* columns of it, as in negosim.engine.record.history */

/* Set the clocks for the next stretch, count the histories in each state that goes on (occupancy, of the settings, ticks and
   columns; settled is how many of each setting have left the block with a settlement), and tell where something is left to
   be played (stay) up to the last day, given whether events may break agreements. */
void negosim_close(const Block *block, int64_t tick, int64_t ticks, double day, double last, int64_t threatened,
                   int64_t settings, const int64_t *settled, int64_t *occupancy, bool *stay);

#endif
