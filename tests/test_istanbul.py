"""Istanbul 2022: a text is near and a treaty far, for want of guarantors and of sober hopes."""

from pathlib import Path

import pytest

from negosim.scenario.load import Scenario, load
from tests.paired import Played, gain, play

FILE = Path(__file__).parent.parent / "scenarios" / "istanbul-2022.yaml"
TRIALS = 1500


@pytest.fixture(scope="module")
def istanbul() -> Scenario:
    return load(FILE)


@pytest.fixture(scope="module")
def as_written(istanbul: Scenario) -> Played:
    return play(istanbul, TRIALS)


def test_it_says_what_it_is_and_what_it_teaches(istanbul: Scenario) -> None:
    first, second = (istanbul.file.summary or "").splitlines()[:2]
    assert "2022" in first
    assert "teaches" in first + second


@pytest.mark.parametrize("variant", ["guarantors_willing", "less_optimism"])
def test_willing_guarantors_or_sober_hopes_bring_more_texts(
    istanbul: Scenario, as_written: Played, variant: str
) -> None:
    rise, half = gain(play(istanbul, TRIALS, variant).signed("treaty"), as_written.signed("treaty"))
    assert rise > 0.02
    assert rise > half


def test_a_signed_text_is_far_from_a_treaty_in_force(as_written: Played) -> None:
    in_force = as_written.answers("treaty_within_a_year")
    assert in_force.mean() < as_written.signed("treaty").mean() / 2
    votes = as_written.summary["ratification"]["treaty"]
    assert sum(body["votes"] for bodies in votes.values() for body in bodies) > 0


def test_guarantors_bind_themselves_only_when_willing(istanbul: Scenario, as_written: Played) -> None:
    willing = play(istanbul, TRIALS, "guarantors_willing").summary
    for summary, low, high in ((as_written.summary, 0.0, 0.2), (willing, 0.8, 1.0)):
        automatic = summary["terms"]["treaty"]["issues"]["guarantees"]["automatic"]["p"]
        assert low <= automatic <= high


def test_moscow_and_kyiv_refuse_over_what_they_refused_over(as_written: Played) -> None:
    refusals = as_written.summary["refusals"]["treaty"]
    assert next(iter(refusals["ukraine"]["issues"])) == "guarantees"
    assert next(iter(refusals["russia"]["issues"])) in {"donbas", "withdrawal", "crimea"}
    assert refusals["us"]["share"] > 0.2
