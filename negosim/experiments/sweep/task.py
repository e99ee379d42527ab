"""Tasks: what is handed to a process or a machine to play, and what comes back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from negosim.experiments.evaluate import Counts, Outcome, Point, packed, packed_outcomes
from negosim.experiments.store.chunk import Part
from negosim.results.build_identity import sources
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError
from negosim.version import __version__


class WorkersError(RuntimeError):
    """Whoever should play cannot, in words for whoever asked for it."""


@dataclass(frozen=True)
class Work:
    """What all tasks of a sweep share.

    Attributes
    ----------
    scenario : packed; a worker unpacks it once.
    names : of the metrics.
    version, sources : of negosim that asks, and the hash of its sources.
    """

    scenario: bytes = field(repr=False)
    names: tuple[str, ...]
    version: str = __version__
    sources: str | None = field(default_factory=sources)

    @classmethod
    def of(cls, scenario: Scenario, names: Sequence[str]) -> Work:
        """Pack what is to be played."""
        return cls(packed(scenario), tuple(names))


@dataclass(frozen=True)
class PartOutcome:
    """What came of a part: counts, or why there are none; and the seconds it took, its part of those of its task."""

    part: Part
    counts: Counts | None
    message: str | None
    seconds: float


def play_parts(work: Work, parts: Sequence[Part]) -> list[PartOutcome]:
    """Play some parts of a sweep, wherever this runs; those that differ in numbers alone are played together.

    A part that is refused or raises comes back with its message; the others are played all the same.

    Raises
    ------
    WorkersError
        Where this negosim is not the one that asks.
    """
    if work.version != __version__:
        raise WorkersError(
            f"a worker has negosim {__version__}, and the sweep is asked for by negosim {work.version}: "
            "install the same version everywhere"
        )
    if work.sources != sources():
        raise WorkersError(
            f"a worker has other sources of negosim ({sources()}) than the sweep is asked for with ({work.sources}): "
            "install the same negosim everywhere, and begin again where it was changed meanwhile"
        )
    started = time.perf_counter()
    points = [Point(part.overrides, part.trials, part.seed, part.first) for part in parts]
    outcomes = packed_outcomes(work.scenario, work.names, points)
    seconds = (time.perf_counter() - started) / max(sum(part.trials for part in parts), 1)
    return [
        PartOutcome(part, *_counts_or_message(outcome), seconds * part.trials)
        for part, outcome in zip(parts, outcomes, strict=True)
    ]


def _counts_or_message(outcome: Outcome) -> tuple[Counts | None, str | None]:
    if isinstance(outcome, ScenarioError):
        return None, "; ".join(f"{problem.path}: {problem.message}" for problem in outcome.problems)
    if isinstance(outcome, Exception):
        return None, f"{type(outcome).__name__}: {outcome}"
    return outcome, None
