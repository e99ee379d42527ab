"""The grid behind the sliders: what is played is what a scenario would say, and what lies between is checked."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from negosim.api import run
from negosim.cli.main import main
from negosim.engine.compile import compiled
from negosim.experiments.dossier import curves, grid
from negosim.experiments.dossier.curves import Setting, curves_at
from negosim.experiments.dossier.grid import lever_grid, settings_of, trials_at
from negosim.experiments.dossier.surface import Surface
from negosim.experiments.errors import GridError
from negosim.experiments.inputs import chosen, levers
from negosim.experiments.settings import Settings
from negosim.report.html.levers import panel
from negosim.report.html.packed import packed
from negosim.report.lever_words import mechanism
from negosim.results.trials import state_columns
from negosim.scenario.load import Scenario
from negosim.scenario.load import load as load_file
from negosim.scenario.shipped import examples
from tests.reports import LEVERS, TRIALS, dossier, movable
from tests.worlds import load

COST, OTHER = "parties.north.war_cost", "parties.south.war_cost"


def asked(scenario: Scenario) -> Any:
    return chosen(levers(scenario), LEVERS)


def surface(found: dict[str, Any], switch: str | None, places: list[int]) -> dict[str, Any]:
    (own,) = [own for own in found["surfaces"] if own["switch"] == switch and own["levers"] == places]
    return dict(own)


# What is played


@pytest.mark.parametrize("room", [5000, 90])
def test_settings_played_together_are_what_each_is_alone(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that is too small for one setting is another way to play it."""
    monkeypatch.setattr(curves, "block_of", lambda plan: room)
    scenario = load(movable())
    values: list[dict[str, Any]] = [{}, {COST: 0.3}, {COST: 0.1, OTHER: 0.2}]
    known = Settings(scenario)
    settings = [Setting(own.plan, own.numbers) for own in map(known.compiled, values)]
    plan = compiled(scenario.file)
    states, ticks = [name for name, _ in state_columns(plan)], [0, 30, len(plan.ticks) - 1]
    for own, found in zip(values, curves_at(settings, "settlement", states, ticks, 120, 1, workers=1), strict=True):
        alone = run(scenario.with_values(own), trials=120, seed=1)
        occupancy = alone.occupancy()
        for state, counts in zip(states, found.counts[1:], strict=True):
            np.testing.assert_allclose(counts / 120, occupancy[state][ticks])
        reached = np.cumsum(alone.tally.reached["settlement"])[ticks]
        assert found.counts[0].tolist() == reached.tolist()
        assert found.reached.sum() == reached[-1]
        assert found.reached.size == 120


def test_as_written_is_the_run_itself() -> None:
    found = dossier("levers")
    made = found["grid"]
    assert made["trials"] == TRIALS
    whole = surface(made, None, [0, 1])
    horizon = found["summary"]["scenario"]["horizon"]
    assert made["dates"][-1] == horizon
    assert whole["counts"][0][0][-1] / TRIALS == found["summary"]["reached"][found["main"]]["by"][horizon]["p"]
    assert whole["gained"][0] == 0
    assert sum(state[-1] for state in whole["counts"][0][1:]) == TRIALS
    assert made["levers"][0]["written"] == pytest.approx(0.225)
    assert made["levers"][0]["is_law"]
    assert made["settings"] <= settings_of(2, 2)
    assert made["off"] <= grid.MOST_OFF


def test_a_corner_and_what_it_gains_are_those_of_a_run() -> None:
    made, scenario = dossier("levers")["grid"], load(movable())
    whole = surface(made, None, [0, 1])
    there = run(scenario.with_values({COST: 0.4, OTHER: 0.4}), trials=TRIALS, seed=1, keep=True)
    here = run(scenario, trials=TRIALS, seed=1, keep=True)
    kind = dossier("levers")["main"]
    reached = [np.isfinite(own.history.spells[kind].since) for own in (here, there) if own.history]
    assert whole["counts"][-1][0][-1] == reached[1].sum()
    assert whole["gained"][-1] == (reached[1] & ~reached[0]).sum()


def test_a_switch_holds_what_it_sets_and_moves_the_rest_one_at_a_time() -> None:
    made, scenario = dossier("levers")["grid"], load(movable())
    switches = {own["id"]: own for own in made["switches"]}
    assert switches["dear"]["held"] == {"other": {"written": 0.5, "is_law": False}}
    assert switches["trusting"]["held"] == {}
    moved = {(own["switch"], *own["levers"]) for own in made["surfaces"]}
    assert moved == {(None, 0, 1), ("dear",), ("dear", 0), ("trusting",), ("trusting", 0), ("trusting", 1)}
    alone = run(scenario.with_variant("dear"), trials=TRIALS, seed=1)
    assert switches["dear"]["reached"] == alone.tally.reached[dossier("levers")["main"]].sum()
    low = run(scenario.with_variant("dear").with_values({COST: 0.05}), trials=TRIALS, seed=1)
    assert surface(made, "dear", [0])["counts"][1][0][-1] == low.tally.reached[dossier("levers")["main"]].sum()


def test_a_switch_that_changes_the_dates_is_none_of_the_panel() -> None:
    data = movable()
    data["variants"]["longer"] = {"set": {"horizon": "3 years"}}
    scenario = load(data)
    found = grid._known(scenario, compiled(scenario.file), ["longer", "dear"])
    assert set(found) == {None, "dear"}


