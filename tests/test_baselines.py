"""Simpler models: their formulas by hand, what they must have in common, and their place in the answer."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

import negosim
from negosim.cli.main import _run
from negosim.engine.compile import compiled
from negosim.engine.initial import at_medians, initial_values
from negosim.experiments.baselines.baselines import IGNORED, NONE, RESPECTED, TOO_LARGE, baselines
from negosim.experiments.baselines.challenge import challenged, expected_utility, success, tastes_for_risk
from negosim.experiments.baselines.mean import weighted_mean
from negosim.experiments.baselines.median import votes, weighted_median
from negosim.model.zopa import program
from negosim.report.baselines import baselines as sections
from negosim.report.prose import show_section
from negosim.scenario.load import loads
from tests.examples import COMPLETE
from tests.worlds import BORDER, load, pie

TEN = {
    "positions": np.array([4, 7, 4, 4, 10, 10, 10, 7, 4, 7.0]),
    "capability": np.array([0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]),
    "salience": np.array([0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]),
}
"""Ten parties in three camps."""


@st.composite
def groups(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Draw positions, and weights that are whole numbers, so that halves are exact."""
    size = draw(st.integers(1, 7))
    positions = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    weights = draw(st.lists(st.integers(0, 5), min_size=size, max_size=size).filter(any))
    return np.array(positions, dtype=float), np.array(weights, dtype=float)


def test_the_mean_and_the_median_of_three_camps_by_hand() -> None:
    weights = TEN["capability"] * TEN["salience"]
    assert weighted_median(TEN["positions"], weights) == 7.0
    by_hand = (4 * 0.248 + 7 * 0.093 + 10 * 0.336) / 0.677
    assert weighted_mean(TEN["positions"], weights) == pytest.approx(by_hand)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(groups())
def test_the_median_loses_no_vote(group: tuple[np.ndarray, np.ndarray]) -> None:
    positions, weights = group
    median = weighted_median(positions, weights)
    for other in np.linspace(-1, 7, 33):
        assert votes(median, float(other), positions, weights) >= -1e-9


@settings(max_examples=100, deadline=None, derandomize=True)
@given(groups())
def test_the_mean_is_nearest_by_squares_and_the_median_by_distance(group: tuple[np.ndarray, np.ndarray]) -> None:
    positions, weights = group
    mean, median = weighted_mean(positions, weights), weighted_median(positions, weights)
    for other in np.linspace(0, 6, 25):
        assert weights @ (positions - mean) ** 2 <= weights @ (positions - other) ** 2 + 1e-9
        assert weights @ np.abs(positions - median) <= weights @ np.abs(positions - other) + 1e-9
    mirrored = 6.0 - positions
    assert weighted_mean(mirrored, weights) == pytest.approx(6 - mean)
    assert weighted_median(mirrored, weights) == pytest.approx(6 - median)


def test_chances_and_utilities_by_hand() -> None:
    """Three parties at 0, 1 and 4 with one vote each."""
    positions, ones = np.array([0.0, 1.0, 4.0]), np.ones(3)
    chance = success(positions, ones)
    assert chance[0, 1] == pytest.approx(1 / 3)  # for it 1, against it 1 + 1
    assert chance[0, 2] == pytest.approx((4 + 2) / (4 + 2 + 4))
    assert chance + chance.T == pytest.approx(np.ones((3, 3)))
    gained = expected_utility(positions, ones, np.array([1.0, 0.5, 1.0]), np.ones((1, 1)), 4.0)
    distance = 1 / 4
    fought = 1 / 3 * 2 * distance - 2 / 3 * 2 * distance
    assert gained[0, 1] == pytest.approx(0.5 * fought + 0.5 * 2 * distance)
    whole = (0.6 - 0.4) * 2.0
    assert gained[0, 2] == pytest.approx(whole)
    assert np.diag(gained) == pytest.approx(np.zeros(3))


def test_who_is_safe_takes_risks() -> None:
    ten = TEN["positions"], TEN["capability"] * TEN["salience"], TEN["salience"], 6.0
    tastes = tastes_for_risk(*ten)
    assert tastes.min() == pytest.approx(0.5) and tastes.max() == pytest.approx(2.0)
    threats = expected_utility(*ten[:3], np.ones((1, 1)), 6.0).sum(axis=0)
    assert tastes.argmin() == threats.argmax() and tastes.argmax() == threats.argmin()
    assert tastes_for_risk(np.array([0.0, 1.0]), np.ones(2), np.ones(2), 1.0) == pytest.approx(np.ones(2))


def test_a_challenge_that_nobody_makes_moves_nobody() -> None:
    """Two alike expect to win half the time and to be resisted: neither gains by a challenge."""
    found = challenged(np.array([0.0, 1.0]), np.ones(2), np.ones(2))
    assert (found.rounds, found.settled, found.forecast) == (0, True, 0.5)


