"""The patient rule induction method: boxes of input space in which something happens (Friedman and Fisher 1999).

Where much depends on chance beside the inputs, slices of inputs that do not matter seem to matter by chance. So only
those inputs may limit a box whose distribution differs between the points where it happens and the others (Hornberger
and Spear 1981; the test of Kolmogorov and Smirnov, with false discoveries held to a twentieth after Benjamini and
Hochberg 1995).

A box is then peeled from all points: at every step the slice of a twentieth of its points goes whose loss raises the
share in what is left most. Of all boxes on the way the one is taken whose share stands furthest above that of all in
standard errors; its sides are moved out again while that raises the share (pasting), and limits that chance could
explain are dropped (the quasi-p-value of Bryant and Lempert 2010).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

PEEL = 0.05
"""Share of the points of a box that a step peels off or pastes on (Friedman and Fisher 1999: 0.05 is patient)."""

LEAST = 0.05
"""Share of all points that a box must keep."""

LEAST_POINTS = 30
"""Points that a box must keep."""

QUASI_P = 0.05
"""BoxLimits whose quasi-p-value is higher are dropped (Bryant and Lempert 2010)."""

FALSE_DISCOVERIES = 0.05
"""The share of inputs that do not matter among those that are taken to."""


@dataclass(frozen=True)
class BoxLimits:
    """The limits of a box: (inputs,) least and largest values, infinite where there is none; ends belong to it."""

    low: Array
    high: Array

    def inside(self, points: Array) -> Flags:
        """Tell which points lie in the box: (points,) of (points, inputs)."""
        inside: Flags = np.all((points >= self.low) & (points <= self.high), axis=1)
        return inside

    @property
    def restricted(self) -> list[int]:
        """The inputs that have a limit."""
        return np.nonzero(np.isfinite(self.low) | np.isfinite(self.high))[0].tolist()

    @property
    def ends(self) -> list[tuple[int, int]]:
        """The limits one by one: the input, and -1 for a lower or +1 for an upper end."""
        lower = [(place, -1) for place in np.nonzero(np.isfinite(self.low))[0].tolist()]
        return sorted([*lower, *((place, 1) for place in np.nonzero(np.isfinite(self.high))[0].tolist())])

    def without(self, place: int) -> BoxLimits:
        """Return the box without the limits of an input."""
        low, high = self.low.copy(), self.high.copy()
        low[place], high[place] = -np.inf, np.inf
        return BoxLimits(low, high)

    def with_end(self, place: int, side: int, value: float) -> BoxLimits:
        """Return the box with another end: the lower for side -1, the upper for side +1."""
        low, high = self.low.copy(), self.high.copy()
        (low if side < 0 else high)[place] = value
        return BoxLimits(low, high)


def found_box(points: Array, happens: Flags, least: float = LEAST) -> BoxLimits | None:
    """Return the box in which something happens most, or None where no box stands out.

    Parameters
    ----------
    points : (points, inputs).
    happens : (points,).
    least : share of the points that the box must keep.

    >>> grid = np.array([[x, y] for x in range(20) for y in range(20)], dtype=float)
    >>> box = found_box(grid, grid[:, 0] >= 14)
    >>> box.restricted, float(box.low[0])
    ([0], 14.0)
    """
    everywhere = BoxLimits(np.full(points.shape[1], -np.inf), np.full(points.shape[1], np.inf))
    enough = max(math.ceil(least * happens.size), LEAST_POINTS)
    if happens.all() or not happens.any() or happens.size < 2 * enough:
        return None
    places = mattering(points, happens)
    boxes = _peeled(points, happens, everywhere, places, enough)
    best = max(boxes, key=lambda box: _standing_out(box, points, happens))
    pruned = _pruned(_pasted(points, happens, best), points, happens)
    return pruned if pruned.restricted else None


def mattering(points: Array, happens: Flags) -> list[int]:
    """Return the inputs whose distribution differs between the points where it happens and the others."""
    if happens.all() or not happens.any():
        return []
    chances = np.array([_alike(points[:, place], happens) for place in range(points.shape[1])])
    ordered = np.argsort(chances)
    passed = np.nonzero(chances[ordered] <= FALSE_DISCOVERIES * np.arange(1, chances.size + 1) / chances.size)[0]
    return sorted(ordered[: passed[-1] + 1].tolist()) if passed.size else []


def _alike(values: Array, happens: Flags) -> float:
    """Return the p-value of the two-sample test of Kolmogorov and Smirnov, by its limit law."""
    from scipy.special import kolmogorov  # scipy.special is slow to import

    ordered = np.argsort(values, kind="stable")
    last = np.append(np.diff(values[ordered]) > 0, True)
    hits = happens[ordered]
    number = hits.sum() * (~hits).sum() / hits.size
    gap = np.abs(np.cumsum(hits) / hits.sum() - np.cumsum(~hits) / (~hits).sum())[last].max()
    return float(kolmogorov(math.sqrt(number) * gap))


def quasi_p(box: BoxLimits, place: int, points: Array, happens: Flags) -> float:
    """Return how likely chance alone explains the limits of an input (Bryant and Lempert 2010).

    It is the probability of at least as many hits among the points of the box if each were a hit with the share that
    holds without these limits. *Quasi*, since the limits were chosen for the hits.
    """
    return _by_chance(box, box.without(place), points, happens)


def _by_chance(box: BoxLimits, wider: BoxLimits, points: Array, happens: Flags) -> float:
    from scipy.special import bdtrc  # scipy.special is slow to import

    around, inside = happens[wider.inside(points)], happens[box.inside(points)]
    if not inside.any():
        return 1.0
    return float(bdtrc(int(inside.sum()) - 1, inside.size, float(around.mean())))


def _standing_out(box: BoxLimits, points: Array, happens: Flags) -> float:
    """Return what the share in a box has above that of all, in units of its standard error."""
    inside = happens[box.inside(points)]
    return (float(inside.mean()) - float(happens.mean())) * math.sqrt(inside.size)


def _peeled(points: Array, happens: Flags, box: BoxLimits, places: Sequence[int], enough: int) -> list[BoxLimits]:
    """Return the boxes on the way from all points to the fewest."""
    boxes, here, hits = [box], points, happens
    while True:
        best: tuple[float, BoxLimits, Flags] | None = None
        for place in places:
            ordered = np.sort(here[:, place])
            slice_ = max(round(PEEL * ordered.size), 1)
            for side, edge in ((-1, ordered[slice_ - 1]), (1, ordered[-slice_])):
                left = here[:, place] > edge if side < 0 else here[:, place] < edge
                remaining = int(np.count_nonzero(left))
                if not enough <= remaining < left.size:
                    continue
                gain = (float(hits[left].mean()) - float(hits.mean())) / (left.size - remaining)
                if best is None or gain > best[0]:
                    end = float(here[left, place].min() if side < 0 else here[left, place].max())
                    best = gain, box.with_end(place, side, end), left
        if best is None:
            return boxes
        _, box, left = best
        boxes.append(box)
        here, hits = here[left], hits[left]


def _pasted(points: Array, happens: Flags, box: BoxLimits) -> BoxLimits:
    """Move sides out again while that raises the share."""
    while True:
        inside = box.inside(points)
        share, best = float(happens[inside].mean()), None
        slice_ = max(round(PEEL * int(inside.sum())), 1)
        for place, side in box.ends:
            beside = box.with_end(place, side, side * np.inf).inside(points) & ~inside
            nearest = np.sort(side * points[beside, place])[:slice_] * side
            if not nearest.size:
                continue
            wider = box.with_end(place, side, float(nearest[-1]))
            raised = float(happens[wider.inside(points)].mean())
            if raised > share:
                share, best = raised, wider
        if best is None:
            return box
        box = best


def _pruned(box: BoxLimits, points: Array, happens: Flags) -> BoxLimits:
    """Drop the limits that chance could explain, end by end, the least sure first."""
    while ends := box.ends:
        wider = [box.with_end(place, side, side * np.inf) for place, side in ends]
        chances = [_by_chance(box, without, points, happens) for without in wider]
        worst = int(np.argmax(chances))
        if chances[worst] <= QUASI_P:
            break
        box = wider[worst]
    return box
