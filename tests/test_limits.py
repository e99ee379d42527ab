"""A file does not decide the cost: what is too large is refused at once, and the rest is checked in proportion."""
# ruff: noqa: E501 (one case a line)

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from negosim.scenario import limits, overrides, quantities, scope, variants
from negosim.scenario.judgement import judged
from negosim.scenario.load import loads
from negosim.scenario.overrides import overridden
from negosim.scenario.problems import ScenarioError
from negosim.scenario.reader import read
from negosim.scenario.schema import base
from tests.adversaries import Data, plain, with_effects, with_linkages, with_never, with_values, with_variants, written
from tests.examples import COMPLETE


def told(data: Data) -> list[str]:
    """Load a scenario, and return what is wrong with it."""
    try:
        loads(written(data), name="f")
    except ScenarioError as error:
        return str(error).splitlines()
    return []


def counting(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Callable[[], int]:
    """Count how often a function of a module is called."""
    calls, real = [0], getattr(module, name)

    def counted(*arguments: Any, **named: Any) -> Any:
        calls[0] += 1
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, counted)
    return lambda: calls[0]


def repeated(section: str, most: int, entry: Any) -> Data:
    """Return a scenario with one entry more in a section than there may be."""
    data = plain()
    names = [f"n{number}" for number in range(most + 1)]
    return {**data, section: {**data.get(section, {}), **dict.fromkeys(names, entry)}}


def with_war(**war: Any) -> Data:
    data = plain()
    return {**data, "war": {**data["war"], **war}}


def with_track(**track: Any) -> Data:
    data = plain(horizon="4 years")
    return {**data, "talks": {"peace": {**data["talks"]["peace"], **track}}}


def with_issue(**issue: Any) -> Data:
    data = plain()
    return {**data, "issues": {"i0": {**data["issues"]["i0"], **issue}}}


