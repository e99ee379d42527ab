"""Read first: which warnings are given, in which order, with which numbers."""

from __future__ import annotations

from typing import Any

import pytest

from negosim.report.warnings import words
from negosim.results.read_first import MOST, read_first
from tests.worlds import BORDER, changed, load

SHARE = {"p": 0.2, "low": 0.19, "high": 0.21, "inputs_low": 0.05, "inputs_high": 0.4}
CALM = changed(BORDER, {"war.drift": 0.02, "war.front": 0.1})


def summary(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "scenario": {"horizon": "2027-01-01"},
        "run": {"trials": 4000},
        "headline": {
            "main": "ceasefire",
            "inputs": {"uncertain": 3, "trials": 4000},
            "reached": {"ceasefire": {"2027-01-01": SHARE}},
            "moves": [],
        },
        "judgement": None,
        "questions": {},
        "labels": {"parties": {"north": "North"}, "sources": {"market": "A market"}},
    }
    share = changes.pop("share", {})
    found["headline"]["reached"]["ceasefire"]["2027-01-01"] = {**SHARE, **share}
    found["headline"]["moves"] = changes.pop("moves", [])
    return {**found, **changes}


def warned(scenario: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    return read_first(load(scenario).file, summary(**changes))


def kinds(scenario: dict[str, Any], **changes: Any) -> list[str]:
    return [warning["kind"] for warning in warned(scenario, **changes)]


def question(p: float, there: float) -> dict[str, Any]:
    benchmark = {"p": there, "on": None, "source": "market", "note": None}
    return {"title": "A truce", "p": p, "low": p - 0.01, "high": p + 0.01, "benchmarks": [benchmark]}


def rest(difference: float, low: float, high: float) -> dict[str, Any]:
    shares = {"value": 0.3, "low": 0.25, "high": 0.35}
    without = {"value": 0.3 + difference, "low": 0.0, "high": 1.0}
    moved = {"value": difference, "low": low, "high": high}
    return {"trials": 500, "reached": {"ceasefire": {"with": shares, "without": without, "difference": moved}}}


def test_the_range_over_the_inputs_is_held_against_luck() -> None:
    wide = warned(CALM)[0]
    assert (wide["kind"], wide["low"], wide["high"], wide["outweigh"]) == ("inputs", 0.05, 0.4, True)
    narrow = warned(CALM, share={"inputs_low": 0.195, "inputs_high": 0.205})[0]
    assert not narrow["outweigh"]
    assert kinds(CALM, share={"inputs_low": None, "inputs_high": None}) == ["left_out"]


def test_too_few_histories_come_first() -> None:
    found = warned(CALM, share={"low": 0.1, "high": 0.3})
    assert [warning["kind"] for warning in found] == ["few_histories", "inputs", "left_out"]
    assert found[0]["error"] == pytest.approx(0.1)


def test_what_rests_on_moods_is_said_where_it_is_no_chance() -> None:
    assert kinds(CALM, judgement=rest(-0.2, -0.25, -0.15))[0] == "judgement"
    assert "judgement" not in kinds(CALM, judgement=rest(-0.2, -0.45, 0.05))
    assert "judgement" not in kinds(CALM, judgement=rest(-0.01, -0.02, -0.001))


def test_the_published_number_that_is_farthest_away() -> None:
    asked = {"near": question(0.1, 0.24), "far": question(0.6, 0.1), "close": question(0.2, 0.22)}
    found = next(warning for warning in warned(CALM, questions=asked) if warning["kind"] == "benchmark")
    assert (found["question"], found["p"], found["there"]) == ("far", 0.6, 0.1)
    assert "benchmark" not in kinds(CALM, questions={"close": question(0.2, 0.22)})


def test_past_wars_of_the_same_age() -> None:
    def rate(p: float) -> dict[str, Any]:
        past = {"p": 0.25, "low": 0.05, "high": 0.7, "n": 4}
        return {"rates": [past], "simulated": {"p": p, "low": p - 0.01, "high": p + 0.01}}

    assert "base_rate" not in kinds(CALM, base_rate=rate(0.3))
    assert "base_rate" not in kinds(CALM, base_rate=None)
    said = summary(base_rate=rate(0.9))
    said["read_first"] = read_first(load(CALM).file, said)
    assert words(said)[1] == (
        "A year on the fighting has stopped in 90 % (89 to 91) of histories; of 4 past wars of this age 25 % (5 to 70) "
        "ended in a year."
    )


def test_ranges_that_rest_on_judgement_are_counted() -> None:
    scenario = changed(
        CALM,
        {
            "sources": {"poll": {"title": "A poll"}},
            "parties.north.war_cost": {"uniform": [0.1, 0.2], "source": "poll"},
            "parties.south.war_cost": {"uniform": [0.1, 0.2], "source": "judgement"},
            "war.volatility": {"uniform": [0.2, 0.3]},
        },
    )
    moves = [{"path": path} for path in ("parties.north.war_cost", "parties.south.war_cost")]
    found = next(warning for warning in warned(scenario, moves=moves) if warning["kind"] == "unsourced")
    assert found == {"kind": "unsourced", "number": 2, "of": 3, "strongest": "parties.south.war_cost"}


def test_never_more_than_four_and_what_is_left_out_last() -> None:
    scenario = changed(CALM, {"summary": "Two sides.\n\nLeft out: the sea.", "war.volatility": {"uniform": [0.2, 0.3]}})
    found = warned(
        scenario,
        share={"low": 0.1, "high": 0.3},
        judgement=rest(-0.2, -0.25, -0.15),
        questions={"far": question(0.6, 0.1)},
    )
    assert [warning["kind"] for warning in found] == ["few_histories", "judgement", "inputs", "left_out"]
    assert len(found) == MOST and found[-1]["text"] == "the sea."


def test_in_words() -> None:
    scenario = changed(CALM, {"war.volatility": {"uniform": [0.2, 0.3]}})
    said = summary(share={"low": 0.1, "high": 0.3}, questions={"far": question(0.6, 0.1)})
    said["read_first"] = read_first(load(scenario).file, said)
    assert words(said) == [
        "4,000 histories leave the shares open by 10 points: play more.",
        "Inputs outweigh luck: a ceasefire in 5 to 40 % over 3 uncertain inputs.",
        "A truce: 60 % (59 to 61) is far above a published 10 % (A market).",
        "Left out: what the scenario does not name; parties and options never change.",
    ]
