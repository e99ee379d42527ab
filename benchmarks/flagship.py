"""The flagship: trials per second on one processor and on all, an answer inside a warm process, the most memory.

With another checkout: how many times as fast this one plays the flagship of that one.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from functools import partial
from pathlib import Path

import negosim
from benchmarks.checkouts import ROOT, WarmProcess, asked
from benchmarks.memory import peak
from benchmarks.timing import Taken, in_turn, ratio, table
from negosim.engine.processes import default_workers
from negosim.scenario.load import load

SCENARIO = ROOT / "scenarios" / "ukraine-2025-12.yaml"
ANSWER = 2_000
"""Trials of an answer to a slider."""
MILLION = 1_000_000
WORKS = {"engine": "the engine alone", "run": "a run"}
"""What a warm process of a checkout is asked for."""


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


def against(checkout: Path, counts: list[int], trials: int, rounds: int) -> None:
    """Print how many times as fast as another checkout this one plays the flagship of that one, and how fast its own.

    Parameters
    ----------
    counts : of trials in a warm process, on one processor.
    trials : of a whole command, on all.
    """
    theirs, workers = checkout / SCENARIO.relative_to(ROOT), default_workers()
    names, rows = ("before", "now", "now, its own"), []
    with WarmProcess(checkout, theirs) as before, WarmProcess(ROOT, theirs) as now, WarmProcess(ROOT, SCENARIO) as own:
        for work, words in WORKS.items():
            for count in counts:
                ask = {
                    name: partial(warm.seconds, work, count)
                    for name, warm in zip(names, (before, now, own), strict=True)
                }
                for first in ask.values():
                    first()
                taken = in_turn(ask, rounds)
                rows.append((f"{words}, {count:,}, one processor", *_compared(taken)))
    words = ("--trials", str(trials), "--workers", str(workers))
    commands = {
        name: partial(asked, where, "run", str(path), *words)
        for name, where, path in zip(names, (checkout, ROOT, ROOT), (theirs, theirs, SCENARIO), strict=True)
    }
    rows.append((f"a command, {trials:,}, {workers} processors", *_compared(in_turn(commands, rounds))))
    print(table(("the other's flagship, seconds", "before", "now", "times as fast", "the own flagship, now"), rows))


def _compared(taken: dict[str, Taken]) -> tuple[str, ...]:
    """Return the shortest times of each, and the median of the ratios between the first two."""
    before, now, own = taken.values()
    shortest = [f"{min(times.wall):.3f}" for times in (before, now, own)]
    return *shortest[:2], f"{ratio(before.wall, now.wall):.1f}", shortest[2]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20_000, help="of the speed (default 20,000)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed (default 5)")
    parser.add_argument("--million", action="store_true", help="measure the memory of 1,000,000 trials too (slow)")
    parser.add_argument("--before", type=Path, help="only compare with another checkout, with its kernel built")
    chosen = parser.parse_args()
    if chosen.before:
        against(chosen.before, [20, 300, 1_000], chosen.trials, chosen.rounds)
        sys.exit()
    speeds(chosen.trials, chosen.rounds)
    print()
    answers(ANSWER, chosen.rounds)
    print()
    memory([chosen.trials, 4 * chosen.trials, *([MILLION] if chosen.million else [])])
