"""(a) The flagship: trials a second on one processor and on all, a short answer in a warm process, the most memory.

``python -m benchmarks.flagship [--million]``
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from pathlib import Path

import negosim
from benchmarks.timing import medians, seconds
from negosim.engine import kernel
from negosim.engine.run import default_workers

SCENARIO = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"


def main(trials: int = 20_000, rounds: int = 5, short: int = 2000) -> None:
    scenario, workers = negosim.load(SCENARIO), default_workers()
    print(f"{'compiled kernel' if kernel.library() else 'NumPy alone'}, {workers} processors, median of {rounds}")

    def run(many: int, processes: int, zones: bool = True) -> None:
        negosim.run(scenario, trials=many, workers=processes, keep=False, zones=zones).summary()

    took = medians(
        {
            "one": lambda: run(trials // 2, 1),
            "all": lambda: run(trials, workers),
            "short": lambda: run(short, workers, zones=False),
            "short, with zones": lambda: run(short, workers),
        },
        rounds,
    )
    one, every = trials / 2 / took["one"], trials / took["all"]
    print(f"one processor: {one:,.0f} trials a second; {workers}: {every:,.0f}; ratio {every / one:.2f}")
    for name in ("short", "short, with zones"):
        print(f"{short:,} trials in a warm process{name.removeprefix('short')}: {took[name]:.2f} s")
    _memory()


def million() -> None:
    scenario, workers = negosim.load(SCENARIO), default_workers()
    took = seconds(lambda: negosim.run(scenario, trials=1_000_000, workers=workers, keep=False).summary())
    print(f"1,000,000 trials: {took:,.0f} s, {1e6 / took:,.0f} a second")
    _memory()


def _memory() -> None:
    """Print the most memory this process and its workers, which are still there, have taken together."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    workers = [_peak(process.pid) for process in multiprocessing.active_children() if process.pid]
    print(f"most memory: {own:,.0f} MB here and {', '.join(f'{peak:,.0f}' for peak in workers)} MB in the workers")


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    million() if "--million" in sys.argv[1:] else main()
