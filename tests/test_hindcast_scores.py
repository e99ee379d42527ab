"""Scores of forecasts: small examples by hand, and the slow way beside the fast one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from negosim.experiments.hindcast.baselines import constant, logit, rate_by_horizon
from negosim.experiments.hindcast.logistic import fitted, logistic
from negosim.experiments.hindcast.result import Interval, compared
from negosim.experiments.hindcast.scores import (
    FEWEST_CASES,
    Forecast,
    Outcomes,
    auc,
    bins,
    brier,
    clipped,
    drawn,
    group,
    interval,
    log_score,
    proportion,
    scored,
)

FOUR = Outcomes(
    np.array([0, 0, 1, 1]),
    np.array([3.0, 6.0, 3.0, 6.0]),
    np.zeros(4, dtype=np.intp),
    np.array([True, False, False, True]),
)
SAID = Forecast(np.array([0.8, 0.4, 0.4, 0.4]))
ONCE = np.ones((1, 4))


def some(seed: int, cases: int = 12, targets: int = 90) -> tuple[Outcomes, Forecast, np.ndarray]:
    """Cases that differ, with shares that know something, in steps so that there are ties."""
    rng = np.random.default_rng(seed)
    case = np.sort(rng.integers(cases, size=targets))
    known = rng.normal(size=targets)
    months = rng.choice([3.0, 6.0, 12.0], size=targets)
    deals = rng.random(targets) < logistic(known - 1.0 + 0.1 * months)
    shares = np.round(logistic(known + rng.normal(size=targets)), 1)
    features = np.column_stack([months, known + rng.normal(size=targets)])
    return Outcomes(case, months, rng.integers(2, size=targets), deals), Forecast(shares), features


def slow_auc(order: np.ndarray, outcomes: Outcomes, targets: list[int], *, same: bool) -> float:
    """Compare every pair by itself, a target as often as it is drawn."""
    won, compared_ = 0.0, 0
    for first, second in itertools.product(targets, targets):
        if outcomes.deals[first] and not outcomes.deals[second]:
            if same and outcomes.months[first] != outcomes.months[second]:
                continue
            compared_ += 1
            won += 1.0 if order[first] > order[second] else 0.5 if order[first] == order[second] else 0.0
    return won / compared_ if compared_ else math.nan


def test_four_targets_by_hand() -> None:
    assert brier(SAID, FOUR, ONCE)[0] == pytest.approx((0.04 + 0.16 + 0.16 + 0.36) / 4)
    expected = -(math.log(0.8) + 2 * math.log(0.6) + math.log(0.4)) / 4
    assert log_score(SAID, FOUR, ONCE, 100)[0] == pytest.approx(expected)
    assert auc(SAID, FOUR, ONCE)[0] == (1 + 1 + 0.5 + 0.5) / 4
    assert auc(SAID, FOUR, ONCE, same_horizon=True)[0] == (1 + 0.5) / 2


def test_a_share_of_nothing_costs_no_more_than_its_histories_support() -> None:
    sure = Forecast(np.array([0.0, 0.0, 0.0, 1.0]))
    expected = -(math.log(0.005) + 3 * math.log(0.995)) / 4
    assert log_score(sure, FOUR, ONCE, 100)[0] == pytest.approx(expected)
    assert clipped(np.array([0.001]), 10_000)[0] == 0.001


@pytest.mark.parametrize("same", [False, True])
def test_every_draw_is_scored_as_if_its_targets_stood_there(same: bool) -> None:
    outcomes, forecast, _ = some(1)
    draws = drawn(12, seed=5, resamples=20)
    fast = auc(forecast, outcomes, draws.of_targets(outcomes), same_horizon=same)
    for row, weights in enumerate(draws.weights):
        targets = [target for target, case in enumerate(outcomes.cases) for _ in range(int(weights[case]))]
        assert fast[row] == pytest.approx(slow_auc(forecast.order, outcomes, targets, same=same))
        squares = (forecast.shares[targets] - outcomes.deals[targets]) ** 2
        assert brier(forecast, outcomes, draws.of_targets(outcomes))[row] == pytest.approx(squares.mean())


def test_draws_are_those_of_the_seed_and_as_many_as_there_are_cases() -> None:
    first, again, other = (drawn(12, seed=seed).weights for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert set(first.sum(axis=1)) == {12.0}
    assert first.mean(axis=0) == pytest.approx(np.ones(12), abs=0.1)  # its standard error is 0.02


def test_few_cases_have_no_interval() -> None:
    outcomes, forecast, _ = some(2, cases=FEWEST_CASES - 1)
    found = scored(forecast, outcomes, drawn(FEWEST_CASES - 1, seed=1), trials=100).intervals()
    assert found["brier"].value is not None
    assert {(one.low, one.high) for one in found.values()} == {(None, None)}


def test_what_has_nothing_to_compare_has_no_value() -> None:
    outcomes = Outcomes(np.arange(6), np.full(6, 3.0), np.zeros(6, dtype=np.intp), np.zeros(6, dtype=bool))
    found = scored(Forecast(np.full(6, 0.1)), outcomes, drawn(6, seed=1), trials=100).intervals()
    assert found["auc"] == Interval(None, None, None)
    assert found["brier"].value == pytest.approx(0.01)


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    """In 200 samples of 30 cases; if it were 90 % (few cases make it narrow), fewer than 165 once in a thousand."""
    rng = np.random.default_rng(3)
    held = 0
    for sample in range(200):
        level = rng.random(30)  # a case's own rate, 0.5 on average
        case = np.repeat(np.arange(30), 4)
        deals = rng.random(120) < level[case]
        outcomes = Outcomes(case, np.full(120, 3.0), np.zeros(120, dtype=np.intp), deals)
        found = scored(Forecast(np.full(120, 0.3)), outcomes, drawn(30, seed=sample, resamples=400), trials=100)
        one = found.intervals()["brier"]
        assert one.low is not None and one.high is not None
        held += one.low <= 0.5 * 0.49 + 0.5 * 0.09 <= one.high
    assert 165 <= held <= 199


def test_a_difference_is_paired() -> None:
    """What is better by the same everywhere is surely better, however much the cases differ."""
    outcomes, forecast, _ = some(4)
    nearer = Forecast(forecast.shares + 0.01 * np.where(outcomes.deals, 1, -1))
    draws = drawn(12, seed=1)
    first, second = (scored(said, outcomes, draws, trials=100) for said in (nearer, forecast))
    difference = first.less(second)["brier"]
    own = first.intervals()["brier"]
    assert difference.high is not None and difference.low is not None and own.high is not None and own.low is not None
    assert difference.high < 0
    assert difference.high - difference.low < (own.high - own.low) / 5
    assert compared(difference, "brier") == "better than"
    assert compared(second.less(first)["brier"], "brier") == "worse than"
    assert compared(first.less(first)["auc"], "auc") == "indistinguishable from"


def test_the_direction_of_a_score_is_known() -> None:
    higher = Interval(0.1, 0.05, 0.15)
    assert compared(higher, "auc") == "better than"
    assert compared(higher, "brier") == "worse than"
    assert compared(Interval(0.1, None, None), "brier") == "indistinguishable from"


def test_intervals_are_quantiles() -> None:
    found = interval(0.5, np.linspace(0, 1, 1001))
    assert (found.low, found.high) == (pytest.approx(0.025), pytest.approx(0.975))


def test_bins_hold_every_share_once() -> None:
    shares = np.array([0.0, 0.05, 0.049, 0.1, 0.3, 1.0])
    found = bins(shares)
    assert sum(inside.sum() for *_, inside in found) == 6
    assert [(low, high, int(inside.sum())) for low, high, inside in found] == [
        (0.0, 0.05, 2), (0.05, 0.1, 1), (0.1, 0.2, 1), (0.3, 0.5, 1), (0.5, 1.0, 1),
    ]  # fmt: skip


def test_a_rate_of_nothing_is_not_sure() -> None:
    """Every draw of seven cases without a deal has none; seven cases cannot tell it from a rate of a third."""
    outcomes = Outcomes(
        np.repeat(np.arange(7), 3), np.full(21, 3.0), np.zeros(21, dtype=np.intp), np.zeros(21, dtype=bool)
    )
    found = group(Forecast(np.full(21, 0.1)), outcomes, drawn(7, seed=1))
    assert (found.targets, found.cases, found.deals) == (21, 7, 0)
    assert (found.rate.value, found.rate.low) == (0.0, 0.0)
    assert found.rate.high == pytest.approx(1.96**2 / (7 + 1.96**2), abs=1e-3)  # Wilson 1927, no hits
    assert found.gap.value == pytest.approx(0.1)
    every = proportion(np.full(7, 3.0), np.full(7, 3.0), drawn(7, seed=1))
    assert every.value == every.high == 1.0
    assert every.low == pytest.approx(1 - found.rate.high)


def test_a_proportion_is_drawn_by_whole_cases() -> None:
    draws = drawn(6, seed=1)
    hits, counted = np.array([0.0, 1, 2, 3, 4, 0]), np.array([1.0, 2, 3, 4, 5, 0])
    found = proportion(hits, counted, draws)
    assert found.value == 10 / 15
    expected = [
        sum(hits[case] * times for case, times in enumerate(weights))
        / sum(counted[case] * times for case, times in enumerate(weights))
        for weights in draws.weights
        if weights[:5].any()
    ]
    assert (found.low, found.high) == tuple(np.quantile(expected, [0.025, 0.975]))


# Simple rules


def test_rates_leave_their_own_case_out() -> None:
    outcomes = Outcomes(
        np.array([0, 0, 1, 1, 2, 2]),
        np.array([3.0, 6.0] * 3),
        np.zeros(6, dtype=np.intp),
        np.array([True, True, False, True, False, False]),
    )
    assert constant(outcomes).shares == pytest.approx([1 / 4, 1 / 4, 2 / 4, 2 / 4, 3 / 4, 3 / 4])
    assert rate_by_horizon(outcomes).shares == pytest.approx([0, 1 / 2, 1 / 2, 1 / 2, 1 / 2, 1])


def test_a_rate_orders_nothing_but_horizons() -> None:
    """Held-out rates are lowest where a deal came: the order they give would be an artefact."""
    outcomes, _, _ = some(6)
    draws = drawn(12, seed=1)
    flat = scored(constant(outcomes), outcomes, draws, trials=100).intervals()
    assert flat["auc"] == flat["auc_same_horizon"] == Interval(0.5, 0.5, 0.5)
    assert scored(Forecast(constant(outcomes).shares), outcomes, draws, trials=100).values["auc"] < 0.5
    rate = scored(rate_by_horizon(outcomes), outcomes, draws, trials=100)
    assert rate.values["auc_same_horizon"] == 0.5
    assert rate.values["auc"] == pytest.approx(slow_auc(outcomes.months, outcomes, list(range(90)), same=False))


def test_the_logit_learns_from_the_others_only() -> None:
    outcomes, _, features = some(7, cases=40, targets=600)
    said = logit(outcomes, features)
    turned = outcomes.deals.copy()
    here = outcomes.cases == 3
    turned[here] = ~turned[here]
    again = logit(Outcomes(outcomes.cases, outcomes.months, outcomes.restarts, turned), features)
    assert np.array_equal(said.shares[here], again.shares[here])
    assert not np.array_equal(said.shares[~here], again.shares[~here])
    draws = drawn(40, seed=1)
    learned, flat = (scored(each, outcomes, draws, trials=1000) for each in (said, constant(outcomes)))
    assert compared(learned.less(flat)["brier"], "brier") == "better than"
    assert compared(learned.less(flat)["auc"], "auc") == "better than"


def test_the_logit_does_not_depend_on_units_and_bears_features_that_never_differ() -> None:
    outcomes, _, features = some(8)
    wide = np.column_stack([features * 365.25 + 7, np.full(len(features), 2.0)])
    assert logit(outcomes, wide).shares == pytest.approx(logit(outcomes, features).shares)


def test_without_deals_among_the_others_there_is_no_logit() -> None:
    outcomes = Outcomes(np.arange(6), np.full(6, 3.0), np.zeros(6, dtype=np.intp), np.arange(6) == 2)
    said = logit(outcomes, np.arange(6.0)[:, None])
    assert said.shares[2] == 0
    assert np.isfinite(said.shares).all()


def test_logistic_regression_finds_what_was_planted_and_is_at_the_top() -> None:
    rng = np.random.default_rng(9)
    rows = np.column_stack([np.ones(40_000), rng.normal(size=(40_000, 2))])
    truth = np.array([-1.0, 0.5, 2.0])
    deals = (rng.random(40_000) < logistic(rows @ truth)).astype(float)
    (found,) = fitted(rows, deals, precision=np.zeros(3), prior=np.zeros(3))
    assert found == pytest.approx(truth, abs=0.08)  # four standard errors
    assert rows.T @ (deals - logistic(rows @ found)) == pytest.approx(np.zeros(3), abs=1e-6)


def test_weights_are_rows_that_stand_there_more_often() -> None:
    outcomes, _, features = some(10)
    rows = np.column_stack([np.ones(len(features)), features])
    deals = outcomes.deals.astype(float)
    often = np.random.default_rng(1).integers(0, 3, size=(2, len(rows))).astype(float)
    found = fitted(rows, deals, precision=np.ones(3), prior=np.full(3, 0.5), weights=often)
    for row, weights in zip(found, often, strict=True):
        stood = np.repeat(np.arange(len(rows)), weights.astype(int))
        (alone,) = fitted(rows[stood], deals[stood], precision=np.ones(3), prior=np.full(3, 0.5))
        assert row == pytest.approx(alone, abs=1e-8)


def test_a_prior_holds_where_outcomes_are_alike() -> None:
    rows = np.column_stack([np.ones(6), np.arange(6.0)])
    (found,) = fitted(rows, np.ones(6), precision=np.array([1.0, 1.0]), prior=np.array([0.0, 1.0]))
    assert np.isfinite(found).all()
    assert found[0] > 0
