"""Rules of the reference that are easy to check by hand; the engine is then held to the reference."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from tests import worlds
from tests.reference.bodies import Lesson
from tests.reference.calendar import Calendar
from tests.reference.formulas import standard_normal
from tests.reference.interpreter import Trial, play
from tests.reference.ledger import Luck, Stated
from tests.reference.moods import Moods
from tests.reference.outcome import CEASEFIRE, FIGHTING, SETTLEMENT
from tests.reference.signed import InForce
from tests.reference.world import World

EXACT = pytest.approx


def begun(data: dict[str, Any], trial: int = 0) -> Trial:
    """A trial after its first tick."""
    scenario = worlds.load(data).file
    found = Trial(World(Stated(scenario), Calendar(scenario), Luck(7, trial)))
    found.play_tick()
    return found


def later(trial: Trial, ticks: int = 1) -> Trial:
    for _ in range(ticks):
        trial.world.tick += 1
        trial.play_tick()
    return trial


# -- values and moods ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("view", "middle"), [({"ideal": "old"}, 0.75), ({"ideal": "old", "loss": "linear"}, 0.5)])
def test_values_fall_with_the_distance_from_the_ideal(view: dict[str, Any], middle: float) -> None:
    ledger = begun(worlds.changed(worlds.BORDER, {"issues.border.views.south": {"salience": 50, **view}})).world.ledger
    values = [ledger[f"issues.border.views.south.values.{option}"] for option in ("old", "line", "far")]
    assert values == [1.0, middle, 0.0]


def test_a_mood_lasts() -> None:
    luck = Luck(7, 0)
    first, second = (standard_normal(luck.uniform("mood", tick)) for tick in (0, 1))
    moods = Moods(luck)
    assert moods.follow("mood", 30, 0, 0.0) == first
    assert moods.follow("mood", 30, 1, 0.0) == first
    rho = math.exp(-15 / 30)
    assert moods.follow("mood", 30, 1, 15.0) == EXACT(rho * first + math.sqrt(1 - rho**2) * second)
    assert moods.follow("mood", 0, 1, 15.0) == second


# -- what a party asks for ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mood", [-1, 1])
def test_no_mood_takes_an_ask_beyond_no_deal_or_the_best(mood: int) -> None:
    for seed in range(20):
        trial = begun(worlds.changed(worlds.pie(options=11), {"parties.a.judgement_noise": 10}), seed)
        z = standard_normal(trial.world.luck.uniform("talks.table.consent.a", 0))
        if abs(z) > 0.1 and math.copysign(1, z) == mood:
            assert trial.talks.consent.ask("a", "table") == EXACT(0.1 if mood > 0 else 1.0)


def test_a_mood_moves_an_ask_by_a_share_of_the_stake() -> None:
    trial = later(begun(worlds.changed(worlds.pie(), {"parties.a.judgement_noise": 0.01})), 13)
    ask, z = trial.talks.consent.ask("a", "table"), trial.world.mood("talks.table.consent.a", 365.25)
    assert ask == EXACT(0.1 + 0.9 * (1 - 91 / 365.25 - 0.01 * z))


@pytest.mark.parametrize(
    "barred", [{"issues.pie.views.a.red_lines": {"o100": "never"}}, {"talks.table.exclude": {"pie": ["o100"]}}]
)
def test_nobody_aspires_to_what_it_would_not_sign_or_no_text_may_contain(barred: dict[str, Any]) -> None:
    assert begun(worlds.pie()).concession.stake("a", "table") == EXACT(1.0 - 0.1)
    trial = begun(worlds.changed(worlds.pie(), barred))
    assert trial.concession.stake("a", "table") == EXACT(0.99 - 0.1)


def test_the_red_lines_of_others_do_not_lower_an_aspiration() -> None:
    trial = begun(worlds.changed(worlds.pie(), {"issues.pie.views.b.red_lines": {"o100": "never"}}))
    assert trial.concession.stake("a", "table") == EXACT(1.0 - 0.1)


def ratified(**body: Any) -> dict[str, Any]:
    """A pie in which a's parliament votes, and a is under pressure."""
    said = {"by": "parliament", "hurdle": 0.05, **body}
    return worlds.changed(worlds.pie(pressure={"a": 0.02}), {"parties.a.ratification": said})


