"""Scores of questions whose outcomes are known: by hand, from files of outcomes, of sealed forecasts."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml

import negosim
from negosim.cli.main import _run
from negosim.experiments.errors import SealError
from negosim.experiments.hindcast.scores import FEWEST_CASES
from negosim.experiments.score.outcomes import read_outcomes
from negosim.experiments.score.score import score
from negosim.scenario.load import load, loads
from negosim.scenario.problems import ScenarioError
from negosim.scenario.shipped import examples
from tests.examples import MINIMAL

ROOT = Path(__file__).parents[1]

ASKING = f"""{MINIMAL}
""".replace(
    "questions:\n  truce: {reach: ceasefire, by: 2025-06-30}\n",
    """\
questions:
  truce:
    title: A truce by June?
    reach: agreement
    by: 2025-10-31
    benchmarks: [{p: 0.24, on: 2025-01-02, source: survey}, {p: 1, source: a crank}]
    outcome: {happened: true, on: 2025-05-01, source: survey}
  peace: {title: "Peace, by December", reach: settlement, by: 2025-12-31}
  win: {reach: "victory:north", by: 2026-12-31, benchmarks: [{p: 0.1, source: survey}]}
""",
)

OUTCOMES = """\
outcomes_of: Two sides, one border
sources: {paper: {title: The evening paper}}
outcomes:
  win: {happened: false, on: 2026-12-31, source: paper}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    scenario, outcomes = tmp_path / "war.yaml", tmp_path / "outcomes.yaml"
    scenario.write_text(ASKING)
    outcomes.write_text(OUTCOMES)
    return scenario, outcomes


def test_scores_are_those_of_the_shares(files: tuple[Path, Path]) -> None:
    scenario, outcomes = files
    card = score(scenario, outcomes=outcomes, trials=300, seed=2)
    answers = negosim.run(scenario, trials=300, seed=2).summary()["questions"]
    (file,) = card.files
    assert (file.kind, file.title, file.trials, file.seed) == ("scenario", "Two sides, one border", 300, 2)
    truce, win, peace = (file.questions[name] for name in ("truce", "win", "peace"))
    p = answers["truce"]["p"]
    assert 0 < p < 1
    assert (truce.simulated.p, truce.simulated.low) == (p, answers["truce"]["low"])
    assert truce.simulated.brier == pytest.approx((1 - p) ** 2)
    assert truce.simulated.log == pytest.approx(-math.log(p))
    assert [said.brier for said in truce.benchmarks] == pytest.approx([0.76**2, 0.0])
    assert [said.log for said in truce.benchmarks] == pytest.approx([-math.log(0.24), -math.log(1 - 0.5 / 300)])
    assert truce.outcome and truce.outcome.source == "A survey"
    assert win.outcome and win.outcome.source == "The evening paper"
    assert peace.outcome is None and peace.simulated.brier is None
    assert card.open == 1 and card.total and (card.total.n, card.total.files) == (2, 1)
    q = answers["win"]["p"]
    assert card.total.brier.value == pytest.approx(((1 - p) ** 2 + q**2) / 2)
    assert card.total.brier.low is None
    frame = card.frame().set_index("question")
    assert frame.loc["truce", "simulated"].tolist() == [True, False, False]
    assert frame.loc["truce", "brier"].iloc[0] == truce.simulated.brier
    versus = {found.source: found for found in card.benchmarks}
    assert versus["A survey"].published.n == 2
    assert versus["A survey"].published.brier.value == pytest.approx((0.76**2 + 0.01) / 2)
    assert versus["A survey"].difference.value == pytest.approx(
        ((1 - p) ** 2 + q**2) / 2 - (0.76**2 + 0.01) / 2
    )  # fmt: skip
    assert versus["a crank"].simulated.brier.value == pytest.approx((1 - p) ** 2)


def test_a_sealed_forecast_is_scored_as_it_is(files: tuple[Path, Path], tmp_path: Path) -> None:
    scenario, outcomes = files
    path = tmp_path / "forecast.json"
    negosim.run(scenario, trials=200, seed=3, seal=path, judgement=False)
    card = score([path], outcomes=[outcomes], trials=1)
    played = score(load(scenario), outcomes=outcomes, trials=200, seed=3)
    (file,) = card.files
    assert (file.kind, file.trials, file.seal) == ("sealed", 200, json.loads(path.read_text())["seal"])
    for name, question in played.files[0].questions.items():
        assert vars(file.questions[name]) | {"too_late": False} == vars(question)
    assert file.questions["truce"].too_late
    data = json.loads(path.read_text())
    data["forecast"]["questions"]["truce"]["p"] = 1.0
    path.write_text(json.dumps(data))
    with pytest.raises(SealError, match="changed since it was sealed"):
        score(path)


def test_many_files_give_an_interval(files: tuple[Path, Path]) -> None:
    scenario, _ = files
    text = scenario.read_text()
    happened = [str(number % 2 == 0).lower() for number in range(FEWEST_CASES)]
    card = score([loads(text.replace("happened: true", f"happened: {word}")) for word in happened], trials=40)
    assert card.total and card.total.files == FEWEST_CASES
    found = card.total.brier
    assert found.value is not None and found.low is not None and found.high is not None
    assert found.low < found.value < found.high


