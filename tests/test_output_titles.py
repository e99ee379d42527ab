"""Titles of results: what every result records of a scenario, so that whoever reads it meets no id."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import negosim
from negosim.engine.compile import compiled
from negosim.experiments.store.store import Store
from negosim.experiments.stored.read import read
from negosim.report.html.stored.page import result_page
from negosim.report.paths import path_words
from negosim.report.results_short import print_short
from negosim.results.labels import labels
from negosim.scenario.inputs import stated
from negosim.scenario.load import load
from negosim.scenario.numbers import numbers
from negosim.scenario.paths import NumberPath
from tests.test_html_report import Page

SHIPPED = sorted(Path("scenarios").rglob("*.yaml"))
FLAGSHIP = Path("scenarios/ukraine-2025-12.yaml")
KINDS = ("compare", "sensitivity", "uncertainty", "calibrate", "levers", "discover")
ASKED = ["agreement", "terms.settlement.donetsk_rest.ukraine_leaves", "refused.settlement.eu"]
VARIED = {"war.beliefs.russia.optimism": [0, 0.1], "parties.ukraine.ratification.0.hurdle": [0, 0.05]}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_input_of_every_shipped_scenario_is_said_in_words(path: Path) -> None:
    """No id of a party, issue, option, kind of talks or event is left, nor the number of a place in a list."""
    file = load(path).file
    said = {"labels": labels(file)}
    paths = {name for name in {*numbers(file), *stated(file)} if not name.startswith(("levers.", "variants."))}
    for name in sorted(paths | set(compiled(file).quantities)):
        words = path_words(said, name)
        assert "_" not in words and "(1)" not in words and "(2)" not in words, (name, words)
        if not name.startswith("linkages."):
            parties = [party for slot, party in NumberPath.parse(name).by_slot.items() if slot == "party"]
            assert all(said["labels"]["parties"][party] in words for party in parties), (name, words)


@cache
def made(kind: str) -> dict[str, Any]:
    scenario = load(FLAGSHIP)
    match kind:
        case "compare":
            varied = scenario.with_variant("more_aid")
            return negosim.compare([scenario, varied], labels=["base", "more_aid"], trials=20).as_dict()
        case "sensitivity":
            return negosim.sensitivity(scenario, metrics=ASKED[:1], method="main", trials=100).as_dict()
        case "uncertainty":
            return negosim.uncertainty(scenario, ASKED, points=4, trials=5).as_dict()
        case "calibrate":
            moved = {"parties.ukraine.ratification.0.hurdle": (0, 0.1)}
            return negosim.calibrate(scenario, {"ceasefire": 0.3}, moved, trials=10).as_dict()
        case "levers":
            return negosim.levers(scenario, reach="ceasefire", names=["russian_war_cost"], trials=20).as_dict()
        case _:
            return negosim.discover(scenario, reach="ceasefire", trials=200).as_dict()


@pytest.mark.parametrize("kind", KINDS)
def test_every_result_records_the_titles_of_its_scenario(kind: str) -> None:
    recorded, named = json.loads(json.dumps(made(kind)))["labels"], labels(load(FLAGSHIP).file)
    assert recorded == named
    assert named["places"]["parties.ukraine.ratification.0"] == "the Verkhovna Rada"
    assert named["variants"]["more_aid"] == "More and steadier aid to Ukraine"


def ids() -> set[str]:
    """Return the ids of the flagship that no running text has."""
    data = load(FLAGSHIP).document.data
    deep = _keys({key: data[key] for key in ("parties", "issues", "chips", "talks", "events")})
    return {*deep, *(name for key in ("questions", "levers", "variants") for name in data[key] if "_" in name)}


def _keys(value: Any) -> Iterator[str]:
    for key, inside in value.items() if isinstance(value, dict) else ():
        if "_" in str(key):
            yield str(key)
        yield from _keys(inside)


def found_in(text: str) -> set[str]:
    return ids() & set(re.findall(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+", text))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("levers", "discover")])
def test_no_report_of_a_stored_result_shows_an_id(kind: str, tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text(json.dumps(made(kind)))
    html = result_page(read(tmp_path / "result.json"))
    charts = "".join(re.findall(r'id="charts">(.*?)</script>', html, re.DOTALL))
    labelled = " ".join(re.findall(r'aria-label="([^"]*)"', html))
    assert found_in(f"{Page(html).text} {charts} {labelled}") == set()


def test_no_screen_or_report_of_a_sweep_shows_an_id(tmp_path: Path) -> None:
    scenario = load(FLAGSHIP).with_variant("more_aid")
    design = negosim.grid(scenario, VARIED)
    negosim.sweep(scenario, design, metrics=ASKED, trials=20, out=tmp_path / "swept").store.close()
    with Store.open(tmp_path / "swept") as store:
        stream = io.StringIO()
        print_short(store.table(), store.progress(), {}, Console(file=stream, width=80))
    screen = " ".join(stream.getvalue().split())
    assert found_in(screen) == set()
    for words in ("More and steadier aid to Ukraine", "Russia: optimism about the front", "(the Verkhovna Rada)"):
        assert words in screen
    html = result_page(read(tmp_path / "swept"))
    assert found_in(Page(html).text) == set()
    assert "hurdle of the vote (the Verkhovna Rada)" in html and "European Union refuses" in html
