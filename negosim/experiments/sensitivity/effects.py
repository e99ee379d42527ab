"""Effects of inputs on metrics, and the points that are played to find them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.evaluate import Counts, Point, evaluated_all
from negosim.experiments.inputs import Input
from negosim.experiments.result import Estimate
from negosim.experiments.sensitivity.result import InputEffect
from negosim.results.intervals import NORMAL_975
from negosim.scenario.load import Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ask:
    """What is asked of a method: the scenario, the inputs that vary, the metrics, the seed and the processes."""

    scenario: Scenario
    factors: tuple[Input, ...]
    metrics: tuple[str, ...]
    seed: int
    workers: int

    def play(self, cube: Array, trials: int, *, shared: Callable[[int], int]) -> list[Counts]:
        """Play points of the unit cube; those with the same number share their draws."""
        values = np.column_stack([factor.at(inside(cube[:, k])) for k, factor in enumerate(self.factors)])
        points = [
            Point(
                {factor.path: factor.written(value) for factor, value in zip(self.factors, row, strict=True)},
                trials, self.seed, trials * shared(place),
            )
            for place, row in enumerate(values)
        ]  # fmt: skip
        return evaluated_all(self.scenario, points, self.metrics, workers=self.workers)


def inside(u: Array) -> Array:
    """Keep a little away from the ends of the unit interval, where some laws are infinite."""
    return np.clip(u, 0.005, 0.995)


Found = tuple[dict[str, list[InputEffect]], dict[str, Estimate], dict[str, float | None], int, int]


def point_means(counts: Sequence[Counts], metric: int) -> tuple[Array, Array]:
    """Return the mean of every point, and the variance of its noise; not a number where there was nothing to count."""
    means, noise = [], []
    for count in counts:
        above, below = count.above[metric], count.below[metric]
        total, n = below.sum(), below.size
        if not total:
            means.append(np.nan)
            noise.append(np.nan)
            continue
        mean = above.sum() / total
        residual = above - mean * below
        means.append(mean)
        noise.append(n / (n - 1) * float(residual @ residual) / total**2)
    return np.array(means), np.array(noise)


def over_sample(counts: Sequence[Counts]) -> tuple[dict[str, Estimate], dict[str, float | None]]:
    """Return the mean of every metric over the points, and how much of the variance between them was noise."""
    base, share = {}, dict[str, float | None]()
    for place, name in enumerate(counts[0].names):
        means, noise = point_means(counts, place)
        known = np.isfinite(means)
        variance = float(np.var(means[known])) if known.any() else 0.0
        error = NORMAL_975 * float(np.sqrt(variance / max(known.sum(), 1)))
        mean = float(means[known].mean()) if known.any() else None
        base[name] = Estimate(mean, None if mean is None else mean - error, None if mean is None else mean + error)
        share[name] = min(float(noise[known].mean()) / variance, 1.0) if variance > 0 else None
    return base, share
