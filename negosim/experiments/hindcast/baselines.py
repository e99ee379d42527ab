"""Simple rules that the model has to beat, each fitted to all cases but the one that it forecasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.hindcast.logistic import fitted, logistic
from negosim.experiments.hindcast.scores import Forecast, Outcomes

Array = NDArray[np.float64]

RIDGE = 1.0
"""Precision of the prior of each standardised coefficient: one standard deviation moves the log odds by about 1."""


def constant(outcomes: Outcomes) -> Forecast:
    """Say of every target the rate of deals among all targets of the other cases.

    >>> outcomes = Outcomes(np.array([0, 0, 1]), np.array([3.0, 6.0, 3.0]), np.zeros(3, int), np.array([1, 0, 1], bool))
    >>> constant(outcomes).shares
    array([1. , 1. , 0.5])
    """
    shares = np.empty(len(outcomes))
    for case in np.unique(outcomes.cases):
        here = outcomes.cases == case
        shares[here] = _rate(outcomes.deals[~here])
    return Forecast(shares, ranks=np.zeros(len(outcomes)))


def rate_by_horizon(outcomes: Outcomes) -> Forecast:
    """Say of every target the rate of deals among targets of the same horizon of the other cases.

    Where the others have none of that horizon, it is the rate among all of theirs.
    """
    shares = constant(outcomes).shares
    for case in np.unique(outcomes.cases):
        here = outcomes.cases == case
        for months in np.unique(outcomes.months[here]):
            others = ~here & (outcomes.months == months)
            if others.any():
                shares[here & (outcomes.months == months)] = _rate(outcomes.deals[others])
    return Forecast(shares, ranks=outcomes.months)


def _rate(deals: NDArray[np.bool_]) -> float:
    """Return a rate; half where there is nothing to learn from."""
    return float(deals.mean()) if deals.size else 0.5


def logit(outcomes: Outcomes, features: Array) -> Forecast:
    """Say of every target what a ridge logit on features of the case says, fitted to the other cases.

    The features are standardised by the cases that it is fitted to; the intercept has no prior.

    Parameters
    ----------
    outcomes : what happened.
    features : what is known when a target begins, (targets, features).
    """
    shares = np.empty(len(outcomes))
    for case in np.unique(outcomes.cases):
        here = outcomes.cases == case
        if here.all():
            shares[here] = 0.5
            continue
        known = features[~here]
        middle, spread = known.mean(axis=0), known.std(axis=0)
        spread = np.where(spread > 0.0, spread, 1.0)
        rows = _with_ones((known - middle) / spread)
        precision = np.array([0.0] + [RIDGE] * features.shape[1])
        deals = outcomes.deals[~here].astype(np.float64)
        if not deals.size or deals.min() == deals.max():
            shares[here] = _rate(outcomes.deals[~here])  # no logit: all outcomes are alike
            continue
        (coefficients,) = fitted(rows, deals, precision=precision, prior=np.zeros(rows.shape[1]))
        shares[here] = logistic(_with_ones((features[here] - middle) / spread) @ coefficients)
    return Forecast(shares)


def _with_ones(rows: Array) -> Array:
    return np.column_stack([np.ones(len(rows)), rows])