def test_who_hardly_cares_comes_over() -> None:
    found = challenged(np.array([0.0, 1.0]), np.ones(2), np.array([1.0, 0.1]))
    assert found.settled and found.forecast == 0.0
    assert found.positions.tolist() == [0.0, 0.0]
    agreed = challenged(np.array([3.0, 3.0]), np.ones(2), np.ones(2))
    assert (agreed.rounds, agreed.forecast) == (0, 3.0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(groups(), st.integers(0, 2**32 - 1))
def test_challenges_do_not_depend_on_direction_scale_or_order(group: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    positions, weights = group
    rng = np.random.default_rng(seed)
    salience, capability = rng.uniform(0.1, 1, positions.size), weights + 1.0
    found = challenged(positions, capability, salience)
    assert positions.min() - 1e-9 <= found.forecast <= positions.max() + 1e-9
    order = rng.permutation(positions.size)
    for other, expected in (
        (challenged(10 - 2 * positions, capability, salience), 10 - 2 * found.forecast),
        (challenged(positions[order], 3 * capability[order], salience[order]), found.forecast),
    ):
        assert other.rounds == found.rounds
        assert other.forecast == pytest.approx(expected, abs=1e-6)


def test_the_forecast_stays_within_the_demands() -> None:
    found = challenged(TEN["positions"], TEN["capability"], TEN["salience"])
    assert 4 <= found.forecast <= 10 and found.rounds >= 1


def of(data: dict[str, Any]) -> dict[str, Any]:
    scenario = load(data)
    return baselines(scenario, compiled(scenario.file))


def test_a_pie_is_halved_by_the_mean_and_shifted_by_nash() -> None:
    """Two parties that weigh one issue alike: the mean of their ideals is the middle; Nash gives (1 + d1 - d2)/2."""
    said = of(pie((0.1, 0.3), options=11))
    (track,) = said["tracks"].values()
    (issue,) = track["issues"].values()
    assert said["capabilities"] == "equal"
    assert issue["mean"] == issue["median"] == {"position": 5.0, "options": ["o005"]}
    assert issue["challenge"]["options"] == ["o005"]
    assert issue["nash"] == "o004" and track["nash"]["red_lines"] == RESPECTED and track["nash"]["is_exact"]
    assert sorted(track["nash"]["gains"].values()) == pytest.approx([0.3, 0.3])
    assert [ideal["weight"] for ideal in issue["ideals"].values()] == [0.5, 0.5]


def test_half_way_between_two_options_both_are_named() -> None:
    (track,) = of(pie((0.1, 0.3), options=4))["tracks"].values()
    (issue,) = track["issues"].values()
    assert issue["mean"]["options"] == ["o001", "o002"]


def test_nash_says_what_becomes_of_red_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pie((0.1, 0.3), options=11)
    (issue,) = data["issues"]
    parties = list(data["parties"])
    lines = {f"o{number:03d}": "never" for number in range(11)}
    data["issues"][issue]["views"][parties[0]]["red_lines"] = lines
    (track,) = of(data)["tracks"].values()
    assert track["nash"]["red_lines"] == IGNORED and track["issues"][issue]["nash"] == "o004"
    (track,) = of(pie((0.6, 0.6), options=11))["tracks"].values()
    assert track["nash"]["red_lines"] == NONE and track["issues"][issue]["nash"] is None
    monkeypatch.setattr(program, "MOST_GUARANTEES", 0)
    (track,) = of(pie((0.1, 0.3), options=11))["tracks"].values()
    assert track["nash"]["red_lines"] == TOO_LARGE


def test_parties_that_may_have_to_consent_count_and_weigh() -> None:
    scenario = loads(COMPLETE)
    said = baselines(scenario, compiled(scenario.file))
    assert set(said["tracks"]) == {"armistice", "peace"}
    peace = said["tracks"]["peace"]
    assert peace["parties"] == ["north", "south", "union"]
    assert set(peace["issues"]["border"]["ideals"]) == {"north", "south"}
    assert set(peace["issues"]["fund"]["ideals"]) == {"north", "union"}
    assert peace["issues"]["guarantee"]["ideals"] == {"south": {"option": "treaty", "weight": 1.0}}
    middle = initial_values(at_medians(compiled(scenario.file)), 0, 1)
    north = middle.party_values.salience[0, middle.plan.issues.index("border"), middle.plan.parties.index("north")]
    assert north == pytest.approx(60 / 70)
    idle = loads(COMPLETE, values={"issues.guarantee.views.south.salience": 0})
    nobody = baselines(idle, compiled(idle.file))["tracks"]["peace"]["issues"]["guarantee"]
    assert nobody["mean"] is None and nobody["ideals"] == {}


def printed(summary: dict[str, Any]) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_jupyter=False)
    for section in sections(summary):
        show_section(console, section)
    assert max(map(len, stream.getvalue().splitlines()), default=0) <= 80
    return " ".join(stream.getvalue().split())


def test_the_report_names_options_and_who_says_them() -> None:
    easy = {"parties.north.patience": "1 month", "parties.south.patience": "1 month", "talks.armistice.ripeness": "off"}
    summary = negosim.run(loads(COMPLETE, values=easy), trials=60, baselines=True).summary()
    text = printed(summary)
    assert "all are equal: a proxy" in text
    assert "Counted: North, South and Union." in text
    assert "signed in" in text and "mean" in text and "challenge" in text
    assert summary["baselines"]["tracks"]["peace"]["issues"]["border"]["mean"]["options"]
    without = negosim.run(loads(COMPLETE), trials=10).summary()
    assert without["baselines"] is None and printed(without) == ""


def test_without_a_track_for_an_agreement_it_says_so() -> None:
    war = {key: value for key, value in BORDER.items() if key in ("negosim", "title", "as_of", "horizon", "parties")}
    text = printed(negosim.run(load(war), trials=10, baselines=True).summary())
    assert "None: no track of the scenario is for a ceasefire or a settlement." in text


def test_the_command_asks_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["run", "divide-the-pie", "--trials", "20", "--baselines"]) == 0
    assert "Simpler models" in capsys.readouterr().out
    assert _run(["run", "divide-the-pie", "--trials", "20"]) == 0
    assert "Simpler models" not in capsys.readouterr().out
