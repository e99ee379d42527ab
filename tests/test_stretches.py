"""Stretches of ticks: how long they are, and how many histories are played at a time, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from negosim.engine.block import StretchedBlock
from negosim.engine.calendar import play, run
from negosim.engine.compile import compiled
from negosim.engine.finite import guarded
from negosim.engine.pack import Pack
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.scenario.load import load
from tests import worlds
from tests.stories import STORMY
from tests.test_kernel import assert_same
from tests.test_pack import OFFERS, RICH, assert_equal

pytestmark = pytest.mark.compiled

SHIPPED = Path(__file__).parent.parent / "scenarios"
SCENARIOS = {
    **{name: worlds.load(data) for name, data in (("rich", RICH), ("offers", OFFERS), ("stormy", STORMY))},
    **{name: load(SHIPPED / f"{name}.yaml") for name in ("camp-david-1978", "korea-1951", "ukraine-2025-12")},
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_lengths_and_handfuls_make_no_difference(name: str) -> None:
    plan = compiled(SCENARIOS[name].file)
    usual, ticks = played(plan), len(plan.ticks)
    quarters = sorted({*plan.quarters, ticks - 1})
    for ends, at_a_time in ((range(ticks), 16), (quarters, 16), (None, 1), (None, 7), (quarters, 1000)):
        assert_equal(played(plan, ends, at_a_time), usual, f"{at_a_time} at a time, stretches end on {ends}")


@pytest.mark.parametrize("name", SCENARIOS)
def test_where_nobody_looks_for_zones_a_stretch_goes_to_the_horizon(name: str) -> None:
    """With stretches that end with quarters, and calls for a few rows, it comes to the same."""
    plan = compiled(SCENARIOS[name].file)
    block = StretchedBlock(Pack.alone(plan, 3, 0, 90), zones=False)
    assert block.ends == [len(plan.ticks) - 1]
    usual, quarters = played(plan, zones=False), [*plan.quarters, len(plan.ticks) - 1]
    for ends, at_a_time, rows in ((quarters, None, None), (None, 7, 14), (None, 1, 1), (quarters, 16, 48)):
        found = played(plan, ends, at_a_time, rows, zones=False)
        assert_equal(found, usual, f"{at_a_time} at a time, {rows} a call, stretches end on {ends}")


def played(
    plan: Plan,
    ends: Iterable[int] | None = None,
    at_a_time: int | None = None,
    rows: int | None = None,
    *,
    zones: bool = True,
) -> History:
    """Return what happens in 90 histories, given where stretches end, how many are played at a time and in a call."""
    block = StretchedBlock(Pack.alone(plan, 3, 0, 90), zones=zones)
    block.ends = block.ends if ends is None else sorted(set(ends))
    if at_a_time is not None:
        block._stretches._struct.at_a_time = at_a_time
    block._stretches._rows = rows or block._stretches._rows
    with guarded():
        return run(block)


@pytest.mark.parametrize("step", ["0.29 days", "0.57 days", "0.58 days", "1.16 days"])
def test_steps_that_are_fractions_of_a_day(step: str) -> None:
    """The sum of many steps misses a whole day by its rounding: talks that open on it hold their first round then."""
    more = {
        "step": step,
        "horizon": "63 days",
        "talks.peace": {
            **worlds.BORDER["talks"]["peace"],
            "opens": "2025-01-30",
            "every": "5 days",
            "between_rounds": "stands",
            "first_draft": {"border": "old", "guard": "troops"},
        },
    }
    scenario = worlds.load(worlds.changed(worlds.BORDER, more))
    plan = compiled(scenario.file)
    assert all(track.rounds[0] == track.opens for track in plan.tracks)
    assert_same(scenario, 30)
    play(plan, 3, 2, 1, [])  # a replay
