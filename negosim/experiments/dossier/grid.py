"""Grid: what sliders and switches show, worked out beforehand, so that they need no engine.

The scenario is played at every combination of a few levels of the levers. Under each variant one lever at a time moves,
with fewer levels, the others as written: other combinations were not played, and what shows them has to say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.compile import compiled, path_in_plan
from negosim.engine.draws import quantile
from negosim.engine.plan import Plan
from negosim.engine.work import work_of
from negosim.experiments.dossier.curves import Curves, Setting, curves_at
from negosim.experiments.dossier.surface import SPREAD, Surface, Values
from negosim.experiments.errors import GridError
from negosim.experiments.inputs import Input
from negosim.experiments.paired import difference
from negosim.experiments.settings import Settings, meets
from negosim.results.trials import state_columns
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError
from negosim.scenario.quantities import Quantity

MOST_LEVERS = 4
LEVELS = {1: 9, 2: 6, 3: 4, 4: 3}
"""Fixed values of each lever, by how many levers there are."""

LEVELS_OF_SWITCH = 3
"""Fixed values of each lever under a variant, where one lever at a time moves."""

MOST_SWITCHES = 8

DATES = 25
"""Dates at which the curves are known."""

MOST_OFF = 0.03
"""An interpolated share that is off by more than this is no answer."""

WORK = 700.0
"""Seconds of estimated work that a grid may take, on one processor."""

LEAST_TRIALS, MOST_TRIALS, _STEP = 100, 2_000, 50
"""Histories at every setting: fewer say nothing, more are not seen; in steps."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Held:
    """A lever that stands still under a switch.

    Attributes
    ----------
    written : where it stands, the median of a law; None where the switch leaves no such number.
    is_law : whether that is the middle of a law.
    """

    written: float | None
    is_law: bool


def lever_grid(
    scenario: Scenario,
    levers: Sequence[Input],
    switches: Sequence[str],
    outcome: str,
    *,
    trials: int,
    seed: int,
    workers: int,
) -> dict[str, Any]:
    """Return the curves of a scenario at many settings of some levers, and under each of some variants.

    Parameters
    ----------
    levers : at most `MOST_LEVERS`, of the scenario.
    switches : variants; the first `MOST_SWITCHES` are played, but for those that have other dates.
    outcome : as in `negosim.results.trials.first_reached`.
    trials : of the run; see `trials_at`.
    seed : of every setting, which all have the same random numbers.
    workers : processes.

    Returns
    -------
    ``trials`` at every setting; ``settings`` played in all; ``dates``; ``states``; ``off``, the largest error of an
    interpolated share.

    ``levers``: id, title, path, ``low``, ``high``, the value ``written`` (the median of a law), the change of the share
    that reaches the outcome ``at_low`` and ``at_high``.

    ``switches``: id, title, how many histories have ``reached`` it and the ``change``; by lever where it is ``held``,
    and how far a curve is ``off`` that was left out.

    ``surfaces``: ``switch`` (None for the scenario as written), the places of the ``levers`` that move on it, their
    ``levels``; by setting ``counts`` of histories by date, first those that have reached the outcome, then those in
    each state, and ``gained``, how many reach it by the last day that do not as written.

    Raises
    ------
    GridError
        Where that is more than `MOST_OFF` in the scenario as written, or there is no lever, or there are too many.
    """
    if not 1 <= len(levers) <= MOST_LEVERS:
        raise GridError(f"sliders take one to {MOST_LEVERS} levers of the scenario, not {len(levers)}")
    plan = compiled(scenario.file)
    ticks = sorted({round(at * (len(plan.ticks) - 1) / (DATES - 1)) for at in range(DATES)})
    known = _known(scenario, plan, switches)
    held = {name: _held(own, levers) for name, own in known.items() if name is not None}
    surfaces = [Surface.over(levers, LEVELS[len(levers)]), *_under_switches(levers, held)]
    wanted = {_key(surface.switch, values): _setting(known[surface.switch].settings, levers, values)
              for surface in surfaces for values in _played_on(surface)}  # fmt: skip
    settings = list(wanted.values())
    each, states = trials_at(plan, trials, len(settings)), [name for name, _ in state_columns(plan)]
    found = dict(zip(wanted, curves_at(settings, outcome, states, ticks, each, seed, workers=workers), strict=True))
    off = {id(surface): _errors(surface, found, each) for surface in surfaces}
    _require_close(off[id(surfaces[0])])
    kept = [surface for surface in surfaces if _largest(off[id(surface)]) <= MOST_OFF]
    return {
        "trials": each,
        "settings": len(wanted),
        "dates": [plan.ticks.date(tick).isoformat() for tick in ticks],
        "states": states,
        "levers": [_described(known[None], lever, found) for lever in levers],
        "switches": [{**_switch(scenario, name, held[name], surfaces, off), **_alone(name, found)} for name in held],
        "surfaces": [_as_dict(surface, levers, found) for surface in kept],
        "off": round(max(_largest(off[id(surface)]) for surface in kept), 4),
    }


