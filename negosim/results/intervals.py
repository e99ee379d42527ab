"""Intervals: the Monte-Carlo error of shares and means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypedDict

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from negosim.results.tally import Ratio, Sum

NORMAL_975 = 1.959963984540054
"""The 97.5 % point of the standard normal law, for 95 % intervals."""


class ShareDict(TypedDict):
    """A share of simulated histories with its 95 % interval; all None where there was nothing to count."""

    p: float | None
    low: float | None
    high: float | None


def wilson(hits: int, trials: int) -> ShareDict:
    """Return a share with its 95 % Wilson interval (Wilson 1927).

    >>> {key: round(value, 4) for key, value in wilson(0, 100).items()}
    {'p': 0.0, 'low': 0.0, 'high': 0.037}
    """
    if not trials:
        return {"p": None, "low": None, "high": None}
    p, z2 = hits / trials, NORMAL_975**2
    centre = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = NORMAL_975 * math.sqrt(p * (1 - p) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    low = 0.0 if hits == 0 else max(centre - half, 0.0)
    high = 1.0 if hits == trials else min(centre + half, 1.0)
    return {"p": p, "low": low, "high": high}


def wilson_all(hits: NDArray[np.integer], trials: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the 95 % Wilson intervals of many shares of the same trials; see `wilson`.

    >>> low, high = wilson_all(np.array([0, 50]), 100)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.4038], [0.037, 0.5962])
    """
    p, z2 = hits / trials, NORMAL_975**2
    centre = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = NORMAL_975 * np.sqrt(p * (1 - p) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    low = np.where(hits == 0, 0.0, np.maximum(centre - half, 0.0))
    return low, np.where(hits == trials, 1.0, np.minimum(centre + half, 1.0))


def mean_interval(values: NDArray[np.float64]) -> dict[str, float | None]:
    """Return a mean with its 95 % interval by the normal approximation; no interval from a single value."""
    if not values.size:
        return {"mean": None, "low": None, "high": None}
    mean = float(values.mean())
    if values.size == 1:
        return {"mean": mean, "low": None, "high": None}
    half = NORMAL_975 * float(values.std(ddof=1)) / math.sqrt(values.size)
    return {"mean": mean, "low": mean - half, "high": mean + half}


def mean_of(total: Sum) -> dict[str, float | None]:
    """Return the mean of what has been added up, with its 95 % interval; see `mean_interval`."""
    if total.n < 2:
        return {"mean": total.mean if total.n else None, "low": None, "high": None}
    half = NORMAL_975 * total.deviation / math.sqrt(total.n)
    return {"mean": total.mean, "low": total.mean - half, "high": total.mean + half}


def ratio_interval(above: NDArray[np.float64], below: NDArray[np.float64]) -> dict[str, float | None]:
    """Return Σ above / Σ below with its 95 % interval, trials being the unit of sampling (Cochran 1977, 6.4).

    Where the ratio is 0 or 1 in every trial the interval is Wilson's over the trials that have anything below.
    """
    total = float(below.sum())
    if not total:
        return {"share": None, "low": None, "high": None}
    ratio = float(above.sum()) / total
    trials = below.size
    if ratio in (0.0, 1.0):
        counted = int(np.count_nonzero(below))
        share = wilson(counted if ratio else 0, counted)
        return {"share": ratio, "low": share["low"], "high": share["high"]}
    if trials == 1:
        return {"share": ratio, "low": None, "high": None}
    residual = above - ratio * below
    half = NORMAL_975 * math.sqrt(trials * float(residual @ residual) / (trials - 1)) / total
    return {"share": ratio, "low": max(ratio - half, 0.0), "high": min(ratio + half, 1.0)}


def ratio_of(sums: Ratio, trials: int) -> dict[str, float | None]:
    """Return a ratio of sums with its 95 % interval; see `ratio_interval`."""
    if not sums.below:
        return {"share": None, "low": None, "high": None}
    ratio = sums.above / sums.below
    if ratio in (0.0, 1.0):
        share = wilson(sums.counted if ratio else 0, sums.counted)
        return {"share": ratio, "low": share["low"], "high": share["high"]}
    if trials == 1:
        return {"share": ratio, "low": None, "high": None}
    a, b = sums.above, sums.below
    residual = (sums.above2 * b * b - 2 * a * b * sums.both + a * a * sums.below2) / (b * b)
    half = NORMAL_975 * math.sqrt(trials * residual / (trials - 1)) / b
    return {"share": ratio, "low": max(ratio - half, 0.0), "high": min(ratio + half, 1.0)}
