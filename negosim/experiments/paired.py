"""Paired differences: two settings played with the same random numbers, trial by trial.

What varies between trials but not between the settings drops out of the difference, so that its interval is narrower,
often by far, than the intervals of the two numbers side by side suggest.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.evaluate import Counts
from negosim.experiments.metrics import estimate
from negosim.experiments.result import Difference, Estimate
from negosim.results.intervals import NORMAL_975

Array = NDArray[np.float64]

_NORMAL_80 = 0.8416212335729143
"""The 80 % point of the standard normal law: a difference is to be found four times in five."""

_TELLS = NORMAL_975 + _NORMAL_80

_FEW = 30
"""Fewer trials than this in which there is anything to count leave a linearised interval too narrow."""


def differences(base: Counts, other: Counts) -> dict[str, Difference]:
    """Return by how much the metrics of a point differ from those of another with the same random numbers.

    Parameters
    ----------
    base, other : of the same trials and seed; metrics that only one of them has are left out.

    Raises
    ------
    ValueError
        Where the numbers of trials differ.
    """
    if base.above.shape[1] != other.above.shape[1]:
        raise ValueError("only runs of the same trials can be compared trial by trial")
    places = {name: place for place, name in enumerate(other.names)}
    found = {}
    for place, name in enumerate(base.names):
        if name in places:
            there = places[name]
            first, second = (base.above[place], base.below[place]), (other.above[there], other.below[there])
            found[name] = difference(first, second, is_share=base.is_share[place])
    return found


def difference(base: tuple[Array, Array], other: tuple[Array, Array], *, is_share: bool) -> Difference:
    """Return Σ above / Σ below of the other less that of the base, with its paired 95 % interval.

    Parameters
    ----------
    base, other : above and below, (trials,) each; place k of both is the same trial.
    is_share : whether both lie in [0, 1].

    Notes
    -----
    Two shares of all histories: the adjusted Wald interval of Agresti and Min (2005), half a history being added to
    each cell of the table of what was so before and after. Means: the normal interval of the mean difference. Ratios:
    the difference of two linearised ratios over the same trials (Cochran 1977, 6.4); where one of them is 0 or 1, or
    counts few trials, Newcombe's (1998) interval from those of the two, which does without the pairing.

    >>> ones = np.ones(4)
    >>> found = difference((np.array([0., 0, 1, 1]), ones), (np.array([1., 0, 1, 1]), ones), is_share=True)
    >>> found.value, found.gained, found.lost, found.significant
    (0.25, 1, 0, False)
    """
    same = all(np.array_equal(first, second) for first, second in zip(base, other, strict=True))
    if all(np.all(below == 1) for _, below in (base, other)):
        paired = _of_shares if is_share else _of_means
        return _with_needed(paired(base[0], other[0]), base[0].size, same=same)
    return _with_needed(_of_ratios(base, other, is_share=is_share), base[0].size, same=same)


def _of_shares(base: Array, other: Array) -> Difference:
    trials = base.size
    gained = int(np.count_nonzero((other == 1) & (base == 0)))
    lost = int(np.count_nonzero((other == 0) & (base == 1)))
    more, less, all_of_them = gained + 0.5, lost + 0.5, trials + 2
    centre = (more - less) / all_of_them
    half = NORMAL_975 * math.sqrt(max(more + less - (more - less) ** 2 / all_of_them, 0.0)) / all_of_them
    value = (gained - lost) / trials
    return Difference(value, max(centre - half, -1.0), min(centre + half, 1.0), gained, lost)


def _of_means(base: Array, other: Array) -> Difference:
    change = other - base
    rose, fell = int(np.count_nonzero(change > 0)), int(np.count_nonzero(change < 0))
    return replace(_normal(float(change.mean()), change - change.mean()), gained=rose, lost=fell)


def _normal(value: float, residual: Array) -> Difference:
    trials = residual.size
    if trials == 1:
        return Difference(value, None, None)
    half = NORMAL_975 * math.sqrt(float(residual @ residual) / (trials - 1) / trials)
    return Difference(value, value - half, value + half)


def _of_ratios(base: tuple[Array, Array], other: tuple[Array, Array], *, is_share: bool) -> Difference:
    before, after = (estimate(above, below, is_share=is_share) for above, below in (base, other))
    if before.value is None or after.value is None:
        return Difference(None, None, None)
    value = after.value - before.value
    counted = min(int(np.count_nonzero(below)) for _, below in (base, other))
    certain = is_share and not {before.value, after.value}.isdisjoint((0.0, 1.0))
    if certain or counted < _FEW:
        return _unpaired(before, after)
    parts = [(above - found * below) / below.mean() for (above, below), found in _with(base, other, before, after)]
    wald = _normal(value, parts[1] - parts[0])
    if is_share and wald.low is not None and wald.high is not None:
        return Difference(value, max(wald.low, -1.0), min(wald.high, 1.0))
    return wald


def _with(
    base: tuple[Array, Array], other: tuple[Array, Array], before: Estimate, after: Estimate
) -> list[tuple[tuple[Array, Array], float]]:
    assert before.value is not None and after.value is not None
    return [(base, before.value), (other, after.value)]


def _unpaired(before: Estimate, after: Estimate) -> Difference:
    """Return the difference of two estimates from their own intervals (Newcombe 1998, method 10)."""
    assert before.value is not None and after.value is not None
    value = after.value - before.value
    if None in (before.low, before.high, after.low, after.high):
        return Difference(value, None, None)
    assert before.low is not None and before.high is not None and after.low is not None and after.high is not None
    below = math.hypot(after.value - after.low, before.high - before.value)
    upto = math.hypot(after.high - after.value, before.value - before.low)
    return Difference(value, value - below, value + upto)


def _with_needed(found: Difference, trials: int, *, same: bool) -> Difference:
    """Add how many trials it would take to find a difference."""
    if found.value is None or found.low is None or found.high is None:
        return Difference(found.value, found.low, found.high, found.gained, found.lost, same)
    error = (found.high - found.low) / 2 / NORMAL_975
    needed = None
    if found.value and not found.significant:
        needed = max(_rounded_up(trials * (_TELLS * error / found.value) ** 2), trials + 1)
    return Difference(
        found.value, found.low, found.high, found.gained, found.lost, same, needed, detectable=_TELLS * error
    )


def _rounded_up(number: float) -> int:
    """Round up to two digits: it is a rough number.

    >>> _rounded_up(41_234.5)
    42000
    """
    power = max(math.floor(math.log10(number)) - 1, 0)
    return int(math.ceil(number / 10**power) * 10**power)
