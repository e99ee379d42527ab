"""Check 11 of the model: where no front moves, how often parties meet hardly decides whether they agree."""

from __future__ import annotations

from typing import Any

import pytest

from tests.worlds import changed, play, share

# Day 728 has a round of either rhythm, two days before the horizon: neither has the last word.
PLAIN: dict[str, Any] = {
    "negosim": 1,
    "title": "Two sides, three issues, no war",
    "as_of": "2025-01-01",
    "horizon": "2 years",
    "parties": {
        name: {
            "time_preference": 0.1,
            "war_cost": {"uniform": [0.0, 0.3]},
            "patience": {"lognormal": {"median": "24 months", "spread": 2}},
            "judgement_noise": 0.2,
        }
        for name in ("a", "b")
    },
    "issues": {
        "land": {
            "status_quo": "half",
            "options": {"little": "A little", "half": "A half", "most": "Most"},
            "views": {"a": {"salience": 50, "ideal": "most"}, "b": {"salience": 40, "ideal": "little"}},
        },
        "water": {
            "status_quo": "alone",
            "options": {"alone": "Each alone", "joint": "A joint board", "ceded": "Ceded"},
            "views": {"a": {"salience": 20, "ideal": "alone"}, "b": {"salience": 40, "ideal": "ceded"}},
        },
        "trade": {
            "status_quo": "closed",
            "options": {"closed": "Closed", "part": "In part", "open": "Open"},
            "views": {"a": {"salience": 30, "ideal": "open"}, "b": {"salience": 20, "ideal": "closed"}},
        },
    },
    "talks": {"table": {"kind": "settlement", "signatories": ["a", "b"], "revisions": 3, "after": {"breach": 0}}},
}
TRIALS = 4000


def agree(every: str, **more: Any) -> float:
    data = changed(PLAIN, {"talks.table.every": every, **more})
    return share(play(data, TRIALS)[1], "settlement")


def test_the_rhythm_of_talks_hardly_decides() -> None:
    often, seldom = agree("7 days"), agree("28 days")
    assert 0.5 < seldom < 0.9
    assert often == pytest.approx(seldom, abs=0.02)


def test_a_mood_drawn_anew_at_each_round_would_let_the_rhythm_decide() -> None:
    forgetful = {f"parties.{name}.judgement_memory": "0 days" for name in ("a", "b")}
    assert agree("7 days", **forgetful) > agree("28 days", **forgetful) + 0.02
