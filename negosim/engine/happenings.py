"""Events: whether they happen, and what they change (scenario format, `events`)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from negosim.engine.battle import publish_drift
from negosim.engine.cells import Cells
from negosim.engine.history import Scribe
from negosim.engine.plan import ROUNDING, Change, EffectPlan, EventPlan, Plan, Refilling
from negosim.engine.state import CEASEFIRE, FIGHTING, SETTLEMENT, State
from negosim.engine.stocks import Stocks
from negosim.engine.streams import Array, Streams
from negosim.model import inverse
from negosim.model.durability import chance_within
from negosim.model.packages import of_rows
from negosim.scenario.schema.events import Breaks, Draw, Fix, Lift

Rows = NDArray[np.intp]

Break = Callable[[str, Rows, int], None]
"""Breaks agreements of a kind in some trials at a tick."""

_STATES = {"war": FIGHTING, "impasse": FIGHTING, "ceasefire": CEASEFIRE, "settlement": SETTLEMENT}


class Happening:
    """One event in the histories of a block.

    Parameters
    ----------
    breaks : what to call where the event breaks an agreement.
    scribe : told of every coming of the event.
    """

    def __init__(
        self,
        plan: Plan,
        event: EventPlan,
        cells: Cells,
        streams: Streams,
        state: State,
        stocks: Stocks,
        breaks: Break,
        scribe: Scribe,
    ) -> None:
        self.event = event
        self._plan = plan
        self._cells = cells
        self._streams = streams
        self._state = state
        self._stocks = stocks
        self._breaks = breaks
        self._scribe = scribe
        self._since = np.full(state.trials, np.nan)
        self._held = np.zeros(state.trials, dtype=bool)
        self._over = np.zeros(state.trials, dtype=bool)
        self._chance: tuple[Array, float, Array] | None = None
        self._due = self._drawn_ticks()
        self._ticks = None if self._due is None else frozenset(self._due.tolist())

    def _drawn_ticks(self) -> NDArray[np.intp] | None:
        """Return the tick at which an event with a date, or between two dates, comes in the block as it began."""
        event, days = self.event, self._plan.ticks.days
        if event.tick is not None:
            return np.full(self._state.trials, event.tick)
        if event.between is None:
            return None
        first, last = event.between
        return np.searchsorted(days, first + (last - first) * self._streams.uniform(f"{event.path}.between"))

    def come(self, tick: int) -> None:
        """Let the event happen at a tick, wherever its time has come and chance will have it."""
        if self._ticks is not None and tick not in self._ticks:
            return
        rows = self._is_time(tick)
        if not rows.size:
            return
        if self.event.when is not None or not self.event.repeats:
            self._over[self._state.row[rows]] = True
        chance = self._cells[f"{self.event.path}.chance"]
        if (chance < 1.0).any():
            at = self._state.row[rows]
            rows = rows[self._streams.chosen(at, of_rows(chance, rows), f"{self.event.path}.chance", tick)]
        if rows.size:
            with self._scribe.happening(self.event, rows, tick):
                for effect in self.event.effects:
                    self._take_effect(effect, rows, tick)

    def _is_time(self, tick: int) -> Rows:
        """Return where the time of the event has come, and it is not over."""
        row = self._state.row
        if self._due is not None:
            return np.nonzero(self._due[row] == tick)[0]
        if self.event.when is not None:
            return np.nonzero(self._held[row] & ~self._over[row])[0]
        return self._streams.chosen(row, self._chance_since(tick), self.event.path, tick, never=self._over)

    def _chance_since(self, tick: int) -> Array:
        """Return the chance that an event with a rate has come since the tick before, (trials or 1,)."""
        rate, years = self._cells[f"{self.event.path}.rate"], self._plan.ticks.years(tick)
        if self._chance is None or self._chance[0] is not rate or self._chance[1] != years:
            self._chance = rate, years, chance_within(rate, years)
        return self._chance[2]

    def look(self, tick: int) -> None:
        """See, as the last tick left every history, whether the condition has held long enough.

        One that fails lets the event come again if it repeats.
        """
        if self.event.when is None:
            return
        when, state, ticks = self.event.when, self._state, self._plan.ticks
        holds = np.ones(state.trials, dtype=bool)
        if when.state is not None:
            holds &= state.state == _STATES[when.state]
        if when.front_above is not None:
            holds &= state.front > when.front_above
        if when.front_below is not None:
            holds &= state.front < when.front_below
        since = self._since[state.row]
        since = np.where(np.isnan(since), ticks.days[max(tick - 1, 0)], since)
        self._since[state.row] = np.where(holds, since, np.nan)
        if self.event.repeats:
            self._over[state.row[~holds]] = False
        self._held[state.row] = holds & (ticks.days[tick] - since >= when.days - ROUNDING)

    def _take_effect(self, effect: EffectPlan, rows: Rows, tick: int) -> None:
        state, plan = self._state, self._plan
        match effect:
            case Change():
                self._cells.change(effect, rows, tick)
                if plan.war is not None and effect.target == "war.drift":
                    publish_drift(self._cells, state)
            case Refilling(stock=index, amount=amount):
                self._stocks.refill(index, self._cells[amount], rows, tick)
            case Lift(lift=line):
                if line in plan.line_ids:  # an override may have taken the red line out
                    state.live[rows, plan.line_ids[line]] = False
            case Draw(draw=line):
                state.live[rows, plan.line_ids[line]] = True
                state.lifts[rows, plan.line_ids[line]] = np.inf
            case Fix(fix=issue, to=option):
                index = plan.issues.index(issue)
                column = plan.slots[index].start + plan.options[index].index(option)
                state.own_quo[rows, index] = column
                state.fixed[rows, index] = True
                state.restate(rows)
            case Breaks(breaks=kind):
                self._breaks(kind, rows, tick)


def draw_red_lines(plan: Plan, cells: Cells, state: State, streams: Streams) -> None:
    """Draw when each red line lifts by itself: never, or after an exponential time (model 7)."""
    for index, path in enumerate(plan.line_paths):
        if index in plan.drawn_later:
            state.live[:, index] = False
        elif path in plan.quantities:
            u = streams.uniform(f"{path}.lifts")
            state.lifts[:, index] = inverse.exponential(u, cells[path])


def lift_red_lines(state: State, day: float) -> None:
    """Lift the red lines whose time has come."""
    state.live &= state.lifts > day
