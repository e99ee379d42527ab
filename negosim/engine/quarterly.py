"""The watch: at the end of every quarter, who is in a hurting stalemate and which tracks have a zone of agreement."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.talks.rounds import in_season
from negosim.engine.values import PartyValues
from negosim.engine.zopa import positions_on, problem_of
from negosim.model.zopa.zone import SOME, UNDECIDED, zone

ZONE_TRIALS = 256
"""Zones are looked for in the first so many trials of a run: by number, so that blocks make no difference."""

_RIPE = np.array([[1, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1]])
"""Which of the four counts of `History.ripe` take in those in which neither side is in a hurting stalemate, the second,
the first, and both."""


class QuarterlyRecord:
    """Looks at a block at the end of every quarter, after the tracks have met, and counts in the end.

    Parameters
    ----------
    history : what is counted goes into its `ripe` and `zones`.
    zones : whether zones are looked for: in the first setting of the block, whose trials stand first.
    ripe : whether hurting stalemates are counted.
    """

    def __init__(
        self, plan: Plan, party_values: PartyValues, state: State, history: History, *, zones: bool, ripe: bool
    ) -> None:
        self._plan = plan
        self._party_values = party_values
        self._state = state
        self._history = history
        self._watched = [(index, track) for index, track in enumerate(plan.tracks) if track.kind != "limited"]
        self._quarters = plan.quarters
        self._ends = frozenset(self._quarters)
        self._counts_ripe = ripe and plan.war is not None
        self._ripe: list[tuple[int, NDArray[np.intp], NDArray[np.intp]]] = []
        trials = int(np.count_nonzero(history.setting == 0))
        history.zone_trials = min(max(ZONE_TRIALS - history.first, 0), trials) if zones else 0

    @property
    def looks_for_zones(self) -> bool:
        """Whether zones are looked for in any trial."""
        return self._history.zone_trials > 0

    def look(self, tick: int) -> None:
        """Count, if a quarter ends at a tick."""
        if tick not in self._ends:
            return
        for quarter in (place for place, end in enumerate(self._quarters) if end == tick):
            if self._counts_ripe:
                self._note_ripe(quarter)
            if self.looks_for_zones:
                self._look_for_zones(quarter)

    def _note_ripe(self, quarter: int) -> None:
        """Note of every trial its state, and which sides are in a hurting stalemate."""
        state, hurt, war = self._state, self._party_values.hurting(), self._plan.war
        assert war
        self._ripe.append((quarter, state.row, 4 * state.state + 2 * hurt[:, war.first] + hurt[:, war.second]))

    def _look_for_zones(self, quarter: int) -> None:
        first = np.count_nonzero(self._state.row < self._history.zone_trials)
        if not first:
            return
        no_deal = self._party_values.no_deal()
        for index, track in self._watched:
            rows = np.nonzero(in_season(track, self._state)[:first])[0]
            if rows.size:
                self._note_zones(quarter, index, rows, no_deal)

    def _note_zones(self, quarter: int, index: int, rows: NDArray[np.intp], no_deal: Array) -> None:
        """Count in how many of some trials a track has a zone of agreement, red lines respected and ignored."""
        track = self._plan.tracks[index]
        position = positions_on(self._plan, track, self._party_values, self._state, rows, no_deal)
        for place, posed in enumerate((position, position.without_red_lines())):
            known = zone(problem_of(self._plan, track), posed).known
            counts = (known == known, known == SOME, known == UNDECIDED)
            self._history.zones[0, quarter, index, place] = [np.count_nonzero(count) for count in counts]

    def close(self) -> None:
        """Count what has been noted at the ends of all quarters."""
        if not self._ripe:
            return
        quarters, rows, kinds = zip(*self._ripe, strict=True)
        quarter = np.repeat(quarters, [row.size for row in rows])
        place = self._history.setting[np.concatenate(rows)] * len(self._quarters) + quarter
        shape = (*self._history.ripe.shape[:2], 4, 4)
        counts = np.bincount(16 * place + np.concatenate(kinds), minlength=math.prod(shape)).reshape(shape)
        self._history.ripe[:] = counts[:, :, [FIGHTING, CEASEFIRE]] @ _RIPE
