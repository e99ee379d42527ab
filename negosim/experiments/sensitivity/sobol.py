"""Sobol indices (Saltelli et al. 2010), noise taken off; see `negosim.experiments.sensitivity.sensitivity`."""

from __future__ import annotations

import numpy as np

from negosim.experiments.sensitivity.effects import Array, Ask, Found, over_sample, point_means
from negosim.experiments.sensitivity.result import Index, InputEffect
from negosim.experiments.sensitivity.salib import problem, quietly, salib, small


def sobol(ask: Ask, points: int | None, trials: int | None) -> Found:
    """Split the variance of the answer over the inputs."""
    sampler, _ = salib("sobol")
    base_points, many = points or 128, trials or 500
    if base_points & (base_points - 1) or base_points < 4:
        raise ValueError(f"the method sobol needs a power of two of at least 4 as its points (got {base_points})")
    with quietly():
        cube = sampler.sample(problem(ask.factors), base_points, calc_second_order=False, seed=small(ask.seed))
    counts = ask.play(cube, many, shared=lambda place: place)
    size, found = len(ask.factors), dict[str, list[InputEffect]]()
    for place, name in enumerate(counts[0].names):
        means, noise = point_means(counts, place)
        known = np.isfinite(means).reshape(-1, size + 2).all(axis=1).repeat(size + 2)
        first, total = sobol_indices(means[known], noise[known], size, seed=small(ask.seed))
        found[name] = [
            InputEffect(factor.id, factor.title, first=one, total=all_, significant=all_.significant)
            for factor, one, all_ in zip(ask.factors, first, total, strict=True)
        ]
    base, share = over_sample(counts)
    return found, base, share, len(cube), many


def sobol_indices(means: Array, noise: Array, size: int, *, seed: int = 1) -> tuple[list[Index], list[Index]]:
    """Return first-order and total indices of every input, Monte-Carlo noise taken off.

    Parameters
    ----------
    means, noise : (base points x (inputs + 2),) the mean of each point in the order of SALib's sample, and the variance
        of its noise; the draws of the points are independent.
    size : inputs.
    """
    half = means.size // (size + 2) // 2 * (size + 2)
    whole = _analysed(means, noise, size, seed)
    halved = _analysed(means[:half], noise[:half], size, seed) if half >= 4 * (size + 2) else None

    def indices(kind: int) -> list[Index]:
        return [
            Index(value, value - error, value + error, halved[kind][0][k] if halved else None)
            for k, (value, error) in enumerate(zip(*whole[kind], strict=True))
        ]

    return indices(0), indices(1)


def _analysed(means: Array, noise: Array, size: int, seed: int) -> list[tuple[list[float], list[float]]]:
    _, analyser = salib("sobol")
    cube = {"num_vars": size, "names": [str(k) for k in range(size)], "bounds": [[0, 1]] * size}
    rows = means.reshape(-1, size + 2)
    variance, v = float(np.var(rows[:, [0, -1]])), float(noise.mean())
    signal = variance - v
    if signal <= 0:
        nothing = [0.0] * size, [float("inf")] * size
        return [nothing, nothing]
    with quietly():
        indices = analyser.analyze(cube, means, calc_second_order=False, seed=seed)
    scale = variance / signal
    return [
        ((indices["S1"] * scale).tolist(), (indices["S1_conf"] * scale).tolist()),
        (((indices["ST"] * variance - v) / signal).tolist(), (indices["ST_conf"] * scale).tolist()),
    ]
