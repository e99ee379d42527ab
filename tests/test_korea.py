"""Korea 1951: red lines on the prisoners hold up an armistice that is otherwise nearly ready."""

from pathlib import Path

import pytest

from negosim.scenario.load import Scenario, load
from tests.paired import Played, gain, play

FILE = Path(__file__).parent.parent / "scenarios" / "korea-1951.yaml"
TRIALS = 600
SOON = "armistice_in_twenty_months"


@pytest.fixture(scope="module")
def korea() -> Scenario:
    return load(FILE)


@pytest.fixture(scope="module")
def as_written(korea: Scenario) -> Played:
    return play(korea, TRIALS)


def test_it_says_what_it_is_and_what_it_teaches(korea: Scenario) -> None:
    first, second = (korea.file.summary or "").splitlines()[:2]
    assert "1951" in first
    assert "teaches" in first + second


@pytest.mark.parametrize("variant", ["no_prisoners_issue", "red_lines_lift_sooner"])
def test_red_lines_on_the_prisoners_delay_the_armistice(korea: Scenario, as_written: Played, variant: str) -> None:
    without = play(korea, TRIALS, variant)
    rise, half = gain(without.answers(SOON), as_written.answers(SOON))
    assert rise > 0.1 > half
    sooner, later = (found.summary["reached"]["ceasefire"]["median_date"] for found in (without, as_written))
    assert sooner < "1953" < later


def test_moscow_is_the_second_lock(korea: Scenario, as_written: Played) -> None:
    rise, half = gain(play(korea, TRIALS, "new_leader_at_once").answers(SOON), as_written.answers(SOON))
    assert rise > 0.1 > half


def test_without_fighting_they_concede_later(korea: Scenario, as_written: Played) -> None:
    fall, half = gain(as_written.answers(SOON), play(korea, TRIALS, "no_fighting_pressure").answers(SOON))
    assert fall > half > 0


def test_the_prisoners_lead_the_refusals_and_are_never_left_behind(as_written: Played) -> None:
    refusals = as_written.summary["refusals"]["armistice"]
    assert all(next(iter(refusals[side]["issues"])) == "prisoners" for side in ("un_command", "china", "north_korea"))
    settled = as_written.summary["terms"]["armistice"]["issues"]["prisoners"]
    assert as_written.summary["terms"]["armistice"]["signed"] > 100
    assert settled["held"]["p"] == 0
    assert settled["all_for_all"]["p"] > 0
    assert settled["neutral_screening"]["p"] > 0
