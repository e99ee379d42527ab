"""Overrides: paths, shorthand written out, precedence, and whom messages name."""
# ruff: noqa: E501 (one case a line)

from __future__ import annotations

import copy
import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.scenario.dates import Duration
from negosim.scenario.load import loads, parse_settings
from negosim.scenario.numbers import numbers
from negosim.scenario.overrides import overridden
from negosim.scenario.paths import is_duration
from negosim.scenario.problems import Position, ScenarioError
from negosim.scenario.reader import read
from negosim.scenario.schema.document import ScenarioFile
from tests.examples import COMPLETE, MINIMAL


def changed(path: str, value: Any, text: str = COMPLETE) -> Any:
    """Set one path of a scenario to a value, and return its data."""
    document = overridden(read(text, "f"), {path: value}, {path: {(): Position("--set")}})
    assert document.problems == []
    return document.data


@pytest.mark.parametrize(
    ("path", "value", "section", "meant"),
    [
        ("talks.peace.pressure.south", 0.1, ("talks", "peace", "pressure"), {"south": 0.1}),
        ("talks.peace.after.breach", 0.1, ("talks", "peace", "after"), {"breach": 0.1}),
        ("war.beliefs.south.narrative", 1, ("war", "beliefs", "south", "narrative"), 1),
        ("issues.border.options.line.enforcement", 0.3, ("issues", "border", "options", "line"),
         {"title": "The present line", "enforcement": 0.3}),
        ("issues.guarantee.options.treaty.enforcement", 0.3, ("issues", "guarantee", "options", "treaty"),
         {"title": "A treaty", "enforcement": 0.3}),
        ("talks.peace.patience.north", "1 year", ("talks", "peace", "patience"),
         {"north": "1 year", "south": "12 months", "union": "12 months"}),
        ("talks.exchange.patience.north", "1 year", ("talks", "exchange", "patience"), {"north": "1 year"}),
        ("talks.armistice.patience.south", "1 year", ("talks", "armistice", "patience"), {"north": "6 months", "south": "1 year"}),
        ("issues.border.views.south.values.line", 0.9, ("issues", "border", "views", "south", "values"),
         {"old": 1, "line": 0.9, "far": 0}),
        ("chips.fund.views.south.values.shared", 0.9, ("chips", "fund", "views", "south"),
         {"values": {"frozen": 0, "shared": 0.9, "returned": 0}}),
        ("parties.north.ratification.hurdle", 0.3, ("parties", "north", "ratification", "hurdle"), 0.3),
        ("parties.north.ratification.0.hurdle", 0.3, ("parties", "north", "ratification", 0, "hurdle"), 0.3),
        ("parties.south.ratification.1.delay", "3 days", ("parties", "south", "ratification", 1, "delay"), "3 days"),
        ("events.election.effects.1.by", 0.3, ("events", "election", "effects", 1, "by"), 0.3),
        ("parties.north.war_cost.triangular.2", 0.9, ("parties", "north", "war_cost", "triangular"), [0.1, 0.25, 0.9]),
        ("issues.border.status_quo.follows_front.far", 0.9, ("issues", "border", "status_quo", "follows_front", "far"), 0.9),
        ("war.between.0", "union", ("war", "between"), ["union", "south"]),
        ("talks.armistice.first_draft", {}, ("talks", "armistice", "first_draft"), {}),
        ("horizon", "3 years", ("horizon",), "3 years"),
    ],
)  # fmt: skip
def test_where_a_path_leads(path: str, value: Any, section: tuple[str | int, ...], meant: Any) -> None:
    here = changed(path, value)
    for part in section:
        here = here[part]
    assert here == meant


def test_the_ideal_gives_way_to_the_values_it_stood_for() -> None:
    assert "ideal" not in changed("issues.border.views.south.values.line", 0.9)["issues"]["border"]["views"]["south"]


