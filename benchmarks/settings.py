"""Settings a second: packed into blocks, against each one read, compiled and played by itself; and their growth."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial

import numpy as np

from benchmarks.flagship import SCENARIO as FLAGSHIP
from benchmarks.growth import growing
from benchmarks.timing import in_turn, ratio, table
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.experiments.evaluate import Counts, Point, counted, evaluated_all
from negosim.scenario.load import Scenario, load
from negosim.scenario.shipped import scenario_file

SCENARIOS = {"divide-the-pie": scenario_file("divide-the-pie"), "flagship": FLAGSHIP}
METRIC = "agreement"
TRIALS = (1, 20, 100, 500)
"""Of a setting."""

_AT_ONCE = 8
"""Settings that are timed one by one for each trial count: they take longest."""


def points(scenario: Scenario, count: int, trials: int) -> list[Point]:
    """Return settings of two numbers of the first party, drawn at random."""
    party = sorted(scenario.file.parties)[0]
    drawn = np.random.default_rng(1).random((count, 2))
    return [
        Point({f"parties.{party}.war_cost": 0.4 * cost, f"parties.{party}.time_preference": 0.05 + 0.2 * rate}, trials)
        for cost, rate in drawn.tolist()
    ]


def alone(scenario: Scenario, asked: Sequence[Point]) -> list[Counts]:
    """Read, compile and play each setting by itself."""
    found = []
    for point in asked:
        changed = scenario.with_values(point.overrides)
        plan = compiled(changed.file)
        history = play(plan, point.seed, point.first, point.trials, zones=False)
        found.append(counted([METRIC], changed, plan, history))
    return found


def packed(scenario: Scenario, asked: Sequence[Point]) -> list[Counts]:
    """Play settings as experiments do."""
    return evaluated_all(scenario, asked, [METRIC])


def speeds(name: str, many: int, rounds: int) -> str:
    """Return how many settings a second are played, by the trials of each."""
    scenario, rows = load(SCENARIOS[name]), []
    for trials in TRIALS:
        asked = points(scenario, max(many // trials, _AT_ONCE), trials)
        few = asked[:_AT_ONCE]
        packed(scenario, few)
        taken = in_turn({"packed": partial(packed, scenario, asked), "alone": partial(alone, scenario, few)}, rounds)
        times = ratio(taken["alone"].processor, taken["packed"].processor) * len(asked) / len(few)
        rows.append(
            (trials, f"{len(asked):,}", f"{len(asked) / taken['packed'].median:,.1f}",
             f"{len(few) / taken['alone'].median:,.1f}", f"{times:.1f}")
        )  # fmt: skip
    head = (f"trials of a setting of {name}", "settings", "packed, a second", "alone, a second", "times as many")
    return table(head, rows)


def growth(name: str, most: int, rounds: int) -> str:
    """Return how the time grows with the settings, of 20 trials each."""
    scenario, steps = load(SCENARIOS[name]), [1_000]
    while steps[-1] * 2 <= most:
        steps.append(steps[-1] * 2)
    asked = points(scenario, steps[-1], 20)
    packed(scenario, asked[:_AT_ONCE])
    works = [partial(packed, scenario, asked[:step]) for step in steps]
    return growing(f"settings of {name}, 20 trials each", steps, works, rounds)


def main(many: int, most: int, rounds: int) -> None:
    for name in SCENARIOS:
        print(speeds(name, many, rounds), end="\n\n")
    print(growth("divide-the-pie", most, rounds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000, help="of all settings of a line (default 10,000)")
    parser.add_argument("--most", type=int, default=4_000, help="settings to grow to (default 4,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed (default 3)")
    chosen = parser.parse_args()
    main(chosen.trials, chosen.most, chosen.rounds)
