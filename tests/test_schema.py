"""The format: every key loads and means what the format page says; whatever else is told, where it stands."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from negosim.scenario.load import loads
from negosim.scenario.messages import schema_problems
from negosim.scenario.problems import ScenarioError
from negosim.scenario.quantities import Quantity
from negosim.scenario.reader import read
from negosim.scenario.schema.document import ScenarioFile
from tests.examples import COMPLETE, MINIMAL

MONTH = 365.25 / 12


@pytest.fixture(scope="module")
def file() -> ScenarioFile:
    """The complete example, read."""
    return ScenarioFile.model_validate(read(COMPLETE, "f").data)


def lookup(file: ScenarioFile, path: str) -> Any:
    """Follow a dotted path through the models."""
    here: Any = file
    for part in path.split("."):
        if isinstance(here, dict):
            here = here[part]
        else:
            here = here[int(part)] if isinstance(here, tuple) else getattr(here, part)
    return here


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("negosim", 1), ("title", "Two sides, one border"), ("summary", "*North* and South, one border."),
        ("as_of", dt.date(2025, 1, 1)), ("horizon", dt.date(2027, 1, 1)),
        ("end", dt.date(2027, 1, 1)), ("step.days", 7),
        ("sources.kiis_feb26.title", "A survey"), ("sources.kiis_feb26.url", "https://example.org/survey"),
        ("sources.kiis_feb26.date", dt.date(2026, 2, 24)),
        ("parties.north.name", "North"), ("parties.north.time_preference", 0.15), ("parties.north.fatigue", 0.1),
        ("parties.north.war_cost.parameters", (0.1, 0.25, 0.4)), ("parties.north.war_cost.source", "kiis_feb26"),
        ("parties.north.patience.parameters", (18 * MONTH, 1.6)), ("parties.north.patience_used", 30),
        ("parties.north.concession", 0.6), ("parties.north.reciprocity", 0.2), ("parties.north.judgement_noise", 0.05),
        ("parties.north.distrust", 1.5), ("parties.north.exposure", 0.1),
        ("parties.north.ratification.0.by", "referendum"),
        ("parties.north.ratification.0.delay", 60), ("parties.north.ratification.0.hurdle", 0.05),
        ("parties.north.ratification.0.spread", 0.1), ("parties.south.war_cost", 0.3),
        ("parties.south.war_cost.source", "judgement"), ("parties.south.war_cost.note", "a guess"),
        ("parties.south.concession", 0.5), ("parties.south.ratification.1.delay", 90),
        ("parties.union.war_cost", 0), ("parties.union.fatigue", 0), ("parties.union.patience", 24 * MONTH),
        ("parties.union.patience_used", 0), ("parties.union.concession", 1), ("parties.union.reciprocity", 0),
        ("parties.union.judgement_noise", 0.1), ("parties.union.distrust", 1), ("parties.union.exposure", 0),
        ("parties.union.ratification", ()), ("parties.south.ratification.0.delay", 0),
        ("issues.border.title", "Where the border runs"), ("issues.guarantee.status_quo", "none"),
        ("issues.border.status_quo.follows_front", {"old": -1, "line": -0.2, "far": 0.5}),
        ("issues.border.options.line.title", "The present line"), ("issues.border.options.line.enforcement", 0),
        ("issues.guarantee.options.treaty.title", "A treaty"), ("issues.guarantee.options.treaty.enforcement", 0.5),
        ("issues.border.views.north.salience", 60), ("issues.border.views.north.values.line", 0.5),
        ("issues.border.views.north.red_lines.old", "never"), ("issues.border.views.north.ideal", None),
        ("issues.border.views.south.ideal", "old"), ("issues.border.views.south.values", None),
        ("issues.border.views.south.red_lines.far", 24 * MONTH),
        ("issues.border.views.south.red_lines.line.parameters", (6 * MONTH, 365.25)),
        ("issues.guarantee.views.south.salience.low", 20), ("issues.guarantee.views.south.salience.high", 60),
        ("issues.guarantee.views.south.values.treaty.parameters", (5, 2)),
        ("chips.fund.held_by", ("union",)), ("chips.fund.status_quo", "frozen"), ("chips.fund.views.union.salience", 5),
        ("linkages.0.when", {"border": "far", "guarantee": "none"}), ("linkages.0.adds.south", -0.2),
        ("never", ({"border": "old", "fund": "returned"},)),
        ("war.between", ("north", "south")), ("war.front", 0.1), ("war.drift.parameters", (0.02, 0.05)),
        ("war.volatility", 0.35), ("war.fade", 0.01), ("war.beliefs.north.optimism", 0.1),
        ("war.beliefs.north.doubt", 0.2),
        ("war.beliefs.north.narrative", 0.02), ("war.beliefs.south.narrative", 0),
        ("war.victory", {"north": {"border": "far"}, "south": {"border": "old"}}),
        ("war.stocks.south_money.party", "south"), ("war.stocks.south_money.level", 90),
        ("war.stocks.south_money.burn", 60), ("war.stocks.south_money.unit", "EUR bn"),
        ("war.stocks.south_money.when_empty.0.add", "war.drift"), ("war.stocks.south_money.when_empty.0.by", 0.1),
        ("war.tolls.casualties_north.per_year", 400_000), ("war.tolls.casualties_north.unit", "killed or wounded"),
        ("war.tolls.casualties_north.title", "Losses of North"),
        ("talks.armistice.title", "Armistice talks"), ("talks.armistice.kind", "ceasefire"),
        ("talks.armistice.opens", dt.date(2025, 1, 15)), ("talks.armistice.every.days", 14),
        ("talks.armistice.signatories", ("north", "south")), ("talks.armistice.protocol", "single_text"),
        ("talks.armistice.mediator", "usa"), ("talks.armistice.issues", ("border",)),
        ("talks.armistice.first_draft", {"border": "line"}), ("talks.armistice.weights.south", 0.9),
        ("talks.armistice.mediator_error", 0.05), ("talks.armistice.revisions", 2),
        ("talks.armistice.pressure.south", 0.03),
        ("talks.armistice.patience.north", 6 * MONTH), ("talks.armistice.ripeness", "on"),
        ("talks.armistice.deadline.on", dt.date(2025, 6, 1)), ("talks.armistice.deadline.credibility", 0.4),
        ("talks.armistice.deadline.repeats.days", 6 * MONTH),
        ("talks.armistice.after.breach", 0.6), ("talks.armistice.after.shape", 0.6),
        ("talks.armistice.after.enforcement_effect", 0.8), ("talks.armistice.after.pressure_penalty", 1.5),
        ("talks.armistice.after.peace_cost", 0.2), ("talks.armistice.after.opportunism", 0.1),
        ("talks.armistice.after.defection_cost", 0.1), ("talks.armistice.after.breach_memory", 1.25),
        ("talks.peace.patience", 12 * MONTH), ("talks.peace.ripeness", "off"), ("talks.peace.opens", None),
        ("talks.peace.every.days", 14), ("talks.peace.issues", None), ("talks.peace.first_draft", {}),
        ("talks.peace.weights", {}), ("talks.peace.mediator_error", 0), ("talks.peace.revisions", 1),
        ("talks.peace.pressure", {}), ("talks.peace.deadline", None), ("talks.peace.protocol", "alternating_offers"),
        ("talks.peace.after.breach", 0), ("talks.peace.after.shape", 1), ("talks.peace.after.enforcement_effect", 0.7),
        ("talks.peace.after.pressure_penalty", 1), ("talks.peace.after.peace_cost", None),
        ("talks.peace.after.breach_memory", 1), ("talks.peace.after.opportunism", 0),
        ("talks.exchange.kind", "limited"), ("talks.exchange.protocol", "ultimatum"),
        ("talks.exchange.ripeness", "off"),
        ("events.election.on", dt.date(2026, 11, 3)), ("events.election.chance", 0.6),
        ("events.election.repeats", False),
        ("events.election.effects.0.scale", "talks.armistice.pressure.south"), ("events.election.effects.0.by", 0.5),
        ("events.election.effects.1.add", "parties.south.war_cost"), ("events.election.effects.1.by", 0.05),
        ("events.election.effects.1.lasting.days", 6 * MONTH), ("events.election.effects.0.lasting", None),
        ("events.election.effects.2.set", "parties.north.patience"), ("events.election.effects.2.to", "12 months"),
        ("events.election.effects.3.lift", "south.border.far"), ("events.election.effects.4.draw", "north.fund.frozen"),
        ("events.election.effects.5.fix", "fund"), ("events.election.effects.5.to", "shared"),
        ("events.election.effects.6.refill", "south_money"), ("events.election.effects.6.by", 90),
        ("events.election.effects.7.breaks", "ceasefire"),
        ("events.scandal.rate", 0.5), ("events.scandal.repeats", True), ("events.scandal.chance", 1),
        ("events.summit.between", (dt.date(2025, 3, 1), dt.date(2025, 9, 1))),
        ("events.thaw.when.state", "ceasefire"), ("events.thaw.when.lasting.days", 90),
        ("events.rout.when.front_above", 0.5), ("events.rout.when.front_below", 0.9),
        ("variants.no_pressure.title", "No pressure"),
        ("variants.no_pressure.set", {"talks.armistice.pressure.south": 0}),
        ("questions.truce_by_june.title", "A truce by June?"), ("questions.truce_by_june.reach", "ceasefire"),
        ("questions.truce_by_june.by", dt.date(2025, 6, 30)), ("questions.truce_by_june.lasting.days", 30),
        ("questions.truce_by_june.benchmarks.0.p", 0.24), ("questions.truce_by_june.benchmarks.0.note", "a market"),
        ("questions.truce_by_june.benchmarks.0.on", dt.date(2025, 1, 2)),
        ("questions.truce_by_june.benchmarks.0.source", "kiis_feb26"),
        ("levers.pressure.title", "Pressure on South"), ("levers.pressure.path", "talks.armistice.pressure.south"),
        ("levers.pressure.range", (0, 0.1)),
    ],
)  # fmt: skip
def test_every_key_means_what_the_page_says(file: ScenarioFile, path: str, value: object) -> None:
    found = lookup(file, path)
    if isinstance(found, Quantity):  # a number without spread stands for itself
        found = found.value
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


def test_options_keep_their_order(file: ScenarioFile) -> None:
    assert list(file.issues["border"].options) == ["old", "line", "far"]


@pytest.mark.parametrize(("word", "number"), [("boulware", 0.5), ("linear", 1), ("conceder", 2), ("0.25", 0.25)])
def test_ways_to_concede(word: str, number: float, minimal: str) -> None:
    text = minimal.replace("time_preference: 0.15", f"time_preference: 0.15, concession: {word}", 1)
    assert loads(text).file.parties["north"].concession.value == number


def test_the_horizon_can_be_a_duration(minimal: str) -> None:
    assert loads(minimal.replace("horizon: 2027-01-01", "horizon: 18 months")).file.end == dt.date(2026, 7, 1)


def test_ids_may_be_words_of_quantities_but_for_parties(minimal: str) -> None:
    renamed = re.sub(r"\bline\b", "normal", re.sub(r"\bold\b", "value", minimal))
    assert list(loads(renamed).file.issues["border"].options) == ["value", "normal", "far"]
    with pytest.raises(ScenarioError, match="no party can be called 'beta'"):
        loads(re.sub(r"\bnorth\b", "beta", minimal))


# -- unknown keys ---------------------------------------------------------------------------------------------------

OPEN = (
    "sources",
    "parties",
    "issues",
    "chips",
    "talks",
    "events",
    "variants",
    "questions",
    "levers",
    "options",
    "views",
)
NAMED = (
    "values",
    "red_lines",
    "beliefs",
    "victory",
    "stocks",
    "tolls",
    "weights",
    "pressure",
    "patience",
    "first_draft",
)


def model_mappings(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of all mappings whose keys the format fixes."""
    by_id = path and path[-1] in (*OPEN, *NAMED, "when", "adds", "follows_front", "set", "choice")
    by_id = (by_id or (len(path) == 2 and path[0] == "never") or (len(path) == 3 and path[1] == "victory")) and not (
        path[-1] == "when" and path[0] == "events"
    )
    if isinstance(value, dict) and (not by_id or (path[-1] == "patience" and "lognormal" in value)):
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from model_mappings(item, (*path, key))


