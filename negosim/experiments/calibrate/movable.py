"""Movable inputs: which inputs a calibration may move, over which ranges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from negosim.engine.draws import quantile
from negosim.experiments.inputs import Input, levers
from negosim.scenario.inputs import stated
from negosim.scenario.load import Scenario
from negosim.scenario.numbers import numbers
from negosim.scenario.paths import Family, NumberPath
from negosim.scenario.problems import instead
from negosim.scenario.quantities import Quantity, QuantityError, parse_quantity
from negosim.scenario.reader import read_value

Range = tuple[float | str, float | str]

_ENDS = (0.05, 0.95)
_STEPS = 4
"""Decimal digits of a range that a value keeps: a ten-thousandth of the range is finer than any answer can tell."""


@dataclass(frozen=True)
class Movable:
    """An input that is moved.

    Attributes
    ----------
    input : uniform over the range it may move in; durations are in days.
    start : its present value; the median where it is uncertain.
    was_uncertain : whether the scenario draws it; a calibration replaces it by a single value.
    """

    input: Input
    start: float
    was_uncertain: bool

    @property
    def low(self) -> float:
        """The lower end of the range."""
        return self.input.range[0]

    @property
    def high(self) -> float:
        """The upper end of the range."""
        return self.input.range[1]

    def value(self, unit: float) -> float:
        """Return the value at a place in the range, 0 to 1, without digits that nobody could tell apart."""
        width = self.high - self.low
        digits = max(_STEPS - math.floor(math.log10(width)), 0)
        rounded = round(self.low + width * min(max(float(unit), 0.0), 1.0), min(digits, 15))
        return min(max(rounded, self.low), self.high)

    def unit(self, value: float) -> float:
        """Return where in the range a value lies, 0 to 1; an end for one outside."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def movable(scenario: Scenario, moves: Mapping[str, Range | None]) -> tuple[Movable, ...]:
    """Return the inputs to be moved.

    Parameters
    ----------
    moves : paths or ids of levers, with a range or None: then it is that of the lever, or of the declared
        distribution (its support, or its 5 % and 95 % points where that has no end).

    Raises
    ------
    ValueError
        Where there is no such input, no range, or a range that is none.
    """
    if not moves:
        raise ValueError("no input to move is named (write --move PATH, or PATH=low:high)")
    found = tuple(_movable(scenario, name, given) for name, given in moves.items())
    paths = [item.input.path for item in found]
    for path in paths:
        if paths.count(path) > 1:
            raise ValueError(f"{path} is named twice among the inputs to move")
    return found


def parse_range(text: str) -> tuple[str, Range | None]:
    """Read ``PATH`` or ``PATH=low:high``.

    >>> parse_range("war.drift=-0.05:0.1"), parse_range("war.drift")
    (('war.drift', (-0.05, 0.1)), ('war.drift', None))
    """
    path, equals, ends = text.partition("=")
    if not equals:
        return path.strip(), None
    low, colon, high = ends.partition(":")
    if not (colon and low.strip() and high.strip()):
        raise ValueError(f"'{text}' names no range (write {path.strip()}=low:high)")
    return path.strip(), (read_value(low.strip(), "--move"), read_value(high.strip(), "--move"))


def _movable(scenario: Scenario, name: str, given: Range | None) -> Movable:
    file = scenario.file
    declared = {item.id: item for item in levers(scenario)}
    by_path = {item.path: item for item in declared.values()}
    lever = declared.get(name) or by_path.get(name)
    path = lever.path if lever else name
    present = {**numbers(file), **_stated(scenario)}
    if path not in present:
        raise ValueError(f"there is no input '{name}' to move ({instead(name, {**present, **declared})})")
    quantity = present[path]
    if given is not None:
        ends = _given(given, NumberPath.parse(path).family, path)
    elif lever:
        ends = lever.range
    elif quantity.is_constant:
        raise ValueError(f"{path} is neither a lever nor uncertain: say how far it may move ({path}=low:high)")
    else:
        ends = _declared(quantity)
    moved = replace(Input.named(path, quantity=Quantity("uniform", ends)), title=lever.title if lever else path)
    start = quantity.value if quantity.is_constant else float(quantile(quantity, np.array([0.5]))[0])
    return Movable(moved, start, not quantity.is_constant)


def _stated(scenario: Scenario) -> dict[str, Quantity]:
    """Return the numbers that the file states; what variants, levers and questions name are plain values."""
    return {path: quantity for path, quantity in stated(scenario.file).items() if isinstance(quantity, Quantity)}


def _given(given: Range, family: Family, path: str) -> tuple[float, float]:
    try:
        low, high = (parse_quantity(end, family.domain, duration=family.is_duration) for end in given)
    except QuantityError as error:
        raise ValueError(f"{path}: {error.message}") from None
    if not (low.is_constant and high.is_constant):
        raise ValueError(f"the ends of the range of {path} are numbers, not distributions")
    if not low.value < high.value:
        raise ValueError(f"the range of {path} must rise from low to high")
    return low.value, high.value


def _declared(quantity: Quantity) -> tuple[float, float]:
    low, high = quantity.support
    if math.isinf(low) or math.isinf(high):
        low, high = (float(end) for end in quantile(quantity, np.array(_ENDS)))
    return low, high
