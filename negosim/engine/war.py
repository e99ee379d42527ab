"""The war: front, fighting, beliefs, and stocks that burn while there is fighting (model 3, 4 and 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.state import MOST_DISTRUST, State
from negosim.engine.streams import Array, Streams
from negosim.model.beliefs import eroded, learned
from negosim.model.durability import chance_within
from negosim.model.front import crossings, in_reach, moved, won
from negosim.model.packages import of_rows
from negosim.scenario.paths import BELIEF, STOCK, TOLL, WAR

Rows = NDArray[np.intp]


DRIFT = WAR.drift()
"""The path of the true drift: what changes it is public."""

JUMPS_TO = 0.999
"""How far from 0 a jump leaves the front at most: nobody wins a war by an event."""


@dataclass(frozen=True)
class Fought:
    """What a stretch of fighting has brought.

    Attributes
    ----------
    rows, movement : where the war goes on, and how far the front has moved there.
    ended, outcome : where it has ended: +1 where the first belligerent has won, -1 where the second has.
    """

    rows: Rows
    movement: Array
    ended: Rows
    outcome: NDArray[np.int8]


def begin(plan: Plan, parameters: Parameters, state: State) -> None:
    """Put the front and the first beliefs in place (model 4)."""
    if plan.war is None:
        return
    state.front[:] = parameters[WAR.front()]
    state.drift[:] = parameters[DRIFT]
    state.belief[:] = state.drift[:, None]
    sides = ((plan.war.first, 1.0), (plan.war.second, -1.0))
    doubts = [parameters[BELIEF.doubt(plan.parties[party])] ** 2 for party, _ in sides]
    state.variance[:] = ((doubts[0] + doubts[1]) / 2.0)[:, None]
    for (party, side), doubt in zip(sides, doubts, strict=True):
        state.belief[:, party] += side * parameters[BELIEF.optimism(plan.parties[party])]
        state.variance[:, party] = doubt
    follow_front(plan, state, np.arange(state.trials))


def follow_front(plan: Plan, state: State, rows: Rows) -> None:
    """Let a status quo that follows the front follow it in some trials."""
    for issue, holds in enumerate(plan.status_quo):
        if holds.thresholds.size:
            column = holds.columns[np.searchsorted(holds.thresholds, state.front[rows], side="right")]
            known = state.own_quo[:, issue]
            turned = np.nonzero((column != known[rows]) & ~state.fixed[:, issue][rows])[0]
            if turned.size:
                known[rows[turned]] = column[turned]
                state.restate(rows[turned])


def jump(plan: Plan, state: State, by: Array, rows: Rows) -> None:
    """Move the front in some trials, no further than to just before its ends: no observation of the drift (model 4).

    Parameters
    ----------
    by : (rows or 1,) how far.
    """
    state.front[rows] = np.clip(state.front[rows] + by, -JUMPS_TO, JUMPS_TO)
    follow_front(plan, state, rows)


def publish_drift(parameters: Parameters, state: State, rows: Rows) -> None:
    """Let every belief shift by as much as the true drift has in some trials: such changes are public (model 4)."""
    drift = parameters.of_rows(DRIFT, rows)
    state.belief[rows] += (drift - state.drift[rows])[:, None]
    state.drift[rows] = drift


class Battlefield:
    """Front, fighting and beliefs of a block."""

    def __init__(self, plan: Plan, parameters: Parameters, state: State, streams: Streams) -> None:
        self._plan = plan
        self._parameters = parameters
        self._state = state
        self._streams = streams
        self._narrative_paths: list[str | None] = [None] * len(plan.parties)
        self._signs = np.zeros(len(plan.parties))
        for party, side in ((plan.war.first, 1.0), (plan.war.second, -1.0)) if plan.war else ():
            self._narrative_paths[party] = BELIEF.narrative(plan.parties[party])
            self._signs[party] = side

    def publish(self, rows: Rows) -> None:
        """Make known that the true drift has changed in some trials; see `publish_drift`."""
        publish_drift(self._parameters, self._state, rows)

    def pass_stretch(self, tick: int, stocks: Stocks, tolls: Array) -> Fought | None:
        """Let the stretch up to a tick pass: count it and what it has cost, move the front, burn stocks.

        Parameters
        ----------
        tolls : (trials of the block as it began, tolls) is added to.

        Returns
        -------
        How the front has moved; None where no time has passed or there is no war.
        """
        years = self._plan.ticks.years(tick)
        self._state.fought += self._state.fighting * years
        if self._plan.war is None:
            return None
        if not years:
            stocks.burn(tick)
            return None
        self._count_tolls(years, tolls)
        fought = self.fight(tick)
        stocks.burn(tick)
        return fought

    def fight(self, tick: int) -> Fought:
        """Move the front over the stretch up to a tick, where there was fighting."""
        state, rows, years = self._state, np.nonzero(self._state.fighting)[0], self._plan.ticks.years(tick)
        before, moved_by, near = self._move(rows, tick, years)
        if not near.size:
            follow_front(self._plan, state, rows)
            return Fought(rows, moved_by, near, np.zeros(0, dtype=np.int8))
        at = rows[near]
        outcome = self._crossed(at, before[near], tick, years)
        ended = outcome != 0
        state.front[at[ended]] = outcome[ended]
        follow_front(self._plan, state, rows)
        goes_on = np.ones(rows.size, dtype=bool)
        goes_on[near[ended]] = False
        return Fought(rows[goes_on], moved_by[goes_on], at[ended], outcome[ended])

    def _move(self, rows: Rows, tick: int, years: float) -> tuple[Array, Array, Rows]:
        """Move the front in some trials, its ends left out of account.

        Returns
        -------
        (rows,) where it was, by how much it has moved; and where it may have touched an end, by place among the rows.
        """
        state, volatility = self._state, self._parameters.of_rows(WAR.volatility(), rows)
        luck = self._streams.normals_of_rows(state.row[rows], "war.front", tick)
        before = state.front[rows]
        state.front[rows] = after = moved(before, state.drift[rows], volatility, years, luck)
        return before, after - before, np.nonzero(in_reach(before, after, volatility, years))[0]

    def _crossed(self, at: Rows, before: Array, tick: int, years: float) -> NDArray[np.int8]:
        """Return +1 where the path of the front touched the first belligerent's end in some trials, -1 the second's."""
        state, volatility = self._state, self._parameters.of_rows(WAR.volatility(), at)
        up, down = crossings(before, state.front[at], volatility, years)
        return won(up, down, self._streams.of_rows(state.row[at], "war.crossing", tick))

    def learn(self, rows: Rows, movement: Array, years: float) -> None:
        """Let the parties learn from movements of the front in some trials (model 4)."""
        state, (narrative, signs) = self._state, self._narratives()
        state.belief[rows], state.variance[rows] = learned(
            state.belief[rows],
            state.variance[rows],
            movement[:, None],
            years,
            self._parameters.of_rows(WAR.volatility(), rows)[:, None],
            of_rows(narrative, rows) * signs,
        )
        self._erode_trust(rows, years)

    def fading(self, hurting: Rows, tick: int) -> Rows:
        """Return where the war fades out over the stretch up to a tick, of the trials in which it hurts both sides."""
        rate = self._parameters[WAR.fade()]
        if not (hurting.size and rate.any()):
            return hurting[:0]
        u = self._streams.of_rows(self._state.row[hurting], WAR.fade(), tick)
        return hurting[u < chance_within(of_rows(rate, hurting), self._plan.ticks.years(tick))]

    def _erode_trust(self, rows: Rows, years: float) -> None:
        """Let the narrative of each belligerent cost the trust of all others in some trials (model 4)."""
        plan, state = self._plan, self._state
        assert plan.war
        for party in (plan.war.first, plan.war.second):
            erosion, narrative = (
                self._parameters.of_rows(family(plan.parties[party]), rows)
                for family in (BELIEF.erosion, BELIEF.narrative)
            )
            if erosion.any() and narrative.any():
                factor = np.broadcast_to(eroded(erosion, narrative, years)[:, None], (rows.size, len(plan.parties)))
                others = np.arange(len(plan.parties)) != party
                grown = np.where(others, state.distrust[rows] * factor, state.distrust[rows])
                state.distrust[rows] = np.minimum(grown, MOST_DISTRUST)

    def _narratives(self) -> tuple[Array, Array]:
        """Return by how much each party's reading is coloured, (trials or 1, parties), and which way, (parties,)."""
        return self._parameters.group(self._narrative_paths), self._signs

    def _count_tolls(self, years: float, tolls: Array) -> None:
        """Count what a stretch of fighting has cost."""
        rows = np.nonzero(self._state.fighting)[0]
        per_year = self._parameters.group(TOLL.per_year.each(self._plan.tolls))
        tolls[self._state.row[rows]] += of_rows(per_year, rows) * years


