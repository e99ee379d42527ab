"""The JSON object of the contract: keys, shares and dates."""

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest
from scipy import stats

from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.results.intervals import mean_interval, ratio_interval, wilson
from negosim.results.summary import Run, summarised
from negosim.scenario.dates import quarter_ends
from tests.worlds import BORDER, WAR_ONLY, changed, load, pie, play

QUESTIONS = {
    "questions": {
        "truce": {
            "title": "A ceasefire within a year?",
            "reach": "ceasefire",
            "by": "2025-12-15",
            "benchmarks": [{"p": 0.24, "on": "2025-01-02", "source": "judgement"}],
        },
        "lasting_truce": {"reach": "ceasefire", "by": "2025-12-15", "lasting": "90 days"},
        "win": {"reach": "victory:north", "by": "2026-12-31"},
        "deal": {"reach": "agreement", "by": "2026-06-30"},
    }
}
TRUCES = {"talks.truce.patience": "6 months", "talks.peace.opens": "2025-10-01"}
DATA = changed(BORDER, {**QUESTIONS, **TRUCES})


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    scenario = load(DATA)
    plan, history = play(DATA, 1200)
    return json.loads(json.dumps(summarised(scenario, plan, history, Run(1200, 1, 0.5)), allow_nan=False))


def test_keys_of_the_contract(summary: dict[str, Any]) -> None:
    wanted = ["scenario", "run", "reached", "final_state", "held", "terms", "refusals", "tolls", "questions"]
    assert [key for key in summary if key in wanted] == wanted
    assert set(summary["scenario"]) == {"title", "sha256", "as_of", "horizon", "about", "variants"}
    played = {"negosim", "build", "command"}
    assert set(summary["run"]) == played | {"trials", "seed", "variant", "variant_title", "set", "seconds"}
    kinds = {"ceasefire", "settlement", "agreement", "victory", "victory:north", "victory:south", "faded"}
    assert set(summary["reached"]) == kinds
    final = {"war", "ceasefire", "settlement", "victory:north", "victory:south", "faded"}
    assert set(summary["final_state"]) == final
    assert set(summary["tolls"]["dead"]) == {"mean", "low", "high", "p05", "p50", "p95", "unit"}


def test_dates_are_quarter_ends_questions_and_the_horizon(summary: dict[str, Any]) -> None:
    quarters = [f"{year}-{day}" for year in (2025, 2026) for day in ("03-31", "06-30", "09-30", "12-31")]
    for reached in summary["reached"].values():
        assert list(reached["by"]) == sorted({*quarters, "2025-12-15", "2027-01-01"})


def test_shares_never_fall_and_lie_within_their_interval(summary: dict[str, Any]) -> None:
    for reached in summary["reached"].values():
        shares = [share["p"] for share in reached["by"].values()]
        assert shares == sorted(shares)
        assert all(share["low"] <= share["p"] <= share["high"] for share in reached["by"].values())
    assert sum(share["p"] for share in summary["final_state"].values()) == pytest.approx(1)


def test_an_agreement_is_a_ceasefire_or_a_settlement(summary: dict[str, Any]) -> None:
    reached = summary["reached"]
    for date, either in reached["agreement"]["by"].items():
        parts = reached["ceasefire"]["by"][date]["p"], reached["settlement"]["by"][date]["p"]
        assert max(parts) <= either["p"] <= sum(parts) + 1e-12


def test_median_date_is_when_half_have_reached_it() -> None:
    data = pie()
    plan, history = play(data, 101)
    summary = summarised(load(data), plan, history, Run(101, 1, 0.0))
    assert summary["reached"]["settlement"]["median_date"] == "2025-09-10"
    assert summary["reached"]["ceasefire"]["median_date"] is None
    assert set(summary["final_state"]) == {"impasse", "settlement"}


def test_questions(summary: dict[str, Any]) -> None:
    questions = summary["questions"]
    assert questions["truce"]["p"] == summary["reached"]["ceasefire"]["by"]["2025-12-15"]["p"]
    assert questions["win"]["p"] == summary["reached"]["victory:north"]["by"]["2026-12-31"]["p"]
    assert questions["deal"]["p"] == summary["reached"]["agreement"]["by"]["2026-06-30"]["p"]
    assert questions["truce"]["benchmarks"][0]["p"] == 0.24
    assert questions["lasting_truce"]["lasting"] == "90 days"
    assert 0 < questions["lasting_truce"]["p"] < questions["truce"]["p"]


