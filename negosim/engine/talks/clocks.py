"""Clocks: how long talks have been open, and so how much patience is spent (model 6)."""

from __future__ import annotations

import numpy as np

from negosim.engine.plan import Plan
from negosim.engine.record.states import FIGHTING
from negosim.engine.state import State
from negosim.engine.talks.rounds import is_open
from negosim.engine.values import PartyValues


class Clocks:
    """The clocks of all parties on all tracks of a block."""

    def __init__(self, plan: Plan, party_values: PartyValues, state: State) -> None:
        self._plan = plan
        self._party_values = party_values
        self._state = state
        self._follow_ripeness = plan.war is not None and any(track.ripeness for track in plan.tracks)

    def set(self, tick: int) -> None:
        """Say where talks are open until the next tick, and whose clocks count.

        On a track that follows ripeness that of a belligerent counts while it is in a hurting stalemate or the war is
        paused.
        """
        plan, state = self._plan, self._state
        for index, standing in enumerate(state.tracks):
            standing.open[:] = is_open(plan, index, state, tick)
        if self._follow_ripeness:
            assert plan.war
            hurt, paused = self._party_values.hurting(), state.state != FIGHTING
            state.counting[:] = True
            for side in (plan.war.first, plan.war.second):
                state.counting[:, side] = paused | hurt[:, side]

    def run(self, days: float) -> None:
        """Let the clocks run so many days wherever talks have been open since the last tick.

        Those of parties that wait for somebody else to move run slower.
        """
        slower = days * (1.0 - self._party_values.of_party("reciprocity"))
        for track, standing in zip(self._plan.tracks, self._state.tracks, strict=True):
            pace = np.where(standing.slowed, slower, days)
            if track.ripeness:
                pace *= self._state.counting
            standing.clock += pace * standing.open[:, None]
