"""Several scenarios in one report: one table of answers, then a section for each, whose anchors are its own."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from click.testing import CliRunner

from negosim.cli.main import command
from negosim.report.html.phrases import interval_of_100, of_100
from negosim.report.html.several import several_page
from tests.examples import MINIMAL
from tests.reports import dossier
from tests.test_html_report import LINKS, Page


@cache
def html() -> str:
    return several_page([dossier("border"), dossier("pie"), dossier("hostile")])


def test_ids_are_unique_and_links_meet_them() -> None:
    page = Page(html())
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(link["href"] or "")[1:] for link in page.named("a") if (link["href"] or "").startswith("#")} <= set(ids)
    levels = [int(name[1]) for name, _ in page.found if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_table_has_the_answers_of_all() -> None:
    grid = html().split("outcomes several")[1].split("</table>")[0]
    rows = {re.sub("<[^>]+>", "", row.split("</th>")[0]): row for row in grid.split("<tr>")}
    shares = []
    for which in ("border", "pie", "hostile"):
        summary = dossier(which)["summary"]
        shares.append(summary["reached"]["settlement"]["by"][summary["scenario"]["horizon"]])
    row = rows["A settlement, by the last day"]
    assert re.findall(r"<b>(.*?)</b>", row) == [of_100(share["p"]).replace("<", "&lt;") for share in shares]
    for share in shares:
        assert interval_of_100(share).replace("<", "&lt;").replace(">", "&gt;") in row
    assert re.findall(r"<b>(.*?)</b>", rows["A ceasefire, by the last day"])[1] == "–"


def test_each_scenario_has_its_own_charts() -> None:
    drawn = json.loads(re.findall(r'id="charts">(.*?)</script>', html(), re.DOTALL)[0])
    assert len(drawn["several"]) == 3
    assert drawn["several"][1]["time"]["start"] == dossier("pie")["summary"]["scenario"]["as_of"]
    page = Page(html())
    assert [attributes["data-report"] for _, attributes in page.found if "data-report" in attributes] == ["0", "1", "2"]


def test_labels_full_of_markup_are_words() -> None:
    page = Page(html())
    assert len(page.named("script")) == 3
    assert page.named("link") == LINKS
    assert not {"img", "iframe", "object", "form"} & {name for name, _ in page.found}


def test_the_headline_says_no_more_than_the_intervals() -> None:
    last = []
    for which in ("border", "pie"):
        summary = dossier(which)["summary"]
        last.append(summary["reached"]["settlement"]["by"][summary["scenario"]["horizon"]])
    assert last[1]["low"] > last[0]["high"]
    certain = several_page([dossier("border"), dossier("pie")])
    assert re.search("<h1>The settlement comes most often in .*</h1>", certain)
    two = several_page([dossier("border"), dossier("border")])
    assert "comes most often" not in two
    assert "Two sides, one border, a patron, 1 January 2025" in two


def test_the_command_sets_files_side_by_side(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / f"{name}.yaml").write_text(MINIMAL.replace("Two sides, one border", f"The {name} side"))
    out = tmp_path / "report.html"
    files = [str(tmp_path / f"{name}.yaml") for name in ("one", "other")]
    done = CliRunner().invoke(command, ["report", *files, "-o", str(out), "--trials", "60", "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert "The one side" in Page(out.read_text()).text
    assert "The other side" in Page(out.read_text()).text
