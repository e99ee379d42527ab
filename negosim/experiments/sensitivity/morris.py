"""Elementary effects (Morris 1991); see `negosim.experiments.sensitivity.sensitivity`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.engine.streams import Streams
from negosim.experiments.evaluate import Counts
from negosim.experiments.paired import difference
from negosim.experiments.sensitivity.effects import Array, Ask, Found, over_sample
from negosim.experiments.sensitivity.result import Index, InputEffect
from negosim.experiments.sensitivity.salib import problem, quietly, salib, small
from negosim.results.intervals import NORMAL_975

_LEVELS = 4
"""Levels of the grid on which trajectories run."""


def morris(ask: Ask, points: int | None, trials: int | None) -> Found:
    """Move one input at a time along trajectories through the space of inputs."""
    sampler, _ = salib("morris")
    trajectories, many, size = points or 20, trials or 500, len(ask.factors)
    with quietly():
        cube = sampler.sample(problem(ask.factors), trajectories, num_levels=_LEVELS, seed=small(ask.seed))
    counts = ask.play(cube, many, shared=lambda place: place // (size + 1))
    found: dict[str, list[InputEffect]] = {}
    for place, name in enumerate(counts[0].names):
        moved = _elementary(cube, counts, place, size)
        found[name] = []
        for k, factor in enumerate(ask.factors):
            index = strength_of(*moved[k])
            found[name].append(InputEffect(factor.id, factor.title, strength=index, significant=index.significant))
    base, noise = over_sample(counts)
    return found, base, noise, len(cube), many


def _elementary(cube: Array, counts: Sequence[Counts], metric: int, size: int) -> list[tuple[Array, Array]]:
    """Return for each input its elementary effects over its whole range, and their noise variances."""
    effects: list[list[tuple[float, float]]] = [[] for _ in range(size)]
    for start in range(0, len(cube), size + 1):
        for step in range(start, start + size):
            moved = cube[step + 1] - cube[step]
            k = int(np.argmax(np.abs(moved)))
            one, other = counts[step], counts[step + 1]
            change = difference(
                (one.above[metric], one.below[metric]), (other.above[metric], other.below[metric]),
                is_share=one.is_share[metric],
            )  # fmt: skip
            if change.value is None or change.low is None or change.high is None:
                continue
            error = (change.high - change.low) / (2 * NORMAL_975)
            effects[k].append((change.value / moved[k], (error / moved[k]) ** 2))
    columns = (np.array(found).reshape(-1, 2) for found in effects)
    return [(table[:, 0], table[:, 1]) for table in columns]


def strength_of(effects: Array, noise: Array) -> Index:
    """Return the root mean square of elementary effects with the noise taken off, and its bootstrap interval.

    Parameters
    ----------
    effects, noise : (many,) the effects, and the variance of the noise in each.
    """
    if not effects.size:
        return Index(0.0, 0.0, 0.0)
    squares = effects * effects - noise
    picks = np.resize(_permuted(effects.size), (400, effects.size))
    means = squares[picks].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])

    def root(value: float) -> float:
        return float(np.sqrt(max(value, 0.0)))

    half = root(float(squares[: max(effects.size // 2, 1)].mean()))
    return Index(root(float(squares.mean())), root(float(low)), root(float(high)), half)


def _permuted(size: int) -> NDArray[np.intp]:
    """Return places for bootstrap samples, from a stream of their own."""
    u = Streams(0, 0, 400 * size).uniform("sensitivity.bootstrap")
    places: NDArray[np.intp] = (u * size).astype(np.intp)
    return places
