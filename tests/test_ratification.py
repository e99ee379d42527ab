"""Ratification: what is signed must be approved by those who can undo it (Putnam 1988)."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from scipy import stats

from negosim.engine.block import Block
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.record.states import CEASEFIRE, FIGHTING, SETTLEMENT
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.talks.rounds import is_open
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
    # The text gives a 0.4 against 0.1 without a deal. Nobody foresees the vote, or learns from it.
    body = {"by": "a parliament", "delay": "7 days", "foresight": 0, "memory": "0 days"}
    low = play(ratified({**body, "hurdle": 0.29}), 5)[1]
    assert share(low, "settlement") == 1
    high = play(ratified({**body, "hurdle": 0.31}), 5)[1]
    assert share(high, "settlement") == 0
    assert (high.tracks[0].signed != NEVER).all()
    assert high.tracks[0].votes[0] > 5 * 20
    assert high.tracks[0].approved[0] == 0


def test_spread_is_the_chance_of_the_vote() -> None:
    body = {"by": "a referendum", "delay": "7 days", "hurdle": 0.35, "spread": 0.1, "foresight": 0}
    data = ratified(body, every="5 years")
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
    council = {"by": "a council", "delay": "1 month", "hurdle": -1}
    union = {"parties.union.ratification": council, "talks.peace.after.breach": 0}
    plan, history = play(changed(BORDER, union), 800)
    peace = [track.id for track in plan.tracks].index("peace")
    truce = 1 - peace
    fund = plan.issues.index("fund")
    kept = history.tracks[peace]
    moved = (kept.signed != NEVER) & (kept.terms[:, fund] != plan.slots[fund].start)
    assert moved.sum() > 20
    early = moved & (kept.signed <= 98) & (history.victory == NEVER)  # a month and a tick before the horizon
    assert early.sum() <= kept.votes.sum() <= moved.sum()
    assert history.tracks[truce].votes.size == 0


def test_a_ceasefire_text_lapses_when_fighting_stops_otherwise() -> None:
    slow = {"parties.north.ratification": {"by": "a council", "of": ["ceasefire"], "delay": "1 year"}}
    quick = {"talks.peace.signatories": ["south"], "talks.peace.every": "14 days"}
    _, history = play(changed(BORDER, {**slow, **quick}), 400)
    settled = history.spells["settlement"].first != NEVER
    assert settled.any()
    states = history.occupancy.sum(axis=1)
    assert set(states) == {400}


def test_a_text_that_has_lapsed_does_not_come_back_with_the_fighting() -> None:
    council = {"by": "a council", "of": ["ceasefire"]}
    second = {"parties.north.ratification": council, "talks.camp": BORDER["talks"]["truce"]}
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
    assert block.history.tracks[truce].votes.tolist() == [0]


def test_the_summary_says_how_bodies_voted() -> None:
    unforeseen = {"by": "a referendum", "delay": "60 days", "hurdle": 9, "foresight": 0}
    data = ratified({"by": "a parliament", "delay": "7 days"}, unforeseen)
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


# -- who votes, and by whose values ------------------------------------------------------------------------------------


def test_a_body_votes_on_texts_of_its_kinds_alone() -> None:
    def bodies(**of: Any) -> dict[str, int]:
        council = {"parties.north.ratification": {"by": "a council", **of}}
        return {track.id: len(track.bodies) for track in compiled(load(changed(BORDER, council)).file).tracks}

    assert bodies() == {"truce": 0, "peace": 1}
    assert bodies(of=["ceasefire"]) == {"truce": 1, "peace": 0}
    assert bodies(of=["ceasefire", "settlement"]) == {"truce": 1, "peace": 1}


VOTERS = {
    "parties.voters": {"time_preference": 0.1, "war_cost": 0.05, "judgement_noise": 0},
    "issues.pie.views.voters": {"salience": 1, "values": {f"o{at:03d}": 1 - at / 100 for at in range(101)}},
}


def test_a_parliament_votes_by_its_own_values() -> None:
    """A text of 0.4 gains the party 0.4 - 0.1 = 0.3; its voters, who have 0.45 without a deal, 0.6 - 0.45 = 0.15."""
    for asks, own, theirs in ((0.14, True, True), (0.16, True, False), (0.31, False, False)):
        body = {"by": "a parliament", "hurdle": asks}
        for how, passes in ((body, own), ({**body, "as": "voters"}, theirs)):
            block = waiting_at_the_start(changed(ratified(how), VOTERS), "o040")
            block.agreements.ratify(0, 0)
            assert block.history.tracks[0].approved[0] == (3 if passes else 0)


def waiting_at_the_start(data: dict[str, Any], option: str, trials: int = 3) -> Block:
    """Return a block in which a text of a pie waits for the votes of all bodies of a, due on the first day."""
    block = Block(compiled(load(data).file), 1, 0, trials)
    block.party_values.refresh()
    wait_for_votes(block, option)
    return block


def wait_for_votes(block: Block, option: str) -> None:
    rows, plan = np.arange(block.state.trials), block.plan
    text = block.state.status_quo.copy()
    text[:, 0] = plan.slots[0].start + plan.options[0].index(option)
    votes = np.zeros((rows.size, len(plan.tracks[0].bodies)))
    block.agreements.ratification.wait(0, rows, text, np.zeros(rows.size, dtype=bool), votes)


# -- a mood that lasts, and what a lost vote teaches -------------------------------------------------------------------


def moods(memory: str, ticks: tuple[int, ...]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return z at votes at some ticks, and the standard normal draws behind them."""
    body = {"by": "a referendum", "delay": "7 days", "spread": 0.1, "memory": memory}
    block = Block(compiled(load(ratified(body)).file), 1, 0, 5)
    path, ratification = "parties.a.ratification.0.spread", block.agreements.ratification
    rows = np.arange(5)
    z = [ratification._mood(block.plan.bodies[0], rows, tick) for tick in ticks]
    return z, [block.streams.normals_of_rows(rows, path, tick) for tick in ticks]


