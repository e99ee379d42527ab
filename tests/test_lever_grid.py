"""The grid behind the sliders: what is fixed is what a scenario would say, and interpolation is checked."""

from __future__ import annotations

import numpy as np
import pytest

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.experiments.dossier import grid
from negosim.experiments.dossier.grid import GridError, fixed, interpolated, lever_grid, settings_of
from negosim.experiments.inputs import levers
from negosim.results.trials import first_reached
from tests.reports import border, dossier
from tests.worlds import load

COST, PATIENCE = "parties.north.war_cost", "parties.south.patience"


def test_fixing_a_number_in_the_plan_is_setting_it_in_the_scenario() -> None:
    scenario = load(border())
    there = compiled(scenario.with_values({COST: 0.3, PATIENCE: "300 days"}).file)
    here = fixed(scenario, compiled(scenario.file), {COST: 0.3, PATIENCE: 300.0})
    one, other = (play(plan, 1, 0, 40, zones=False) for plan in (there, here))
    for kind, first in first_reached(there, one).items():
        np.testing.assert_array_equal(first, first_reached(here, other)[kind])
    np.testing.assert_array_equal(one.tolls, other.tolls)


def test_at_computed_settings_the_curve_is_the_computed_one() -> None:
    asked = levers(load(border()))
    levels = [np.linspace(*lever.range, 5) for lever in asked]
    curves = np.random.default_rng(1).random((6, 6, 13))
    for first, second in ((0, 0), (1, 5), (3, 0)):
        chosen = {
            lever.path: float(own[place - 1])
            for lever, own, place in zip(asked, levels, (first, second), strict=True)
            if place
        }
        np.testing.assert_allclose(interpolated(asked, levels, curves, chosen), curves[first, second])
    middle = {COST: float(levels[0][:2].mean())}
    np.testing.assert_allclose(interpolated(asked, levels, curves, middle), curves[1:3, 0].mean(axis=0))


def test_as_written_is_the_run_itself() -> None:
    found = dossier("levers")
    made = found["grid"]
    scenario = load(border())
    assert made["levers"][0]["written"] == pytest.approx(0.225)
    assert made["levers"][0]["is_law"]
    assert len(made["values"]) == (settings_of(1) - grid.HELD_OUT) * len(made["dates"])
    assert made["dates"][0] == scenario.file.as_of.isoformat()
    assert made["dates"][-1] == found["summary"]["scenario"]["horizon"]
    assert made["off"] <= grid.MOST_OFF


def test_curves_that_are_off_between_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load(border())
    monkeypatch.setattr(grid, "MOST_OFF", -1.0)
    monkeypatch.setitem(grid.LEVELS, 1, 2)
    with pytest.raises(GridError, match="name fewer levers"):
        lever_grid(scenario, levers(scenario)[:1], "ceasefire", trials=20, seed=1, workers=1)
    with pytest.raises(GridError, match="one to 4 levers"):
        lever_grid(scenario, (), "ceasefire", trials=20, seed=1, workers=1)
