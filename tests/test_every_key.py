"""Every key of the format has an effect that a test shows: this page says which, and shows those shown nowhere else."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from docs.generate.scenario import keys, sections
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.results.summary import Run, summarised
from negosim.scenario.inputs import grounds
from negosim.scenario.problems import ScenarioError
from tests.worlds import BORDER, changed, load, pie, play

TRIALS, SEED = 800, 11

Measure = Callable[[Plan, History], np.ndarray]


def reached(kind: str) -> Measure:
    return lambda plan, history: (history.spells[kind].first != NEVER).astype(float)


def won(side: int) -> Measure:
    return lambda plan, history: (history.winner == side).astype(float)


def worth(track: str, party: str) -> Measure:
    """What the texts signed on a track are worth to a party, 0 where none was."""

    def measured(plan: Plan, history: History) -> np.ndarray:
        kept = history.tracks[[track_.id for track_ in plan.tracks].index(track)]
        return np.nan_to_num(kept.worth[:, plan.parties.index(party)])

    return measured


def first_spell(plan: Plan, history: History) -> np.ndarray:
    """Days for which the first agreement held."""
    spells = history.spells["agreement"]
    return np.nan_to_num(np.minimum(spells.until, plan.ticks.days[-1]) - spells.since)


def together(**options: str) -> Measure:
    """Whether the settlement signed has several options at once."""

    def measured(plan: Plan, history: History) -> np.ndarray:
        terms = history.tracks[[track.id for track in plan.tracks].index("peace")].terms
        found = np.ones(len(terms))
        for issue, option in options.items():
            place = plan.issues.index(issue)
            found *= terms[:, place] == plan.slots[place].start + plan.options[place].index(option)
        return found

    return measured


def signed_option(issue: str, option: str) -> Measure:
    def measured(plan: Plan, history: History) -> np.ndarray:
        place = plan.issues.index(issue)
        column = plan.slots[place].start + plan.options[place].index(option)
        return np.any([kept.terms[:, place] == column for kept in history.tracks], axis=0).astype(float)

    return measured


def refused(track: str, party: str) -> Measure:
    def measured(plan: Plan, history: History) -> np.ndarray:
        kept = history.tracks[[track_.id for track_ in plan.tracks].index(track)]
        return kept.refused[:, plan.parties.index(party)] / np.maximum(kept.failed, 1)

    return measured


RIPE = changed(BORDER, {"talks.truce.ripeness": "on", "talks.peace.ripeness": "on"})
EAGER = changed(BORDER, {f"parties.{party}.patience": "6 months" for party in ("north", "south")})
CALM = changed(EAGER, {"talks.peace.mediator_error": 0, "parties.north.judgement_noise": 0.01,
                       "parties.south.judgement_noise": 0.01})  # fmt: skip
BOTH = together(guard="troops", fund="shared")


def linkage(fund: str, adds: float) -> dict[str, Any]:
    return {"linkages": [{"when": {"guard": "troops", "fund": fund}, "adds": {"north": adds, "south": adds}}]}


LINKED = changed(CALM, linkage("shared", 0.3))
TRUCE = {
    "kind": "ceasefire",
    "signatories": ["north", "south"],
    "issues": ["guard"],
    "first_draft": {"guard": "watch"},
    "revisions": 0,
    "ripeness": "off",
    "pressure": {"north": 0.5, "south": 0.5},
    "after": {"breach": 2},
}
SIGNED = changed(
    BORDER, {"talks": {"truce": TRUCE}, "parties.north.patience": "1 day", "parties.south.patience": "1 day"}
)
SHORT = changed(BORDER, {"horizon": "1 year"})

CONTRASTS: dict[str, tuple[dict[str, Any], dict[str, Any], Measure, int]] = {
    # key: (world, what changes, what is measured, whether it rises or falls)
    "horizon": (SHORT, {"horizon": "2 years"}, reached("agreement"), +1),
    "parties.<party>.time_preference": (RIPE, {"parties.south.time_preference": 0.6}, reached("agreement"), 0),
    "parties.<party>.war_cost": (RIPE, {"parties.south.war_cost": 0.4}, reached("agreement"), +1),
    "parties.<party>.patience": (BORDER, {"parties.south.patience": "6 months"}, reached("agreement"), +1),
    "parties.<party>.concession": (BORDER, {"parties.south.concession": "conceder"}, reached("agreement"), +1),
    "parties.<party>.judgement_noise": (
        pie((0.1, 0.3), first_draft={"pie": "o060"}, revisions=0, patience={"b": "10 years"}),
        {"parties.b.judgement_noise": 0.5},
        reached("agreement"), +1,
    ),
    "issues.<issue>.options.<option>.enforcement": (
        SIGNED, {"issues.guard.options.watch.enforcement": 0.95}, first_spell, +1
    ),
    "issues.<issue>.views.<party>.salience": (
        CALM, {"issues.guard.views.north.salience": 300}, signed_option("guard", "none"), +1
    ),
    "issues.<issue>.views.<party>.values": (
        CALM, {"chips.fund.views.union.values": {"frozen": 1, "shared": 0, "returned": 0}},
        signed_option("fund", "shared"), -1,
    ),
    "issues.<issue>.views.<party>.ideal": (
        CALM, {"issues.guard.views.south": {"salience": 30, "ideal": "none"}}, signed_option("guard", "troops"), -1
    ),
    "issues.<issue>.views.<party>.red_lines": (
        EAGER, {"chips.fund.views.north.red_lines": {"shared": "never"}}, signed_option("fund", "shared"), -1
    ),
    "issues.<issue>.status_quo": (EAGER, {"issues.border.status_quo": "far"}, worth("peace", "north"), +1),
    "chips.<chip>.held_by": (
        changed(EAGER, {"chips.fund.views.union.red_lines": {"shared": "never"}}),
        {"chips.fund.held_by": ["north"]},
        signed_option("fund", "shared"),
        +1,
    ),
    "linkages[].adds": (
        LINKED, linkage("shared", -0.4), BOTH, -1
    ),
    "linkages[].when": (LINKED, linkage("frozen", 0.3), BOTH, -1),
    "never": (LINKED, {"never": [{"guard": "troops", "fund": "shared"}]}, BOTH, -1),
    "war.front": (changed(BORDER, {"war.volatility": 0.6}), {"war.front": 0.6}, won(1), +1),
    "war.drift": (changed(BORDER, {"war.volatility": 0.6}), {"war.drift": 0.5}, won(1), +1),
    "war.volatility": (BORDER, {"war.volatility": 0.9}, won(-1), +1),
    "war.beliefs.<party>.optimism": (RIPE, {"war.beliefs.north.optimism": 0.3}, reached("agreement"), -1),
    "war.beliefs.<party>.doubt": (
        changed(BORDER, {"war.beliefs.north.optimism": 0.4, "war.beliefs.north.doubt": 0.01}),
        {"war.beliefs.north.doubt": 0.5},
        reached("agreement"),
        +1,
    ),
    "war.beliefs.<party>.narrative": (RIPE, {"war.beliefs.north.narrative": 0.5}, reached("agreement"), -1),
    "war.victory": (
        changed(RIPE, {"war.drift": 0.1}),
        {"war.victory": {"north": {"border": "old", "guard": "troops", "fund": "shared"}}},
        reached("agreement"),
        +1,
    ),
    "talks.<track>.every": (BORDER, {"talks.truce.every": "6 months", "talks.peace.every": "6 months"},
                            reached("agreement"), -1),
    "talks.<track>.issues": (EAGER, {"talks.peace.issues": ["border", "guard"]}, signed_option("fund", "shared"), -1),
    "talks.<track>.signatories": (
        changed(EAGER, {"chips.fund.views.union": {"salience": 100, "ideal": "frozen"},
                        "issues.guard.views.union": {"salience": 400, "ideal": "none"}}),
        {"talks.truce.signatories": ["north", "south", "union"]},
        signed_option("guard", "troops"),
        -1,
    ),
    "talks.<track>.weights": (CALM, {"talks.peace.weights": {"south": 8, "north": 1}}, worth("peace", "south"), +1),
    "talks.<track>.mediator_error": (CALM, {"talks.peace.mediator_error": 0.5}, worth("peace", "south"), 0),
    "talks.<track>.revisions": (
        changed(CALM, {"talks.peace.first_draft": {"border": "old"}}),
        {"talks.peace.revisions": 0},
        reached("settlement"),
        -1,
    ),
    "talks.<track>.kind": (BORDER, {"talks.truce.kind": "settlement"}, reached("ceasefire"), -1),
    "talks.<track>.protocol": (CALM, {"talks.peace.protocol": "ultimatum"}, reached("settlement"), -1),
    "talks.<track>.after.peace_cost": (EAGER, {"talks.truce.after.peace_cost": 1}, reached("ceasefire"), -1),
    "talks.<track>.after.enforcement_effect": (SIGNED, {"talks.truce.after.enforcement_effect": 0}, first_spell, -1),
}  # fmt: skip


@pytest.mark.parametrize("key", CONTRASTS)
def test_a_key_alone_changes_what_it_should(key: str) -> None:
    """The same luck with and without: the mean difference lies on its side of 0 by more than three standard errors."""
    world, change, measure, sign = CONTRASTS[key]
    before = measure(*play(world, TRIALS, seed=SEED))
    after = measure(*play(changed(world, change), TRIALS, seed=SEED))
    difference = after - before
    assert difference.any()
    if sign:
        assert sign * difference.mean() > 3 * difference.std() / np.sqrt(TRIALS), (before.mean(), after.mean())


def test_what_only_describes_changes_no_result_and_is_shown() -> None:
    named = changed(
        BORDER,
        {
            "title": "Another title",
            "summary": "First words.",
            "sources.book": {"title": "A book", "url": "https://example.org", "date": "2024-12-31"},
            "parties.north.name": "The North",
            "parties.north.short": "N",
            "texts.plan": {"title": "A plan", "source": "book", "options": {"border": "far"}},
            "issues.border.views.north.source": "judgement",
            "issues.border.views.north.note": "a reading",
            "issues.border.title": "Where it runs",
            "issues.border.options.old": {"title": "As of old"},
            "chips.fund.title": "Money",
            "war.tolls.dead.title": "Lives",
            "war.tolls.dead.unit": "people",
            "talks.truce.title": "Silence",
            "talks.truce.mediator": "somebody",
            "questions.soon": {"title": "Soon?", "reach": "ceasefire", "by": "2025-06-30",
                               "benchmarks": [{"p": 0.2, "on": "2025-01-01", "source": "book", "note": "a guess"}],
                               "outcome": {"happened": True, "on": "2025-06-30", "source": "book"}},
            "levers.cost": {"title": "Cost", "path": "parties.north.war_cost", "range": [0, 0.5]},
            "variants.dear": {"title": "Dear", "set": {"parties.north.war_cost": 0.5}},
        },
    )  # fmt: skip
    scenario = load(named)
    plan, history = play(named, 100)
    plain = play(BORDER, 100)[1]
    np.testing.assert_array_equal(history.final, plain.final)
    np.testing.assert_array_equal(history.tolls, plain.tolls)
    summary = summarised(scenario, plan, history, Run(100, 1, 0.0))
    labels, question = summary["labels"], summary["questions"]["soon"]
    assert summary["scenario"]["title"] == "Another title" and summary["scenario"]["about"] == "First words."
    assert summary["scenario"]["variants"] == {"dear": "Dear"}
    assert labels["sources"] == {"book": "A book"} and labels["parties"]["north"] == "The North"
    assert labels["issues"]["border"] == "Where it runs" and labels["options"]["border"]["old"] == "As of old"
    assert labels["issues"]["fund"] == "Money" and labels["tolls"]["dead"] == "Lives"
    assert summary["tolls"]["dead"]["unit"] == "people" and labels["tracks"]["truce"] == "Silence"
    assert labels["short"]["north"] == "N" and scenario.file.texts["plan"].title == "A plan"
    assert question["outcome"] == {"happened": True, "on": "2025-06-30", "source": "book"}
    assert grounds(scenario.file)["kinds"]["salience"]["judgement"] == 1
    assert scenario.file.issues["border"].views["north"].note == "a reading"
    assert question["title"] == "Soon?" and question["benchmarks"] == [
        {"p": 0.2, "on": "2025-01-01", "source": "book", "note": "a guess"}
    ]
    assert scenario.file.talks["truce"].mediator == "somebody"
    assert scenario.file.levers["cost"].path == "parties.north.war_cost"
    assert load(named).with_variant("dear").file.parties["north"].war_cost.value == 0.5


def test_only_format_1_is_read() -> None:
    with pytest.raises(ScenarioError, match="negosim"):
        load({**BORDER, "negosim": 2})


DESCRIBES = "test_every_key:test_what_only_describes_changes_no_result_and_is_shown"
SHOWN = {
    "negosim": "test_every_key:test_only_format_1_is_read",
    "title": DESCRIBES,
    "summary": DESCRIBES,
    "as_of": "test_summary:test_the_tick_grid_ends_at_the_horizon",
    "step": "test_war:test_first_side_wins_as_often_as_the_formula_says",
    "sources.<source>.title": DESCRIBES,
    "sources.<source>.url": "test_schema:test_every_key_means_what_the_page_says",
    "sources.<source>.date": "test_scenarios:test_nothing_later_than_the_cut_off_is_used",
    "parties.<party>.name": DESCRIBES,
    "parties.<party>.fatigue": "test_agreements:test_fatigue_makes_war_cost_more",
    "parties.<party>.patience_used": "test_talks:test_earlier_talks_have_used_patience",
    "parties.<party>.concession_law": "test_extending:test_tit_for_tat_concedes_what_the_other_concedes",
    "parties.<party>.judgement_memory": "test_talks:test_judgement_lasts",
    "parties.<party>.reciprocity": "test_urgency:test_reciprocity_waits_for_the_other",
    "parties.<party>.distrust": "test_agreements:test_exposure_and_distrust_make_agreements_less_worth",
    "parties.<party>.exposure": "test_agreements:test_exposure_and_distrust_make_agreements_less_worth",
    "parties.<party>.ratification[].by": "test_ratification:test_the_summary_says_how_bodies_voted",
    "parties.<party>.ratification[].delay": "test_ratification:test_in_force_at_the_first_tick_after_the_delay",
    "parties.<party>.ratification[].hurdle": (
        "test_ratification:test_a_hurdle_above_the_gain_fells_the_text_and_talks_go_on"
    ),
    "parties.<party>.ratification[].as": "test_talks:test_a_principal_signs_only_what_it_expects_to_pass",
    "parties.<party>.ratification[].foresight": "test_talks:test_who_needs_a_vote_asks_for_what_the_vote_will_ask",
    "parties.<party>.ratification[].spread": "test_ratification:test_spread_is_the_chance_of_the_vote",
    "parties.<party>.ratification[].of": "test_ratification:test_a_body_votes_on_texts_of_its_kinds_alone",
    "parties.<party>.ratification[].memory": "test_ratification:test_the_mood_of_a_body_lasts",
    "talks.<track>.between_rounds": "test_between_rounds:test_a_text_that_stands_is_signed_once_everybody_would",
    "talks.<track>.until_ratified": "test_ratification:test_a_truce_stops_the_fighting_from_the_signature_to_the_vote",
    "war.beliefs.<party>.erosion": "test_war:test_a_narrative_costs_the_trust_of_the_others",
    "issues.<issue>.title": DESCRIBES,
    "issues.<issue>.status_quo.follows_front": (
        "test_talks:test_what_a_first_draft_leaves_out_is_at_the_status_quo_of_its_day"
    ),
    "issues.<issue>.options.<option>.title": DESCRIBES,
    "chips.<chip>.title": DESCRIBES,
    "war.between": "test_war:test_first_side_wins_as_often_as_the_formula_says",
    "war.fade": "test_agreements:test_a_war_that_hurts_both_fades",
    "war.stocks.<stock>.party": "test_stocks:test_a_stock_burns_and_its_emptiness_has_effects",
    "war.stocks.<stock>.level": "test_stocks:test_a_stock_burns_and_its_emptiness_has_effects",
    "war.stocks.<stock>.burn": "test_stocks:test_a_stock_burns_and_its_emptiness_has_effects",
    "war.stocks.<stock>.unit": "test_schema:test_every_key_means_what_the_page_says",
    "war.stocks.<stock>.when_empty": "test_stocks:test_a_stock_burns_and_its_emptiness_has_effects",
    "war.tolls.<toll>.per_year": "test_war:test_tolls_count_the_years_of_fighting",
    "war.tolls.<toll>.unit": DESCRIBES,
    "war.tolls.<toll>.title": DESCRIBES,
    "talks.<track>.title": DESCRIBES,
    "talks.<track>.opens": "test_talks:test_the_first_round_is_at_the_opening",
    "talks.<track>.mediator": DESCRIBES,
    "talks.<track>.first_draft": "test_talks:test_a_first_draft_across_a_red_line_is_mended",
    "talks.<track>.exclude": "test_talks:test_excluded_options_are_written_out_of_the_text_and_never_put",
    "talks.<track>.mediator_memory": "test_talks:test_the_mediators_error_lasts_and_is_followed_at_every_round",
    "talks.<track>.pressure": "test_talks:test_pressure_buys_signatures",
    "talks.<track>.patience": "test_talks:test_a_track_s_own_patience_comes_first",
    "talks.<track>.ripeness": "test_talks:test_ripeness_off_lets_the_clock_run",
    "talks.<track>.deadline.on": "test_urgency:test_a_believed_deadline_is_met",
    "talks.<track>.deadline.credibility": "test_urgency:test_a_deadline_that_is_not_believed_changes_nothing",
    "talks.<track>.deadline.repeats": "test_urgency:test_a_deadline_that_passes_is_believed_half_as_much",
    "talks.<track>.after.breach": "test_agreements:test_breach_times_follow_the_weibull_law",
    "talks.<track>.after.shape": "test_agreements:test_breach_times_follow_the_weibull_law",
    "talks.<track>.after.pressure_penalty": "test_agreements:test_pressure_costs_durability",
    "talks.<track>.after.opportunism": "test_agreements:test_opportunism_breaks_what_no_longer_pays",
    "talks.<track>.after.defection_cost": "test_agreements:test_opportunism_breaks_what_no_longer_pays",
    "talks.<track>.after.breach_memory": "test_agreements:test_breach_memory_makes_the_next_deal_harder",
    "events.<event>.title": "test_report_story:test_everything_is_told_by_its_title",
    "talks.<track>.after.pause": "test_agreements:test_a_breach_closes_talks_of_its_kind_for_its_pause",
    "events.<event>.on": "test_events:test_a_dated_event_takes_effect_at_the_next_tick",
    "events.<event>.between": "test_events:test_between_two_dates",
    "events.<event>.rate": "test_events:test_a_rate_comes_once_or_again_and_again",
    "events.<event>.chance": "test_events:test_chance",
    "events.<event>.repeats": "test_events:test_a_rate_comes_once_or_again_and_again",
    "events.<event>.when.state": "test_events:test_a_condition_must_have_held_for_its_time",
    "events.<event>.when.for": "test_events:test_a_condition_must_have_held_for_its_time",
    "events.<event>.when.front_above": "test_events:test_an_event_waits_for_the_front",
    "events.<event>.when.front_below": "test_events:test_an_event_waits_for_the_front",
    "variants.<variant>.title": DESCRIBES,
    "variants.<variant>.set": DESCRIBES,
    "questions.<question>.title": DESCRIBES,
    "questions.<question>.reach": "test_summary:test_questions",
    "questions.<question>.by": "test_summary:test_questions",
    "questions.<question>.lasting": "test_summary:test_lasting_looks_at_every_ceasefire_that_began_in_time",
    "war.began": "test_base_rates:test_a_war_that_says_when_it_began",
    "questions.<question>.benchmarks[].p": DESCRIBES,
    "questions.<question>.benchmarks[].on": DESCRIBES,
    "questions.<question>.benchmarks[].source": DESCRIBES,
    "questions.<question>.benchmarks[].note": DESCRIBES,
    "questions.<question>.outcome.happened": DESCRIBES,
    "questions.<question>.outcome.on": DESCRIBES,
    "questions.<question>.outcome.source": DESCRIBES,
    "parties.<party>.short": DESCRIBES,
    "issues.<issue>.views.<party>.source": DESCRIBES,
    "issues.<issue>.views.<party>.note": DESCRIBES,
    "issues.<issue>.views.<party>.loss": "test_numbers:test_values_fall_from_the_ideal_to_the_farthest",
    "texts.<id>.title": DESCRIBES,
    "texts.<id>.source": DESCRIBES,
    "texts.<id>.options": "test_texts:test_a_named_text_is_the_first_draft_on_the_agenda",
    "levers.<lever>.title": DESCRIBES,
    "levers.<lever>.path": DESCRIBES,
    "levers.<lever>.range": "test_checks:test_what_does_not_fit_together",
}
"""Keys whose effect another test shows."""

SAME_AS = {"chips.<chip>.": "issues.<issue>."}
"""Mappings that share their keys with another."""


def every_key() -> set[str]:
    """Return the path of every key that holds no further mapping."""
    paths = {path: [key for key, _, _ in keys(model)] for path, model in sections()}
    whole = {f"{path}.{key}".lstrip(".") for path, names in paths.items() for key in names}
    holders = {key for key in whole if any(path.startswith((f"{key}.", f"{key}[")) or path == key for path in paths)}
    return whole - holders - {key.replace("issues.<issue>.", "chips.<chip>.") for key in holders}


def test_no_key_is_without_a_test() -> None:
    known = {*CONTRASTS, *SHOWN}
    missing = {
        key
        for key in every_key()
        if key not in known and not any(key.replace(mine, other) in known for mine, other in SAME_AS.items())
    }
    assert not missing


@pytest.mark.parametrize("test", sorted(set(SHOWN.values())))
def test_the_tests_named_here_exist(test: str) -> None:
    module, name = test.split(":")
    assert callable(getattr(importlib.import_module(f"tests.{module}"), name))
