"""Tasks: what is handed to a process or a machine to play, and what comes back."""

from __future__ import annotations

import functools
import pickle
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import negosim
from negosim.experiments.evaluate import Counts, Point, evaluated
from negosim.experiments.parts import Part
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError

_KEPT = 4
"""Scenarios that a worker keeps unpacked."""


class CrewError(RuntimeError):
    """Whoever should play cannot, in words for whoever asked for it."""


@dataclass(frozen=True)
class Work:
    """What all tasks of a sweep share.

    Attributes
    ----------
    scenario : packed; a worker unpacks it once.
    names : of the metrics.
    version : of negosim that asks.
    """

    scenario: bytes = field(repr=False)
    names: tuple[str, ...]
    version: str = negosim.__version__

    @classmethod
    def of(cls, scenario: Scenario, names: Sequence[str]) -> Work:
        """Pack what is to be played."""
        return cls(zlib.compress(pickle.dumps(scenario)), tuple(names))


@dataclass(frozen=True)
class Outcome:
    """What came of a part: counts, or why there are none; and the seconds it took."""

    part: Part
    counts: Counts | None
    message: str | None
    seconds: float


def play(work: Work, parts: Sequence[Part]) -> list[Outcome]:
    """Play some parts of a sweep, wherever this runs.

    A part that is refused or raises comes back with its message; the others are played all the same.

    Raises
    ------
    CrewError
        Where this negosim is not the one that asks.
    """
    if work.version != negosim.__version__:
        raise CrewError(
            f"a worker has negosim {negosim.__version__}, and the sweep is asked for by negosim {work.version}: "
            "install the same version everywhere"
        )
    scenario = _unpacked(work.scenario)
    return [_played(scenario, part, work.names) for part in parts]


def _played(scenario: Scenario, part: Part, names: tuple[str, ...]) -> Outcome:
    started = time.perf_counter()
    try:
        counts = evaluated(scenario, Point(part.overrides, part.trials, part.seed, part.first), names)
    except ScenarioError as error:
        told = "; ".join(f"{problem.path}: {problem.message}" for problem in error.problems)
        return Outcome(part, None, told, time.perf_counter() - started)
    except Exception as error:  # a point that fails must not take the others with it
        return Outcome(part, None, f"{type(error).__name__}: {error}", time.perf_counter() - started)
    return Outcome(part, counts, None, time.perf_counter() - started)


@functools.lru_cache(maxsize=_KEPT)
def _unpacked(packed: bytes) -> Scenario:
    scenario: Scenario = pickle.loads(zlib.decompress(packed))
    return scenario
