"""negosim explain: what a scenario amounts to before it is run."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from negosim.engine.compile import compiled
from negosim.experiments.explain.explanation import explained
from negosim.report.explain import print_explanation
from negosim.scenario.inputs import defaults, grounds, overrides
from negosim.scenario.load import Scenario, loads
from negosim.scenario.load import load as load_file
from tests.examples import COMPLETE, MINIMAL
from tests.test_cli import negosim
from tests.worlds import BORDER, WAR_ONLY, changed, far_draft, load, pie

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"


def told(scenario: Scenario | dict[str, Any]) -> dict[str, Any]:
    scenario = load(scenario) if isinstance(scenario, dict) else scenario
    found = explained(scenario, compiled(scenario.file))
    return json.loads(json.dumps(found, allow_nan=False))


def printed(found: dict[str, Any], width: int = 80) -> str:
    file = io.StringIO()
    print_explanation(found, Console(file=file, width=width))
    return file.getvalue()


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def flagship() -> dict[str, Any]:
    return told(load_file(FLAGSHIP))


EDGES = {
    "border": BORDER,
    "war": WAR_ONLY,
    "pie": pie(options=5),
    "far": far_draft(),
    "limited": changed(BORDER, {"talks.truce.kind": "limited"}),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("width", [80, 120])
def test_every_edge_prints_within_the_width(edge: str, width: int) -> None:
    text = printed(told(EDGES[edge]), width)
    assert max(map(cell_len, text.split("\n"))) <= width
    assert "\x1b" not in text and "None" not in text and "nan" not in text and "\n\n\n" not in text


def test_the_flagship_names_its_issues_with_no_opening_zone(flagship: dict[str, Any]) -> None:
    tracks = flagship["zones"]["tracks"]
    assert tracks["settlement"]["no_opening_zone"] == [
        "donetsk_rest", "frozen_assets", "nato_membership", "sequence", "zaporizhzhia_kherson",
    ]  # fmt: skip
    assert tracks["ceasefire"]["no_opening_zone"] == ["sequence"]
    for width in (80, 120):
        text = flat(printed(flagship, width))
        assert flagship["zones"]["definition"] in text
        assert "that Kyiv still holds (about a fifth): every option is behind a red line" in text
        assert "When the guns fall silent: every option is behind a red line" in text


def test_the_flagship_as_its_author_worked_it_out(flagship: dict[str, Any]) -> None:
    """The table in the comments of the scenario: middle or mode of every input, so that medians lie close by."""
    expected = {
        "russia": (0.33, 0.36),
        "ukraine": (0.62, 0.34),
        "ukraine_voters": (0.66, 0.33),
        "us": (0.30, 0.20),
        "us_congress": (0.69, 0.58),
        "eu": (0.64, 0.48),
        "nato": (0.73, 0.51),
    }
    for party, (status_quo, war) in expected.items():
        found = flagship["parties"][party]
        assert found["status_quo"]["at_medians"] == pytest.approx(status_quo, abs=0.02)
        assert found["no_deal"]["at_medians"] == pytest.approx(war, abs=0.02)
    beliefs = flagship["war"]["beliefs"]
    assert beliefs["russia"]["win"]["russia"]["at_medians"] == pytest.approx(0.95, abs=0.01)
    assert beliefs["ukraine"]["win"]["russia"]["at_medians"] == pytest.approx(0.70, abs=0.01)
    assert flagship["war"]["win"]["russia"]["at_medians"] == pytest.approx(0.82, abs=0.01)


def test_distances_by_hand() -> None:
    """North: the border 0.6 of its stake, the guard 0.2, the fund 0.2, of which sharing costs it a quarter."""
    matrix = told(BORDER)["distances"]
    assert matrix["north"]["south"] == pytest.approx(0.6 + 0.2 + 0.05)
    assert matrix["north"]["union"] == pytest.approx(0.05)
    assert matrix["union"]["north"] == pytest.approx(1)
    assert all(row[name] == 0 for name, row in matrix.items())


LINED = {
    "issues.border.views.south.red_lines": {"far": "never"},
    "issues.border.views.north.red_lines": {"old": "24 months"},
    "chips.fund.views.union.red_lines": {"returned": "never", "frozen": "never"},
    "chips.fund.views.north.red_lines": {"shared": "never"},
}


def test_what_red_lines_and_values_leave_of_an_issue() -> None:
    """The union is not asked about a truce, which does not talk about its chip."""
    peace = told(changed(BORDER, LINED))["zones"]["tracks"]["peace"]
    assert {name: issue["zone"] for name, issue in peace["issues"].items()} == {
        "border": "only_status_quo",
        "fund": "closed",
        "guard": "only_in_a_trade",
    }
    assert peace["issues"]["border"]["behind"] == {"old": ["north"], "far": ["south"]}
    assert peace["no_opening_zone"] == ["border", "fund"]
    free = told(BORDER)["zones"]["tracks"]["peace"]
    assert free["issues"]["fund"]["zone"] == "moves_by_itself"
    assert free["issues"]["fund"]["liked"] == ["shared"]
    assert free["no_opening_zone"] == []


def test_the_red_lines_that_close_a_zone_are_named() -> None:
    """South's lines and north's leave nothing of the border; each line named as closing it opens it alone."""
    lines = {
        "issues.border.views.south.red_lines": {"far": "never", "line": "never"},
        "issues.border.views.north.red_lines": {"old": "never"},
    }
    peace = told(changed(BORDER, lines))["zones"]["tracks"]["peace"]
    assert (peace["respected"]["at_medians"], peace["ignored"]["at_medians"]) == (False, True)
    assert peace["respected"]["share"]["p"] == 0
    assert {"party": "south", "issue": "border", "option": "line"} in peace["opened_by"]["single"]
    for line in peace["opened_by"]["single"]:
        section = f"issues.border.views.{line['party']}.red_lines"
        kept = {option: "never" for option in lines[section] if option != line["option"]}
        opened = told(changed(BORDER, {**lines, section: kept}))["zones"]["tracks"]["peace"]
        assert opened["respected"]["at_medians"] is True


def test_a_zone_that_only_value_closes_says_so() -> None:
    found = told(pie((0.6, 0.6), options=5))
    table = found["zones"]["tracks"]["table"]
    assert (table["respected"]["at_medians"], table["ignored"]["at_medians"]) == (False, False)
    assert table["ignored"]["share"]["high"] < 0.01
    assert "No red line closes it" in flat(printed(found))


def test_gains_are_told_against_no_deal_of_those_who_are_asked() -> None:
    """By hand, nothing breaking: b asks for 0.3 of the pie and a for 0.1, and what stands is no text."""
    certain = changed(pie(options=5), {"talks.table.after": {"breach": 0}})
    found = told(certain)["zones"]["tracks"]["table"]["respected"]
    assert (found["at_medians"], found["text"]) == (True, {"pie": "o001"})
    assert found["gains"] == pytest.approx({"a": 0.25 - 0.1, "b": 0.75 - 0.3})
    # With two years of war at stake in a breach: A = (r·u + h·N)/(r + h), h = 0.1, half of the gain is left.
    brittle = changed(pie(options=5), {"talks.table.after": {"breach": 0.1, "peace_cost": 0}})
    found = told(brittle)["zones"]["tracks"]["table"]["respected"]
    assert found["gains"] == pytest.approx({"a": (0.25 - 0.1) / 2, "b": (0.75 - 0.3) / 2})


def test_holders_whose_chips_stay_are_not_among_those_who_gain() -> None:
    for salience, asked in ((0, {"north", "south"}), (20, {"north", "south", "union"})):
        sought = {f"chips.fund.views.{party}.salience": salience for party in ("north", "south")}
        found = told(changed(BORDER, sought))["zones"]["tracks"]["peace"]["ignored"]
        assert set(found["gains"]) == asked
        assert ("fund" in found["text"]) == ("union" in asked)


def test_a_zone_of_one_text_that_is_worth_just_no_deal_is_a_zone() -> None:
    table = told(pie((0.75, 0.25), options=5))["zones"]["tracks"]["table"]
    assert (table["respected"]["at_medians"], table["respected"]["text"]) == (True, {"pie": "o003"})
    assert table["respected"]["gains"] == pytest.approx({"a": 0, "b": 0}, abs=1e-9)


def test_overrides_in_their_order() -> None:
    scenario = loads(MINIMAL, variant="no_pressure", values={"talks.armistice.pressure.south": 0.1,
                                                             "parties.south.fatigue": 0.2})  # fmt: skip
    assert overrides(scenario) == [
        {"path": "talks.armistice.pressure.south", "old": "0.03", "new": "0", "origin": "variant no_pressure"},
        {"path": "talks.armistice.pressure.south", "old": "0", "new": "0.1", "origin": "--set"},
        {"path": "parties.south.fatigue", "old": "0 (default)", "new": "0.2", "origin": "--set"},
    ]
    assert "0.03 -> 0" in printed(told(scenario))


def test_grounds_of_the_inputs() -> None:
    """time_preference twice, two costs of which one is sourced; saliences, three values, two red lines; and so on."""
    found = grounds(loads(MINIMAL).file)
    assert found["kinds"] == {
        "parties": {"source": 1, "judgement": 0, "nothing": 3, "uncertain": 1},
        "salience": {"source": 0, "judgement": 0, "nothing": 2, "uncertain": 0},
        "values": {"source": 0, "judgement": 0, "nothing": 3, "uncertain": 0},
        "red_lines": {"source": 0, "judgement": 0, "nothing": 2, "uncertain": 0},
        "war": {"source": 0, "judgement": 0, "nothing": 1, "uncertain": 0},
        "talks": {"source": 0, "judgement": 0, "nothing": 2, "uncertain": 0},
    }
    assert found["total"] == {"source": 1, "judgement": 0, "nothing": 13, "uncertain": 1}


def test_defaults_are_told_with_their_owners() -> None:
    found = {(item["key"], item["value"]): item for item in defaults(loads(MINIMAL).file)}
    assert found["parties.*.patience", "24 months"]["all"]
    assert found["talks.*.after.peace_cost", "0.3"]["of"] == ["armistice"]
    assert found["talks.*.after.peace_cost", "0"]["of"] == ["peace"]
    assert found["issues.*.views.*.values", "falling from the ideal, squared loss"]["of"] == ["border.south"]
    assert found["talks.*.protocol", "single_text"]["of"] == ["armistice", "peace"]
    assert ("parties.*.war_cost", "0") not in found
    assert not [key for key, _ in found if key.endswith("salience")]


def test_a_file_that_states_everything_leaves_nothing_to_fill_in() -> None:
    kept = defaults(loads(COMPLETE.replace("alternating_offers", "single_text")).file)
    assert not [item for item in kept if item["key"].startswith("parties.*") and "north" in item["of"]]


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "border.yaml"
    file.write_text(MINIMAL)
    run = negosim("explain", str(file), "--json", "--set", "parties.north.war_cost=0.4")
    assert (run.returncode, run.stderr) == (0, "")
    found = json.loads(run.stdout)
    assert found["overrides"][0]["new"] == "0.4"
    assert negosim("explain", str(file), "--json", "--set", "parties.north.war_cost=0.4").stdout == run.stdout
    text = negosim("explain", str(file), "--full")
    assert text.returncode == 0
    assert "Room for agreement at the opening" in text.stdout
    bad = negosim("explain", str(file), "--variant", "no_pressur")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "did you mean 'no_pressure'" in bad.stderr
