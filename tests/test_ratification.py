"""Ratification: what is signed must be approved by those who can undo it (Putnam 1988)."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from negosim.engine.block import Block
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.record.states import FIGHTING
from negosim.results.summary import Run, summarised
from tests.worlds import BORDER, changed, load, pie, play, share


def ratified(*bodies: dict[str, Any], party: str = "a", **track: Any) -> dict[str, Any]:
    return changed(pie(**track), {f"parties.{party}.ratification": list(bodies)})


def test_in_force_at_the_first_tick_after_the_delay() -> None:
    plan, history = play(ratified({"by": "a parliament", "delay": "60 days"}), 20)
    assert plan.ticks.date(int(history.tracks[0].signed[0])).isoformat() == "2025-09-10"
    # Signed on day 252, voted on at the first tick on or after day 312: day 315.
    assert set(history.spells["settlement"].since) == {315.0}
    assert history.tracks[0].votes.tolist() == [20]


def test_no_delay_means_the_next_tick() -> None:
    _, history = play(ratified({"by": "a parliament"}), 5)
    assert set(history.spells["settlement"].since) == {259.0}


def test_the_last_body_brings_it_into_force() -> None:
    bodies = {"by": "a parliament", "delay": "14 days"}, {"by": "a referendum", "delay": "100 days"}
    _, history = play(ratified(*bodies), 5)
    assert set(history.spells["settlement"].since) == {357.0}
    assert history.tracks[0].votes.tolist() == [5, 5]


def test_a_hurdle_above_the_gain_fells_the_text_and_talks_go_on() -> None:
    # The text gives a 0.4 against 0.1 without a deal.
    low = play(ratified({"by": "a parliament", "delay": "7 days", "hurdle": 0.29}), 5)[1]
    assert share(low, "settlement") == 1
    high = play(ratified({"by": "a parliament", "delay": "7 days", "hurdle": 0.31}), 5)[1]
    assert share(high, "settlement") == 0
    assert (high.tracks[0].signed != NEVER).all()
    assert high.tracks[0].votes[0] > 5 * 20
    assert high.tracks[0].approved[0] == 0


def test_spread_is_the_chance_of_the_vote() -> None:
    data = ratified({"by": "a referendum", "delay": "7 days", "hurdle": 0.35, "spread": 0.1}, every="5 years")
    used = {"parties.a.patience_used": "2 years", "parties.b.patience_used": "2 years"}
    _, history = play(changed(data, {**used, "talks.table.first_draft": {"pie": "o040"}}), 4000)
    assert history.tracks[0].votes[0] == 4000
    expected = stats.norm.cdf((0.3 - 0.35) / 0.1)
    assert share(history, "settlement") == pytest.approx(expected, abs=4 * 0.5 / np.sqrt(4000))


def test_no_round_is_held_while_a_text_waits() -> None:
    _, waiting = play(ratified({"by": "a parliament", "delay": "2 years"}), 5)
    _, plain = play(pie(), 5)
    np.testing.assert_array_equal(waiting.tracks[0].failed, plain.tracks[0].failed)


def test_only_bodies_of_those_who_consent_vote() -> None:
    union = {"parties.union.ratification": {"by": "a council", "delay": "1 month"}}
    plan, history = play(changed(BORDER, union), 800)
    peace = [track.id for track in plan.tracks].index("peace")
    truce = 1 - peace
    fund = plan.issues.index("fund")
    kept = history.tracks[peace]
    moved = (kept.signed != NEVER) & (kept.terms[:, fund] != plan.slots[fund].start)
    assert moved.sum() > 20
    early = moved & (kept.signed <= 98)  # a month and a tick before the horizon
    assert early.sum() <= kept.votes.sum() <= moved.sum()
    assert history.tracks[truce].votes.size == 0


def test_a_ceasefire_text_lapses_when_fighting_stops_otherwise() -> None:
    slow = {"parties.north.ratification": {"by": "a council", "delay": "1 year"}}
    quick = {"talks.peace.signatories": ["south"], "talks.peace.every": "14 days"}
    _, history = play(changed(BORDER, {**slow, **quick}), 400)
    settled = history.spells["settlement"].first != NEVER
    assert settled.any()
    states = history.occupancy.sum(axis=1)
    assert set(states) == {400}


def test_a_text_that_has_lapsed_does_not_come_back_with_the_fighting() -> None:
    second = {"parties.north.ratification": {"by": "a council"}, "talks.camp": BORDER["talks"]["truce"]}
    block = Block(compiled(load(changed(BORDER, second)).file), 1, 0, 3)
    block.party_values.refresh()
    rows, text = np.arange(3), block.state.status_quo.copy()
    camp, truce = (index for index, track in enumerate(block.plan.tracks) if track.kind == "ceasefire")
    waiting = block.state.tracks[truce]
    waiting.waiting[:], waiting.signed_text[:], waiting.votes[:] = True, text, 7.0
    block.agreements._enter(camp, rows, text, np.zeros(3, dtype=bool), 0)
    block.agreements.broken_by_event("ceasefire", np.arange(3), 1)
    block.agreements.ratify(truce, 1)
    assert (block.state.state == FIGHTING).all()
    assert block.recorder.history.tracks[truce].votes.tolist() == [0]


def test_the_summary_says_how_bodies_voted() -> None:
    data = ratified({"by": "a parliament", "delay": "7 days"}, {"by": "a referendum", "delay": "60 days", "hurdle": 9})
    plan, history = play(data, 10)
    votes = summarised(load(data), plan, history, Run(10, 1, 0.0))["ratification"]["table"]["a"]
    assert [body["by"] for body in votes] == ["a parliament", "a referendum"]
    assert votes[0]["approved"]["p"] == 1
    assert votes[1]["approved"]["p"] == 0


def test_the_report_says_how_bodies_voted() -> None:
    import io

    from rich.console import Console

    from negosim.report import print_summary

    data = ratified({"by": "a parliament", "delay": "7 days"})
    plan, history = play(data, 40)
    stream = io.StringIO()
    print_summary(summarised(load(data), plan, history, Run(40, 1, 0.0)), Console(file=stream, width=100))
    assert "Ratification" in stream.getvalue()
    assert "a parliament (a)" in stream.getvalue()
    assert "100 % (91 to 100)" in stream.getvalue()
