"""Limited deals: some issues agreed while the war goes on."""

from typing import Any

import numpy as np
import pytest

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.record.states import SETTLEMENT
from negosim.results.summary import Run, summarised
from tests.worlds import BORDER, changed, load, play, share

PRISONERS: dict[str, Any] = {
    "issues.prisoners": {
        "status_quo": "held",
        "options": {"held": "Held", "swapped": "All for all"},
        "views": {"north": {"salience": 5, "ideal": "swapped"}, "south": {"salience": 10, "ideal": "swapped"}},
    },
    "talks.swap": {
        "kind": "limited",
        "signatories": ["north", "south"],
        "issues": ["prisoners"],
        "ripeness": "off",
        "patience": "2 months",
        "after": {"breach": 0.5},
    },
}
DATA = changed(BORDER, PRISONERS)


def block_of(data: dict[str, Any], trials: int) -> Block:
    return Block(compiled(load(data).file), 1, 0, trials)


def test_a_limited_deal_leaves_the_war_going_on() -> None:
    """The front goes on moving and tolls go on counting until something stops the fighting."""
    side = {"war_cost": 0.5, "patience_used": "2 years"}
    tired = {f"parties.{party}.{key}": value for party in ("north", "south") for key, value in side.items()}
    later = changed(DATA, {**tired, "talks.truce.opens": "2026-06-03", "talks.peace.opens": "2026-12-30"})
    _, history = play(later, 200)
    assert (history.spells["limited"].first != NEVER).mean() > 0.9
    assert (history.spells["limited"].since < history.spells["agreement"].since).any()
    _, alone = play(changed(DATA, {"talks": {"swap": DATA["talks"]["swap"]}}), 200)
    undecided = (alone.spells["limited"].first != NEVER) & (alone.victory == NEVER)
    assert undecided.any()
    np.testing.assert_allclose(alone.fought[undecided], 730 / 365.25)


def test_its_value_follows_the_formula() -> None:
    block = block_of(changed(DATA, {"talks": {"swap": DATA["talks"]["swap"]}}), 50)
    block.party_values.refresh()
    plan, party_values, state = block.plan, block.party_values, block.state
    track = plan.tracks[0]
    rows = np.arange(50)
    text = state.status_quo.copy()
    issue = plan.issues.index("prisoners")
    text[:, issue] += 1
    stakes = party_values.stakes(track, rows)
    up, down = party_values.war_weights()
    r = party_values.of_party("time_preference")
    h = party_values.of_party("distrust") * 0.5
    gain = party_values.utility(text) - party_values.utility(state.status_quo)
    expected = party_values.no_deal() + (1 - up - down) * gain * r / (r + h)
    np.testing.assert_allclose(stakes.agreement(text, stakes.utility(text)), expected)


def test_what_is_agreed_leaves_every_agenda_while_it_holds() -> None:
    forever = changed(DATA, {"talks.swap.after.breach": 0})
    block = block_of(forever, 200)
    history = run(block)
    plan, state = block.plan, block.state
    issue = plan.issues.index("prisoners")
    swapped = plan.slots[issue].start + 1
    agreed = state.tracks[[track.id for track in plan.tracks].index("swap")].agreed
    assert agreed.mean() > 0.9
    assert (state.status_quo[agreed, issue] == swapped).all()
    assert (state.own_quo[:, issue] == swapped - 1).all()
    assert state.taken[agreed, issue].all()
    peace = history.tracks[[track.id for track in plan.tracks].index("peace")]
    later = (peace.signed > history.spells["limited"].first) & (history.spells["limited"].first != NEVER)
    assert later.any()
    assert (peace.terms[later, issue] == swapped).all()


def test_a_breach_gives_the_issue_back() -> None:
    brittle = changed(
        DATA, {"talks": {"swap": {**DATA["talks"]["swap"], "after": {"breach": 4, "breach_memory": 1.1}}}}
    )
    block = block_of(brittle, 300)
    history = run(block)
    state, issue = block.state, block.plan.issues.index("prisoners")
    agreed = state.tracks[0].agreed
    assert 0.05 < agreed.mean() < 0.95
    assert (state.status_quo[~agreed, issue] == block.plan.slots[issue].start).all()
    assert not state.taken[~agreed].any()
    assert (state.distrust > 1.05).any()
    spells = history.spells["limited"]
    assert np.isfinite(spells.until).mean() > 0.5
    assert (history.spells["agreement"].first == NEVER).all()


