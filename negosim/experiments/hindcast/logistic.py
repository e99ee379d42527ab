"""Logistic regression with a normal prior, by Newton's method, for many weightings of the same rows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEPS = 50
_SETTLED = 1e-10
_LARGEST_STEP = 5.0
"""By no more than this does a coefficient move at once: Newton's method may overshoot where most outcomes are alike."""


def logistic(x: Array) -> Array:
    """Return 1/(1 + exp(-x)).

    >>> logistic(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    small = np.exp(-np.abs(x))
    found: Array = np.where(x >= 0.0, 1.0, small) / (1.0 + small)
    return found


def logit(p: Array) -> Array:
    """Return log(p/(1 - p)).

    >>> logit(np.array([0.5, 0.75])).round(4)
    array([0.    , 1.0986])
    """
    odds: Array = np.log(p) - np.log(1.0 - p)
    return odds


def fitted(rows: Array, outcomes: Array, *, precision: Array, prior: Array, weights: Array | None = None) -> Array:
    """Return the most likely coefficients under a normal prior, for each weighting of the rows, (weightings, columns).

    Maximises Σ w·log p − Σ precision·(coefficient − prior)²/2, the penalised likelihood of ridge logistic regression
    (le Cessie & van Houwelingen 1992) where the prior is 0.

    Parameters
    ----------
    rows : (rows, columns); a column of ones is the intercept.
    outcomes : 0 or 1, (rows,).
    precision : of the prior of each coefficient, (columns,); 0 for none.
    prior : its mean, (columns,).
    weights : how often each row counts, (weightings, rows); default once, in one weighting.

    >>> x = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    >>> y = np.array([1.0, 0.0, 1.0, 1.0, 0.0])
    >>> fitted(x, y, precision=np.zeros(2), prior=np.zeros(2)).round(4) + 0.0  # odds 1 to 1, and 2 to 1
    array([[0.    , 0.6931]])
    """
    weighting = np.ones((1, len(rows))) if weights is None else weights
    found = np.tile(prior, (len(weighting), 1)).astype(np.float64)
    for _ in range(_STEPS):
        chance = logistic(found @ rows.T)
        slope = (weighting * (outcomes - chance)) @ rows - precision * (found - prior)
        curve = np.einsum("wr,ra,rb->wab", weighting * chance * (1.0 - chance), rows, rows, optimize=True)
        curve += np.diag(precision)
        step = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        found += np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
        if float(np.abs(step).max(initial=0.0)) < _SETTLED:
            break
    return found
