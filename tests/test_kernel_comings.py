"""Events in the kernel: they come, and do, what arrays let them, history by history and to the last digit."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from negosim.engine import kernel
from negosim.engine.block import StretchedBlock, Trials, block_of
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from negosim.engine.pack import Pack
from negosim.engine.plan import Plan
from negosim.model.packages import Flags
from negosim.scenario.load import Scenario
from tests import worlds
from tests.reference.scenarios import scenarios
from tests.test_kernel import assert_same, generated
from tests.worlds import BORDER, changed

pytestmark = pytest.mark.compiled

COST, DRIFT = "parties.south.war_cost", "war.drift"

EFFECTS: dict[str, list[dict[str, Any]]] = {
    "for good": [{"add": COST, "by": 0.02}, {"scale": DRIFT, "by": 1.5}],
    "for a time": [
        {"set": COST, "to": 0.3, "for": "40 days"},
        {"add": DRIFT, "by": 0.2, "for": "60 days"},
        {"scale": COST, "by": 0.5, "for": "60 days"},
    ],
    "across a threshold": [
        {"add": "war.front", "by": -0.25},
        {"add": COST, "by": 0.01},
        {"add": "war.front", "by": 0.6},
    ],
    "refill": [{"refill": "money", "by": 5}, {"refill": "shells", "by": {"uniform": [0, 30]}}],
    "red lines": [{"lift": "north.guard.watch"}, {"draw": "south.border.far"}],
    "fix": [{"fix": "fund", "to": "shared"}, {"add": "war.front", "by": 0.3}],
    **{f"break {kind}": [{"breaks": kind}] for kind in ("limited", "ceasefire", "settlement", "agreement")},
}  # fmt: skip

TIMES: dict[str, dict[str, Any]] = {
    "on a date": {"on": "2025-08-05"},
    "on a date, perhaps": {"on": "2026-02-05", "chance": {"uniform": [0.2, 0.8]}},
    "between": {"between": ["2025-03-01", "2027-06-01"], "chance": 0.8},
    "in war": {"when": {"state": "war", "for": "50 days"}, "chance": 0.5},
    "at the front": {"when": {"front_above": 0.1, "front_below": 0.5}, "repeats": True, "chance": 0.4},
    "in a ceasefire": {"when": {"state": "ceasefire", "for": "14 days"}, "repeats": True},
    "once": {"rate": 0.8},
    "once, perhaps": {"rate": 3, "chance": 0.3},
    "again": {"rate": {"uniform": [0.5, 1.5]}, "repeats": True},
    "again, perhaps": {"rate": 2, "chance": 0.4, "repeats": True},
}


def world(more: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a border with all that events can do something to."""
    empty = [{"add": DRIFT, "by": -0.1}, {"scale": COST, "by": 1.5}]
    return changed(
        BORDER,
        {
            "issues.border.status_quo": {"follows_front": {"old": -1, "line": -0.1, "far": 0.25}},
            "issues.guard.views.north.red_lines": {"watch": "never", "troops": {"uniform": ["100 days", "3 years"]}},
            "war.stocks": {
                "money": {"party": "south", "level": 10, "burn": 20, "when_empty": empty},
                "shells": {"party": "north", "level": 0, "burn": 30, "when_empty": [{"set": COST, "to": 0.4}]},
            },
            "talks.swap": {
                "kind": "limited",
                "signatories": ["north", "south"],
                "issues": ["fund"],
                "after": {"breach": 0.3, "pause": "60 days"},
            },
            "talks.truce.after.breach": 0.4,
            **(more or {}),
        },
    )


