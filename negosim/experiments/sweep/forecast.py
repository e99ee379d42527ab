"""Pilots: a few histories of some points, to foresee how long a sweep will take and what room it needs."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negosim.engine.run import BLOCK
from negosim.experiments.evaluate import Counts, Evaluation, Point
from negosim.experiments.points import PointColumn
from negosim.experiments.store.chunk import Chunk, Content, packed
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.sweep.result import Forecast
from negosim.scenario.load import Scenario

_SIZES = (50, 250, 1000, 4096)
"""Trials of the runs, one after the other until a whole chunk has been played or it has taken long enough."""

_LONG_ENOUGH = 3.0
"""Seconds."""

_TRIED = 20
"""Points that are tried until one is not refused."""

_ROUNDS = 2
"""Blocks of points that are timed, after one that is not: in it is what is slow only the first time."""

_MOST_WRITTEN = 1_000
"""Values of an input that are written to learn how long it gets."""

_TAKEN_IN, _STARTED = 0.000_15, 1.0
"""Seconds to take in a part, enter it in the index and answer for it; and to start processes."""

_BLOCK_OF_DISK = 4_096
_INDEX_ROW, _INDEX_CELL, _INDEX_FILE = 40, 9, 40_960
"""Bytes of the index: of a point, of a number in it that is no whole one, and of an empty file."""


def foreseen(scenario: Scenario, manifest: Manifest, workers: int) -> Forecast:
    """Play a little of a sweep and say what all of it will take."""
    parts, trials, files = manifest.parts, len(manifest.points) * manifest.trials, manifest.chunks + 2
    evaluation, pilot = Evaluation(scenario, manifest.metrics), None
    for at in _spread(len(manifest.points)):
        pilot = _pilot(evaluation, manifest, at)
        if pilot is not None:
            break
    if pilot is None:
        return Forecast(len(manifest.points), parts, trials, None, None, files)
    if min(manifest.part_trials, manifest.trials) < BLOCK // 2 and pilot.trials >= manifest.part_trials:
        pilot = _together(evaluation, manifest) or pilot
    seconds = parts * (pilot.seconds / min(workers, parts) + _TAKEN_IN) + (_STARTED if workers > 1 else 0.0)
    return Forecast(len(manifest.points), parts, trials, seconds, _room(manifest, pilot), files)


@dataclass(frozen=True)
class _Pilot:
    """What was seen of some points: the seconds of a part, the trials played of each, and what they counted."""

    seconds: float
    trials: int
    counts: Sequence[Counts]


def _pilot(evaluation: Evaluation, manifest: Manifest, at: int) -> _Pilot | None:
    """Play a point, with more and more trials; None where it is refused."""
    overrides, whole = manifest.points[at], min(manifest.part_trials, manifest.trials)
    taken: list[tuple[int, float]] = []
    counts: Counts | None = None
    try:
        _timed(evaluation, Point(overrides, 1, manifest.seed))  # what is slow only the first time
        for trials in [*(size for size in _SIZES if size < whole), whole]:
            seconds, counts = _timed(evaluation, Point(overrides, trials, manifest.seed))
            taken.append((trials, seconds))
            if sum(seconds for _, seconds in taken) > _LONG_ENOUGH:
                break
    except (ArithmeticError, ValueError):
        return None
    return _Pilot(_extended(taken, whole), taken[-1][0], [counts] if counts else [])


def _together(evaluation: Evaluation, manifest: Manifest) -> _Pilot | None:
    """Play parts of few trials together, as a sweep does; None where they are all refused."""
    trials = min(manifest.part_trials, manifest.trials)
    number = len(manifest.points)
    seconds, played, found = 0.0, 0, list[Counts]()
    for turn in range(_ROUNDS + 1):
        # Neighbours, as a task has them, from another place of the design in each turn.
        size = min(BLOCK // trials, number)
        start = (number - size) * turn // _ROUNDS
        points = [Point(manifest.points[at], trials, manifest.seed) for at in range(start, start + size)]
        began = time.perf_counter()
        outcomes = evaluation.outcomes(points)
        if turn:
            seconds, played = seconds + time.perf_counter() - began, played + len(points)
        found += [outcome for outcome in outcomes if isinstance(outcome, Counts)]
        if seconds > _LONG_ENOUGH:
            break
    return _Pilot(seconds / played, trials, found) if found else None


def _room(manifest: Manifest, pilot: _Pilot) -> int:
    """Return the bytes that a directory of results takes, with whole blocks of the disk for every file."""
    metrics, many = len(manifest.metrics), len(pilot.counts)
    chunk = Chunk(0, 0, many, 0, pilot.trials)
    content = Content.empty(chunk, metrics)
    for place, counts in enumerate(pilot.counts):
        content.above[:, place], content.below[:, place] = counts.above, counts.below
    content.there[:] = True
    bare = len(packed(chunk, chunk.id(manifest.identity), manifest.metrics, Content.empty(chunk, metrics)))
    size = len(packed(chunk, chunk.id(manifest.identity), manifest.metrics, content)) - bare
    of_a_trial = max(size, 0) / (many * pilot.trials)
    points = min(manifest.chunk_points, len(manifest.points))
    of_a_chunk = bare + of_a_trial * points * min(manifest.part_trials, manifest.trials)
    design = len(json.dumps(manifest.as_dict(), indent=2)) + sum(map(_written, manifest.settings.columns))
    cells = 3 * metrics + len(manifest.columns)
    index = _INDEX_FILE + len(manifest.points) * (_INDEX_ROW + _INDEX_CELL * cells)
    return manifest.chunks * _blocks(of_a_chunk) + _blocks(design) + _blocks(index)


def _blocks(size: float) -> int:
    return -(-round(size) // _BLOCK_OF_DISK) * _BLOCK_OF_DISK


def _written(column: PointColumn) -> float:
    """Return the bytes that a column takes in the design, about."""
    few = [str(value) for value in column.values[:_MOST_WRITTEN]]
    return float(np.mean([len(value) + 1 for value in few])) * len(column.values)


def _extended(taken: list[tuple[int, float]], whole: int) -> float:
    """Return the seconds of a whole chunk: as measured, else along the line through the last two runs.

    >>> _extended([(50, 1.0), (250, 2.0)], 250), _extended([(50, 1.0), (250, 2.0)], 450)
    (2.0, 3.0)
    """
    trials, seconds = taken[-1]
    if trials == whole or len(taken) == 1:
        return seconds * whole / trials
    fewer, less = taken[-2]
    return seconds + max(seconds - less, 0.0) * (whole - trials) / (trials - fewer)


def _timed(evaluation: Evaluation, point: Point) -> tuple[float, Counts]:
    started = time.perf_counter()
    counts = evaluation.counts(point)
    return time.perf_counter() - started, counts


def _spread(points: int) -> list[int]:
    """Return some points, the one in the middle first.

    >>> _spread(5)
    [2, 0, 1, 3, 4]
    """
    middle = points // 2
    others = [points * place // _TRIED for place in range(_TRIED)] if points > _TRIED else range(points)
    return list(dict.fromkeys([middle, *others]))
