"""What is said of a sweep: what it will take, and what has come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from negosim.experiments.store.result import Progress, SweepTable


@dataclass(frozen=True)
class Forecast:
    """What a sweep will take.

    Attributes
    ----------
    points, parts, trials : of the design; trials of all points together.
    seconds : about, with the workers that were said; None where no point could be played.
    size : bytes that the directory takes on the disk, about: results, design and index, in whole blocks.
    files : in it.
    """

    points: int
    parts: int
    trials: int
    seconds: float | None
    size: int | None
    files: int

    def as_dict(self) -> dict[str, Any]:
        """Return the forecast as plain data."""
        return {
            "points": self.points,
            "parts": self.parts,
            "trials": self.trials,
            "seconds": None if self.seconds is None else round(self.seconds, 1),
            "bytes": self.size,
            "files": self.files,
        }


@dataclass(frozen=True)
class Spread:
    """How far a metric varies: standard deviations, None where there is too little to tell.

    Attributes
    ----------
    points : between the points, each taken over all its trials.
    replications : between the replications of a point, on average over the points.
    """

    points: float | None
    replications: float | None


@dataclass(frozen=True)
class SweepSummary:
    """What has come of a sweep, as its report says it.

    Attributes
    ----------
    table : a row per point.
    progress : how much of it is done.
    damaged : what is wrong with part files that cannot be used.
    spread : by metric, how far it varies; empty where every point was played once.
    played : parts that were played now.
    seconds : that it took now.
    """

    table: SweepTable
    progress: Progress
    damaged: Mapping[str, str]
    spread: Mapping[str, Spread]
    played: int
    seconds: float