class Stocks:
    """The stocks of a block: money, men, shells; an empty one has its effects."""

    def __init__(self, plan: Plan, parameters: Parameters, state: State, battlefield: Battlefield) -> None:
        self._plan = plan
        self._parameters = parameters
        self._state = state
        self._battlefield = battlefield
        for index, stock in enumerate(plan.stocks):
            state.stocks[:, index] = np.inf  # none has been empty before
            level = np.broadcast_to(parameters[STOCK.level(stock.id)], (state.trials,))
            self._set(index, np.arange(state.trials), level, tick=0)

    def burn(self, tick: int) -> None:
        """Burn what the stretch up to a tick has cost, where it was spent fighting: all of them before any effect."""
        years, rows = self._plan.ticks.years(tick), np.nonzero(self._state.fighting)[0]
        burnt = [of_rows(self._parameters[STOCK.burn(stock.id)], rows) * years for stock in self._plan.stocks]
        for index, gone in enumerate(burnt):
            self._set(index, rows, np.maximum(self._state.stocks[:, index][rows] - gone, 0.0), tick)

    def refill(self, index: int, amount: Array, rows: Rows, tick: int) -> None:
        """Refill a stock in some trials."""
        self._set(index, rows, self._state.stocks[:, index][rows] + of_rows(amount, rows), tick)

    def _set(self, index: int, rows: Rows, level: Array, tick: int) -> None:
        known, changes = self._state.stocks[:, index], self._plan.stocks[index].when_empty
        was_empty, is_empty = known[rows] <= 0.0, level <= 0.0
        known[rows] = level
        turned = was_empty != is_empty
        if changes and turned.any():
            self.turn(index, rows[turned & is_empty], rows[turned & was_empty], tick)

    def turn(self, index: int, begins: Rows, ends: Rows, tick: int) -> None:
        """Let the effects of an empty stock begin in some trials, and end in others."""
        changes = self._plan.stocks[index].when_empty
        self._parameters.hold_all(changes, begins, ends, tick)
        if any(change.target == DRIFT for change in changes):
            self._battlefield.publish(np.concatenate((begins, ends)))
