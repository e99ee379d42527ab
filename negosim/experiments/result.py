"""What experiments answer: estimates of metrics, and differences between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A metric with its 95 % interval, which is Monte-Carlo error only; None where there was nothing to count."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """By how much a metric differs from its base, with its paired 95 % interval: Monte-Carlo error only.

    Attributes
    ----------
    value, low, high : the other less the base; None where there was nothing to count.
    gained, lost : for a share of all histories, in how many it became true and in how many it ceased to be; for a mean,
        in how many it rose and fell. None for a share of some. An interval that rests on few of them (below about 30)
        is rough, that of a mean too narrow.
    same : whether every trial counts the same in both.
    needed : about how many trials would tell a difference of this size four times in five; None where it is
        significant already, or where none was seen.
    detectable : the size of difference that this number of trials would tell four times in five.
    """

    value: float | None
    low: float | None
    high: float | None
    gained: int | None = None
    lost: int | None = None
    same: bool = False
    needed: int | None = None
    detectable: float | None = None

    @property
    def significant(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    def as_dict(self) -> dict[str, float | int | bool | None]:
        """Return it as plain data."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "gained": self.gained,
            "lost": self.lost,
            "same": self.same,
            "significant": self.significant,
            "needed": self.needed,
            "detectable": self.detectable,
        }