def test_the_mood_of_a_body_lasts() -> None:
    z, e = moods("30 days", (10, 14, 14, 40))
    rho = np.exp(-28 / 30), np.exp(-182 / 30)
    np.testing.assert_array_equal(z[0], e[0])
    np.testing.assert_allclose(z[1], rho[0] * z[0] + np.sqrt(1 - rho[0] ** 2) * e[1])
    np.testing.assert_array_equal(z[2], z[1])  # one mood a day, whatever is voted on
    np.testing.assert_allclose(z[3], rho[1] * z[1] + np.sqrt(1 - rho[1] ** 2) * e[3])


def test_without_a_memory_each_vote_has_its_own_mood() -> None:
    z, e = moods("0 days", (10, 14, 40))
    np.testing.assert_array_equal(z, e)


def test_a_lost_vote_is_a_lesson_until_the_next_that_passes() -> None:
    block = waiting_at_the_start(ratified({"by": "a parliament", "hurdle": 0.31, "spread": 0.001}), "o040")
    state = block.state
    assert np.isnan(state.lesson).all()
    block.agreements.ratify(0, 0)
    np.testing.assert_allclose(state.lesson[:, 0], 0.31 - 0.001 * state.body_mood[:, 0])
    assert set(state.lost_on[:, 0]) == {0.0}
    assert not state.tracks[0].waiting.any()
    wait_for_votes(block, "o042")
    block.agreements.ratify(0, 2)
    assert np.isnan(state.lesson).all()
    assert np.isnan(state.lost_on).all()
    assert set(state.voted_on[:, 0]) == {14.0}
    assert (state.state == SETTLEMENT).all()


# -- a truce until the votes -------------------------------------------------------------------------------------------


def north_votes(track: str = "peace", hurdle: float = -1, **more: Any) -> dict[str, Any]:
    """Return the border, where the north votes 28 days after each signature on a track with a truce."""
    body = {"by": "a council", "of": [BORDER["talks"][track]["kind"]], "delay": "28 days", "hurdle": hurdle}
    after = {"breach": 0.2, "opportunism": 5, "breach_memory": 1.5, "pause": "90 days"}
    return changed(
        BORDER,
        {"parties.north.ratification": body, f"talks.{track}.until_ratified": "truce", f"talks.{track}.after": after,
         **more},
    )  # fmt: skip


