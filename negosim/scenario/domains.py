"""Domains: what the numbers of a scenario may be, by their meaning and by their magnitude."""

from __future__ import annotations

import math
from dataclasses import dataclass

LARGEST = 1e15
"""No number of a scenario is larger in size: the products of the model stay far from overflow."""

SMALLEST = 1e-100
"""No number of a scenario but 0 is smaller in size: the products of the model keep all their digits."""


@dataclass(frozen=True)
class Domain:
    """The values a quantity may take, ends included unless ``open_low``.

    Attributes
    ----------
    low, high : ends that follow from what the number means, such as 0 and 1 of a share.
    least, most : bounds of magnitude: no analyst needs more, and within them no arithmetic of the model overflows.
    """

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    least: float = -math.inf
    most: float = math.inf

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the largest value, bounds of magnitude included."""
        return max(self.low, self.least), min(self.high, self.most)

    def admits(self, value: float) -> bool:
        """Tell whether a value lies in the domain."""
        low, high = self.ends
        return (low < value if self._is_open else low <= value) and value <= high

    @property
    def _is_open(self) -> bool:
        return self.open_low and self.ends[0] == self.low

    def __str__(self) -> str:
        low, high = self.ends
        if math.isinf(low) and math.isinf(high):
            return "any number"
        if math.isinf(high):
            return f"a number {'above' if self._is_open else 'of at least'} {short(low)}"
        if math.isinf(low):
            return f"a number of at most {short(high)}"
        if self._is_open:
            return f"a number above {short(low)} and at most {short(high)}"
        return f"a number from {short(low)} to {short(high)}"


def short(number: float) -> str:
    """Write a bound.

    >>> short(1e15), short(1e-06), short(1000.0)
    ('1e15', '1e-6', '1000')
    """
    text = f"{number:g}"
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else text


REAL = Domain()
