"""The page on validation quotes the stored result, which is that of the shipped cases, and nothing else."""

from __future__ import annotations

import re

import numpy as np
import pytest

from docs.evidence import CASES, PAGE, own_words, page, stored
from docs.evidence.tables import BLOCKS
from negosim.experiments.hindcast.cases import load_cases
from negosim.experiments.hindcast.constants import Constants
from negosim.experiments.hindcast.play import play
from negosim.experiments.hindcast.targets import targets

ALLOWED = {"95", "3", "6", "12"}
"""Numbers of the page's own words: intervals, and the horizons."""


def test_every_figure_is_that_of_the_stored_result() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text, *stored()) == text, "run make evidence"
    assert set(re.findall(r"evidence: (\w+)", text)) == set(BLOCKS)


def test_there_are_no_other_figures() -> None:
    text = re.sub(r"\]\([^)]*\)|`[^`]*`", "", own_words(PAGE.read_text(encoding="utf-8")))
    assert set(re.findall(r"\d+(?:\.\d+)?", text)) <= ALLOWED


def test_a_changed_figure_is_seen() -> None:
    text = PAGE.read_text(encoding="utf-8")
    result, past = stored()
    changed = {**result, "deals": result["deals"] + 1}
    assert page(text, changed, past) != text


def test_the_result_is_that_of_the_shipped_cases() -> None:
    result, past = stored()
    cases = load_cases(CASES)
    asked = targets(cases.cases)
    assert result["run"]["sha256"] == cases.sha256
    said = [(one["case"], one["start"], one["months"], one["deal"]) for one in result["forecasts"]]
    assert said == [(one.case, one.start.isoformat(), one.months, one.deal) for one in asked]
    assert (past["cases"], past["targets"], past["deals"]) == (result["cases"], result["targets"], result["deals"])
    assert (past["trials"], past["build"]) == (result["run"]["trials"], result["run"]["build"]["id"])


@pytest.mark.parametrize("case", ["camp_david_1978", "cyprus_2004"])
def test_two_cases_say_what_is_stored_when_they_are_played_again(case: str) -> None:
    """Other draws, so that only a change of the model shows: four standard errors, in each of a few targets."""
    result, _ = stored()
    cases = load_cases(CASES).cases
    asked = [target for target in targets(cases) if target.case == case]
    held_out = {
        name: one["held_out"][case] if "held_out" in one else one["value"] for name, one in result["constants"].items()
    }
    played = play(cases, asked, Constants(**held_out), trials=500, seed=2, workers=1)
    there = [one for one in result["forecasts"] if one["case"] == case]
    shares = np.array([one["model"] for one in there])
    errors = np.hypot([max(one["standard_error"], 0.002) for one in there], np.maximum(played.standard_errors, 0.004))
    assert (np.abs(played.shares - shares) <= 4 * errors).all()
