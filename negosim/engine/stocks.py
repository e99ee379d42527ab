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
            level = np.broadcast_to(cells[f"{stock.path}.level"], (state.trials,))
            self._set(index, level, tick=0)

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
        self._state.stocks[:, index] = level
        for change in self._plan.stocks[index].when_empty:
            self._cells.hold(change, level <= 0.0, tick)
        if self._plan.stocks[index].when_empty:
            publish_drift(self._cells, self._state)
