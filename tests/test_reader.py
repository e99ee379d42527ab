"""The strict YAML reader: what a scalar means, what is refused and where, and that nothing brings it down."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from negosim.scenario import limits, reader
from negosim.scenario.problems import ScenarioError
from negosim.scenario.reader import read, read_value, resolve


def problems_of(text: str | bytes) -> list[str]:
    """Read a text, and return what is wrong with it."""
    try:
        return [str(problem) for problem in read(text, "f").problems]
    except ScenarioError as error:
        return str(error).splitlines()


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask everything of both of PyYAML's parsers: which one there is depends on how it was installed."""
    monkeypatch.setattr(reader, "_Loader", getattr(yaml, request.param))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(word, word) for word in ("no", "yes", "on", "off", "n", "True!", "12:30", "1_000", "0b1", "=")],
        ("010", 10), ("+5", 5), ("-0", 0), ("0x1F", 31), ("0o17", 15), ("08", 8), ("-0x1F", "-0x1F"),
        ("1e3", 1000.0), (".5", 0.5), ("1.", 1.0), ("-1.5E-2", -0.015), ("1e", "1e"), ("", None), ("~", None),
        ("null", None), ("Null", None), ("nULL", "nULL"), ("true", True), ("FALSE", False), ("tRUE", "tRUE"),
        ("'1'", "1"), ('"0.5"', "0.5"), ("'true'", "true"), ("'~'", "~"), ("9" * 30, 1e30), ("|\n  7\n", "7\n"),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    found = read(f"a: {written}\n", "f").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_always_text() -> None:
    assert read("{1: a, true: b, ~: c, 'x': d}", "f").data == {"1": "a", "true": "b", "~": "c", "x": "d"}


def test_quoted_merge_sign_is_a_key() -> None:
    assert read("'<<': 1", "f").data == {"<<": 1}


def test_everything_outside_the_format_is_refused_at_once() -> None:
    text = """\
a: &here {b: 1}
c: *here
d: !!int "3"
e: !mine x
f: ! 5
g: {<<: *here, h: 1}
a: 2
i: .inf
j: -.INF
k: .nan
l: 1e999
m: {b: 1, c: 2, b: 3}
"""
    assert problems_of(text) == [
        "f:1:4: a: '&here': anchors are not part of the format (remove it)",
        "f:2:4: c: '*here': aliases are not part of the format (write the value out)",
        "f:3:4: d: the tag '!!int' is not part of the format (remove it)",
        "f:4:4: e: the tag '!mine' is not part of the format (remove it)",
        "f:5:4: f: the tag '!' is not part of the format (remove it)",
        "f:6:5: g.<<: merge keys are not part of the format (write the keys out)",
        "f:7:1: a: the key 'a' is given twice (first on line 1)",
        "f:8:4: i: '.inf' is not a finite number",
        "f:9:4: j: '-.INF' is not a finite number",
        "f:10:4: k: '.nan' is not a finite number",
        "f:11:4: l: '1e999' is too large a number",
        "f:12:17: m.b: the key 'b' is given twice (first on line 12)",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins here (one scenario a file)"),
        ("", "f:1:1: a scenario is a mapping that begins with 'negosim: 1'"),
        ("# nothing\n", "f:1:1: a scenario is a mapping that begins with 'negosim: 1'"),
        ("- a\n", "f:1:1: a scenario is a mapping that begins with 'negosim: 1'"),
        ("just text", "f:1:1: a scenario is a mapping that begins with 'negosim: 1'"),
        ("? [a]\n: 1\n", "f:1:3: a key must be a single word or number"),
        ("a: x\x00", "f:1:5: the character U+0000 is not allowed in a text file (remove it)"),
        ("a: 1\r\nb: \x1b[1m", "f:2:4: the character U+001B is not allowed in a text file (remove it)"),
        ("a: \ud800", "f:1:4: the character U+D800 is not allowed in a text file (remove it)"),
        (b"a: 1\nb: \xff", "f:2:4: the file is not UTF-8 text (byte 0xff)"),
        ("a: ü\n".encode("utf-16"), "f:1:1: the file is not UTF-8 text (byte 0xff)"),
        ("é: ".encode() + b"\xe9", "f:1:4: the file is not UTF-8 text (byte 0xe9)"),
    ],
)
def test_what_is_no_scenario_at_all(text: str | bytes, told: str) -> None:
    assert problems_of(text) == [told]


