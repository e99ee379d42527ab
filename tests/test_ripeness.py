"""Ripeness and zones of possible agreement at the end of every quarter of a run."""

import json
from typing import Any

import numpy as np
import pytest

from negosim.engine.compile import compiled
from negosim.engine.initial import initial_values
from negosim.engine.quarterly import ZONE_TRIALS
from negosim.model.zopa.zone import NONE, SOME, zone
from negosim.results.ripeness import ripeness, zones
from negosim.results.summary import Run, summarised
from tests.worlds import BORDER, WAR_ONLY, changed, load, pie, play

# No learning, no drift, a front that hardly moves: what holds at the opening holds for good.
FROZEN = changed(
    BORDER,
    {
        "war.volatility": 1e-6,
        "war.front": 0,
        "war.drift": 0,
        "war.beliefs": {},
        "parties.north.war_cost": {"uniform": [-0.1, 0.1]},
        "talks.truce.opens": "2026-12-30",
        "talks.peace.opens": "2026-12-30",
    },
)


@pytest.fixture(scope="module")
def frozen() -> tuple[Any, Any]:
    return play(FROZEN, 300)


def test_every_quarter_end_is_told(frozen: tuple[Any, Any]) -> None:
    told = ripeness(*frozen)
    days = ("03-31", "06-30", "09-30", "12-31")
    assert list(told) == [f"{year}-{day}" for year in (2025, 2026) for day in days]
    assert list(zones(*frozen)["tracks"]["peace"]["by"]) == list(told)


def test_who_hurts_is_counted(frozen: tuple[Any, Any]) -> None:
    """Where nobody can win, W is the status quo less the cost: north hurts where its cost is above 0, south always."""
    plan, history = frozen
    drawn = initial_values(plan, 1, 300)
    north = int((drawn.cost[:, plan.parties.index("north")] > 1e-12).sum())
    assert 100 < north < 200
    for date, states in ripeness(plan, history).items():
        if date < "2026-12-31":
            war = states["war"]
            assert war["n"] == 300
            assert (war["north"]["p"], war["south"]["p"], war["both"]["p"]) == (north / 300, 1, north / 300)
            assert states["ceasefire"]["n"] == 0
            assert states["ceasefire"]["both"]["p"] is None


def test_zones_are_those_of_the_opening_where_nothing_changes(frozen: tuple[Any, Any]) -> None:
    plan, history = frozen
    drawn = initial_values(plan, 1, ZONE_TRIALS)
    told = zones(plan, history)
    assert told["trials"] == ZONE_TRIALS
    for index, track in enumerate(plan.tracks):
        known = zone(drawn.ground(index), drawn.position(index)).known
        first = told["tracks"][track.id]["by"]["2025-03-31"]
        assert first["n"] == ZONE_TRIALS
        assert first["respected"]["p"] == pytest.approx((known == SOME).mean())
        assert first["respected"]["undecided"] == pytest.approx(((known != SOME) & (known != NONE)).mean())
    assert told["tracks"]["peace"]["states"] == ["war", "ceasefire"]
    assert told["tracks"]["truce"]["states"] == ["war"]


@pytest.mark.parametrize(("no_deal", "share"), [((0.1, 0.3), 1), ((0.6, 0.5), 0), ((0.5, 0.5), 0)])
def test_a_pie_has_a_zone_where_it_is_large_enough(no_deal: tuple[float, float], share: int) -> None:
    """At 0.5 and 0.5 only the status quo would do, and a text that moves nothing is no text in an impasse."""
    plan, history = play(pie(no_deal, opens="2027-12-20"), 20)
    told = zones(plan, history)["tracks"]["table"]
    assert told["states"] == ["impasse"]
    for found in told["by"].values():
        assert (found["n"], found["respected"]["p"], found["ignored"]["p"]) == (20, share, share)
    assert ripeness(plan, history) == {}


def test_red_lines_close_a_zone() -> None:
    lines = {"far": "never", "line": "never", "old": "never"}
    plan, history = play(changed(FROZEN, {"issues.border.views.south.red_lines": lines}), 50)
    found = zones(plan, history)["tracks"]["peace"]["by"]["2025-06-30"]
    assert found["respected"] == {
        "p": 0.0,
        "low": 0.0,
        "high": pytest.approx(found["respected"]["high"]),
        "undecided": 0,
    }
    assert found["ignored"]["p"] > 0.5


def test_blocks_and_workers_make_no_difference() -> None:
    lively = changed(BORDER, {"war.volatility": 0.8, "parties.north.war_cost": {"uniform": [0, 0.4]}})
    trials = ZONE_TRIALS + 50
    whole, parts = play(lively, trials)[1], play(lively, trials, block=97)[1]
    np.testing.assert_array_equal(whole.zones, parts.zones)
    np.testing.assert_array_equal(whole.ripe, parts.ripe)
    assert whole.zones[..., 1].any() and whole.ripe[:, 1].any()


def test_a_scenario_without_talks_or_quarters() -> None:
    plan, history = play(changed(WAR_ONLY, {"horizon": "2025-03-01"}), 20)
    assert (zones(plan, history)["tracks"], ripeness(plan, history)) == ({}, {})


def test_the_summary_is_plain_json() -> None:
    plan, history = play(BORDER, 30)
    told = summarised(load(BORDER), compiled(load(BORDER).file), history, Run(30, 1, 0.0))
    assert set(json.loads(json.dumps(told, allow_nan=False))["zopa"]["tracks"]) == {track.id for track in plan.tracks}
