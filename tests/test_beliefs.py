"""Check 3 of the model: beliefs against the conjugate formula."""

import numpy as np
import pytest

from negosim.engine import war
from negosim.engine.compile import compiled
from negosim.engine.parameters import Parameters
from negosim.engine.state import initial_state
from negosim.engine.streams import Streams
from negosim.model.beliefs import learned
from tests.worlds import BORDER, changed, load


def one(value: float) -> np.ndarray:
    return np.array([[value]])


def test_learning_in_steps_is_learning_at_once() -> None:
    movements, years, volatility, narrative = [0.02, -0.01, 0.05], [0.02, 0.1, 0.3], 0.3, 0.04
    mean, variance = one(0.1), one(0.04)
    for movement, length in zip(movements, years, strict=True):
        mean, variance = learned(mean, variance, one(movement), length, one(volatility), one(narrative))
    precision = 1 / 0.04 + sum(years) / volatility**2
    seen = sum(movements) + narrative * sum(years)
    assert variance[0, 0] == pytest.approx(1 / precision)
    assert mean[0, 0] == pytest.approx((0.1 / 0.04 + seen / volatility**2) / precision)


def test_no_doubt_no_learning() -> None:
    mean, variance = learned(one(0.1), one(0.0), one(0.5), 0.1, one(0.3), one(0.2))
    assert (mean[0, 0], variance[0, 0]) == (0.1, 0.0)


def test_first_beliefs_and_what_fighting_teaches() -> None:
    plan = compiled(load(BORDER).file)
    streams = Streams(3, 0, 50)
    cells, state = Parameters(plan, streams, 50), initial_state(plan, 50)
    war.begin(plan, cells, state)
    drift = cells["war.drift"]
    north, south, union = (plan.parties.index(name) for name in ("north", "south", "union"))
    np.testing.assert_allclose(state.belief[:, north], drift + 0.1)
    np.testing.assert_allclose(state.belief[:, south], drift - 0.1)
    np.testing.assert_allclose(state.belief[:, union], drift)
    np.testing.assert_allclose(state.variance[0], [0.04, 0.04, 0.04])
    prior, start = state.belief.copy(), state.front.copy()
    years = plan.ticks.years(1)
    battlefield = war.Battlefield(plan, cells, state, streams)
    fought = battlefield.fight(1)
    battlefield.learn(fought.rows, fought.movement, years)
    for party, narrative in ((north, 0.02), (south, 0.0), (union, 0.0)):
        precision = 1 / 0.04 + years / 0.09
        seen = (state.front - start) + narrative * years
        np.testing.assert_allclose(state.belief[:, party], (prior[:, party] / 0.04 + seen / 0.09) / precision)


def test_a_public_change_of_drift_shifts_every_belief() -> None:
    data = changed(BORDER, {"events": {"push": {"on": "2025-01-01", "effects": [{"add": "war.drift", "by": 0.3}]}}})
    plan = compiled(load(data).file)
    streams = Streams(3, 0, 20)
    cells, state = Parameters(plan, streams, 20), initial_state(plan, 20)
    war.begin(plan, cells, state)
    prior = state.belief.copy()
    cells.change(plan.events[0].effects[0], np.arange(10), 0)
    war.publish_drift(cells, state, np.arange(20))
    np.testing.assert_allclose(state.belief[:10], prior[:10] + 0.3)
    np.testing.assert_allclose(state.belief[10:], prior[10:])
