"""Events: whether they happen, and what they change (scenario format, `events`)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.engine.parameters import Parameters
from negosim.engine.plan import ROUNDING, Change, EffectPlan, EventPlan, FrontJump, Plan, Refilling
from negosim.engine.record.recorder import Recorder
from negosim.engine.record.states import CEASEFIRE, ENDED, FIGHTING, SETTLEMENT
from negosim.engine.state import State
from negosim.engine.streams import Streams
from negosim.engine.war import DRIFT, Battlefield, Stocks, jump
from negosim.model.packages import of_rows
from negosim.scenario.paths import EVENT
from negosim.scenario.schema.events import Breaks, Draw, Fix, Lift

Rows = NDArray[np.intp]

Break = Callable[[str, Rows, int], None]
"""Breaks agreements of a kind in some trials at a tick."""

_AHEAD = 128
"""Ticks for which events with a rate are drawn together: no more, as histories end."""

_NOWHERE = np.zeros(0, dtype=np.intp)

STATES = {"war": FIGHTING, "impasse": FIGHTING, "ceasefire": CEASEFIRE, "settlement": SETTLEMENT}
"""Of each state that a condition may name."""


class ScenarioEvent:
    """One event in the histories of a block.

    Parameters
    ----------
    breaks : what to call where the event breaks an agreement.
    recorder : takes every coming of the event.

    Attributes
    ----------
    may_fail : whether chance may decide against it where it comes.
    lasting : for how many days its temporary effects hold, each length once.
    """

    def __init__(
        self,
        plan: Plan,
        event: EventPlan,
        parameters: Parameters,
        streams: Streams,
        state: State,
        battlefield: Battlefield,
        stocks: Stocks,
        breaks: Break,
        recorder: Recorder,
    ) -> None:
        self.event = event
        self._plan = plan
        self._parameters = parameters
        self._streams = streams
        self._state = state
        self._battlefield = battlefield
        self._stocks = stocks
        self._breaks = breaks
        self._recorder = recorder
        self._since = np.full(state.trials, np.nan)
        self._held = np.zeros(state.trials, dtype=bool)
        self._over = np.zeros(state.trials, dtype=bool)
        self._chance = EVENT.chance(event.id)
        self.may_fail = may_fail(parameters, event)
        self._is_thinned = event.is_random and self.may_fail
        self._coming = _dated(plan, event, streams, state.trials)
        self._drawn = len(plan.ticks) if event.tick is not None or event.between else 0
        self._parts = _in_parts(event.effects)
        changes = [effect for effect in event.effects if isinstance(effect, Change)]
        self._moves_drift = plan.war is not None and any(change.target == DRIFT for change in changes)
        self.lasting = sorted({change.days for change in changes if change.days is not None})

    @property
    def next_tick(self) -> int:
        """The next tick at which the event may come; one past the last if there is none.

        An event with a rate whose next dates are not drawn yet draws them then.
        """
        return next(iter(self._coming), self._drawn)

    def come(self, tick: int) -> bool:
        """Let the event happen at a tick, wherever its time has come and chance will have it.

        Returns
        -------
        Whether it has happened anywhere.
        """
        rows = self._is_time(tick)
        if not rows.size:
            return False
        if self.may_fail:
            u = self._streams.of_rows(self._state.row[rows], self._chance, tick)
            rows = rows[u < of_rows(self._parameters[self._chance], rows)]
        if self._is_thinned and not self.event.repeats:
            self._over[self._state.row[rows]] = True
        if rows.size:
            with self._recorder.event(self.event, rows, tick):
                for part in self._parts:
                    if isinstance(part, tuple):
                        self._change(part, rows, tick)
                    else:
                        self._take_effect(part, rows, tick)
        return bool(rows.size)

    def _is_time(self, tick: int) -> Rows:
        """Return where the time of the event has come."""
        row = self._state.row
        if self.event.when is not None:
            rows = np.nonzero(self._held[row] & ~self._over[row])[0]
            self._over[row[rows]] = True
            return rows
        if tick >= self._drawn:
            self._draw_ahead(tick)
        coming = self._coming.pop(tick, _NOWHERE)
        if self._is_thinned and not self.event.repeats:
            coming = coming[~self._over[coming]]
        if not coming.size or row.size == self._over.size:
            return coming
        at: Rows = np.minimum(np.searchsorted(row, coming), row.size - 1)
        here: Rows = at[row[at] == coming]  # the others have left the block
        return here

    def _draw_ahead(self, tick: int) -> None:
        """Draw at which ticks an event with a rate comes: of several together where nothing changes the rate.

        One that may fail its chance is not used up by being drawn: it may come again until it has happened.
        """
        many, may_change = len(self._plan.ticks), self._parameters.may_change(EVENT.rate(self.event.id))
        ahead = range(tick, min(tick + (1 if may_change else _AHEAD), many))
        over = None if self.event.repeats or self._is_thinned else self._over
        rate, years = self._parameters[EVENT.rate(self.event.id)], self._plan.ticks.all_years[ahead.start : ahead.stop]
        self._coming = self._streams.arrivals(self._state.row, rate, years, self.event.path, tick, over)
        self._drawn = ahead.stop

    def look(self, tick: int) -> bool:
        """See, as the last tick left every history, whether the condition has held long enough.

        One that fails lets the event come again if it repeats.

        Returns
        -------
        Whether it is time for the event anywhere.
        """
        when, state, ticks = self.event.when, self._state, self._plan.ticks
        assert when
        holds = np.ones(state.trials, dtype=bool)
        if when.state is not None:
            holds &= state.state == STATES[when.state]
        if when.front_above is not None:
            holds &= state.front > when.front_above
        if when.front_below is not None:
            holds &= state.front < when.front_below
        since = self._since[state.row]
        since = np.where(np.isnan(since), ticks.days[max(tick - 1, 0)], since)
        self._since[state.row] = np.where(holds, since, np.nan)
        if self.event.repeats:
            self._over[state.row[~holds]] = False
        self._held[state.row] = held = holds & (ticks.days[tick] - since >= when.days - ROUNDING)
        return bool((held & ~self._over[state.row]).any())

    def _change(self, changes: tuple[Change, ...], rows: Rows, tick: int) -> None:
        self._parameters.change_all(changes, rows, tick)
        if self._moves_drift and any(change.target == DRIFT for change in changes):
            self._battlefield.publish(rows)

    def _take_effect(self, effect: EffectPlan, rows: Rows, tick: int) -> None:
        state, plan = self._state, self._plan
        match effect:
            case FrontJump(amount=amount):
                going_on = rows[state.state[rows] != ENDED]
                jump(plan, state, self._parameters.of_rows(amount, going_on), going_on)
            case Refilling(stock=index, amount=amount):
                self._stocks.refill(index, self._parameters[amount], rows, tick)
            case Lift(lift=line):
                if line in plan.line_ids:  # an override may have taken the red line out
                    state.lift_line(plan.line_ids[line], rows)
            case Draw(draw=line):
                state.draw_line(plan.line_ids[line], rows)
            case Fix(fix=issue, to=option):
                index = plan.issues.index(issue)
                column = plan.slots[index].start + plan.options[index].index(option)
                state.own_quo[rows, index] = column
                state.fixed[rows, index] = True
                state.restate(rows)
            case Breaks(breaks=kind):
                self._breaks(kind, rows, tick)


def _in_parts(effects: Sequence[EffectPlan]) -> list[EffectPlan | tuple[Change, ...]]:
    """Return effects in their order, what changes numbers in a row together."""
    parts: list[EffectPlan | tuple[Change, ...]] = []
    for are_changes, part in itertools.groupby(effects, lambda effect: isinstance(effect, Change)):
        if are_changes:
            parts.append(tuple(effect for effect in part if isinstance(effect, Change)))
        else:
            parts.extend(part)
    return parts


def may_fail(parameters: Parameters, event: EventPlan) -> bool:
    """Tell whether the chance of an event may be below 1."""
    path = EVENT.chance(event.id)
    return parameters.support(path)[0] < 1.0 or parameters.may_change(path)


def is_settled(plan: Plan, event: EventPlan, parameters: Parameters) -> bool:
    """Tell whether it is settled from the beginning when an event comes, chance aside.

    It is where nothing changes any more when the event comes, and to draw that in one go takes little room.
    """
    is_long = len(plan.ticks) > _AHEAD
    return event.when is None and not (event.is_random and (is_long or parameters.may_change(EVENT.rate(event.id))))


def _dated(plan: Plan, event: EventPlan, streams: Streams, trials: int) -> dict[int, Rows]:
    """Return the trials of the block as it begins in which an event comes that has a date, or gets one.

    They are given by tick, the next tick first.
    """
    if event.tick is not None:
        return {event.tick: np.arange(trials)}
    if event.between is None:
        return {}
    due = due_between(plan, event.path, event.between, streams)
    return {tick: np.nonzero(due == tick)[0] for tick in np.unique(due).tolist()}


def due_between(plan: Plan, path: str, between: tuple[float, float], streams: Streams) -> NDArray[np.intp]:
    """Return the tick at which an event comes in each trial that comes between two days, (trials,)."""
    first, last = between
    days = first + (last - first) * streams.uniform(f"{path}.between")
    return np.searchsorted(plan.ticks.days, days)


def draw_red_lines(plan: Plan, parameters: Parameters, state: State, streams: Streams) -> None:
    """Draw when each red line lifts by itself: never, or after an exponential time (model 7)."""
    state.live[:, list(plan.drawn_later)] = False
    lines = [index for index, path in enumerate(plan.line_paths) if path in plan.quantities]
    if lines:
        paths = [plan.line_paths[index] for index in lines]
        names = tuple(f"{path}.lifts" for path in paths)
        state.lifts[:, lines] = streams.exponentials(names, parameters.group(paths))


def lifting_ticks(plan: Plan, state: State) -> list[int]:
    """Return the ticks at which red lines lift by themselves somewhere in a block; one past the last is never."""
    lifts = state.lifts[np.isfinite(state.lifts)]
    ticks: list[int] = np.unique(np.searchsorted(plan.ticks.days, lifts)).tolist()
    return ticks
