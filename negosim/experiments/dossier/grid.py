"""Grid: the curve of an outcome at settings of a few levers, worked out beforehand, so that sliders need no engine.

Every lever has a level for the scenario as written, whatever law it has there, and a few fixed values over its range.
Between these the curve is interpolated; settings in between that were not computed tell how far that is off.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.draws import quantile
from negosim.engine.plan import Plan
from negosim.engine.run import played
from negosim.experiments.errors import LibraryError
from negosim.experiments.input_ranges import reached_by
from negosim.experiments.inputs import Input
from negosim.experiments.pool import each
from negosim.results.trials import first_reached, joined
from negosim.scenario.load import Scenario
from negosim.scenario.quantities import constant

MOST_LEVERS = 4
LEVELS = {1: 9, 2: 5, 3: 4, 4: 3}
"""Fixed values of each lever, by how many levers there are."""

DATES = 13
"""Dates at which the curve is known."""

HELD_OUT = 10
"""Settings that are played to see how far interpolation is off."""

MOST_OFF = 0.03
"""An interpolated share that is off by more than this is no answer."""

Array = NDArray[np.float64]
Values = dict[str, float]
"""By path, what a lever is fixed at."""


class GridError(LibraryError):
    """The curves between computed settings cannot be trusted."""


def lever_grid(
    scenario: Scenario, levers: Sequence[Input], outcome: str, *, trials: int, seed: int, workers: int
) -> dict[str, Any]:
    """Return the curve of an outcome at every setting of some levers.

    Parameters
    ----------
    levers : at most `MOST_LEVERS`, of the scenario.
    outcome : as in `negosim.results.trials.first_reached`.
    trials, seed : of every setting, which all have the same random numbers.
    workers : processes.

    Returns
    -------
    ``levers``: id, title, ``low``, ``high``, the value ``written`` (the median of a law), ``levels``; ``dates``;
    ``values``: shares in thousandths, setting by setting, the last lever moving fastest, its level as written first;
    ``off``: the largest error of an interpolated share on the last day.

    Raises
    ------
    GridError
        Where that is more than `MOST_OFF`, or there is no lever, or there are too many.
    """
    if not 1 <= len(levers) <= MOST_LEVERS:
        raise GridError(f"sliders take one to {MOST_LEVERS} levers of the scenario, not {len(levers)}")
    plan = compiled(scenario.file)
    ticks = sorted({round(at * (len(plan.ticks) - 1) / (DATES - 1)) for at in range(DATES)})
    levels = [np.linspace(*lever.range, LEVELS[len(levers)]) for lever in levers]
    settings = [_values(levers, chosen) for chosen in itertools.product(*([None, *own] for own in levels))]
    held_out = _held_out(levers)
    curve = partial(_curve, scenario, plan, outcome, ticks, trials, seed)
    curves = np.array(list(each(curve, [*settings, *held_out], workers=workers)))
    grid = curves[: len(settings)].reshape(*(len(own) + 1 for own in levels), len(ticks))
    off = _largest_error(levers, levels, grid, held_out, curves[len(settings) :])
    if off > MOST_OFF:
        raise GridError(
            f"between computed settings the curves are off by up to {100 * off:.1f} points of 100, more than "
            f"{100 * MOST_OFF:.0f}: name fewer levers, for which more settings are computed"
        )
    return {
        "trials": trials,
        "dates": [plan.ticks.date(tick).isoformat() for tick in ticks],
        "levers": [_described(plan, lever, own) for lever, own in zip(levers, levels, strict=True)],
        "values": np.rint(1000 * grid).astype(int).reshape(-1).tolist(),
        "off": round(off, 4),
    }


def settings_of(levers: int) -> int:
    """Return at how many settings a grid of so many levers is played."""
    return int((LEVELS[levers] + 1) ** levers) + HELD_OUT


def _values(levers: Sequence[Input], chosen: Sequence[float | None]) -> Values:
    return {lever.path: float(value) for lever, value in zip(levers, chosen, strict=True) if value is not None}


def _held_out(levers: Sequence[Input]) -> list[Values]:
    """Return settings between those that are computed: golden-ratio steps spread them evenly (Roberts 2018)."""
    ratio = _root(len(levers))
    axes = np.arange(1, len(levers) + 1)
    low, high = np.array([lever.range for lever in levers]).T
    parts = [(0.5 + place * ratio**-axes) % 1 for place in range(1, HELD_OUT + 1)]
    return [_values(levers, (low + part * (high - low)).tolist()) for part in parts]


def _root(axes: int) -> float:
    """Return the root of x^(d+1) = x + 1, the golden ratio for one axis."""
    x = 1.5
    for _ in range(60):
        x = (1 + x) ** (1 / (axes + 1))
    return x


def _curve(
    scenario: Scenario, plan: Plan, outcome: str, ticks: Sequence[int], trials: int, seed: int, values: Values
) -> Array:
    """Return the share of histories that have reached an outcome by each of some ticks."""
    changed = fixed(scenario, plan, values)
    history = joined(list(played(partial(play, zones=False), changed, trials, seed)))
    shares: Array = reached_by(first_reached(changed, history)[outcome], ticks).mean(axis=0)
    return shares


def fixed(scenario: Scenario, plan: Plan, values: Values) -> Plan:
    """Return a plan in which numbers have fixed values, without reading the scenario again where that can be.

    A number that another stands for in the plan changes what is compiled.
    """
    if all(path in plan.quantities and path not in plan.aliases for path in values):
        return replace(
            plan, quantities={**plan.quantities, **{path: constant(value) for path, value in values.items()}}
        )
    by_path = {path: Input.named(path).written(value) for path, value in values.items()}
    return compiled(scenario.with_values(by_path).file)


def weights(levels: Array, value: float | None) -> Array:
    """Return how much each level of a lever counts at a value, its level as written first: linear between neighbours.

    The front end has the same rule.

    >>> weights(np.array([0.0, 1.0, 2.0]), 0.5)
    array([0. , 0.5, 0.5, 0. ])
    >>> weights(np.array([0.0, 1.0, 2.0]), None)
    array([1., 0., 0., 0.])
    """
    found = np.zeros(levels.size + 1)
    if value is None:
        found[0] = 1.0
    else:
        found[1:] = np.maximum(1 - np.abs(value - levels) / (levels[1] - levels[0]), 0.0)
    return found


def interpolated(levers: Sequence[Input], levels: Sequence[Array], grid: Array, values: Values) -> Array:
    """Return the curve at a setting; a lever that has no value is as written."""
    here: Array = grid
    for lever, own in zip(levers, levels, strict=True):
        here = np.tensordot(weights(own, values.get(lever.path)), here, axes=1)
    return here


def _largest_error(
    levers: Sequence[Input], levels: Sequence[Array], grid: Array, held_out: Sequence[Values], curves: Array
) -> float:
    errors = [
        abs(interpolated(levers, levels, grid, values)[-1] - curve[-1])
        for values, curve in zip(held_out, curves, strict=True)
    ]
    return float(max(errors))


def _described(plan: Plan, lever: Input, levels: Array) -> dict[str, Any]:
    low, high = lever.range
    law = plan.quantities.get(lever.path)
    written = None if law is None else float(quantile(law, np.array([0.5]))[0])
    return {
        "id": lever.id,
        "title": lever.title,
        "days": lever.is_duration,
        "low": low,
        "high": high,
        "written": written,
        "is_law": law is not None and not law.is_constant,
        "levels": levels.tolist(),
    }
