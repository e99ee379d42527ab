"""Moves: what somebody could change in a scenario. A lever can be set to any value of its range, a red line lifted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from negosim.engine.compile import compiled
from negosim.engine.draws import quantile
from negosim.engine.plan import Plan
from negosim.experiments.inputs import Input, Overrides, chosen, left_at_default, levers
from negosim.results.labels import labels
from negosim.scenario.inputs import describe
from negosim.scenario.load import Scenario
from negosim.scenario.overrides import overridden
from negosim.scenario.problems import Position, instead
from negosim.scenario.quantities import Quantity


@dataclass(frozen=True)
class LiftableLine:
    """An option that a party will not sign, as ``party.issue.option``, and the path of the lines of its view."""

    id: str
    path: str

    @property
    def option(self) -> str:
        """The option."""
        return self.id.rpartition(".")[2]


@dataclass(frozen=True)
class Move:
    """Something that somebody could change.

    Attributes
    ----------
    id : of the lever, or ``party.issue.option`` of a red line; a pattern of several.
    title : what it is called.
    now : what the scenario has there, in words.
    start : the value it has, or the middle (median) of its distribution; None for a red line.
    is_uncertain : whether the scenario has a distribution there, so that setting it also takes its spread away.
    input : what varies, for a lever.
    lines : what is lifted, for a red line or several.
    """

    id: str
    title: str
    now: str
    start: float | None
    is_uncertain: bool
    input: Input | None = None
    lines: tuple[LiftableLine, ...] = ()

    @property
    def is_duration(self) -> bool:
        """Whether its values are durations, in days."""
        return self.input is not None and self.input.is_duration

    @property
    def range(self) -> tuple[float, float]:
        """The ends of a lever.

        Raises
        ------
        TypeError
            For a red line, which has none.
        """
        if self.input is None:
            raise TypeError("a red line has no range")
        return self.input.range


Setting = tuple[Move, float | None]
"""A move and the value it is set to; None for a red line, which is lifted."""


def moves(
    scenario: Scenario, names: Sequence[str] = (), *, red_lines: bool = False, defaults: bool = False
) -> tuple[Move, ...]:
    """Return the moves of a scenario: its levers in the order of the file, then its red lines by id.

    Parameters
    ----------
    scenario : as loaded.
    names : ids of levers and red lines to keep; default all levers. A pattern such as ``*.border.*`` lifts all red
        lines that match it together.
    red_lines : whether to add all red lines.
    defaults : whether to add the inputs that the file leaves at their default; names may be their paths too.

    Raises
    ------
    ValueError
        Where there is no such lever or red line, or none at all.
    """
    plan = compiled(scenario.file)
    all_levers = {factor.id: factor for factor in levers(scenario)}
    if defaults:
        at_levers = {factor.path for factor in all_levers.values()}
        all_levers |= {factor.id: factor for factor in left_at_default(scenario) if factor.path not in at_levers}
    lines = {move.id: move for move in _lines(scenario, plan)}
    lines |= {name: _together(name, list(lines.values())) for name in names if "*" in name}
    for name in names:
        if name not in all_levers and (name not in lines or not lines[name].lines):
            known = {**lines, **all_levers} if "." in name else all_levers
            raise ValueError(f"there is no lever or red line '{name}' ({instead(name, known)})")
    wanted = [name for name in names if name in all_levers] if names else ([] if red_lines else list(all_levers))
    found = [_lever(plan, factor) for factor in (chosen(tuple(all_levers.values()), tuple(wanted)) if wanted else ())]
    found += [move for name, move in lines.items() if red_lines or name in names]
    if not found:
        what = (
            "draws no red line" if red_lines else "declares no levers (write some under 'levers', or ask for red lines)"
        )
        raise ValueError(f"the scenario {what}")
    return tuple(found)


def _lever(plan: Plan, factor: Input) -> Move:
    quantity = plan.quantities[plan.aliases.get(factor.path, factor.path)]
    start = float(quantile(quantity, np.array([0.5]))[0])
    now = describe(quantity, duration=factor.is_duration)
    return Move(factor.id, factor.title, now, start, not quantity.is_constant, input=factor)


def _lines(scenario: Scenario, plan: Plan) -> Iterator[Move]:
    words = labels(scenario.file)
    for index, (name, path) in enumerate(zip(plan.line_ids, plan.line_paths, strict=True)):
        if index in plan.drawn_later:
            continue
        party, issue, option = name.split(".")
        mean_time = plan.quantities.get(path)
        now = _lifts(mean_time) if mean_time else "never lifts by itself"
        option_words = words["options"][issue][option]
        title = f'{words["parties"][party]} drops its red line against "{option_words}" ({words["issues"][issue]})'
        yield Move(name, title, now, None, False, lines=(LiftableLine(name, path.rpartition(".")[0]),))


def _together(pattern: str, lines: Sequence[Move]) -> Move:
    chosen_lines = [move for move in lines if fnmatchcase(move.id, pattern)]
    matching = [line for move in chosen_lines for line in move.lines]
    title = f"{len(matching)} red lines lifted together: {pattern}"
    return Move(pattern, title, "; ".join(move.title for move in chosen_lines), None, False, lines=tuple(matching))


def _lifts(mean_time: Quantity) -> str:
    return f"lifts by itself after {describe(mean_time, duration=True)} in the mean"


def overrides_of(scenario: Scenario, settings: Sequence[Setting]) -> Overrides:
    """Return the overrides that make moves together; of a view that loses red lines the others stay.

    Parameters
    ----------
    scenario : whose variant and own overrides stay as they are.
    settings : moves, each at most once.
    """
    values: dict[str, Any] = {}
    lifted: dict[str, set[str]] = {}
    for move, value in settings:
        for line in move.lines:
            lifted.setdefault(line.path, set()).add(line.option)
        if move.input is not None and value is not None:
            values[move.input.path] = move.input.written(value)
    for path, options in lifted.items():
        stated = _stated(scenario, path)
        values[path] = {option: line for option, line in stated.items() if option not in options}
    return values


def _stated(scenario: Scenario, path: str) -> dict[str, Any]:
    """Return what a scenario states at a path, its variant and its own overrides applied, as the file writes it."""
    settings: dict[str, Any] = {}
    if scenario.variant is not None:
        settings |= scenario.document.data["variants"][scenario.variant]["set"]
    changed = scenario.document
    for values in (settings, scenario.overrides):
        changed = overridden(changed, values, {name: {(): Position("")} for name in values})
    found = changed.at(tuple(path.split(".")))
    return dict(found) if isinstance(found, dict) else {}
