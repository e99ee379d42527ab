"""Inputs: what an experiment varies, and what a value of each is written as in a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.draws import quantile
from negosim.scenario.inputs import stated
from negosim.scenario.load import Scenario
from negosim.scenario.paths import NumberPath, is_duration
from negosim.scenario.priors import prior, priors
from negosim.scenario.problems import instead
from negosim.scenario.quantities import Quantity, parse_quantity
from negosim.scenario.schema.document import Lever

_NINE_TENTHS = (0.05, 0.95)

Overrides = Mapping[str, Any]
"""Further settings of a scenario, ``{path: value}``."""


@dataclass(frozen=True)
class Input:
    """A number of a scenario that an experiment varies, sets or tells.

    Attributes
    ----------
    id : of the lever, or the path.
    title : what it is called.
    path : where it stands in the scenario.
    is_duration : whether it is a duration; its values are then in days.
    quantity : the law it varies by, where it does: uniform over the range for a lever. Two inputs that differ in it
        alone are the same one.
    """

    id: str
    title: str
    path: str
    is_duration: bool = False
    quantity: Quantity | None = field(default=None, compare=False)

    @classmethod
    def named(cls, path: str, lever: tuple[str, Lever] | None = None, quantity: Quantity | None = None) -> Input:
        """Return the input at a path; ``lever`` is the id and the lever that names it, if one does."""
        name, title = (lever[0], lever[1].title or lever[0]) if lever else (path, path)
        return cls(name, title, path, is_duration(path), quantity)

    @property
    def law(self) -> Quantity:
        """The law it varies by.

        Raises
        ------
        TypeError
            For an input of which only the place is known.
        """
        if self.quantity is None:
            raise TypeError(f"{self.path} varies by no law")
        return self.quantity

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest value; infinite where the law has no end."""
        return self.law.support

    def at(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values at which the distribution function is u."""
        return quantile(self.law, u)

    def written(self, value: float) -> float | str:
        """Return a value as a scenario holds it; the days of a duration have at most six decimals there."""
        return f"{f'{float(value):.6f}'.rstrip('0').rstrip('.')} days" if self.is_duration else float(value)


def levers(scenario: Scenario) -> tuple[Input, ...]:
    """Return the levers that a scenario declares, in the order of the file."""
    found = []
    for name, lever in scenario.file.levers.items():
        family = NumberPath.parse(lever.path).family
        ends = (parse_quantity(end, family.domain, duration=family.is_duration).value for end in lever.range)
        found.append(Input.named(lever.path, (name, lever), Quantity("uniform", tuple(ends))))
    return tuple(found)


def uncertain(scenario: Scenario) -> tuple[Input, ...]:
    """Return the inputs of a scenario that are distributions, by path."""
    return tuple(
        Input.named(path, quantity=quantity)
        for path, quantity in sorted(stated(scenario.file).items())
        if isinstance(quantity, Quantity)
        and not quantity.is_constant
        and path.split(".")[0] not in ("variants", "levers")
    )


def with_priors(scenario: Scenario) -> tuple[Scenario, tuple[Input, ...]]:
    """Return a scenario whose inputs left at their default vary over their priors, and all that then varies in it.

    The noise of judgement varies too, stated or not; see `negosim.scenario.priors`.
    """
    laws = priors(scenario.file)
    varied = scenario.with_values(laws)
    return varied, tuple(
        replace(item, title=f"{item.title} (over its prior)") if item.path in laws else item
        for item in uncertain(varied)
    )


def left_at_default(scenario: Scenario) -> tuple[Input, ...]:
    """Return the inputs that a scenario leaves at their default, uniform over nine tenths of their priors."""
    found = []
    for path in priors(scenario.file):
        ends = quantile(prior(NumberPath.parse(path).family), np.array(_NINE_TENTHS))
        found.append(Input.named(path, quantity=Quantity("uniform", tuple(float(end) for end in ends))))
    return tuple(found)


def chosen(inputs: tuple[Input, ...], names: tuple[str, ...]) -> tuple[Input, ...]:
    """Return the inputs of the given ids, in that order; all where none is named.

    Raises
    ------
    ValueError
        Where there is no such item.
    """
    known = {item.id: item for item in inputs}
    for name in names:
        if name not in known:
            raise ValueError(f"there is no input '{name}' to vary ({instead(name, known)})")
    return tuple(known[name] for name in names) if names else inputs
