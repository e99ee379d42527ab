"""Draws of quantities: one uniform a trial, turned by the inverse distribution function."""

from __future__ import annotations

import math

import numpy as np

from negosim.engine.streams import Array, Streams
from negosim.model import inverse
from negosim.scenario.quantities import Quantity

PERT_WEIGHT = 4.0
"""Weight of the mode in a PERT distribution (Malcolm et al. 1959)."""


def draw(quantity: Quantity, path: str, streams: Streams) -> Array:
    """Return a quantity's value in each trial, (trials,); (1,) where it is the same in all.

    A truncated distribution is drawn conditionally on its bounds.
    """
    if quantity.is_constant:
        return np.array([quantity.value])
    return quantile(quantity, streams.uniform(path))


def quantile(quantity: Quantity, u: Array) -> Array:
    """Turn uniforms into draws of a quantity.

    >>> from negosim.scenario.quantities import parse_quantity
    >>> quantile(parse_quantity({"uniform": [1, 3]}), np.array([0.25, 0.5]))
    array([1.5, 2. ])
    """
    if quantity.kind == "constant":
        return np.full_like(u, quantity.value)
    if quantity.kind == "choice":
        ends = np.cumsum(quantity.weights)[:-1]
        chosen: Array = np.asarray(quantity.parameters)[np.searchsorted(ends, u, side="right")]
        return chosen
    below, upto = (_distribution(quantity, bound) for bound in (quantity.low, quantity.high))
    drawn: Array = _INVERSES[quantity.kind](quantity.parameters, below + (upto - below) * u)
    low, high = quantity.support
    return np.minimum(np.maximum(drawn, low), high)


def _distribution(quantity: Quantity, x: float) -> float:
    """Return the distribution function of a quantity, its own bounds left aside."""
    if math.isinf(x):
        return 0.0 if x < 0 else 1.0
    p = quantity.parameters
    match quantity.kind:
        case "normal":
            return _normal_distribution((x - p[0]) / p[1])
        case "lognormal":
            return _normal_distribution(math.log(x / p[0]) / math.log(p[1])) if x > 0 else 0.0
        case "uniform":
            return min(max((x - p[0]) / (p[1] - p[0]), 0.0), 1.0)
        case "triangular":
            return _triangular_distribution(p, x)
        case "beta":
            return _beta_distribution(p[0], p[1], x)
        case _:
            a, b = _pert_shapes(p)
            return _beta_distribution(a, b, (x - p[0]) / (p[2] - p[0]))


def _normal_distribution(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _beta_distribution(a: float, b: float, x: float) -> float:
    from scipy.special import betainc  # scipy.special is slow to import: only where a beta is drawn

    return float(betainc(a, b, min(max(x, 0.0), 1.0)))


def _beta_inverse(p: tuple[float, ...], u: Array) -> Array:
    from scipy.special import betaincinv

    return np.asarray(betaincinv(p[0], p[1], u), dtype=np.float64)


def _triangular_distribution(p: tuple[float, ...], x: float) -> float:
    low, mode, high = p
    x = min(max(x, low), high)
    if x <= mode:
        return (x - low) ** 2 / ((high - low) * (mode - low)) if mode > low else 0.0
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))


def _triangular_inverse(p: tuple[float, ...], u: Array) -> Array:
    low, mode, high = p
    width = high - low
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width <= mode - low, left, right)


def _pert_shapes(p: tuple[float, ...]) -> tuple[float, float]:
    low, mode, high = p
    width = high - low
    return 1.0 + PERT_WEIGHT * (mode - low) / width, 1.0 + PERT_WEIGHT * (high - mode) / width


def _pert_inverse(p: tuple[float, ...], u: Array) -> Array:
    return p[0] + (p[2] - p[0]) * _beta_inverse(_pert_shapes(p), u)


_INVERSES = {
    "normal": lambda p, u: p[0] + p[1] * inverse.normal(u),
    "lognormal": lambda p, u: p[0] * np.exp(math.log(p[1]) * inverse.normal(u)),
    "uniform": lambda p, u: p[0] + (p[1] - p[0]) * u,
    "triangular": _triangular_inverse,
    "beta": _beta_inverse,
    "pert": _pert_inverse,
}
