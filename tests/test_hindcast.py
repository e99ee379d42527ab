"""The hindcast from the file of cases to the answer, on made-up negotiations."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from negosim.cli.main import _run
from negosim.experiments.hindcast import hindcast as module
from negosim.experiments.hindcast.assess import Record, below_aspiration, monte_carlo, terms
from negosim.experiments.hindcast.calibrate import calibrate
from negosim.experiments.hindcast.cases import loads_cases
from negosim.experiments.hindcast.constants import Constants, priors
from negosim.experiments.hindcast.hindcast import hindcast
from negosim.experiments.hindcast.play import Played, Term, play
from negosim.experiments.hindcast.result import Hindcast, Interval
from negosim.experiments.hindcast.scores import Forecast
from negosim.experiments.hindcast.targets import Target, targets
from negosim.experiments.hindcast.work import hindcast_work
from negosim.report.hindcast import print_hindcast
from negosim.results.intervals import wilson
from negosim.scenario.load import load
from tests.coded import FILE
from tests.hindcasts import many

KEYS = {
    "cases", "targets", "deals", "scores", "differences", "horizons", "first_starts", "restarts", "calibration",
    "terms", "below_aspiration", "blinded", "t_zero", "doubled_rhythm", "constants",
}  # fmt: skip
SCORES = {"brier", "log", "auc", "auc_same_horizon"}
RULES = {"constant", "rate_by_horizon", "logit"}
TRIALS = 50


@pytest.fixture(scope="module")
def found() -> Hindcast:
    return hindcast(loads_cases(many()), trials=TRIALS)


@pytest.fixture(scope="module")
def answer(found: Hindcast) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(found.to_json()))
    return plain


def printed(found: Hindcast, *, full: bool = False) -> str:
    stream = io.StringIO()
    print_hindcast(found, Console(file=stream, width=80), full=full)
    return stream.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


# What it answers


def test_the_answer_has_the_keys_that_are_promised(answer: dict[str, Any]) -> None:
    assert set(answer) >= KEYS
    assert set(answer["scores"]) == {"model", *RULES}
    assert set(answer["differences"]) == RULES
    for scores in (*answer["scores"].values(), *answer["differences"].values()):
        assert set(scores) == SCORES
        assert all({"value", "low", "high"} <= set(one) for one in scores.values())
    assert list(answer["horizons"]) == ["3 months", "6 months", "12 months"]
    assert all({"mean", "rate", "n"} <= set(one) for one in answer["horizons"].values())
    assert {"model", "middle", "issues"} <= set(answer["terms"])
    for name in ("blinded", "t_zero", "doubled_rhythm"):
        assert {*SCORES, "difference", "horizons", "below_aspiration"} == set(answer[name])
    assert answer["constants"]["patience_months"]["value"] == 14
    assert answer["constants"]["patience_months"]["prior"].startswith("lognormal")


def test_its_numbers_follow_from_its_forecasts(answer: dict[str, Any]) -> None:
    said = answer["forecasts"]
    assert (len(said), sum(one["deal"] for one in said)) == (answer["targets"], answer["deals"])
    for name in ("model", *RULES):
        squares = [(one[name] - one["deal"]) ** 2 for one in said]
        assert answer["scores"][name]["brier"]["value"] == pytest.approx(np.mean(squares), abs=1e-5)
    assert sum(one["n"] for one in answer["calibration"]) == answer["targets"]
    assert sum(one["n"] for one in answer["horizons"].values()) == answer["targets"]
    assert answer["first_starts"]["n"] + answer["restarts"]["n"] == answer["targets"]
    early = [one for one in said if one["months"] == 3]
    assert answer["horizons"]["3 months"]["mean"] == pytest.approx(np.mean([one["model"] for one in early]), abs=1e-5)
    gap = answer["horizons"]["3 months"]["gap"]["value"]
    assert gap == pytest.approx(
        answer["horizons"]["3 months"]["mean"] - answer["horizons"]["3 months"]["rate"], abs=1e-5
    )


def test_differences_are_those_of_the_scores(answer: dict[str, Any]) -> None:
    for rule in RULES:
        for score in SCORES:
            expected = answer["scores"]["model"][score]["value"] - answer["scores"][rule][score]["value"]
            assert answer["differences"][rule][score]["value"] == pytest.approx(expected, abs=1e-5)


def test_a_row_for_every_target(found: Hindcast) -> None:
    frame = found.frame("polars")
    assert len(frame) == found.targets
    assert frame["deal"].sum() == found.deals


def test_without_red_lines_and_without_moods_it_is_played_otherwise(found: Hindcast) -> None:
    base = found.scores["model"]["brier"].value
    assert len({base, found.blinded.scores["brier"].value, found.t_zero.scores["brier"].value}) == 3
    assert found.doubled_rhythm.scores["brier"].value != base
    difference = found.blinded.difference["brier"].value
    assert base is not None and found.blinded.scores["brier"].value is not None
    assert difference == pytest.approx(found.blinded.scores["brier"].value - base)


def test_a_constant_that_is_set_is_played_and_said() -> None:
    cases = loads_cases(FILE)
    first, second = (hindcast(cases, trials=20, settings={"patience_months": months}) for months in (2, 60))
    assert [one.model for one in first.said] != [one.model for one in second.said]
    assert first.constants["patience_months"].is_set and not first.constants["breach"].is_set
    assert "Played with the shipped constants, but for patience months = 2. Those who chose them" in flat(
        printed(first)
    )


def test_few_cases_say_that_they_have_no_intervals() -> None:
    text = flat(printed(hindcast(loads_cases(FILE), trials=20)))
    assert "With n = 2 cases nobody can claim anything: so few have no intervals." in text
    assert "(no interval)" in text


def test_terms_are_counted_issue_by_issue() -> None:
    asked = targets(loads_cases(many()).cases)
    record = Record.of(asked, {}, np.zeros((len(asked), 1)), trials=100, seed=1)
    signed = [
        Term("ships_0", "harbour", 1, 0.7, 1, 1),
        Term("ships_0", "tolls", None, 0.0, 0, 0),
        Term("ships_1", "harbour", 2, 0.6, 1, 1),
        Term("ships_1", "tolls", 0, 0.6, 0, 1),
        Term("elsewhere", "tolls", 0, 0.6, 0, 1),
    ]
    told = terms(record, signed)
    assert told is not None
    assert (told.model.value, told.middle.value, told.difference.value) == (0.5, 0.75, -0.25)
    assert (told.issues, told.cases, told.unsigned) == (4, 2, 1)
    assert terms(record, signed[-1:]) is None


def test_signatures_below_an_aspiration_have_the_interval_of_their_histories() -> None:
    nothing = np.zeros(0)
    one = below_aspiration(Played((), nothing, nothing, (), 40, 0.4, 100, 1))
    ends = wilson(16, 40)
    assert one == Interval(0.4, ends["low"], ends["high"])
    assert below_aspiration(Played((), nothing, nothing, (), 0, 0.0, 100, 1)) == Interval(None, None, None)


def test_the_monte_carlo_error_of_a_score_is_that_of_repeated_plays() -> None:
    """One target a start, drawn 4,000 times from its binomial law; the error of a standard deviation is 1 %."""
    cases = loads_cases(many()).cases
    asked = [target for target in targets(cases) if target.months == 6]
    record = Record.of(asked, {}, np.zeros((len(asked), 1)), trials=400, seed=1)
    truth = np.linspace(0.1, 0.8, len(asked))
    rng = np.random.default_rng(1)
    played = rng.binomial(400, truth, size=(4_000, len(asked))) / 400
    spread = ((played - record.outcomes.deals) ** 2).mean(axis=1).std()
    errors = np.sqrt(truth * (1 - truth) / 400)
    assert monte_carlo(record.outcomes, Forecast(truth), errors) == pytest.approx(spread, rel=0.05)


# How it reads


def test_the_report_fits_and_says_what_it_must(found: Hindcast) -> None:
    text = printed(found)
    lines = text.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    words = flat(text)
    assert words.startswith(f"6 past negotiations, {found.targets} targets, {found.deals} of them with a deal")
    assert "By the Brier score the model" in words
    assert "hindsight-coded" in words and "an upper bound" in words
    assert "With n = 6 cases nobody can claim" in words
    full = printed(found, full=True)
    assert "In short By the Brier score the model" in flat(full)
    assert max(map(len, full.splitlines())) <= 80
    for title in ("Other scores", "Calibration", "Played otherwise", "Where it is most wrong", "patience_months"):
        assert title in full and title not in text
    part = full.partition("At the start of talks\n")[2].partition("In later years\n")[0]
    assert (
        len(re.findall(r"^  (?:Constant|Rate by horizon|Logit) .*(?:better|worse|not clear)$", part, re.MULTILINE)) == 3
    )


def test_words_that_say_nothing_to_the_rule_are_named() -> None:
    found = hindcast(loads_cases(FILE.replace("moderate_40_patrol_boats", "forty_boats")), trials=5)
    (remark,) = found.remarks
    assert remark.startswith("Talks over ships: ") and "forty_boats" in remark
    text = flat(printed(found))
    assert f"Notes - {remark}" in text


def test_what_is_worse_is_said_first_and_in_words(found: Hindcast) -> None:
    worse = {score: Interval(0.1, 0.05, 0.15) for score in ("brier", "log")}
    worse |= {score: Interval(-0.1, -0.15, -0.05) for score in ("auc", "auc_same_horizon")}
    better = {score: Interval(-one.value, -one.high, -one.low) for score, one in worse.items()}
    level = {score: Interval(0.01, -0.2, 0.2) for score in worse}
    changed = replace(
        found,
        differences={"constant": better, "rate_by_horizon": level, "logit": worse},
        first_starts=None,
        restarts=None,
    )
    words = flat(printed(changed))
    assert (
        "By the Brier score the model is worse than the logit on five features; it is indistinguishable from the rate "
        "by horizon; it is better than the constant." in words
    )
    all_of_them = "Brier score, log score, AUC and AUC at the same horizon"
    assert f"It is worse than the logit on five features by the {all_of_them}." in words
    assert "It is behind the rate by horizon by the Brier score and log score, though by no more" in words


# The command


def test_a_case_with_a_typo_ends_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(FILE.replace("final: 1}", "final: 4}"))
    assert _run(["hindcast", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"{path}:7:" in captured.err and "there is no option 4" in captured.err


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("patience=3", "there is no constant 'patience' (did you mean"),
        ("patience_months=0", "patience_months: 0 is out of range"),
        ("patience_months", "'patience_months' is no setting (write e.g. patience_months=11)"),
        ("patience_months=soon", "patience_months: 'soon' is not a number"),
    ],
)
def test_a_setting_that_is_none_is_refused(
    setting: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(FILE)
    assert _run(["hindcast", str(path), "--set", setting]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in flat(captured.err)


def test_more_work_than_the_budget_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(many(20))
    assert _run(["hindcast", str(path), "--trials", "5000", "--budget", "1s"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "budget" in captured.err
    cases = loads_cases(FILE).cases
    few, calibrated = (hindcast_work(cases, 100, calibrate=choice).seconds for choice in (False, True))
    assert 0 < few < calibrated / 10


def test_the_cases_are_written_as_scenarios_that_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, folder = tmp_path / "cases.yaml", tmp_path / "encoded"
    path.write_text(FILE)
    assert _run(["hindcast", str(path), "--trials", "10", "--workers", "1", "--json", "--write", str(folder)]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["cases"] == 2
    written = sorted(folder.iterdir())
    assert f"{len(written)} scenarios" in captured.err
    assert {target.start for target in targets(loads_cases(FILE).cases)} <= {load(one).file.as_of for one in written}


def test_the_answer_is_the_same_bytes_for_any_number_of_workers(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(FILE)
    answers = [
        subprocess.run(
            [sys.executable, "-m", "negosim", "hindcast", str(path), "--trials", "20", "--json", "--workers", workers],
            capture_output=True,
            env={**os.environ, "COLUMNS": "80"},
            timeout=120,
            check=True,
        ).stdout
        for workers in ("1", "2")
    ]
    assert answers[0] == answers[1]
    assert json.loads(answers[0])["run"]["trials"] == 20


def test_a_target_is_known_by_its_case_start_and_horizon(found: Hindcast) -> None:
    asked: tuple[Target, ...] = targets(loads_cases(many()).cases)
    assert [(one.case, one.start, one.months) for one in found.said] == [
        (target.case, target.start.isoformat(), target.months) for target in asked
    ]


# Calibrated


@pytest.fixture(scope="module")
def held_out() -> Hindcast:
    """Calibrated at fewer points, each with fewer histories, than the command takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "calibrated", partial(calibrate, points=6, point_trials=20))
        return hindcast(loads_cases(many()), calibrate=True, trials=TRIALS)


