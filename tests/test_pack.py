"""Trials of several settings in one block: each setting's are the bytes that it has alone."""

from __future__ import annotations

import random
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from negosim.engine import block
from negosim.engine.calendar import play, play_pack
from negosim.engine.compile import compiled
from negosim.engine.draws import quantile
from negosim.engine.pack import Pack, PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.streams import Streams
from negosim.experiments.blocks import histories_of
from negosim.scenario.quantities import Quantity, constant
from tests.reference.scenarios import written
from tests.test_invariance import RICH
from tests.test_kernel import SHIPPED
from tests.test_offering import OFFERS
from tests.worlds import BORDER, changed, load

SEED = 5
TRIALS = ((0, 40), (0, 40), (17, 25), (100, 3))
"""First trial and trials of each setting."""


def moved(quantity: Quantity, luck: random.Random) -> Quantity:
    """Return another number, within the domain of the first: a constant for a law, a law or a constant for another."""
    if not quantity.is_constant:
        return constant(float(quantile(quantity, np.array([luck.random()]))[0]))
    value = quantity.value
    if value > 0 and luck.random() < 0.3:
        return Quantity("uniform", (0.5 * value, value))
    return constant(luck.choice((0.5, 0.8, 1.0)) * value)


def settings_of(plan: Plan, luck: random.Random) -> tuple[PackedSetting, ...]:
    """Return settings, the first the plan as it stands, the others with numbers of their own."""
    settings = [PackedSetting(*TRIALS[0])]
    for first, trials in TRIALS[1:]:
        paths = luck.sample(sorted(plan.quantities), max(len(plan.quantities) // 3, 1))
        settings.append(PackedSetting(first, trials, {path: moved(plan.quantities[path], luck) for path in paths}))
    return tuple(settings)


def assert_equal(one: Any, other: Any, where: str = "") -> None:
    """Compare two histories to the last bit; where a trial stands in its block is no part of them."""
    if is_dataclass(one):
        for field in fields(one):
            if field.name != "setting":
                assert_equal(getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}")
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes(), where
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key, value in one.items():
            assert_equal(value, other[key], f"{where}.{key}")
    elif isinstance(one, list):
        assert len(one) == len(other), where
        for place, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            assert_equal(mine, theirs, f"{where}.{place}")
    else:
        assert one == other, where


def alone(plan: Plan, setting: PackedSetting) -> History:
    own = replace(plan, quantities={**plan.quantities, **setting.numbers})
    return play(own, SEED, setting.first, setting.trials, zones=False)


def assert_packed_as_alone(plan: Plan, number: int) -> None:
    settings = settings_of(plan, random.Random(number))
    whole = play_pack(Pack(plan, SEED, settings))
    for place, setting in enumerate(settings):
        assert_equal(whole.of_setting(place, setting.first), alone(plan, setting), f"setting {place}")


@pytest.fixture(params=["kernel", "arrays"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Play by the kernel, where there is one, and by arrays alone."""
    if request.param == "arrays":
        monkeypatch.setattr(block, "has_room", lambda plan: False)
    return str(request.param)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios(path: Any) -> None:
    from negosim.scenario.load import load as load_file

    assert_packed_as_alone(compiled(load_file(path).file), 1)


@pytest.mark.parametrize("data", [RICH, OFFERS], ids=["every rule", "offers"])
def test_small_scenarios(data: dict[str, Any], engine: str) -> None:
    for number in range(2):
        assert_packed_as_alone(compiled(load(data).file), number)


@pytest.mark.parametrize("number", range(6))
def test_generated_scenarios(number: int, engine: str) -> None:
    """Events, ratification, limited tracks, stocks, deadlines, red lines and whatever else can be written."""
    assert_packed_as_alone(compiled(load(written(random.Random(number))).file), number)


def test_uniforms_of_trials_that_come_again() -> None:
    trials = np.array([7, 8, 9, 0, 1, 7, 8, 20])
    drawn = Streams.of_trials(SEED, trials).uniform("war.front", 3)
    np.testing.assert_array_equal(drawn, Streams(SEED, 0, 21).uniform("war.front", 3)[trials])


@pytest.mark.parametrize("workers", [1, 2])
def test_runs_of_plans_that_are_alike(workers: int) -> None:
    """Those that differ in numbers are played together, and each is what it is alone."""
    changes: list[dict[str, Any]] = [{}, {"parties.north.war_cost": 0.3}, {"talks.peace.every": "50 days"}]
    plans = [compiled(load(changed(BORDER, change)).file) for change in changes]
    told: list[int] = []
    found = histories_of(plans, 60, SEED, workers=workers, progress=told.append)
    assert sum(told) == 180
    for plan, history in zip(plans, found, strict=True):
        assert_equal(history, play(plan, SEED, 0, 60, zones=False))