def at(data: Any, path: tuple[str | int, ...]) -> Any:
    """Follow a path through plain data."""
    for part in path:
        data = data[part]
    return data


COMPLETE_DATA = read(COMPLETE, "f").data
MAPPINGS = list(model_mappings(COMPLETE_DATA))


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: ".".join(map(str, path)) or "top")
def test_unknown_keys_are_told_with_the_likeliest_word(path: tuple[str | int, ...]) -> None:
    data = copy.deepcopy(COMPLETE_DATA)
    mapping = at(data, path)
    key = max(mapping, key=len)
    wrong = key[:-1] + "x" + key[-1] if len(key) > 2 else key + "x"
    mapping[wrong] = 1
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    with pytest.raises(ScenarioError) as caught:
        loads(text, name="f")
    (problem,) = caught.value.problems
    if "mean" in mapping or "median" in mapping or "a" in mapping:
        assert problem.message.startswith("write ")
    else:
        assert problem.message.startswith(f"unknown key '{wrong}'")
        assert f"did you mean '{key}'?" in problem.message
        assert problem.path == ".".join(map(str, (*path, wrong)))


# -- wrong types everywhere -----------------------------------------------------------------------------------------


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the paths of all parts of plain data."""
    if path:
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(item, (*path, key))


WORDS = st.sampled_from(
    ["north", "border", "old", "never", "value", "normal", "mean", "set", "add", "by", "for", "x.y", "on", "talks",
     "<<", "2025-03-01", "9999-12-31", "18 months", "999999 years", "victory:", "<add>", ""]
)  # fmt: skip
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), WORDS, st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


EXAMPLES = (COMPLETE_DATA, read(MINIMAL, "f").data)
CHANGES = [
    st.tuples(st.just(data), st.lists(st.tuples(st.sampled_from(list(paths(data))), JUNK), max_size=3))
    for data in EXAMPLES
]


@settings(max_examples=400, deadline=None)
@given(st.one_of(CHANGES))
def test_junk_anywhere_is_a_scenario_error_with_its_place(case: tuple[Any, list[tuple[Any, Any]]]) -> None:
    data, changes = copy.deepcopy(case[0]), case[1]
    for path, junk in changes:
        try:
            at(data, path[:-1])[path[-1]] = junk
        except (KeyError, IndexError, TypeError):
            continue  # an earlier piece of junk stands there
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    try:
        loads(text, name="f")
    except ScenarioError as error:
        lines = len(re.split("\r\n|[\n\r\x85\u2028\u2029]", text))
        assert all(0 < problem.position.line <= lines for problem in error.problems)
        assert len(str(error).splitlines()) == len(error.problems)


# -- the JSON Schema ------------------------------------------------------------------------------------------------

SCHEMA = ScenarioFile.model_json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_json_schema_is_valid_and_accepts_the_examples() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for text in (COMPLETE, MINIMAL):
        assert list(VALIDATOR.iter_errors(read(text, "f").data)) == []


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: ".".join(map(str, path)) or "top")
def test_the_json_schema_refuses_unknown_keys(path: tuple[str | int, ...]) -> None:
    data = copy.deepcopy(COMPLETE_DATA)
    at(data, path)["no_such_key"] = {}
    assert not VALIDATOR.is_valid(data)


@pytest.mark.parametrize("section", ["parties", "issues", "chips", "talks", "events", "questions", "levers", "sources"])
def test_the_json_schema_refuses_what_is_no_id(section: str) -> None:
    data = copy.deepcopy(COMPLETE_DATA)
    data[section]["No Id"] = next(iter(data[section].values()))
    assert not VALIDATOR.is_valid(data)


def test_the_json_schema_states_defaults_as_a_file_would() -> None:
    party, track = SCHEMA["$defs"]["Party"]["properties"], SCHEMA["$defs"]["Track"]["properties"]
    assert SCHEMA["properties"]["step"]["default"] == "7 days"
    assert (party["patience"]["default"], party["patience_used"]["default"]) == ("730.5 days", "0 days")
    assert (party["war_cost"]["default"], party["judgement_noise"]["default"]) == (0, 0.1)
    assert (track["every"]["default"], track["after"]["default"]) == ("14 days", {})
    assert "default" not in party["time_preference"]


def test_the_schema_alone_tells_every_wrong_type_once() -> None:
    document = read("negosim: x\ntitle: 1\nas_of: 2\nhorizon: 3\nparties: 4\nissues: 5\nwar: 6\ntalks: 7\n", "f")
    with pytest.raises(ValidationError) as caught:
        ScenarioFile.model_validate(document.data)
    assert [problem.path for problem in schema_problems(caught.value, document)] == [
        "negosim",
        "title",
        "as_of",
        "horizon",
        "parties",
        "issues",
        "war",
        "talks",
    ]