def events(*, seed: int) -> dict[str, Any]:
    """Return events that come in every way, with effects of some kinds; some move rates and chances."""
    luck = np.random.default_rng(seed)
    kinds, found = list(EFFECTS), dict[str, Any]()
    for number, name in enumerate(luck.permutation(list(TIMES)).tolist()):
        chosen = luck.choice(kinds, 2, replace=False).tolist()
        effects = list(itertools.chain.from_iterable(EFFECTS[kind] for kind in chosen))
        found[f"e{number}"] = {**TIMES[name], "effects": effects}
    for name, event in list(found.items()):
        other = f"e{luck.integers(len(found))}"
        if "rate" in found[other] and luck.random() < 0.5:
            event["effects"] += [{"scale": f"events.{other}.rate", "by": 1.5, "for": "90 days"}]
        if "chance" in found[name] and luck.random() < 0.5:
            event["effects"] += [{"add": f"events.{name}.chance", "by": -0.05}]
    return found


def look(block: Trials) -> dict[str, np.ndarray]:
    """Return all that events can do something to, of the histories still in the block."""
    state, parameters = block.state, block.parameters
    numbers = {
        change.target: np.broadcast_to(parameters[change.target], (state.trials,)) for change in block.plan.changes
    }
    kept = {name: getattr(state, name).copy() for name in (
        "row", "state", "front", "drift", "belief", "stocks", "own_quo", "status_quo", "fixed", "taken", "live",
        "under", "breaks", "distrust", "terms", "truce",
    )}  # fmt: skip
    return {**numbers, **kept}


def seen(plan: Plan, trials: int) -> list[dict[str, np.ndarray]]:
    """Return what is found at the end of every tick; stretches of the kernel are single ticks."""
    block, told = block_of(Pack.alone(plan, 5, 0, trials), zones=False), list[dict[str, np.ndarray]]()
    go_on = block._go_on

    def noted(stay: Flags, tick: int) -> bool:
        told.append(look(block))
        return go_on(stay, tick)

    vars(block)["_go_on"] = noted
    if isinstance(block, StretchedBlock):
        block.ends = list(range(len(plan.ticks)))
    run(block)
    return told


def assert_same_on_every_tick(scenario: Scenario, trials: int) -> None:
    plan = compiled(scenario.file)
    ours = seen(plan, trials)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "library", lambda: None)
        theirs = seen(plan, trials)
    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        for name, array in our.items():
            np.testing.assert_array_equal(array, their[name], err_msg=name)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("horizon", ["2 years", "4 years"])  # rates are drawn beforehand, or tick by tick
def test_every_way_to_come_and_every_effect(seed: int, horizon: str) -> None:
    scenario = worlds.load(world({"events": events(seed=seed), "horizon": horizon}))
    assert_same_on_every_tick(scenario, 60)
    assert_same(scenario, 20)


@pytest.mark.parametrize("place", range(len(TIMES)))
def test_every_effect_comes_in_every_way(place: int) -> None:
    """Each effect by an event of its own; from case to case they take turns in how these come."""
    times = list(TIMES.values())
    alone = {
        f"e{number}": {**times[(number + place) % len(times)], "effects": effects}
        for number, effects in enumerate(EFFECTS.values())
    }
    assert_same_on_every_tick(worlds.load(world({"events": alone, "horizon": "2 years"})), 40)


def test_without_a_war() -> None:
    data = worlds.pie((0.2, 0.2), after={"breach": 1.0, "pause": "30 days"})
    cost = [{"add": "parties.a.war_cost", "by": 0.1, "for": "60 days"}]
    data["events"] = {
        "a": {"when": {"state": "settlement", "for": "20 days"}, "effects": [{"breaks": "agreement"}], "repeats": True},
        "b": {"rate": 2, "repeats": True, "effects": cost},
        "c": {"when": {"state": "impasse"}, "effects": [{"scale": "events.b.rate", "by": 2}, *cost]},
    }
    assert_same_on_every_tick(worlds.load(data), 100)


@settings(generated, max_examples=40)
@given(scenarios())
def test_generated_scenarios_in_which_rates_change(data: dict[str, Any]) -> None:
    rated = [name for name, event in data["events"].items() if "rate" in event]
    for number, event in enumerate(data["events"].values()):
        if rated:
            target = f"events.{rated[number % len(rated)]}.rate"
            event["effects"].append({"scale": target, "by": 1.4, **({"for": "80 days"} if number % 2 else {})})
    assert_same(worlds.load(data), 12)
