"""The grammar of paths: every number is of a family, which knows what it is; paths are built and read by it."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.engine.compile import compiled
from negosim.scenario.ids import declared_by
from negosim.scenario.inputs import KINDS, flow, stated
from negosim.scenario.load import load, loads
from negosim.scenario.numbers import numbers
from negosim.scenario.paths import (
    AFTER,
    BELIEF,
    EVENT,
    FAMILIES,
    OPTION,
    PARTY,
    RATIFICATION,
    STOCK,
    TRACK,
    VIEW,
    WAR,
    Family,
    NumberPath,
    PathError,
    declared_paths,
    family_of,
    is_duration,
)
from negosim.scenario.quantities import Quantity
from negosim.scenario.schema.document import ScenarioFile
from tests.examples import COMPLETE, MINIMAL

SHIPPED = sorted(Path("scenarios").rglob("*.yaml"))
TARGETS = [family for family in FAMILIES if family.is_target]
SCHEMA = ScenarioFile.model_json_schema()
COMPUTED = {TRACK.patience, AFTER.peace_cost, VIEW.value, TRACK.weight}
"""Families whose default follows from other numbers."""


def pattern(family: Family) -> str:
    return family.pattern


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_number_of_every_shipped_scenario_is_of_a_family(path: Path) -> None:
    file = load(path).file
    families = declared_paths(declared_by(file))
    for name in {*numbers(file), *stated(file)}:
        if name.startswith(("levers.", "variants.")):
            continue
        found = NumberPath.parse(name)
        assert str(found) == name and found.family.kind in KINDS
        assert families.get(name, found.family) == found.family
    for name in compiled(file).quantities:
        assert name.startswith("linkages.") or str(NumberPath.parse(name)) == name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_durations_are_those_that_the_file_writes_as_such(path: Path) -> None:
    scenario = load(path)
    for name, quantity in stated(scenario.file).items():
        if name.startswith(("levers.", "variants.")) or not isinstance(quantity, Quantity):
            continue
        parts = tuple(int(part) if part.isdigit() else part for part in name.split("."))
        written = scenario.document.at(parts) or scenario.document.at(tuple(part for part in parts if part != 0))
        has_unit = re.search(r"\d (day|week|month|year)", flow(written)) is not None
        assert is_duration(name) == has_unit, name


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.model], ids=pattern)
def test_domains_and_units_are_those_of_the_schema(family: Family) -> None:
    schema = schema_of(family)
    text = str(schema)
    assert ("(day|week|month|year)s?" in text) == family.is_duration == (family.unit == "days")
    if not family.is_duration:
        ends = next(branch for branch in branches(schema) if branch.get("type") == "number")
        assert (ends["minimum"], ends["maximum"]) == family.domain.ends
        assert (family.unit == "share") <= (family.domain.ends == (0, 1))


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.model], ids=pattern)
def test_defaults_are_those_of_the_schema(family: Family) -> None:
    default = schema_of(family, whole=True).get("default")
    if family.default is None:
        assert not isinstance(default, int | float)
    elif family.is_duration:
        assert default in (f"{family.default.value:g} days", family.default.value)
    else:
        assert default == family.default.value


def schema_of(family: Family, *, whole: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of a number; ``whole``: of the key that holds it, where it is one of several."""
    assert family.model
    key = next(part for part in reversed(family.parts) if part[0] != "{")
    found: dict[str, Any] = family.model.model_json_schema()["properties"][key]
    return found if whole else {"anyOf": list(branches(found))}


