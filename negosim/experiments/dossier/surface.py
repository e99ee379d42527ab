"""Surfaces: settings of a few levers that are played beforehand, and what is read off between them.

On a surface every lever has a level for the scenario as written, whatever law it has there, and a few fixed values over
its range. Between these the curves are interpolated; settings in between that are played too tell how far that is off.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.inputs import Input

SPREAD = 12
"""Settings played as a check where no lever stands at a level, of a surface of several levers."""

Array = NDArray[np.float64]
Values = dict[str, float]
"""By path, what a lever is fixed at; one that is left out is as written."""


@dataclass(frozen=True)
class HeldOut:
    """A setting that is played to see how far interpolation is off.

    Attributes
    ----------
    values : of the levers.
    lever : the only one that stands between its levels; None where all do.
    """

    values: Values
    lever: Input | None


@dataclass(frozen=True)
class Surface:
    """Every combination of some levels of a few levers, under a switch or none; all else is as written.

    Attributes
    ----------
    switch : the variant, None for the scenario as written.
    levers : those that move on it.
    levels : of each of them, evenly spaced.
    """

    switch: str | None
    levers: tuple[Input, ...]
    levels: tuple[Array, ...]

    @classmethod
    def over(cls, levers: Sequence[Input], count: int, switch: str | None = None) -> Surface:
        """Return the surface of some levers, each with so many levels over its range."""
        return cls(switch, tuple(levers), tuple(np.linspace(*lever.range, count) for lever in levers))

    @property
    def shape(self) -> tuple[int, ...]:
        """Levels of each lever, that as written counted."""
        return tuple(own.size + 1 for own in self.levels)

    def settings(self) -> list[Values]:
        """Return what is played, the last lever moving fastest, its level as written first."""
        chosen = itertools.product(*([None, *own.tolist()] for own in self.levels))
        return [_values(self.levers, values) for values in chosen]

    def held_out(self) -> list[HeldOut]:
        """Return the settings that are played as a check.

        Those in which one lever stands in the middle between two levels and the others at levels tell how far each
        lever is off by itself; a few more stand between the levels of all. The latter, and the levels of the former,
        are spread evenly by golden-ratio steps (Roberts 2018).
        """
        if not self.levers:
            return []
        middles = [(place, at) for place, own in enumerate(self.levels) for at in range(own.size - 1)]
        parts = spread_evenly(len(middles) + SPREAD, len(self.levers))
        alone = [self._middle(place, at, part) for (place, at), part in zip(middles, parts, strict=False)]
        if len(self.levers) == 1:
            return alone
        low, high = np.array([lever.range for lever in self.levers]).T
        between = (low + part * (high - low) for part in parts[len(middles) :])
        return [*alone, *(HeldOut(_values(self.levers, values.tolist()), None) for values in between)]

    def _middle(self, place: int, at: int, part: Array) -> HeldOut:
        """Return a setting in which one lever stands between two levels, the others at levels."""
        values = [float(own[int(where * own.size)]) for own, where in zip(self.levels, part, strict=True)]
        values[place] = float(self.levels[place][at : at + 2].mean())
        return HeldOut(_values(self.levers, values), self.levers[place])

    def interpolated(self, curves: Array, values: Values) -> Array:
        """Return what is read off at a setting.

        Parameters
        ----------
        curves : (settings, ...) in the order of `settings`.
        """
        here: Array = curves.reshape(*self.shape, *curves.shape[1:])
        for lever, own in zip(self.levers, self.levels, strict=True):
            here = np.tensordot(weights(own, values.get(lever.path)), here, axes=1)
        return here


def weights(levels: Array, value: float | None) -> Array:
    """Return how much each level of a lever counts at a value, its level as written first: linear between neighbours.

    The front end has the same rule.

    >>> weights(np.array([0.0, 1.0, 2.0]), 0.5)
    array([0. , 0.5, 0.5, 0. ])
    >>> weights(np.array([0.0, 1.0, 2.0]), None)
    array([1., 0., 0., 0.])
    """
    found = np.zeros(levels.size + 1)
    if value is None:
        found[0] = 1.0
    else:
        found[1:] = np.maximum(1 - np.abs(value - levels) / (levels[1] - levels[0]), 0.0)
    return found


def spread_evenly(many: int, axes: int) -> Array:
    """Return points spread evenly over the unit cube, (many, axes).

    >>> spread_evenly(3, 1).round(3).ravel().tolist()
    [0.118, 0.736, 0.354]
    """
    ratio = _root(axes)
    steps = np.arange(1, many + 1)[:, None] * ratio ** -np.arange(1, axes + 1)
    points: Array = (0.5 + steps) % 1
    return points


def _root(axes: int) -> float:
    """Return the root of x^(d+1) = x + 1, the golden ratio for one axis."""
    x = 1.5
    for _ in range(60):
        x = (1 + x) ** (1 / (axes + 1))
    return x


def _values(levers: Sequence[Input], chosen: Sequence[float | None]) -> Values:
    return {lever.path: float(value) for lever, value in zip(levers, chosen, strict=True) if value is not None}
