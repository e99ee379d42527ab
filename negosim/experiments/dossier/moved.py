"""Moved: by how many points the variants of a scenario and its strongest inputs move an answer, luck being the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from negosim.engine.compile import compiled
from negosim.experiments.evaluate import Counts, Point, evaluated
from negosim.experiments.input_ranges import InputSlope
from negosim.experiments.inputs import uncertain
from negosim.experiments.metrics import metric
from negosim.experiments.paired import differences
from negosim.experiments.pool import each
from negosim.experiments.sensitivity.effects import Ask
from negosim.experiments.sensitivity.main_effects import discoveries
from negosim.experiments.sensitivity.result import InputEffect
from negosim.experiments.sensitivity.tornado import tornado
from negosim.scenario.load import Scenario

SHOWN = 8
"""Inputs that are played at both ends."""


def switched(scenario: Scenario, name: str, trials: int, seed: int, workers: int) -> list[dict[str, Any]]:
    """Return what each variant does to a metric, the largest change first; nothing where one is applied already.

    Parameters
    ----------
    name : of the metric; a variant that does not know it is left out.
    trials, seed : of every setting, which all have the same random numbers.
    workers : processes.
    """
    variants = scenario.file.variants
    if scenario.variant is not None or not variants:
        return []
    changed = {variant: scenario.with_variant(variant) for variant in variants}
    known = [variant for variant in variants if _knows(changed[variant], name)]
    settings = [scenario, *(changed[variant] for variant in known)]
    base, *others = each(partial(_counts, name, Point({}, trials, seed)), settings, workers=workers)
    found = [
        {"variant": variant, "title": variants[variant].title or variant, **differences(base, other)[name].as_dict()}
        for variant, other in zip(known, others, strict=True)
    ]
    return sorted(found, key=lambda item: -abs(item["value"] or 0.0))


def _counts(name: str, point: Point, scenario: Scenario) -> Counts:
    return evaluated(scenario, point, (name,))


def _knows(scenario: Scenario, name: str) -> bool:
    try:
        metric(name, scenario, compiled(scenario.file))
    except ValueError:
        return False
    return True


def inputs_moved(
    scenario: Scenario, name: str, slopes: Sequence[InputSlope], trials: int, seed: int, workers: int
) -> dict[str, Any]:
    """Return what the strongest inputs do to a metric at both ends of their range.

    Parameters
    ----------
    slopes : what a run's own draws say of every input; the strongest of those that stand out from noise are played.

    Returns
    -------
    ``rows``, the largest effect first; ``less``, how many more stand out; ``noise``, how many do not.
    """
    chances = np.array([_two_sided(slope.strength) for slope in slopes])
    passing = [slope for slope, passes in zip(slopes, discoveries(chances), strict=True) if passes]
    paths = {slope.path for slope in passing[:SHOWN]}
    factors = tuple(item for item in uncertain(scenario) if item.path in paths)
    if not factors:
        return {"rows": [], "less": 0, "noise": len(slopes)}
    found, *_ = tornado(Ask(scenario, factors, (name,), seed, workers), None, trials)
    days = {item.path: item.is_duration for item in factors}
    effects = sorted((effect for effect in found[name] if effect.significant), key=lambda effect: -effect.size)
    less = len(passing) - len(factors)
    return {
        "rows": [_row(effect, days=days[effect.input]) for effect in effects],
        "less": less,
        "noise": len(slopes) - less - len(effects),
    }


def _row(effect: InputEffect, *, days: bool) -> dict[str, Any]:
    assert effect.at_low is not None and effect.at_high is not None and effect.ends is not None
    return {
        "path": effect.input,
        "ends": [_number(end) for end in effect.ends],
        "days": days,
        "at_low": effect.at_low.as_dict(),
        "at_high": effect.at_high.as_dict(),
        "significant": effect.significant,
    }


def _number(end: float | str) -> float:
    """Return a value as it is written in a scenario, durations in days, as a number."""
    return float(end.removesuffix(" days")) if isinstance(end, str) else end


def _two_sided(strength: float) -> float:
    """Return the chance of so strong a slope, either way, where the input does nothing."""
    from scipy.special import ndtr  # scipy.special is slow to import

    return float(2 * ndtr(-abs(strength)))
