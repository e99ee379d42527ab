"""Stocks that burn while there is fighting (decisions 0001, War)."""

from __future__ import annotations

import math

from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.events import Add, Scale, SetTo
from tests.reference.ledger import Ledger, Luck, Overlay


class Stocks:
    """How much there is of every stock; what is empty has its effects."""

    def __init__(self, scenario: ScenarioFile, ledger: Ledger, luck: Luck) -> None:
        self._stocks = dict(sorted(scenario.war.stocks.items())) if scenario.war else {}
        self._ledger = ledger
        self._luck = luck
        self.levels = {name: ledger[f"war.stocks.{name}.level"] for name in self._stocks}
        for name, level in self.levels.items():
            if level == 0:
                self._begin_effects(name, tick=0)

    def burn(self, years: float, tick: int) -> None:
        """Let a stretch of fighting pass; all stocks burn before any effect begins."""
        burnt = {name: self._ledger[f"war.stocks.{name}.burn"] * years for name in self._stocks}
        for name, level in self.levels.items():
            self.levels[name] = max(0.0, level - burnt[name])
            if level > 0 and self.levels[name] == 0:
                self._begin_effects(name, tick)

    def refill(self, name: str, amount: float) -> None:
        self.levels[name] += amount
        if self.levels[name] > 0:
            for index in range(len(self._stocks[name].when_empty)):
                self._ledger.take_off(_path(name, index))

    def _begin_effects(self, name: str, tick: int) -> None:
        for index, effect in enumerate(self._stocks[name].when_empty):
            assert isinstance(effect, SetTo | Add | Scale)
            path = _path(name, index)
            kind, target, amount = self._ledger.read(effect, path, self._luck)
            self._ledger.lay_over(path, Overlay(kind, target, amount, math.inf, tick, of_stock=True))


def _path(name: str, index: int) -> str:
    return f"war.stocks.{name}.when_empty.{index}"
