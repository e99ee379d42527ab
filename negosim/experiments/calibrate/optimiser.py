"""Seek: find where answers meet their targets, and how flat it is there.

With fixed draws an answer is a step function of the inputs: it has no slope to follow. One input is looked at on a grid
and then bisected; several are looked at over a space-filling sample and then searched by the simplex of Nelder and
Mead (1965). Inputs are in units of their ranges, 0 to 1; gaps are what the answers lie above their targets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRID = 17
"""Values of a single input that are looked at first."""

CLOSE = 0.002
"""A gap not worth making smaller."""

_BISECTIONS = 12
_REFINEMENTS = 5
_FIRST_LOOK = 12
"""Points of the first look, for each input."""

_SEARCHES = 2
_STEPS = 30
"""Points of a simplex search, for each input."""

_SIDE = 0.15
"""The first simplex reaches so far."""

_APART = 0.3
_NEAR = 0.25
"""How far, in ranges, a point counts for the slopes at another."""

_FLAT = 0.2
"""A direction in which one can go at least so far, in ranges, by the slopes, within one standard error is flat."""

_PROBES = (0.1, 0.2, 0.3, 0.45, 0.6)


@dataclass
class Board:
    """The points that have been looked at.

    Attributes
    ----------
    gaps_at : the function, from inputs in units to gaps; NaN where there is no answer.
    foresee : is given points that will be looked at, to be played together.
    points, gaps : in the order in which they were looked at.
    """

    gaps_at: Callable[[Array], Array]
    foresee: Callable[[Sequence[Array]], None] = lambda points: None
    points: list[Array] = field(default_factory=list)
    gaps: list[Array] = field(default_factory=list)

    def look(self, point: Sequence[float] | Array) -> Array:
        """Return the gaps at a point, which is played once only."""
        here = np.clip(np.asarray(point, dtype=np.float64), 0.0, 1.0)
        place = self._place(here)
        if place is not None:
            return self.gaps[place]
        gaps = self.gaps_at(here)
        self.points.append(here)
        self.gaps.append(gaps)
        return gaps

    def look_at_all(self, points: Sequence[Sequence[float] | Array]) -> list[Array]:
        """Return the gaps at several points; see `look`."""
        here = [np.clip(np.asarray(point, dtype=np.float64), 0.0, 1.0) for point in points]
        self.foresee([point for point in here if self._place(point) is None])
        return [self.look(point) for point in here]

    def _place(self, here: Array) -> int | None:
        return next((place for place, known in enumerate(self.points) if np.array_equal(known, here)), None)

    def losses(self) -> Array:
        """Return how far each point is from meeting the targets, infinite where there is no answer."""
        return np.array([loss(gaps) for gaps in self.gaps])

    @property
    def best(self) -> int:
        """The place of the point that is nearest to the targets."""
        return int(np.argmin(self.losses()))

    @property
    def is_close(self) -> bool:
        """Whether the best point is as near as is worth while."""
        return bool(self.gaps) and bool(np.abs(self.gaps[self.best]).max() <= CLOSE)


def loss(gaps: Array) -> float:
    """Return the sum of the squares of gaps, infinite where one is missing."""
    total = float(gaps @ gaps)
    return total if np.isfinite(total) else np.inf


def seek(board: Board, start: Array, seed: int) -> None:
    """Look for the point where all gaps vanish; what was found is on the board."""
    if start.size == 1:
        _seek_one(board, float(start[0]))
    else:
        _seek_several(board, start, seed)


def crossings(units: Array, gaps: Array) -> list[tuple[float, float]]:
    """Return the neighbours between which a gap changes its sign.

    >>> crossings(np.array([0.0, 0.5, 1.0]), np.array([-0.2, 0.1, 0.3]))
    [(0.0, 0.5)]
    """
    return [
        (float(units[k]), float(units[k + 1]))
        for k in range(len(units) - 1)
        if gaps[k] * gaps[k + 1] < 0 or (gaps[k] == 0 != gaps[k + 1])
    ]


def _seek_one(board: Board, start: float) -> None:
    board.look([start])  # first, so that where nothing else is nearer the present value is the answer
    grid = np.linspace(0.0, 1.0, GRID)
    gaps = np.array(board.look_at_all([[unit] for unit in grid]))
    brackets = crossings(grid, gaps[:, 0]) if gaps.shape[1] == 1 else []
    if brackets:
        low, high = min(brackets, key=lambda ends: abs((ends[0] + ends[1]) / 2 - start))
        _bisect(board, low, high)
    else:
        _refine(board, 1.0 / (GRID - 1))


def _bisect(board: Board, low: float, high: float) -> None:
    below = board.look([low])[0]
    for _ in range(_BISECTIONS):
        if board.is_close:
            return
        middle = (low + high) / 2
        gap = board.look([middle])[0]
        if gap * below > 0:
            low = middle
        else:
            high = middle


def _refine(board: Board, width: float) -> None:
    for _ in range(_REFINEMENTS):
        if board.is_close:
            return
        width /= 2
        here = board.points[board.best]
        for step in (-width, width):
            board.look(here + step)
        if here[0] in (0.0, 1.0) and board.points[board.best][0] == here[0]:
            return  # the answer still rises, or falls, towards the end of the range


class _Found(Exception):  # noqa: N818 - it stops a search that has succeeded
    pass


def _seek_several(board: Board, start: Array, seed: int) -> None:
    from scipy.optimize import minimize
    from scipy.stats import qmc

    board.look(start)
    board.look_at_all(list(qmc.LatinHypercube(start.size, seed=seed).random(_FIRST_LOOK * start.size)))

    def descended(point: Array, /, *_: Any) -> float:
        found = loss(board.look(point))
        if board.is_close:
            raise _Found
        return min(found, 1e9)

    for begin in _beginnings(board):
        directions = np.where(begin[None, :] + _SIDE <= 1, _SIDE, -_SIDE) * np.eye(start.size)
        simplex = np.vstack([begin, begin + directions])
        options: Any = {"initial_simplex": simplex, "maxfev": _STEPS * start.size, "xatol": 1e-3, "fatol": 1e-7}
        try:
            minimize(descended, begin, method="Nelder-Mead", bounds=[(0.0, 1.0)] * start.size, options=options)
        except _Found:
            return


def _beginnings(board: Board) -> list[Array]:
    """Return points to begin from: the best, and the best that is somewhere else."""
    ordered = [board.points[place] for place in np.argsort(board.losses(), kind="stable")]
    chosen: list[Array] = []
    for point in ordered:
        if all(np.abs(point - other).max() > _APART for other in chosen):
            chosen.append(point)
    return chosen[:_SEARCHES]


# How flat it is


def near(board: Board, reference: Array, errors: Array) -> NDArray[np.bool_]:
    """Tell which points answer within one standard error of a reference, on all targets."""
    gaps = np.array(board.gaps)
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(gaps - reference) <= errors).all(axis=1), dtype=np.bool_)


def flat_range(board: Board, reference: Array, errors: Array) -> tuple[float, float]:
    """Return how far a single input can go from the best point within one standard error, between points in a line."""
    units = np.array([point[0] for point in board.points])
    order = np.argsort(units)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.nan_to_num((np.abs(np.array(board.gaps) - reference) / errors).max(axis=1), nan=np.inf)
    units, off = units[order], off[order]
    at = int(np.searchsorted(units, board.points[board.best][0]))
    return _reach(units, off, at, -1), _reach(units, off, at, 1)


def _reach(units: Array, off: Array, at: int, step: int) -> float:
    while 0 <= at + step < len(units):
        here, there = off[at], off[at + step]
        if there > 1:
            part = (1 - here) / (there - here) if np.isfinite(there) and here <= 1 else 0.0
            return float(units[at] + part * (units[at + step] - units[at]))
        at += step
    return float(units[at])


def flat_direction(board: Board, errors: Array) -> Array | None:
    """Return the direction in which the answers change least, (inputs,) of length 1; None where none is flat.

    By the slopes at the best point: weighted least squares over the points near it, in standard errors of the answers;
    the direction is the last right singular vector.
    """
    points, gaps = np.array(board.points), np.array(board.gaps)
    known = np.isfinite(gaps).all(axis=1)
    away = points[known] - board.points[board.best]
    weights = np.exp(-(away**2).sum(axis=1) / (2 * _NEAR**2))
    targets, inputs = gaps.shape[1], points.shape[1]
    if np.count_nonzero(weights > 0.05) < inputs + 2:
        return None
    design = np.column_stack([np.ones(len(away)), away]) * np.sqrt(weights)[:, None]
    answers = gaps[known] / errors * np.sqrt(weights)[:, None]
    slopes = np.linalg.lstsq(design, answers, rcond=None)[0][1:].T
    _, sizes, directions = np.linalg.svd(slopes)
    steepness = sizes[-1] if targets >= inputs else 0.0
    if steepness * _FLAT > 1:
        return None
    direction = np.asarray(directions[-1], dtype=np.float64)
    return -direction if direction[np.argmax(np.abs(direction))] < 0 else direction


def probed(board: Board, direction: Array, reference: Array, errors: Array) -> tuple[Array, Array]:
    """Return how far one can go from the best point both ways along a direction within one standard error.

    The points on the way are played, so that this does not rest on slopes.
    """
    best = board.points[board.best]
    ends = []
    for sign in (-1.0, 1.0):
        end = best
        for distance in _PROBES:
            point = np.clip(best + sign * distance * direction, 0.0, 1.0)  # along the bounds where it meets them
            if np.array_equal(point, end):
                break
            if not (np.abs(board.look(point) - reference) <= errors).all():
                break
            end = point
        ends.append(end)
    return ends[0], ends[1]
