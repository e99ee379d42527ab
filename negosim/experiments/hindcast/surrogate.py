"""Surrogate: a smooth stand-in for plays with many constants, so that the best can be looked for at no cost.

Each target's share is played at the points of a design. A quadratic in the standardised constants is fitted to its
logit, each point weighted by what its histories tell; a normal prior on the coefficients keeps the curvature small
where the plays do not ask for it (ridge regression; Hoerl & Kennard 1970).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_SLOPE, _CURVATURE = 1.5, 0.25
"""Prior standard deviations of the coefficients, in logits per standard deviation of a constant, or of two."""


def spread_points(count: int, dimensions: int) -> Array:
    """Return points that fill the unit cube evenly, (count, dimensions), the first in its middle.

    An additive recurrence with powers of the generalised golden ratio (Roberts 2018): no luck in it.

    >>> spread_points(3, 2).round(3).tolist()
    [[0.5, 0.5], [0.255, 0.07], [0.01, 0.64]]
    """
    ratio = 2.0
    for _ in range(64):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = np.array([ratio ** -(place + 1) for place in range(dimensions)])
    found: Array = (0.5 + np.arange(count)[:, None] * steps) % 1.0
    return found


def smoothed(shares: Array, trials: int) -> Array:
    """Return shares that are neither 0 nor 1: half a history is added to either answer (Jeffreys)."""
    return (shares * trials + 0.5) / (trials + 1)


@dataclass(frozen=True)
class Surrogate:
    """Logits of targets as quadratics of the constants.

    Attributes
    ----------
    coefficients : (terms, targets).
    """

    coefficients: Array

    def shares(self, points: Array) -> Array:
        """Return the shares of targets at some points, (points, targets)."""
        logits = np.clip(_terms(points) @ self.coefficients, -30.0, 30.0)
        found: Array = 1.0 / (1.0 + np.exp(-logits))
        return found


def fitted(points: Array, shares: Array, trials: int) -> Surrogate:
    """Fit a surrogate.

    Parameters
    ----------
    points : (points, constants) standardised.
    shares : (points, targets) as played.
    trials : histories behind each share.
    """
    terms, dimensions = _terms(points), points.shape[1]
    widths = np.array([_SLOPE] * dimensions + [_CURVATURE] * (terms.shape[1] - dimensions - 1))
    penalty = np.diag(np.concatenate(([0.0], widths**-2.0)))
    near = smoothed(shares, trials)
    logits, weights = np.log(near / (1 - near)), trials * near * (1 - near)
    coefficients = [
        np.linalg.solve(terms.T @ (weight[:, None] * terms) + penalty, terms.T @ (weight * logit))
        for logit, weight in zip(logits.T, weights.T, strict=True)
    ]
    return Surrogate(np.array(coefficients).T)


def _terms(points: Array) -> Array:
    """Return 1, the coordinates, and the products of any two of them, (points, terms)."""
    first, second = np.triu_indices(points.shape[1])
    return np.column_stack((np.ones(len(points)), points, points[:, first] * points[:, second]))
