from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from negosim.experiments.hindcast.calibrate import ALL, DROP, NONE, _Fit, _interval, _starts, calibrate, constants_at
from negosim.experiments.hindcast.constants import WIDTH, Constants, priors
from negosim.experiments.hindcast.play import play
from negosim.experiments.hindcast.surrogate import Surrogate, fitted, smoothed, spread_points
from negosim.experiments.hindcast.targets import Target, targets
from tests.coded import coded

CASES = coded()
TARGETS = targets(CASES)
SIX = len(priors())


def test_points_fill_the_cube_evenly() -> None:
    """Of 400 points about 25 lie in each sixteenth of any square; by luck alone the spread would be five."""
    points = spread_points(400, SIX)
    counts = np.histogram2d(points[:, 0], points[:, 4], bins=4, range=[[0, 1], [0, 1]])[0]
    assert counts.min() >= 17 and counts.max() <= 33
    assert points[0] == pytest.approx(np.full(SIX, 0.5))


def test_a_surrogate_finds_the_quadratic_it_is_shown() -> None:
    points = (2 * spread_points(80, 2) - 1) * WIDTH
    logits = np.column_stack((-1 + 0.8 * points[:, 0] - 0.2 * points[:, 1] ** 2, 0.3 * points[:, 0] * points[:, 1]))
    found = fitted(points, 1 / (1 + np.exp(-logits)), 10_000).shares(points)
    assert np.abs(found - 1 / (1 + np.exp(-logits))).max() < 0.01


def test_shares_of_nothing_and_all_are_kept_from_certainty() -> None:
    assert smoothed(np.array([0.0, 0.5, 1.0]), 99) == pytest.approx([0.005, 0.5, 0.995])


def fit(slope: float, deals: list[bool]) -> _Fit:
    """Return a fit to cases of one target each in which the first constant alone moves all shares, by its logits."""
    terms = 1 + SIX + SIX * (SIX + 1) // 2
    coefficients = np.zeros((terms, len(deals)))
    coefficients[1] = slope
    day = dt.date(2000, 1, 1)
    found = [Target(f"case_{place}", day, 0, 12, deal) for place, deal in enumerate(deals)]
    return _Fit(Surrogate(coefficients), _starts(found), 1000)


def test_constants_go_where_the_deals_ask_for_and_the_prior_holds_them() -> None:
    """Maximise Σ log p − z²/2 with logit p = z and 12 deals of 16: 12 − 16·p(z) = z at z = 0.84."""
    found = fit(1.0, [True] * 12 + [False] * 4).best()
    assert found[0] == pytest.approx(0.841, abs=0.02)
    assert np.abs(found[[1, 2, 3, 5]]).max() < 0.1


def test_a_case_that_is_left_out_does_not_count() -> None:
    both = fit(1.0, [True, False])
    assert both.best("case_1")[0] > 0.3
    assert both.best("case_0")[0] < -0.3
    assert abs(both.best()[0]) < 0.1


def test_the_horizons_of_a_start_are_one_event() -> None:
    """A deal between 3 and 6 months, whatever is left out: the share between the horizons around it."""
    day = dt.date(2000, 1, 1)
    found = [Target("a", day, 0, months, deal) for months, deal in ((3, False), (12, True), (6, True))]
    assert _starts(found) == {("a", day): (0, 2)}
    assert _starts(found[:2]) == {("a", day): (0, 1)}
    assert _starts(found[:1]) == {("a", day): (0, ALL)}
    assert _starts(found[1:]) == {("a", day): (NONE, 1)}
    terms = 1 + SIX + SIX * (SIX + 1) // 2
    coefficients = np.zeros((terms, 3))
    coefficients[0] = np.log([0.2 / 0.8, 0.9 / 0.1, 0.5 / 0.5])
    value = _Fit(Surrogate(coefficients), _starts(found), 10**9).value(np.zeros((1, SIX)))
    assert value[0] == pytest.approx(np.log(0.5 - 0.2))


def test_an_interval_ends_where_the_profile_has_fallen_far_enough() -> None:
    grid = np.linspace(-2, 2, 5)
    low, high = _interval(grid, np.array([-4 * DROP, -2 * DROP, 0.0, -0.5, -1.0]), 0.0)
    assert (low, high) == (pytest.approx(-0.5), 2.0)


def test_the_middle_of_the_priors_is_what_is_shipped_but_for_moods() -> None:
    middle, shipped = constants_at(np.zeros(SIX)), Constants()
    same = [name for name in priors() if getattr(middle, name) == getattr(shipped, name)]
    assert same == [name for name in priors() if name != "judgement_noise"]


def test_each_case_is_played_with_constants_that_have_not_seen_it() -> None:
    found = calibrate(CASES, TARGETS, trials=20, points=6, point_trials=20, workers=1)
    assert list(found.held_out) == ["ships_1950", "quarry"]
    assert list(found.profiles) == list(priors())
    again = play(CASES, TARGETS, found.held_out, trials=20, workers=1)
    assert found.played.shares.tolist() == again.shares.tolist()
    assert found.gain >= 0
    for name, profile in found.profiles.items():
        assert profile.low <= profile.best <= profile.high, name
        assert max(profile.log_likelihood) <= 0
