"""The battlefield: front, fighting, beliefs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams
from negosim.model.beliefs import learned
from negosim.model.front import crossings, in_reach, moved, won
from negosim.model.packages import of_rows

Rows = NDArray[np.intp]


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
    state.front[:] = parameters["war.front"]
    state.drift[:] = parameters["war.drift"]
    state.belief[:] = state.drift[:, None]
    sides = ((plan.war.first, 1.0), (plan.war.second, -1.0))
    doubts = [parameters[f"war.beliefs.{plan.parties[party]}.doubt"] ** 2 for party, _ in sides]
    state.variance[:] = ((doubts[0] + doubts[1]) / 2.0)[:, None]
    for (party, side), doubt in zip(sides, doubts, strict=True):
        state.belief[:, party] += side * parameters[f"war.beliefs.{plan.parties[party]}.optimism"]
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


def publish_drift(parameters: Parameters, state: State, rows: Rows) -> None:
    """Let every belief shift by as much as the true drift has in some trials: such changes are public (model 4)."""
    drift = parameters.of_rows("war.drift", rows)
    state.belief[rows] += (drift - state.drift[rows])[:, None]
    state.drift[rows] = drift


def fight(plan: Plan, parameters: Parameters, state: State, streams: Streams, tick: int) -> Fought:
    """Move the front over the stretch up to a tick, where there was fighting."""
    rows, years = np.nonzero(state.fighting)[0], plan.ticks.years(tick)
    before, moved_by, near = _move(parameters, state, streams, rows, tick, years)
    if not near.size:
        follow_front(plan, state, rows)
        return Fought(rows, moved_by, near, np.zeros(0, dtype=np.int8))
    at = rows[near]
    up, down = crossings(before[near], state.front[at], of_rows(parameters["war.volatility"], at), years)
    outcome = won(up, down, streams.of_rows(state.row[at], "war.crossing", tick))
    ended = outcome != 0
    state.front[at[ended]] = outcome[ended]
    follow_front(plan, state, rows)
    if ended.any():
        goes_on = np.ones(rows.size, dtype=bool)
        goes_on[near[ended]] = False
        rows, moved_by = rows[goes_on], moved_by[goes_on]
    return Fought(rows, moved_by, at[ended], outcome[ended])


def _move(
    parameters: Parameters, state: State, streams: Streams, rows: Rows, tick: int, years: float
) -> tuple[Array, Array, Rows]:
    """Move the front in some trials, its ends left out of account.

    Returns
    -------
    (rows,) where it was, by how much it has moved; and where it may have touched an end, by place among the rows.
    """
    library, stream, origin, volatility = kernel.library(), "war.front", state.row[rows], parameters["war.volatility"]
    before = state.front[rows]
    if library is None:
        volatility = of_rows(volatility, rows)
        luck = streams.normals_of_rows(origin, stream, tick)
        state.front[rows] = after = moved(before, state.drift[rows], volatility, years, luck)
        return before, after - before, np.nonzero(in_reach(before, after, volatility, years))[0]
    moved_by, near = np.empty(rows.size), np.empty(rows.size, dtype=np.int64)
    many = library.negosim_move_front(
        rows.size, *map(kernel.address, (rows, origin, streams.key(stream))), tick, streams.first,
        *map(kernel.address, (state.front, state.drift, volatility)), kernel.step(volatility),
        years, kernel.address(moved_by), kernel.address(near),
    )  # fmt: skip
    return before, moved_by, near[:many]


def learn(plan: Plan, parameters: Parameters, state: State, rows: Rows, movement: Array, years: float) -> None:
    """Let the parties learn from movements of the front in some trials (model 4)."""
    assert plan.war
    library, volatility = kernel.library(), parameters["war.volatility"]
    paths: list[str | None] = [None] * len(plan.parties)
    signs = np.zeros(len(plan.parties))
    for party, side in ((plan.war.first, 1.0), (plan.war.second, -1.0)):
        paths[party] = f"war.beliefs.{plan.parties[party]}.narrative"
        signs[party] = side
    narrative = parameters.group(paths)
    if library is None:
        state.belief[rows], state.variance[rows] = learned(
            state.belief[rows],
            state.variance[rows],
            movement[:, None],
            years,
            of_rows(volatility, rows)[:, None],
            of_rows(narrative, rows) * signs,
        )
        return
    library.negosim_learn(
        rows.size, len(signs), kernel.address(rows), kernel.address(movement), years,
        kernel.address(volatility), kernel.step(volatility), kernel.address(narrative), kernel.step(narrative),
        *map(kernel.address, (signs, state.belief, state.variance)),
    )  # fmt: skip


def count_tolls(plan: Plan, parameters: Parameters, state: State, years: float, tolls: Array) -> None:
    """Count what a stretch of fighting has cost.

    Parameters
    ----------
    tolls : (trials of the block as it began, tolls) is added to.
    """
    library, rows = kernel.library(), np.nonzero(state.fighting)[0]
    origin, per_year = state.row[rows], parameters.group([f"war.tolls.{toll}.per_year" for toll in plan.tolls])
    if library is None:
        tolls[origin] += of_rows(per_year, rows) * years
        return
    library.negosim_count_tolls(
        rows.size, len(plan.tolls), kernel.address(rows), kernel.address(origin), kernel.address(per_year),
        kernel.step(per_year), years, kernel.address(tolls),
    )  # fmt: skip
