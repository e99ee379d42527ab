"""Scenarios of any size: two belligerents, others who look on, issues of some options, one settlement track.

The parties are so patient that hardly a trial ends before the horizon: whatever the size, all rounds are held, and
what grows is the work.
"""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.run import played
from negosim.experiments.blocks import tally_of
from negosim.results.tally import added
from negosim.scenario.load import loads

Data = dict[str, Any]

TICK = 7
"""Days between ticks."""


@dataclass(frozen=True)
class Size:
    """How large a scenario is.

    Attributes
    ----------
    parties : two belligerents and others who hold no more than a view that the mediator heeds.
    issues, options : so many of each issue.
    rounds : of talks, a week apart; the horizon comes with the last.
    """

    parties: int = 4
    issues: int = 8
    options: int = 4
    rounds: int = 52


def world(size: Size) -> Data:
    """Return a scenario of a size. Larger ones hold the smaller: what they share is drawn by the same luck."""
    parties = [f"p{place:02d}" for place in range(size.parties)]
    issues = [f"i{place:02d}" for place in range(size.issues)]
    options = [f"o{place:02d}" for place in range(size.options)]

    def luck(*names: str) -> float:
        return round(random.Random("/".join(names)).random(), 4)

    def view(party: str, issue: str) -> Data:
        return {
            "salience": 1 + luck(party, issue),
            "values": {option: luck(party, issue, option) for option in options},
        }

    first, second = parties[:2]
    return {
        "negosim": 1,
        "title": "A world of some size",
        "as_of": "2025-01-01",
        "horizon": f"{(size.rounds - 1) * TICK} days",
        "step": f"{TICK} days",
        "parties": {
            party: {
                "time_preference": 0.15,
                "war_cost": {"triangular": [0.05, 0.15, 0.25]},
                "patience": {"lognormal": {"median": "100 years", "spread": 1.5}},
                "judgement_noise": 0.001,
            }
            for party in parties
        },
        "issues": {
            issue: {
                "status_quo": options[0],
                "options": {option: option for option in options},
                "views": {party: view(party, issue) for party in parties},
            }
            for issue in issues
        },
        "war": {
            "between": [first, second],
            "drift": {"normal": {"mean": 0, "sd": 0.05}},
            "volatility": 0.15,
            "beliefs": {party: {"optimism": 0.1, "doubt": 0.2} for party in (first, second)},
        },
        "talks": {
            "table": {
                "kind": "settlement",
                "signatories": [first, second],
                "weights": {party: 1 if party in (first, second) else 0.5 for party in parties},
                "every": f"{TICK} days",
                "mediator_error": 0.03,
                "after": {"breach": 0.3, "shape": 0.7},
            }
        },
    }


def plan_of(size: Size) -> Plan:
    """Return the plan of a scenario of a size."""
    return compiled(loads(json.dumps(world(size)), name=f"{asdict(size)}").file)


def play(plan: Plan, trials: int, workers: int = 1) -> None:
    """Play trials and add up what a summary needs; zones of agreement are looked for in none."""
    added(played(partial(tally_of, zones=False), plan, trials, 1, workers=workers))
