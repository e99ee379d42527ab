"""Pilots: a few histories of a point, to foresee how long a sweep will take and what room it needs."""

from __future__ import annotations

import time

from negosim.engine.run import BLOCK
from negosim.experiments.evaluate import Counts, Evaluation, Point
from negosim.experiments.store.chunk import Chunk, packed
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.sweep.result import Forecast
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError

_SIZES = (50, 250, 1000, 4096)
"""Trials of the runs, one after the other until a whole chunk has been played or it has taken long enough."""

_LONG_ENOUGH = 3.0
"""Seconds."""

_TRIED = 20
"""Points that are tried until one is not refused."""


def foreseen(scenario: Scenario, manifest: Manifest, workers: int) -> Forecast:
    """Play a little of a sweep and say what all of it will take."""
    points = len(manifest.points)
    chunks = points * len(manifest.ranges)
    trials = points * manifest.trials
    pilot = next((found for found in (_pilot(scenario, manifest, at) for at in _spread(points)) if found), None)
    if pilot is None:
        return Forecast(points, chunks, trials, None, None)
    chunk, size = pilot
    return Forecast(points, chunks, trials, chunks * chunk / min(workers, chunks), round(size * trials))


def _pilot(scenario: Scenario, manifest: Manifest, at: int) -> tuple[float, float] | None:
    """Return the seconds that a chunk takes, and the bytes of a trial; None where the point is refused."""
    overrides, whole, evaluation = manifest.points[at], manifest.part_trials, Evaluation(scenario, manifest.metrics)
    sizes = [*(size for size in _SIZES if size < whole), whole]
    taken: list[tuple[int, float]] = []
    try:
        _timed(evaluation, Point(overrides, 1, manifest.seed))  # what is slow only the first time
        for trials in sizes:
            seconds, counts = _timed(evaluation, Point(overrides, trials, manifest.seed))
            taken.append((trials, seconds))
            if sum(seconds for _, seconds in taken) > _LONG_ENOUGH:
                break
    except (ScenarioError, ArithmeticError, ValueError):
        return None
    trials = taken[-1][0]
    chunk = Chunk(at, overrides, manifest.seed, 0, trials)
    seconds = _timed_together(evaluation, manifest) if trials == whole < BLOCK // 2 else _extended(taken, whole)
    return seconds, len(packed(chunk, manifest.chunk_id(chunk), counts)) / trials


def _timed_together(evaluation: Evaluation, manifest: Manifest) -> float:
    """Return the seconds that a chunk takes among others of few trials, which are played together."""
    whole = manifest.part_trials
    points = [Point(overrides, whole, manifest.seed) for overrides in manifest.points[: BLOCK // whole]]
    started = time.perf_counter()
    evaluation.outcomes(points)
    return (time.perf_counter() - started) / len(points)


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
