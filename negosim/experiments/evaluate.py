"""Evaluation: play one point of an experiment and count its metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.run import played
from negosim.experiments.inputs import Overrides
from negosim.experiments.metrics import Metric, estimate, metrics
from negosim.experiments.pool import each
from negosim.experiments.result import Estimate
from negosim.results.trials import joined
from negosim.scenario.load import Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Counts:
    """What the metrics of a point counted, trial by trial.

    Attributes
    ----------
    names, is_share : of the metrics.
    above, below : (metrics, trials).
    """

    names: tuple[str, ...]
    is_share: tuple[bool, ...]
    above: Array
    below: Array

    @cached_property
    def estimates(self) -> dict[str, Estimate]:
        """The metrics with their 95 % intervals: Monte-Carlo error only."""
        return {
            name: estimate(self.above[place], self.below[place], is_share=self.is_share[place])
            for place, name in enumerate(self.names)
        }


@dataclass(frozen=True)
class Point:
    """One setting of the inputs, to be played with given draws.

    Attributes
    ----------
    overrides : further settings of the scenario.
    trials, seed, first : the trials ``first`` to ``first + trials - 1`` of a run with this seed: points that share them
        share their draws, which makes differences between them sharp (common random numbers).
    """

    overrides: Overrides = field(default_factory=dict)
    trials: int = 1000
    seed: int = 1
    first: int = 0


def evaluated(scenario: Scenario, point: Point, names: Sequence[str]) -> Counts:
    """Play a point and count metrics.

    Parameters
    ----------
    scenario : as loaded; the overrides of the point come on top of its own.
    point : what to play.
    names : of the metrics, as in `negosim.experiments.metrics`.

    Raises
    ------
    ScenarioError
        Where an override is refused.
    ValueError
        Where there is no such metric.
    """
    changed = scenario.with_values(point.overrides) if point.overrides else scenario
    plan = compiled(changed.file)
    asked = metrics(names, changed, plan)
    blocks = played(partial(play, zones=False), plan, point.trials, point.seed, first=point.first)
    return _counted(asked, plan, joined(list(blocks)))


def evaluated_all(
    scenario: Scenario, points: Sequence[Point], names: Sequence[str], *, workers: int = 1
) -> list[Counts]:
    """Play points and count metrics of each, in their order; see `evaluated`.

    Parameters
    ----------
    workers : processes; 1 plays in this one.
    """
    return list(each(partial(_evaluated_in, scenario, tuple(names)), points, workers=workers))


def _evaluated_in(scenario: Scenario, names: Sequence[str], point: Point) -> Counts:
    return evaluated(scenario, point, names)


def counted(names: Sequence[str], scenario: Scenario, plan: Plan, history: History) -> Counts:
    """Count metrics of a run that has been played.

    Parameters
    ----------
    names : of the metrics, as in `negosim.experiments.metrics`.
    scenario, plan, history : what was played, and what came of it.

    Raises
    ------
    ValueError
        Where there is no such metric.
    """
    return _counted(metrics(names, scenario, plan), plan, history)


def _counted(asked: Sequence[Metric], plan: Plan, history: History) -> Counts:
    found = [item.count(plan, history) for item in asked]
    return Counts(
        tuple(item.name for item in asked),
        tuple(item.is_share for item in asked),
        np.array([above for above, _ in found]).reshape(len(asked), history.trials),
        np.array([below for _, below in found]).reshape(len(asked), history.trials),
    )
