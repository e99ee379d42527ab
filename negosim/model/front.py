"""The front: Brownian motion between two victories (model 3).

War as a random walk whose ends are military victory: Smith (1998), Slantchev (2003), Powell (2004). Modelling choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.model.elementary import exp, expm1

Array = NDArray[np.float64]

OUT_OF_REACH = 40.0
"""Of something less probable than the exponential of the minus of this no uniform says that it has happened."""

_NO_PULL = 1e-9
"""Drift over variance below which the formulas without drift hold to all digits shown."""


_STRONG_PULL = 1e6
"""Drift over variance above which a - k loses the digits that B⁺ and B⁻ need."""


def moved(front: Array, drift: Array, volatility: Array, years: float, normals: Array) -> Array:
    """Return the front after a stretch of fighting, its ends left out of account.

    Parameters
    ----------
    front : (trials,) in (-1, 1).
    drift, volatility : per year and per square root of a year.
    years : length of the stretch.
    normals : (trials,) standard normal draws.
    """
    after: Array = front + drift * years + volatility * np.sqrt(years) * normals
    return after


def in_reach(before: Array, after: Array, volatility: Array, years: float) -> NDArray[np.bool_]:
    """Tell where the path between two points may have touched an end: elsewhere no uniform would say so.

    >>> in_reach(np.array([0.0, 0.9]), np.array([0.0, 0.95]), np.array([0.3]), 0.25)
    array([False,  True])
    """
    nearest = np.maximum(1.0 - np.maximum(np.abs(before), np.abs(after)), 0.0)
    return 2.0 * nearest * nearest < OUT_OF_REACH * (volatility * volatility * years)


def crossings(before: Array, after: Array, volatility: Array, years: float) -> tuple[Array, Array]:
    """Return the probabilities that the path between two points touched +1 and that it touched -1.

    The path between ticks is a Brownian bridge, so that results do not depend on the tick; that one bridge touches
    both ends is left out, which matters only where volatility times the square root of the tick is near 1.

    >>> up, down = crossings(np.array([0.9]), np.array([0.95]), np.array([0.3]), 0.25)
    >>> float(up[0].round(4)), float(down[0].round(4))
    (0.6412, 0.0)
    """
    variance = volatility * volatility * years
    up = exp(-2.0 * np.maximum(1.0 - before, 0.0) * np.maximum(1.0 - after, 0.0) / variance)
    down = exp(-2.0 * np.maximum(1.0 + before, 0.0) * np.maximum(1.0 + after, 0.0) / variance)
    return up, down


def won(up: Array, down: Array, u: Array) -> NDArray[np.int8]:
    """Return +1 where the first belligerent has won, -1 where the second has, else 0.

    One uniform decides: the upper end takes its lowest values and the lower end its highest. Where the two
    probabilities add to more than 1 they share it in proportion.
    """
    total = np.maximum(up + down, 1.0)
    outcome = np.zeros(u.shape, dtype=np.int8)
    outcome[u < up / total] = 1
    outcome[u > 1.0 - down / total] = -1
    return outcome


def war_weights(front: Array, drift: Array, time_preference: Array, volatility: Array) -> tuple[Array, Array]:
    """Return B⁺ and B⁻: how much of the future, discounted, is spent won and how much lost (model 3).

        B⁺ = e^{a(1-m)} sinh(k(1+m))/sinh 2k      B⁻ = e^{-a(1+m)} sinh(k(1-m))/sinh 2k
        a = μ/σ²,  k = √(μ² + 2rσ²)/σ²

    the discounted first-passage probabilities of a Brownian motion with drift (Borodin & Salminen 2002, II.3.0.5),
    written with exponentials that cannot overflow. The shapes of the arguments broadcast.

    >>> up, down = war_weights(np.array([0.0]), np.array([0.0]), np.array([0.5]), np.array([1.0]))
    >>> up.round(6), down.round(6)
    (array([0.324027]), array([0.324027]))
    """
    variance = volatility * volatility
    a = drift / variance
    k = np.sqrt(drift * drift + 2.0 * time_preference * variance) / variance
    above, below = 1.0 - front, 1.0 + front
    scale = -1.0 / expm1(-4.0 * k)
    ahead, behind = a - k, -(a + k)
    if np.any(strong := np.abs(a) > _STRONG_PULL):  # the difference of two large numbers, from their sum
        slight = -2.0 * time_preference / (np.abs(drift) + k * variance)
        ahead = np.where(strong & (a > 0.0), slight, ahead)
        behind = np.where(strong & (a < 0.0), slight, behind)
    up = exp(ahead * above) * -expm1(-2.0 * k * below) * scale
    down = exp(behind * below) * -expm1(-2.0 * k * above) * scale
    return up, down


def win_chance(front: Array, drift: Array, volatility: Array) -> tuple[Array, Array]:
    """Return the chances that the first and that the second side wins a war that is fought to the end.

        P⁺ = (1 - e^{-2μ(1+m)/σ²}) / (1 - e^{-4μ/σ²}),    (1+m)/2 without drift

    the probability that a Brownian motion with drift leaves the strip at the upper end (Borodin & Salminen 2002,
    II.3.0.4). The shapes of the arguments broadcast.

    >>> up, down = win_chance(np.array([0.0, 0.5]), np.array([0.1, 0.0]), np.array([0.5, 0.5]))
    >>> up.round(4), down.round(4)
    (array([0.69, 0.75]), array([0.31, 0.25]))
    """
    pull = 2.0 * drift / (volatility * volatility)
    strong = np.abs(pull) > _NO_PULL
    against = np.where(strong, np.abs(pull), 1.0)
    near = np.where(pull >= 0.0, 1.0 + front, 1.0 - front)  # how far the favoured side is from losing
    favoured = expm1(-against * near) / expm1(-2.0 * against)
    up = np.where(strong, np.where(pull >= 0.0, favoured, 1.0 - favoured), (1.0 + front) / 2.0)
    return up, 1.0 - up
