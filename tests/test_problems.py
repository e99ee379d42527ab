"""Problems: a line each, short enough to read, whatever a file says."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from negosim.cli.main import _run
from negosim.scenario.load import loads, parse_settings
from negosim.scenario.problems import MOST_IN_LINE, Position, Problem, ScenarioError, for_terminal
from negosim.scenario.reader import read
from tests.examples import MINIMAL

LONG = "z" * 5_000


def lines_of(text: str, name: str = "file.yaml", **given: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loads(text, name=name, **given)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("signatories: [north, south], pressure", f"signatories: [{LONG}], pressure", "north, south"),
        ("title: Two", f"title: !{LONG} Two", "is not part of the format (remove it)"),
        ("title: Two", f"title: &{LONG} Two", "anchors are not part of the format (remove it)"),
        ("title: Two", f"title: *{LONG} #", "aliases are not part of the format (write the value out)"),
        ("path: talks.armistice.pressure.south", f"path: {LONG}", "more)"),
        ("path: talks.armistice.pressure.south", "path: " + "talks." * 900, "more)"),
        ("reach: ceasefire", f"reach: {LONG}", "victory:south"),
        ("{talks.armistice.pressure.south: 0}", "{" + "a." * 90 + "b: 0}", "has more than 24 parts"),
        ("volatility: 0.35", f"volatility: '{LONG}'", "write e.g. 0.3"),
        ("volatility: 0.35", f"volatility: '{'9' * 5_000}'", "is not a number"),
        ("as_of: 2025-01-01", f"as_of: {LONG}", "is not a date (write e.g. 2025-12-19)"),
    ],
)
def test_a_line_is_short_and_says_what_to_do(old: str, new: str, kept: str) -> None:
    assert old in MINIMAL
    lines = lines_of(MINIMAL.replace(old, new, 1))
    assert max(map(len, lines)) <= MOST_IN_LINE
    assert all(line.startswith("file.yaml:") and line.isprintable() for line in lines)
    assert kept in lines[0]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


@pytest.mark.parametrize(
    "bad", [LONG, [LONG], {"z" * 199: {"y" * 199: None}}, ["z" * 199] * 20, "\x9b31m\u202e" * 50], ids=range(5)
)
def test_no_value_anywhere_makes_a_long_line(bad: Any) -> None:
    data = read(MINIMAL, "file").data
    for path in places(data):
        changed = copy.deepcopy(data)
        here: Any = changed
        for part in path[:-1]:
            here = here[part]
        here[path[-1]] = bad
        try:
            loads(json.dumps(changed), name="folder/file.yaml")
        except ScenarioError as error:
            assert all(len(line) <= MOST_IN_LINE and line.isprintable() for line in str(error).splitlines()), path


def test_the_place_and_both_ends_of_the_message_are_kept() -> None:
    problem = Problem(Position("folder/file.yaml", 41, 7), "parties.russia.patience", f"'{LONG}' is not so (write it)")
    line = str(problem)
    assert len(line) == MOST_IN_LINE
    assert line.startswith("folder/file.yaml:41:7: parties.russia.patience: 'zzz")
    assert line.endswith("zzz' is not so (write it)")
    deep = str(Problem(Position("/".join(["folder"] * 60), 41, 7), "a." * 400 + "end", "what is wrong"))
    assert len(deep) <= MOST_IN_LINE
    assert ":41:7: a.a." in deep
    assert deep.endswith(".end: what is wrong")
    assert str(Problem(Position("f", 1, 2), "a.b", "short")) == "f:1:2: a.b: short"


def test_settings_on_the_command_line_make_no_long_line() -> None:
    for setting in (LONG, f"{LONG}=1", f"war.drift={LONG}", f"war.drift=[{LONG}", "a." * 3_000 + "b=1"):
        with pytest.raises(ScenarioError) as caught:
            loads(MINIMAL, values=parse_settings([setting]))
        assert max(map(len, str(caught.value).splitlines())) <= MOST_IN_LINE


def test_a_message_of_several_lines_is_kept_in_lines() -> None:
    assert for_terminal("one\n  two\x1b[31m") == "one\n  two\\x1b[31m"
    assert [len(line) for line in for_terminal(f"{LONG}\nshort").split("\n")] == [MOST_IN_LINE, 5]


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "FILE"],
        ["explain", "FILE"],
        ["run", "FILE", "--trials", "20", "--workers", "1"],
        ["replay", "FILE", "--trial", "1"],
        ["run", "FILE", "--variant", LONG],
        ["run", "FILE", "--trials", LONG],
        ["sweep", "FILE", "--vary", f"{LONG}=1,2", "--dry-run"],
        ["sweep", "FILE", "--vary", f"war.drift={LONG}", "--dry-run"],
        ["compare", "FILE", "--with", f"{LONG}=1"],
        ["levers", "FILE", "--lever", LONG],
        ["uncertainty", "FILE", "--metric", LONG],
        ["calibrate", "FILE", "--to", f"{LONG}=0.5", "--move", "war.drift=0:1"],
        ["calibrate", "FILE", "--to", f"truce={LONG}", "--move", "war.drift=0:1"],
        ["sensitivity", "FILE", "--metric", LONG],
        [LONG],
    ],
    ids=lambda arguments: " ".join(word[:20] for word in arguments),
)
def test_no_command_prints_a_long_line(arguments: list[str], tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a file whose labels are as long as they may be, without a blank to break a line at."""
    label = "x" * 200
    text = MINIMAL
    for title in ("Two sides, one border", "A survey", "The pre-war border", "The present line"):
        text = text.replace(title, label, 1)
    text = text.replace("{reach: ceasefire", f"{{title: {label}, reach: ceasefire")
    text = text.replace("time_preference: 0.15,", f"name: {label}, time_preference: 0.15,")
    (tmp_path / "file.yaml").write_text(text.replace("volatility: 0.35", "volatility: 0.35\n  drift: 0"))
    _run([str(tmp_path / "file.yaml") if word == "FILE" else word for word in arguments])
    said = capsys.readouterr()
    for stream in (said.out, said.err):
        assert max(map(len, stream.splitlines()), default=0) <= MOST_IN_LINE
        assert "fault of negosim" not in stream
