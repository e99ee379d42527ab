"""Stocks: money, men, shells; they burn while there is fighting, and an empty one has its effects (model 3 and 9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.war import publish_drift
from negosim.model.packages import of_rows
from negosim.scenario.paths import STOCK

Rows = NDArray[np.intp]


class Stocks:
    """The stocks of a block."""

    def __init__(self, plan: Plan, parameters: Parameters, state: State) -> None:
        self._plan = plan
        self._parameters = parameters
        self._state = state
        for index, stock in enumerate(plan.stocks):
            state.stocks[:, index] = np.inf  # none has been empty before
            level = np.broadcast_to(parameters[STOCK.level(stock.id)], (state.trials,))
            self._set(index, np.arange(state.trials), level, tick=0)

    def burn(self, tick: int) -> None:
        """Burn what the stretch up to a tick has cost, where it was spent fighting: all of them before any effect."""
        years, rows = self._plan.ticks.years(tick), np.nonzero(self._state.fighting)[0]
        burnt = [of_rows(self._parameters[STOCK.burn(stock.id)], rows) * years for stock in self._plan.stocks]
        for index, gone in enumerate(burnt):
            self._set(index, rows, np.maximum(self._state.stocks[:, index][rows] - gone, 0.0), tick)

    def refill(self, index: int, amount: Array, rows: Rows, tick: int) -> None:
        """Refill a stock in some trials."""
        self._set(index, rows, self._state.stocks[:, index][rows] + of_rows(amount, rows), tick)

    def _set(self, index: int, rows: Rows, level: Array, tick: int) -> None:
        known, changes = self._state.stocks[:, index], self._plan.stocks[index].when_empty
        was_empty, is_empty = known[rows] <= 0.0, level <= 0.0
        known[rows] = level
        turned = was_empty != is_empty
        if not (changes and turned.any()):
            return
        begins, ends = rows[turned & is_empty], rows[turned & was_empty]
        for change in changes:
            self._parameters.hold(change, begins, ends, tick)
        publish_drift(self._parameters, self._state, rows[turned])
