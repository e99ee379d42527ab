"""Which points a sweep plays: grids, samples, correlations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from negosim.experiments.sweep.design import Design, DesignError, check, crossed
from negosim.experiments.sweep.grid import grid, parse_vary
from negosim.experiments.sweep.sampling import METHODS, Correlation, sample
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError
from tests.worlds import BORDER, changed, load

COST, DRIFT, PATIENCE, NOISE = "parties.north.war_cost", "war.drift", "parties.south.patience", "parties.union.exposure"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(
        changed(
            BORDER,
            {
                "parties.south.patience": {"lognormal": {"median": "18 months", "spread": 1.6}},
                "parties.union.exposure": {"choice": {0.0: 0.25, 0.1: 0.75}},
                "parties.north.war_cost": {"triangular": [0.1, 0.15, 0.3]},
                "levers": {
                    "cost": {"title": "What the war costs", "path": COST, "range": [0.05, 0.45]},
                    "patience": {"path": PATIENCE, "range": ["6 months", "24 months"]},
                },
            },
        )
    )


def column(design: Design, path: str) -> list[Any]:
    return [point[path] for point in design.points]


def days(texts: list[Any]) -> np.ndarray:
    assert all(text.endswith(" days") for text in texts)
    return np.array([float(text.removesuffix(" days")) for text in texts])


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    ranks = [np.argsort(np.argsort(values)) for values in (a, b)]
    return float(np.corrcoef(*ranks)[0, 1])


# -- grids --------------------------------------------------------------------------------------------------------


def test_a_grid_has_every_combination(scenario: Scenario) -> None:
    design = grid(scenario, {DRIFT: "-0.1:0.1:3", COST: [0.1, 0.3]})
    assert design.points == tuple({DRIFT: drift, COST: cost} for drift in (-0.1, 0.0, 0.1) for cost in (0.1, 0.3))
    assert [item.path for item in design.columns] == [DRIFT, COST]
    assert design.how == {"vary": {DRIFT: [-0.1, 0.0, 0.1], COST: [0.1, 0.3]}}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1:0.3:3", [0.1, 0.2, 0.3]),
        ("1e-3:3e-3:3", [0.001, 0.002, 0.003]),
        (" 0 : 1 : 2 ", [0.0, 1.0]),
        ("0.1, 0.4", [0.1, 0.4]),
        ("0.1", [0.1]),
        ("linear, 0.6", ["linear", 0.6]),
        ("{uniform: [0, 1]}, 0.3", [{"uniform": [0, 1]}, 0.3]),
    ],
)
def test_numbers_are_read(scenario: Scenario, text: str, values: list[Any]) -> None:
    assert column(grid(scenario, {COST: text}), COST) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("6 months:24 months:4", ["6 months", "12 months", "18 months", "24 months"]),
        ("1 year:2 years:3", ["1 year", "1.5 years", "2 years"]),
        ("4 weeks:1 year:2", ["28 days", "365.25 days"]),
        ("6 months, 2 years", ["6 months", "2 years"]),
    ],
)
def test_durations_are_read(scenario: Scenario, text: str, values: list[str]) -> None:
    design = grid(scenario, {PATIENCE: text})
    assert column(design, PATIENCE) == values
    assert design.columns[0].is_duration
    for point in design.points:
        scenario.with_values(point)


def test_a_lever_is_named_by_its_id(scenario: Scenario) -> None:
    design = grid(scenario, {"cost": "0.1,0.2"})
    assert design.points == ({COST: 0.1}, {COST: 0.2})
    assert (design.columns[0].id, design.columns[0].title) == ("cost", "What the war costs")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.1:0.5", "does not say how many values"),
        ("0.1:0.5:", "'' is not a number of values"),
        ("0.1:0.5:1", "'1' is not a number of values from 2 to 1,000,000"),
        ("0.1:0.5:2.5", "'2.5' is not a number of values"),
        ("0.5:0.1:3", "must rise, and 0.5 to 0.1 does not"),
        ("0.5:0.5:3", "must rise"),
        ("0:inf:3", "must be finite"),
        ("6 months:2 years:3", "not a range of numbers"),
        ("0.1:0.5:1000001", "'1000001' is not a number of values from 2 to 1,000,000"),
        ("0.1,0.1", "the value 0.1 is given twice"),
        ("0.1, {uniform: [0, 1]}, 0.2, {uniform: [0, 1]}", "is given twice"),
        ("", "no values are given"),
        ("[0.1", "not a list of values"),
    ],
)
def test_what_is_no_range_is_told(scenario: Scenario, text: str, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        grid(scenario, {COST: text})


def test_a_range_of_durations_needs_units(scenario: Scenario) -> None:
    with pytest.raises(DesignError, match="'6' is not a duration"):
        grid(scenario, {PATIENCE: "6:24:3"})


def test_one_input_under_two_names_is_told(scenario: Scenario) -> None:
    with pytest.raises(DesignError, match=f"{COST}: this is the same input as 'cost'"):
        grid(scenario, {"cost": "0.1,0.2", COST: "0.1,0.2"})


def test_a_grid_beyond_all_bounds_is_refused(scenario: Scenario) -> None:
    with pytest.raises(DesignError, match="1,002,001 points"):
        grid(scenario, {COST: "0:1:1001", DRIFT: "0:1:1001"})


def test_settings_of_the_command_line() -> None:
    assert parse_vary(["a.b=0:1:2", " c = 1,2 "]) == {"a.b": "0:1:2", "c": "1,2"}
    with pytest.raises(DesignError, match="names no values"):
        parse_vary(["a.b"])
    with pytest.raises(DesignError, match="given twice"):
        parse_vary(["a=1,2", "a=3,4"])


# -- samples ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["lhs", "sobol"])
def test_every_slice_of_a_lever_is_used_once(scenario: Scenario, method: Any) -> None:
    design = sample(scenario, method, 64)
    assert [item.id for item in design.columns] == ["cost", "patience"]
    cost = (np.array(column(design, COST)) - 0.05) / 0.4
    patience = (days(column(design, PATIENCE)) - 182.625) / 547.875
    for values in (cost, patience):
        assert sorted(np.floor(values * 64).astype(int)) == list(range(64))
    assert abs(spearman(cost, patience)) < 0.35


@pytest.mark.parametrize("method", ["lhs", "sobol"])
def test_inputs_follow_their_laws(scenario: Scenario, method: Any) -> None:
    design = sample(scenario, method, 256, over=["inputs"])
    assert [item.path for item in design.columns] == sorted([COST, PATIENCE, NOISE, DRIFT])
    drift = np.array(column(design, DRIFT))
    assert drift.mean() == pytest.approx(0.02, abs=0.002)
    assert drift.std() == pytest.approx(0.05, rel=0.03)
    assert np.median(days(column(design, PATIENCE))) == pytest.approx(18 * 365.25 / 12, rel=0.02)
    choices = column(design, NOISE)
    assert set(choices) == {0.0, 0.1}
    assert choices.count(0.0) == pytest.approx(64, abs=1)
    for point in design.points[:5]:
        scenario.with_values(point)


def test_the_seed_alone_decides(scenario: Scenario) -> None:
    for method in METHODS:
        one, two, other = (sample(scenario, method, 16, seed=seed) for seed in (5, 5, 6))
        assert one == two
        assert one.points != other.points


def test_the_draws_of_an_input_do_not_hang_on_the_others(scenario: Scenario) -> None:
    alone = sample(scenario, "lhs", 16, over=[DRIFT], seed=3)
    among = sample(scenario, "lhs", 16, over=["levers", DRIFT], seed=3)
    assert column(alone, DRIFT) == column(among, DRIFT)


def test_an_input_that_is_also_a_lever_is_drawn_once(scenario: Scenario) -> None:
    design = sample(scenario, "lhs", 32, over=["inputs", "levers"])
    cost = column(design, COST)
    assert [item.path for item in design.columns].count(COST) == 1
    assert max(cost) > 0.4
    assert max(column(sample(scenario, "lhs", 32, over=["inputs"]), COST)) <= 0.3


@pytest.mark.parametrize("method", ["lhs", "sobol"])
@pytest.mark.parametrize("rank", [0.8, -0.6])
def test_correlated_inputs_keep_their_laws(scenario: Scenario, method: Any, rank: float) -> None:
    plain = sample(scenario, method, 512, over=["inputs"])
    design = sample(scenario, method, 512, over=["inputs"], correlations=[Correlation((DRIFT, PATIENCE), rank)])
    assert spearman(np.array(column(design, DRIFT)), days(column(design, PATIENCE))) == pytest.approx(rank, abs=0.06)
    for path in (COST, NOISE, DRIFT, PATIENCE):
        assert sorted(column(design, path)) == sorted(column(plain, path))
    assert column(design, COST) == column(plain, COST)
    assert abs(spearman(np.array(column(design, COST)), np.array(column(design, DRIFT)))) < 0.1
    assert design.how["sample"]["correlations"] == [{"between": [DRIFT, PATIENCE], "rank": rank}]


def test_correlations_that_contradict_each_other_are_told(scenario: Scenario) -> None:
    pairs = [((COST, DRIFT), 0.9), ((DRIFT, PATIENCE), 0.9), ((COST, PATIENCE), -0.9)]
    with pytest.raises(DesignError) as caught:
        sample(scenario, "lhs", 16, over=["inputs"], correlations=[Correlation(*pair) for pair in pairs])
    message = str(caught.value)
    assert "contradict each other" in message
    assert f"{COST} and {PATIENCE} -0.9" in message
    share = float(message.partition("each were ")[2].split()[0])
    weaker = [Correlation(pair, rank * share) for pair, rank in pairs]
    sample(scenario, "lhs", 16, over=["inputs"], correlations=weaker)
    with pytest.raises(DesignError):
        sample(
            scenario, "lhs", 16, over=["inputs"],
            correlations=[Correlation(pair, rank * (share + 0.011)) for pair, rank in pairs],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "halton"}, "no way to sample 'halton'"),
        ({"method": "sobol", "points": 100}, "100 is not a power of two.*write 64 or 128"),
        ({"points": 1}, "1 points cannot be drawn"),
        ({"over": ["levres"]}, "did you mean 'levers'"),
        ({"correlations": [Correlation(("cost", DRIFT), 0.5)]}, f"'{DRIFT}' is not drawn in this sample"),
        ({"correlations": [Correlation(("cost", COST), 0.5)]}, "correlated with itself"),
        ({"correlations": [Correlation(("cost", "patience"), 1.0)]}, "above -1 and below 1"),
        ({"correlations": [Correlation(("cost", "patience"), 0.1)] * 2}, "given twice"),
    ],
)
def test_what_cannot_be_sampled_is_told(scenario: Scenario, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        sample(scenario, **{"method": "lhs", "points": 16, **arguments})


def test_a_scenario_without_levers_is_told() -> None:
    with pytest.raises(DesignError, match="nothing varies: the scenario declares no levers"):
        sample(load(BORDER), "lhs", 8)


# -- both, and what is refused ------------------------------------------------------------------------------------


def test_a_sample_at_every_point_of_a_grid(scenario: Scenario) -> None:
    drawn = sample(scenario, "lhs", 4, over=["inputs"])
    with pytest.raises(DesignError, match=f"{COST}: varied twice"):
        crossed(grid(scenario, {"cost": "0.1,0.2"}), drawn)
    drawn = sample(scenario, "lhs", 4, over=[DRIFT])
    both = crossed(grid(scenario, {"cost": "0.1,0.2"}), drawn)
    assert len(both.points) == 8
    assert column(both, DRIFT)[:4] == column(both, DRIFT)[4:] == column(drawn, DRIFT)
    assert set(both.how) == {"vary", "sample"}


def test_nothing_varies(scenario: Scenario) -> None:
    with pytest.raises(DesignError, match="nothing varies: give inputs"):
        check(grid(scenario, {}), scenario)
    with pytest.raises(DesignError, match="nothing varies; cost has one value only"):
        check(grid(scenario, {"cost": "0.1"}), scenario)
    check(grid(scenario, {"cost": "0.1", DRIFT: "0,0.1"}), scenario)


def test_an_input_that_is_always_refused_is_a_fault_of_the_design(scenario: Scenario) -> None:
    design = grid(scenario, {"parties.nroth.war_cost": "0.1,0.2", COST: "0.1,0.2", DRIFT: "soon,later"})
    with pytest.raises(ScenarioError) as caught:
        check(design, scenario)
    assert "did you mean 'north'" in str(caught.value)
    assert "'soon' is not a number" in str(caught.value)
    check(grid(scenario, {"parties.north.time_preference": "-0.1,0.1"}), scenario)
