"""Loading: variants and settings in their order, what is told of them, and the fingerprint."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from negosim.scenario.load import fingerprint, load, loads, parse_settings
from negosim.scenario.numbers import numbers
from negosim.scenario.problems import ScenarioError
from negosim.scenario.reader import read
from tests.examples import COMPLETE, MINIMAL

PRESSURE = "talks.armistice.pressure.south"


def told(text: str, **options: Any) -> list[str]:
    """Load a scenario, and return what is wrong with it."""
    with pytest.raises(ScenarioError) as caught:
        loads(text, name="f", **options)
    return str(caught.value).splitlines()


def test_a_file_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "war.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    assert load(path).file == loads(MINIMAL).file
    assert load(str(path), variant="no_pressure").variant == "no_pressure"
    path.write_bytes(b"title: \xff")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        load(path)
    path.write_bytes(b"#" * 3_000_000)
    with pytest.raises(ScenarioError, match="the file is larger than 2,000,000 bytes"):
        load(path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.yaml")


def test_the_file_gives_way_to_the_variant_and_that_to_the_settings() -> None:
    def pressure(variant: str | None, values: dict[str, Any]) -> float:
        return numbers(loads(MINIMAL, variant=variant, values=values).file)[PRESSURE].value

    assert pressure(None, {}) == 0.03
    assert pressure("no_pressure", {}) == 0
    assert pressure("no_pressure", {PRESSURE: 0.07}) == 0.07
    assert pressure(None, {PRESSURE: 0.07}) == 0.07


def test_scenarios_can_be_varied_further() -> None:
    base = loads(MINIMAL)
    varied = base.with_values({PRESSURE: 0.07}).with_variant("no_pressure").with_values({"war.drift": 0.1})
    assert (varied.variant, dict(varied.overrides)) == ("no_pressure", {PRESSURE: 0.07, "war.drift": 0.1})
    assert numbers(varied.file)[PRESSURE].value == 0.07
    assert varied.sha256 == base.sha256
    assert numbers(varied.with_variant(None).with_values({PRESSURE: 0.01}).file)[PRESSURE].value == 0.01
    assert base.file == loads(MINIMAL).file


def test_an_unknown_variant() -> None:
    (line,) = told(MINIMAL, variant="no_presure")
    assert line == "f: there is no variant 'no_presure' (did you mean 'no_pressure'? variants: no_pressure)"


VARIANTS = """\
variants:
  calm:
    set:
      talks.armistice.presure.south: 0
      parties.nort.war_cost: 1
      war.volatility: -1
      talks.peace.first_draft:
        border: lin
  short: {set: {horizon: 2025-02-01}}
  empty: {set: {}}
  wrong: {set: [1]}
  fine: {set: {war.drift: 0.1}}
