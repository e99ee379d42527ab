"""The calibration map: it finds what was planted, and is silent where it has seen nothing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest

import negosim
from negosim.experiments.hindcast.calibration_map import (
    CalibrationMap,
    NoCorrectionError,
    fit_map,
    read_map,
    shipped_map,
)
from negosim.experiments.hindcast.logistic import logistic, logit
from negosim.experiments.hindcast.scores import Forecast, Outcomes, drawn
from tests import worlds
from tests.printing import printed

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


def test_the_map_that_is_shipped_is_of_the_cases_that_are() -> None:
    shipped = shipped_map()
    assert shipped.months == (3.0, 6.0, 12.0)
    assert shipped.trials >= 400 and len(shipped.draws) == 400
    one = shipped.correct(0.2, 6, trials=1_000, reach="settlement")
    assert one.low is not None and one.value is not None and one.high is not None
    assert 0 < one.low < one.value < one.high < 1


def test_too_few_histories_are_not_corrected(few: CalibrationMap) -> None:
    with pytest.raises(NoCorrectionError, match="fewer than 50 histories"):
        few.correct(0.1, 6, trials=49, reach="settlement")


# Beside the questions of a run


ASKED = {
    "questions": {
        "soon": {"title": "A ceasefire within half a year", "reach": "ceasefire", "by": "2025-07-01"},
        "late": {"title": "A ceasefire within two years", "reach": "ceasefire", "by": "2026-12-31"},
        "won": {"title": "North wins", "reach": "victory:north", "by": "2025-07-01"},
        "firm": {"title": "A truce that holds", "reach": "ceasefire", "by": "2025-07-01", "lasting": "30 days"},
    }
}


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return negosim.run(worlds.load(worlds.changed(worlds.BORDER, ASKED)), trials=100).summary()


def test_every_question_of_a_run_is_corrected_or_says_why_not(summary: dict[str, Any]) -> None:
    found = summary["corrected"]
    shipped = shipped_map()
    assert (found["cases"], found["deals"], found["coded"]) == (shipped.cases, shipped.deals, "hindsight-coded")
    soon = found["questions"]["soon"]
    months = (dt.date(2025, 7, 1) - worlds.load(worlds.BORDER).file.as_of).days / (365.25 / 12)
    expected = shipped.correct(summary["questions"]["soon"]["p"], months, trials=100, reach="ceasefire")
    assert soon["value"] == pytest.approx(expected.value, abs=1e-6)
    assert soon["why"] is None
    assert "scored at 3 to 12 months" in found["questions"]["late"]["why"]
    for name in ("won", "firm"):
        assert "signed deals only" in found["questions"][name]["why"]
        assert found["questions"][name]["value"] is None


def test_nothing_asked_is_nothing_corrected() -> None:
    assert negosim.run(worlds.load(worlds.BORDER), trials=20).summary()["corrected"] is None


def with_soon(summary: dict[str, Any], value: float, low: float, high: float) -> str:
    """Print a run whose first question is corrected to a value."""
    past = summary["corrected"]
    soon = {**past["questions"]["soon"], "value": value, "low": low, "high": high}
    changed = {**summary, "corrected": {**past, "questions": {**past["questions"], "soon": soon}}}
    return " ".join(printed(changed).split())


def test_the_correction_stands_beside_the_share(summary: dict[str, Any]) -> None:
    text = with_soon(summary, 0.31, 0.204, 0.452)
    share, cases = summary["questions"]["soon"]["p"], summary["corrected"]["cases"]
    simulated = f"A ceasefire within half a year simulated {100 * share:.0f} % ("
    corrected = f"corrected 31 % (20 to 45) for how sure it was of {cases} past negotiations, hindsight-coded"
    assert 0 < text.find(simulated) < text.find(corrected)
    assert (
        "Not corrected: 'North wins'; 'A truce that holds' (the past negotiations were coded for signed deals" in text
    )


def test_where_no_question_can_be_corrected_it_is_said_once(summary: dict[str, Any]) -> None:
    past = summary["corrected"]
    silent = {
        **summary,
        "questions": {"won": summary["questions"]["won"]},
        "corrected": {**past, "questions": {"won": past["questions"]["won"]}},
    }
    text = " ".join(printed(silent).split())
    assert "Not corrected, since the past negotiations were coded for signed deals only, not for this outcome." in text
    assert "Corrected:" not in text


def test_a_rare_deal_is_written_with_a_decimal_and_no_more(summary: dict[str, Any]) -> None:
    assert "0.4 % (0.0 to 4.6)" in with_soon(summary, 0.00419, 0.00001, 0.04555)


def test_shares_that_part_all_deals_from_the_rest_give_a_finite_map() -> None:
    shares = np.array([0.1, 0.9] * 10)
    outcomes = Outcomes(np.repeat(np.arange(10), 2), np.full(20, 6.0), np.zeros(20, dtype=np.intp), shares > 0.5)
    found = fit_map(Forecast(shares), outcomes, drawn(10, seed=1), trials=TRIALS)
    assert np.isfinite(found.draws).all()
    assert found.coefficients[1] > 1
