"""A sweep of many points as a whole command: points a second, memory, files, disk, and how soon they are filtered."""

from __future__ import annotations

import argparse
import resource
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checkouts import ROOT, asked
from benchmarks.timing import table
from negosim.scenario.shipped import scenario_file

SCENARIO = scenario_file("divide-the-pie")
TRIALS = 20
"""Of a point."""


@dataclass(frozen=True)
class Taken:
    """What a sweep took: seconds, those of all processors together, files, bytes on the disk."""

    points: int
    seconds: float
    processor: float
    files: int
    disk: int


def swept(checkout: Path, points: int, out: Path, workers: int) -> Taken:
    """Play a sweep with the negosim of a checkout."""
    over = ["--sample", "lhs", "--points", str(points)]
    over += ["--over", "parties.west.war_cost", "--over", "parties.west.time_preference"]
    words = ["--set", "parties.west.war_cost={uniform: [0.05, 0.45]}"]
    words += ["--set", "parties.west.time_preference={uniform: [0.05, 0.25]}"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = asked(
        checkout, "sweep", str(SCENARIO), *words, *over, "--metric", "agreement", "--metric", "years",
        "--trials", str(TRIALS), "--workers", str(workers), "--out", str(out),
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    files = [path.stat() for path in out.rglob("*") if path.is_file()]
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(points, seconds, processor, len(files), sum(512 * found.st_blocks for found in files))


def row(name: str, taken: Taken, filtered: float) -> tuple[str, ...]:
    return (
        name,
        f"{taken.points:,}",
        f"{taken.points / taken.seconds:,.0f}",
        f"{taken.points / taken.processor:,.0f}",
        f"{taken.files:,}",
        f"{taken.disk / 1e6:,.1f}",
        f"{filtered:.1f}",
    )


def main(points: int, before: Path | None, fewer: int, workers: int) -> None:
    checkouts = {"now": (ROOT, points), **({"before": (before, fewer)} if before else {})}
    rows, speeds = [], {}
    for name, (checkout, number) in reversed(checkouts.items()):
        with tempfile.TemporaryDirectory() as directory:
            out = Path(directory) / "out"
            taken = swept(checkout, number, out, workers)
            filtered = asked(checkout, "results", str(out), "--where", "agreement > 0.5", "--sort", "-agreement")
            rows.append(row(name, taken, filtered))
            speeds[name] = (number / taken.seconds, number / taken.processor)
    head = ("sweep", "points", "a second", "a second of processor", "files", "MB on the disk", "filtered in, s")
    print(table(head, rows))
    if before:
        times = [now / then for now, then in zip(speeds["now"], speeds["before"], strict=True)]
        print(f"times as many points: {times[0]:.1f} a second, {times[1]:.1f} a second of processor")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process: {most:,.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=5_000, help="of the sweep (default 5,000)")
    parser.add_argument("--before", type=Path, help="another checkout, with its kernel built, to compare with")
    parser.add_argument("--fewer", type=int, default=5_000, help="points that the other checkout plays (default 5,000)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    chosen = parser.parse_args()
    main(chosen.points, chosen.before, chosen.fewer, chosen.workers)