@pytest.mark.parametrize(
    ("body", "foreseen"),
    [
        ({}, 0.07),
        ({"foresight": 0.5}, 0.035),
        ({"foresight": 0}, 0.0),
        ({"hurdle": -0.5}, 0.0),
        ({"of": ["limited"]}, 0.0),
        ({"as": "b"}, 0.0),
    ],
)
def test_a_party_asks_for_what_its_body_will_ask(body: dict[str, Any], foreseen: float) -> None:
    trial = begun(ratified(**body))
    assert trial.concession.bodies.foreseen("a", "table") == EXACT(foreseen)
    assert trial.concession.reservation("a", "table") == EXACT(0.1 - 0.02 + foreseen)
    assert trial.concession.bodies.foreseen("b", "table") == 0


def test_the_lesson_of_a_lost_vote_fades() -> None:
    trial = begun(ratified(memory="70 days"))
    trial.concession.bodies.lessons["parties.a.ratification.0"] = Lesson(day=0.0, threshold=0.3)
    assert trial.concession.bodies.foreseen("a", "table") == EXACT(0.32)
    trial.world.tick = 10
    assert trial.concession.bodies.foreseen("a", "table") == EXACT(0.07 + math.exp(-1) * (0.32 - 0.07))


def test_a_lost_vote_teaches_and_one_that_passes_clears_the_lesson() -> None:
    bodies = begun(ratified(spread=0)).concession.bodies
    (body,) = bodies.voting("a", "table")
    assert not bodies.approves(body, "table", {"pie": "o000"})
    assert bodies.lessons == {body.path: Lesson(day=0.0, threshold=0.05)}
    assert bodies.approves(body, "table", {"pie": "o015"})
    assert bodies.lessons == {}


def test_a_party_signs_only_what_it_expects_a_body_with_values_of_its_own_to_pass() -> None:
    """a has nothing left to ask for; its voters want what b wants, and 0.1 more than no deal."""
    data = worlds.changed(ratified(hurdle=0.1, **{"as": "b"}), {"parties.a.patience_used": "3 years"})
    consent = begun(data).talks.consent
    assert consent.refused_over("a", "table", {"pie": "o060"}) is None
    assert consent.refused_over("a", "table", {"pie": "o061"}) == "pie"


# -- what a draft may contain -------------------------------------------------------------------------------------


def test_a_red_line_binds_where_its_owner_is_asked() -> None:
    trial = begun(worlds.changed(worlds.BORDER, {"chips.fund.views.union.red_lines": {"frozen": "never"}}))
    lines, drafting = trial.talks.drafting.red_lines, trial.talks.drafting
    lines.draw("union.border.far")
    text = {"border": "far", "guard": "none", "fund": "frozen"}
    assert drafting.offences("peace", text) == 0
    assert drafting.offences("peace", {**text, "fund": "shared"}) == 1
    assert drafting.offences("peace", {**text, "border": "old", "fund": "shared"}) == 0
    changes = {(change.issue, change.option) for change in drafting.changes("peace", text)}
    assert ("fund", "shared") not in changes
    assert ("border", "old") in changes


def test_what_offends_is_changed_first_even_at_a_loss() -> None:
    data = worlds.pie(exclude={"pie": ["o050", "o051"]}, weights={"a": 1, "b": 0})
    drafting = begun(data).talks.drafting
    assert drafting.best_change("table", {"pie": "o051"}, {"a": 0.0, "b": 0.0}) == {"pie": "o100"}
    only_worse = worlds.pie(options=3, exclude={"pie": ["o001", "o002"]}, weights={"a": 1, "b": 0})
    drafting = begun(only_worse).talks.drafting
    assert drafting.best_change("table", {"pie": "o002"}, {"a": 0.0, "b": 0.0}) == {"pie": "o000"}


def test_a_text_with_an_excluded_option_is_not_put() -> None:
    data = worlds.pie(exclude={"pie": ["o050"]}, protocol="ultimatum", first_draft={"pie": "o050"})
    (outcome,) = play(worlds.load(data).file, 7, [0])
    assert outcome.tracks["table"].failed == 0
    (outcome,) = play(worlds.load(worlds.pie(protocol="ultimatum", first_draft={"pie": "o040"})).file, 7, [0])
    assert outcome.tracks["table"].failed > 0


