"""Draws of quantities: one uniform a trial, turned by the inverse distribution function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class _Stack:
    """Quantities of one law that are drawn together; numbers are columns, (quantities, 1).

    Of a lognormal law, the logarithm of the spread stands in the place of the spread.
    """

    law: str
    paths: tuple[str, ...]
    parameters: tuple[Array, ...]
    low: Array
    high: Array
    least: Array
    width: Array

    @classmethod
    def of(cls, law: str, quantities: Mapping[str, Quantity]) -> _Stack:
        def column(numbers: Iterable[float]) -> Array:
            return np.array(list(numbers))[:, None]

        of_law = quantities.values()
        low, high = (column(quantity.reach[end] for quantity in of_law) for end in (0, 1))
        least, most = (column(laws.below(quantity, quantity.reach[end]) for quantity in of_law) for end in (0, 1))
        stated = range(len(next(iter(of_law)).parameters))
        parameters = tuple(column(quantity.parameters[place] for quantity in of_law) for place in stated)
        if law == "lognormal":
            parameters = (parameters[0], _log(parameters[1]))
        return cls(law, tuple(quantities), parameters, low, high, least, most - least)

    def drawn(self, part: slice, streams: Streams) -> dict[str, Array]:
        """Return draws of some of them; nothing where one is not a finite number, which `draw` will say."""
        paths, parameters = self.paths[part], tuple(column[part] for column in self.parameters)
        low, high, least, width = (column[part] for column in (self.low, self.high, self.least, self.width))
        with np.errstate(all="ignore"):
            match self.law:
                case "lognormal":
                    found = streams.lognormals(paths, least, width, *parameters)
                case "normal":
                    found = parameters[0] + parameters[1] * streams.normals(paths, least, width)
                case _:
                    found = _INVERSES[self.law](parameters, least + width * streams.uniforms(paths))
        if not np.isfinite(found).all():
            return {}
        np.maximum(found, low, out=found)
        np.minimum(found, high, out=found)
        return dict(zip(paths, found, strict=True))


@dataclass(frozen=True)
class _Choices:
    """Quantities that are each one of some values, drawn together.

    Attributes
    ----------
    ends : of each quantity, the shares up to which it is the first of its values, the second, ...
    values : of each quantity.
    """

    paths: tuple[str, ...]
    ends: tuple[Array, ...]
    values: tuple[Array, ...]

    @classmethod
    def of(cls, quantities: Mapping[str, Quantity]) -> _Choices:
        ends = tuple(_ends(quantity) for quantity in quantities.values())
        return cls(tuple(quantities), ends, tuple(np.asarray(quantity.parameters) for quantity in quantities.values()))

    def drawn(self, streams: Streams) -> dict[str, Array]:
        """Return draws of all of them."""
        uniforms = streams.uniforms(self.paths) if self.paths else ()
        drawn = zip(self.paths, self.ends, self.values, uniforms, strict=True)
        return {path: values[np.searchsorted(ends, u, side="right")] for path, ends, values, u in drawn}


class Draws:
    """Quantities that are drawn again and again: what does not depend on the trials is worked out once.

    Those of one law are drawn together, which is quicker and finds the same as `draw`.
    """

    def __init__(self, quantities: Mapping[str, Quantity]) -> None:
        self._quantities = quantities
        self._constants = {
            path: np.array([quantity.value]) for path, quantity in quantities.items() if quantity.is_constant
        }
        for constant in self._constants.values():
            constant.setflags(write=False)  # all blocks share them
        choices = {path: one for path, one in quantities.items() if one.kind == "choice" and not one.is_constant}
        self._choices = _Choices.of(choices)
        alike: dict[str, dict[str, Quantity]] = {}
        for path, quantity in quantities.items():
            if quantity.kind in _STACKED and _is_plain(quantity):
                alike.setdefault(quantity.kind, {})[path] = quantity
        self._stacks = [_Stack.of(law, of_law) for law, of_law in alike.items()]

    def drawn(self, streams: Streams) -> dict[str, Array]:
        """Return the value of each in each trial by path, (trials,); (1,) where it is the same in all."""
        found = {**self._constants, **self._choices.drawn(streams)}
        many = max(_TOGETHER // max(streams.count, 1), 1)
        for stack in self._stacks:
            for begin in range(0, len(stack.paths), many):
                found |= stack.drawn(slice(begin, begin + many), streams)
        if len(found) < len(self._quantities):
            for path, quantity in self._quantities.items():
                if path not in found:
                    found[path] = draw(quantity, path, streams)
        return found


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
        chosen: Array = np.asarray(quantity.parameters)[np.searchsorted(_ends(quantity), u, side="right")]
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


def _ends(quantity: Quantity) -> Array:
    """Return the shares up to which a choice is the first of its values, the second, ...; that of the last is 1."""
    ends: Array = np.cumsum(quantity.weights)[:-1]
    return ends


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
