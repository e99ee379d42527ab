"""The battlefield: front, fighting, beliefs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.engine.cells import Cells
from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams
from negosim.model.beliefs import learned
from negosim.model.front import crossings, moved, won
from negosim.model.packages import of_rows


def begin(plan: Plan, cells: Cells, state: State) -> None:
    """Put the front and the first beliefs in place (model 4)."""
    if plan.war is None:
        return
    state.front[:] = cells["war.front"]
    state.drift[:] = cells["war.drift"]
    state.belief[:] = state.drift[:, None]
    sides = ((plan.war.first, 1.0), (plan.war.second, -1.0))
    doubts = [cells[f"war.beliefs.{plan.parties[party]}.doubt"] ** 2 for party, _ in sides]
    state.variance[:] = ((doubts[0] + doubts[1]) / 2.0)[:, None]
    for (party, side), doubt in zip(sides, doubts, strict=True):
        state.belief[:, party] += side * cells[f"war.beliefs.{plan.parties[party]}.optimism"]
        state.variance[:, party] = doubt
    follow_front(plan, state)


def follow_front(plan: Plan, state: State) -> None:
    """Let a status quo that follows the front follow it."""
    for issue, holds in enumerate(plan.status_quo):
        if holds.thresholds.size:
            column = holds.columns[np.searchsorted(holds.thresholds, state.front, side="right")]
            column = np.where(state.fixed[:, issue], state.own_quo[:, issue], column)
            moved = np.nonzero(column != state.own_quo[:, issue])[0]
            if moved.size:
                state.own_quo[:, issue] = column
                state.restate(moved)


def publish_drift(cells: Cells, state: State) -> None:
    """Let every belief shift by as much as the true drift has: such changes are public (model 4)."""
    drift = cells["war.drift"]
    rows = np.nonzero(drift != state.drift)[0]
    if rows.size:
        drift = of_rows(drift, rows)
        state.belief[rows] += (drift - state.drift[rows])[:, None]
        state.drift[rows] = drift


def fight(plan: Plan, cells: Cells, state: State, streams: Streams, tick: int) -> tuple[NDArray[np.int8], Array]:
    """Move the front over the stretch up to a tick.

    Returns
    -------
    (trials,) +1 where the first belligerent has won, -1 where the second has, else 0; and how far the front has moved,
    NaN where there is nothing to learn from.
    """
    assert plan.war
    years = plan.ticks.years(tick)
    volatility = np.broadcast_to(cells["war.volatility"], state.front.shape)
    normals = streams.normals_of_rows(state.row, "war.front", tick)
    luck = streams.of_rows(state.row, "war.crossing", tick)
    after = moved(state.front, state.drift, volatility, years, normals)
    up, down = crossings(state.front, after, volatility, years)
    outcome = won(up, down, luck)
    outcome[~state.fighting] = 0
    goes_on = state.fighting & (outcome == 0)
    movement = np.where(goes_on, after - state.front, np.nan)
    state.front = np.where(state.fighting, np.where(outcome == 0, after, outcome), state.front)
    follow_front(plan, state)
    return outcome, movement


def learn(plan: Plan, cells: Cells, state: State, movement: Array, years: float) -> None:
    """Let the parties learn from a movement of the front, where there was one (model 4)."""
    saw = ~np.isnan(movement)[:, None]
    mean, variance = learned(
        state.belief,
        state.variance,
        movement[:, None],
        years,
        np.broadcast_to(cells["war.volatility"], state.front.shape)[:, None],
        _narratives(plan, cells),
    )
    state.belief = np.where(saw, mean, state.belief)
    state.variance = np.where(saw, variance, state.variance)


def _narratives(plan: Plan, cells: Cells) -> Array:
    assert plan.war
    paths: list[str | None] = [None] * len(plan.parties)
    signs = np.zeros(len(plan.parties))
    for party, side in ((plan.war.first, 1.0), (plan.war.second, -1.0)):
        paths[party] = f"war.beliefs.{plan.parties[party]}.narrative"
        signs[party] = side
    return cells.group(paths) * signs
