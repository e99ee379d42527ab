"""Sensitivity: known answers, and a scenario in which only two inputs matter."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from negosim.cli.main import command
from negosim.experiments.sensitivity.main_effects import discoveries, main_effect
from negosim.experiments.sensitivity.morris import strength_of
from negosim.experiments.sensitivity.sensitivity import sensitivity
from negosim.experiments.sensitivity.sobol import sobol_indices
from negosim.scenario.load import Scenario
from tests.worlds import BORDER, changed, load

TWO = ("parties.north.war_cost", "war.drift")
IDLE = ("war.tolls.homeless.per_year", "war.tolls.dead.per_year")


def two_matter() -> Scenario:
    """A war whose talks depend on two inputs; two others are drawn too, and change nothing of an agreement.

    The clock of a side runs only while it hurts, which depends on both. Were it to run always, nearly every history
    would end in an agreement, and there would be little to find.
    """
    data: dict[str, Any] = changed(
        BORDER,
        {
            "parties.north.war_cost": {"uniform": [0.0, 0.6]},
            "war.drift": {"uniform": [-0.3, 0.3]},
            "parties.south.war_cost": 0.3,
            "war.tolls": {name: {"per_year": {"uniform": [1, 9]}} for name in ("dead", "homeless")},
            "talks.truce.ripeness": "on",
            "talks.peace.ripeness": "on",
        },
    )
    return load(data)


def varied(found: Any, metric: str = "agreement") -> list[str]:
    return [effect.input for effect in found.effects[metric] if effect.significant]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return two_matter()


def test_one_run_finds_the_inputs_that_matter(scenario: Scenario) -> None:
    found = sensitivity(scenario, trials=6000)
    assert {effect.input for effect in found.effects["agreement"]} == {*TWO, *IDLE}
    assert set(varied(found)) == set(TWO)
    first = found.effects["agreement"][0]
    assert first.low and first.high and first.first and first.first.half is not None
    assert first.first.low > 0


def test_tornado_finds_them_too(scenario: Scenario) -> None:
    found = sensitivity(scenario, method="tornado", trials=800)
    assert set(varied(found)) == set(TWO)
    idle = next(effect for effect in found.effects["agreement"] if effect.input == IDLE[1])
    assert idle.at_low and idle.at_low.same and not idle.significant
    assert idle.ends == (1.0, 9.0)


def test_morris_and_sobol_find_them_too(scenario: Scenario) -> None:
    named = (*TWO, *IDLE)
    screened = sensitivity(scenario, method="morris", inputs=named, points=6, trials=150)
    assert set(varied(screened)) == set(TWO)
    split = sensitivity(scenario, method="sobol", inputs=named, points=32, trials=150, metrics=("agreement", "years"))
    assert {effect.input for effect in split.effects["agreement"][:2]} == set(TWO)
    assert 0 < (split.noise["agreement"] or 0) < 1
    assert set(split.effects) == {"agreement", "years"}


def test_workers_change_nothing(scenario: Scenario) -> None:
    one, two = (
        sensitivity(scenario, method="tornado", inputs=TWO, trials=60, workers=workers).as_dict() for workers in (1, 2)
    )
    one["run"]["seconds"] = two["run"]["seconds"]
    assert one == two


def test_discoveries_by_hand() -> None:
    """Benjamini & Hochberg: the k-th smallest of n chances passes at 0.05 k/n, and carries all that are smaller."""
    for chances, expected in (
        ([0.06, 0.9, 0.5, 0.3], [False] * 4),  # nothing passes
        ([0.05], [True]),  # on the threshold
        ([0.0500001], [False]),
        ([0.045, 0.04, 0.03], [True] * 3),  # only the largest passes by itself
        ([0.2, 0.02, 0.9, 0.03], [False, False, False, False]),  # 0.02 is more than 1/4 of 0.05, 0.03 than 2/4
        ([0.2, 0.012, 0.9, 0.03], [False, True, False, False]),
        ([], []),
    ):
        assert discoveries(np.array(chances)).tolist() == expected, chances


# -- estimators by themselves --------------------------------------------------------------------------------------


def noisy(cube: np.ndarray, trials: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Shares of Bernoulli trials whose chance is 0.3 + 0.2·x1 + 0.1·x2: indices 0.8 and 0.2, no interactions."""
    chance = 0.3 + 0.2 * cube[:, 0] + 0.1 * cube[:, 1]
    mean = rng.binomial(trials, chance) / trials
    return mean, mean * (1 - mean) / (trials - 1)


def test_sobol_indices_of_a_line_with_noise() -> None:
    from SALib.sample import sobol

    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    cube = sobol.sample(problem, 1024, calc_second_order=False, seed=1)
    means, noise = noisy(cube, 100, np.random.default_rng(2))
    assert noise.mean() > 0.3 * means.var()  # nearly half of what varies is noise
    first, total = sobol_indices(means, noise, 3)
    for index, true in zip([*first, *total], [0.8, 0.2, 0.0, 0.8, 0.2, 0.0], strict=True):
        assert index.low <= true <= index.high
        assert index.value == pytest.approx(true, abs=0.12)
    # Left in, the noise would have told another story.
    from SALib.analyze import sobol as analysis

    raw = analysis.analyze(problem, means, calc_second_order=False, seed=1)
    assert raw["S1"][0] < 0.65
    assert raw["ST"][2] > 0.2