EFFECT = {"add": "war.drift", "by": 0.1}
STOCK = {"party": "p0", "level": 1, "burn": 1}
EVENT = {"rate": 1, "effects": [EFFECT]}
NEVER = {"i0": "o1", "i1": "o1"}
TOO_LARGE: dict[str, tuple[Data, str, int, limits.Limit]] = {
    "parties": (repeated("parties", 40, {"time_preference": 0.1}), "parties", 44, limits.PARTIES),
    "bodies": (
        plain() | {"parties": {"p0": {"time_preference": 0.1, "ratification": [{"by": "x"}] * 11}}},
        "parties.p0.ratification", 11, limits.BODIES,
    ),
    "issues": (plain(2, 101, 1), "issues", 101, limits.ISSUES),
    "options": (with_issue(options={f"o{n}": "x" for n in range(501)}), "issues.i0.options", 501, limits.OPTIONS),
    "values": (plain(20, 26, 20), "", 10_400, limits.VALUES),
    "linkages": (with_linkages(201, 3, 3, 2), "linkages", 201, limits.LINKAGES),
    "never": (plain(never=[NEVER] * 201), "never", 201, limits.NEVER),
    "tracks": (repeated("talks", 20, {"kind": "ceasefire", "signatories": ["p0"]}), "talks", 22, limits.TRACKS),
    "signatories": (with_track(signatories=["p0"] * 41), "talks.peace.signatories", 41, limits.PARTIES),
    "stocks": (with_war(stocks={f"s{n}": STOCK for n in range(51)}), "war.stocks", 51, limits.STOCKS),
    "tolls": (with_war(tolls={f"s{n}": {"per_year": 1} for n in range(51)}), "war.tolls", 51, limits.TOLLS),
    "events": (repeated("events", 200, EVENT), "events", 201, limits.EVENTS),
    "effects of one event": (with_effects(1, 19_000 // 3), "events.e0.effects", 6333, limits.EFFECTS),
    "effects of a stock": (
        with_war(stocks={"s": {**STOCK, "when_empty": [EFFECT] * 51}}), "war.stocks.s.when_empty", 51, limits.EFFECTS,
    ),
    "effects of all": (with_effects(13, 40), "events", 520, limits.ALL_EFFECTS),
    "questions": (
        repeated("questions", 200, {"reach": "settlement", "by": "2025-06-01"}), "questions", 201, limits.QUESTIONS,
    ),
    "variants": (with_variants(101, 1), "variants", 101, limits.VARIANTS),
    "settings": (plain(variants={"v": {"set": {f"x.{n}": 1 for n in range(201)}}}), "variants.v.set", 201, limits.SETTINGS),
    "levers": (repeated("levers", 100, {"path": "war.drift", "range": [0, 1]}), "levers", 101, limits.LEVERS),
    "steps": (plain(step="1 day", horizon="200 years"), "horizon", 73_048, limits.TICKS),
    "quarters": (plain(step="1 year", horizon="2000 years"), "horizon", 7999, limits.QUARTERS),
    "rounds": (with_track(every="0.01 days"), "talks.peace.every", 146_100, limits.ROUNDS),
    "deadlines": (
        with_track(deadline={"on": "2025-01-02", "credibility": 0.5, "repeats": "1 day"}),
        "talks.peace.deadline.repeats", 1460, limits.DEADLINES,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused_with_its_number(name: str) -> None:
    data, path, count, limit = TOO_LARGE[name]
    where, _, rest = told(data)[-1].partition(" ")
    assert where.startswith("f:") and where.count(":") == 3
    assert rest == f"{path + ': ' if path else ''}{count:,} {limit.what} (at most {limit.most:,}: {limit.remedy})"


def test_red_lines_count_with_those_that_events_draw() -> None:
    data = plain(5, 10, 10)
    for issue in data["issues"].values():
        for view in issue["views"].values():
            view["red_lines"] = {f"o{option}": "1 year" for option in range(10)}
    assert told(data) == []
    data["events"] = {"e": {"rate": 1, "effects": [{"draw": "p0.i0.o0"}]}}
    assert told(data) == ["f:6:1: issues: 501 red lines (at most 500: leave some out)"]


def test_a_file_that_is_too_large_is_looked_at_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = counting(monkeypatch, quantities, "parse_quantity")
    monkeypatch.setattr(base, "parse_quantity", quantities.parse_quantity)
    assert len(told(with_variants(101, 20))) == 1
    assert parsed() == 0


AS_LARGE_AS_MAY_BE: dict[str, Data] = {
    "values": with_values(40, 25, 10),
    "options": with_values(20, 1, 500),
    "views": plain(40, 100, 2),
    "linkages": with_linkages(200, 10, 3, 8, parties=40),
    "wide linkages": with_linkages(200, 100, 10, 50, parties=10),
    "never": with_never(200, 100, 10, 50),
    "effects": with_effects(10, 50),
    "variants": with_variants(100, 16, parties=8, issues=20, options=6),
    "settings": with_variants(80, 100, parties=20, issues=10, options=10),
}


@pytest.mark.parametrize("name", AS_LARGE_AS_MAY_BE)
def test_what_is_as_large_as_may_be_is_in_order(name: str) -> None:
    scenario = loads(written(AS_LARGE_AS_MAY_BE[name]))
    assert isinstance(scenario.notes, tuple)


def test_a_variant_costs_what_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = counting(monkeypatch, base, "parse_quantity")
    data = with_variants(1, 16, parties=8, issues=20, options=6)
    loads(written(data))
    alone = parsed()
    loads(written(with_variants(100, 16, parties=8, issues=20, options=6)))
    of_a_party = 2 + 4  # its numbers, and those that the variant adds
    assert parsed() - 2 * alone <= 99 * 8 * of_a_party


def test_variants_that_have_the_whole_file_checked_again_are_counted() -> None:
    data = plain(8, 40, 6)
    values = len(read(written(data), "f").values)
    many = limits.REPEATED.most // values
    data["variants"] = {f"v{number}": {"set": {"horizon": f"{3 + number % 5} years"}} for number in range(many + 10)}
    (problem,) = told(data)
    assert problem.startswith("f:9:1: variants: ")
    assert problem.endswith(f"{limits.REPEATED.what} (at most 50,000: fewer variants, or a smaller file)")
    data["variants"] = dict(list(data["variants"].items())[: many // 2])
    assert told(data) == []


SETTINGS: list[dict[str, Any]] = [
    {"parties.north.war_cost": 0.3}, {"parties.north.war_cost": "soon"}, {"parties.north.war_cots": 0.3},
    {"parties.nroth.war_cost": 0.3}, {"parties.north": {"time_preference": 0.2}}, {"parties.north": {}},
    {"parties": {}}, {"parties.north": None}, {"parties.north.patience": {"lognormal": {"median": "1 year", "spread": 0}}},
    {"parties.north.war_cost": {"value": 0.3, "source": "nobody"}}, {"parties.north.war_cost": {"value": 0.3, "source": "survey"}},
    {"issues.border.status_quo": "far"}, {"issues.border.status_quo": "nowhere"}, {"issues.border.options": {"old": "Old"}},
    {"issues.border.views.north.salience": 3}, {"issues.border.views.east.salience": 3},
    {"issues.border.views.north.values.old": 0.5}, {"issues.border.views.north.values": {"old": 0.5}},
    {"issues.border.views.north.red_lines": {"old": "soon", "new": "never"}}, {"issues.border": "x"}, {"issues": 3},
    {"talks.armistice.kind": "settlement"}, {"talks.armistice.kind": "truce"}, {"talks.armistice.signatories": ["north", "west"]},
    {"talks.armistice.pressure.south": 0.1}, {"talks.armistice.pressure.south": -1}, {"talks.armistice.every": "0 days"},
    {"talks.armistice.every": "0.001 days"}, {"talks.armistice": {"kind": "ceasefire"}}, {"talks": {}},
    {"talks.armistice.first_draft": {"border": "nowhere"}},
    {"war": None}, {"war.between": ["north", "north"]}, {"war.drift": "up"}, {"war.volatility": 0}, {"war.stocks": {}},
    {"events.election.effects": [{"add": "war.dirft", "by": 1}]}, {"events.election.chance": 2}, {"events": {}},
    {"horizon": "2020-01-01"}, {"as_of": "2030-01-01"}, {"step": "0.001 days"}, {"title": ""}, {"sources": {}},
    {"never": [{}]}, {"linkages": [{"when": {"border": "nowhere"}, "adds": {"west": 1}}]}, {"negosim": 2}, {"colour": 1},
    {"variants.tired.set": {"x": 1}}, {"": 1}, {"war.front": 0.5, "parties.south.war_cost": 7, "horizon": "soon"},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS, ids=json.dumps)
def test_parts_are_judged_as_the_whole_is(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    document = read(COMPLETE, "f")
    document.data["variants"] = {"v": {"set": settings}}
    copy = judged(document).document
    parts = variants.variant_problems(copy)
    monkeypatch.setattr(variants, "scope_of", lambda *_: scope.WHOLE)
    assert parts == variants.variant_problems(copy)


def test_most_settings_have_only_a_part_judged() -> None:
    document = read(COMPLETE, "f")
    ids, kinds = scope.declared(document.data), scope.kinds_of(document.data)

    def parts(path: str, value: Any) -> frozenset[tuple[str, ...]] | None:
        origins = {path: {(): document.position(())}}
        changed = overridden(document, {path: value}, origins)
        return scope.scope_of([path], ids, kinds, changed.data).parts

    assert parts("parties.north.war_cost", 0.3) == {("parties", "north")}
    assert parts("war.drift", 0.3) == {("war",)}
    assert parts("horizon", "2 years") is None
    assert parts("talks.armistice.kind", "limited") is None
    assert parts("talks.armistice.revisions", 2) == {("talks", "armistice")}


@pytest.mark.parametrize(
    "data",
    [
        with_track(pressure={f"{'ab' * 30}{number}": 0.1 for number in range(5000)}),
        plain(variants={f"v{v}": {"set": {f"parties.q{n}.war_cost": 1 for n in range(150)}} for v in range(90)}),
        with_effects(10, 50) | {"issues": plain(3, 1, 2)["issues"]},
    ],
    ids=["names", "variants", "effects"],
)
def test_nobody_is_told_of_thousands_of_problems(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    guesses = counting(monkeypatch, overrides, "instead")
    assert limits.PROBLEMS.most <= len(told(data)) <= 2 * limits.PROBLEMS.most + 50
    assert guesses() <= 2 * limits.PROBLEMS.most


def test_every_limit_has_a_name_a_value_and_a_reason() -> None:
    assert len({limit.what for limit in limits.LIMITS}) == len(limits.LIMITS)
    assert all(limit.most > 0 and limit.reason and limit.remedy for limit in limits.LIMITS)
