"""(b) Growth: how much longer twice as much takes. ``python -m benchmarks.growth``"""

from __future__ import annotations

import json
import random
from functools import partial
from typing import Any

import yaml

import negosim
from benchmarks.flagship import SCENARIO
from benchmarks.timing import medians
from negosim.scenario.load import Scenario, loads

BASE = {"parties": 4, "issues": 8, "options": 4, "rounds": 50}


def world(parties: int, issues: int, options: int, rounds: int, *, seed: int = 1) -> Scenario:
    """Return a negotiation without a war in which agreement is rare, so that all its rounds are held."""
    rng = random.Random(seed)
    who = [f"p{k}" for k in range(parties)]

    def view() -> dict[str, Any]:
        values = {f"o{k}": round(rng.random(), 3) for k in range(options)}
        low, mode, high = sorted(rng.randint(20, 80) for _ in range(3))
        return {"salience": {"triangular": [low, mode, high + 1]}, "values": values}

    data = {
        "negosim": 1,
        "title": "A sized world",
        "as_of": "2025-01-01",
        "horizon": f"{2 * rounds} weeks",
        "parties": {name: {"time_preference": 0.1, "patience": "50 years", "war_cost": 0.01} for name in who},
        "issues": {
            f"i{k}": {
                "status_quo": "o0",
                "options": {f"o{n}": f"Option {n}" for n in range(options)},
                "views": {name: view() for name in who},
            }
            for k in range(issues)
        },
        "talks": {
            "table": {
                "kind": "settlement", "every": "14 days", "signatories": who, "mediator_error": 0.05, "revisions": 2,
            }
        },
    }  # fmt: skip
    return loads(yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False), name="sized world")


def main(trials: int = 4000, rounds: int = 5) -> None:
    flagship = negosim.load(SCENARIO)
    works = {}
    for many in (1000, 4000, 16_000, 64_000):
        works[f"flagship, {many:,} trials"] = partial(_run, flagship, many)
    for name in BASE:
        for factor in (1, 2, 4):
            sizes = {**BASE, name: BASE[name] * factor}
            works[f"{sizes[name]} {name}"] = partial(_run, world(**sizes), trials)
    took = medians(works, rounds)
    names = list(took)
    for before, name in zip([None, *names], names, strict=False):
        again = before and before.split()[-1] == name.split()[-1]
        ratio = f", {took[name] / took[before]:.2f} times the one before" if again and before else ""
        print(f"{name}: {took[name]:.2f} s{ratio}")


def _run(scenario: Scenario, trials: int) -> None:
    negosim.run(scenario, trials=trials, keep=False, zones=False).summary()


if __name__ == "__main__":
    main()