def test_a_spoiler_can_break_limited_deals() -> None:
    spoiler = {"events": {"spoiler": {"on": "2026-06-03", "effects": [{"breaks": "limited"}]}}}
    only = {"talks": {"swap": {**DATA["talks"]["swap"], "after": {"breach": 0}}}}
    _, history = play(changed(DATA, {**only, **spoiler}), 100)
    spells = history.spells["limited"]
    early = (spells.first != NEVER) & (spells.since < 518) & (history.victory == NEVER)
    assert early.any()
    assert set(spells.until[early]) == {518.0}


def test_a_spoiler_leaves_histories_alone_that_have_ended() -> None:
    """They may still stand in the arrays: how long depends on the size of the block."""
    spoiler = {"events": {"spoiler": {"on": "2026-06-03", "effects": [{"breaks": "limited"}]}}}
    only = {"talks": {"swap": {**DATA["talks"]["swap"], "after": {"breach": 0}}}, "war.volatility": 0.6}
    large = play(changed(DATA, {**only, **spoiler}), 100)[1]
    small = play(changed(DATA, {**only, **spoiler}), 100, block=1)[1]
    assert ((large.victory != NEVER) & (large.victory < 74) & (large.spells["limited"].first != NEVER)).any()
    np.testing.assert_array_equal(large.spells["limited"].until, small.spells["limited"].until)


def standing_at(data: dict[str, Any]) -> tuple[Block, dict[str, int], int]:
    """Return a block of three histories at their start, its tracks by id, and the column of 'swapped'."""
    block = block_of(data, 3)
    block.party_values.refresh()
    plan = block.plan
    return (
        block,
        {track.id: index for index, track in enumerate(plan.tracks)},
        plan.slots[plan.issues.index("prisoners")].start + 1,
    )


def enter(block: Block, track: int, moves: list[int]) -> None:
    """Bring a text into force at the start, in every history; it moves issues to the columns given."""
    text = block.state.status_quo.copy()
    for column in moves:
        text[:, block.plan.issue_of[column]] = column
    rows = np.arange(block.state.trials)
    block.agreements._enter(track, rows, text, np.zeros(rows.size, dtype=bool), 0)


def test_a_spell_ends_with_the_last_of_several_deals() -> None:
    second = {"talks.grain": {**DATA["talks"]["swap"], "issues": ["guard"]}}
    block, tracks, swapped = standing_at(changed(DATA, second))
    guard = block.plan.slots[block.plan.issues.index("guard")].start + 1
    for name, column, breaks in (("grain", guard, 10.5), ("swap", swapped, 8.2)):
        enter(block, tracks[name], [column])
        block.state.tracks[tracks[name]].deal_breaks[:] = breaks
    block.agreements.check(2)
    assert set(block.recorder.history.spells["limited"].until) == {10.5}
    assert {float(block.state.tracks[tracks[name]].closed_until[0]) for name in ("grain", "swap")} == {14.0 + 60}
    np.testing.assert_allclose(block.state.distrust, 1.0)


def test_a_draft_keeps_what_it_says_on_an_issue_that_is_off_the_agenda() -> None:
    block, tracks, swapped = standing_at(changed(DATA, {"talks.peace.protocol": "ultimatum"}))
    peace, prisoners = tracks["peace"], block.plan.issues.index("prisoners")
    block.talks[peace].open_draft()
    enter(block, tracks["swap"], [swapped])
    outcome = block.talks[peace].hold(0, with_answers=True)
    assert outcome is not None
    assert set(outcome.text[:, prisoners]) == {swapped}
    block.agreements.broken_by_event("limited", np.arange(3), 1)
    assert set(block.state.tracks[peace].draft[:, prisoners]) == {swapped - 1}


@pytest.mark.parametrize("own", [True, False])
def test_a_ceasefire_goes_with_a_limited_deal_only_where_it_moves_nothing(own: bool) -> None:
    block, tracks, swapped = standing_at(changed(DATA, {"talks.truce.issues": ["guard", "prisoners"]}))
    prisoners = block.plan.issues.index("prisoners")
    enter(block, tracks["truce"], [swapped] if own else [])
    enter(block, tracks["swap"], [swapped])
    assert set(block.state.terms[:, prisoners]) == {swapped}
    block.agreements.broken_by_event("limited", np.arange(3), 1)
    assert set(block.state.terms[:, prisoners]) == {swapped if own else swapped - 1}


def test_a_text_that_moves_nothing_is_no_limited_deal() -> None:
    still = changed(DATA, {"talks.swap.revisions": 0})
    assert share(play(still, 50)[1], "limited") == 0


def test_limited_deals_need_no_war() -> None:
    peaceful = changed(DATA, {"talks": {"swap": {k: v for k, v in DATA["talks"]["swap"].items() if k != "ripeness"}}})
    del peaceful["war"]
    _, history = play(peaceful, 50)
    assert share(history, "limited") > 0.9


