"""Zones of possible agreement at the ends of quarters, looked for by the kernel in those of all quarters together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine.itself import Itself
from negosim.engine.kernel.pursuit import CompiledSearch
from negosim.engine.kernel.values import KernelValues
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.quarterly import QuarterlyRecord
from negosim.engine.record.history import History
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.values import PartyValues
from negosim.engine.zopa import positions_on, problem_of
from negosim.model.stakes import Stakes, Worth
from negosim.model.zopa.zone import SOME, UNDECIDED, FactorGraph, PartyPositions, decided

_KEPT = 8
"""Plans of which the shapes of agendas are kept."""


@lru_cache(maxsize=_KEPT)
def _shapes(plan: Itself[Plan]) -> dict[int, FactorGraph]:
    return {}


def _shape(plan: Plan, index: int, worth: Worth) -> FactorGraph:
    """Return which issues of a track's agenda hang together: what of the worth counts is the same in every block."""
    known = _shapes(Itself(plan))
    if index not in known:
        known[index] = FactorGraph(problem_of(plan, plan.tracks[index]), worth)
    return known[index]


class KernelQuarterlyRecord(QuarterlyRecord):
    """Looks at a block at the end of every quarter; many positions at once take little longer than one."""

    def __init__(
        self, plan: Plan, party_values: PartyValues, state: State, history: History, *, zones: bool, ripe: bool
    ) -> None:
        super().__init__(plan, party_values, state, history, zones=zones, ripe=ripe)
        self._noted: dict[int, list[tuple[int, PartyPositions]]] = {}
        self._worths = _Worths(history.zone_trials)

    def _note_zones(self, quarter: int, index: int, rows: NDArray[np.intp], no_deal: Array) -> None:
        track, values = self._plan.tracks[index], self._party_values
        assert isinstance(values, KernelValues)
        stakes = self._worths.stakes(values, track, self._state, rows)
        position = positions_on(self._plan, track, values, self._state, rows, no_deal, stakes)
        self._noted.setdefault(index, []).append((quarter, position))

    def close(self) -> None:
        """Count what has been noted, and decide on the zones of all quarters together."""
        super().close()
        for index, noted in self._noted.items():
            position = self._worths.joined([part for _, part in noted])
            shape = _shape(self._plan, index, position.stakes.worth)
            quarters = np.repeat([quarter for quarter, _ in noted], [part.trials for _, part in noted])
            for place, posed in enumerate((position, position.without_red_lines())):
                known = decided(CompiledSearch(shape, posed)).known
                for column, counted in enumerate((known == known, known == SOME, known == UNDECIDED)):
                    counts = np.bincount(quarters[counted], minlength=len(self._quarters))
                    self._history.zones[0, :, index, place, column] = counts


class _Worths:
    """Keeps what packages are worth in the first trials of a run: once for as long as that does not change.

    Parameters
    ----------
    trials : how many trials.
    """

    def __init__(self, trials: int) -> None:
        self._version, self._place = np.full(trials, -1, dtype=np.int64), np.zeros(trials, dtype=np.intp)
        self._parts: list[Worth] = []
        self._counts: list[int] = []

    def stakes(self, party_values: KernelValues, track: TrackPlan, state: State, rows: NDArray[np.intp]) -> Stakes:
        """Keep what packages are worth in some rows of the block; return stakes of which `joined` knows the worth."""
        numbers, version = state.row[rows], party_values.version[rows]
        stale = np.nonzero(self._version[numbers] != version)[0]
        if stale.size or not self._parts:
            self._place[numbers[stale]] = sum(self._counts) + np.arange(stale.size)
            self._version[numbers[stale]] = version[stale]
            self._parts.append(party_values.worth.part(rows[stale]))
            self._counts.append(stale.size)
        stakes = party_values.stakes(track, rows)
        impatience = stakes.time_preference.copy()  # effects may change what this is a view of
        return replace(stakes, time_preference=impatience, worth=self._parts[0], rows=self._place[numbers])

    def joined(self, positions: Sequence[PartyPositions]) -> PartyPositions:
        """Return positions on the same ground as one, one below the other, with the worth that has been kept."""
        return PartyPositions.joined(positions, Worth.joined(self._parts, self._counts))
