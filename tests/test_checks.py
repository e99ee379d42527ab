"""Cross-references: every mistake is told once, where it stands, along with all others."""
# ruff: noqa: E501 (one case a line)

from __future__ import annotations

import re

import pytest

from negosim.scenario.judgement import judged
from negosim.scenario.load import loads
from negosim.scenario.problems import ScenarioError
from negosim.scenario.reader import read
from tests.examples import COMPLETE, MINIMAL


def told(text: str) -> list[str]:
    """Load a scenario, and return what is wrong with it."""
    try:
        loads(text, name="f")
    except ScenarioError as error:
        return str(error).splitlines()
    return []


def changed(*changes: tuple[str, str], text: str = MINIMAL) -> str:
    """Replace parts of a scenario, each at its first occurrence."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_examples_fit_together() -> None:
    document = read(COMPLETE, "f")
    assert judged(document).document.problems == []
    assert told(MINIMAL) == []


THIRTEEN = """\
negosim: 1
title: Thirteen mistakes
as_of: 2025-01-01
horizon: 2027-01-01
parties:
  north: {time_preference: 0.15, patience: soon}
  south: {time_preference: 0.15, war_costs: 0.3}
  east: {time_preference: 0.15, name: East, name: Orient}
issues:
  border:
    status_quo: line
    options: {old: Old, line: Line, far: Far}
    views:
      north: {salience: 1, values: {old: 0, line: 0.5, far: 1.5}}
      south: {salience: {triangular: [3, 2, 1]}, ideal: old}
war:
  between: [north, south]
talks:
  armistice:
    kind: ceasefire
    signatories: [north, sotuh]
    first_draft: {border: lime}
events:
  rain: {on: 2025-02-30, effects: [{add: parties.north.war_csot, by: 0.1}]}
variants:
  calm:
    set:
      war.drift: {value: 0, source: newspaper}
      talks.armistice.presure.south: 0
questions:
  truce: {reach: peace, by: 2025-06-30}
