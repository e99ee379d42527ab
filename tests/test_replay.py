"""Replay: the story shown is the story counted."""

import dataclasses
import datetime as dt
import json
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from negosim.engine.block import Block
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.record.trace import Round, Trace, Voted
from negosim.experiments.replay.drawn_inputs import drawn
from negosim.experiments.replay.replay import replayed
from negosim.results.build_identity import origin
from negosim.results.export import columns
from negosim.results.story import entries_of
from tests import worlds
from tests.reference.bodies import Body
from tests.reference.consent import Consent
from tests.reference.interpreter import play as reference
from tests.reference.peace import Peace
from tests.reference.scenarios import scenarios
from tests.stories import STORMY, WORLDS, first, flagship
from tests.worlds import BORDER, changed

GENERATED = int(os.environ.get("NEGOSIM_REPLAY_SCENARIOS", "20"))


FEW = 20


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
    story = entries_of(plan, trace)
    dates = [entry["date"] for entry in story if "until" not in entry]
    assert dates == sorted(dates)
    assert_same_ends(plan, row, story)
    for index in range(len(plan.tracks)):
        assert_same_talks(plan, history, index, row, story)
    assert_same_breaches(plan, history, story)
    return story


def assert_same_ends(plan: Plan, row: dict[str, Any], story: list[dict[str, Any]]) -> None:
    victory, faded = first(story, kind="victory"), first(story, kind="faded")
    if plan.war:
        assert (victory and victory["date"]) == row["victory_date"]
        assert (victory and victory["party"]) == row["winner"]
        assert (faded and faded["date"]) == row["faded_date"]
    for kind in ("limited", "ceasefire", "settlement"):
        entry = next((e for e in story if stops_as(kind, e)), None)
        assert (entry and entry["date"]) == row.get(f"{kind}_date"), kind


def stops_as(kind: str, entry: dict[str, Any]) -> bool:
    """Whether an agreement of a kind begins; a truce until a vote counts as a ceasefire."""
    return (entry.get("agreement") == kind and in_force(entry)) or (kind == "ceasefire" and entry["kind"] == "truce")


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
    foreseeing = {plan.parties[body.party] for body in track.bodies if not body.is_own}
    for entry in folded:
        for refusal in entry["refusals"]:
            refused[refusal["party"]] += refusal["rounds"]
        for held in entry["each"]:
            for refusal in held["refusals"]:
                assert refusal["red_line"] or refusal["value"] < refusal["asks"] or refusal["party"] in foreseeing
    assert list(refused.values()) == kept.refused[0].tolist()
    votes = [entry for entry in mine if entry["kind"] == "vote"]
    assert len(votes) == kept.votes.sum()
    assert sum(vote["approved"] for vote in votes) == kept.approved.sum()


def assert_same_breaches(plan: Plan, history: History, story: list[dict[str, Any]]) -> None:
    until = float(history.spells["agreement"].until[0])
    ends = (e for e in story if e["kind"] == "truce_over" or (e["kind"] == "breach" and e["agreement"] != "limited"))
    end = next(ends, None)
    on = None if np.isinf(until) else (plan.ticks.as_of + dt.timedelta(days=int(until))).isoformat()
    assert (end and end.get("on", end["date"])) == on


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


def test_draws_are_those_of_the_engine() -> None:
    plan = compiled(flagship().file)
    block = Block(plan, 1, 11, 1)
    draws = drawn(plan, 1, 11)
    uncertain = {path for path, quantity in plan.quantities.items() if not quantity.is_constant}
    assert {draw["path"] for draw in draws} == uncertain
    for draw in draws:
        assert draw["value"] == float(block.parameters[draw["path"]][0])
        assert draw["low"] < draw["high"]
        within = draw["place"] <= 0.95  # a law with atoms, or cut at its end, may reach the same value beyond
        assert draw["value"] <= draw["high"] + 1e-9 if within else draw["value"] >= draw["high"] - 1e-9
    apart = [abs(draw["place"] - 0.5) for draw in draws]
    assert apart == sorted(apart, reverse=True)


def test_only_one_trial_can_be_traced() -> None:
    with pytest.raises(ValueError, match="one trial"):
        play(compiled(worlds.load(BORDER).file), 1, 0, 2, [])


def test_there_is_no_trial_below_0() -> None:
    with pytest.raises(ValueError, match="no trial -1"):
        replayed(worlds.load(BORDER), -1)


def test_a_replay_is_plain_data() -> None:
    story = replayed(worlds.load(STORMY), 4, seed=9)
    assert json.loads(json.dumps(story, allow_nan=False)) == story
    assert story["run"] == {**origin(), "trial": 4, "seed": 9, "variant": None, "set": {}}


@pytest.mark.parametrize("name", ["stormy", "fading", "haggling"])
def test_one_name_is_one_number(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No deal is N, and what a refusal leaves is N', in rounds as in votes; the reference works both out by itself."""
    pressure = {"talks.peace.pressure": {"north": 0.02, "south": {"uniform": [0.01, 0.1]}}}
    scenario, asked, voted = worlds.load(changed(WORLDS[name], pressure)), {}, {}
    refused_over, approves = Consent.refused_over, Peace.approves

    def answer(self: Consent, party: str, track: str, text: Any) -> str | None:
        asked[self.world.tick, track, party] = self.worth.no_deal(party), self.concession.reservation(party, track)
        return refused_over(self, party, track, text)

    def vote(self: Peace, body: Body, track: str, text: Any) -> bool:
        voted[self.world.tick, track, body.party] = self.worth.no_deal(body.votes_as)
        return approves(self, body, track, text)

    monkeypatch.setattr(Consent, "refused_over", answer)
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
