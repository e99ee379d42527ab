"""What a hindcast answers: scores of the model and of simple rules, and what they differ by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Words = Literal["better than", "worse than", "cannot be told from"]


@dataclass(frozen=True)
class Interval:
    """A number with its 95 % interval over cases; None where it is not defined, or too few cases are there."""

    value: float | None
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, float | None]:
        """Return it as plain data."""
        return {"value": self.value, "low": self.low, "high": self.high}


Scores = Mapping[str, Interval]
"""By score: ``brier``, ``log``, ``auc``, ``auc_same_horizon``."""


def compared(difference: Interval, *, lower_is_better: bool) -> Words:
    """Return in words what a difference of two scores says of the first: its interval must leave out 0.

    >>> compared(Interval(-0.02, -0.03, -0.01), lower_is_better=True)
    'better than'
    >>> compared(Interval(-0.02, -0.05, 0.01), lower_is_better=True)
    'cannot be told from'
    """
    low, high = difference.low, difference.high
    if low is None or high is None or low <= 0.0 <= high:
        return "cannot be told from"
    return "better than" if (high < 0.0) == lower_is_better else "worse than"
