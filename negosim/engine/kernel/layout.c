/* How large the structures are that Python fills in: compared with what it has read from the headers when the kernel is
   loaded. */

#include <string.h>

#include "block.h"
#include "comings.h"
#include "effects.h"
#include "happenings.h"
#include "stocks.h"
#include "stretch.h"
#include "values.h"
#include "war.h"
#include "worth.h"
#include "zopa.h"

#define SIZE_OF(structure) \
    if (!strcmp(name, #structure)) return (int64_t)sizeof(structure)

int64_t negosim_size_of(const char *name) {
    SIZE_OF(Numbers);
    SIZE_OF(Combination);
    SIZE_OF(Packages);
    SIZE_OF(Track);
    SIZE_OF(TrackState);
    SIZE_OF(State);
    SIZE_OF(Round);
    SIZE_OF(Spells);
    SIZE_OF(Block);
    SIZE_OF(Ties);
    SIZE_OF(Elimination);
    SIZE_OF(FactorGraph);
    SIZE_OF(PartyPositions);
    SIZE_OF(Pursuit);
    SIZE_OF(Battlefield);
    SIZE_OF(MovingWorth);
    SIZE_OF(PartyValues);
    SIZE_OF(Place);
    SIZE_OF(Effects);
    SIZE_OF(StockEffects);
    SIZE_OF(Happenings);
    SIZE_OF(Comings);
    SIZE_OF(Stretch);
    return -1;
}