def test_the_summary_tells_of_limited_deals_where_there_can_be_any() -> None:
    data = changed(DATA, {"questions": {"swap": {"reach": "limited", "by": "2025-12-31", "lasting": "30 days"}}})
    plan, history = play(data, 300)
    summary = summarised(load(data), plan, history, Run(300, 1, 0.0))
    reached = summary["reached"]
    assert reached["limited"]["by"]["2027-01-01"]["p"] > reached["ceasefire"]["by"]["2027-01-01"]["p"]
    assert summary["held"]["limited"]["30 days"]["n"] > 0
    assert 0 < summary["questions"]["swap"]["p"] <= reached["limited"]["by"]["2025-12-31"]["p"]
    assert summary["terms"]["swap"]["issues"]["prisoners"]["swapped"]["p"] == 1
    bare = summarised(load(BORDER), *play(BORDER, 50), Run(50, 1, 0.0))
    assert "limited" not in bare["reached"]


def test_opportunism_breaks_a_limited_deal_that_no_longer_pays() -> None:
    """South comes to dislike the swap in July 2025; breaking it then pays, unless defection is dear."""
    turned = changed(
        DATA,
        {
            "talks": {"swap": {**DATA["talks"]["swap"], "after": {"breach": 0, "opportunism": 6}}},
            "events": {
                "revelation": {
                    "on": "2025-07-02",
                    "effects": [
                        {"set": "issues.prisoners.views.south.values.swapped", "to": 0},
                        {"set": "issues.prisoners.views.south.values.held", "to": 1},
                    ],
                }
            },
        },
    )
    spells = play(turned, 200)[1].spells["limited"]
    early = (spells.first != NEVER) & (spells.since < 180)
    assert early.any()
    assert np.isfinite(spells.until[early]).mean() > 0.9
    assert (spells.until[early] > 180).all()
    # The whole gain is south's salience of the issue, 10 of 100.
    dear = changed(turned, {"talks.swap.after.defection_cost": 0.15})
    assert np.isinf(play(dear, 200)[1].spells["limited"].until).all()


def test_the_temptation_to_break_a_limited_deal_follows_the_formula() -> None:
    block = block_of(changed(DATA, {"talks": {"swap": DATA["talks"]["swap"]}}), 20)
    block.party_values.refresh()
    plan, party_values = block.plan, block.party_values
    rows = np.arange(20)
    without = block.state.status_quo
    deal = without.copy()
    deal[:, plan.issues.index("prisoners")] += 1
    up, down = party_values.war_weights()
    r, h = party_values.of_party("time_preference"), party_values.of_party("distrust") * 0.5
    expected = (1 - up - down) * (party_values.utility(without) - party_values.utility(deal)) * r / (r + h)
    np.testing.assert_allclose(party_values.temptation(plan.tracks[0], rows, deal, without), expected)


def test_a_text_that_waits_takes_on_what_has_left_the_agenda() -> None:
    later = {
        "talks.peace": {
            "kind": "settlement",
            "signatories": ["south"],
            "revisions": 0,
            "first_draft": {"guard": "troops"},
            "patience": "2 months",
            "ripeness": "off",
        },
        "talks.swap.opens": "2025-06-01",
        "talks.swap.signatories": ["north"],
        "talks.swap.after.breach": 0,
        "parties.south.ratification": {"by": "a parliament", "delay": "12 months", "hurdle": -1},
    }
    block = block_of(changed(DATA, later), 200)
    history = run(block)
    tracks = [track.id for track in block.plan.tracks]
    peace, swap = (tracks.index(name) for name in ("peace", "swap"))
    prisoners = block.plan.issues.index("prisoners")
    column = block.plan.slots[prisoners].start
    settled = (block.state.state == SETTLEMENT) & (block.state.under == peace) & block.state.tracks[swap].agreed
    at = block.state.row[settled]
    before = history.tracks[peace].signed[at] < history.tracks[swap].signed[at]
    assert before.any()
    assert set(history.tracks[peace].terms[at[before], prisoners]) == {column}
    assert set(block.state.terms[settled, prisoners]) == {column + 1}


def test_ratification_of_a_limited_deal() -> None:
    voted = changed(DATA, {"parties.south.ratification": {"by": "a council", "of": ["limited"], "delay": "30 days"}})
    _, history = play(voted, 100)
    index = [track.id for track in play(voted, 1)[0].tracks].index("swap")
    kept = history.tracks[index]
    assert kept.votes[0] > 50
    first = history.spells["limited"].first != NEVER
    assert (history.spells["limited"].since[first] >= kept.signed[first] * 7 + 30).all()
