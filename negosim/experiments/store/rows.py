"""Rows: what every point of a chunk comes to, as the index keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.metrics import Bounds, bounds_of
from negosim.experiments.store.chunk import Chunk, Content
from negosim.experiments.store.manifest import Manifest, PointCells, value_at

Array = NDArray[np.float64]

_UNKNOWN: Bounds = (None, None, None)


def group_rows(manifest: Manifest, chunks: Sequence[Chunk], contents: Sequence[Content | None]) -> Iterator[PointCells]:
    """Yield a row for every point of a group: how far it is, what it sets, what its metrics come to.

    Parameters
    ----------
    manifest : of the store.
    chunks, contents : of the group, in the order of their trials; None where nothing is there.
    """
    first = chunks[0]
    there = np.array([np.zeros(first.points, bool) if item is None else item.there for item in contents])
    ranges = there.sum(axis=0)
    trials = there.T @ np.array([chunk.trials for chunk in chunks])
    failed = {place: text for item in reversed(contents) if item is not None for place, text in item.failed.items()}
    bounds = _bounds(manifest, there, contents)
    for place in range(first.points):
        point = first.start + place
        settings = manifest.points[point]
        message = failed.get(place)
        state = "complete" if ranges[place] == len(chunks) else "partial" if ranges[place] else "missing"
        yield (
            point,
            first.number,
            "failed" if message is not None else state,
            int(trials[place]),
            message,
            *(value_at(column, settings) for column in manifest.columns),
            *(end for of_metric in bounds for end in of_metric[place]),
        )


def _bounds(manifest: Manifest, there: NDArray[np.bool_], contents: Sequence[Content | None]) -> list[list[Bounds]]:
    """Return the estimate of every metric at every point: those that have the same ranges of trials together."""
    found: list[list[Bounds]] = [[_UNKNOWN] * there.shape[1] for _ in manifest.metrics]
    kinds, of_point = np.unique(there, axis=1, return_inverse=True)
    for kind in range(kinds.shape[1]):
        ranges = [
            item for is_there, item in zip(kinds[:, kind], contents, strict=True) if is_there and item is not None
        ]
        places = np.flatnonzero(of_point.reshape(-1) == kind)
        if not ranges:
            continue
        for at, is_share in enumerate(manifest.is_share):
            above, below = (
                np.concatenate([side[at, places] for side in sides], axis=1)
                for sides in ([item.above for item in ranges], [item.below for item in ranges])
            )
            for place, bounds in zip(places.tolist(), bounds_of(above, below, is_share=is_share), strict=True):
                found[at][place] = bounds
    return found
