"""The clocks of concession: how much patience is spent on each track (model 6)."""

from __future__ import annotations

import numpy as np

from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.record.states import FIGHTING
from negosim.engine.state import State, TrackState
from negosim.engine.streams import Array
from negosim.engine.talks.rounds import is_open
from negosim.engine.values import PartyValues
from negosim.model.packages import of_rows
from negosim.scenario.paths import PARTY


class Clocks:
    """The clocks of all tracks of a block."""

    def __init__(self, plan: Plan, parameters: Parameters, party_values: PartyValues, state: State) -> None:
        self._plan = plan
        self._parameters = parameters
        self._party_values = party_values
        self._state = state
        self._follow_ripeness = any(track.ripeness for track in plan.tracks)

    def run(self, days: float) -> None:
        """Let the clocks run where talks have been open; those of parties that wait for a move run slower."""
        waiting = days * (1.0 - self._parameters.group(PARTY.reciprocity.each(self._plan.parties)))
        for track, standing in zip(self._plan.tracks, self._state.tracks, strict=True):
            self._run(standing, days, waiting, ripeness=track.ripeness)

    def _run(self, standing: TrackState, days: float, waiting: Array, *, ripeness: bool) -> None:
        rows = np.nonzero(standing.open)[0]
        pace = np.where(standing.slowed[rows], of_rows(waiting, rows), days)
        if ripeness:
            pace *= self._state.counting[rows]
        standing.clock[rows] += pace

    def set(self, tick: int) -> None:
        """Say where there is fighting, which talks are open and whose clocks count, until the next tick."""
        state, war = self._state, self._plan.war
        state.fighting[:] = state.state == FIGHTING
        for index, standing in enumerate(state.tracks):
            standing.open[:] = is_open(self._plan, index, state, tick)
        if war is not None and self._follow_ripeness:
            hurt, paused = self._party_values.hurting(), state.state != FIGHTING
            state.counting[:] = True
            for side in (war.first, war.second):
                state.counting[:, side] = paused | hurt[:, side]
