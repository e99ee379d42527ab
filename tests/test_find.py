"""Histories worth telling: each kind is what it says, and a kind that does not occur says so."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from negosim.api import run
from negosim.cli.main import command
from negosim.experiments.replay.find import KINDS, NothingFoundError, find
from negosim.experiments.replay.replay import replayed
from negosim.scenario.load import Scenario
from tests.worlds import BORDER, changed, load

TRIALS = 300


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """A war whose truces break, and whose settlements are voted on."""
    return load(
        changed(
            BORDER,
            {
                "talks.truce.after.breach": 1.0,
                "parties.south.ratification": {
                    "by": "voters", "of": ["ceasefire"], "delay": "30 days", "hurdle": 0.02, "spread": 0.3,
                    "foresight": 0,
                },
            },
        )
    )  # fmt: skip


def story_of(scenario: Scenario, trial: int) -> list[str]:
    return [entry["kind"] for entry in replayed(scenario, trial)["story"]]


def test_a_ceasefire_is_one_that_comes_neither_first_nor_last(scenario: Scenario) -> None:
    found = find(scenario, "ceasefire", trials=TRIALS)
    trials = run(scenario, trials=TRIALS, judgement=False).trials
    dates = trials["ceasefire_date"]
    reached = sorted(date for date in dates if date == date)
    best = dates[found[0]]
    assert reached[len(reached) // 4] <= best <= reached[3 * len(reached) // 4]
    assert all(dates[trial] == dates[trial] for trial in found)


def test_a_veto_is_a_vote_that_is_lost(scenario: Scenario) -> None:
    for trial in find(scenario, "veto", trials=TRIALS):
        votes = [entry for entry in replayed(scenario, trial)["story"] if entry["kind"] == "vote"]
        assert any(not vote["approved"] for vote in votes)


def test_a_breach_breaks(scenario: Scenario) -> None:
    for trial in find(scenario, "breach", trials=TRIALS):
        end = replayed(scenario, trial)["end"]
        assert end["ceasefire_broken"]


def test_the_quickest_is_the_first_of_all(scenario: Scenario) -> None:
    dates = run(scenario, trials=TRIALS, judgement=False).trials["ceasefire_date"]
    assert dates[find(scenario, "quickest", trials=TRIALS)[0]] == min(date for date in dates if date == date)


def test_a_typical_history_ends_as_most_do(scenario: Scenario) -> None:
    ends = list(run(scenario, trials=TRIALS, judgement=False).trials["final_state"])
    found = find(scenario, "typical", trials=TRIALS)
    assert ends[found[0]] == max(set(ends), key=ends.count)


def test_what_does_not_occur_is_said() -> None:
    impossible = load(changed(BORDER, {"talks.truce.opens": "2026-12-30"}))
    with pytest.raises(NothingFoundError, match="no body votes a text down"):
        find(impossible, "veto", trials=20)


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_knows_every_kind(kind: str) -> None:
    answer = CliRunner().invoke(command, ["replay", "spoilers", "--find", kind, "--json"])
    if answer.exit_code:
        assert answer.exit_code == 2
    else:
        assert {"story", "others"} <= set(json.loads(answer.stdout))


def test_one_of_the_two_is_asked_for() -> None:
    answer = CliRunner().invoke(command, ["replay", "spoilers"])
    assert answer.exit_code == 2
    assert "--trial K, or --find KIND" in answer.stderr