def test_a_case_is_played_with_constants_that_have_not_seen_it(held_out: Hindcast) -> None:
    cases = loads_cases(many()).cases
    asked = targets(cases)
    case = "ships_1"
    fits = {name: one.fit.held_out[case] for name, one in held_out.constants.items() if one.fit is not None}
    assert set(fits) == set(priors())
    there = [target for target in asked if target.case == case]
    played = play(cases, there, Constants().with_settings(fits), trials=TRIALS, workers=1)
    assert [one.model for one in held_out.said if one.case == case] == played.shares.tolist()


def test_a_calibrated_answer_has_profiles_and_the_score_of_the_shipped_constants(
    held_out: Hindcast, found: Hindcast
) -> None:
    answer = json.loads(json.dumps(held_out.to_json()))
    assert answer["held_out"] is True
    assert answer["shipped"]["brier"]["value"] == found.to_json()["scores"]["model"]["brier"]["value"]
    one = answer["constants"]["patience_months"]
    assert one["low"] <= one["best"] <= one["high"]
    assert len(one["held_out"]) == 6
    assert len(one["profile"]["values"]) == len(one["profile"]["log_likelihood"])
    assert max(one["profile"]["log_likelihood"]) <= 0
    assert "held_out" not in answer["constants"]["drift"]


def test_the_report_says_what_calibration_gains(held_out: Hindcast) -> None:
    words = flat(printed(held_out))
    assert "Each case was played with constants calibrated on the other cases." in words
    assert re.search(r"With the shipped constants the Brier score is 0\.\d+ \(.*?\), which (is|cannot)", words)
    full = printed(held_out, full=True)
    assert max(map(len, full.splitlines())) <= 80
    for title in ("Calibration of six constants", "Profiles", "The shipped constants"):
        assert title in full
    assert re.search(r"patience_months .*\[[ .:=+*#-]{17}\]", full)


def test_constants_are_set_or_calibrated_and_need_other_cases() -> None:
    with pytest.raises(ValueError, match="either set or calibrated"):
        hindcast(loads_cases(many()), calibrate=True, settings={"breach": 0.1})
    with pytest.raises(ValueError, match="takes at least 3 cases"):
        hindcast(loads_cases(FILE), calibrate=True)


def test_the_guide_names_every_key_of_the_answer(answer: dict[str, Any]) -> None:
    page = (Path(__file__).parents[1] / "docs" / "how-to" / "hindcast.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE)
    told = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert told == set(answer) - {"coded"}