"""
WITH_VARIANTS = MINIMAL.replace("variants:\n  no_pressure: {set: {talks.armistice.pressure.south: 0}}\n", VARIANTS)


@pytest.mark.parametrize("broken_elsewhere", [False, True])
def test_variants_are_checked_with_the_rest(broken_elsewhere: bool) -> None:
    north = f"time_preference: {'-' * broken_elsewhere}0.15"
    found = told(WITH_VARIANTS.replace("time_preference: 0.15", north, 1))
    elsewhere = ["f:7:28: parties.north.time_preference: -0.15 is out of range (write a number from 1e-6 to 1000)"]
    assert found[: len(found) - 7] == elsewhere * broken_elsewhere
    starts = [
        "f:25:38: talks.armistice.presure: unknown key 'presure' (did you mean 'pressure'? ",
        "f:26:30: parties.nort.war_cost: there is no 'nort' (did you mean 'north'? parties: north, south)",
        "f:27:23: war.volatility: -1 is out of range (write a number from 1e-6 to 1000)",
        "f:29:17: talks.peace.first_draft.border: there is no option 'lin' of border (did you mean 'line'? ",
        "f:30:3: variants.short: questions.truce.by: 2025-06-30 lies after the horizon (2025-02-01)",
        "f:31:11: variants.empty.set: needs at least 1 entry (found 0)",
        "f:32:11: variants.wrong.set: a list is not a mapping",
    ]
    assert all(line.startswith(start) for line, start in zip(found[-7:], starts, strict=True)), found


def test_variants_do_not_repeat_what_the_file_gets_wrong() -> None:
    broken = MINIMAL.replace("pressure: {south: 0.03}", "pressure: 3").replace("ideal: old", "ideal: odl")
    assert [line.split(" ")[1] for line in told(broken)] == [
        "issues.border.views.south.ideal:",
        "talks.armistice.pressure:",
    ]


def test_a_variant_may_do_without_a_red_line_that_events_lift() -> None:
    event = "events: {e: {on: 2025-03-01, effects: [{lift: south.border.far}]}}"
    variant = "soft: {set: {issues.border.views.south.red_lines: {}}}"
    text = MINIMAL.replace("variants:", f"{event}\nvariants:\n  {variant}")
    assert loads(text, variant="soft").file.issues["border"].views["south"].red_lines == {}


def test_settings_of_the_command_line() -> None:
    assert parse_settings(["a.b=0.5", " c = on", "d={uniform: [0, 1]}", "e=x=y", "f="]) == {
        "a.b": 0.5, "c": "on", "d": {"uniform": [0, 1]}, "e": "x=y", "f": None,
    }  # fmt: skip
    with pytest.raises(ScenarioError) as caught:
        parse_settings(["a.b", "=3", "c=[1", "d=1"])
    assert str(caught.value).splitlines() == [
        "--set: '=3' has no path before '=' (write path=value)",
        "--set: 'a.b' has no '=' (write path=value)",
        "--set c=[1: '[1' is not a value (write it as in the file)",
    ]


def test_messages_stay_on_one_line() -> None:
    (line,) = told(MINIMAL + '"two\\nlines\\e[1m": 1\n')
    assert "two\\nlines\\x1b[1m" in line


# -- the fingerprint ------------------------------------------------------------------------------------------------

DATA = read(COMPLETE, "f").data


def shuffled(value: Any, path: tuple[Any, ...], randomness: Any) -> Any:
    """Shuffle whatever the format holds without order."""
    if isinstance(value, dict):
        items = [(key, shuffled(item, (*path, key), randomness)) for key, item in value.items()]
        if path[-1:] != ("options",):
            randomness.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        items = [shuffled(item, (*path, index), randomness) for index, item in enumerate(value)]
        if path[-1] in ("signatories", "held_by", "never", "linkages", "issues"):
            randomness.shuffle(items)
        return items
    return value


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_layout_and_the_order_of_declarations_do_not_count(randomness: Any, flow: bool) -> None:
    text = "# a comment\n" + yaml.safe_dump(
        shuffled(DATA, (), randomness), sort_keys=False, default_flow_style=flow, width=40
    )
    assert fingerprint(read(text, "f").data) == fingerprint(DATA)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all scalars."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, item in items for leaf in leaves(item, (*path, key))]
    return [path]


@pytest.mark.parametrize("path", leaves(DATA), ids=lambda path: ".".join(map(str, path)))
def test_every_scalar_counts(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(DATA)
    here = data
    for part in path[:-1]:
        here = here[part]
    old = here[path[-1]]
    here[path[-1]] = f"{old}x" if isinstance(old, str) else not old if isinstance(old, bool) else old + 1e-9
    assert fingerprint(data) != fingerprint(DATA)
    del here[path[-1]]
    assert fingerprint(data) != fingerprint(DATA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{frozen: Stays frozen, shared: Pays for rebuilding", "{shared: Pays for rebuilding, frozen: Stays frozen"),
        ("between: [north, south]", "between: [south, north]"),
        ("range: [0, 0.1]", "range: [0.1, 0]"),
        ("title: Two sides, one border", "title: 1"),
        ("revisions: 2", "revisions: '2'"),
        ("repeats: true", "repeats: 1"),
        ("no_pressure: {title: No pressure", "pressure_off: {title: No pressure"),
    ],
)
def test_what_counts(old: str, new: str) -> None:
    assert fingerprint(read(COMPLETE.replace(old, new, 1), "f").data) != fingerprint(DATA)


def test_what_counts_within_a_variant() -> None:
    def of(value: str, path: str = "issues.border.options") -> str:
        return fingerprint(read(f"variants: {{v: {{set: {{{path}: {value}}}}}}}", "f").data)

    assert of("{a: A, b: B}") != of("{b: B, a: A}")
    assert of("[a, b]", "talks.t.signatories") == of("[b, a]", "talks.t.signatories")
    assert of("{a: 1, b: 2}", "talks.t.weights") == of("{b: 2, a: 1}", "talks.t.weights")


def test_ids_do_not_make_an_order_count() -> None:
    def of(text: str) -> str:
        return fingerprint(read(text, "f").data)

    assert of("parties: {options: {name: A, war_cost: 1}}") == of("parties: {options: {war_cost: 1.0, name: A}}")
    assert of("events: {never: {effects: [a, b]}}") != of("events: {never: {effects: [b, a]}}")
