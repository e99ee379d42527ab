"""Monte-Carlo error and the uncertainty of inputs: the estimators by planted tables, the whole by small worlds."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from negosim.cli.uncertainty import command
from negosim.experiments.uncertainty.result import Apart, Uncertainty
from negosim.experiments.uncertainty.uncertainty import parted, point_means, shrunk, uncertainty
from negosim.report.uncertainty import print_uncertainty, sentence
from tests.worlds import BORDER, WAR_ONLY, changed, load, pie

A, B = 2.0, 5.0
MEAN = A / (A + B)
VARIANCE = A * B / ((A + B) ** 2 * (A + B + 1))


def planted(rng: np.random.Generator, points: int, trials: int) -> np.ndarray:
    """Return a beta-Bernoulli table: the share of a point has a beta law, so that its variance is known."""
    return (rng.random((points, trials)) < rng.beta(A, B, points)[:, None]).astype(float)


def report(found: Uncertainty) -> str:
    stream = io.StringIO()
    print_uncertainty(found, Console(file=stream, width=100))
    return " ".join(stream.getvalue().split())


def test_the_variance_of_luck_is_that_of_a_binomial() -> None:
    above = np.array([[1.0, 1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
    means, variances = point_means(above, np.ones_like(above))
    assert means.tolist() == [0.4, 1.0]
    assert variances == pytest.approx([0.4 * 0.6 / 4, 0.0])


def test_a_share_of_those_that_count_has_the_binomial_of_their_number() -> None:
    above, below = np.array([[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]), np.array([[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]])
    means, variances = point_means(above, below)
    assert means == pytest.approx([1 / 3])
    assert variances == pytest.approx([(1 / 3) * (2 / 3) / 2])


def test_points_in_which_nothing_counts_are_left_out() -> None:
    below = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    found = parted(np.zeros((4, 2)), below, is_share=True)
    assert found.points == 2


def test_the_variance_over_inputs_is_found_without_bias() -> None:
    # 300 tables of 40 points, 20 trials: the raw variance between points would be a third too large. Four
    # standard errors are passed once in 16,000.
    rng = np.random.default_rng(5)
    means = [point_means(table, np.ones_like(table)) for table in (planted(rng, 40, 20) for _ in range(300))]
    raw = np.array([values.var(ddof=1) for values, _ in means])
    estimates = raw - np.array([luck.mean() for _, luck in means])
    error = estimates.std(ddof=1) / np.sqrt(300)
    assert estimates.mean() == pytest.approx(VARIANCE, abs=4 * error)
    assert raw.mean() > VARIANCE + 10 * error


def test_the_interval_of_the_mean_covers_it() -> None:
    # 95 % nominal; 400 tables, so that fewer than 91 % would come once in a few thousand.
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(400):
        table = planted(rng, 60, 10)
        found = parted(table, np.ones_like(table), is_share=True)
        assert found.low is not None and found.high is not None
        covered += found.low <= MEAN <= found.high
    assert covered >= 0.91 * 400


def test_the_range_over_inputs_is_that_of_the_planted_law() -> None:
    from scipy.stats import beta

    table = planted(np.random.default_rng(7), 4000, 30)
    found = parted(table, np.ones_like(table), is_share=True)
    low, high = beta.ppf([0.05, 0.95], A, B)
    assert (found.range_low, found.range_high) == (pytest.approx(low, abs=0.02), pytest.approx(high, abs=0.02))
    raw = np.quantile(table.mean(axis=1), 0.95)
    assert found.range_high is not None and found.range_high < raw - 0.02
    assert found.is_seen


def test_without_an_effect_of_inputs_none_is_seen() -> None:
    # By its own level one table in twenty is a false alarm: of 200, more than 22 would come once in a thousand.
    rng = np.random.default_rng(8)
    tables = [(rng.random((50, 100)) < 0.3).astype(float) for _ in range(200)]
    assert sum(parted(table, np.ones_like(table), is_share=True).is_seen for table in tables) <= 22


def test_of_rare_cases_nothing_is_said_of_the_inputs() -> None:
    above = np.zeros((50, 100))
    above[:3, :2] = above[3, 0] = 1.0
    found = parted(above, np.ones_like(above), is_share=True)
    assert found.chance < 0.05 and found.cases == pytest.approx(7 / 50)
    assert found.is_rare and not found.is_seen
    assert "too rare" in sentence(Apart("soon", "Soon", True, found, found))


def test_the_interval_of_a_share_ends_at_0_and_1_and_that_of_a_mean_does_not() -> None:
    # By hand: four means, one 0.1 from the other three, have the sd 0.05 and so an interval of 1.96 · 0.05/2 = 0.049.
    rare = np.zeros((4, 10))
    rare[0, 0] = 1.0
    half = pytest.approx(0.04900, abs=1e-5)
    for above, mean, is_share, low, high in (
        (1 - rare, 0.975, True, None, 1.0),
        (1 - rare, 0.975, False, None, None),
        (rare, 0.025, True, 0.0, None),
        (rare, 0.025, False, None, None),
        (0.5 + rare, 0.525, True, None, None),
    ):
        found = parted(above, np.ones_like(above), is_share=is_share)
        assert found.low is not None and found.high is not None
        assert found.value == pytest.approx(mean)
        assert found.low == low if low is not None else mean - found.low == half
        assert found.high == high if high is not None else found.high - mean == half


def test_shrunk_means_keep_their_mean_and_have_the_variance_asked_for() -> None:
    means = np.array([0.1, 0.2, 0.6, 0.7])
    drawn = shrunk(means, 0.01)
    assert (drawn.mean(), drawn.var(ddof=1)) == (pytest.approx(0.4), pytest.approx(0.01))
    assert shrunk(means, 0.0) == pytest.approx([0.4] * 4)
    assert shrunk(np.full(3, 0.2), 0.0) == pytest.approx([0.2] * 3)


def test_the_same_answer_everywhere_is_no_spread() -> None:
    found = parted(np.full((7, 10), 0.2), np.ones((7, 10)), is_share=False)
    assert (found.between, found.inputs, found.is_seen) == (0.0, 0.0, False)


def test_nothing_ever_happens() -> None:
    found = parted(np.zeros((5, 10)), np.ones((5, 10)), is_share=True)
    assert (found.value, found.low, found.inputs, found.is_seen) == (0.0, 0.0, 0.0, False)
    assert found.high is not None and 0 < found.high < 0.1


# In worlds

SWITCH = changed(
    pie(),
    {"parties.a.war_cost": {"choice": {"-0.4": 0.5, "0.4": 0.5}}, "questions": {
        "deal": {"title": "A deal", "reach": "settlement", "by": "2026-01-01",
                 "benchmarks": [{"p": 0.3, "on": "2024-12-01", "source": "A market"}]}}},
)  # fmt: skip


def test_an_input_that_decides_alone_has_all_of_the_variance() -> None:
    # Without chance, half of the input's values always bring a deal and half never: by hand, the variance over the
    # inputs is 1/4 (times 10/9, as it is a sample of ten), and luck has none.
    found = uncertainty(load(SWITCH), ["settlement"], points=10, trials=4)
    full = found.answers[0].full
    assert (full.value, full.monte_carlo, full.inputs) == (0.5, 0.0, pytest.approx(0.25 * 10 / 9))
    assert (full.range_low, full.range_high, full.is_seen) == (0.0, 1.0, True)
    assert found.inputs == ("parties.a.war_cost",)


def test_the_same_answer_again_and_over_processes() -> None:
    world = load(SWITCH)
    one, two = (uncertainty(world, points=6, trials=4, seed=3, workers=workers).as_dict() for workers in (1, 2))
    for found in (one, two):
        del found["run"]["seconds"]
    assert one == two
    assert json.loads(json.dumps(one)) == one


def test_where_nothing_varies_it_says_so() -> None:
    found = uncertainty(load(WAR_ONLY), ["victory", "years"], points=4, trials=10)
    assert found.inputs == ()
    assert found.answers[0].full.range_low is None
    text = report(found)
    assert "Nothing varies" in text and "input ranges" not in text


def test_where_luck_hides_the_inputs_it_says_so() -> None:
    ripe = {"talks.peace.ripeness": "on", "talks.truce.ripeness": "on"}
    world = changed(BORDER, {"war.drift": {"normal": {"mean": 0.02, "sd": 1e-6}}, **ripe})
    found = uncertainty(load(world), ["agreement"], points=8, trials=10)
    assert not found.answers[0].full.is_seen
    assert "does not stand out from Monte-Carlo noise" in sentence(found.answers[0])


def test_points_that_the_scenario_refuses_are_named() -> None:
    # The longest of these patiences has more digits than a duration may have.
    world = changed(BORDER, {"parties.north.patience": {"choice": {"18 months": 0.5, "9999 years": 0.5}}})
    found = uncertainty(load(world), ["agreement"], points=4, trials=4)
    assert len(found.failed) == 2 and "not a duration" in found.failed[0][1]
    assert "could not be played" in report(found)


def test_questions_stand_beside_their_benchmarks() -> None:
    found = uncertainty(load(SWITCH), points=8, trials=4)
    assert [answer.metric for answer in found.answers] == ["settlement", "question.deal"]
    assert "published: 0.3, A market, on 1 December 2024" in report(found)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"points": 3}, "at least 4 points"), ({"trials": 1}, "2 trials"), ({"names": ["peace"]}, "no metric 'peace'")],
)
def test_what_cannot_be_done_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        uncertainty(load(SWITCH), **settings)


def test_a_frame_has_a_row_a_metric() -> None:
    frame = uncertainty(load(SWITCH), points=4, trials=4).frame()
    assert list(frame.index) == ["settlement", "question.deal"]
    assert {"value", "range_low", "range_high", "inputs", "monte_carlo"} <= set(frame.columns)


def test_the_command(tmp_path: Any) -> None:
    file = tmp_path / "switch.yaml"
    file.write_text(json.dumps(SWITCH))
    asked = [str(file), "--points", "6", "--trials", "4", "--workers", "1"]
    done = CliRunner().invoke(command, [*asked, "--full"])
    assert done.exit_code == 0 and "over your input ranges (90 %)" in " ".join(done.output.split())
    told = json.loads(CliRunner().invoke(command, [*asked, "--json", "--metric", "years"]).output)
    assert [answer["metric"] for answer in told["answers"]] == ["years"]
    wrong = CliRunner().invoke(command, [*asked, "--metric", "peace"])
    assert wrong.exit_code == 2 and "no metric 'peace'" in wrong.output
