"""The story of a trial: every kind of entry, its causes and its beliefs."""

import copy
import dataclasses
import datetime as dt

import numpy as np
import pytest

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.record.trace import LineMoved, Opened, Round, Standing, Trace
from negosim.experiments.replay.replay import replayed
from negosim.results.story import entries_of
from negosim.results.story_rounds import StoryTable, changes
from tests import worlds
from tests.stories import BRITTLE, FADING, HAGGLING, INTERRUPTED, STORMY, TEMPTING, VOTED_DOWN, stories
from tests.test_limited import DATA as LIMITED
from tests.test_replay import in_force
from tests.worlds import BORDER, changed

FEW = 20


def test_every_kind_of_entry_is_told_somewhere() -> None:
    kinds = {entry["kind"] for data in (STORMY, FADING, VOTED_DOWN) for entry in stories(data, FEW)}
    assert kinds == {
        "front", "stalemate", "event", "red_line_lifts", "status_quo", "stock", "talks_open", "talks_resume", "rounds",
        "signed", "awaits_votes", "vote", "text_lapses", "in_force", "breach", "deadline_passes", "victory", "faded",
        "truce", "truce_over",
    }  # fmt: skip


def test_truces_begin_and_end_as_entries_of_their_own() -> None:
    story = [entry for entry in stories(VOTED_DOWN, FEW) if entry.get("track") == "peace"]
    places = [place for place, entry in enumerate(story) if entry["kind"] == "truce"]
    assert len(places) > 5
    for place in places:
        assert (story[place - 1]["kind"], story[place - 1]["date"]) == ("signed", story[place]["date"])
        assert not story[place - 1]["in_force"]
        assert story[place + 1]["kind"] == "awaits_votes"
    over = [place for place, entry in enumerate(story) if entry["kind"] == "truce_over"]
    assert over
    for place in over:
        assert (story[place - 1]["kind"], story[place - 1]["approved"]) == ("vote", False)
        paused = dt.date.fromisoformat(story[place]["closed_until"]) - dt.date.fromisoformat(story[place]["date"])
        assert paused.days == 60
    broken = [entry for entry in story if entry["kind"] == "breach" and entry["agreement"] == "truce"]
    assert {entry["cause"] for entry in broken} == {"event"}
    assert all(entry["closed_until"] > entry["date"] for entry in broken)


def test_a_lost_vote_says_what_it_taught() -> None:
    votes = [entry for entry in stories(VOTED_DOWN, FEW) if entry["kind"] == "vote"]
    assert {vote["approved"] for vote in votes} == {True, False}
    for vote in votes:
        assert vote["approved"] == (vote["value"] - vote["no_deal"] >= vote["threshold"])
        assert (vote["party"], vote["votes_as"], vote["memory_days"]) == ("north", "north", 91.3125)
    assert len({vote["threshold"] for vote in votes}) > 3


def test_terms_of_a_limited_deal_change_no_other_text() -> None:
    """Prisoners were swapped meanwhile, and the front took the border: the text moves the guard alone."""
    plan = compiled(worlds.load(LIMITED).file)
    first = {name: plan.slots[plan.issues.index(name)].start for name in plan.issues}

    def text(**moved: int) -> tuple[int, ...]:
        return tuple(first[name] + moved.get(name, 0) for name in plan.issues)

    table = StoryTable()
    table.open(Opened(9, 0, text(border=1), text(border=1), again=False))
    prisoners = plan.issues.index("prisoners")
    held = Round(10, 0, text(prisoners=1, border=2, guard=1), text(prisoners=1, border=2), frozenset({prisoners}), (),
                 put=True, signed=False, pressed=False, proposer=None, between=False)  # fmt: skip
    assert changes(plan, table, held) == [{"issue": "guard", "from": "none", "to": "watch"}]
    table.note(held)
    lapsed = dataclasses.replace(held, text=text(border=2, guard=1), status_quo=text(border=2), closed=frozenset())
    assert changes(plan, table, lapsed) == []