@pytest.mark.parametrize("path", sorted(set(numbers(loads(MINIMAL).file))))
def test_every_number_can_be_set(path: str) -> None:
    value, number = ("30 days", 30) if is_duration(path) else (0.25, 0.25)
    before = numbers(loads(MINIMAL).file)
    after = numbers(ScenarioFile.model_validate(changed(path, value, MINIMAL)))
    assert after[path].value == number
    followers = {
        name for name in before if name.startswith("talks") and path == f"parties.{name.split('.')[-1]}.patience"
    }
    assert all(after[name] == before[name] for name in before if name not in {path, *followers})


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("parties.nroth.war_cost", "there is no 'nroth' (did you mean 'north'? parties: north, south)"),
        ("parties.nroth", "there is no 'nroth'") ,
        ("parties.north.war_csot", "unknown key 'war_csot' (did you mean 'war_cost'?"),
        ("talks.armistic.pressure.south", "there is no 'armistic' (did you mean 'armistice'? talks: armistice, peace)"),
        ("talks.armistice.presure.south", "unknown key 'presure' (did you mean 'pressure'?"),
        ("talks.armistice.pressure.suoth", "there is no party 'suoth' (did you mean 'south'?"),
        ("issues.bordr.status_quo", "there is no 'bordr' (did you mean 'border'?"),
        ("issues.border.options.lien.enforcement", "there is no 'lien' (did you mean 'line'? options of border: far, line, old)"),
        ("issues.border.options.new", "there is no 'new'"),
        ("issues.border.views.nroth.salience", "there is no party 'nroth' (did you mean 'north'?"),
        ("issues.border.views.north.values.lien", "there is no option 'lien' (did you mean 'line'?"),
        ("chips.fund.status_quo", "there is no 'fund' (there are no chips)"),
        ("war.stocks.gold.level", "there is no 'gold' (there are no stocks)"),
        ("war.drfit", "unknown key 'drfit' (did you mean 'drift'?"),
        ("war.between.2", "the list has no item '2' (0 to 1)"),
        ("war.between.²", "the list has no item '²' (0 to 1)"),
        ("war.between.-1", "the list has no item '-1' (0 to 1)"),
        (f"war.between.{'9' * 5000}", "the list has no item"),
        ("title.x", "there is nothing below title"),
        ("horizn", "unknown key 'horizn' (did you mean 'horizon'?"),
        ("", "unknown key ''"),
        ("parties..war_cost", "there is no ''"),
        ("parties.north.", "unknown key ''"),
    ],
)  # fmt: skip
def test_unknown_paths(path: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(MINIMAL, name="f", values={path: 0.5})
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.position.origin.startswith("--set ")


def test_there_must_be_a_war_to_change_it() -> None:
    text = MINIMAL.replace("war:\n  between: [north, south]\n  volatility: 0.35\n", "").replace(
        "ceasefire", "settlement"
    )
    with pytest.raises(ScenarioError, match=r"^--set war\.drift=1: war\.drift: there is no war in this scenario$"):
        loads(text, values={"war.drift": 1})


def test_wrong_values_name_the_option() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(
            MINIMAL, values=parse_settings(["war.volatility=-1", "parties.north.patience=soon", "horizon=2025-02-01"])
        )
    assert str(caught.value).splitlines() == [
        "--set horizon=2025-02-01: questions.truce.by: 2025-06-30 lies after the horizon (2025-02-01)",
        "--set parties.north.patience=soon: parties.north.patience: 'soon' is not a duration (write e.g. 18 months)",
        "--set war.volatility=-1: war.volatility: -1 is out of range (write a number from 1e-6 to 1000)",
    ]


def test_the_original_is_left_alone() -> None:
    document = read(COMPLETE, "f")
    before = copy.deepcopy(document)
    value = {"uniform": [0.1, 0.2]}
    other = overridden(
        document, {"talks.peace.pressure.south": value}, {"talks.peace.pressure.south": {(): Position("x")}}
    )
    other.data["talks"]["peace"]["pressure"]["south"]["uniform"][0] = 9
    assert document == before
    assert value == {"uniform": [0.1, 0.2]}


def test_programs_may_pass_their_own_kinds_of_number() -> None:
    import numpy as np

    scenario = loads(MINIMAL).with_values(
        {
            "war.drift": np.float64(0.25), "war.front": np.float32(0.5), "talks.armistice.revisions": np.int64(3),
            "parties.north.war_cost": {"choice": {0.1: 0.5, 0.2: 0.5}}, "levers.pressure.range": (0, 1),
            "horizon": dt.date(2026, 1, 1), "parties.north.patience": Duration(6, "month"),
        }
    )  # fmt: skip
    assert scenario.file.war is not None
    assert (scenario.file.war.drift.value, scenario.file.war.front.value) == (0.25, 0.5)
    assert scenario.file.talks["armistice"].revisions == 3
    assert scenario.file.end == dt.date(2026, 1, 1)


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), b"x", {1, 2}, 10**400, 1j])
def test_what_no_file_could_hold(value: Any) -> None:
    with pytest.raises(ScenarioError, match="is not a value a scenario can hold"):
        loads(MINIMAL, values={"war.drift": value})


PATHS = st.lists(st.sampled_from(["parties", "north", "war", "between", "0", "talks", "armistice", "patience", "issues", "border",
                                  "options", "old", "views", "values", "x", "variants", "no_pressure", "set", ""]), max_size=6)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.floats() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2)
)


@given(PATHS.map(".".join), VALUES)
def test_any_override_works_or_is_told(path: str, value: Any) -> None:
    try:
        loads(MINIMAL, values={path: value})
    except ScenarioError as error:
        assert all(str(problem).startswith("--set ") for problem in error.problems)