def signed_at(tick: int, data: dict[str, Any], track: str = "peace") -> tuple[Block, dict[str, int]]:
    """Return three histories in which a text that moves nothing is signed on a track, and the tracks by id."""
    block = Block(compiled(load(data).file), 1, 0, 3)
    block.party_values.refresh()
    places = {one.id: index for index, one in enumerate(block.plan.tracks)}
    sign(block, places[track], tick)
    return block, places


def sign(block: Block, track: int, tick: int) -> None:
    rows, text = np.arange(block.state.trials), block.state.status_quo.copy()
    consent = np.isin(np.arange(len(block.plan.parties)), block.plan.tracks[track].signatories)
    yes = np.ones(rows.size, dtype=bool)
    worth = block.party_values.utility(text)
    known = {"rows": rows, "text": text, "worth": worth, "consent": np.tile(consent, (rows.size, 1)), "signed": yes,
             "answers": None}  # fmt: skip
    outcome = RoundOutcome(**{field.name: known.get(field.name, ~yes) for field in fields(RoundOutcome)})
    block.agreements.sign(track, outcome, tick)


def test_a_truce_stops_the_fighting_from_the_signature_to_the_vote() -> None:
    block, places = signed_at(2, north_votes())
    state, spells = block.state, block.recorder.history.spells
    assert (state.state == CEASEFIRE).all()
    assert state.truce.all()
    assert set(spells["ceasefire"].since) == set(spells["agreement"].since) == {14.0}
    np.testing.assert_array_equal(block.party_values.no_deal(), block.party_values.war)
    assert block.agreements.next_breach(2) == np.inf  # neither by itself nor for a gain
    assert state.tracks[places["peace"]].waiting.all()
    block.agreements.ratify(places["peace"], 6)
    assert (state.state == SETTLEMENT).all()
    assert not state.truce.any()
    assert (spells["ceasefire"].first == 2).all()
    assert np.isinf(spells["agreement"].until).all()


def test_a_lost_vote_ends_the_truce_and_closes_its_talks_but_breaks_nothing() -> None:
    block, places = signed_at(2, north_votes(hurdle=9))
    peace, state = places["peace"], block.state
    block.agreements.ratify(peace, 6)
    assert (state.state == FIGHTING).all()
    assert not state.truce.any()
    assert (state.under == -1).all()
    np.testing.assert_array_equal(state.distrust, 1)
    assert set(block.recorder.history.spells["ceasefire"].until) == {42.0}
    assert set(state.tracks[peace].closed_until) == {42.0 + 90}
    assert set(state.tracks[places["truce"]].closed_until) == {-np.inf}


def test_a_vote_that_is_lost_without_a_truce_closes_nothing() -> None:
    block, places = signed_at(2, north_votes(hurdle=9, **{"talks.peace.until_ratified": "fighting"}))
    assert (block.state.state == FIGHTING).all()
    block.agreements.ratify(places["peace"], 6)
    assert set(block.state.tracks[places["peace"]].closed_until) == {-np.inf}


@pytest.mark.parametrize("kind", ["ceasefire", "agreement"])
def test_an_event_breaks_a_truce_and_the_vote_still_comes(kind: str) -> None:
    block, places = signed_at(2, north_votes())
    peace, truce, state = places["peace"], places["truce"], block.state
    block.agreements.broken_by_event(kind, np.arange(3), 4)
    assert (state.state == FIGHTING).all()
    np.testing.assert_array_equal(state.distrust, 1.5)
    assert set(state.tracks[peace].closed_until) == set(state.tracks[truce].closed_until) == {28.0 + 90}
    assert state.tracks[peace].waiting.all()
    block.agreements.ratify(peace, 6)
    assert (state.state == SETTLEMENT).all()
    assert not state.truce.any()


