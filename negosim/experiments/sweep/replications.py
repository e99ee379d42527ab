"""Replications: the same points with other draws, kept apart from the points themselves.

The spread between replications of a point is Monte-Carlo error; the spread between points is what the inputs do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from negosim.experiments.frames import Kind, framed
from negosim.experiments.result import Estimate
from negosim.experiments.store.chunk import joined
from negosim.experiments.store.manifest import Manifest, value_at
from negosim.experiments.store.store import Store
from negosim.experiments.sweep.result import Spread


@dataclass(frozen=True)
class Replication:
    """One replication of a point.

    Attributes
    ----------
    point, replication : numbers, from 0.
    trials : played.
    estimates : by metric, of these trials alone.
    """

    point: int
    replication: int
    trials: int
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True)
class Replications:
    """The replications of a sweep that are there whole."""

    manifest: Manifest
    rows: tuple[Replication, ...]

    def columns(self) -> dict[str, list[Any]]:
        """Return a row per point and replication, by column."""
        manifest = self.manifest
        columns: dict[str, list[Any]] = {
            "point": [row.point for row in self.rows],
            "replication": [row.replication for row in self.rows],
        }
        for column in manifest.columns:
            columns[column.id] = [value_at(column, manifest.points[row.point]) for row in self.rows]
        columns["trials"] = [row.trials for row in self.rows]
        for name in manifest.metrics:
            for end, key in (("", "value"), (".low", "low"), (".high", "high")):
                columns[f"{name}{end}"] = [getattr(row.estimates[name], key) for row in self.rows]
        return columns

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return the rows as a frame of pandas, polars or Arrow."""
        return framed(self.columns(), kind)

    def spread(self) -> dict[str, Spread]:
        """Return how far each metric varies, between points and between replications."""
        return {name: self._spread(name) for name in self.manifest.metrics}

    def _spread(self, name: str) -> Spread:
        values: dict[int, list[float]] = {}
        for row in self.rows:
            found = row.estimates[name].value
            if found is not None:
                values.setdefault(row.point, []).append(found)
        means = [float(np.mean(found)) for found in values.values()]
        within = [float(np.var(found, ddof=1)) for found in values.values() if len(found) > 1]
        return Spread(
            float(np.std(means, ddof=1)) if len(means) > 1 else None,
            float(np.sqrt(np.mean(within))) if within else None,
        )


def replications(store: Store) -> Replications:
    """Return the replications that are there; one that lacks some of its trials is left out."""
    return Replications(store.manifest, tuple(_rows(store)))


def _rows(store: Store) -> Iterator[Replication]:
    manifest = store.manifest
    number = int(manifest.design.get("replications", 1))
    each = manifest.trials // number
    for point in range(len(manifest.points)):
        counted: dict[int, list[Any]] = {}
        for chunk, counts in store.trials(point):
            counted.setdefault(chunk.first // each, []).append(counts)
        for replication, found in sorted(counted.items()):
            counts = joined(found)
            if counts.above.shape[1] == each:
                yield Replication(point, replication, each, counts.estimates)
