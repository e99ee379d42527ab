"""(e) Start-up: what a command takes from a cold shell. ``python -m benchmarks.startup``"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.flagship import SCENARIO
from benchmarks.timing import medians

COMMANDS = {
    "negosim --help": ["--help"],
    "validate the flagship": ["validate", str(SCENARIO)],
    "one trial of the flagship": ["run", str(SCENARIO), "--trials", "1"],
    "1,000 trials of the flagship": ["run", str(SCENARIO), "--trials", "1000"],
}


def main(rounds: int = 5) -> None:
    def run(arguments: list[str]) -> None:
        subprocess.run([sys.executable, "-m", "negosim", *arguments], check=True, capture_output=True)

    took = medians({name: lambda told=told: run(told) for name, told in COMMANDS.items()}, rounds)
    for name, time in took.items():
        print(f"{name}: {time:.2f} s")


if __name__ == "__main__":
    main()