def histories_of(scenario: Scenario, levers: int, trials: int) -> int:
    """Return how many histories a grid of so many levers takes, at most.

    Parameters
    ----------
    trials : of the run.
    """
    switches = 0 if scenario.variant else min(len(scenario.file.variants), MOST_SWITCHES)
    settings = settings_of(levers, switches)
    return settings * trials_at(compiled(scenario.file), trials, settings)


def settings_of(levers: int, switches: int) -> int:
    """Return at how many settings a grid of so many levers and variants is played, at most."""
    checks = levers * (LEVELS[levers] - 1) + (SPREAD if levers > 1 else 0)
    return int((LEVELS[levers] + 1) ** levers) + checks + switches * (1 + levers * (2 * LEVELS_OF_SWITCH - 1))


def trials_at(plan: Plan, trials: int, settings: int) -> int:
    """Return how many histories are played at each of many settings: what the work allows, at most those of the run."""
    one = work_of(plan, MOST_TRIALS, zones=False).seconds / MOST_TRIALS
    affordable = int(WORK / (one * settings)) // _STEP * _STEP
    return min(max(affordable, LEAST_TRIALS), MOST_TRIALS, trials)


@dataclass(frozen=True)
class _Known:
    """The scenario under a variant, or as written: what the variant sets, and settings on top of it."""

    paths: tuple[str, ...]
    settings: Settings
    scenario: Scenario
    plan: Plan

    def law(self, path: str) -> Quantity | None:
        """Return a number as it is written."""
        known = path_in_plan(self.scenario.file, self.plan, path)
        return self.plan.quantities[known] if known else None


def _known(scenario: Scenario, plan: Plan, switches: Sequence[str]) -> dict[str | None, _Known]:
    """Return the scenario as written and under some variants, but for those that have other dates or states."""
    found: dict[str | None, _Known] = {None: _Known((), Settings(scenario), scenario, plan)}
    for name in switches[:MOST_SWITCHES]:
        other = scenario.with_variant(name)
        settings = Settings(other)
        own = settings.compiled({}).plan
        same_dates = np.array_equal(own.ticks.days, plan.ticks.days) and own.ticks.as_of == plan.ticks.as_of
        if same_dates and state_columns(own) == state_columns(plan):
            found[name] = _Known(tuple(scenario.file.variants[name].set), settings, other, own)
    return found


def _held(known: _Known, levers: Sequence[Input]) -> dict[str, Held]:
    """Return by id which levers stand still under a variant: it sets them, or they cannot be set there."""
    found = {}
    for lever in levers:
        if meets(lever.path, known.paths) or not _can_be_set(known.settings, lever):
            law = known.law(lever.path)
            found[lever.id] = Held(_median(law), law is not None and not law.is_constant)
    return found


def _can_be_set(settings: Settings, lever: Input) -> bool:
    try:
        settings.compiled({lever.path: lever.written(lever.range[0])})
    except ScenarioError:
        return False
    return True


def _under_switches(levers: Sequence[Input], held: Mapping[str, Mapping[str, Held]]) -> list[Surface]:
    """Return the surfaces under each variant: the variant alone, and one for each lever that it leaves."""
    return [
        surface
        for switch, still in held.items()
        for surface in (
            Surface(switch, (), ()),
            *(Surface.over([lever], LEVELS_OF_SWITCH, switch) for lever in levers if lever.id not in still),
        )
    ]


def _played_on(surface: Surface) -> list[Values]:
    return [*surface.settings(), *(point.values for point in surface.held_out())]


def _key(switch: str | None, values: Values) -> tuple[str | None, frozenset[tuple[str, float]]]:
    return switch, frozenset(values.items())


def _setting(settings: Settings, levers: Sequence[Input], values: Values) -> Setting:
    by_path = {lever.path: lever.written(values[lever.path]) for lever in levers if lever.path in values}
    own = settings.compiled(by_path)
    return Setting(own.plan, own.numbers)


