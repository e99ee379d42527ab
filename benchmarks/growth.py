"""How the time grows: with the trials of the flagship; with the parties, issues, options and rounds of a scenario."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from benchmarks.flagship import SCENARIO
from benchmarks.timing import Work, in_turn, ratio, table
from benchmarks.worlds import Size, plan_of, play
from negosim.engine.compile import compiled
from negosim.engine.processes import default_workers
from negosim.scenario.load import load

SIZES = {
    "parties": (2, 4, 8, 16),
    "issues": (4, 8, 16, 32),
    "options": (2, 4, 8, 16),
    "rounds": (26, 52, 104, 208),
}
LEAST = 1_000
"""Trials of the flagship that the growth starts from."""


def growing(head: str, steps: Sequence[int], works: Sequence[Work], rounds: int) -> str:
    """Time pieces of work of growing size in turn; return a table of their times and ratios."""
    taken = list(in_turn(dict(zip(map(str, steps), works, strict=True)), rounds).values())
    rows = []
    for place, step in enumerate(steps):
        grown = [
            f"{ratio(taken[place].wall, taken[place - back].wall):.2f}" if place >= back else "-" for back in (1, 2)
        ]
        rows.append((f"{step:,}", f"{statistics.median(taken[place].wall):.3f}", *grown))
    return table((head, "seconds (median)", "times half as many", "times a quarter"), rows)


def with_trials(most: int, rounds: int, workers: int) -> str:
    """Return how the flagship's time grows with its trials."""
    plan = compiled(load(SCENARIO).file)
    steps = [LEAST]
    while steps[-1] * 2 <= most:
        steps.append(steps[-1] * 2)
    play(plan, LEAST, workers)
    head = f"trials of the flagship, {workers} processors" if workers > 1 else "trials of the flagship, one processor"
    return growing(head, steps, [partial(play, plan, count, workers) for count in steps], rounds)


def with_size(what: str, steps: Sequence[int], trials: int, rounds: int) -> str:
    """Return how the time of a scenario grows with one of its sizes, the others standing as they are."""
    plans = [plan_of(replace(Size(), **{what: step})) for step in steps]
    for plan in plans:
        play(plan, trials // 10)
    return growing(what, steps, [partial(play, plan, trials) for plan in plans], rounds)


def main(most: int, trials: int, rounds: int) -> None:
    for workers in sorted({1, default_workers()}):
        print(with_trials(most, rounds, workers), end="\n\n")
    print(f"Scenarios of {Size()} but for what grows; {trials:,} trials, one processor.\n")
    for what, steps in SIZES.items():
        print(with_size(what, steps, trials, rounds), end="\n\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=64_000, help="trials of the flagship to grow to (default 64,000)")
    parser.add_argument("--million", action="store_true", help="grow to 1,024,000 trials (slow)")
    parser.add_argument("--trials", type=int, default=4_000, help="of the scenarios that grow (default 4,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed (default 3)")
    chosen = parser.parse_args()
    main(1_024_000 if chosen.million else chosen.most, chosen.trials, chosen.rounds)
