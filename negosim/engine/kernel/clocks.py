"""The clocks of concession, run by the kernel."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from negosim.engine.kernel import library, structs
from negosim.engine.kernel.followed import Followed
from negosim.engine.kernel.structs import Kept, TrackClock
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.talks.clocks import Clocks
from negosim.engine.values import PartyValues
from negosim.scenario.paths import PARTY


class KernelClocks(Clocks):
    """The clocks of all tracks of a block."""

    def __init__(self, plan: Plan, parameters: Parameters, party_values: PartyValues, state: State) -> None:
        super().__init__(plan, parameters, party_values, state)
        found = library()
        assert found
        self._run_clocks, self._set_clocks = found.negosim_run_clocks, found.negosim_set_clocks
        self._row: NDArray[np.intp] | None = None
        self._tracks = (TrackClock * max(len(plan.tracks), 1))()
        self._kept_tracks = [Kept(track) for track in self._tracks]
        for track, clock in zip(plan.tracks, self._tracks, strict=False):
            clock.opens, clock.ceasefire, clock.ripeness = track.opens, track.kind == "ceasefire", track.ripeness
        described = structs.Clocks(
            parties=len(plan.parties),
            tracks=len(plan.tracks),
            track=ctypes.addressof(self._tracks),
            ripeness=plan.war is not None and self._follow_ripeness,
            first=plan.war.first if plan.war else -1,
            second=plan.war.second if plan.war else -1,
        )
        self._kept = Followed(described, parameters, {"reciprocity": PARTY.reciprocity.each(plan.parties)})

    def _follow(self) -> None:
        """Fill in where the histories stand: the arrays are others only where histories have left the block."""
        kept, state = self._kept, self._state
        kept.follow()
        kept.point("war", self._party_values.war, np.float64)
        kept.point("status_quo", self._party_values.status_quo, np.float64)
        if state.row is self._row:
            return
        self._row = state.row
        kept.struct.trials = state.trials
        kept.point("state", state.state, np.int8)
        kept.point("fighting", state.fighting, np.bool_)
        kept.point("counting", state.counting, np.bool_)
        for standing, clock in zip(state.tracks, self._kept_tracks, strict=False):
            for name in ("waiting", "agreed", "slowed", "open"):
                clock.point(name, getattr(standing, name), np.bool_)
            for name in ("closed_until", "clock"):
                clock.point(name, getattr(standing, name), np.float64)

    def run(self, days: float) -> None:
        """Let the clocks run where talks have been open; those of parties that wait for a move run slower."""
        self._follow()
        self._run_clocks(self._kept.at, days)

    def set(self, tick: int) -> None:
        """Say where there is fighting, which talks are open and whose clocks count, until the next tick."""
        self._follow()
        self._set_clocks(self._kept.at, tick, float(self._plan.ticks.days[tick]))
