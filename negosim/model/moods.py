"""Moods: judgement, the mediator's error and the mood of a body, which last (model 7 and 8).

Each is a stationary Gaussian process with mean 0, variance 1 and correlation exp(-Δt/memory), an Ornstein-Uhlenbeck
process looked at where it is needed (Uhlenbeck & Ornstein 1930). Modelling choice: a mood that lasts, not a coin at
each round, so that how often parties meet decides little.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.model import elementary

Array = NDArray[np.float64]


def correlation(days: Array, memory: Array) -> Array:
    """Return ρ = exp(-Δt/memory), which is also how far a lesson still counts; 0 where there is no memory.

    Parameters
    ----------
    days : Δt, not negative.
    memory : in days.

    >>> correlation(np.array([0.0, 30.0, 0.0]), np.array([30.0, 30.0, 0.0])).round(6)
    array([1.      , 0.367879, 0.      ])
    """
    days, memory = np.broadcast_arrays(days, memory)
    spent = np.divide(days, memory, out=np.full(days.shape, np.inf), where=memory > 0)
    return elementary.exp(-spent)


def followed(mood: Array, days: Array, memory: Array, innovation: Array) -> Array:
    """Return a mood some days later: ρ·z + √(1 - ρ²)·ε.

    Parameters
    ----------
    mood : z when it was last looked at.
    days : since then; NaN where this is the first time, and z = ε.
    memory : in days.
    innovation : ε, standard normal.

    >>> z, ε = np.array([2.0, 2.0, 2.0]), np.array([0.5, 0.5, 0.5])
    >>> followed(z, np.array([0.0, np.nan, 7.0]), np.array([90.0, 90.0, 0.0]), ε)
    array([2. , 0.5, 0.5])
    """
    first = np.isnan(days)
    rho = np.where(first, 0.0, correlation(np.where(first, 0.0, days), memory))
    return np.where(first, 0.0, rho * mood) + np.sqrt(1.0 - rho * rho) * innovation
