"""Draws of quantities: one uniform a trial, turned by the inverse distribution function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from negosim.engine.finite import not_played, require_finite
from negosim.engine.streams import Array, Streams
from negosim.model import elementary, inverse
from negosim.scenario import laws
from negosim.scenario.domains import SMALLEST
from negosim.scenario.quantities import Quantity

_TOGETHER = 20_000
"""Numbers of several quantities that are drawn at once: as many as stay near the processor."""

_NARROW = 1e-3
"""Share of a uniform distribution below which its bounds are taken for its ends: the share has too few digits."""


def draw(quantity: Quantity, path: str, streams: Streams) -> Array:
    """Return a quantity's value in each trial, (trials,); (1,) where it is the same in all.

    A truncated distribution is drawn conditionally on its bounds.

    Raises
    ------
    ScenarioError
        Where a draw is not a finite number.
    """
    if quantity.is_constant:
        return np.array([quantity.value])
    return finite_quantile(quantity, path, streams.uniform(path))


def draw_all(quantities: Mapping[str, Quantity], streams: Streams) -> dict[str, Array]:
    """Return the values of quantities by path, each as `draw` does; those of a kind together, which is quicker."""
    constant = [path for path, quantity in quantities.items() if quantity.is_constant]
    drawn = dict(zip(constant, np.array([quantities[path].value for path in constant])[:, None], strict=True))
    alike: dict[str, list[str]] = {law: [] for law in _STACKED}
    for path, quantity in quantities.items():
        if quantity.kind in alike and _is_plain(quantity):
            alike[quantity.kind].append(path)
    many = max(_TOGETHER // max(streams.count, 1), 1)
    for law, together in alike.items():
        for begin in range(0, len(together), many):
            drawn |= _stacked(law, {path: quantities[path] for path in together[begin : begin + many]}, streams)
    return {
        path: drawn[path] if path in drawn else draw(quantity, path, streams) for path, quantity in quantities.items()
    }


def _stacked(law: str, quantities: Mapping[str, Quantity], streams: Streams) -> dict[str, Array]:
    """Return draws of quantities of one law; nothing where one is not a finite number, which `draw` will say."""

    def column(numbers: Iterable[float]) -> Array:
        return np.array(list(numbers))[:, None]

    laws_of = quantities.values()
    low, high = (column(quantity.reach[end] for quantity in laws_of) for end in (0, 1))
    lower, upper = (column(laws.below(quantity, quantity.reach[end]) for quantity in laws_of) for end in (0, 1))
    stated = range(len(next(iter(laws_of)).parameters))
    parameters = tuple(column(quantity.parameters[place] for quantity in laws_of) for place in stated)
    with np.errstate(all="ignore"):
        found = _INVERSES[law](parameters, lower + (upper - lower) * streams.uniforms(quantities))
    if not np.isfinite(found).all():
        return {}
    bounded = np.minimum(np.maximum(found, low), high)
    return dict(zip(quantities, bounded, strict=True))


def _is_plain(quantity: Quantity) -> bool:
    """Tell whether a quantity is drawn through its inverse distribution function; see `quantile`."""
    if quantity.kind == "uniform":
        low, high = (laws.below(quantity, end) for end in quantity.reach)
        return high - low >= _NARROW
    return _is_from_below(quantity)


def _is_from_below(quantity: Quantity) -> bool:
    """Tell whether a quantity is drawn through its distribution function; see `quantile`."""
    return laws.below(quantity, quantity.reach[0]) <= 0.5


def finite_quantile(quantity: Quantity, path: str, u: Array) -> Array:
    """Turn uniforms into draws of the quantity at a path; see `quantile`.

    Raises
    ------
    ScenarioError
        Where a draw is not a finite number.
    """
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
            drawn = quantile(quantity, u)
    except FloatingPointError as error:
        raise not_played(path, f"what is drawn cannot be computed: {error}") from error
    require_finite(drawn, path, "what is drawn")
    return drawn


def quantile(quantity: Quantity, u: Array) -> Array:
    """Turn uniforms into draws of a quantity, conditional on its bounds and on what its key allows.

    Bounds in the upper half of a distribution are met through the survival function, which keeps the digits that a
    probability near 1 has lost: both tails are exact.

    >>> from negosim.scenario.quantities import parse_quantity
    >>> quantile(parse_quantity({"uniform": [1, 3]}), np.array([0.25, 0.5]))
    array([1.5, 2. ])
    >>> quantile(parse_quantity({"normal": {"mean": 0, "sd": 1}, "min": 20}), np.array([0.5])).round(4)
    array([20.0345])
    """
    if quantity.kind == "constant":
        return np.full_like(u, quantity.value)
    if quantity.kind == "choice":
        ends = np.cumsum(quantity.weights)[:-1]
        chosen: Array = np.asarray(quantity.parameters)[np.searchsorted(ends, u, side="right")]
        return chosen
    low, high = quantity.reach
    lower, upper = laws.below(quantity, low), laws.below(quantity, high)
    if quantity.kind == "uniform" and upper - lower < _NARROW:
        drawn = low + (high - low) * u
    elif quantity.kind in _FROM_ABOVE and not _is_from_below(quantity):
        lower, upper = laws.above(quantity, low), laws.above(quantity, high)
        drawn = _FROM_ABOVE[quantity.kind](quantity.parameters, lower + (upper - lower) * u)
    else:
        drawn = _INVERSES[quantity.kind](quantity.parameters, lower + (upper - lower) * u)
    bounded: Array = np.minimum(np.maximum(drawn, low), high)
    return bounded


def _beta_inverse(a: float, b: float, u: Array) -> Array:
    from scipy.special import betaincinv  # scipy.special is slow to import: only where a beta is drawn

    drawn = np.asarray(betaincinv(a, b, u), dtype=np.float64)
    return np.where(drawn < SMALLEST, 0.0, drawn)


def _log(x: float | Array) -> Array:
    return elementary.log(np.atleast_1d(np.asarray(x, dtype=np.float64)))


def _triangular_inverse(p: tuple[float, ...], u: Array) -> Array:
    low, mode, high = p
    width = high - low
    left = low + np.sqrt(u * width * (mode - low))
    right = high - np.sqrt((1.0 - u) * width * (high - mode))
    return np.where(u * width <= mode - low, left, right)


def _pert_inverse(p: tuple[float, ...], u: Array) -> Array:
    return p[0] + (p[2] - p[0]) * _beta_inverse(*laws.pert_shapes(p), u)


def _pert_from_above(p: tuple[float, ...], q: Array) -> Array:
    a, b = laws.pert_shapes(p)
    return p[2] - (p[2] - p[0]) * _beta_inverse(b, a, q)


_INVERSES = {
    "normal": lambda p, u: p[0] + p[1] * inverse.normal(u),
    "lognormal": lambda p, u: p[0] * elementary.exp(_log(p[1]) * inverse.normal(u)),
    "uniform": lambda p, u: p[0] + (p[1] - p[0]) * u,
    "triangular": _triangular_inverse,
    "beta": lambda p, u: _beta_inverse(p[0], p[1], u),
    "pert": _pert_inverse,
}
"""Inverse distribution functions."""

_STACKED = ("lognormal", "normal", "uniform", "triangular")
"""Laws of which draws of several quantities are worked out together."""

_FROM_ABOVE = {
    "normal": lambda p, q: p[0] - p[1] * inverse.normal(q),
    "lognormal": lambda p, q: p[0] * elementary.exp(-_log(p[1]) * inverse.normal(q)),
    "triangular": lambda p, q: -_triangular_inverse((-p[2], -p[1], -p[0]), q),
    "beta": lambda p, q: 1.0 - _beta_inverse(p[1], p[0], q),
    "pert": _pert_from_above,
}
"""Inverse survival functions: the same distributions counted from the other end; a uniform one needs none."""