def test_a_settlement_may_move_nothing_where_it_replaces_a_ceasefire() -> None:
    trial = begun(worlds.BORDER)
    brings_something, nothing = trial.talks.brings_something, trial.world.status_quo()
    assert brings_something("peace", nothing)
    trial.world.state = CEASEFIRE
    assert brings_something("peace", nothing)
    assert not begun(worlds.pie()).talks.brings_something("table", {"pie": "o050"})


def test_a_named_text_is_a_first_draft_as_far_as_the_agenda_goes() -> None:
    text = {"options": {"border": "far", "guard": "watch"}}
    data = worlds.changed(worlds.BORDER, {"texts": {"plan": text}, "talks.truce.first_draft": "plan"})
    trial = begun(worlds.changed(data, {"talks.truce.protocol": "ultimatum"}))
    assert trial.talks.drafting.text("truce") == {"border": "line", "guard": "watch", "fund": "frozen"}


def test_who_has_nothing_left_to_give_counts_as_having_moved() -> None:
    data = worlds.changed(worlds.pie(), {"parties.a.reciprocity": 1, "parties.b.patience_used": "3 years"})
    assert later(begun(data), 10).concession.speed("a", "table") == 1
    stubborn = worlds.changed(data, {"parties.b.patience_used": "0 days", "parties.b.reciprocity": 1})
    trial = later(begun(worlds.changed(stubborn, {"parties.a.patience_used": "3 years"})), 2)
    assert trial.concession.speed("b", "table") == 1


# -- after a signature --------------------------------------------------------------------------------------------


def test_a_breach_closes_the_talks_of_its_kind_for_a_pause() -> None:
    data = worlds.changed(worlds.BORDER, {"talks.other": {"kind": "ceasefire", "signatories": ["north", "south"]}})
    trial = begun(worlds.changed(data, {"talks.truce.after.pause": "20 days"}))
    world = trial.world
    world.state, world.agreement = CEASEFIRE, InForce("truce", {}, breaks_on=5.0)
    world.tick = 1
    trial.peace.breach()
    assert world.state == FIGHTING
    assert [world.is_open(track, 3) for track in ("truce", "other", "peace")] == [False, False, True]
    assert [world.is_open(track, 4) for track in ("truce", "other", "peace")] == [True] * 3
    assert world.closed_until == {"truce": 27.0, "other": 27.0, "peace": 0.0}


def truce() -> dict[str, Any]:
    """A war in which both sign at once, and the second's parliament never approves."""
    data = worlds.changed(
        worlds.BORDER,
        {
            "talks": {
                "peace": {
                    "kind": "settlement",
                    "signatories": ["north", "south"],
                    "until_ratified": "truce",
                    "protocol": "ultimatum",
                    "after": {"pause": "40 days", "breach_memory": 2},
                }
            },
            "parties.south.ratification": {
                "by": "parliament",
                "delay": "30 days",
                "hurdle": 0.9,
                "foresight": 0,
                "memory": "0 days",
            },
        },
    )
    patient = {f"parties.{party}.{key}": value for party in ("north", "south") for key, value in _EAGER.items()}
    return worlds.changed(data, patient)


_EAGER = {"war_cost": 0.9, "patience_used": "4 years", "judgement_noise": 0}


def test_a_truce_holds_from_the_signature_to_a_vote_that_is_lost() -> None:
    trial = begun(truce())
    world = trial.world
    assert world.state == CEASEFIRE
    assert "peace" in world.waiting
    later(trial, 4)
    assert world.state == CEASEFIRE
    assert world.years_fought == 0
    assert trial.worth.no_deal("south") == world.war_value["south"]
    later(trial)
    assert world.day == 35
    assert world.state == FIGHTING
    assert world.distrust == {"north": 1.0, "south": 1.0, "union": 1.0}
    assert [(spell.since, spell.until) for spell in world.spells[CEASEFIRE]] == [(0, 35)]
    assert world.closed_until["peace"] == 75
    assert world.outcomes["peace"].signatures == 1
    later(trial, 5)
    assert (world.day, world.outcomes["peace"].signatures) == (70, 1)
    later(trial)
    assert (world.day, world.outcomes["peace"].signatures) == (77, 1)
    later(trial)
    assert (world.day, world.outcomes["peace"].signatures) == (84, 2)


