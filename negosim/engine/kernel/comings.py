"""The events of a block that nobody traces: the kernel lets them come, history by history."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence

import numpy as np

from negosim.engine import kernel
from negosim.engine.events import STATES, Rows, may_fail, settled_comings
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.kernel.script import begins_of, script
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.streams import KernelStreams
from negosim.engine.kernel.structs import BoundEach, Comings, Happenings, Pointers
from negosim.engine.kernel.war import KernelBattlefield
from negosim.engine.plan import ROUNDING, Plan
from negosim.scenario.paths import EVENT


class KernelComings:
    """When the events of a block come, and what they do.

    What nothing can change any more is drawn as the block begins: dates, and rates that no effect changes. Other rates,
    and conditions, are looked at on every tick.

    Attributes
    ----------
    open : the events that are drawn or waited for at every tick, by their places.
    conditional : those of them that wait for a condition.
    """

    def __init__(
        self,
        plan: Plan,
        parameters: KernelParameters,
        streams: KernelStreams,
        state: KernelState,
        battlefield: KernelBattlefield,
        block: KernelBlock,
    ) -> None:
        library = kernel.library()
        assert library
        self._library = library
        self._plan, self._parameters, self._streams, self._state = plan, parameters, streams, state
        self._block, self._battlefield = block, battlefield if plan.war is not None else None
        self._fixed = Pointers()
        settled = {place: self._settled(place) for place in range(len(plan.events))}
        known = {place: by_tick for place, by_tick in settled.items() if by_tick is not None}
        self.open = tuple(place for place in settled if place not in known)
        self.conditional = tuple(place for place in self.open if plan.events[place].when is not None)
        self._bound = list[BoundEach]()
        self._happenings = self._described_happenings()
        self._struct = Comings(happenings=ctypes.addressof(self._happenings), state=state.at)
        self._describe()
        self._describe_conditions()
        self._lay_out(known)
        self._at = ctypes.addressof(self._struct)

    def _settled(self, place: int) -> dict[int, Rows] | None:
        event = self._plan.events[place]
        return settled_comings(self._plan, event, self._parameters, self._streams, self._state.trials)

    # -- what is filled in once ------------------------------------------------------------------------------------

    def _numbers(self, paths: Sequence[str | None]) -> int:
        """Return where the kernel looks for numbers, one by one; None stands for 0."""
        bound = BoundEach(self._parameters.side_by_side(paths))
        self._bound.append(bound)
        return bound.at

    def _described_happenings(self) -> Happenings:
        of_plan = script(self._plan)
        self._fixed.kept.append(of_plan)
        struct, field = Happenings.from_buffer_copy(of_plan.struct), self._battlefield
        struct.effects, struct.state, struct.block = self._parameters.settled(), self._state.at, self._block.followed()
        struct.field = field.settled() if field else None
        struct.stocks = ctypes.addressof(of_plan.stocks)
        struct.days = self._fixed.at(self._plan.ticks.days, np.float64)
        struct.amount = self._numbers(of_plan.amounts)
        return struct

    def _describe(self) -> None:
        """Fill in what decides on the comings of events."""
        struct, fixed, keys = self._struct, self._fixed, self._streams.keys
        ticks, events, trials = self._plan.ticks, self._plan.events, self._state.trials
        chances = tuple(EVENT.chance(event.id) for event in events)
        drawn = {place: EVENT.rate(events[place].id) for place in self.open if events[place].is_random}
        conditions = {place: number for number, place in enumerate(self.conditional)}
        struct.numbers = fixed.at(self._streams.trials, np.int64)
        struct.days = fixed.at(ticks.days, np.float64)
        struct.years = fixed.at(np.array([ticks.years(tick) for tick in range(len(ticks))]), np.float64)
        struct.events = len(events)
        struct.chance = self._numbers(chances)
        struct.chance_keys = fixed.at(keys(chances), np.uint64)
        struct.may_fail = fixed.flags([may_fail(self._parameters, event) for event in events])
        struct.once = fixed.flags([event.is_random and not event.repeats for event in events])
        struct.over = fixed.at(np.zeros((trials, len(events)), dtype=bool), np.bool_)
        struct.open = len(self.open)
        struct.which = fixed.whole(self.open)
        struct.waits = fixed.whole([conditions.get(place, -1) for place in self.open])
        struct.rate = self._numbers([drawn.get(place) for place in self.open])
        struct.rate_keys = fixed.at(keys(tuple(events[place].path for place in self.open)), np.uint64)

    def _describe_conditions(self) -> None:
        struct, fixed, events = self._struct, self._fixed, self._plan.events
        waiting = [(place, when) for place in self.conditional if (when := events[place].when) is not None]
        shape = (self._state.trials, len(waiting))

        def ends(of_all: Sequence[float | None], otherwise: float) -> int:
            stated = [otherwise if end is None else end for end in of_all]
            return fixed.at(np.array(stated, dtype=np.float64), np.float64)

        struct.conditions = len(waiting)
        struct.waiting = fixed.whole([place for place, _ in waiting])
        struct.repeats = fixed.flags([events[place].repeats for place, _ in waiting])
        struct.among = fixed.whole([-1 if when.state is None else STATES[when.state] for _, when in waiting])
        struct.above = ends([when.front_above for _, when in waiting], -np.inf)
        struct.below = ends([when.front_below for _, when in waiting], np.inf)
        struct.lasting = ends([when.days - ROUNDING for _, when in waiting], 0.0)
        struct.since = fixed.at(np.full(shape, np.nan), np.float64)
        struct.held = fixed.at(np.zeros(shape, dtype=bool), np.bool_)

    def _lay_out(self, known: Mapping[int, Mapping[int, Rows]]) -> None:
        """Lay out by history where settled events come, given where they do by event and tick."""
        comings = [(tick, place, rows) for place, by_tick in known.items() for tick, rows in by_tick.items()]
        comings.sort(key=lambda one: one[:2])
        ticks, places = (np.array([one[part] for one in comings], dtype=np.int64) for part in (0, 1))
        rows = np.array(begins_of(one[2].size for one in comings), dtype=np.int64)
        row = np.concatenate([np.zeros(0, dtype=np.int64), *(one[2] for one in comings)])
        begins = np.empty(self._state.trials + 1, dtype=np.int64)
        when, what = np.empty((2, row.size), dtype=np.int64)
        at = map(kernel.address, (ticks, places, rows, row))
        found = map(kernel.address, (begins, when, what))
        self._library.negosim_lay_out(len(comings), *at, self._state.trials, *found)
        struct, fixed = self._struct, self._fixed
        struct.begins, struct.when, struct.what = (fixed.at(array, np.int64) for array in (begins, when, what))
        struct.next = fixed.whole(begins[:-1])

    # -- what may come to stand elsewhere --------------------------------------------------------------------------

    def settled(self) -> int:
        """Return where the events stand, after filling in what may have come to stand elsewhere."""
        self._state.follow()
        self._parameters.settled()
        self._block.followed()
        if self._battlefield:
            self._battlefield.settled()
        for numbers in self._bound:
            numbers.renew()
        return self._at
