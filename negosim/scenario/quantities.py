"""Quantities: a number or a distribution, with where it comes from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from negosim.scenario import laws
from negosim.scenario.dates import parse_duration, shown
from negosim.scenario.domains import LARGEST, REAL, SMALLEST, Domain, short
from negosim.scenario.labels import label_fault
from negosim.scenario.problems import comma_hint, instead
from negosim.scenario.reader import resolve

Number = int | float


_THINNEST = 1e-290
"""Least share of a distribution that its bounds may leave: a normal one is then cut 36 standard deviations off."""

_WIDEST = 1e3
"""How many times wider than what its key allows a distribution may be: what is left of it then keeps 12 digits."""

_MOST_SPREAD = 1e3
_SHAPES_OF_BETA = (0.01, 1e6)


@dataclass(frozen=True)
class Quantity:
    """A number, or the distribution it is drawn from once a trial.

    Attributes
    ----------
    kind : ``constant`` or the name of a distribution.
    parameters : its parameters, in the order of the format (for ``choice`` the values).
    weights : probabilities of a ``choice``.
    low, high : bounds at which the distribution is truncated (the draw is conditional on lying between them).
    source, note : where the number comes from; ``judgement`` where nobody measured it.
    least, most : the bounds of magnitude of its key, at which it is truncated too.
    """

    kind: str
    parameters: tuple[float, ...]
    weights: tuple[float, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    source: str | None = None
    note: str | None = None
    least: float = -math.inf
    most: float = math.inf

    @property
    def is_constant(self) -> bool:
        """Whether every trial has the same value."""
        return self.kind == "constant"

    @property
    def value(self) -> float:
        """The value of a constant quantity."""
        if not self.is_constant:
            raise TypeError(f"a {self.kind} quantity has no single value")
        return self.parameters[0]

    @cached_property
    def support(self) -> tuple[float, float]:
        """The least and the largest value that makes sense; infinite where neither law nor bounds have an end."""
        low, high = _SUPPORT[self.kind](self.parameters)
        return max(low, self.low), min(high, self.high)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The least and the largest value that can be drawn."""
        low, high = self.support
        return max(low, self.least), min(high, self.most)


def constant(value: float) -> Quantity:
    """Return the quantity that is always ``value``."""
    return Quantity("constant", (float(value),))


