"""Trials per second of the flagship, on one processor and on all, and the most memory it took.

Run by ``make bench``. Speeds on a shared machine drift: the ratio of the two, measured in turn, is what to compare.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from pathlib import Path

from negosim.engine.compile import compiled
from negosim.engine.run import default_workers, histories
from negosim.results.trials import joined
from negosim.scenario.load import load

SCENARIO = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"


def seconds(workers: int, trials: int) -> float:
    plan = compiled(load(SCENARIO).file)
    started = time.perf_counter()
    joined(list(histories(plan, trials, 1, workers=workers)))
    return time.perf_counter() - started


def main(trials: int = 10_000, rounds: int = 3) -> None:
    workers = default_workers()
    pairs = [(seconds(1, trials), seconds(workers, trials)) for _ in range(rounds)]
    for name, column in (("one processor", 0), (f"{workers} processors", 1)):
        rate = trials / statistics.median(pair[column] for pair in pairs)
        print(f"{name}: {rate:,.0f} trials a second ({trials:,} trials, median of {rounds})")
    print(f"ratio: {statistics.median(one / many for one, many in pairs):.2f}")
    for name, who in (("this process", resource.RUSAGE_SELF), ("largest worker", resource.RUSAGE_CHILDREN)):
        print(f"most memory, {name}: {resource.getrusage(who).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
