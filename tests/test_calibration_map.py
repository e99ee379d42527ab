"""The calibration map: it finds what was planted, and is silent where it has seen nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest

from negosim.experiments.hindcast.calibration_map import (
    CalibrationMap,
    NoCorrectionError,
    fit_map,
    read_map,
)
from negosim.experiments.hindcast.logistic import logistic, logit
from negosim.experiments.hindcast.scores import Forecast, Outcomes, drawn

TRIALS = 1_000
PLANTED = np.array([-0.5, 0.4, 0.7])


def world(cases: int, coefficients: np.ndarray, seed: int = 1) -> tuple[Forecast, Outcomes]:
    """Cases with three targets each, whose outcomes follow a map."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0.005, 0.995, size=3 * cases)
    months = np.tile([3.0, 6.0, 12.0], cases)
    chance = logistic(coefficients @ np.array([np.ones(3 * cases), logit(shares), np.log(months / 6)]))
    outcomes = Outcomes(
        np.repeat(np.arange(cases), 3), months, np.zeros(3 * cases, dtype=np.intp), rng.random(3 * cases) < chance
    )
    return Forecast(shares), outcomes


def made(cases: int, coefficients: np.ndarray = PLANTED) -> CalibrationMap:
    forecast, outcomes = world(cases, coefficients)
    return fit_map(forecast, outcomes, drawn(cases, seed=1, resamples=400 if cases < 100 else 40), trials=TRIALS)


@pytest.fixture(scope="module")
def few() -> CalibrationMap:
    return made(20)


def test_it_finds_what_was_planted() -> None:
    found = made(6_000)
    assert found.coefficients == pytest.approx(PLANTED, abs=0.12)  # four standard errors
    one = found.correct(0.1, 6, trials=TRIALS, reach="settlement")
    assert one.value == pytest.approx(float(logistic(np.array([-0.5 + 0.4 * np.log(1 / 9)]))[0]), abs=0.02)


def test_a_model_that_is_as_sure_as_it_should_be_is_left_alone() -> None:
    found = made(6_000, np.array([0.0, 1.0, 0.0]))
    for share in (0.02, 0.3, 0.9):
        assert found.correct(share, 12, trials=TRIALS, reach="agreement").value == pytest.approx(share, abs=0.02)


def test_its_interval_widens_with_fewer_cases(few: CalibrationMap) -> None:
    wide, narrow = (one.correct(0.2, 6, trials=TRIALS, reach="ceasefire") for one in (few, made(1_000)))
    for one in (wide, narrow):
        assert one.low is not None and one.high is not None and one.value is not None
        assert one.low < one.value < one.high
    assert wide.high - wide.low > 4 * (narrow.high - narrow.low)


def test_too_few_cases_give_no_interval() -> None:
    one = made(4).correct(0.2, 6, trials=TRIALS, reach="ceasefire")
    assert (one.low, one.high) == (None, None)


def test_none_of_few_histories_is_less_than_none_of_many_until_the_map_has_seen_no_more(few: CalibrationMap) -> None:
    none = [few.correct(0.0, 6, trials=trials, reach="settlement").value for trials in (100, 1_000, 1_000_000)]
    assert none[0] is not None and none[1] is not None
    assert none[0] > none[1] == none[2]
    assert few.correct(1.0, 6, trials=100, reach="settlement").value == pytest.approx(
        few.correct(0.995, 6, trials=100, reach="settlement").value
    )


@pytest.mark.parametrize("months", [1.9, 15.1, 48])
def test_it_is_silent_about_other_horizons(few: CalibrationMap, months: float) -> None:
    with pytest.raises(NoCorrectionError, match="scored at 3 to 12 months, this question asks about"):
        few.correct(0.1, months, trials=TRIALS, reach="settlement")


@pytest.mark.parametrize(("reach", "lasting"), [("victory", False), ("faded", False), ("settlement", True)])
def test_it_is_silent_about_other_outcomes(few: CalibrationMap, reach: str, lasting: bool) -> None:
    with pytest.raises(NoCorrectionError, match="signed deals only"):
        few.correct(0.1, 6, trials=TRIALS, reach=reach, lasting=lasting)


def test_it_is_written_down_and_read_back(few: CalibrationMap) -> None:
    data = json.loads(json.dumps(few.as_dict()))
    again = read_map(data)
    assert again.as_dict() == few.as_dict()
    assert (again.cases, again.targets, again.deals) == (20, 60, few.deals)
    assert len(again.draws) == 400
    for share in (0.0, 0.2, 0.9):
        first, second = (one.correct(share, 6, trials=TRIALS, reach="limited") for one in (few, again))
        assert first.value == pytest.approx(second.value, abs=1e-4)
        assert first.low == pytest.approx(second.low, abs=1e-4)
    assert "hindsight-coded" in data["coded"]


def test_shares_that_part_all_deals_from_the_rest_give_a_finite_map() -> None:
    shares = np.array([0.1, 0.9] * 10)
    outcomes = Outcomes(np.repeat(np.arange(10), 2), np.full(20, 6.0), np.zeros(20, dtype=np.intp), shares > 0.5)
    found = fit_map(Forecast(shares), outcomes, drawn(10, seed=1), trials=TRIALS)
    assert np.isfinite(found.draws).all()
    assert found.coefficients[1] > 1
