"""The weighted median of ideals: the position that no other beats in a vote (Black 1948; Bueno de Mesquita 1984).

Parties vote between two positions for the nearer one, each with c_i·s_i votes, as values fall with the distance on the
line of an issue. The weighted median wins every vote, whatever the other position.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def weighted_median(positions: Array, weights: Array) -> float:
    """Return the position with at most half of the weight on either side.

    Parameters
    ----------
    positions : (parties,) x_i.
    weights : (parties,) c_i·s_i, not negative, some above 0.

    Returns
    -------
    The middle of two positions where each of them, and all between, has half on either side: nothing tells them apart.

    >>> weighted_median(np.array([4.0, 7.0, 10.0]), np.array([0.25, 0.1, 0.34]))
    7.0
    >>> weighted_median(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    """
    order = np.argsort(positions, kind="stable")
    lined, below = positions[order], np.cumsum(weights[order])
    half, rounding = below[-1] / 2.0, 1e-12 * below[-1]
    lower = int(np.searchsorted(below, half - rounding))
    upper = int(np.searchsorted(below, half + rounding))
    return float(lined[lower] + lined[upper]) / 2.0


def votes(first: float, second: float, positions: Array, weights: Array) -> float:
    """Return by how many votes one position beats another, each party voting for the nearer one.

    >>> votes(7.0, 10.0, np.array([4.0, 7.0, 10.0]), np.array([0.25, 0.1, 0.34]))
    0.01
    """
    nearer = np.sign(np.abs(positions - second) - np.abs(positions - first))
    return round(float(weights @ nearer), 12)