def test_lasting_looks_at_every_ceasefire_that_began_in_time() -> None:
    plan, history = play(DATA, 1200)
    spells = history.spells["ceasefire"]
    index = [question.id for question in plan.questions].index("lasting_truce")
    in_time = (spells.first != NEVER) & (spells.since <= 348)
    first_lasted = in_time & (spells.until - spells.since >= 90)
    answers = history.answers[:, index]
    assert (answers >= first_lasted).all()
    assert answers.sum() > first_lasted.sum()
    assert not answers[~in_time].any()


def test_held_counts_only_what_can_be_told(summary: dict[str, Any]) -> None:
    plan, history = play(DATA, 1200)
    spells, horizon = history.spells["ceasefire"], float(plan.ticks.days[-1])
    told = (spells.first != NEVER) & (spells.since + 365 <= horizon)
    lasted = told & (spells.until - spells.since >= 365)
    year = summary["held"]["ceasefire"]["1 year"]
    assert (year["n"], year["p"]) == (told.sum(), pytest.approx(lasted.sum() / told.sum()))
    assert summary["held"]["ceasefire"]["30 days"]["p"] > year["p"]


def test_terms_and_refusals_add_up(summary: dict[str, Any]) -> None:
    for track, terms in summary["terms"].items():
        assert terms["signed"] > 0
        for options in terms["issues"].values():
            assert sum(share["p"] for share in options.values()) == pytest.approx(1)
        for refusal in summary["refusals"][track].values():
            assert 0 <= refusal["share"] <= 1
            if refusal["share"]:
                assert sum(refusal["issues"].values()) == pytest.approx(1)
    assert set(summary["terms"]["truce"]["issues"]) == {"guard"}
    assert set(summary["refusals"]["truce"]) == {"north", "south"}
    assert set(summary["refusals"]["peace"]) == {"north", "south", "union"}
    assert summary["terms"]["peace"]["utility"]["north"]["mean"] < 1


def test_a_run_without_talks() -> None:
    data = changed(WAR_ONLY, {"horizon": "2 years"})
    plan, history = play(data, 50)
    summary = summarised(load(data), plan, history, Run(50, 1, 0.0))
    assert summary["terms"] == {}
    assert summary["held"]["ceasefire"]["1 year"] == {"p": None, "low": None, "high": None, "n": 0}


def test_occupancy_agrees_with_final_states(summary: dict[str, Any]) -> None:
    for state, shares in summary["occupancy"]["states"].items():
        assert shares[-1] == pytest.approx(summary["final_state"][state]["p"])
    assert summary["occupancy"]["dates"][0] == "2025-01-01"
    assert summary["occupancy"]["dates"][-1] == "2027-01-01"


@pytest.mark.parametrize(("hits", "trials"), [(0, 10), (3, 17), (50, 100), (17, 17)])
def test_wilson_interval(hits: int, trials: int) -> None:
    expected = stats.binomtest(hits, trials).proportion_ci(method="wilson")
    share = wilson(hits, trials)
    assert (share["low"], share["high"]) == pytest.approx((expected.low, expected.high))


def test_ratio_and_mean_intervals_cover() -> None:
    """Coverage of 95 % intervals over 1,000 samples: between 92.5 and 97 %."""
    rng = np.random.default_rng(3)
    ratio_hits = mean_hits = 0
    for _ in range(1000):
        rounds = rng.integers(1, 40, 300)
        refused = rng.binomial(rounds, rng.beta(2, 3, 300))
        interval = ratio_interval(refused.astype(float), rounds.astype(float))
        ratio_hits += interval["low"] <= 0.4 <= interval["high"]
        interval = mean_interval(rng.exponential(2.0, 200))
        mean_hits += interval["low"] <= 2 <= interval["high"]
    assert 925 < ratio_hits < 970
    assert 925 < mean_hits < 970


def test_quarter_ends() -> None:
    assert quarter_ends(dt.date(2025, 3, 31), dt.date(2025, 9, 30)) == [dt.date(2025, 6, 30), dt.date(2025, 9, 30)]


def test_the_tick_grid_ends_at_the_horizon() -> None:
    plan = compiled(load(changed(WAR_ONLY, {"horizon": "2025-03-01", "step": "28 days"})).file)
    assert plan.ticks.days.tolist() == [0, 28, 56, 59]
    even = compiled(load(changed(WAR_ONLY, {"horizon": "2025-02-26", "step": "28 days"})).file)
    assert even.ticks.days.tolist() == [0, 28, 56]