def test_a_truce_that_is_broken_leaves_the_vote_to_come() -> None:
    event = {"on": "2025-01-10", "effects": [{"breaks": "ceasefire"}]}
    data = worlds.changed(truce(), {"events.spoiler": event, "parties.south.ratification.hurdle": -1})
    later_talks = {"kind": "ceasefire", "signatories": ["north", "south"], "opens": "2025-06-01"}
    trial = later(begun(worlds.changed(data, {"talks.armistice": later_talks})), 2)
    world = trial.world
    assert world.state == FIGHTING
    assert world.closed_until == {"peace": 54.0, "armistice": 54.0}
    assert world.distrust == {"north": 2.0, "south": 2.0, "union": 2.0}
    assert "peace" in world.waiting
    assert later(trial, 3).world.state == SETTLEMENT


def test_without_a_truce_the_fighting_goes_on_until_the_vote() -> None:
    trial = later(begun(worlds.changed(truce(), {"talks.peace.until_ratified": "fighting"})), 4)
    assert trial.world.state == FIGHTING
    assert trial.world.years_fought == EXACT(28 / 365.25)


# -- events and the war -------------------------------------------------------------------------------------------


def comings(**event: Any) -> Iterator[float]:
    """How often an event that adds 1 to a toll has come in each of some histories."""
    effect = {"add": "war.tolls.dead.per_year", "by": 1}
    data = worlds.changed(worlds.WAR_ONLY, {"horizon": "2 years", "step": "7 days", "war.volatility": 0.01})
    data = worlds.changed(
        data, {"war.tolls": {"dead": {"per_year": 0}}, "events.alarm": {"effects": [effect], **event}}
    )
    for number in range(10):
        trial = later(begun(data, number), 104)
        yield trial.world.ledger["war.tolls.dead.per_year"]


def test_a_chance_thins_an_event_that_comes_at_a_rate() -> None:
    assert list(comings(rate=1000, chance=0.5)) == [1] * 10
    assert 30 < sum(comings(rate=1000, chance=0.5, repeats=True)) / 10 < 75


def test_an_event_that_has_its_time_does_not_come_again() -> None:
    assert set(comings(on="2025-02-01", chance=0.5)) == {0, 1}


def test_a_front_that_jumps_teaches_nothing_and_stops_short_of_victory() -> None:
    still = worlds.changed(worlds.BORDER, {"war.drift": 0, "war.volatility": 0.3})
    jump = {"on": "2025-01-08", "effects": [{"add": "war.front", "by": 0.05}]}
    before = later(begun(still))
    after = later(begun(worlds.changed(still, {"events.city": jump})))
    assert after.world.front == EXACT(before.world.front + 0.05)
    assert after.world.belief == EXACT(before.world.belief)
    trial = begun(still)
    trial.war.jump(5)
    assert trial.world.front == 0.999


def test_a_narrative_erodes_the_trust_of_the_others() -> None:
    beliefs = {"north": {"narrative": -0.02, "erosion": 5}, "south": {"narrative": 0.1, "erosion": 1}}
    data = worlds.changed(worlds.BORDER, {"war.beliefs": beliefs, "war.volatility": 0.05, "talks": {}})
    trial = later(begun(data), 10)
    years = 70 / 365.25
    assert trial.world.distrust == EXACT(
        {"north": math.exp(0.1 * years), "south": math.exp(0.1 * years), "union": math.exp(0.2 * years)}
    )


def test_without_noise_nobody_signs_below_its_aspiration() -> None:
    pie = worlds.pie(options=11)
    (outcome,) = play(worlds.load(pie).file, 7, [0])
    assert (outcome.tracks["table"].signatures, outcome.tracks["table"].below) == (1, 0)
    noisy = worlds.changed(pie, {f"parties.{party}.judgement_noise": 1 for party in ("a", "b")})
    outcomes = play(worlds.load(noisy).file, 7, range(20))
    assert 0 < sum(outcome.tracks["table"].below for outcome in outcomes) < 20
