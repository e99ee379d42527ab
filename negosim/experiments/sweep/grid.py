"""Grids: inputs along given values, every value of each with every value of the others."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from negosim.experiments.inputs import Input
from negosim.experiments.points import Points
from negosim.experiments.sweep.design import MOST_POINTS, Design, DesignError
from negosim.scenario.dates import Duration, parse_duration, shown
from negosim.scenario.load import Scenario
from negosim.scenario.numerals import parse_number, parse_whole
from negosim.scenario.problems import ScenarioError
from negosim.scenario.reader import read_value

_END = r"[^:,\[\]{}]"
_RANGE = re.compile(rf"\s*(?P<low>{_END}+?)\s*:\s*(?P<high>{_END}+?)\s*(?::\s*(?P<number>{_END}*?)\s*)?\Z")
_DIGITS = 12
"""Digits that the steps of a range are rounded to, so that 0.1:0.3:3 gives 0.2 and not 0.20000000000000004."""

_HOW = "write LOW:HIGH:NUMBER, e.g. 0.1:0.5:5 or 6 months:24 months:4, or values such as 0.1,0.2,0.4"


def grid(scenario: Scenario, vary: Mapping[str, str | Sequence[Any]]) -> Design:
    """Return every combination of values of some inputs, the last one changing fastest.

    Parameters
    ----------
    scenario : whose inputs vary.
    vary : by path or id of a lever: ``"low:high:number"``, ``"a,b,c"``, or a list of values.

    Raises
    ------
    DesignError
        Where values cannot be read, come twice, or there are too many points.
    """
    columns = [column(scenario, name) for name in vary]
    levels = [_levels(name, spec, item) for (name, spec), item in zip(vary.items(), columns, strict=True)]
    _refuse_twins([item.path for item in columns], list(vary))
    size = math.prod(len(values) for values in levels)
    if size > MOST_POINTS:
        raise DesignError(f"the grid would have {size:,} points (at most {MOST_POINTS:,})", "vary")
    paths = [item.path for item in columns]
    values = dict(zip(paths, levels, strict=True))
    return Design(tuple(columns), Points.product(values), {"vary": values})


def column(scenario: Scenario, name: str) -> Input:
    """Return the column of an input, named by its path or as a lever."""
    lever = scenario.file.levers.get(name)
    return Input.named(lever.path, (name, lever)) if lever else Input.named(name)


def parse_vary(settings: Sequence[str]) -> dict[str, str]:
    """Read ``path=values`` as given to ``--vary``.

    Raises
    ------
    DesignError
        Where there is no ``=``, or an input is named twice.
    """
    found: dict[str, str] = {}
    for setting in settings:
        path, equals, text = (part.strip() for part in setting.partition("="))
        if not (path and equals and text):
            raise DesignError(f"--vary {shown(setting)} names no values (write PATH=LOW:HIGH:NUMBER or PATH=A,B,C)")
        if path in found:
            raise DesignError(f"--vary {path} is given twice")
        found[path] = text
    return found


def _refuse_twins(paths: list[str], names: list[str]) -> None:
    for place, path in enumerate(paths):
        if path in paths[:place]:
            twin = names[paths.index(path)]
            raise DesignError(f"this is the same input as '{twin}'", "vary", names[place])


def _levels(name: str, spec: str | Sequence[Any], item: Input) -> list[Any]:
    try:
        values = _read(spec, item.is_duration) if isinstance(spec, str) else list(spec)
    except ValueError as error:
        raise DesignError(str(error), "vary", name) from None
    if not values:
        raise DesignError(f"no values are given ({_HOW})", "vary", name)
    twin = _first_twin(values)
    if twin is not None:
        raise DesignError(f"the value {shown(values[twin])} is given twice", "vary", name)
    return values


def _first_twin(values: Sequence[Any]) -> int | None:
    """Return the place of the first value that has stood before, None where all differ; quick for numbers and words."""
    plain, others = set[Any](), list[Any]()
    for place, value in enumerate(values):
        known: set[Any] | list[Any] = plain if isinstance(value, int | float | str) else others
        if value in known:
            return place
        plain.add(value) if known is plain else others.append(value)
    return None


def _read(text: str, duration: bool) -> list[Any]:
    found = _RANGE.match(text)
    if found is None or _is_word(found["low"]):
        return _listed(text)
    if found["number"] is None:
        raise ValueError(f"{shown(text)} does not say how many values ({_HOW})")
    try:
        number = parse_whole(found["number"])
    except ValueError:
        number = 0
    if not 2 <= number <= MOST_POINTS:
        raise ValueError(f"{shown(found['number'])} is not a number of values from 2 to {MOST_POINTS:,} ({_HOW})")
    return (_spans if duration else _numbers)(found["low"], found["high"], number)


def _is_word(text: str) -> bool:
    """Tell an id, as in ``victory:north``, from the end of a range."""
    return re.fullmatch(r"[a-zA-Z_]\w*", text) is not None


def _listed(text: str) -> list[Any]:
    try:
        values = read_value(f"[{text}]", "--vary")
    except ScenarioError:
        raise ValueError(f"{shown(text)} is not a list of values ({_HOW})") from None
    return list(values)


def _numbers(low: str, high: str, number: int) -> list[Any]:
    try:
        ends = parse_number(low), parse_number(high)
    except ValueError:
        raise ValueError(f"{shown(low)} to {shown(high)} is not a range of numbers ({_HOW})") from None
    if not (math.isfinite(ends[0]) and math.isfinite(ends[1])):
        raise ValueError("the ends of a range must be finite")
    return _steps(*ends, number)


def _spans(low: str, high: str, number: int) -> list[Any]:
    """Return durations: in the unit of the ends if they share one, else in days."""
    ends = parse_duration(low), parse_duration(high)
    same = ends[0].unit == ends[1].unit
    counts = (ends[0].count, ends[1].count) if same else (ends[0].days, ends[1].days)
    unit = ends[0].unit if same else "day"
    return [_written(Duration(round(count, 6), unit)) for count in _steps(*counts, number)]


def _written(duration: Duration) -> str:
    count = f"{duration.count:.6f}".rstrip("0").rstrip(".")
    return f"{count} {duration.unit}{'' if duration.count == 1 else 's'}"


def _steps(low: float, high: float, number: int) -> list[float]:
    if not low < high:
        raise ValueError(f"a range must rise, and {low:g} to {high:g} does not")
    return [float(f"{value:.{_DIGITS}g}") for value in np.linspace(low, high, number)]
