"""Choices of the writer of random scenarios: numbers, durations, distributions, dates."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

Data = dict[str, Any]

AS_OF = dt.date(2025, 1, 1)
MONTH = 30.4375


class Choices:
    """Chooses by luck."""

    def __init__(self, luck: random.Random) -> None:
        self.luck = luck
        self.length = self.count(150, 420)
        """Days from as_of to the horizon."""

    def count(self, low: int, high: int) -> int:
        return self.luck.randint(low, high)

    def likely(self, percent: int) -> bool:
        return self.count(1, 100) <= percent

    def one_of(self, items: Sequence[Any]) -> Any:
        return self.luck.choice(items)

    def some_of(self, items: Sequence[str], low: int, high: int) -> list[str]:
        high = min(high, len(items))
        return self.luck.sample(items, self.count(min(low, high), high))

    def number(self, low: float, high: float) -> float:
        """A number between two ends, in hundredths of the way: exact ties are wanted now and then."""
        return round(low + (high - low) * self.count(0, 100) / 100, 6)

    def quantity(self, low: float, high: float, *, uncertain: int = 25) -> Any:
        """A number, or one of the distributions."""
        if not self.likely(uncertain):
            return self.number(low, high)
        first, second, third = sorted(self.number(low, high) for _ in range(3))
        if not first < second < third:
            return second
        kind = self.one_of(("normal", "uniform", "triangular", "pert", "beta", "lognormal", "choice"))
        quantity: Data = {
            kind: {
                "normal": {"mean": second, "sd": (high - low) / 6},
                "uniform": [first, third],
                "triangular": [first, second, third],
                "pert": [first, second, third],
                "beta": {"a": 2, "b": self.number(1, 4)},
                "lognormal": {"median": max(abs(second), 0.01), "spread": self.number(1.1, 1.6)},
                "choice": {str(first): 0.25, str(second): 0.45, str(third): 0.3},
            }[kind]
        }
        if kind == "normal":
            quantity["min"] = low
        if kind != "beta" and second > 0.01 and self.likely(20):
            quantity["max"] = third
        return quantity

    def duration(self, low: int, high: int) -> str:
        if self.likely(30):
            return f"{max(1, round(self.number(low, high) / MONTH))} months"
        return f"{max(1, self.count(low, high))} days"

    def span(self, low: int, high: int) -> Any:
        """A duration, or a distribution of durations."""
        match self.count(1, 8):
            case 1:
                return {"lognormal": {"median": self.duration(low, high), "spread": 1.5}}
            case 2:
                return {"uniform": [f"{low} days", f"{high} days"]}
            case 3:
                return {"choice": {f"{low} days": 0.4, f"{high} days": 0.6}}
            case _:
                return self.duration(low, high)

    def date(self, low: int = 0, high: int | None = None) -> str:
        return (AS_OF + dt.timedelta(days=self.count(low, self.length if high is None else high))).isoformat()