@pytest.mark.parametrize("text", ["a: [1, 2\n", "a: 'x\n", "a: b: c\n", "\tb: 1\n", "a: 1\n b: 2\n", "a: *\n", "%X\n"])
def test_syntax_errors_have_a_place(text: str) -> None:
    (told,) = problems_of(text)
    assert told.startswith("f:") and "this is not YAML" in told


def test_byte_order_mark_is_passed_over() -> None:
    for text in ("\ufeffa: 1\nb: 2\n", b"\xef\xbb\xbfa: 1\nb: 2\n"):
        document = read(text, "f")
        assert document.data == {"a": 1, "b": 2}
        assert (document.keys[("a",)].line, document.keys[("a",)].column) == (1, 1)


@pytest.mark.parametrize(
    "bomb", ["[" * 100_000, "{a: " * 100_000, "a: " + "[" * 100_000, "- " * 100_000, "[a, " * 100_000]
)
def test_nesting_bombs_cost_nothing(bomb: str) -> None:
    assert problems_of(bomb)[0].endswith("values are nested more than 24 deep")


def test_bounds_on_size() -> None:
    assert problems_of("#" * 2_000_001) == ["f:1:1: the file is larger than 2,000,000 bytes"]
    assert problems_of(f"a: [{'1,' * 20_001}]")[0].endswith("the file has more than 20,000 values")
    assert problems_of("a: " + "x" * 20_001)[0].endswith("a: a text is longer than 20,000 characters")
    assert problems_of("x" * 201 + ": 1")[0].endswith("a key is longer than 200 characters")
    assert len(problems_of("\n".join(["a: 1"] * 5000))) == limits.PROBLEMS.most + 1


def test_positions_are_those_of_the_file() -> None:
    document = read("a:\n  b: [1, {c: x}]\n", "f")
    places = {path: (place.line, place.column) for path, place in document.values.items()}
    assert places[("a", "b", 0)] == (2, 7)
    assert places[("a", "b", 1, "c")] == (2, 14)
    assert str(document.position(("a", "b"))) == "f:2:3"
    assert str(document.position(("a", "b", 1, "missing", "far"))) == "f:2:10"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.05", 0.05),
        ("[1, 2]", [1, 2]),
        ("{a: on}", {"a": "on"}),
        ("", None),
        ("18 months", "18 months"),
        ("'1'", "1"),
    ],
)
def test_values_of_the_command_line(text: str, value: object) -> None:
    assert read_value(text, "--set") == value


@pytest.mark.parametrize("text", ["1\nb: 2", "a: b", "[1", "*a", "&a 1", "!!int 3", ".inf", "[" * 50, "x\x00"])
def test_values_of_the_command_line_that_are_none(text: str) -> None:
    with pytest.raises(ScenarioError, match="is not a value"):
        read_value(text, "--set")


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".NaN", "1e400", "9" * 400, "0x" + "f" * 40])
def test_numbers_without_meaning(text: str) -> None:
    with pytest.raises(ValueError, match=r"finite|too large"):
        resolve(text)


YAML_LIKE = st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,? \n\t0.e~<\x00\u2028\ufeff\ud800\r", max_size=60)


@given(st.one_of(st.text(), st.binary(), YAML_LIKE))
def test_nothing_but_a_scenario_error_is_raised(text: str | bytes) -> None:
    for line in problems_of(text):
        assert line.startswith("f:") and int(line.split(":")[1]) > 0


CORE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=20).filter(
        lambda text: text[:1] not in "+-.0123456789"  # PyYAML writes the text 1e3 without quotes, after YAML 1.1
    ),
)
PLAIN = st.recursive(
    CORE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner)
)


@given(st.dictionaries(st.text("abc_", min_size=1, max_size=8), PLAIN, max_size=4))
def test_plain_data_survives_writing_and_reading(data: dict[str, object]) -> None:
    document = read(yaml.safe_dump(data, allow_unicode=True, default_flow_style=False), "f")
    assert document.problems == []
    assert _same(document.data, data)


def _same(found: object, meant: object) -> bool:
    if isinstance(meant, dict):
        return (
            isinstance(found, dict)
            and found.keys() == meant.keys()
            and all(_same(found[key], meant[key]) for key in meant)
        )
    if isinstance(meant, list):
        return isinstance(found, list) and len(found) == len(meant) and all(map(_same, found, meant))
    if isinstance(meant, float):
        return isinstance(found, int | float) and math.isclose(found, meant)
    return found == meant and type(found) is type(meant)