"""


def test_many_mistakes_are_told_at_once_each_on_its_line() -> None:
    lines = told(THIRTEEN)
    assert [(line.split(": ")[0], line.split(": ")[1]) for line in lines] == [
        ("f:6:44", "parties.north.patience"),
        ("f:7:34", "parties.south.war_costs"),
        ("f:8:45", "parties.east.name"),
        ("f:14:61", "issues.border.views.north.values.far"),
        ("f:15:26", "issues.border.views.south.salience.triangular"),
        ("f:16:1", "war"),
        ("f:21:26", "talks.armistice.signatories.1"),
        ("f:22:27", "talks.armistice.first_draft.border"),
        ("f:24:14", "events.rain.on"),
        ("f:24:42", "events.rain.effects.0.add"),
        ("f:28:37", "war.drift.source"),
        ("f:29:38", "talks.armistice.presure"),
        ("f:31:18", "questions.truce.reach"),
    ]
    for line, message in zip(
        lines,
        [
            "'soon' is not a duration (write e.g. 18 months)",
            "unknown key 'war_costs' (did you mean 'war_cost'? ",
            "the key 'name' is given twice (first on line 8)",
            "1.5 is out of range (write a number from 0 to 1)",
            "the numbers of triangular: [low, mode, high] must rise",
            "the key 'volatility' is missing",
            "there is no party 'sotuh' (did you mean 'south'? parties: east, north, south)",
            "there is no option 'lime' of border (did you mean 'line'? options of border: far, line, old)",
            "'2025-02-30' is not a day of the calendar",
            "'parties.north.war_csot' is not a number that an effect can change (did you mean 'parties.north.war_cost'?",
            "there is no source 'newspaper' (sources: judgement)",
            "unknown key 'presure' (did you mean 'pressure'? ",
            "nothing is called 'peace' (allowed: agreement, ceasefire, ",
        ],
        strict=True,
    ):
        assert message in line


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("  north: {time", "  North: {time", "f:7:3: parties.North: 'North' is not an id"),
        ("parties:", "partes:", "f:6:1: partes: unknown key 'partes' (did you mean 'parties'?"),
        ("issues:", "isues:", "f:9:1: isues: unknown key 'isues' (did you mean 'issues'?"),
        ("war:", "wra:", "f:16:1: wra: unknown key 'wra' (did you mean 'war'?"),
        ("sources:", "surces:", "f:5:1: surces: unknown key 'surces'"),
        ("sources: {survey", "sources: [survey", "f:5:54: this is not YAML"),
        ("  north: {time_preference: 0.15", "  north: {time_pref: 0.15", "f:7:11: parties.north.time_pref: unknown key"),
        ("  north: {time_preference: 0.15", "  north: {<<: *d", "f:7:11: parties.north.<<: merge keys"),
        ("  north: {time_preference: 0.15, war_cost: 0.25}", "  north: 3", "f:7:10: parties.north: 3 is not a mapping"),
        ("  north: {time_preference: 0.15, war_cost: 0.25}", "  north:", "f:7:9: parties.north: nothing is given here"),
        ("time_preference: 0.15", "time_preference: .nan", "f:7:28: parties.north.time_preference: '.nan' is not a finite"),
        ("time_preference: 0.15", "time_preference: !!float 1", "f:7:28: parties.north.time_preference: the tag '!!float'"),
        ("options: {old", "optoins: {old", "f:12:5: issues.border.optoins: unknown key 'optoins'"),
        ("options: {old", "options: {Old", "f:12:15: issues.border.options.Old: 'Old' is not an id"),
        ("options: {old", "options: [old", "f:12:99: this is not YAML"),
        ("line: The present line", "line: 10", "f:12:46: issues.border.options.line: 10 is not an option (write its title"),
        ("between: [north, south]", "between: [north]", "f:17:3: war.between: needs at least 2 entries (found 1)"),
        ("between: [north, south]", "between: [north, 3]", "f:17:20: war.between.1: 3 is not an id"),
        ("between: [north, south]", "betwen: [north, south]", "f:17:3: war.betwen: unknown key 'betwen'"),
        ("kind: ceasefire", "kind: truce", "f:20:21: talks.armistice.kind: 'truce' is not allowed here"),
        ("kind: ceasefire, ", "", "f:20:3: talks.armistice: the key 'kind' is missing"),
        ("values: {old", "values: {odl", "f:14:38: issues.border.views.north.values.odl: there is no option 'odl'"),
        ("ideal: old", "idael: old", "f:15:29: issues.border.views.south.idael: unknown key 'idael'"),
        ("patience: 12 months", "patience: {lognrmal: {median: 1 year, spread: 2}}", "f:21:69: talks.peace.patience.lognrmal"),
        ("range: [0, 0.1]", "range: [0]", "f:27:52: levers.pressure.range: needs 2 entries (found 1)"),
        ("range: [0, 0.1]", "range: []", "f:27:52: levers.pressure.range: needs 2 entries (found 0)"),
        ("no_pressure: {set", "no_pressure: {sett", "f:23:17: variants.no_pressure.sett: unknown key 'sett'"),
        ("set: {talks", "set: {tlaks", "f:23:55: tlaks"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_line(old: str, new: str, line: str) -> None:
    (found,) = told(changed((old, new)))
    assert found.startswith(line)


def test_a_section_that_is_an_alias_makes_no_echoes() -> None:
    found = told(changed(("parties:\n", "parties: *all\nlevels:\n")))
    assert [line.split(" ")[1] for line in found] == ["parties:", "levels:"]


EVENT = "events:\n  e: {on: 2025-03-01, effects: [{%s}]}\nvariants:"
CHIP = "chips: {fund: {held_by: [north], status_quo: a, options: {a: A, b: B}, views: {}}}\nwar:"


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("horizon: 2027-01-01", "horizon: 2024-01-01", "horizon", "the horizon 2024-01-01 is not after as_of (2025-01-01)"),
        ("horizon: 2027-01-01", "horizon: 2027-02-29", "horizon", "is not a day of the calendar"),
        ("horizon: 2027-01-01", "horizon: 999999 years", "horizon", "beyond the calendar"),
        ("horizon: 2027-01-01", "horizon: 2027-01-01\nstep: 0.001 days", "horizon", "730,000 steps between as_of and the horizon (at most 40,000: lengthen step)"),
        ("title: Two sides, one border", "title: ''", "title", "the text is empty"),
        ("set: {talks", "set: {'': 1, talks", "variants.no_pressure.set.", "the text is empty"),
        ("status_quo: line", "status_quo: lien", "issues.border.status_quo", "there is no option 'lien' (did you mean 'line'?"),
        ("status_quo: line", "status_quo: {follows_front: {lien: 0}}", "issues.border.status_quo.follows_front.lien", "lien"),
        ("status_quo: line", "status_quo: {follows_front: {old: 0, far: 0.0}}", "issues.border.status_quo.follows_front",
         "two options hold from the same front value"),
        ("status_quo: line", "status_quo: {follows_front: {old: '0'}}", "issues.border.status_quo.follows_front.old",
         "'0' is not a number (remove the quotes)"),
        ("status_quo: line", "status_quo: {follows_front: {old: 2}}", "issues.border.status_quo.follows_front.old",
         "2 is out of range (at most 1)"),
        ("north: {salience", "norht: {salience", "issues.border.views.norht", "there is no party 'norht' (did you mean 'north'?"),
        ("values: {old: 0, ", "values: {", "issues.border.views.north.values", "no value for old (every option needs one)"),
        ("ideal: old", "values: {old: 1, line: 0, far: 0}, ideal: old", "issues.border.views.south.ideal", "either values or ideal"),
        ("ideal: old, ", "", "issues.border.views.south", "a view with a salience needs values, or an ideal"),
        ("red_lines: {old: never}", "red_lines: {lod: never}", "issues.border.views.north.red_lines.lod", "did you mean 'old'?"),
        ("red_lines: {old: never}", "red_lines: {old: ever}", "issues.border.views.north.red_lines.old",
         "'ever' is neither 'never' nor a duration (write e.g. 24 months)"),
        ("war:", "chips: {border: {held_by: [north], status_quo: a, options: {a: A}}}\nwar:", "chips.border", "an issue already"),
        ("war:", CHIP.replace("[north]", "[noth, south, south]"), "chips.fund.held_by.0", "there is no party 'noth'"),
        ("war:", "linkages: [{when: {brder: old}, adds: {north: 1}}]\nwar:", "linkages.0.when.brder", "there is no issue 'brder'"),
        ("war:", "linkages: [{when: {border: old}, adds: {nort: 1}}]\nwar:", "linkages.0.adds.nort", "there is no party 'nort'"),
        ("war:", "never: [{border: odl}]\nwar:", "never.0.border", "there is no option 'odl' of border"),
        ("war:", "never: [{}]\nwar:", "never.0", "an empty combination forbids everything"),
        ("between: [north, south]", "between: [north, north]", "war.between", "between two different parties"),
        ("between: [north, south]", "between: [north, sout]", "war.between.1", "there is no party 'sout'"),
        ("volatility: 0.35", "volatility: 0", "war.volatility", "0 is out of range (write a number from 1e-6 to 1000)"),
        ("volatility: 0.35", "volatility: 0.35\n  front: 1", "war.front", "out of range"),
        ("volatility: 0.35", "volatility: 0.35\n  beliefs: {est: {doubt: 1}}", "war.beliefs.est", "there is no belligerent 'est'"),
        ("volatility: 0.35", "volatility: 0.35\n  victory: {north: {border: fr}}", "war.victory.north.border", "did you mean 'far'?"),
        ("volatility: 0.35", "volatility: 0.35\n  stocks: {gold: {party: noth, level: 1, burn: 1}}", "war.stocks.gold.party",
         "there is no party 'noth' (did you mean 'north'?"),
        ("volatility: 0.35", "volatility: 0.35\n  stocks: {gold: {party: north, level: 1, burn: 1, when_empty: [{breaks: ceasefire}]}}",
         "war.stocks.gold.when_empty.0", "what holds while a stock is empty is set, add or scale"),
        ("signatories: [north, south]", "signatories: [north, north]", "talks.armistice.signatories.1", "'north' is given twice"),
        ("pressure: {south", "issues: [bordr], pressure: {south", "talks.armistice.issues.0", "there is no issue 'bordr'"),
        ("pressure: {south", "issues: [border, border], pressure: {south", "talks.armistice.issues.1", "given twice"),
        ("pressure: {south", "weights: {sooth: 1}, pressure: {south", "talks.armistice.weights.sooth", "did you mean 'south'?"),
        ("pressure: {south", "opens: 2024-12-31, pressure: {south", "talks.armistice.opens", "lies before as_of (2025-01-01)"),
        ("pressure: {south", "every: 0.001 days, pressure: {south", "talks.armistice.every", "730,000 rounds of the track (at most 20,000: meet less often)"),
        ("pressure: {south", "every: 0 days, pressure: {south", "talks.armistice.every", "'0 days' is no time at all"),
        ("pressure: {south", "ripeness: true, pressure: {south", "talks.armistice.ripeness", "true is neither on nor off"),
        ("pressure: {south", "revisions: 1.5, pressure: {south", "talks.armistice.revisions", "1.5 is not a whole number"),
        ("pressure: {south", "deadline: {on: 2024-01-01, credibility: 1}, pressure: {south", "talks.armistice.deadline.on", "before as_of"),
        ("patience: 12 months", "patience: {noth: 6 months}", "talks.peace.patience.noth", "there is no party 'noth'"),
        ("variants:", EVENT % "add: war.drfit, by: 1", "events.e.effects.0.add", "did you mean 'war.drift'?"),
        ("variants:", EVENT % "add: war.drift, byy: 1", "events.e.effects.0.byy", "did you mean 'by'?"),
        ("variants:", EVENT % "add: war.drift", "events.e.effects.0", "the key 'by' is missing"),
        ("variants:", EVENT % "add: parties.north.patience, by: 1", "events.e.effects.0.add", "is a duration: set or scale it"),
        ("variants:", EVENT % "set: war.fade, to: -3", "events.e.effects.0.to", "-3 is out of range"),
        ("variants:", EVENT % "set: war.front", "events.e.effects.0", "the key 'to' is missing"),
        ("variants:", EVENT % "ad: war.front, by: 1", "events.e.effects.0", "exactly one thing (did you mean 'add'?"),
        ("variants:", EVENT % "add: war.drift, scale: war.front, by: 1", "events.e.effects.0", "does exactly one thing (add and scale)"),
        ("variants:", EVENT % "lift: south.border", "events.e.effects.0.lift", "is not a red line (write party.issue.option)"),
        ("variants:", EVENT % "lift: soth.border.far", "events.e.effects.0.lift", "there is no party 'soth'"),
        ("variants:", EVENT % "lift: south.border.old", "events.e.effects.0.lift", "south draws no red line at border: old"),
        ("variants:", EVENT % "draw: south.border.od", "events.e.effects.0.draw", "there is no option 'od' of border"),
        ("variants:", EVENT % "fix: bordr, to: old", "events.e.effects.0.fix", "there is no issue 'bordr'"),
        ("variants:", EVENT % "fix: border, to: od", "events.e.effects.0.to", "there is no option 'od' of border"),
        ("variants:", EVENT % "refill: gold, by: 1", "events.e.effects.0.refill", "there is no stock 'gold' (there are no stocks)"),
        ("variants:", EVENT % "breaks: limited", "events.e.effects.0.breaks", "no track can bring a limited"),
        ("variants:", "events: {e: {on: 2025-03-01, effects: []}}\nvariants:", "events.e.effects", "needs at least 1 entry"),
        ("variants:", "events: {e: {effects: [{breaks: ceasefire}]}}\nvariants:", "events.e", "exactly one of on, between, rate, when"),
        ("variants:", "events: {e: {on: 2024-03-01, effects: [{breaks: ceasefire}]}}\nvariants:", "events.e.on", "before as_of"),
        ("variants:", "events: {e: {between: [2026-01-01, 2025-06-01], effects: [{breaks: ceasefire}]}}\nvariants:",
         "events.e.between", "the second date lies before the first"),
        ("variants:", "events: {e: {when: {for: 3 days}, effects: [{breaks: ceasefire}]}}\nvariants:", "events.e.when", "held that long"),
        ("variants:", "events: {e: {when: {}, effects: [{breaks: ceasefire}]}}\nvariants:", "events.e.when", "an empty condition"),
        ("variants:", "events: {e: {when: {state: impasse}, effects: [{breaks: ceasefire}]}}\nvariants:", "events.e.when.state",
         "with a war the states are war, ceasefire and settlement"),
        ("reach: ceasefire", "reach: limited", "questions.truce.reach", "no track can bring a limited"),
        ("reach: ceasefire", "reach: victory:nort", "questions.truce.reach", "did you mean 'victory:north'?"),
        ("by: 2025-06-30", "by: 2024-06-30", "questions.truce.by", "lies before as_of"),
        ("by: 2025-06-30", "by: 2028-06-30", "questions.truce.by", "lies after the horizon (2027-01-01)"),
        ("by: 2025-06-30", "by: 2026-12-30, lasting: 3 days", "questions.truce.lasting", "the horizon comes too early"),
        ("by: 2025-06-30", "by: 2026-01-02, lasting: 1 year", "questions.truce.lasting",
         "1 year is 365.25 days, and 364 lie between 2026-01-02 and the horizon; "
         "2 days are missing (a horizon of 2027-01-03 would do)"),
        ("by: 2025-06-30", "by: 2025-06-30, benchmarks: [{p: 1.2}]", "questions.truce.benchmarks.0.p", "(at most 1)"),
        ("by: 2025-06-30", "by: 2025-06-30, benchmarks: [{p: 1, source: surey}]", "questions.truce.benchmarks.0.source",
         "there is no source 'surey' (did you mean 'survey'?"),
        ("source: survey", "source: surveys", "parties.south.war_cost.source", "did you mean 'survey'?"),
        ("source: survey", "note: a guess, but mine", "parties.south.war_cost.but mine", "put a text that holds a comma in quotes"),
        ("path: talks.armistice.pressure", "path: talks.armistice.presure", "levers.pressure.path",
         "did you mean 'talks.armistice.pressure.south'?"),
        ("range: [0, 0.1]", "range: [-1, 0.1]", "levers.pressure.range.0", "-1 is out of range"),
        ("range: [0, 0.1]", "range: [1, 0.1]", "levers.pressure.range", "the first end of a range must lie below the second"),
        ("range: [0, 0.1]", "range: [0, {uniform: [0, 1]}]", "levers.pressure.range.1", "one number (no distribution)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together(old: str, new: str, path: str, message: str) -> None:
    found = told(changed((old, new)))
    assert any(re.match(r"f:\d+:\d+: ", line) and f" {path}: " in line and message in line for line in found), found


WITHOUT_WAR = changed(("war:\n  between: [north, south]\n  volatility: 0.35\n", ""), ("kind: ceasefire", "kind: settlement"),
                      ("reach: ceasefire", "reach: settlement"))  # fmt: skip


def test_a_scenario_needs_no_war() -> None:
    assert told(WITHOUT_WAR) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: settlement", "kind: ceasefire", "a ceasefire needs a war"),
        ("status_quo: line", "status_quo: {follows_front: {old: 0}}", "follow the front only where there is a war"),
        ("reach: settlement", "reach: victory", "'victory' needs a war"),
        ("reach: settlement", "reach: faded", "'faded' needs a war"),
        ("variants:", "events: {e: {when: {front_above: 0}, effects: [{breaks: settlement}]}}\nvariants:", "no front without a war"),
        ("variants:", "events: {e: {when: {state: war}, effects: [{breaks: settlement}]}}\nvariants:", "impasse and settlement"),
        ("variants:", EVENT % "add: war.drift, by: 1", "'war.drift' is not a number that an effect can change"),
    ],
)  # fmt: skip
def test_what_needs_a_war(old: str, new: str, message: str) -> None:
    (found,) = told(changed((old, new), text=WITHOUT_WAR))
    assert message in found


def test_nothing_to_talk_about() -> None:
    text = re.sub(r"issues:\n(  .*\n)+", "", MINIMAL)
    assert [line.split(": ")[2] for line in told(text)] == [
        "there is nothing to talk about (declare issues or chips)"
    ] * 2


def test_a_first_draft_may_not_hold_what_is_forbidden() -> None:
    (found,) = told(
        changed(("war:", "never: [{border: far}]\nwar:"), ("pressure: {", "first_draft: {border: far}, pressure: {"))
    )
    assert "the first draft contains a combination that 'never' forbids (border: far)" in found


def test_a_first_draft_stays_on_the_agenda() -> None:
    found = told(changed(("war:", CHIP), ("pressure: {", "issues: [border], first_draft: {fund: b}, pressure: {")))
    assert found == ["f:21:93: talks.armistice.first_draft.fund: 'fund' is not on the agenda (agenda: border)"]


def test_a_source_may_be_the_name_of_an_option() -> None:
    assert told(MINIMAL.replace("far", "source").replace("old:", "value:").replace(": old", ": value")) == []


def test_a_time_that_no_horizon_could_hold_is_told_without_one() -> None:
    (found,) = told(changed(("by: 2025-06-30", "by: 2026-01-02, lasting: 9000 years")))
    assert found.endswith(
        "questions.truce.lasting: the horizon comes too early to tell whether it lasted that long: 9000 years are "
        "3,287,250 days, and 364 lie between 2026-01-02 and the horizon; 3,286,886 days are missing"
    )


def test_benchmarks_may_name_who_made_them() -> None:
    assert (
        told(
            changed(
                (
                    "by: 2025-06-30",
                    "by: 2025-06-30, benchmarks: [{p: 0.2, source: Metaculus}, {p: 0.1, source: a web site}]",
                )
            )
        )
        == []
    )


def test_values_beyond_counting_are_refused() -> None:
    parties = "".join(f"  p{number}: {{time_preference: 0.1}}\n" for number in range(38))
    issues = "".join(
        f"  i{n}: {{status_quo: o0, options: {{{', '.join(f'o{m}: x' for m in range(60))}}}}}\n" for n in range(50)
    )
    found = told(changed(("issues:\n", f"{parties}issues:\n{issues}")))
    assert found == ["f:1:1: 120,120 values, parties times options (at most 10,000: leave some out)"]
