"""Settings that differ in numbers alone are compiled at little cost, to what a whole reading would give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from negosim.engine.compile import compiled
from negosim.experiments.evaluate import Counts, Evaluation, Point, evaluated, outcomes
from negosim.experiments.inputs import levers, uncertain
from negosim.experiments.settings import Settings, structure_of
from negosim.scenario.load import Scenario
from negosim.scenario.load import load as load_file
from negosim.scenario.problems import ScenarioError
from tests.test_kernel import SHIPPED
from tests.worlds import BORDER, changed, load


def assert_compiled_as_read(scenario: Scenario, settings: Settings, overrides: dict[str, Any]) -> None:
    found, own = settings.compiled(overrides), compiled(scenario.with_values(overrides).file)
    assert structure_of(found.plan) == structure_of(own)
    assert {**found.plan.quantities, **found.numbers} == own.quantities


@pytest.mark.parametrize("path", [path for path in SHIPPED if "2026" not in path.stem], ids=lambda path: path.stem)
def test_every_lever_and_uncertain_input_of_the_shipped_scenarios(path: Any) -> None:
    scenario = load_file(path)
    settings = Settings(scenario)
    for factor in [*levers(scenario), *uncertain(scenario)[:12]]:
        for u in (0.3, 0.8):
            value = factor.written(float(factor.at(np.array([u]))[0]))
            assert_compiled_as_read(scenario, settings, {factor.path: value})


KINDS: dict[str, list[Any]] = {
    "issues.guard.views.union.salience": [0, 0.0],
    "issues.guard.options.watch.enforcement": [0.2, 0.0, 0.9],
    "issues.border.views.south.values.far": [0.2, 0.3],
    "parties.north.patience": ["3 months", "100 days", "1 year"],
    "talks.peace.patience": ["3 months", "100 days"],
    "talks.peace.patience.south": ["3 months", "100 days"],
    "talks.peace.every": ["20 days", "40 days"],
    "parties.south.distrust": [{"uniform": [0, 1]}, 0.5, 1.5, {"normal": {"mean": 1, "sd": 0.1}}],
    "horizon": ["1 year", "18 months"],
    "events.shock.effects.0.by": [0.1, 0.2],
}
"""What settings may change, each with several values; some are more than numbers."""

WORLD = changed(BORDER, {"events": {"shock": {"rate": 0.5, "effects": [{"add": "parties.north.war_cost", "by": 0.1}]}}})


@pytest.mark.parametrize("path", KINDS)
def test_what_settings_may_change(path: str) -> None:
    scenario = load(WORLD)
    settings = Settings(scenario)
    for value in [*KINDS[path], KINDS[path][0]]:
        assert_compiled_as_read(scenario, settings, {path: value})
        assert_compiled_as_read(scenario, settings, {"parties.north.war_cost": 0.3, path: value})


def test_settings_that_differ_in_numbers_share_a_plan_and_others_do_not() -> None:
    settings = Settings(load(WORLD))
    one, other = (settings.compiled({"parties.north.war_cost": cost}) for cost in (0.1, 0.2))
    assert one.plan is other.plan
    assert settings.compiled({"parties.south.patience": "5 months"}).plan is one.plan
    assert settings.compiled({"talks.peace.every": "40 days"}).plan is not one.plan
    assert settings.compiled({"issues.guard.options.none.enforcement": 0.4}).plan is one.plan


@pytest.mark.parametrize(
    "overrides",
    [
        {"parties.north.time_preference": -1},
        {"parties.north.war_cost": "much"},
        {"parties.north.patience": 3},
        {"parties.nobody.war_cost": 0.1},
        {"issues.guard.views.union.salience": 10},
    ],
)
def test_what_is_refused_is_refused_after_others_were_taken(overrides: dict[str, Any]) -> None:
    scenario = load(WORLD)
    settings = Settings(scenario)
    for path in overrides:
        if "nobody" not in path:
            settings.compiled(
                {path: "3 months" if path.endswith("patience") else 0.0 if path.endswith("salience") else 0.1}
            )
    with pytest.raises(ScenarioError) as found:
        settings.compiled(overrides)
    with pytest.raises(ScenarioError) as expected:
        scenario.with_values(overrides)
    assert str(found.value) == str(expected.value)


def test_a_number_below_something_else_that_is_set() -> None:
    scenario = load(WORLD)
    settings = Settings(scenario)
    for cost in (0.2, 0.4):
        party = {"time_preference": 0.1, "war_cost": 0.2}
        assert_compiled_as_read(scenario, settings, {"parties.north.war_cost": cost, "parties.north": party})
        assert_compiled_as_read(scenario, settings, {"parties.north": party, "parties.north.war_cost": cost})


METRICS = ["agreement", "ceasefire", "years", "refused.peace.south"]


def points() -> list[Point]:
    costs = [{"parties.north.time_preference": rate} for rate in (0.1, -1, 0.2, 0.3)]
    others: list[dict[str, Any]] = [{"talks.peace.every": "40 days"}, {"parties.south.patience": "3 months"}, {}]
    every = [Point(overrides, 30, 3, first) for overrides in (*costs, *others) for first in (0, 30)]
    return [*every, Point({}, 70, 4), Point({"parties.north.war_cost": 0.2}, 5100, 3)]


@pytest.mark.parametrize("workers", [1, 2])
def test_points_played_together_are_those_played_alone(workers: int) -> None:
    scenario = load(WORLD)
    for point, found in zip(points(), outcomes(scenario, points(), METRICS, workers=workers), strict=True):
        if point.overrides == {"parties.north.time_preference": -1}:
            assert isinstance(found, ScenarioError)
            continue
        alone = evaluated(scenario, point, METRICS)
        assert isinstance(found, Counts)
        assert found.above.tobytes() == alone.above.tobytes()
        assert found.below.tobytes() == alone.below.tobytes()
        assert found.estimates == alone.estimates


def test_a_point_that_cannot_be_played_takes_no_other_with_it() -> None:
    """Numbers that lie too far apart come to light in play only."""
    evaluation = Evaluation(load(WORLD), ["agreement"])
    sound = [{"parties.north.war_cost": 0.1 * k} for k in range(1, 6)]
    broken = {"parties.north.war_cost": 1e12, "parties.north.fatigue": 1e12, "parties.south.war_cost": 0.1}
    found = evaluation.outcomes([Point(overrides, 20) for overrides in (*sound[:2], broken, *sound[2:])])
    kinds = [type(outcome) for outcome in found]
    assert kinds == [Counts, Counts, kinds[2], Counts, Counts, Counts]
    alone = [evaluated(load(WORLD), Point(overrides, 20), ["agreement"]) for overrides in sound]
    played = [outcome for place, outcome in enumerate(found) if place != 2]
    assert [outcome.above.tobytes() for outcome in played if isinstance(outcome, Counts)] == [
        counts.above.tobytes() for counts in alone
    ]
