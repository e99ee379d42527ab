"""Settings: versions of a scenario, compiled at little cost where they differ in numbers alone.

The first setting of its kind (the same paths are set) is read, checked and compiled as a file would be. In the next
ones a number takes the place of a number: what is left to check is whether the new one may stand there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel

from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.experiments.inputs import Overrides
from negosim.scenario.load import Scenario
from negosim.scenario.paths import OPTION, RATIFICATION, VIEW, Family, NumberPath, PathError
from negosim.scenario.quantities import Quantity, QuantityError, parse_quantity

_KEPT = 64
"""Plans that are kept, and kinds of settings of which the first is."""

_TEXTS, _NUMBERS = (str,), (int, float, np.float64)
"""What a duration and any other number is plainly written as."""

_SIGNED = frozenset({OPTION.enforcement, VIEW.salience})
"""Families in which more than nothing is another kind of setting: a guarantee, a view that needs values."""


@dataclass(frozen=True)
class CompiledSetting:
    """A setting as it is played.

    Attributes
    ----------
    scenario : one of its kind; what it declares is the same, its numbers may be another's.
    plan : shared by all settings that can be played together.
    numbers : those that differ from the plan's, by path.
    """

    scenario: Scenario
    plan: Plan
    numbers: Mapping[str, Quantity]


class Settings:
    """The settings of one scenario.

    Parameters
    ----------
    scenario : as loaded; what a setting states comes on top.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._firsts: OrderedDict[Hashable, CompiledSetting] = OrderedDict()
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()
        self._families: dict[str, Family | None] = {}

    def compiled(self, overrides: Overrides) -> CompiledSetting:
        """Compile a setting.

        Raises
        ------
        ScenarioError
            Where an override is refused.
        """
        numbers = self._numbers(overrides)
        kind = tuple(
            (path, _sign(self._families[path], number)) if number else (path, repr(overrides[path]))
            for path, number in numbers.items()
        )
        first = self._firsts.get(kind)
        if first is None:
            return self._first(kind, overrides)
        own = {path: number for path, number in numbers.items() if number}
        return CompiledSetting(first.scenario, first.plan, {**first.numbers, **own})

    def _first(self, kind: tuple[tuple[str, Any], ...], overrides: Overrides) -> CompiledSetting:
        """Compile the first setting of its kind; keep it where what it sets are plain numbers of its plan."""
        scenario = self._scenario.with_values(overrides) if overrides else self._scenario
        own = compiled(scenario.file)
        plan = self._plans.setdefault(structure_of(own), own)
        _let_go(self._plans)
        different = {path: own.quantities[path] for path, known in plan.quantities.items()
                     if own.quantities[path] is not known and own.quantities[path] != known}  # fmt: skip
        setting = CompiledSetting(scenario, plan, different)
        plain = self._numbers(overrides).items()
        if all(number is None or own.quantities.get(path) == number for path, number in plain):
            self._firsts[kind] = setting
            _let_go(self._firsts)
        return setting

    def _numbers(self, overrides: Overrides) -> dict[str, Quantity | None]:
        """Return the numbers that overrides set; None for what takes reading the scenario again."""
        numbers = {path: self._number(path, value) for path, value in overrides.items()}
        others = [path for path, number in numbers.items() if number is None]
        return {path: None if meets(path, others) else number for path, number in numbers.items()}

    def _number(self, path: str, value: Any) -> Quantity | None:
        """Return the number that an override sets; None where that takes reading the scenario again."""
        if path not in self._families:
            self._families[path] = self._family(path)
        family = self._families[path]
        if family is None or type(value) not in (_TEXTS if family.is_duration else _NUMBERS):
            return None
        try:
            return parse_quantity(value, family.domain, duration=family.is_duration)
        except QuantityError:
            return None

    def _family(self, path: str) -> Family | None:
        """Return the family of a path; None where a number there may be no more than a number."""
        if meets(path, [other for other in self._scenario.overrides if other != path]):
            return None
        try:
            family = NumberPath.parse(path).family
        except PathError:
            return None
        is_of_body = family in vars(type(RATIFICATION)).values()
        return family if family.model is not None and (family.is_target or is_of_body) else None


def _let_go(known: OrderedDict[Hashable, Any]) -> None:
    """Forget the oldest of what is kept, where there is too much."""
    if len(known) > _KEPT:
        known.popitem(last=False)


def meets(path: str, others: Sequence[str]) -> bool:
    """Tell whether a path leads through one of some others, or one of them through it."""
    return any(f"{other}.".startswith(f"{path}.") or f"{path}.".startswith(f"{other}.") for other in others)


def _sign(family: Family | None, number: Quantity) -> bool | None:
    return number.value > 0 if family in _SIGNED else None


def structure_of(value: Any) -> Hashable:
    """Return all of a plan but its numbers, to be compared: settings that have it in common can be played together."""
    match value:
        case Plan():
            parts = {field.name: getattr(value, field.name) for field in fields(value)}
            names = (tuple(parts.pop("quantities")), tuple(parts.pop("families")))
            return (names, structure_of(parts))
        case np.ndarray():
            return (value.dtype.str, value.shape, value.tobytes())
        case slice():
            return (value.start, value.stop)
        case dict():
            return tuple((key, structure_of(item)) for key, item in value.items())
        case list() | tuple():
            return tuple(map(structure_of, value))
        case BaseModel():
            return (type(value), structure_of(vars(value)))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return (type(value), *(structure_of(getattr(value, field.name)) for field in fields(value)))
        case _:
            hashable: Hashable = value
            return hashable
