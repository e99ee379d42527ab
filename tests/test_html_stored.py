"""Reports of stored results: what is recognised, what is refused and where, and that no text breaks out."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import negosim
from negosim.cli.main import command
from negosim.experiments.stored import read as reading
from negosim.experiments.stored.read import is_stored, read
from negosim.experiments.stored.result import StoredSweep
from negosim.report.html.stored.page import result_page
from negosim.report.html.stored.parts import difference, estimate, metric_title
from negosim.scenario.problems import ScenarioError
from tests import stored
from tests.examples import MINIMAL
from tests.reports import HOSTILE, border
from tests.test_html_report import LINKS, Page
from tests.worlds import load


@pytest.mark.parametrize("which", stored.KINDS)
def test_every_kind_has_an_answer_charts_and_anchors_that_meet(which: str) -> None:
    page = Page(stored.html(which))
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {(link["href"] or "")[1:] for link in page.named("a") if (link["href"] or "").startswith("#")} <= set(ids)
    levels = [int(name[1]) for name, _ in page.found if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    places = [attributes for _, attributes in page.found if "data-chart" in attributes]
    assert places or which == "main"
    for place in places:
        label = place["aria-label"] or ""
        assert label.endswith(".")
        assert not re.search(r"\b(nan|None|null)\b", label)
    assert not re.search(r"\b(nan|None)\b", page.text)
    assert page.named("table")


@pytest.mark.parametrize("which", stored.KINDS)
def test_texts_full_of_markup_are_words(which: str) -> None:
    text = stored.html(f"hostile-{which}")
    page = Page(text)
    assert len(page.named("script")) == 3
    assert page.named("link") == LINKS
    assert not {"img", "iframe", "object", "form"} & {name for name, _ in page.found}
    assert not [key for _, attributes in page.found for key in attributes if key.startswith("on") or key == "src"]
    assert "evil.example" in text


# Numbers


def cells(text: str) -> set[str]:
    return {re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", text)}


def test_a_comparison_shows_the_paired_differences() -> None:
    found = json.loads(stored.written("compare"))
    changed = {
        name: row
        for name, row in found["metrics"].items()
        if row["group"] == "reached" and not row["alternatives"]["costly"]["difference"]["same"]
    }
    assert changed
    shown = cells(stored.html("compare"))
    for row in changed.values():
        change = row["alternatives"]["costly"]["difference"]
        low, high = (f"{100 * change[end]:+.1f}" for end in ("low", "high"))
        expected = f"{100 * change['value']:+.1f} ({low} to {high})".replace("-", "−")
        assert expected in shown
        assert f"{change['gained']:,}, {change['lost']:,}" in shown


def test_a_heat_map_has_a_cell_for_every_setting() -> None:
    found = json.loads(stored.written("heat"))
    page = stored.html("heat")
    drawn = json.loads(re.findall(r'id="charts">(.*?)</script>', page, re.DOTALL)[0])
    first = drawn["heat"][0]
    assert first["columns"] == ["0.05", "0.2", "0.5"]
    assert first["rows"] == ["0.5", "0.2", "0.05"]
    values = {}
    for point in found["points"]:
        column, row = (point["values"][path] for path in stored.COSTS)
        values[f"{column:g}", f"{row:g}"] = point["metrics"]["agreement"]["value"]
    for cell in first["cells"]:
        share = values[first["columns"][cell["column"]], first["rows"][cell["row"]]]
        assert cell["step"] == sum(share >= limit for limit in (0.005, 0.05, 0.15, 0.4, 0.7))


def test_a_hindcast_shows_scores_with_intervals_and_every_case() -> None:
    found = json.loads(stored.written("hindcast"))
    shown = cells(stored.html("hindcast"))
    brier = found["scores"]["model"]["brier"]
    assert f"{brier['value']:.3f} ({brier['low']:.3f} to {brier['high']:.3f})" in shown
    page = Page(stored.html("hindcast"))
    rows = re.findall(r"<tr>", stored.html("hindcast").split('aria-label="Every target"')[1].split("</table>")[0])
    assert len(rows) == len(found["forecasts"]) + 1
    assert "hindsight-coded" in page.text


def test_words_for_what_no_scenario_has_do_no_harm() -> None:
    from negosim.experiments.stored.result import Bounded, Labels

    assert metric_title("terms.a", Labels()) == "Terms.a"
    assert metric_title("ceasefire@no-date", Labels()) == "Ceasefire@no-date"
    assert estimate(Bounded(value=None), share=True) == "–"
    assert difference(None, share=True) == "–"


# What is read


def test_a_folder_is_a_sweep_and_a_scenario_is_none(tmp_path: Path) -> None:
    scenario = load(border())
    design = negosim.grid(scenario, {"parties.north.war_cost": [0.1, 0.3]})
    negosim.sweep(scenario, design, trials=20, out=tmp_path / "swept").store.close()
    assert is_stored(tmp_path / "swept")
    found = read(tmp_path / "swept")
    assert isinstance(found, StoredSweep)
    assert found.settings == len(found.points) == 2
    assert "Two sides, one border, a patron" in result_page(found)
    (tmp_path / "war.yaml").write_text(MINIMAL)
    assert not is_stored(tmp_path / "war.yaml")
    assert not is_stored(tmp_path / "nothing.yaml")


def spoilt(which: str, change: Any) -> str:
    data = json.loads(stored.written(which))
    change(data)
    return json.dumps(data, indent=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "bad.json:1:2: this is no JSON"),
        ('{"a": 1}', "bad.json:1:1: this is no result"),
        ("[]", "bad.json:1:1: this is no result"),
        ('{"a": NaN}', "NaN is no number in JSON"),
        ("[" * 100_000, "too deep"),
    ],
)
def test_what_is_no_result_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(ScenarioError, match=r"bad\.json:\d+:\d+: ") as caught:
        read(tmp_path / "bad.json")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("which", "change", "said"),
    [
        ("compare", lambda data: data["run"].update(trials="many"), "run.trials: input should be a valid integer"),
        ("tornado", lambda data: data.update(metrics={}), "metrics: dictionary should have at least 1 item"),
        ("hindcast", lambda data: data["forecasts"][0].pop("model"), "forecasts.0.model: field required"),
        ("heat", lambda data: data["points"][3].update(values=[]), "points.3.values: input should be a valid"),
        ("uncertainty", lambda data: data["answers"][0].update(title="x" * 5_000), "at most 4000 characters"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(which: str, change: Any, said: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(spoilt(which, change))
    with pytest.raises(ScenarioError, match=r"bad\.json:\d+:\d+: ") as caught:
        read(tmp_path / "bad.json")
    assert said in str(caught.value)


def test_the_place_is_that_of_the_value(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    text = spoilt("heat", lambda data: data["points"][3].update(trials="many"))
    path.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        read(path)
    (problem,) = caught.value.problems
    line = text.splitlines()[problem.position.line - 1]
    assert line[problem.position.column - 1 :].startswith('"many"')


def test_what_is_no_text_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "binary.json").write_bytes(b"{\xff\xfe")
    with pytest.raises(ScenarioError, match="no UTF-8"):
        read(tmp_path / "binary.json")
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    (tmp_path / "large.json").write_text('{"a": "0123456789"}')
    with pytest.raises(ScenarioError, match="larger than"):
        read(tmp_path / "large.json")


# The command


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(command, ["report", *arguments])


def test_the_command_takes_a_stored_result(tmp_path: Path) -> None:
    result, out = tmp_path / "compare.json", tmp_path / "report.html"
    result.write_text(stored.written("compare"))
    done = invoke(str(result), "-o", str(out))
    assert done.exit_code == 0, done.output
    assert f"Written: {out}" in done.output
    assert out.read_text() == stored.html("compare")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare.json", "--seed", "3"], "--seed says how to play a scenario"),
        (["compare.json", "--set", "a=1"], "--set says how to play a scenario"),
        (["compare.json", "war.yaml"], "a report of its own"),
        (["war.yaml", "war.yaml", "--interactive"], "sliders go with one scenario"),
        (["war.yaml"] * 7, "7 scenarios are too many"),
        (["nothing.json"], "there is no file"),
    ],
)
def test_the_command_says_what_does_not_go_together(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("compare.json").write_text(stored.written("compare"))
    Path("war.yaml").write_text(MINIMAL)
    done = invoke(*arguments, "-o", "report.html")
    assert done.exit_code == 2
    assert said in done.output
    assert not Path("report.html").exists()


def test_an_empty_folder_is_no_result(tmp_path: Path) -> None:
    from negosim.experiments.errors import StoreError

    with pytest.raises(StoreError):
        read(tmp_path)


def test_hostile_words_reach_the_title_whole() -> None:
    assert HOSTILE in Page(stored.html("hostile-compare")).text