def test_histories_are_as_many_as_the_work_allows() -> None:
    plan = compiled(load(movable()).file)
    assert trials_at(plan, 400, 10) == 400
    assert trials_at(plan, 50_000, 1) == grid.MOST_TRIALS
    assert trials_at(plan, 50_000, 10**9) == grid.LEAST_TRIALS
    many = [trials_at(plan, 50_000, settings) for settings in range(1_000, 300_000, 7_000)]
    assert many == sorted(many, reverse=True)
    assert len(set(many)) > 3


# Between what is played


def test_at_played_settings_what_is_read_off_is_what_was_played() -> None:
    whole = Surface.over(asked(load(movable())), 5)
    found = np.random.default_rng(1).random((36, 13))
    for place, values in enumerate(whole.settings()):
        np.testing.assert_allclose(whole.interpolated(found, values), found[place])
    middle = {COST: float(whole.levels[0][:2].mean())}
    np.testing.assert_allclose(whole.interpolated(found, middle), found[[6, 12]].mean(axis=0))


def test_every_lever_is_checked_by_itself_between_all_its_levels() -> None:
    whole = Surface.over(asked(load(movable())), 4)
    points = whole.held_out()
    for lever, own in zip(whole.levers, whole.levels, strict=True):
        alone = sorted(point.values[lever.path] for point in points if point.lever == lever)
        np.testing.assert_allclose(alone, (own[1:] + own[:-1]) / 2)
        other = next(item for item in whole.levers if item != lever)
        there = {point.values[other.path] for point in points if point.lever == lever}
        assert there <= set(whole.levels[whole.levers.index(other)].tolist())
    assert sum(point.lever is None for point in points) == 12
    assert Surface("dear", (), ()).held_out() == []


def test_what_is_off_between_settings_is_refused_and_the_lever_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(grid, "MOST_OFF", 0.0)
    monkeypatch.chdir(tmp_path)
    Path("war.yaml").write_text(yaml.safe_dump(movable()))
    arguments = ["--trials", "100", "--workers", "1", "--lever", "cost", "--lever", "other"]
    with pytest.raises(SystemExit) as ended:
        main(["report", "war.yaml", "-o", "report.html", *arguments])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "most by the lever 'cost'" in said or "most by the lever 'other'" in said
    assert "name the others with --lever, or fewer of them" in said
    assert not Path("report.html").exists()


def test_a_curve_under_a_switch_that_is_off_is_left_out_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load(movable())
    own = chosen(levers(scenario), ("cost",))
    original = grid._errors

    def errors(item: Surface, found: Any, trials: int) -> Any:
        is_off = item.switch == "dear" and item.levers
        return {own[0]: 0.5} if is_off else dict.fromkeys(original(item, found, trials), 0.0)

    monkeypatch.setattr(grid, "_errors", errors)
    made = lever_grid(scenario, own, ["dear"], "settlement", trials=40, seed=1, workers=1)
    assert [(item["switch"], item["levers"]) for item in made["surfaces"]] == [(None, [0]), ("dear", [])]
    assert made["switches"][0]["off"] == {"cost": 0.5}


def test_sliders_need_levers_and_not_too_many() -> None:
    scenario = load(movable())
    with pytest.raises(GridError, match="one to 4 levers"):
        lever_grid(scenario, (), [], "ceasefire", trials=20, seed=1, workers=1)
    with pytest.raises(GridError, match="not 5"):
        lever_grid(scenario, levers(scenario)[:1] * 5, [], "ceasefire", trials=20, seed=1, workers=1)


# What the page gets


def unpacked(text: str) -> list[int]:
    """Read packed numbers as the front end does."""
    found, number, shift = [], 0, 0
    for byte in zlib.decompress(base64.b64decode(text)):
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(-(number + 1) // 2 if number & 1 else number // 2)
            number = shift = 0
    return found


def test_what_is_packed_can_be_taken_apart() -> None:
    counts = np.random.default_rng(1).integers(0, 4000, (3, 5, 7))
    there = np.array(unpacked(packed([counts]))).reshape(counts.shape)
    np.testing.assert_array_equal(there.cumsum(axis=2).cumsum(axis=1), counts)


def test_the_panel_has_every_history_of_every_setting() -> None:
    found = dossier("levers")
    data, made = panel(found), found["grid"]
    assert data is not None
    sizes = [int(np.prod([len(own) + 1 for own in item["levels"]])) for item in data["surfaces"]]
    series, dates = len(data["states"]) + 1, len(data["dates"])
    numbers = np.array(unpacked(data["packed"]))
    assert numbers.size == series * dates * sum(sizes)
    first = numbers[: series * dates * sizes[0]].reshape(series, dates, sizes[0]).cumsum(axis=2).cumsum(axis=1)
    whole = np.array(made["surfaces"][0]["counts"])
    np.testing.assert_array_equal(first[0], whole[:, 0].T)
    row = made["states"].index("ceasefire") + 1
    place = [state["words"] for state in data["states"]].index("Ceasefire in force")
    np.testing.assert_array_equal(first[place + 2], whole[:, row].T)
    held = {switch["id"]: switch["held"] for switch in data["switches"]}
    assert held == {"dear": {1: {"value": 0.5, "words": "held by the switch: 0.5"}}, "trusting": {}}


def test_every_lever_of_a_shipped_scenario_says_by_what_it_works() -> None:
    without = [
        (name, lever.path)
        for name, file in examples().items()
        for lever in load_file(file).file.levers.values()
        if not mechanism(lever.path)
    ]
    assert without == []
