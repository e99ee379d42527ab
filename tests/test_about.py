"""What a scenario says of itself, and what it leaves possible."""

from __future__ import annotations

from typing import Any

import pytest

from negosim.engine.compile import compiled
from negosim.results.about import first_paragraph, possible
from negosim.results.summary import Run, summarised
from tests.worlds import BORDER, WAR_ONLY, changed, load, pie, play

NO_WAR = pie()
VICTORIES = {"war", "victory", "victory:north", "victory:south"}


@pytest.mark.parametrize(
    ("markdown", "told"),
    [
        (None, None),
        ("", None),
        ("One war.\n\nMore.", "One war."),
        ("# Title\nOne **bold**\n*war*, `a_b`.", "One bold war, a_b."),
        ("| a | b |\n|---|---|\n\n    code\n\nA_b and 2 * 3 * 4.", "A_b and 2 * 3 * 4."),
        ("See [the notes](https://example.org/notes) and __this__.", "See the notes and this."),
        ("## Only a heading", None),
    ],
)
def test_the_first_paragraph_is_plain_text(markdown: str | None, told: str | None) -> None:
    assert first_paragraph(markdown) == told


def found(data: dict[str, Any]) -> set[str]:
    return set(possible(compiled(load(data).file)))


def test_what_a_scenario_leaves_possible() -> None:
    assert found(NO_WAR) == {"agreement", "impasse", "settlement"}
    assert found(changed(NO_WAR, {"talks.table.kind": "limited"})) == {"impasse", "limited"}
    assert found(WAR_ONLY) >= {"war", "victory"}
    assert not found(WAR_ONLY) & {"agreement", "ceasefire", "settlement", "limited", "impasse"}
    assert found(BORDER) >= {"agreement", "ceasefire", "settlement", *VICTORIES}


def test_a_war_may_fade_out_where_its_rate_is_above_0_or_may_become_so() -> None:
    never = changed(BORDER, {"war.fade": 0})
    assert "faded" not in found(never)
    assert "faded" in found(changed(BORDER, {"war.fade": {"uniform": [0, 0.1]}}))
    event = {"on": "2026-01-01", "effects": [{"add": "war.fade", "by": 0.1}]}
    assert "faded" in found(changed(never, {"events": {"weariness": event}}))


@pytest.mark.parametrize("data", [NO_WAR, WAR_ONLY, BORDER], ids=["pie", "war", "border"])
def test_nothing_comes_that_is_not_possible(data: dict[str, Any]) -> None:
    plan, history = play(data, 200)
    summary = summarised(load(data), plan, history, Run(200, 1, 0.0))
    told = set(summary["possible"])
    came = {kind for kind, outcome in summary["reached"].items() if max(share["p"] for share in outcome["by"].values())}
    stood = {state for state, shares in summary["occupancy"]["states"].items() if any(shares)}
    assert came | stood <= told
    assert told <= {*summary["reached"], *summary["final_state"]}


def test_the_summary_names_the_variants_and_the_one_that_was_played() -> None:
    data = changed(
        NO_WAR, {"variants": {"b": {"set": {"step": "7 days"}}, "a": {"title": "A", "set": {"step": "7 days"}}}}
    )
    scenario = load(data).with_variant("a")
    plan, history = play(data, 10)
    summary = summarised(scenario, plan, history, Run(10, 1, 0.0))
    assert list(summary["scenario"]["variants"].items()) == [("a", "A"), ("b", None)]
    assert (summary["run"]["variant"], summary["run"]["variant_title"]) == ("a", "A")
