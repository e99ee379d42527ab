"""Where a trial that goes on stands at the horizon, as the engine and the reference have it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from negosim.engine.plan import Body, Plan
from negosim.engine.record.states import ENDED
from negosim.engine.state import State, TrackState

Standing = dict[str, Any]
"""What is in force and what lasts, by name."""


def standings_of_engine(plan: Plan, state: State, first: int) -> dict[int, Standing]:
    """Where the trials of a block stand, by number, but for those that have ended.

    Parameters
    ----------
    first : number of the first trial of the block.
    """
    going_on = np.nonzero(state.state != ENDED)[0]
    return {first + int(state.row[at]): _standing(plan, state, int(at)) for at in going_on}


def _standing(plan: Plan, state: State, at: int) -> Standing:
    options = [option for names in plan.options for option in names]
    standing: Standing = {
        f"status quo of {issue}": options[column]
        for issue, column in zip(plan.issues, state.status_quo[at], strict=True)
    }
    for party, name in enumerate(plan.parties):
        standing[f"distrust of {name}"] = float(state.distrust[at, party])
        if plan.war:
            standing[f"belief of {name}"] = float(state.belief[at, party])
    if plan.war:
        standing["front"] = float(state.front[at])
    standing |= {f"stock {stock.id}": float(state.stocks[at, place]) for place, stock in enumerate(plan.stocks)}
    for body in plan.bodies:
        if not math.isnan(state.voted_on[at, body.number]):
            standing[f"mood {body.spread}"] = float(state.body_mood[at, body.number])
        if not math.isnan(state.lesson[at, body.number]):
            standing[f"lesson of {path_of(body)}"] = float(state.lesson[at, body.number])
    for index in range(len(plan.tracks)):
        standing |= _standing_of_track(plan, index, state.tracks[index], at)
    return standing


def _standing_of_track(plan: Plan, index: int, kept: TrackState, at: int) -> Standing:
    track = plan.tracks[index]
    standing: Standing = {
        f"{track.id} waits": bool(kept.waiting[at]),
        f"{track.id} is closed until": max(float(kept.closed_until[at]), 0.0),
    }
    for party, name in enumerate(plan.parties):
        standing[f"clock of {track.id}.{name}"] = float(kept.clock[at, party])
        if not math.isnan(kept.asked_on[at, party]):
            standing[f"mood {track.path}.consent.{name}"] = float(kept.mood[at, party])
        if track.protocol == "single_text" and not math.isnan(kept.misread_on[at]):
            standing[f"mood {track.path}.mediator_error.{name}"] = float(kept.misreading[at, party])
    return standing


def path_of(body: Body) -> str:
    """Where the scenario states a body."""
    return body.spread.removesuffix(".spread")
