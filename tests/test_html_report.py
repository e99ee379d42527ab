"""The HTML report as text: nothing breaks out of it, it asks for nothing, and its words follow from the numbers."""

from __future__ import annotations

import copy
import gzip
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from negosim.api import run
from negosim.cli.main import command
from negosim.report.html import answer, moves, reasons, when
from negosim.report.html.markup import data, tag
from negosim.report.html.page import CONSTANT, charts
from negosim.report.html.read_first import warnings
from tests.examples import MINIMAL
from tests.reports import HOSTILE, dossier, html
from tests.worlds import load, pie

BUNDLE = Path(answer.__file__).parent / "bundle"
KINDS = ("border", "hostile", "pie", "nothing")


LINKS = [{"rel": "expect", "href": "#answer", "blocking": "render"}]
"""All that a report links to is its own answer, for which the browser waits."""


class Page(HTMLParser):
    """Collects the elements of a page, and the text that a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._hidden = 0
        self.feed(text)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((name, dict(attributes)))
        self._hidden += name in ("script", "style")

    def handle_endtag(self, name: str) -> None:
        self._hidden -= name in ("script", "style")

    def handle_data(self, text: str) -> None:
        if not self._hidden:
            self.text += text

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == name]


@pytest.mark.parametrize("which", KINDS)
def test_nothing_is_loaded_and_no_script_but_ours_may_run(which: str) -> None:
    page = Page(html(which))
    assert len(page.named("script")) == 3
    assert not {"img", "iframe", "object", "form"} & {name for name, _ in page.found}
    assert page.named("link") == LINKS
    assert not [key for _, attributes in page.found for key in attributes if key.startswith("on") or key == "src"]
    (policy,) = [meta["content"] for meta in page.named("meta") if "http-equiv" in meta]
    assert policy is not None
    assert re.match(r"default-src 'none'; script-src 'sha256-[^ ]+' 'sha256-[^ ]+'; style-src ", policy)
    assert all(re.match("https?://|#", link["href"] or "") for link in page.named("a"))


def test_labels_full_of_markup_are_words() -> None:
    text = html("hostile")
    page = Page(text)
    assert HOSTILE in page.text
    assert text.count("<img") == 0
    assert "javascript:" not in "".join(link["href"] or "" for link in page.named("a"))
    drawn = re.search(r'<script type="application/json" id="charts">(.*?)</script>', text, re.DOTALL)
    assert drawn
    assert json.loads(drawn[1]) == json.loads(json.dumps(charts(dossier("hostile"))))


def test_what_no_label_may_hold_changes_nothing_either() -> None:
    """The reader refuses these in a scenario; a report is as safe without it."""
    nasty = "a\u2028b\x00c\u202ed]]>-->"
    assert str(tag("p", nasty, title=nasty)) == '<p title="a b c d]]&gt;--&gt;">a b c d]]&gt;--&gt;</p>'
    assert data(nasty) == '"a\\u2028b\\u0000c\\u202ed]]\\u003e--\\u003e"'


@pytest.mark.parametrize("which", KINDS)
def test_ids_and_anchors_meet(which: str) -> None:
    page = Page(html(which))
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(link["href"] or "")[1:] for link in page.named("a") if (link["href"] or "").startswith("#")} <= set(ids)
    levels = [int(name[1]) for name, _ in page.found if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_is_small() -> None:
    assert len(html("border").encode()) < 300_000
    built = [(BUNDLE / name).read_bytes() for name in ("opening.js", "report.js", "report.css")]
    assert sum(map(len, built)) <= 120_000
    assert sum(len(gzip.compress(part, 9)) for part in built) <= 40_000


def test_the_script_asks_for_nothing() -> None:
    script = b"".join((BUNDLE / name).read_bytes() for name in ("opening.js", "report.js"))
    assert b"</script" not in script
    assert b"<script" not in script
    assert not re.search(rb"fetch\(|XMLHttpRequest|WebSocket|import\(", script)


def test_the_licences_of_what_is_bundled_travel_with_it() -> None:
    licences = (BUNDLE / "licences.txt").read_text(encoding="utf-8").splitlines()
    assert {line.split(": ")[0] for line in licences} >= {"svelte", "clsx"}
    text = Page(html("border")).text
    for licence in licences:
        assert re.search("Copyright .*Permission ", licence)
        assert text.count(licence) == 1
    assert {path.name for path in BUNDLE.iterdir()} == {"opening.js", "report.js", "report.css", "licences.txt"}


def test_every_chart_has_a_sentence_and_its_numbers() -> None:
    page = Page(html("border"))
    places = [attributes for _, attributes in page.found if "data-chart" in attributes]
    assert {place["data-chart"] for place in places} >= {
        "icons",
        "states",
        "reached",
        "dots",
        "tornado",
        "two",
        "story",
    }
    for place in places:
        label = place["aria-label"] or ""
        assert place["role"] == "img"
        assert label.endswith(".")
        assert not re.search(r"\b(nan|None|null)\b", label)


def test_every_input_stands_once_below_what_it_belongs_to() -> None:
    listed = html("border").split("stated numbers, with what each rests on")[1].split("</details>")[0]
    inputs = dossier("border")["inputs"]
    assert listed.count('<th scope="row">') == len(inputs) > 40
    heads = re.findall('<th scope="rowgroup" colspan="3">(.*?)</th>', listed)
    assert heads.count("border") == 3, "its salience, values and red lines"
    assert {"north", "south"} <= set(heads)
    assert '<th scope="row">south: "The far province"</th><td>12 months</td>' in listed


def test_the_constant_line_is_there_at_both_ends() -> None:
    assert html("border").count(CONSTANT) >= 2


# Words by rule


def made(**values: Any) -> dict[str, Any]:
    """Return the dossier of the border with some shares at the end set to others."""
    found = copy.deepcopy(dossier("border"))
    summary = found["summary"]
    horizon = summary["scenario"]["horizon"]
    for name, p in values.items():
        share = {"p": p, "low": max(p - 0.02, 0), "high": min(p + 0.02, 1)}
        if name == "reached":
            summary["reached"][found["main"]]["by"][horizon] = share
        elif name == "year":
            found["year"]["reached"][found["main"]] = share
        else:
            summary["final_state"][name] = share
    return found


def test_the_headline_names_the_two_largest_ends() -> None:
    found = made(reached=0.5, ceasefire=0.49, settlement=0.02, war=0.47, faded=0.02)
    found["main"] = "ceasefire"
    found["summary"]["reached"]["ceasefire"]["by"][found["summary"]["scenario"]["horizon"]]["p"] = 0.5
    said = "In 49 of 100 simulated histories a ceasefire is in force after two years; in 47 the war goes on."
    assert answer.headline(found) == said


def test_marks_that_are_rounded_otherwise_than_the_table_say_so() -> None:
    found = copy.deepcopy(dossier("border"))
    note, states = "Rounded so that the marks add up to 100.", found["summary"]["final_state"]
    for state, count in found["icons"].items():
        states[state]["p"] = count / 100
    assert note not in str(answer.hero(found, []))
    one, other = list(found["icons"])[:2]
    found["icons"][one] += 1
    found["icons"][other] -= 1
    assert note in str(answer.hero(found, []))


def test_the_headline_of_no_deal_bounds_it() -> None:
    said = "In none of 400 simulated histories a settlement comes; fewer than 1 in 130 at 95 %."
    assert answer.headline(dossier("nothing")) == said
    assert "No settlement by January 2028" in html("nothing")
    assert "No text was signed; this is why" in html("nothing")


def test_the_headline_of_a_certain_deal_has_no_shares() -> None:
    assert answer.headline(dossier("pie")) == (
        "In all 400 simulated histories a settlement is in force after three years."
    )


@pytest.mark.parametrize(
    ("reached", "year", "title"),
    [
        (0.3, 0.2, "More often never than by January 2027"),
        (0.3, 0.05, "Seldom in the first year, and more often never"),
        (0.5, 0.1, "Seldom in the first year, and as often never"),
        (0.0, 0.0, "by January 2027"),
    ],
)
def test_the_title_on_when_follows_from_the_shares(reached: float, year: float, title: str) -> None:
    found = made(reached=reached, year=year)
    found["summary"]["reached"][found["main"]]["median_date"] = None
    assert title in when.title(found)


def refusals(**parties: tuple[float, dict[str, float]]) -> dict[str, Any]:
    return {
        "labels": {"short": {}, "issues": {"gold": "Who gets the gold"}},
        "refusals": {
            "talks": {
                party: {"share": share, "low": share - 0.01, "high": share + 0.01, "issues": issues}
                for party, (share, issues) in parties.items()
            }
        },
    }


@pytest.mark.parametrize(
    ("parties", "title"),
    [
        (
            {"a": (0.9, {"gold": 0.9, "land": 0.1}), "b": (0.8, {"gold": 1.0}), "c": (0.5, {"gold": 0.85})},
            "All three refuse, nearly always over “Who gets the gold”",
        ),
        ({"a": (0.9, {"gold": 0.6, "land": 0.4}), "b": (0.05, {"land": 1.0})}, "a refuses most, mostly over"),
        ({"a": (0.9, {"gold": 0.6, "land": 0.4}), "b": (0.88, {"land": 1.0})}, "Who refuses, and over what"),
        ({"a": (0.01, {"gold": 1.0})}, "Who refuses, and over what"),
    ],
)
def test_the_title_on_refusals_says_no_more_than_the_table(
    parties: dict[str, tuple[float, dict[str, float]]], title: str
) -> None:
    assert reasons.refusals_title(refusals(**parties), "talks").startswith(title)


def test_a_chart_of_what_moves_the_answer_has_its_rest() -> None:
    found = moves.tornado(dossier("border"))
    assert found is not None
    assert found["switches"][0]["title"] == "A war that costs both more"
    assert moves.title(dossier("border")).startswith("What moves it most: “")


def test_read_first_is_at_most_four_and_ends_with_what_is_left_out() -> None:
    text = html("border")
    items = re.search(r'class="read-first">(.*?)</ol>', text, re.DOTALL)
    assert items
    heads = re.findall(r"<li><b>(.*?) </b>", items[1])
    assert 1 <= len(heads) <= 4
    assert heads[-1] == "Left out:"
    assert "Far below a published number." in heads or "Below a published number." in heads
    assert len(heads) == len(dossier("border")["summary"]["read_first"])


def facts(**kinds: dict[str, Any]) -> list[tuple[str, str]]:
    summary = {**dossier("border")["summary"], "read_first": [{"kind": kind, **facts} for kind, facts in kinds.items()]}
    return warnings({**dossier("border"), "summary": summary})


def test_every_warning_of_a_run_has_a_head() -> None:
    shares = {"p": 0.9, "low": 0.88, "high": 0.92, "there": 0.25, "there_low": 0.05, "there_high": 0.7}
    found = facts(
        few_histories={"trials": 60, "error": 0.121},
        inputs={"outcome": "settlement", "uncertain": 3, "low": 0.1, "high": 0.4, "outweigh": False},
        base_rate={**shares, "wars": 4},
        unsourced={"number": 1, "of": 2, "strongest": "parties.north.war_cost"},
        left_out={"text": None},
    )
    assert [head for head, _ in found] == [
        "Few histories.", "Luck outweighs inputs.", "Faster than past wars.", "Partly judged.", "Left out:",
    ]  # fmt: skip
    assert found[0][1].startswith("60 leave the numbers open by up to 13 of 100")
    assert found[2][1] == (
        "A year on the fighting has stopped in 90 of 100 (88 to 92) histories; of 4 past wars of this age 25 of 100 "
        "(5 to 70) ended within a year."
    )
    assert facts(base_rate={**shares, "p": 0.01, "wars": 4})[0][0] == "Slower than past wars."


# The command


def test_the_command_writes_the_file_and_says_so(tmp_path: Path) -> None:
    scenario, out = tmp_path / "war.yaml", tmp_path / "report.html"
    scenario.write_text(MINIMAL)
    done = CliRunner().invoke(command, ["report", str(scenario), "-o", str(out), "--trials", "60", "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert f"Written: {out}" in done.output
    assert "Two sides, one border" in Page(out.read_text()).text
    assert "Working out what moves the answer" in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "nowhere/report.html"], "there is no folder"),
        (["-o", "report.html", "--lever", "presure"], "the scenario has: pressure"),
        (["-o", "report.html", "--trials", "0"], "0"),
        ([], "Missing option"),
    ],
)
def test_the_command_refuses_before_it_plays(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("war.yaml").write_text(MINIMAL)
    done = CliRunner().invoke(command, ["report", "war.yaml", *arguments])
    assert done.exit_code == 2
    assert said in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["war.yaml"]


def test_a_run_that_kept_nothing_has_no_report(tmp_path: Path) -> None:
    result = run(load(pie(options=3)), trials=5, keep=False)
    with pytest.raises(ValueError, match="not kept"):
        result.report(tmp_path / "report.html")
    assert not list(tmp_path.iterdir())