def test_no_text_of_another_track_names_what_a_limited_deal_has_settled() -> None:
    lasting = changed(LIMITED, {"talks.swap.after": {"breach": 0}, "talks.truce.issues": ["guard", "prisoners"],
                                "talks.truce.opens": "2025-09-03", "talks.truce.revisions": 3})  # fmt: skip
    for trial in range(5):
        story = replayed(worlds.load(lasting), trial)["story"]
        swapped = next((entry["date"] for entry in story if entry.get("track") == "swap" and in_force(entry)), "9999")
        assert swapped < "2025-09-03"
        later = [entry for entry in story if entry.get("track") == "truce"]
        assert later
        for entry in later:
            named = [*entry.get("changes", ()), *entry.get("moves", ())]
            assert "prisoners" not in {change["issue"] for change in named}
            assert "prisoners" not in entry.get("moved", ())


def test_a_jump_of_the_front_is_reported_with_what_follows_it() -> None:
    follows = {"issues.border.status_quo": {"follows_front": {"old": -1, "line": -0.2, "far": 0.3}}}
    jump = {"on": "2025-02-05", "effects": [{"add": "war.front", "by": 0.6}]}
    story = stories(changed(BORDER, {**follows, "war.volatility": 0.01, "events": {"offensive": jump}}), 1)
    place = next(place for place, entry in enumerate(story) if entry["kind"] == "event")
    (effect,) = story[place]["effects"]
    assert effect["effect"] == "front"
    assert effect["after"] - effect["before"] == pytest.approx(0.6)
    moved = {"kind": "status_quo", "date": "2025-02-05", "issue": "border", "from": "line", "to": "far"}
    assert story[place + 1] == moved


def test_breaches_know_their_cause() -> None:
    causes = {
        entry["cause"]
        for data in (STORMY, BRITTLE, TEMPTING)
        for entry in stories(data, 2 * FEW)
        if entry["kind"] == "breach"
    }
    assert causes == {"time", "event", "choice"}


def test_a_limited_deal_that_an_event_breaks_was_broken_by_the_event() -> None:
    """It would otherwise have held: nothing else breaks it."""
    spoiler = {"events": {"spoiler": {"on": "2026-06-03", "effects": [{"breaks": "limited"}]}}}
    lasting = changed(LIMITED, {**spoiler, "talks.swap.after": {"breach": 0, "breach_memory": 1.1}})
    story = stories(lasting, FEW)
    breaches = [entry for entry in story if entry["kind"] == "breach" and entry["agreement"] == "limited"]
    assert len(breaches) > FEW / 2
    assert {(entry["date"], entry["on"], entry["cause"]) for entry in breaches} == {
        ("2026-06-03", "2026-06-03", "event")
    }
    places = [place for place, entry in enumerate(story) if entry in breaches]
    assert all(story[place - 1]["kind"] == "event" for place in places)


def test_what_breaks_after_an_event_was_not_broken_by_it() -> None:
    early = {"events": {"speech": {"on": "2025-01-08", "effects": [{"scale": "war.drift", "by": 1}]}}}
    for data, causes in ((BRITTLE, {"time"}), (TEMPTING, {"time", "choice"})):
        story = stories(changed(data, early), FEW)
        assert len([entry for entry in story if entry["kind"] == "event"]) == FEW
        assert {entry["cause"] for entry in story if entry["kind"] == "breach"} == causes


def test_talks_that_resume_begin_a_new_entry() -> None:
    story = [entry for entry in stories(INTERRUPTED, FEW) if entry.get("track") == "truce"]
    places = [place for place, entry in enumerate(story) if entry["kind"] == "talks_resume"]
    assert len(places) > FEW / 2
    assert {(story[place - 1]["kind"], story[place + 1]["kind"]) for place in places} == {("rounds", "rounds")}
    opened = Opened(9, 0, (1, 4), (0, 4), again=True)
    table = StoryTable(text=(2, 4), seen={2, 4}, refused={(0, 1, False)}, folded={"kind": "rounds"})
    table.open(opened)
    assert (table.text, table.folded, table.seen) == ((1, 4), None, {2, 4})
    table.open(dataclasses.replace(opened, again=False))
    assert (table.seen, table.refused) == ({1, 2, 4}, {(0, 1, False)})