def _curves(surface: Surface, found: Mapping[Any, Curves], of: list[Values]) -> list[Curves]:
    return [found[_key(surface.switch, values)] for values in of]


def _errors(surface: Surface, found: Mapping[Any, Curves], trials: int) -> dict[Input | None, float]:
    """Return the largest errors of interpolated shares, by the lever that stands between its levels; None for all.

    What is looked at is what has a number: the outcome by every date, and the states on the last day.
    """
    played = np.array([_numbered(curves) for curves in _curves(surface, found, surface.settings())]) / trials
    errors: dict[Input | None, float] = {}
    for point in surface.held_out():
        there = _numbered(found[_key(surface.switch, point.values)]) / trials
        error = float(np.abs(surface.interpolated(played, point.values) - there).max())
        errors[point.lever] = max(errors.get(point.lever, 0.0), error)
    return errors


def _numbered(curves: Curves) -> Array:
    return np.concatenate([curves.counts[0], curves.counts[1:, -1]]).astype(np.float64)


def _largest(errors: Mapping[Input | None, float]) -> float:
    return max(errors.values(), default=0.0)


def _require_close(errors: Mapping[Input | None, float]) -> None:
    """Refuse what is off by too much between played settings, and say which lever that is."""
    if _largest(errors) <= MOST_OFF:
        return
    alone = {lever: error for lever, error in errors.items() if lever is not None}
    worst = max(alone, key=lambda lever: alone[lever])
    others = "name the others with --lever" if len(alone) > 1 else "narrow its range in the scenario"
    fewer = ", or fewer of them, for which more values are played" if len(alone) > 1 else ""
    raise GridError(
        f"between the values that are played, shares are off by up to {100 * _largest(errors):.1f} of 100, more than "
        f"{100 * MOST_OFF:.0f}; most by the lever '{worst.id}' ({100 * alone[worst]:.1f} by itself): "
        f"{others}{fewer}"
    )


def _median(law: Any) -> float | None:
    return None if law is None else float(quantile(law, np.array([0.5]))[0])


def _described(known: _Known, lever: Input, found: Mapping[Any, Curves]) -> dict[str, Any]:
    low, high = lever.range
    at_low, at_high = (_change(found, _key(None, {lever.path: end})) for end in (low, high))
    law = known.law(lever.path)
    return {
        "id": lever.id,
        "title": lever.title,
        "path": lever.path,
        "days": lever.is_duration,
        "low": low,
        "high": high,
        "written": _median(law),
        "is_law": law is not None and not law.is_constant,
        "at_low": at_low,
        "at_high": at_high,
    }


def _change(found: Mapping[Any, Curves], key: Any) -> dict[str, Any]:
    """Return by how much the share that reaches the outcome at a setting differs from that as written."""
    one, other = (found[place].reached.astype(float) for place in (_key(None, {}), key))
    change = difference((one, np.ones_like(one)), (other, np.ones_like(other)), is_share=True)
    return {"value": change.value, "low": change.low, "high": change.high}


def _alone(switch: str, found: Mapping[Any, Curves]) -> dict[str, Any]:
    """Return what a variant does, all levers as it has them."""
    key = _key(switch, {})
    return {"reached": int(found[key].counts[0, -1]), "change": _change(found, key)}


def _switch(
    scenario: Scenario,
    name: str,
    held: Mapping[str, Held],
    surfaces: Sequence[Surface],
    off: Mapping[int, Mapping[Input | None, float]],
) -> dict[str, Any]:
    mine = [(surface, _largest(off[id(surface)])) for surface in surfaces if surface.switch == name]
    return {
        "id": name,
        "title": scenario.file.variants[name].title or name,
        "held": {lever: vars(still) for lever, still in held.items()},
        "off": {surface.levers[0].id: round(error, 4) for surface, error in mine if error > MOST_OFF},
    }


def _as_dict(surface: Surface, levers: Sequence[Input], found: Mapping[Any, Curves]) -> dict[str, Any]:
    curves = _curves(surface, found, surface.settings())
    written = found[_key(None, {})].reached
    return {
        "switch": surface.switch,
        "levers": [list(levers).index(lever) for lever in surface.levers],
        "levels": [own.tolist() for own in surface.levels],
        "counts": [own.counts.tolist() for own in curves],
        "gained": [int(np.count_nonzero(own.reached & ~written)) for own in curves],
    }
