"""The flagship: trials per second on one processor and on all, an answer inside a warm process, the most memory."""

from __future__ import annotations

import argparse
import itertools
import sys
from functools import partial
from pathlib import Path

import negosim
from benchmarks.memory import peak
from benchmarks.timing import Taken, in_turn, ratio, table
from negosim.engine.processes import default_workers
from negosim.scenario.load import load

SCENARIO = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"
ANSWER = 2_000
"""Trials of an answer to a slider."""
MILLION = 1_000_000


def speeds(trials: int, rounds: int) -> None:
    """Print the trials a second of the engine alone."""
    scenario, workers = load(SCENARIO), default_workers()

    def engine(processes: int) -> None:
        negosim.run(scenario, trials=trials, workers=processes, keep=False)

    engine(workers)
    one, many = "one processor", f"{workers} processors"
    taken = in_turn(
        {
            one: lambda: engine(1),
            many: lambda: engine(workers),
        },
        rounds,
    )
    rows = [
        (name, f"{trials:,}", f"{trials / times.median:,.0f}", f"{ratio(taken[one].wall, times.wall):.2f}")
        for name, times in taken.items()
    ]
    print(table(("engine", "trials", "a second (median)", "times one processor"), rows))


def answers(trials: int, rounds: int) -> None:
    """Print how long a moved slider waits: the scenario changed, compiled, run and summed up in a warm process."""
    scenario = load(SCENARIO)
    lever = next(iter(scenario.file.levers.values()))
    positions = itertools.cycle(lever.range)

    def answer(workers: int, zones: bool) -> None:
        moved = scenario.with_values({lever.path: next(positions)})
        negosim.run(moved, trials=trials, workers=workers, keep=False, zones=zones).summary()

    workers = default_workers()
    works = {
        "one process": partial(answer, 1, zones=False),
        f"{workers} processes": partial(answer, workers, zones=False),
        f"{workers} processes, with zones of agreement": partial(answer, workers, zones=True),
    }
    for work in works.values():
        work()
    taken = in_turn(works, rounds)
    print(table((f"answer of {trials:,} trials in a warm process", "seconds"), list(map(_seconds, taken.items()))))


def _seconds(item: tuple[str, Taken]) -> tuple[str, str]:
    return item[0], f"{item[1].median:.2f}"


def memory(counts: list[int]) -> None:
    """Print what `negosim run --json` takes, in a process of its own with as many workers as there are processors."""
    rows = []
    for trials in counts:
        command = [sys.executable, "-m", "negosim", "run", str(SCENARIO), "--trials", str(trials), "--json"]
        took = peak(command)
        together = f"{took.together:,.0f}" if took.together else "-"
        rows.append((f"{trials:,}", f"{took.seconds:,.1f}", f"{took.largest:,.0f}", together))
    print(table(("trials", "seconds", "largest process, MB", "all processes together, MB"), rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20_000, help="of the speed (default 20,000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed (default 5)")
    parser.add_argument("--million", action="store_true", help="measure the memory of 1,000,000 trials too (slow)")
    chosen = parser.parse_args()
    speeds(chosen.trials, chosen.rounds)
    print()
    answers(ANSWER, chosen.rounds)
    print()
    memory([chosen.trials, 4 * chosen.trials, *([MILLION] if chosen.million else [])])