def test_offers_are_told_with_who_makes_them() -> None:
    rounds = [entry for entry in stories(HAGGLING, 3) if entry["kind"] == "rounds"]
    told_by = {(entry["track"], held["by"]) for entry in rounds for held in entry["each"]}
    assert told_by == {("peace", "north"), ("peace", "south"), ("truce", None)}


def test_effects_are_told_with_what_they_changed() -> None:
    loud = {"events": {"boom": {"on": "2025-02-05", "effects": [
        {"add": "parties.north.war_cost", "by": 0.1, "for": "30 days"},
        {"scale": "talks.peace.patience.south", "by": 0.5},
        {"fix": "fund", "to": "shared"},
    ]}}}  # fmt: skip
    (entry,) = [entry for entry in stories(changed(BORDER, loud), 1) if entry["kind"] == "event"]
    cost, patience, fund = entry["effects"]
    assert (entry["event"], entry["date"]) == ("boom", "2025-02-05")
    assert (cost["before"], cost["after"], cost["for_days"]) == (0.15, pytest.approx(0.25), 30)
    assert patience["after"] == pytest.approx(patience["before"] / 2)
    assert patience["days"]
    assert (fund["from"], fund["to"]) == ("frozen", "shared")


def test_a_red_line_lifts_by_itself_or_by_an_event_but_is_told_once() -> None:
    red = {"issues.border.views.south.red_lines": {"far": "2 months"}}
    event = {"events": {"thaw": {"on": "2025-01-15", "effects": [{"lift": "south.border.far"}]}}}
    alone, moved = changed(BORDER, red), changed(BORDER, {**red, **event})
    for trial in range(10):
        by_itself = [e for e in replayed(worlds.load(alone), trial)["story"] if e["kind"] == "red_line_lifts"]
        story = replayed(worlds.load(moved), trial)["story"]
        lifted = [e for e in story if e["kind"] == "red_line_lifts"]
        (thaw,) = [e for e in story if e["kind"] == "event"]
        assert len(by_itself) <= 1
        assert thaw["effects"][0]["stood"] == (not lifted)
        early = [e for e in by_itself if e["date"] <= "2025-01-15"]
        assert lifted == early


def test_the_front_is_told_with_what_is_believed_of_it() -> None:
    plan = compiled(worlds.load(BORDER).file)
    trace: Trace = []
    play(plan, 1, 5, 1, trace)
    standings = [record for record in trace if isinstance(record, Standing)]
    fronts = [entry for entry in entries_of(plan, trace) if entry["kind"] == "front"]
    assert len(fronts) < len(standings)
    by_date = {plan.ticks.date(standing.tick).isoformat(): standing for standing in standings}
    for entry in fronts:
        standing = by_date[entry["date"]]
        assert (entry["front"], entry["drift"]) == (standing.front, standing.drift)
        assert list(entry["beliefs"].values()) == [standing.beliefs[0], standing.beliefs[1]]
    told_fronts = [entry["front"] for entry in fronts]
    fighting = [standing.front for standing in standings]
    gaps = np.abs(np.subtract.outer(fighting, told_fronts)).min(axis=1)
    assert gaps.max() < 0.3 / 2  # no movement as large as that goes untold


def test_rounds_that_bring_nothing_new_are_told_together() -> None:
    """Two sides with nothing to agree on: one text, refused in every round."""
    stuck = copy.deepcopy(worlds.pie((0.6, 0.6), 3))
    for party in stuck["parties"].values():
        party["patience"] = "90 years"
        party["war_cost"] = 0
    rounds = [entry for entry in stories(stuck, 1) if entry["kind"] == "rounds"]
    assert all(entry["changes"] == [] and not entry["swings"] for entry in rounds[1:])
    assert len(rounds) <= 2
    assert sum(entry["rounds"] for entry in rounds) == 79


def test_a_witness_sees_a_red_line_lift_where_it_was_drawn() -> None:
    plan = compiled(worlds.load(STORMY).file)
    trace: Trace = []
    play(plan, 1, 0, 1, trace)
    line = plan.line_ids["north.guard.troops"]
    assert not [record for record in trace if isinstance(record, LineMoved) and record.line == line]
