"""The weighted mean of ideals: the compromise model (Van den Bos 1991; Achen 2006).

    x = Σ c_i·s_i·x_i / Σ c_i·s_i

over the parties, x_i the ideal of each on the line of an issue, s_i its salience and c_i its capability. Achen (2006)
derives it as an approximation of the Nash bargaining solution where failing to agree is very bad for everybody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def weighted_mean(positions: Array, weights: Array) -> float:
    """Return the weighted mean of positions.

    Parameters
    ----------
    positions : (parties,) x_i.
    weights : (parties,) c_i·s_i, not negative, some above 0.

    >>> weighted_mean(np.array([0.0, 1.0, 4.0]), np.array([2.0, 1.0, 1.0]))
    1.25
    """
    return float(positions @ weights / weights.sum())
