"""How long the commands take from a cold shell: a process of their own each time, files in the system's cache."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from functools import partial

from benchmarks.flagship import SCENARIO
from benchmarks.timing import in_turn, ratio, table

PYTHON = "python -c pass"
COMMANDS: dict[str, tuple[tuple[str, ...], float | None]] = {
    PYTHON: (("-c", "pass"), None),
    "negosim --help": (("-m", "negosim", "--help"), 0.3),
    "negosim validate": (("-m", "negosim", "validate", str(SCENARIO)), 0.6),
    "negosim run --trials 1": (("-m", "negosim", "run", str(SCENARIO), "--trials", "1", "--json"), None),
    "negosim run --trials 1000": (("-m", "negosim", "run", str(SCENARIO), "--trials", "1000", "--json"), 2.0),
    "negosim run --trials 1000, as a report": (("-m", "negosim", "run", str(SCENARIO), "--trials", "1000"), None),
}
"""What is started, and the seconds it should stay under."""


def start(arguments: Sequence[str]) -> None:
    """Run a command to its end."""
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)


def main(rounds: int) -> None:
    works = {name: partial(start, arguments) for name, (arguments, _) in COMMANDS.items()}
    for work in works.values():
        work()
    taken = in_turn(works, rounds)
    rows = []
    for name, times in taken.items():
        limit = COMMANDS[name][1]
        aim = f"{limit}" if limit else "-"
        rows.append((name, f"{times.median:.2f}", f"{ratio(times.wall, taken[PYTHON].wall):.1f}", aim))
    print(table(("command (the flagship)", "seconds (median)", "times bare Python", "should stay under"), rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is timed (default 7)")
    main(parser.parse_args().rounds)
