"""Values: fighting on, and an agreement that may break (model 3 and 5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def war_value(up: Array, down: Array, status_quo: Array, cost: Array, if_up: Array, if_down: Array) -> Array:
    """Return W, the value of fighting on (model 3).

    The future is spent fighting at the status quo less the war cost, won, or lost; ``up`` and ``down`` are the last
    two shares. War costs create the bargaining range (Fearon 1995). All arrays (trials, parties).
    """
    return (1.0 - up - down) * (status_quo - cost) + up * if_up + down * if_down


def breakdown_rate(hazard: Array, effect: Array, unguaranteed: Array) -> Array:
    """Return λ(x) = hazard · (1 - θ·g(x)), the rate at which an agreement breaks down (model 5).

    Parameters
    ----------
    hazard : per year, of a text without guarantees.
    effect : θ in [0, 1].
    unguaranteed : 1 - g(x), the product of (1 - enforcement) over the options of the text.
    """
    return hazard * (1.0 - effect * (1.0 - unguaranteed))


def agreement_value(
    utility: Array,
    going_on: Array,
    fallback: Array,
    breakdown: Array,
    time_preference: Array,
) -> Array:
    """Return A(x), the value of an agreement believed to break down at a rate (model 5).

        A = (r·(u(x) - peace_cost·c) + h·(W - exposure)) / (r + h)

    The commitment problem: Powell (2006), Walter (1997).

    Parameters
    ----------
    utility : u(x).
    going_on : peace_cost·c, what the peace still costs.
    fallback : W - exposure, what follows a breakdown.
    breakdown : h, the believed rate per year.
    time_preference : r per year.

    >>> r, h = np.array([0.1]), np.array([0.1])
    >>> agreement_value(np.array([0.8]), np.array([0.0]), np.array([0.2]), h, r).round(6)
    array([0.5])
    """
    return (time_preference * (utility - going_on) + breakdown * fallback) / (time_preference + breakdown)
