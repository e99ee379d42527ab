"""Factors: the inputs that an experiment varies, and what a value of each is written as in a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.draws import quantile
from negosim.scenario.inputs import stated
from negosim.scenario.load import Scenario
from negosim.scenario.numbers import declared_by, number_limits
from negosim.scenario.problems import instead
from negosim.scenario.quantities import Quantity, parse_quantity

Overrides = Mapping[str, Any]
"""Further settings of a scenario, ``{path: value}``."""

_DURATIONS = ("red_lines", "patience", "patience_used", "delay", "for")
"""Keys whose quantities, or those below them, are durations."""


@dataclass(frozen=True)
class Factor:
    """An input that varies.

    Attributes
    ----------
    id : of the lever, or the path.
    title : what it is called.
    path : where it stands in the scenario.
    quantity : the law it varies by; uniform over the range for a lever. Durations are in days.
    is_duration : whether a value is written as a duration.
    """

    id: str
    title: str
    path: str
    quantity: Quantity
    is_duration: bool = False

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest value; infinite where the law has no end."""
        return self.quantity.support

    def at(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at which the distribution function is u."""
        return quantile(self.quantity, u)

    def written(self, value: float) -> float | str:
        """Return a value as a scenario holds it; the days of a duration have at most six decimals there."""
        return f"{f'{float(value):.6f}'.rstrip('0').rstrip('.')} days" if self.is_duration else float(value)


def levers(scenario: Scenario) -> tuple[Factor, ...]:
    """Return the levers that a scenario declares, in the order of the file."""
    limits = number_limits(declared_by(scenario.file))
    found = []
    for name, lever in scenario.file.levers.items():
        limit = limits[lever.path]
        low, high = (parse_quantity(end, limit.domain, duration=limit.duration).value for end in lever.range)
        found.append(Factor(name, lever.title or name, lever.path, Quantity("uniform", (low, high)), limit.duration))
    return tuple(found)


def uncertain(scenario: Scenario) -> tuple[Factor, ...]:
    """Return the inputs of a scenario that are distributions, by path."""
    return tuple(
        Factor(path, path, path, quantity, is_duration(scenario, path))
        for path, quantity in sorted(stated(scenario.file).items())
        if isinstance(quantity, Quantity)
        and not quantity.is_constant
        and path.split(".")[0] not in ("variants", "levers")
    )


def is_duration(scenario: Scenario, path: str) -> bool:
    """Tell whether the quantity at a path is a duration."""
    limits = number_limits(declared_by(scenario.file))
    if path in limits:
        return limits[path].duration
    return any(part in _DURATIONS for part in path.split(".")[-2:])


def chosen(factors: tuple[Factor, ...], names: tuple[str, ...]) -> tuple[Factor, ...]:
    """Return the factors of the given ids, in that order; all where none is named.

    Raises
    ------
    ValueError
        Where there is no such factor.
    """
    known = {factor.id: factor for factor in factors}
    for name in names:
        if name not in known:
            raise ValueError(f"there is no input '{name}' to vary ({instead(name, known)})")
    return tuple(known[name] for name in names) if names else factors
