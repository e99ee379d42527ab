"""The range over the inputs from the draws of one run: it finds what is there, and nothing where nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from negosim.engine.compile import compiled
from negosim.experiments.input_ranges import InputDraws, reached_by
from negosim.experiments.uncertainty.uncertainty import uncertainty
from tests.reports import border
from tests.worlds import load, play

TRIALS = 4_000


def draws(inputs: int) -> InputDraws:
    """Return draws of a scenario with so many uncertain inputs, of which nobody plays anything."""
    data = border()
    data["parties"]["union"] = {"time_preference": 0.1}
    data["levers"] = {}
    data["talks"]["peace"]["weights"] = {}
    for at in range(inputs):
        data["events"][f"e{at}"] = {"rate": {"uniform": [0, 1]}, "effects": [{"add": "war.drift", "by": 0}]}
    return InputDraws(compiled(load(data).file), 1, TRIALS)


def test_a_known_dependence_is_found_with_its_range() -> None:
    """Of two inputs that move the chance by a logistic law the 5 to 95 % range is known; many others do nothing."""
    found = draws(40)
    score = found.scores[:, 0] + 0.5 * found.scores[:, 1]
    chance = 1 / (1 + np.exp(-score))
    answers = (np.random.default_rng(1).random(TRIALS) < chance).astype(float)
    (one,) = found.ranges(answers[:, None])
    low, high = np.quantile(chance, [0.05, 0.95])
    assert one.low == pytest.approx(low, abs=0.05)
    assert one.high == pytest.approx(high, abs=0.05)
    first, second, *rest = found.slopes(answers)
    assert {first.path, second.path} == set(found.paths[:2])
    assert all(abs(other.change) < 0.1 for other in rest)


def test_luck_alone_is_not_taken_for_the_inputs() -> None:
    """Forty answers of luck alone: one in a hundred of their tests may fail, more than three at once in 1 of 1,000."""
    found = draws(40)
    answers = (np.random.default_rng(2).random((TRIALS, 40)) < 0.4).astype(float)
    ranges = found.ranges(answers)
    assert sum(one.is_seen for one in ranges) <= 3


def test_answers_that_are_always_the_same_have_no_range() -> None:
    found = draws(2)
    assert [one.is_seen for one in found.ranges(np.ones((TRIALS, 1)))] == [False]
    assert not list(found.slopes(np.ones(TRIALS)))


def test_it_agrees_with_holding_the_inputs_fixed() -> None:
    """`negosim uncertainty` plays points with fixed inputs: the same range, from many runs."""
    data = border()
    plan, history = play(data, TRIALS)
    first = history.spells["ceasefire"].first
    (one,) = InputDraws(plan, 1, TRIALS).ranges(reached_by(first, [len(plan.ticks) - 1]))
    (nested,) = uncertainty(load(data), ["ceasefire"], points=60, trials=100).answers
    assert one.low == pytest.approx(nested.full.range_low, abs=0.08)
    assert one.high == pytest.approx(nested.full.range_high, abs=0.08)


def test_a_short_run_says_nothing() -> None:
    plan, history = play(border(), 100)
    first = history.spells["ceasefire"].first
    assert not InputDraws(plan, 1, 100).ranges(reached_by(first, [len(plan.ticks) - 1]))[0].is_seen
