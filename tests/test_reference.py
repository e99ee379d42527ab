"""The engine against a second, slow reading of the model, trial by trial, over random and shipped scenarios.

For a longer run: NEGOSIM_REFERENCE_SCENARIOS=2000 pytest tests/test_reference.py
"""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings

from negosim.scenario.load import Scenario, load
from tests import worlds
from tests.reference.comparison import differing
from tests.reference.scenarios import scenarios
from tests.test_offering import OFFERS

SCENARIOS = int(os.environ.get("NEGOSIM_REFERENCE_SCENARIOS", "300"))
TRIALS = int(os.environ.get("NEGOSIM_REFERENCE_TRIALS", "8"))
SEED = 7
BLOCK = 5
"""Trials in a block, so that the engine's blocks are cut somewhere."""

SHIPPED = sorted((Path(__file__).parent.parent / "scenarios").rglob("*.yaml"))


@settings(
    max_examples=SCENARIOS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(scenarios())
def test_engine_agrees_with_the_reference(data: dict[str, Any]) -> None:
    assert_same_histories(data)


def test_the_latest_of_several_passing_values_holds() -> None:
    """Two events that set one number for a time, in either order: the order is each history's own."""
    target = "war.tolls.dead.per_year"
    data = copy.deepcopy(worlds.WAR_ONLY) | {"horizon": "2 years"}
    data["war"]["tolls"] = {"dead": {"per_year": 1}}
    data["events"] = {
        name: {"rate": 4, "repeats": True, "effects": [{"set": target, "to": value, "for": "90 days"}]}
        for name, value in (("lull", 0), ("offensive", 50))
    }
    assert_same_histories(data)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_engine_agrees_with_the_reference_on_shipped_scenarios(path: Path) -> None:
    """Over the whole horizon, as the file states it and, in fewer trials, under every variant."""
    scenario = load(path)
    assert_agrees(scenario, path.name)
    for variant in scenario.file.variants:
        assert_agrees(scenario.with_variant(variant), f"{path.name}, variant {variant}", trials=2)


def test_the_flagship_is_compared() -> None:
    assert "ukraine-2025-12.yaml" in [path.name for path in SHIPPED]


def test_offers_are_compared_where_they_are_signed() -> None:
    for data in (OFFERS, worlds.pie(protocol="alternating_offers")):
        _, history = worlds.play(data, TRIALS, seed=SEED)
        assert any((kept.signed >= 0).any() for kept in history.tracks)
        assert_same_histories(data)


def assert_same_histories(data: dict[str, Any]) -> None:
    assert_agrees(worlds.load(data), yaml.safe_dump(data, sort_keys=False))


def assert_agrees(scenario: Scenario, name: str, *, trials: int = TRIALS) -> None:
    found = differing(scenario, trials, SEED, BLOCK)
    said = "\n".join(["engine | reference", *found])
    assert not found, f"{said}\nin\n{name}"
