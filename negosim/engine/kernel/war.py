"""The battlefield, worked by the kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.state import MOST_DISTRUST
from negosim.engine.streams import Array
from negosim.engine.war import Battlefield, Rows
from negosim.scenario.paths import BELIEF


class KernelBattlefield(Battlefield):
    """Front, fighting and beliefs of a block."""

    def _crossed(self, at: Rows, before: Array, tick: int, years: float) -> NDArray[np.int8]:
        library, state, volatility = kernel.library(), self._state, self._parameters["war.volatility"]
        assert library
        origin, outcome = state.row[at], np.empty(at.size, dtype=np.int8)
        library.negosim_cross(
            at.size, *map(kernel.address, (at, origin, self._streams.key("war.crossing"))), tick,
            *map(kernel.address, (self._streams.trials, before, state.front, volatility)), kernel.step(volatility),
            years, kernel.address(outcome),
        )  # fmt: skip
        return outcome

    def learn(self, rows: Rows, movement: Array, years: float) -> None:
        """Let the parties learn from movements of the front in some trials (model 4)."""
        library, state, volatility = kernel.library(), self._state, self._parameters["war.volatility"]
        assert library
        narrative, signs = self._narratives()
        library.negosim_learn(
            rows.size, len(signs), kernel.address(rows), kernel.address(movement), years,
            kernel.address(volatility), kernel.step(volatility), kernel.address(narrative), kernel.step(narrative),
            *map(kernel.address, (signs, state.belief, state.variance)),
        )  # fmt: skip
        self._erode_trust(rows, years)

    def _erode_trust(self, rows: Rows, years: float) -> None:
        """Let the narrative of each belligerent cost the trust of all others in some trials (model 4)."""
        library, war, parties = kernel.library(), self._plan.war, self._plan.parties
        assert library
        assert war
        for party in (war.first, war.second):
            erosion, narrative = (
                self._parameters[family(parties[party])] for family in (BELIEF.erosion, BELIEF.narrative)
            )
            if erosion.any():
                library.negosim_erode(
                    rows.size, len(parties), kernel.address(rows), party, years,
                    kernel.address(erosion), kernel.step(erosion), kernel.address(narrative), kernel.step(narrative),
                    MOST_DISTRUST, kernel.address(self._state.distrust),
                )  # fmt: skip

    def count_tolls(self, years: float, tolls: Array) -> None:
        """Count what a stretch of fighting has cost."""
        library, rows = kernel.library(), np.nonzero(self._state.fighting)[0]
        assert library
        origin, per_year = self._state.row[rows], self._tolls_per_year()
        library.negosim_count_tolls(
            rows.size, per_year.shape[1], kernel.address(rows), kernel.address(origin), kernel.address(per_year),
            kernel.step(per_year), years, kernel.address(tolls),
        )  # fmt: skip

    def _move(self, rows: Rows, tick: int, years: float) -> tuple[Array, Array, Rows]:
        library, state, volatility = kernel.library(), self._state, self._parameters["war.volatility"]
        assert library
        before, origin, key = state.front[rows], state.row[rows], self._streams.key("war.front")
        moved_by, near = np.empty(rows.size), np.empty(rows.size, dtype=np.int64)
        many = library.negosim_move_front(
            rows.size, *map(kernel.address, (rows, origin, key)), tick,
            *map(kernel.address, (self._streams.trials, state.front, state.drift, volatility)), kernel.step(volatility),
            years, kernel.address(moved_by), kernel.address(near),
        )  # fmt: skip
        return before, moved_by, near[:many]
