"""Tasks: what is handed to a process or a machine to play_chunks, and what comes back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from negosim.experiments.evaluate import Counts, Outcome, Point, packed, packed_outcomes
from negosim.experiments.store.chunk import Chunk
from negosim.results.build_identity import sources
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError
from negosim.version import __version__


class WorkersError(RuntimeError):
    """Whoever should play_chunks cannot, in words for whoever asked for it."""


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
class ChunkOutcome:
    """What came of a chunk: counts, or why there are none; and the seconds it took, its part of those of its task."""

    chunk: Chunk
    counts: Counts | None
    message: str | None
    seconds: float


def play_chunks(work: Work, chunks: Sequence[Chunk]) -> list[ChunkOutcome]:
    """Play some chunks of a sweep, wherever this runs; those that differ in numbers alone are played together.

    A chunk that is refused or raises comes back with its message; the others are played all the same.

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
    points = [Point(chunk.overrides, chunk.trials, chunk.seed, chunk.first) for chunk in chunks]
    outcomes = packed_outcomes(work.scenario, work.names, points)
    seconds = (time.perf_counter() - started) / max(sum(chunk.trials for chunk in chunks), 1)
    return [
        ChunkOutcome(chunk, *_counts_or_message(outcome), seconds * chunk.trials)
        for chunk, outcome in zip(chunks, outcomes, strict=True)
    ]


def _counts_or_message(outcome: Outcome) -> tuple[Counts | None, str | None]:
    if isinstance(outcome, ScenarioError):
        return None, "; ".join(f"{problem.path}: {problem.message}" for problem in outcome.problems)
    if isinstance(outcome, Exception):
        return None, f"{type(outcome).__name__}: {outcome}"
    return outcome, None
