"""Replay: the story shown is the story counted."""

import copy
import dataclasses
import datetime as dt
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from negosim.engine.block import Block
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.record.trace import LineMoved, Opened, Round, Standing, Trace, Voted
from negosim.experiments.replay.drawn_inputs import drawn
from negosim.experiments.replay.replay import replayed
from negosim.results.build_identity import origin
from negosim.results.export import columns
from negosim.results.story import told
from negosim.results.story_rounds import StoryTable
from negosim.scenario.load import Scenario, load
from tests import worlds
from tests.reference.consent import Consent
from tests.reference.interpreter import play as reference
from tests.reference.peace import Peace
from tests.reference.scenarios import scenarios
from tests.test_invariance import RICH
from tests.test_limited import DATA as LIMITED
from tests.worlds import BORDER, changed

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"
GENERATED = int(os.environ.get("NEGOSIM_REPLAY_SCENARIOS", "20"))

STORMY = changed(
    RICH,
    {
        "war.volatility": 0.6,
        "war.fade": 0.3,
        "war.stocks": {
            "money": {"party": "south", "level": 5, "burn": 12, "when_empty": [{"add": "war.drift", "by": 0.1}]}
        },
        "issues.border.status_quo": {"follows_front": {"old": -1, "line": -0.2, "far": 0.3}},
        "parties.south.ratification": [
            {"by": "parliament", "delay": "20 days", "hurdle": 0.02, "spread": 0.1},
            {"by": "a referendum", "delay": "60 days", "hurdle": 0.0, "spread": 0.1},
        ],
        "talks.peace.deadline": {"on": "2025-07-01", "credibility": 0.6, "repeats": "6 months"},
        "events": {
            **RICH["events"],
            "aid": {"on": "2025-11-05", "effects": [{"refill": "money", "by": 3}]},
            "spoiler": {"rate": 0.6, "repeats": True, "effects": [{"breaks": "agreement"}]},
            "seized": {"between": ["2026-01-01", "2026-03-01"], "effects": [{"fix": "fund", "to": "shared"}]},
            "vow": {"on": "2025-05-07", "effects": [{"draw": "north.guard.troops"}]},
            "thaw": {"on": "2026-05-06", "effects": [{"lift": "north.guard.troops"}]},
        },
    },
)
BRITTLE = changed(LIMITED, {"talks.swap.after": {"breach": 3, "breach_memory": 1.1}})
FADING = changed(
    BORDER,
    {
        "war.fade": 5,
        "parties.north.ratification": {"by": "parliament", "delay": "80 days"},
        "parties.north.war_cost": 0.3,
        "parties.south.war_cost": 0.3,
    },
)
TEMPTING = changed(BORDER, {"talks.truce.after.opportunism": 5, "war.volatility": 0.8})
HAGGLING = changed(RICH, {"talks.peace.protocol": "alternating_offers", "talks.truce.protocol": "ultimatum"})
INTERRUPTED = changed(
    BORDER,
    {
        "talks.truce.signatories": ["north", "south", "union"],
        "issues.guard.views.union": {
            "salience": 1,
            "ideal": "none",
            "red_lines": dict.fromkeys(("none", "watch", "troops"), "never"),
        },
        "talks.peace": {"kind": "settlement", "signatories": ["north", "south"], "issues": ["border", "guard"],
                        "patience": "4 months", "ripeness": "off", "after": {"breach": 0}},
        "events": {"spoiler": {"on": "2026-01-07", "effects": [{"breaks": "settlement"}]}},
    },
)  # fmt: skip
"""Talks of a truce that the union refuses; they rest while a settlement holds that others have signed."""
WORLDS = {
    "interrupted": INTERRUPTED,
    "rich": RICH,
    "stormy": STORMY,
    "brittle": BRITTLE,
    "fading": FADING,
    "tempting": TEMPTING,
    "haggling": HAGGLING,
    "quiet": worlds.WAR_ONLY,
    "pie": worlds.pie(),
}
FEW = 20


@cache
def flagship() -> Scenario:
    return load(FLAGSHIP)


def whole(data: Any, path: str = "") -> dict[str, Any]:
    """Every array and number of a history, by name."""
    if dataclasses.is_dataclass(data):
        data = {field.name: getattr(data, field.name) for field in dataclasses.fields(data)}
    if isinstance(data, dict):
        return {key: item for name, below in data.items() for key, item in whole(below, f"{path}/{name}").items()}
    if isinstance(data, list):
        return {key: item for at, below in enumerate(data) for key, item in whole(below, f"{path}/{at}").items()}
    return {path: data}


def assert_tracing_changes_nothing(plan: Plan, seed: int, trial: int) -> None:
    plain, traced = whole(play(plan, seed, trial, 1)), whole(play(plan, seed, trial, 1, []))
    assert plain.keys() == traced.keys()
    for name, value in plain.items():
        np.testing.assert_array_equal(value, traced[name], err_msg=name)


