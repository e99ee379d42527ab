"""Tasks: what is handed to a process or a machine to play_chunks, and what comes back."""

from __future__ import annotations

import functools
import pickle
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from negosim.experiments.evaluate import Counts, Point, evaluated
from negosim.experiments.store.chunk import Chunk
from negosim.results.build_identity import sources
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError
from negosim.version import __version__

_KEPT = 4
"""Scenarios that a worker keeps unpacked."""


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
        return cls(zlib.compress(pickle.dumps(scenario)), tuple(names))


@dataclass(frozen=True)
class ChunkOutcome:
    """What came of a chunk: counts, or why there are none; and the seconds it took."""

    chunk: Chunk
    counts: Counts | None
    message: str | None
    seconds: float


def play_chunks(work: Work, chunks: Sequence[Chunk]) -> list[ChunkOutcome]:
    """Play some chunks of a sweep, wherever this runs.

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
    scenario = _unpacked(work.scenario)
    return [_played(scenario, chunk, work.names) for chunk in chunks]


def _played(scenario: Scenario, chunk: Chunk, names: tuple[str, ...]) -> ChunkOutcome:
    started = time.perf_counter()
    try:
        counts = evaluated(scenario, Point(chunk.overrides, chunk.trials, chunk.seed, chunk.first), names)
    except ScenarioError as error:
        message = "; ".join(f"{problem.path}: {problem.message}" for problem in error.problems)
        return ChunkOutcome(chunk, None, message, time.perf_counter() - started)
    except Exception as error:  # a point that fails must not take the others with it
        return ChunkOutcome(chunk, None, f"{type(error).__name__}: {error}", time.perf_counter() - started)
    return ChunkOutcome(chunk, counts, None, time.perf_counter() - started)


@functools.lru_cache(maxsize=_KEPT)
def _unpacked(packed: bytes) -> Scenario:
    scenario: Scenario = pickle.loads(zlib.decompress(packed))
    return scenario
