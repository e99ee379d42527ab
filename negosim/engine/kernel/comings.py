"""The events of a block that nobody traces: the kernel lets them come, history by history."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.events import STATES, Rows, due_between, is_settled, may_fail
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.kernel.script import script
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.streams import KernelStreams
from negosim.engine.kernel.structs import BoundEach, Comings, Happenings, Pointers
from negosim.engine.kernel.war import KernelBattlefield
from negosim.engine.plan import ROUNDING, Plan
from negosim.scenario.paths import EVENT

_NONE = np.zeros(0, dtype=np.int64)


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
        self._may_fail = [may_fail(parameters, event) for event in plan.events]
        settled = [place for place, event in enumerate(plan.events) if is_settled(plan, event, parameters)]
        self.open = tuple(place for place in range(len(plan.events)) if place not in settled)
        self.conditional = tuple(place for place in self.open if plan.events[place].when is not None)
        self._bound = list[BoundEach]()
        self._happenings = self._described_happenings()
        self._struct = Comings(happenings=ctypes.addressof(self._happenings), state=state.at)
        self._describe()
        self._describe_conditions()
        self._lay_out(settled)
        self._at = ctypes.addressof(self._struct)

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
        struct.years = fixed.at(ticks.all_years, np.float64)
        struct.events = len(events)
        struct.chance = self._numbers(chances)
        struct.chance_keys = fixed.at(keys(chances), np.uint64)
        struct.may_fail = fixed.flags(self._may_fail)
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

    def _lay_out(self, settled: Sequence[int]) -> None:
        """Lay out by history where settled events come."""
        comings = [self._comings_of(place) for place in settled]
        tick, row = (np.concatenate([_NONE, *(one[part] for one in comings)]) for part in (0, 1))
        place = np.repeat(np.array(settled, dtype=np.int64), [one[0].size for one in comings])
        order = np.argsort(tick, kind="stable")  # those of a tick are in the order of their events
        tick, place, row, ends = tick[order], place[order], row[order], np.arange(order.size + 1)
        begins = np.empty(self._state.trials + 1, dtype=np.int64)
        when, what = np.empty((2, row.size), dtype=np.int64)
        at = map(kernel.address, (tick, place, ends, row))
        found = map(kernel.address, (begins, when, what))
        self._library.negosim_lay_out(row.size, *at, self._state.trials, *found)
        struct, fixed = self._struct, self._fixed
        struct.begins, struct.when, struct.what = (fixed.at(array, np.int64) for array in (begins, when, what))
        struct.next = fixed.whole(begins[:-1])

    def _comings_of(self, place: int) -> tuple[NDArray[np.int64], Rows]:
        """Return the tick and the history of everything that a settled event may come to, chance aside.

        One that may fail its chance keeps coming where it comes at a rate, also if it does not repeat: until it has
        happened.
        """
        plan, trials, event = self._plan, self._state.trials, self._plan.events[place]
        rows, ticks = np.arange(trials), len(plan.ticks)
        if event.is_random:
            over = None if event.repeats or self._may_fail[place] else np.zeros(trials, dtype=bool)
            rate = self._parameters[EVENT.rate(event.id)]
            rows, ends = self._streams.arrivals_in_turn(rows, rate, plan.ticks.all_years, event.path, 0, over)
            return np.searchsorted(ends, np.arange(rows.size), side="right"), rows
        if event.between is None:
            due = np.full(trials, ticks if event.tick is None else event.tick)
        else:
            due = due_between(plan, event.path, event.between, self._streams)
        in_time = due < ticks
        return due[in_time], rows[in_time]

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
