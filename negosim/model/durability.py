"""Durability: how long agreements last (model 9).

Weibull times with shape below 1, so that the first months are the most dangerous: Fortna (2004); agreements signed
under pressure break sooner: Beardsley (2008). Modelling choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.model import elementary

Array = NDArray[np.float64]


def breach_time(u: Array, hazard: Array, shape: Array) -> Array:
    """Turn uniforms into Weibull times in years, with scale 1/hazard; infinite where the hazard is 0.

    >>> times = breach_time(np.array([0.5, 0.5]), np.array([0.5, 0.0]), np.array([1.0, 1.0]))
    >>> times.round(4)
    array([1.3863,    inf])
    >>> breach_time(np.array([0.01]), np.array([0.5]), np.array([1e-9]))
    array([inf])
    """
    with np.errstate(over="ignore"):  # a shape or a hazard near 0 leaves times beyond all bounds
        standard = elementary.power(-elementary.log(u), 1.0 / shape)
        return np.divide(standard, hazard, out=np.full_like(standard, np.inf), where=hazard > 0)


def chance_of_holding(years: float | Array, hazard: Array, shape: Array) -> Array:
    """Return the chance that an agreement holds so long, exp(-(hazard·years)^shape).

    >>> chance_of_holding(1.0, np.array([0.5, 0.0]), np.array([1.0, 0.6])).round(4)
    array([0.6065, 1.    ])
    """
    return elementary.exp(-elementary.power(hazard * years, shape))


def chance_within(rate: Array, years: float | Array) -> Array:
    """Return the chance that something with a constant hazard happens within a time.

    >>> float(chance_within(np.array([0.5]), 1.0).round(4)[0])
    0.3935
    """
    return -elementary.expm1(-rate * years)