WRONG = {
    "": "is a mapping",
    "outcomes_of: Two sides, one border\n": "'outcomes' is missing",
    OUTCOMES.replace("happened: false", "happened: perhaps"): ":4:19: outcomes.win.happened: 'perhaps' is not true",
    OUTCOMES.replace("happened", "hapened"): "did you mean 'happened'",
    OUTCOMES.replace("win:", "won:"): ":4:3: outcomes.won: the scenario has no question 'won' (did you mean 'win'?",
    OUTCOMES.replace("2026-12-31", "2024-12-31"): "lies before as_of",
    OUTCOMES.replace("one border", "two borders"): ":1:14: outcomes_of: no scenario of this title",
    OUTCOMES.replace("win: {happened: false", "truce: {happened: false"): "another outcome of 'truce'",
    OUTCOMES + '  "Peace, by December": {happened: true}\n  peace: {happened: true}\n': "given twice",
    OUTCOMES + "more: 1\n": "unknown key 'more'",
    "outcomes_of: [\n": "not YAML",
    OUTCOMES.replace("source: paper", 'source: "\\u202e"'): "invisible",
    OUTCOMES.replace("{title: The evening paper}", "&a {title: x}"): "anchors are not part",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=list(WRONG.values()))
def test_wrong_outcomes_have_their_line(
    text: str, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, outcomes = files
    outcomes.write_text(text)
    assert _run(["score", str(scenario), "--outcomes", str(outcomes), "--trials", "20"]) == 2
    told = capsys.readouterr()
    assert not told.out and WRONG[text] in told.err and "outcomes.yaml:" in told.err


def test_a_question_goes_by_its_title_too(files: tuple[Path, Path]) -> None:
    scenario, outcomes = files
    outcomes.write_text(OUTCOMES + '  "Peace, by December": {happened: true}\n')
    card = score(scenario, outcomes=outcomes, trials=20)
    assert card.open == 0
    with pytest.raises(ScenarioError, match="two files"):
        score(scenario, outcomes=[outcomes, outcomes], trials=20)


def test_what_is_asked_for_must_make_sense(files: tuple[Path, Path]) -> None:
    for wrong in ({"trials": 0}, {"seed": -1}, {"workers": 0}):
        with pytest.raises(ValueError, match="at least"):
            score(files[0], **wrong)
    with pytest.raises(ValueError, match="nothing to score"):
        score([])
    with pytest.raises(FileNotFoundError, match="no outcomes of that name"):
        score(files[0], outcomes="atlantis")


def test_the_command_says_all_of_it(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    scenario, outcomes = files
    arguments = ["score", str(scenario), "--outcomes", str(outcomes), "--trials", "300"]
    assert _run([*arguments, "--full"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "2 questions with an outcome, 1 open" in told
    assert "tell little" in told and "stand or fall together" in told and "no interval" in told
    assert "a hindcast, no forecast" in told
    assert "A truce by June?: yes, 1 May 2025 (A survey)" in told
    assert "24 % 0.578 1.43" in told
    assert "Peace, by December (by 31 December 2025)" in told
    assert _run([*arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["files"][0]["questions"]["win"]["outcome"]["happened"] is False
    assert answer["total"]["n"] == 2 and answer["open"] == 1 and answer["run"]["command"].startswith("negosim score")


def test_without_outcomes_everything_is_open(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "war.yaml"
    scenario.write_text(MINIMAL)
    assert _run(["score", str(scenario), "--trials", "20", "--full"]) == 0
    told = capsys.readouterr().out
    assert "None of 1 question has an outcome" in told and "truce (by 30 June 2025)" in told
    assert score(scenario, trials=20).total is None


HISTORICAL = ("camp-david-1978", "istanbul-2022", "jcpoa-2013", "korea-1951")


@pytest.mark.parametrize("name", HISTORICAL)
def test_every_question_of_the_past_has_an_outcome_after_it_was_asked(name: str) -> None:
    file = load(examples()[name]).file
    for key, question in file.questions.items():
        outcome = question.outcome
        assert outcome and outcome.on and outcome.source, key
        assert outcome.on >= file.as_of
        assert outcome.happened or outcome.on >= question.by, key


def test_outcomes_that_come_with_negosim_fit_their_scenarios() -> None:
    found = sorted((ROOT / "outcomes").glob("*.yaml"))
    assert found
    for path in found:
        scenario = load(examples()[path.stem]).file
        known = read_outcomes(path.stem)
        outcomes = known.of({key: item.title or key for key, item in scenario.questions.items()}, scenario.as_of)
        assert known.file.outcomes_of == scenario.title and outcomes
        assert all(question.outcome is None for question in scenario.questions.values())
        for key, outcome in outcomes.items():
            assert outcome.on and outcome.source
            assert outcome.happened or outcome.on >= scenario.questions[key].by
        assert len(outcomes) < len(scenario.questions)


def test_the_flagship_does_not_read_its_outcomes() -> None:
    name = "ukraine-2025-12"
    text = yaml.safe_load((ROOT / "outcomes" / f"{name}.yaml").read_text())
    sources: dict[str, Any] = text["sources"]
    scenario = examples()[name].read_text()
    assert not [source["url"] for source in sources.values() if source["url"] in scenario and "2026" in source["title"]
                and "polytrack" not in source["url"]]  # fmt: skip
    assert "outcomes_of" not in scenario
