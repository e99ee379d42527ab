"""Main effects of inputs, from the draws of one run; see `negosim.experiments.sensitivity.sensitivity`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.compile import compiled, path_in_plan
from negosim.engine.draws import draw
from negosim.engine.run import played
from negosim.engine.streams import Streams
from negosim.experiments.evaluate import counted
from negosim.experiments.metrics import estimate
from negosim.experiments.sensitivity.effects import Array, Ask, Found
from negosim.experiments.sensitivity.result import Index, InputEffect
from negosim.results.intervals import NORMAL_975
from negosim.results.trials import joined

GROUPS = 20
"""Groups of trials by the value of an input."""

_PARTS = 20
"""Parts of the trials that are left out in turn for the interval of a main effect."""

_FIFTH = 5

_MISSED = 0.05
"""Share of false discoveries among the main effects that are said to be significant."""


def main_effects(ask: Ask, points: int | None, trials: int | None) -> Found:
    """Play one run and look at how the answer moves with what was drawn."""
    if points is not None:
        raise ValueError("the method main plays one run and has no points (say --trials)")
    many = trials or 20_000
    plan = compiled(ask.scenario.file)
    blocks = played(_without_zones, plan, many, ask.seed, workers=ask.workers)
    counts = counted(ask.metrics, ask.scenario, plan, joined(list(blocks)))
    streams = Streams(ask.seed, 0, many)
    drawn = dict[str, Array]()
    for factor in ask.factors:
        path = path_in_plan(ask.scenario.file, plan, factor.path)
        if path is None:
            raise ValueError(f"'{factor.id}' is not drawn in a run, which says nothing of it (use --method tornado)")
        drawn[factor.path] = draw(plan.quantities[path], path, streams)
    found = {}
    for place, name in enumerate(counts.names):
        counting = counts.below[place] > 0
        y = counts.above[place, counting] / counts.below[place, counting]
        effects, chances = [], []
        for factor in ask.factors:
            if y.size < 2 * GROUPS:
                continue
            x = drawn[factor.path]
            index, chance = main_effect(x[counting], y)
            fifths = np.argsort(np.argsort(x[counting], kind="stable")) * _FIFTH // y.size
            low, high = (
                estimate(y[fifths == end], np.ones(np.count_nonzero(fifths == end)), is_share=counts.is_share[place])
                for end in (0, _FIFTH - 1)
            )
            effects.append(InputEffect(factor.id, factor.title, first=index, low=low, high=high))
            chances.append(chance)
        passing = discoveries(np.array(chances))
        found[name] = [
            replace(effect, significant=bool(passes)) for effect, passes in zip(effects, passing, strict=True)
        ]
    return found, counts.estimates, dict.fromkeys(counts.names), 1, many


def _without_zones(plan: Any, seed: int, first: int, trials: int) -> Any:
    return play(plan, seed, first, trials, zones=False)


def main_effect(x: Array, y: Array) -> tuple[Index, float]:
    """Return which share of the variance of y its dependence on x accounts for, and the p-value of that share.

    Parameters
    ----------
    x, y : (trials,) an input and an outcome.

    Notes
    -----
    The interval is that of a delete-a-group jackknife; the chance that of the F statistic of the groups.
    """
    from scipy.special import fdtrc  # scipy.special is slow to import

    groups = np.argsort(np.argsort(x, kind="stable"), kind="stable") * GROUPS // x.size
    part = np.arange(x.size) % _PARTS
    n = np.zeros((_PARTS, GROUPS))
    total, squares = np.zeros_like(n), np.zeros_like(n)
    for sums, weights in ((n, None), (total, y), (squares, y * y)):
        np.add(sums, np.bincount(part * GROUPS + groups, weights, minlength=sums.size).reshape(sums.shape), out=sums)
    whole, f = _share(n.sum(axis=0), total.sum(axis=0), squares.sum(axis=0))
    without = np.array(
        [_share(*(sums.sum(axis=0) - sums[k] for sums in (n, total, squares)))[0] for k in range(_PARTS)]
    )
    error = NORMAL_975 * float(np.sqrt((_PARTS - 1) / _PARTS * np.sum((without - without.mean()) ** 2)))
    half = _share(*(sums[: _PARTS // 2].sum(axis=0) for sums in (n, total, squares)))[0]
    chance = float(fdtrc(GROUPS - 1, x.size - GROUPS, f)) if np.isfinite(f) else 1.0
    return Index(whole, whole - error, whole + error, half), chance


def _share(n: Array, total: Array, squares: Array) -> tuple[float, float]:
    """Return the share of variance between groups, noise taken off, and the F statistic."""
    n, total, squares = n[n > 0], total[n > 0], squares[n > 0]
    count, groups = n.sum(), n.size
    if count <= groups or groups < 2:
        return 0.0, np.nan
    between = float(np.sum(total * total / n) - total.sum() ** 2 / count) / (groups - 1)
    within = float(np.sum(squares - total * total / n)) / (count - groups)
    variance = float(squares.sum() - total.sum() ** 2 / count) / count
    if variance <= 0 or within <= 0:
        return 0.0, np.nan
    return float((groups - 1) * (between - within) / count / variance), between / within


def discoveries(chances: Array) -> NDArray[np.bool_]:
    """Say which of many effects are significant, with 5 % false ones among them (Benjamini & Hochberg 1995).

    >>> discoveries(np.array([0.001, 0.6, 0.02]))
    array([ True, False,  True])
    """
    order = np.argsort(chances)
    passes = chances[order] <= _MISSED * np.arange(1, chances.size + 1) / max(chances.size, 1)
    last = np.nonzero(passes)[0].max(initial=-1)
    significant = np.zeros(chances.size, dtype=bool)
    significant[order[: last + 1]] = True
    return significant
