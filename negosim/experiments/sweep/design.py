"""Designs: which points an experiment plays, and how they were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from negosim.experiments.inputs import Input, Overrides
from negosim.experiments.points import Points
from negosim.scenario.load import Scenario
from negosim.scenario.problems import Position, Problem, ScenarioError, listed

MOST_POINTS = 1_000_000
"""Points that a design may have."""

_MOST_TRIED = 24
"""Values of an input that are tried before the input is taken for one that the scenario does not have."""


class DesignError(ValueError):
    """A design cannot be made, and at which key of a sweep file that shows."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message, *at)
        self.message = message
        self.at = at

    def __str__(self) -> str:
        is_of_an_input = len(self.at) > 1 and self.at[0] == "vary"
        return f"{self.at[1]}: {self.message}" if is_of_an_input else self.message


@dataclass(frozen=True)
class Design:
    """The points of an experiment.

    Attributes
    ----------
    columns : the inputs that vary.
    points : the settings of each point, path: value.
    how : how they were chosen, as plain data.
    """

    columns: tuple[Input, ...]
    points: Sequence[Overrides]
    how: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", Points.listed(self.points))
        if len(self.points) > MOST_POINTS:
            raise DesignError(f"the design has {len(self.points):,} points (at most {MOST_POINTS:,})")

    def values(self, path: str) -> list[Any]:
        """Return the different values that an input takes, in the order in which they come."""
        return Points.listed(self.points).values(path)


def crossed(first: Design, second: Design) -> Design:
    """Return every point of one design with every point of another.

    Raises
    ------
    DesignError
        Where both set the same input, or there are too many points.
    """
    common = {column.path for column in first.columns} & {column.path for column in second.columns}
    if common:
        raise DesignError(f"{listed(common)}: varied twice, along given values and at random (choose one of them)")
    _bounded(len(first.points) * len(second.points))
    points = Points.listed(first.points).crossed(Points.listed(second.points))
    return Design((*first.columns, *second.columns), points, {**first.how, **second.how})


def check(design: Design, scenario: Scenario) -> None:
    """Refuse a design in which nothing varies, or an input that the scenario refuses at every value.

    A point that is refused only where it stands is no fault of the design: it is kept as failed when it is played.

    Raises
    ------
    DesignError
        Where nothing varies.
    ScenarioError
        With what is wrong with each input that is always refused.
    """
    if not any(len(design.values(column.path)) > 1 for column in design.columns):
        only = "".join(f"; {column.id} has one value only" for column in design.columns)
        raise DesignError(
            f"nothing varies{only}: give inputs and their values (--vary PATH=LOW:HIGH:NUMBER or PATH=A,B,C; 'vary' in "
            "a sweep file), or draw them (--sample lhs --points N; 'sample' in a sweep file)"
        )
    problems = [problem for column in design.columns for problem in _refusals(column.path, design, scenario)]
    if problems:
        raise ScenarioError(problems)


def _refusals(path: str, design: Design, scenario: Scenario) -> list[Problem]:
    """Return why an input is refused at every value that is tried; nothing where one is taken."""
    first: ScenarioError | None = None
    for value in design.values(path)[:_MOST_TRIED]:
        try:
            scenario.with_values({path: value})
        except ScenarioError as error:
            first = first or error
        else:
            return []
    return (
        [Problem(Position(f"--vary {path}"), problem.path, problem.message) for problem in first.problems]
        if first
        else []
    )


def _bounded(points: int) -> None:
    if points > MOST_POINTS:
        raise DesignError(f"the design would have {points:,} points (at most {MOST_POINTS:,})")