def test_nothing_but_noise_gives_no_indices() -> None:
    rng = np.random.default_rng(3)
    mean = rng.binomial(50, 0.3, 64 * 4) / 50
    first, total = sobol_indices(mean, np.full(mean.size, 1.0), 2)
    assert not any(index.significant for index in (*first, *total))


def test_main_effect_of_a_line() -> None:
    """y is 1 with chance x: Var E[Y|x] = 1/12, Var Y = 1/4, so that x accounts for a third."""
    rng = np.random.default_rng(4)
    x = rng.random(40_000)
    y = (rng.random(x.size) < x).astype(float)
    index, chance = main_effect(x, y)
    assert index.low <= 1 / 3 <= index.high
    assert index.high - index.low < 0.03
    assert chance < 1e-12
    idle, luck = main_effect(rng.random(x.size), y)
    assert idle.low <= 0 <= idle.high
    assert luck > 0.001
    assert main_effect(x, np.ones(x.size))[0].value == 0.0


def test_false_discoveries_are_few() -> None:
    rng = np.random.default_rng(5)
    told = [discoveries(np.append(rng.random(50), 1e-9)) for _ in range(200)]
    assert all(found[-1] for found in told)
    assert np.mean([found[:-1].sum() / found.sum() for found in told]) < 0.08
    assert not discoveries(np.zeros(0)).size


def test_strength_of_elementary_effects() -> None:
    rng = np.random.default_rng(6)
    noise = np.full(400, 0.05)
    found = strength_of(0.2 + rng.normal(0, math.sqrt(0.05), 400), noise)
    assert found.low <= 0.2 <= found.high
    assert not strength_of(rng.normal(0, math.sqrt(0.05), 400), noise).significant


# -- what is asked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"inputs": ["war.frnt"]}, "there is no input 'war.frnt'"),
        ({"over": "levers"}, "levers are not drawn"),
        ({"method": "magic"}, "there is no method 'magic'"),
        ({"metrics": ["peace"]}, "there is no metric 'peace'"),
        ({"points": 4}, "has no points"),
        ({"method": "tornado", "points": 4}, "has no points"),
        ({"method": "sobol", "points": 12}, "a power of two"),
    ],
)
def test_what_cannot_be_had_is_said(scenario: Scenario, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sensitivity(scenario, **asked)


def test_where_nothing_varies() -> None:
    fixed = changed(BORDER, {"parties.north.war_cost": 0.2, "parties.north.patience": "18 months", "war.drift": 0.02})
    still = load(fixed)
    from negosim.experiments.inputs import uncertain

    still = still.with_values(
        {factor.path: factor.written(factor.at(np.array([0.5]))[0]) for factor in uncertain(still)}
    )
    with pytest.raises(ValueError, match="nothing varies"):
        sensitivity(still)


def test_the_command(tmp_path: Any, scenario: Scenario) -> None:
    import yaml

    path = tmp_path / "two.yaml"
    path.write_text(yaml.safe_dump(scenario.document.data))
    run = CliRunner().invoke
    told = run(command, ["sensitivity", str(path), "--trials", "3000", "--workers", "1"])
    assert told.exit_code == 0
    assert "Front: drift a year" in told.output
    assert "does not stand out from Monte-Carlo noise" in told.output
    plain = json.loads(
        run(
            command, ["sensitivity", str(path), "--method", "tornado", "--trials", "60", "--json", "--workers", "1"]
        ).output
    )
    assert set(plain["metrics"]["agreement"]["inputs"]) >= {*TWO, *IDLE}
    for method in ("morris", "sobol", "tornado"):
        asked = ["--points", "4"] if method != "tornado" else []
        told = run(command, ["sensitivity", str(path), "--method", method, *asked, "--trials", "40", "--workers", "1"])
        assert told.exit_code == 0, told.output
    assert run(command, ["sensitivity", str(path), "--over", "levers"]).exit_code == 2


def test_a_frame_has_a_row_for_every_input(scenario: Scenario) -> None:
    frame = sensitivity(scenario, trials=400, metrics=("agreement", "ceasefire")).frame()
    assert len(frame) == 2 * len(set(frame["input"]))
    assert {"metric", "input", "significant", "first", "first_low"} <= set(frame.columns)


def test_what_linkages_add_is_looked_at_by_every_method() -> None:
    """They go by their terms in the plan, in an order of its own."""
    linkages = [
        {"when": {"border": "line", "guard": "troops"}, "adds": {"north": {"uniform": [-1.0, 1.0]}, "south": 0.1}},
        {"when": {"border": "far", "guard": "none"}, "adds": {"south": {"uniform": [0.0, 0.01]}}},
    ]
    costs = {"parties.north.war_cost": 0.2, "parties.south.war_cost": 0.3, "war.drift": 0.0}
    scenario = load(
        changed(BORDER, {**costs, "talks.truce.ripeness": "on", "talks.peace.ripeness": "on", "linkages": linkages})
    )
    asked = ("linkages.0.adds.north", "linkages.1.adds.south")
    for method in ("main", "tornado"):
        found = sensitivity(scenario, method=method, inputs=asked, trials=2000)
        assert {effect.input for effect in found.effects["agreement"]} == set(asked)
        assert varied(found) == list(asked[:1])
