"""Labels: what a reader sees of a file is all that is in it."""

from __future__ import annotations

import pytest

from negosim.cli.main import _run
from negosim.scenario.labels import label_fault
from negosim.scenario.load import loads
from negosim.scenario.problems import ScenarioError
from negosim.scenario.schema.document import ScenarioFile
from tests.examples import COMPLETE, MINIMAL

LABELS = [
    ("title: Two sides, one border", "title: {}", "title"),
    ("{title: A survey, ", "{{title: {}, ", "sources.survey.title"),
    ("north: {time_preference: 0.15", "north: {{name: {}, time_preference: 0.15", "parties.north.name"),
    ("status_quo: line", "title: {}\n    status_quo: line", "issues.border.title"),
    ("old: The pre-war border", "old: {}", "issues.border.options.old"),
    ("line: The present line", "line: {{title: {}}}", "issues.border.options.line.title"),
    ("truce: {reach", "truce: {{title: {}, reach", "questions.truce.title"),
    ("pressure: {path", "pressure: {{title: {}, path", "levers.pressure.title"),
    ("no_pressure: {set", "no_pressure: {{title: {}, set", "variants.no_pressure.title"),
    ("source: survey", "note: {}", "parties.south.war_cost.note"),
    ("by: 2025-06-30", "by: 2025-06-30, benchmarks: [{{p: 0.2, note: {}}}]", "questions.truce.benchmarks.0.note"),
    ("volatility: 0.35", "tolls: {{dead: {{per_year: 1, unit: {}}}}}\n  volatility: 0.35", "war.tolls.dead.unit"),
    ("armistice: {kind", "armistice: {{mediator: {}, kind", "talks.armistice.mediator"),
    (
        "south: {time_preference: 0.15",
        "south: {{ratification: {{by: {}}}, time_preference: 0.15",
        "parties.south.ratification.0.by",
    ),
]

HIDDEN = [
    "\\e[31m",
    "\\x07",
    "\\x9b31m",
    "\\x7f",
    "\\u202e",
    "\\u2066",
    "\\u200b",
    "\\u200d",
    "\\ufeff",
    "\\u3164",
    "\\xad",
]


def problem(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        loads(text, name="f")
    (line,) = str(caught.value).splitlines()
    return line


@pytest.mark.parametrize(("old", "new", "path"), LABELS, ids=[path for *_, path in LABELS])
def test_every_label_is_one_short_line_of_visible_text(old: str, new: str, path: str) -> None:
    assert old in MINIMAL
    for label, message in [
        ('"pay \\u202etxet"', "the character U+202E is invisible and not allowed in a label (remove it)"),
        ('"a\\nb"', "a label is one line (remove the line break)"),
        ("z" * 201, "the text is longer than 200 characters"),
    ]:
        text = MINIMAL.replace(old, new.format(label), 1)
        said = problem(text)
        place, _, rest = said.removeprefix("f:").partition(": ")
        line, column = map(int, place.split(":"))
        assert text.splitlines()[line - 1][column - 1 :].startswith(label), said
        assert rest.startswith(path.replace(".ratification.0", ".ratification"))
        assert rest.endswith(message)
    loads(MINIMAL.replace(old, new.format("z" * 200), 1))


@pytest.mark.parametrize("sign", HIDDEN)
def test_what_is_not_seen_is_refused(sign: str) -> None:
    assert "is invisible and not allowed" in problem(MINIMAL.replace("Two sides, one border", f'"Two{sign} sides"'))
    assert "is invisible and not allowed" in problem(MINIMAL.replace("as_of:", f'summary: "Two{sign} sides"\nas_of:'))


def test_other_scripts_and_signs_are_welcome() -> None:
    for label in ("Київ — «мир»", "停戦", "İstanbul’da ateşkes", "50\u00a0%", "🕊️", "حرب", "a · b", "e\u0301"):
        assert label_fault(label) is None, label


def test_a_summary_has_many_lines() -> None:
    text = MINIMAL.replace("as_of:", 'summary: "# Two\\n\\n- sides\\n\\tone"\nas_of:')
    assert loads(text).file.summary == "# Two\n\n- sides\n\tone"
    assert loads(MINIMAL.replace("as_of:", f"summary: |\n  {'word ' * 400}\nas_of:")).file.summary
    assert "longer than 20,000" in problem(MINIMAL.replace("as_of:", f"summary: {'a' * 20_001}\nas_of:"))
    assert "is invisible" in problem(MINIMAL.replace("as_of:", 'summary: "a\\rb"\nas_of:'))


def test_an_address_may_be_longer() -> None:
    address = "https://example.org/" + "a" * 1_900
    assert loads(MINIMAL.replace("{title: A survey,", f"{{title: A survey, url: '{address}',")).file
    assert "is invisible" in problem(
        MINIMAL.replace("{title: A survey,", '{title: A survey, url: "https://a\\u202eb",')
    )


def test_editors_are_told_the_limits() -> None:
    schema = ScenarioFile.model_json_schema()
    assert schema["properties"]["title"]["maxLength"] == 200
    assert schema["properties"]["summary"]["anyOf"][0]["maxLength"] == 20_000
    assert loads(COMPLETE).file.title


def test_the_exit_code_is_that_of_bad_input(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.yaml").write_text(MINIMAL.replace("Two sides, one border", '"Two \\u202e sides"'))
    assert _run(["validate", str(tmp_path / "f.yaml")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert ":2:8: title: the character U+202E" in said.err


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("source: survey", "note: a, b", "8:77: parties.south.war_cost.b: unknown key 'b' in a quantity"),
        ("source: survey", "note: a, source", "8:77: parties.south.war_cost.source: nothing is not a text"),
        ("{title: A survey,", "{title: A survey, mine,", "5:37: sources.survey.mine: unknown key 'mine'"),
        ("truce: {reach", "truce: {title: In June, or not, reach", "25:29: questions.truce.or not: unknown key"),
    ],
)
def test_the_comma_of_a_text_is_seen(old: str, new: str, place: str) -> None:
    """YAML ends an unquoted text at a comma, and takes the rest for a key."""
    said = problem(MINIMAL.replace(old, new, 1))
    assert place.split(":", 2)[2] in said
    assert said.endswith("(put a text that holds a comma in quotes)")
