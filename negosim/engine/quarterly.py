"""The watch: at the end of every quarter, who is in a hurting stalemate and which tracks have a zone of agreement."""

from __future__ import annotations

import numpy as np

from negosim.engine.kernel.pursuit import CompiledSearch
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.talks.rounds import in_season
from negosim.engine.values import PartyValues
from negosim.engine.zopa import Worths, positions_on, problem_of
from negosim.model.zopa.zone import SOME, UNDECIDED, FactorGraph, PartyPositions, decided

ZONE_TRIALS = 256
"""Zones are looked for in the first so many trials of a run: by number, so that blocks make no difference."""


class QuarterlyRecord:
    """Looks at a block at the end of every quarter, after the tracks have met, and counts.

    Parameters
    ----------
    history : what is counted goes into its `ripe` and `zones`.
    zones : whether zones are looked for.
    """

    def __init__(self, plan: Plan, party_values: PartyValues, state: State, history: History, *, zones: bool) -> None:
        self._plan = plan
        self._party_values = party_values
        self._state = state
        self._history = history
        self._watched = [(index, track) for index, track in enumerate(plan.tracks) if track.kind != "limited"]
        self._quarters = plan.quarters
        history.zone_trials = min(max(ZONE_TRIALS - history.first, 0), history.trials) if zones else 0
        self._noted: dict[int, list[tuple[int, PartyPositions]]] = {}
        self._worths = Worths(history.zone_trials)

    def look(self, tick: int) -> None:
        """Count, if a quarter ends at a tick."""
        for quarter in (place for place, end in enumerate(self._quarters) if end == tick):
            if self._plan.war is not None:
                self._count_ripe(quarter)
            self._note_positions(quarter)

    def _count_ripe(self, quarter: int) -> None:
        assert self._plan.war
        hurt = self._party_values.hurting()
        sides = hurt[:, self._plan.war.first], hurt[:, self._plan.war.second]
        for place, state in enumerate((FIGHTING, CEASEFIRE)):
            there = self._state.state == state
            counts = (there, there & sides[0], there & sides[1], there & sides[0] & sides[1])
            self._history.ripe[quarter, place] = [np.count_nonzero(count) for count in counts]

    def _note_positions(self, quarter: int) -> None:
        first = np.count_nonzero(self._state.row < self._history.zone_trials)
        if not first:
            return
        no_deal = self._party_values.no_deal()
        for index, track in self._watched:
            rows = np.nonzero(in_season(track, self._state)[:first])[0]
            if rows.size:
                stakes = self._worths.stakes(self._party_values, track, self._state, rows)
                position = positions_on(self._plan, track, self._party_values, self._state, rows, no_deal, stakes)
                self._noted.setdefault(index, []).append((quarter, position))

    def close(self) -> None:
        """Decide on the zones of all quarters together: many positions at once take little longer than one."""
        for index, noted in self._noted.items():
            ground = problem_of(self._plan, self._plan.tracks[index])
            position = self._worths.joined([part for _, part in noted])
            shape = FactorGraph(ground, position.stakes.worth)
            quarters = np.repeat([quarter for quarter, _ in noted], [part.trials for _, part in noted])
            for place, posed in enumerate((position, position.without_red_lines())):
                known = decided(CompiledSearch(shape, posed)).known
                for column, counted in enumerate((known == known, known == SOME, known == UNDECIDED)):
                    counts = np.bincount(quarters[counted], minlength=len(self._quarters))
                    self._history.zones[:, index, place, column] = counts