def branches(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the forms a value may take, whatever they are wrapped in."""
    below = [*schema.get("anyOf", ()), *schema.get("patternProperties", {}).values()]
    below += [schema["additionalProperties"]] if isinstance(schema.get("additionalProperties"), dict) else []
    return [schema, *(form for part in below for form in branches(part))]


@pytest.mark.parametrize("family", FAMILIES, ids=pattern)
def test_every_family_has_words_and_an_owner(family: Family) -> None:
    ids = {slot: slot.upper() for slot in family.slots}
    said = f"{family.owner}: {family.words}".format(**ids)
    assert family.words and "{" not in said and "_" not in family.words.format(**dict.fromkeys(family.slots, ""))
    assert family.owner[1:-1] in family.slots or family.owner in ("Front", "War", "")
    assert all(slot in (family.owner + family.words) for slot in family.slots if slot not in ("section", "issue"))


def test_no_two_families_have_a_path_in_common() -> None:
    assert len({family.pattern for family in FAMILIES}) == len(FAMILIES)
    for family in FAMILIES:
        path = family(*(example(slot) for slot in family.slots))
        assert [other for other in FAMILIES if len(other.parts) == len(family.parts)
                and other.ids(path.split(".")) is not None] == [family]  # fmt: skip


def example(slot: str) -> str:
    return {"section": "chips", "place": "3"}.get(slot, "weights")


@given(st.sampled_from(FAMILIES), st.data())
def test_paths_are_read_as_they_are_built(family: Family, data: st.DataObject) -> None:
    ids = tuple(data.draw(ids_in(slot)) for slot in family.slots)
    found = NumberPath.parse(family(*ids))
    assert (found.family, found.ids) == (family, ids)
    assert found.by_slot == dict(zip(family.slots, ids, strict=True))


def ids_in(slot: str) -> st.SearchStrategy[str]:
    words = {"section": st.sampled_from(("issues", "chips")), "place": st.integers(0, 99).map(str)}
    return words.get(slot, st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True))


@given(st.text("abz._{}0", max_size=30))
def test_whatever_is_no_path_is_refused(text: str) -> None:
    assert family_of(text) is None
    with pytest.raises(PathError, match="is not a number of a scenario"):
        NumberPath.parse(text)


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("parties.north.warcost", "parties.north.war_cost"),
        ("party.north.war_cost", "parties.north.war_cost"),
        ("war.drfit", "war.drift"),
        ("war.beliefs.north.optimsm", "war.beliefs.north.optimism"),
        ("talks.peace.presure.north", "talks.peace.pressure.north"),
        ("issues.border.views.north.saliance", "issues.border.views.north.salience"),
        ("chips.fund.option.shared.enforcement", "chips.fund.options.shared.enforcement"),
        ("events.push.chances", "events.push.chance"),
    ],
)
def test_the_likeliest_path_is_named(text: str, likely: str) -> None:
    with pytest.raises(PathError, match=re.escape(f"did you mean '{likely}'?")):
        NumberPath.parse(text)


def test_paths_of_many() -> None:
    assert PARTY.fatigue.each(("a", "b")) == ("parties.a.fatigue", "parties.b.fatigue")
    assert OPTION.enforcement.each("chips", "fund", ("x", "y")) == (
        "chips.fund.options.x.enforcement",
        "chips.fund.options.y.enforcement",
    )
    assert TRACK.weight.each("t", ("a", "b")) == ("talks.t.weights.a", "talks.t.weights.b")
    assert RATIFICATION.delay("a", 0) == "parties.a.ratification.0.delay"
    with pytest.raises(TypeError, match="takes 1 ids, not 2"):
        PARTY.fatigue("a", "b")


def test_families_keep_their_identity_in_other_processes() -> None:
    for family in FAMILIES:
        assert family.domain is not None
        assert pickle.loads(pickle.dumps(family)) is family


def test_what_is_read_once_at_the_start() -> None:
    assert {family for family in FAMILIES if family.is_initial} == {
        WAR.front, BELIEF.optimism, BELIEF.doubt, STOCK.level, PARTY.patience_used
    }  # fmt: skip


def test_an_option_may_be_called_as_a_number_is() -> None:
    """What is known of a number follows from its place, not from how its last part is called."""
    assert not NumberPath.parse("issues.border.views.north.values.doubt").family.is_initial
    assert not is_duration("issues.border.views.north.values.patience")


@pytest.mark.parametrize(
    "path",
    [
        "parties.a.patience", "parties.a.patience_used", "parties.a.patience.value", "parties.a.patience.min",
        "talks.t.patience", "talks.t.patience.a", "parties.a.ratification.0.delay", "parties.a.ratification.delay",
        "chips.c.views.a.red_lines.o", "events.e.effects.0.for", "events.e.when.for", "questions.q.for",
    ],
)  # fmt: skip
def test_durations(path: str) -> None:
    assert is_duration(path)


@pytest.mark.parametrize(
    "path", ["parties.a.war_cost", "parties.a.war_cost.max", "events.e.effects.0.by", "talks.t.after.breach", "a.b", ""]
)
def test_what_is_no_duration(path: str) -> None:
    assert not is_duration(path)


@pytest.mark.parametrize("text", [MINIMAL, COMPLETE])
def test_a_number_that_nobody_states_is_the_default_of_its_family(text: str) -> None:
    file = loads(text).file
    written = stated(file)
    for path, quantity in numbers(file).items():
        family = NumberPath.parse(path).family
        if path in written or path.rpartition(".")[0] in written or family in COMPUTED:
            continue
        expected = family.default.value if family.default else 0.0
        assert family.default or family == TRACK.pressure
        assert quantity.value == expected, path


def test_units() -> None:
    found = {family.pattern: family.unit for family in TARGETS}
    assert found["parties.{party}.patience"] == "days"
    assert found["parties.{party}.time_preference"] == "per year"
    assert found["parties.{party}.reciprocity"] == "share"
    assert found["parties.{party}.concession"] == "number"
    assert found["talks.{track}.pressure.{party}"] == "utility"
    assert EVENT.effect_by.unit == "number"
