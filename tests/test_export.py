"""The table of trials: what every column says, against the history it is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from negosim.engine.record.history import NEVER
from negosim.results.export import columns
from tests.worlds import BORDER, changed, pie, play


def days_between(first: str, last: str) -> int:
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def test_what_holds_to_the_horizon_is_counted_to_the_horizon() -> None:
    plan, history = play(pie(), 5)
    table = columns(plan, history)
    assert plan.ticks.date(len(plan.ticks) - 1).isoformat() == "2028-01-01"
    assert set(table["settlement_date"]) == {"2025-09-10"}
    assert set(table["settlement_broken"]) == {False}
    assert set(table["settlement_days"]) == {days_between("2025-09-10", "2028-01-01")}


def test_what_breaks_is_counted_to_its_breach() -> None:
    ended = {"events": {"end": {"on": "2026-01-07", "effects": [{"breaks": "settlement"}]}}}
    lasting: dict[str, Any] = changed(pie(), {**ended, "talks.table.after": {"breach": 0}})
    table = columns(*play(lasting, 5))
    assert set(table["settlement_broken"]) == {True}
    assert set(table["settlement_days"]) == {days_between("2025-09-10", "2026-01-07")}
    assert set(table["final_state"]) != {"settlement"} or set(table["settlement_date"]) == {"2025-09-10"}


def test_every_row_tells_of_its_own_trial() -> None:
    plan, history = play(BORDER, 300)
    table, horizon = columns(plan, history), float(plan.ticks.days[-1])
    assert table["trial"] == list(range(300))
    for kind in ("ceasefire", "settlement", "agreement"):
        spells, kept = history.spells[kind], zip(table[f"{kind}_days"], table[f"{kind}_broken"], strict=True)
        reached = spells.first != NEVER
        assert reached.any() and not reached.all()
        for trial, (days, broken) in enumerate(kept):
            if not reached[trial]:
                assert (table[f"{kind}_date"][trial], days, broken) == (None, None, None)
                continue
            assert broken == (spells.until[trial] < np.inf)
            end = spells.until[trial] if broken else horizon
            assert days == round(end - spells.since[trial], 3)
            assert 0 <= days <= horizon
        assert {True, False} == set(table[f"{kind}_broken"]) - {None}
    for trial, winner in enumerate(table["winner"]):
        state = table["final_state"][trial]
        assert (state == f"victory:{winner}") == (winner is not None) == (table["victory_date"][trial] is not None)