class QuantityError(ValueError):
    """What is wrong with a quantity, and at which key below it."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message, *at)
        self.message = message
        self.at = at


_FIELDS: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("median", "spread"),
    "beta": ("a", "b"),
}
_ORDERED = {"uniform": 2, "triangular": 3, "pert": 3}
DISTRIBUTIONS = (*_FIELDS, *_ORDERED, "choice")
_SHAPES = {"normal": "{mean: …, sd: …}", "lognormal": "{median: …, spread: …}", "beta": "{a: …, b: …}",
           "uniform": "[low, high]", "triangular": "[low, mode, high]", "pert": "[low, mode, high]",
           "choice": "{value: probability, …}"}  # fmt: skip
_DIMENSIONLESS = {("lognormal", "spread"), ("beta", "a"), ("beta", "b")}
_SUPPORT: dict[str, Callable[[tuple[float, ...]], tuple[float, float]]] = {
    "constant": lambda p: (p[0], p[0]),
    "normal": lambda p: (-math.inf, math.inf),
    "lognormal": lambda p: (0.0, math.inf),
    "beta": lambda p: (0.0, 1.0),
    "uniform": lambda p: (p[0], p[1]),
    "triangular": lambda p: (p[0], p[2]),
    "pert": lambda p: (p[0], p[2]),
    "choice": lambda p: (min(p), max(p)),
}


def _no_width(parameters: tuple[float, ...]) -> float:
    return 0.0


_WIDTH: dict[str, Callable[[tuple[float, ...]], float]] = {
    "normal": lambda p: p[1],
    "uniform": lambda p: p[1] - p[0],
    "triangular": lambda p: p[2] - p[0],
    "pert": lambda p: p[2] - p[0],
}
"""How wide the distributions are that have a width in the unit of the number."""


def parse_quantity(raw: Any, domain: Domain = REAL, *, duration: bool = False) -> Quantity:
    """Read a quantity: a number, a distribution, either with its source.

    Parameters
    ----------
    raw : plain data, such as ``0.3`` or ``{normal: {mean: 0.3, sd: 0.1}, min: 0}``.
    domain : what the key allows. A constant must lie in it; a distribution that reaches outside is truncated to it.
    duration : whether values are durations (``18 months``); they are kept as days.

    Raises
    ------
    QuantityError
        With the message and the key below this one that it belongs to.
    """
    return _Parser(domain, duration).quantity(raw)


def number_hint(raw: object) -> str:
    """Say what is likely wrong with a number that has been written as a text."""
    if not isinstance(raw, str):
        return ""
    try:
        float(raw)
        value = resolve(raw)
    except ValueError:
        return ""
    return "remove the quotes" if isinstance(value, Number) else "write its digits alone"


def is_quantity(raw: object) -> bool:
    """Tell a quantity, even a misspelt one, from a mapping of parties to quantities.

    >>> is_quantity({"lognrmal": {"median": 1, "spread": 2}}), is_quantity({"north": {"uniform": [0, 1]}})
    (True, False)
    """
    if not isinstance(raw, dict):
        return True
    parameters = {name for names in _FIELDS.values() for name in names}
    return any(
        key == "value"
        or key in DISTRIBUTIONS
        or isinstance(item, list)
        or (isinstance(item, dict) and parameters & set(item))
        for key, item in raw.items()
    )


class _Parser:
    def __init__(self, domain: Domain, duration: bool) -> None:
        self.domain = domain
        self.duration = duration

    def quantity(self, raw: Any) -> Quantity:
        if not isinstance(raw, dict):
            return self._constant(raw)
        forms = [key for key in raw if key == "value" or key in DISTRIBUTIONS]
        extra = [key for key in raw if key not in ("min", "max", "source", "note", *forms)]
        allowed = ("value", *DISTRIBUTIONS, "min", "max", "source", "note")
        if extra:
            likely = comma_hint(extra[0], raw) or instead(extra[0], allowed)
            raise QuantityError(f"unknown key '{extra[0]}' in a quantity ({likely})", extra[0])
        if len(forms) != 1:
            found = " and ".join(f"'{form}'" for form in forms) or "none"
            raise QuantityError(f"a quantity has one of value, {', '.join(DISTRIBUTIONS)} (found {found})")
        form = forms[0]
        quantity = self._value(raw[form]) if form == "value" else self._distribution(form, raw[form])
        return self._bounded(self._sourced(quantity, raw), raw)

    def _value(self, raw: Any) -> Quantity:
        if isinstance(raw, dict):
            if "value" in raw:
                raise QuantityError("'value' within 'value' (write it once)", "value")
            try:
                return self.quantity(raw)
            except QuantityError as error:
                raise QuantityError(error.message, "value", *error.at) from None
        try:
            return self._constant(raw)
        except QuantityError as error:
            raise QuantityError(error.message, "value") from None

    def _constant(self, raw: Any) -> Quantity:
        number = self._scalar(raw)
        if not self.domain.admits(number):
            raise QuantityError(f"{shown(raw)} is out of range (write {self._limits})")
        return constant(number)

    @property
    def _limits(self) -> str:
        return "a positive duration" if self.duration else str(self.domain)

    def _written(self, number: float) -> str:
        return f"{number:g} days" if self.duration else f"{number:g}"

    def _scalar(self, raw: Any, *at: str | int, plain: bool = False) -> float:
        if self.duration and not plain:
            try:
                return parse_duration(raw).days
            except ValueError as error:
                raise QuantityError(str(error), *at) from None
        if isinstance(raw, bool) or not isinstance(raw, Number):
            hint = number_hint(raw) or "write e.g. 0.3 or {normal: {mean: 0.3, sd: 0.1}}"
            raise QuantityError(f"{shown(raw)} is not a number ({hint})", *at)
        try:
            number = float(raw)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise QuantityError(f"{shown(raw)} is not a finite number", *at)
        if abs(number) > LARGEST:
            raise QuantityError(f"{shown(raw)} is too large (write at most {short(LARGEST)} in size)", *at)
        if 0.0 < abs(number) < SMALLEST:
            raise QuantityError(f"{shown(raw)} is too small (write 0, or at least {short(SMALLEST)} in size)", *at)
        return number

    def _sourced(self, quantity: Quantity, raw: dict[str, Any]) -> Quantity:
        for key in ("source", "note"):
            if key in raw and not (isinstance(raw[key], str) and raw[key]):
                hint = comma_hint(key, raw)
                raise QuantityError(f"{shown(raw[key])} is not a text{hint and f' ({hint})'}", key)
            fault = label_fault(raw[key]) if key in raw else None
            if fault:
                raise QuantityError(fault, key)
        source, note = raw.get("source", quantity.source), raw.get("note", quantity.note)
        return replace(quantity, source=source, note=note)

    def _bounded(self, quantity: Quantity, raw: dict[str, Any]) -> Quantity:
        low = max(self._scalar(raw["min"], "min") if "min" in raw else -math.inf, quantity.low)
        high = min(self._scalar(raw["max"], "max") if "max" in raw else math.inf, quantity.high)
        if quantity.is_constant:
            if not low <= quantity.value <= high:
                raise QuantityError("the value lies outside its own min and max")
            return quantity
        if low > high:
            raise QuantityError("min lies above max", "min")
        domain = self.domain
        low, high = max(low, domain.low), min(high, domain.high)
        bounded = replace(quantity, low=low, high=high, least=domain.least, most=domain.most)
        least, largest = bounded.reach
        if least > largest or (least == largest and quantity.kind != "choice"):
            raise QuantityError(f"no value of this distribution is left within its bounds ({self._limits})")
        if quantity.kind == "choice":
            return self._chosen(bounded)
        self._wide_enough(bounded)
        return bounded

    def _wide_enough(self, quantity: Quantity) -> None:
        """Refuse a distribution of which the bounds leave so little that it cannot be drawn from exactly."""
        low, high = self.domain.ends
        width = _WIDTH.get(quantity.kind, _no_width)(quantity.parameters)
        if width > _WIDEST * (high - low):
            message = f"the distribution is more than {_WIDEST:,.0f} times as wide as what may stand here"
            raise QuantityError(f"{message} ({self._limits})", quantity.kind)
        least, largest = quantity.reach
        if min(laws.below(quantity, largest), laws.above(quantity, least)) < _THINNEST:
            raise QuantityError(f"next to nothing of this distribution lies within its bounds ({self._limits})")

    def _chosen(self, quantity: Quantity) -> Quantity:
        possible = [
            (value, weight)
            for value, weight in zip(quantity.parameters, quantity.weights, strict=True)
            if quantity.low <= value <= quantity.high and self.domain.admits(value)
        ]
        total = sum(weight for _, weight in possible)
        if not total:
            raise QuantityError(f"no value of this distribution is left within its bounds ({self._limits})")
        values, weights = zip(*sorted(possible), strict=True)
        return replace(quantity, parameters=values, weights=tuple(weight / total for weight in weights))

    def _distribution(self, kind: str, raw: Any) -> Quantity:
        if kind == "choice":
            return self._choice(raw)
        parameters = self._ordered(kind, raw) if kind in _ORDERED else self._named(kind, raw)
        spreadless = {
            "normal": parameters[1] == 0,
            "lognormal": parameters[1] == 1,
            "beta": False,
        }.get(kind, parameters[0] == parameters[-1])
        if spreadless:
            middle = parameters[0]
            if not self.domain.admits(middle):
                raise QuantityError(f"{self._written(middle)} is out of range (write {self._limits})", kind)
            return constant(middle)
        return Quantity(kind, parameters)

    def _named(self, kind: str, raw: Any) -> tuple[float, ...]:
        names = _FIELDS[kind]
        if not isinstance(raw, dict) or set(raw) != set(names):
            raise QuantityError(f"write {kind}: {_SHAPES[kind]}", kind)
        values = tuple(self._scalar(raw[name], kind, name, plain=(kind, name) in _DIMENSIONLESS) for name in names)
        if kind == "normal" and values[1] < 0:
            raise QuantityError("sd cannot be negative", kind, "sd")
        if kind == "lognormal" and values[0] <= 0:
            raise QuantityError("the median of a lognormal must be above 0", kind, "median")
        if kind == "lognormal" and values[1] < 1:
            raise QuantityError("spread is a factor of at least 1 (the exponential of the log-sd)", kind, "spread")
        if kind == "lognormal" and values[1] > _MOST_SPREAD:
            raise QuantityError(f"a spread of more than {_MOST_SPREAD:,.0f} is no estimate", kind, "spread")
        if kind == "beta" and min(values) <= 0:
            raise QuantityError("a and b of a beta must be above 0", kind)
        least, most = _SHAPES_OF_BETA
        if kind == "beta" and not (least <= min(values) and max(values) <= most):
            raise QuantityError(f"a and b of a beta are numbers from {short(least)} to {short(most)}", kind)
        return values

    def _ordered(self, kind: str, raw: Any) -> tuple[float, ...]:
        if not isinstance(raw, list) or len(raw) != _ORDERED[kind]:
            raise QuantityError(f"write {kind}: {_SHAPES[kind]}", kind)
        values = tuple(self._scalar(item, kind, index) for index, item in enumerate(raw))
        if list(values) != sorted(values):
            raise QuantityError(f"the numbers of {kind}: {_SHAPES[kind]} must rise", kind)
        return values

    def _choice(self, raw: Any) -> Quantity:
        if not isinstance(raw, dict) or not raw:
            raise QuantityError(f"write choice: {_SHAPES['choice']}", "choice")
        chances: dict[float, float] = {}
        for key, weight in raw.items():
            try:
                value = self._scalar(resolve(key) if isinstance(key, str) else key, "choice", key)
            except ValueError as error:
                message = error.message if isinstance(error, QuantityError) else str(error)
                raise QuantityError(message, "choice", key) from None
            chance = self._scalar(weight, "choice", key, plain=True)
            if chance < 0:
                raise QuantityError("a probability cannot be negative", "choice", key)
            if value in chances:
                raise QuantityError(f"the value {self._written(value)} is given twice", "choice", key)
            chances[value] = chance
        total = sum(chances.values())
        if abs(total - 1) > 1e-6:
            raise QuantityError(f"the probabilities add up to {total:g} (they must add up to 1)", "choice")
        return Quantity("choice", tuple(chances), tuple(chances.values()))
