"""Plays a scenario as often as it is asked to: each line that it reads names a work and a number of trials.

Run by checkouts.py with the negosim of some checkout. Writes the seconds that each took to stdout.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import negosim
from benchmarks.worlds import play
from negosim.engine.compile import compiled
from negosim.scenario.load import load


def works(path: str) -> dict[str, Callable[[int], object]]:
    """Return what may be asked for: the engine alone, and a whole run."""
    scenario = load(path)
    plan = compiled(scenario.file)
    return {
        "engine": lambda trials: play(plan, trials),
        "run": lambda trials: negosim.run(scenario, trials=trials, keep=False),
    }


def main(path: str) -> None:
    """Do what is asked for until nothing is."""
    known = works(path)
    for line in sys.stdin:
        work, trials = line.split()
        started = time.perf_counter()
        known[work](int(trials))
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
