"""Distribution functions: how much of a distribution lies below a point, and how much above it.

Each is computed on its own side, so that a tail is exact however thin it is. ``scipy.special``, slow to import, is
loaded only for the beta family.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from negosim.scenario.quantities import Quantity

PERT_WEIGHT = 4.0
"""Weight of the mode in a PERT distribution (Malcolm et al. 1959)."""


def below(quantity: Quantity, x: float) -> float:
    """Return the distribution function F(x), the bounds of the quantity left aside.

    >>> from negosim.scenario.quantities import parse_quantity
    >>> below(parse_quantity({"triangular": [0, 1, 2]}), 0.5)
    0.125
    """
    if math.isinf(x):
        return 0.0 if x < 0 else 1.0
    p = quantity.parameters
    match quantity.kind:
        case "normal" | "lognormal":
            return _normal_below(_standardised(quantity, x))
        case "uniform":
            return min(max((x - p[0]) / (p[1] - p[0]), 0.0), 1.0)
        case "triangular":
            return _triangular_below(p, x)
        case "beta":
            return _beta_below(p[0], p[1], x)
        case _:
            a, b = pert_shapes(p)
            return _beta_below(a, b, (x - p[0]) / (p[2] - p[0]))


def above(quantity: Quantity, x: float) -> float:
    """Return the survival function 1 - F(x), the bounds of the quantity left aside.

    >>> from negosim.scenario.quantities import parse_quantity
    >>> f"{above(parse_quantity({'normal': {'mean': 0.2, 'sd': 0.02}}), 0.6):.4g}"  # 20 standard deviations
    '2.754e-89'
    """
    if math.isinf(x):
        return 1.0 if x < 0 else 0.0
    p = quantity.parameters
    match quantity.kind:
        case "normal" | "lognormal":
            return _normal_below(-_standardised(quantity, x))
        case "uniform":
            return min(max((p[1] - x) / (p[1] - p[0]), 0.0), 1.0)
        case "triangular":
            return _triangular_below((-p[2], -p[1], -p[0]), -x)
        case "beta":
            return _beta_below(p[1], p[0], 1.0 - x)
        case _:
            a, b = pert_shapes(p)
            return _beta_below(b, a, (p[2] - x) / (p[2] - p[0]))


def pert_shapes(p: tuple[float, ...]) -> tuple[float, float]:
    """Return the shapes of the beta distribution that a PERT distribution is, from its least, mode and largest."""
    low, mode, high = p
    width = high - low
    return 1.0 + PERT_WEIGHT * (mode - low) / width, 1.0 + PERT_WEIGHT * (high - mode) / width


def _standardised(quantity: Quantity, x: float) -> float:
    p = quantity.parameters
    if quantity.kind == "normal":
        return (x - p[0]) / p[1]
    return math.log(x / p[0]) / math.log(p[1]) if x > 0 else -math.inf


def _normal_below(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _beta_below(a: float, b: float, x: float) -> float:
    if not 0.0 < x < 1.0:
        return 0.0 if x <= 0.0 else 1.0
    from scipy.special import betainc

    return float(betainc(a, b, x))


def _triangular_below(p: tuple[float, ...], x: float) -> float:
    low, mode, high = p
    x = min(max(x, low), high)
    if x <= mode:
        return (x - low) ** 2 / ((high - low) * (mode - low)) if mode > low else 0.0
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))
