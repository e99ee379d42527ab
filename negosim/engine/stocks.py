"""Stocks: money, men, shells; they burn while there is fighting, and an empty one has its effects (model 3 and 9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.engine.battle import publish_drift
from negosim.engine.cells import Cells
from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.model.packages import of_rows


class Stocks:
    """The stocks of a block."""

    def __init__(self, plan: Plan, cells: Cells, state: State) -> None:
        self._plan = plan
        self._cells = cells
        self._state = state
        for index, stock in enumerate(plan.stocks):
            state.stocks[:, index] = np.inf  # none has been empty before
            self._set(index, np.broadcast_to(cells[f"{stock.path}.level"], (state.trials,)), tick=0)

    def burn(self, tick: int) -> None:
        """Burn what the stretch up to a tick has cost, where it was spent fighting: all of them before any effect."""
        years = self._plan.ticks.years(tick)
        burnt = [self._cells[f"{stock.path}.burn"] * years for stock in self._plan.stocks]
        for index, gone in enumerate(burnt):
            level = self._state.stocks[:, index]
            self._set(index, np.where(self._state.fighting, np.maximum(level - gone, 0.0), level), tick)

    def refill(self, index: int, amount: Array, rows: NDArray[np.intp], tick: int) -> None:
        """Refill a stock in some trials."""
        level = self._state.stocks[:, index].copy()
        level[rows] += of_rows(amount, rows)
        self._set(index, level, tick)

    def _set(self, index: int, level: Array, tick: int) -> None:
        changes = self._plan.stocks[index].when_empty
        was_empty = self._state.stocks[:, index] <= 0.0
        self._state.stocks[:, index] = level
        if not changes:
            return
        is_empty = level <= 0.0
        begins, ends = np.nonzero(is_empty & ~was_empty)[0], np.nonzero(was_empty & ~is_empty)[0]
        for change in changes:
            self._cells.hold(change, begins, ends, tick)
        if begins.size or ends.size:
            publish_drift(self._cells, self._state)