def test_a_vote_that_is_lost_after_the_truce_was_broken_closes_nothing_more() -> None:
    block, places = signed_at(2, north_votes(hurdle=9))
    block.agreements.broken_by_event("ceasefire", np.arange(3), 4)
    block.agreements.ratify(places["peace"], 6)
    assert set(block.state.tracks[places["peace"]].closed_until) == {28.0 + 90}


def test_a_spoiler_of_settlements_leaves_a_truce_alone() -> None:
    block, _ = signed_at(2, north_votes())
    block.agreements.broken_by_event("settlement", np.arange(3), 4)
    assert block.state.truce.all()


def test_a_ceasefire_text_waits_under_its_own_truce_and_others_lapse() -> None:
    data = changed(north_votes("truce"), {"talks.camp": BORDER["talks"]["truce"]})
    block = Block(compiled(load(data).file), 1, 0, 3)
    block.party_values.refresh()
    places = {track.id: index for index, track in enumerate(block.plan.tracks)}
    sign(block, places["camp"], 0)
    assert block.state.tracks[places["camp"]].waiting.all()
    assert not block.state.truce.any()
    sign(block, places["truce"], 2)
    assert not block.state.tracks[places["camp"]].waiting.any()
    block.agreements.ratify(places["truce"], 6)
    assert (block.state.state == CEASEFIRE).all()
    assert not block.state.truce.any()
    assert np.isfinite(block.state.breaks).all()


def test_no_truce_begins_where_a_ceasefire_holds() -> None:
    block = Block(compiled(load(north_votes()).file), 1, 0, 3)
    block.party_values.refresh()
    places = {track.id: index for index, track in enumerate(block.plan.tracks)}
    sign(block, places["truce"], 0)
    sign(block, places["peace"], 2)
    assert not block.state.truce.any()
    assert (block.state.under == places["truce"]).all()
    assert block.state.tracks[places["peace"]].waiting.all()


def test_another_settlement_replaces_a_truce_and_its_text_lapses() -> None:
    data = north_votes(**{"talks.other": {"kind": "settlement", "signatories": ["south"]}})
    block, places = signed_at(2, data)
    assert is_open(block.plan, places["other"], block.state, 3).all()
    sign(block, places["other"], 3)
    assert (block.state.state == SETTLEMENT).all()
    assert not block.state.truce.any()
    assert not block.state.tracks[places["peace"]].waiting.any()


def test_the_truce_of_a_limited_text_ends_with_the_vote_that_passes() -> None:
    swap = {"kind": "limited", "signatories": ["north", "south"], "issues": ["guard"], "until_ratified": "truce"}
    body = {"by": "a council", "of": ["limited"], "delay": "28 days", "hurdle": -1}
    block, places = signed_at(2, changed(BORDER, {"talks.swap": swap, "parties.north.ratification": body}), "swap")
    assert block.state.truce.all()
    block.agreements.ratify(places["swap"], 6)
    assert (block.state.state == FIGHTING).all()
    assert block.state.tracks[places["swap"]].agreed.all()
    np.testing.assert_array_equal(block.state.distrust, 1)
    assert set(block.recorder.history.spells["ceasefire"].until) == {42.0}


def test_without_a_war_there_is_no_truce() -> None:
    data = ratified({"by": "a parliament", "delay": "28 days"}, until_ratified="truce")
    _, history = play(data, 5)
    assert share(history, "settlement") == 1
    assert share(history, "ceasefire") == 0


def test_truces_in_whole_histories() -> None:
    """Where every text is voted down, each ceasefire is a truce of 28 days."""
    only = {"talks": {"peace": {"kind": "settlement", "signatories": ["north", "south"], "until_ratified": "truce"}}}
    tired = {f"parties.{party}.patience": "3 months" for party in ("north", "south")}
    body = {"by": "a council", "delay": "28 days", "hurdle": 9, "foresight": 0, "memory": "0 days"}
    _, history = play(changed(BORDER, {**only, **tired, "parties.north.ratification": body}), 60)
    spells = history.spells["ceasefire"]
    reached = (spells.first != NEVER) & (spells.since < 700)
    assert reached.sum() > 20
    assert set((spells.until - spells.since)[reached]) == {28.0}
    assert share(history, "settlement") == 0
