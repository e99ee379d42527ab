"""Beliefs: private information and learning (model 4).

Fearon (1995); Filson & Werner (2002); Slantchev (2003). The normal-normal rule is exact; that parties follow it, and
that a flattering narrative shifts what they see, is a modelling choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.model import elementary

Array = NDArray[np.float64]


def learned(
    mean: Array, variance: Array, movement: Array, years: float, volatility: Array, narrative: Array
) -> tuple[Array, Array]:
    """Return the beliefs about the drift after a stretch of fighting.

    Parameters
    ----------
    mean, variance : (trials, parties) of the normal belief before it; variance 0 does not learn.
    movement : (trials, 1) of the front over the stretch.
    years : its length.
    volatility : (trials, 1) per square root of a year.
    narrative : (trials, parties) added to the observed drift, signed for the side it flatters, per year.

    Notes
    -----
    The observation ``movement / years + narrative`` has variance ``volatility² / years``.

    >>> mean, variance = learned(np.zeros((1, 1)), np.ones((1, 1)), np.ones((1, 1)), 1.0, np.ones((1, 1)),
    ...                          np.zeros((1, 1)))
    >>> float(mean[0, 0]), float(variance[0, 0])
    (0.5, 0.5)
    """
    noise = volatility * volatility
    gain = variance / (variance * years + noise)
    return mean + gain * (movement + (narrative - mean) * years), gain * noise


def eroded(erosion: Array, narrative: Array, years: float) -> Array:
    """Return the factor by which a stretch of fighting raises everybody else's distrust: exp(erosion·|narrative|·dt).

    Parameters
    ----------
    erosion, narrative : (trials,) of a belligerent.
    years : the length of the stretch.

    >>> eroded(np.array([5.0]), np.array([-0.02]), 2.0).round(4)
    array([1.2214])
    """
    return elementary.exp(erosion * np.abs(narrative) * years)
