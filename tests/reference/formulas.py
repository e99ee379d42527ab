"""Formulas of the model that stand on their own."""

from __future__ import annotations

import math
import statistics

from tests.reference.outcome import Text

TANGENT_BELOW = 0.01
"""ε of the mediator's logarithm (§8)."""
ROUNDING = 1e-12
"""Values this close are equal: room for floating-point rounding only."""
TIE = 1e-9
"""Changes of a draft whose worth differs by less are ties (decisions 0001)."""

_NORMAL = statistics.NormalDist()


def standard_normal(u: float) -> float:
    """The value below which a standard normal lies with probability u."""
    return _NORMAL.inv_cdf(u)


def contains(text: Text, part: Text) -> bool:
    """Whether a text has all the options named."""
    return all(text[issue] == option for issue, option in part.items())


def touched(before: float, after: float, spread: float) -> float:
    """Probability that a Brownian bridge touches an end, from its distances to it (§3)."""
    return 1.0 if after <= 0 else math.exp(-2 * before * after / spread**2)


def first_passage(front: float, drift: float, volatility: float, r: float) -> tuple[float, float]:
    """B⁺ and B⁻ (§3); sinh written out so that nothing overflows."""
    a = drift / volatility**2
    k = math.sqrt(drift**2 + 2 * r * volatility**2) / volatility**2

    def passage(tilt: float, near: float, far: float) -> float:
        # e^{tilt·near} sinh(k·far) / sinh 2k, where near + far = 2
        return math.exp(tilt * near - k * near) * math.expm1(-2 * k * far) / math.expm1(-4 * k)

    return passage(a, 1 - front, 1 + front), passage(-a, 1 + front, 1 - front)


def log_with_tangent(gain: float) -> float:
    """ℓ: the logarithm, continued below ε by its tangent (§8)."""
    if gain >= TANGENT_BELOW:
        return math.log(gain)
    return math.log(TANGENT_BELOW) + (gain - TANGENT_BELOW) / TANGENT_BELOW


def weibull(u: float, hazard: float, shape: float) -> float:
    """A Weibull time with scale 1/hazard from a uniform; never where the hazard is 0 or the time beyond all bounds."""
    try:
        return (-math.log(u)) ** (1 / shape) / hazard if hazard else math.inf
    except OverflowError:
        return math.inf
