"""Timing: pieces of work in turn, so that a machine that slows down slows them all, and ratios within one run."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Work = Callable[[], object]


@dataclass
class Taken:
    """The seconds that a piece of work took, round by round.

    Attributes
    ----------
    wall : by the clock on the wall.
    processor : on the processors, those of child processes that have ended included. Other programs on the machine
        bear less on it, but it says nothing of how well several processors are used.
    """

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median by the clock on the wall."""
        return statistics.median(self.wall)


def processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in used)


def in_turn(works: Mapping[str, Work], rounds: int) -> dict[str, Taken]:
    """Time each piece of work once a round; every second round runs backwards."""
    taken = {name: Taken() for name in works}
    for place in range(rounds):
        for name in list(works)[:: -1 if place % 2 else 1]:
            processor, started = processor_seconds(), time.perf_counter()
            works[name]()
            taken[name].wall.append(time.perf_counter() - started)
            taken[name].processor.append(processor_seconds() - processor)
    return taken


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the median of the ratios round by round."""
    return statistics.median(one / other for one, other in zip(above, below, strict=True))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table, as it stands in the README."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
