"""Small scenarios that the tests of the engine share, and ways to play them."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml

from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.run import histories
from negosim.results.trials import joined
from negosim.scenario.load import Scenario, loads


def load(data: dict[str, Any]) -> Scenario:
    return loads(yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False), name="test.yaml")


def play(
    data: dict[str, Any], trials: int, *, seed: int = 1, block: int = 2048, workers: int = 1
) -> tuple[Plan, History]:
    plan = compiled(load(data).file)
    return plan, joined(list(histories(plan, trials, seed, block=block, workers=workers)))


def changed(data: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario with dotted paths set to other values."""
    result = copy.deepcopy(data)
    for path, value in values.items():
        *parents, last = path.split(".")
        here = result
        for part in parents:
            here = here.setdefault(part, {})
        here[last] = value
    return result


def share(history: History, kind: str) -> float:
    return float((history.spells[kind].first != NEVER).mean())


WAR_ONLY: dict[str, Any] = {
    "negosim": 1,
    "title": "A war and nothing else",
    "as_of": "2025-01-01",
    "horizon": "80 years",
    "step": "28 days",
    "parties": {"north": {"time_preference": 0.1}, "south": {"time_preference": 0.1}},
    "war": {"between": ["north", "south"], "front": 0.2, "drift": 0.05, "volatility": 0.45},
}


def pie(no_deal: tuple[float, float] = (0.1, 0.3), options: int = 101, **track: Any) -> dict[str, Any]:
    """Return two parties that share a pie, without noise; half of it each is the status quo, at a cost."""
    names = [f"o{index:03d}" for index in range(options)]
    shares = [index / (options - 1) for index in range(options)]
    middle = options // 2
    return {
        "negosim": 1,
        "title": "A pie",
        "as_of": "2025-01-01",
        "horizon": "3 years",
        "parties": {
            name: {
                "time_preference": 0.1,
                "war_cost": shares[middle] - value,
                "judgement_noise": 0,
                "patience": "12 months",
            }
            for name, value in zip(("a", "b"), no_deal, strict=True)
        },
        "issues": {
            "pie": {
                "status_quo": names[middle],
                "options": {name: f"a gets {index}" for index, name in enumerate(names)},
                "views": {
                    "a": {"salience": 1, "values": dict(zip(names, shares, strict=True))},
                    "b": {"salience": 1, "values": {name: 1 - x for name, x in zip(names, shares, strict=True)}},
                },
            }
        },
        "talks": {"table": {"kind": "settlement", "signatories": ["a", "b"], "every": "14 days", **track}},
    }


BORDER: dict[str, Any] = {
    "negosim": 1,
    "title": "Two sides, one border, a patron",
    "as_of": "2025-01-01",
    "horizon": "2 years",
    "parties": {
        name: {
            "time_preference": 0.15,
            "war_cost": 0.15,
            "patience": "18 months",
            "concession": 0.6,
            "judgement_noise": 0.02,
            "distrust": 1,
        }
        for name in ("north", "south")
    }
    | {"union": {"time_preference": 0.1}},
    "issues": {
        "border": {
            "status_quo": "line",
            "options": {"old": "The old border", "line": "The present line", "far": "The far province"},
            "views": {
                "north": {"salience": 60, "values": {"old": 0, "line": 0.5, "far": 1}},
                "south": {"salience": 50, "ideal": "old"},
            },
        },
        "guard": {
            "status_quo": "none",
            "options": {"none": "No guarantee", "watch": {"title": "Monitors", "enforcement": 0.3},
                        "troops": {"title": "Troops", "enforcement": 0.8}},
            "views": {"north": {"salience": 20, "ideal": "none"}, "south": {"salience": 30, "ideal": "troops"}},
        },
    },
    "chips": {
        "fund": {
            "held_by": ["union"],
            "status_quo": "frozen",
            "options": {"frozen": "Stays frozen", "shared": "Rebuilds the south", "returned": "Returned to the north"},
            "views": {
                "north": {"salience": 20, "ideal": "returned"},
                "south": {"salience": 20, "ideal": "shared"},
                "union": {"salience": 10, "values": {"frozen": 0.6, "shared": 1, "returned": 0}},
            },
        }
    },
    "war": {
        "between": ["north", "south"],
        "front": 0.1,
        "drift": {"normal": {"mean": 0.02, "sd": 0.05}},
        "volatility": 0.3,
        "beliefs": {
            "north": {"optimism": 0.1, "doubt": 0.2, "narrative": 0.02},
            "south": {"optimism": 0.1, "doubt": 0.2},
        },
        "tolls": {"dead": {"per_year": 1000, "unit": "killed"}},
    },
    "talks": {
        "truce": {
            "kind": "ceasefire",
            "signatories": ["north", "south"],
            "issues": ["guard"],
            "after": {"breach": 0.6, "shape": 0.6, "breach_memory": 1.25},
        },
        "peace": {
            "kind": "settlement",
            "signatories": ["north", "south"],
            "every": "28 days",
            "mediator_error": 0.05,
            "after": {"breach": 0.2, "shape": 0.7},
        },
    },
}  # fmt: skip


def far_draft(**track: Any) -> dict[str, Any]:
    """Return the border with one settlement track, whose first draft lies behind a red line of south's."""
    peace = {"kind": "settlement", "signatories": ["north", "south"], "first_draft": {"border": "far"}, **track}
    return changed(BORDER, {"talks": {"peace": peace}, "issues.border.views.south.red_lines": {"far": "never"}})
