"""Points of an experiment: shared draws, and every input that can be set."""

from __future__ import annotations

import numpy as np
import pytest

from negosim.experiments.evaluate import Point, evaluated
from negosim.experiments.inputs import chosen, levers, uncertain
from tests.paired import scenario_named
from tests.worlds import BORDER, load

SEED, TRIALS = 3, 400


def test_points_share_their_luck_where_they_share_their_trials() -> None:
    scenario, asked = load(BORDER), ["agreement", "years"]
    whole = evaluated(scenario, Point(trials=60, seed=SEED), asked)
    part = evaluated(scenario, Point(trials=20, seed=SEED, first=40), asked)
    assert np.array_equal(whole.above[:, 40:], part.above)
    idle = evaluated(scenario, Point({"questions": {}}, trials=60, seed=SEED), asked)
    assert np.array_equal(whole.above, idle.above)


def test_every_uncertain_input_and_lever_of_the_flagship_can_be_set() -> None:
    scenario = scenario_named("ukraine-2025-12")
    inputs, moved = uncertain(scenario), levers(scenario)
    assert len(inputs) > 50
    assert any(factor.is_duration for factor in inputs)
    values = {factor.path: factor.written(float(factor.at(np.array([0.3]))[0])) for factor in (*inputs, *moved)}
    fixed = scenario.with_values(values)
    assert not uncertain(fixed)
    for factor in moved:
        low, high = factor.range
        assert low < factor.at(np.array([0.3]))[0] < high
    assert chosen(inputs, (inputs[3].id,)) == (inputs[3],)
    with pytest.raises(ValueError, match="there is no input 'war\\.drft'"):
        chosen(inputs, ("war.drft",))