def assert_told_as_counted(plan: Plan, seed: int, trial: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Hold the story of a trial against the history of the trial alone, and that against its row in a run."""
    trace: Trace = []
    history = play(plan, seed, trial, 1, trace)
    assert {name: column[0] for name, column in columns(plan, history).items()} == row
    story = told(plan, trace)
    dates = [entry["date"] for entry in story if "until" not in entry]
    assert dates == sorted(dates)
    assert_same_ends(plan, row, story)
    for index in range(len(plan.tracks)):
        assert_same_talks(plan, history, index, row, story)
    assert_same_breaches(plan, history, story)
    return story


def first(story: list[dict[str, Any]], **facts: Any) -> dict[str, Any] | None:
    return next((entry for entry in story if facts.items() <= entry.items()), None)


def assert_same_ends(plan: Plan, row: dict[str, Any], story: list[dict[str, Any]]) -> None:
    victory, faded = first(story, kind="victory"), first(story, kind="faded")
    if plan.war:
        assert (victory and victory["date"]) == row["victory_date"]
        assert (victory and victory["party"]) == row["winner"]
        assert (faded and faded["date"]) == row["faded_date"]
    for kind in ("limited", "ceasefire", "settlement"):
        entry = next((e for e in story if e.get("agreement") == kind and in_force(e)), None)
        assert (entry and entry["date"]) == row.get(f"{kind}_date"), kind


def in_force(entry: dict[str, Any]) -> bool:
    return entry["kind"] == "in_force" or (entry["kind"] == "signed" and entry["in_force"])


def assert_same_talks(
    plan: Plan, history: History, index: int, row: dict[str, Any], story: list[dict[str, Any]]
) -> None:
    track, kept = plan.tracks[index], history.tracks[index]
    mine = [entry for entry in story if entry.get("track") == track.id]
    signed = first(mine, kind="signed")
    assert (signed and signed["date"]) == row[f"{track.id}.signed"]
    if signed:
        for issue, option in signed["terms"].items():
            assert option == row[f"{track.id}.{issue}"]
        for party in signed["parties"]:
            assert party["worth"] == pytest.approx(row[f"{track.id}.worth.{party['party']}"], abs=1e-6)
            assert party["value"] >= party["asks"] - 1e-12
    folded = [entry for entry in mine if entry["kind"] == "rounds"]
    assert sum(entry["rounds"] for entry in folded if entry["put"]) == kept.failed[0]
    assert all(entry["rounds"] == len(entry["each"]) for entry in folded)
    for place, entry in enumerate(mine):
        if entry["kind"] == "talks_resume":
            before = [known for known in mine[:place] if known["kind"] == "rounds"]
            assert all(known["until"] < entry["date"] for known in before)
    refused = dict.fromkeys(plan.parties, 0)
    for entry in folded:
        for refusal in entry["refusals"]:
            refused[refusal["party"]] += refusal["rounds"]
        for held in entry["each"]:
            for refusal in held["refusals"]:
                assert refusal["red_line"] or refusal["value"] < refusal["asks"]
    assert list(refused.values()) == kept.refused[0].tolist()
    votes = [entry for entry in mine if entry["kind"] == "vote"]
    assert len(votes) == kept.votes.sum()
    assert sum(vote["approved"] for vote in votes) == kept.approved.sum()


def assert_same_breaches(plan: Plan, history: History, story: list[dict[str, Any]]) -> None:
    until = float(history.spells["agreement"].until[0])
    breach = next((e for e in story if e["kind"] == "breach" and e["agreement"] != "limited"), None)
    on = None if np.isinf(until) else (plan.ticks.as_of + dt.timedelta(days=int(until))).isoformat()
    assert (breach and breach["on"]) == on


def rows_of(plan: Plan, history: History) -> list[dict[str, Any]]:
    table = columns(plan, history)
    return [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]


@pytest.mark.parametrize("name", WORLDS)
def test_tracing_changes_nothing(name: str) -> None:
    plan = compiled(worlds.load(WORLDS[name]).file)
    for trial in range(3):
        assert_tracing_changes_nothing(plan, 3, trial)


@pytest.mark.parametrize("name", WORLDS)
def test_the_story_is_the_one_counted(name: str) -> None:
    plan, history = worlds.play(WORLDS[name], FEW, seed=3, block=13)
    for trial, row in enumerate(rows_of(plan, history)):
        assert_told_as_counted(plan, 3, trial, row)


def test_the_flagship_is_told_as_it_was_counted() -> None:
    """The first histories of every way to end, and those in which something broke."""
    plan = compiled(flagship().file)
    rows = rows_of(plan, play(plan, 1, 0, 120))
    chosen = {row["trial"] for row in rows if row["agreement_broken"]}
    for state in {row["final_state"] for row in rows}:
        chosen |= set([row["trial"] for row in rows if row["final_state"] == state][:3])
    kinds = {entry["kind"] for trial in sorted(chosen) for entry in assert_told_as_counted(plan, 1, trial, rows[trial])}
    assert {"signed", "breach", "victory", "faded", "event", "stalemate", "red_line_lifts"} <= kinds
    assert_tracing_changes_nothing(plan, 1, max(chosen))


@settings(
    max_examples=GENERATED,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(scenarios())
def test_generated_worlds_are_told_as_they_were_counted(data: dict[str, Any]) -> None:
    plan, history = worlds.play(data, 5, seed=7)
    for trial, row in enumerate(rows_of(plan, history)):
        assert_told_as_counted(plan, 7, trial, row)
    assert_tracing_changes_nothing(plan, 7, 0)


def stories(data: dict[str, Any], trials: int) -> list[dict[str, Any]]:
    scenario = worlds.load(data)
    return [entry for trial in range(trials) for entry in replayed(scenario, trial)["story"]]


def test_every_kind_of_entry_is_told_somewhere() -> None:
    kinds = {entry["kind"] for data in (STORMY, FADING) for entry in stories(data, FEW)}
    assert kinds == {
        "front", "stalemate", "event", "red_line_lifts", "status_quo", "stock", "talks_open", "talks_resume", "rounds",
        "signed", "awaits_votes", "vote", "text_lapses", "in_force", "breach", "deadline_passes", "victory", "faded",
    }  # fmt: skip


def test_breaches_know_their_cause() -> None:
    causes = {
        entry["cause"]
        for data in (STORMY, BRITTLE, TEMPTING)
        for entry in stories(data, FEW)
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
    fronts = [entry for entry in told(plan, trace) if entry["kind"] == "front"]
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


def test_draws_are_those_of_the_engine() -> None:
    plan = compiled(flagship().file)
    block = Block(plan, 1, 11, 1)
    draws = drawn(plan, 1, 11)
    uncertain = {path for path, quantity in plan.quantities.items() if not quantity.is_constant}
    assert {draw["path"] for draw in draws} == uncertain
    for draw in draws:
        assert draw["value"] == float(block.parameters[draw["path"]][0])
        assert draw["low"] < draw["high"]
        assert (draw["value"] <= draw["high"] + 1e-9) == (draw["place"] <= 0.95 + 1e-9)
    apart = [abs(draw["place"] - 0.5) for draw in draws]
    assert apart == sorted(apart, reverse=True)


def test_only_one_trial_can_be_traced() -> None:
    with pytest.raises(ValueError, match="one trial"):
        play(compiled(worlds.load(BORDER).file), 1, 0, 2, [])


def test_there_is_no_trial_below_0() -> None:
    with pytest.raises(ValueError, match="no trial -1"):
        replayed(worlds.load(BORDER), -1)


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


def test_a_replay_is_plain_data() -> None:
    story = replayed(worlds.load(STORMY), 4, seed=9)
    assert json.loads(json.dumps(story, allow_nan=False)) == story
    assert story["run"] == {**origin(), "trial": 4, "seed": 9, "variant": None, "set": {}}


@pytest.mark.parametrize("name", ["stormy", "fading", "haggling"])
def test_one_name_is_one_number(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No deal is N, and what a refusal leaves is N', in rounds as in votes; the reference works both out by itself."""
    pressure = {"talks.peace.pressure": {"north": 0.02, "south": {"uniform": [0.01, 0.1]}}}
    scenario, asked, voted = worlds.load(changed(WORLDS[name], pressure)), {}, {}
    accepts, approves = Consent.accepts, Peace.approves

    def answer(self: Consent, party: str, track: str, text: Any) -> bool:
        asked[self.world.tick, track, party] = self.worth.no_deal(party), self.concession.refusal(party, track)
        return accepts(self, party, track, text)

    def vote(self: Peace, track: str, vote: Any, text: Any) -> bool:
        voted[self.world.tick, track, vote.party] = self.worth.no_deal(vote.party)
        return approves(self, track, vote, text)

    monkeypatch.setattr(Consent, "accepts", answer)
    monkeypatch.setattr(Peace, "approves", vote)
    plan, pressed, compared, votes = compiled(scenario.file), 0, 0, 0
    for trial in (0, 4, 5, 9, 10):
        asked.clear()
        voted.clear()
        reference(scenario.file, 1, [trial])
        trace: Trace = []
        play(plan, 1, trial, 1, trace)
        for record in trace:
            if isinstance(record, Round) and record.put:
                for one in record.answers:
                    n, reservation = asked[record.tick, plan.tracks[record.track].id, plan.parties[one.party]]
                    assert one.no_deal == pytest.approx(n, abs=1e-9)
                    assert one.reservation == pytest.approx(reservation, abs=1e-9)
                    pressed += one.no_deal > one.reservation
                    compared += 1
            if isinstance(record, Voted):
                track = plan.tracks[record.track]
                party = plan.parties[track.bodies[record.body].party]
                assert record.no_deal == pytest.approx(voted[record.tick, track.id, party], abs=1e-9)
                votes += 1
    assert compared > 50
    assert pressed
    assert votes or name == "haggling"
