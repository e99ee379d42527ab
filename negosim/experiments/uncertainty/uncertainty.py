"""Uncertainty: how much of an answer's is Monte-Carlo error, and how much comes from the ranges of the inputs.

A plain run draws the uncertain inputs again in every trial, so that both are mixed in its answer. Here they are held:
an outer sample fixes all inputs at a point, inner trials with draws of their own play it. The point means then vary by
the inputs and by chance. The part of chance is known (a binomial variance for a share) and is taken off: the
estimator of the random-effects analysis of variance (Searle, Casella and McCulloch 1992, ch. 3).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.engine.compile import compiled
from negosim.experiments.evaluate import Counts, Point, outcomes
from negosim.experiments.inputs import Input, uncertain
from negosim.experiments.metrics import metrics
from negosim.experiments.uncertainty.result import Apart, Parts, Uncertainty
from negosim.results.about import possible
from negosim.results.intervals import NORMAL_975, wilson
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError

Array = NDArray[np.float64]

LEAST_POINTS = 4
"""Fewer points than this cannot be halved for the look at convergence."""

_QUANTILES = (0.05, 0.95)


def uncertainty(
    scenario: Scenario,
    names: Sequence[str] = (),
    *,
    points: int = 100,
    trials: int = 200,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Uncertainty:
    """Tell Monte-Carlo error and the uncertainty of inputs apart.

    Parameters
    ----------
    scenario : its uncertain inputs are drawn from their declared distributions, by a Latin hypercube.
    names : of metrics; by default the agreements that can come, and the scenario's questions.
    points : draws of the inputs.
    trials : histories played at each, with draws of their own.
    seed : of both.
    workers : processes; the answer does not depend on their number.
    progress : called with the number of points played since its last call.

    Raises
    ------
    ValueError
        Where a metric is not known or a number out of range, or where no point could be played.
    """
    if points < LEAST_POINTS or trials < 2 or seed < 0 or workers < 1:
        raise ValueError(f"it takes at least {LEAST_POINTS} points, 2 trials, a seed from 0 and 1 worker")
    started = time.perf_counter()
    names = tuple(dict.fromkeys(names)) or default_metrics(scenario)
    metrics(names, scenario, compiled(scenario.file))
    factors = uncertain(scenario)
    asked = _sampled(factors, points, trials, seed) if factors else [Point({}, points * trials, seed)]
    counts: list[Counts] = []
    failed: list[tuple[int, str]] = []
    for place, found in enumerate(outcomes(scenario, asked, names, workers=workers)):
        if isinstance(found, ScenarioError):
            failed.append((place, str(found)))
        elif isinstance(found, Exception):
            raise found
        else:
            counts.append(found)
        if progress:
            progress(1)
    if not counts:
        raise ValueError(f"the scenario can be played at no point of its input ranges: {failed[0][1]}")
    answers = tuple(_answer(scenario, counts, place) for place in range(len(names)))
    seconds = time.perf_counter() - started
    paths = tuple(factor.path for factor in factors)
    return Uncertainty(scenario, paths, answers, points, trials, seed, tuple(failed), seconds)


def default_metrics(scenario: Scenario) -> tuple[str, ...]:
    """Return the agreements that can come in a scenario and its questions."""
    can_come = possible(compiled(scenario.file))
    kinds: list[str] = [kind for kind in ("agreement", "ceasefire", "settlement") if kind in can_come]
    if len(kinds) == 2:  # agreement is then the same as the one kind that there is
        kinds = kinds[1:]
    if not kinds:
        kinds = list(filter(can_come.__contains__, ("limited", "victory")))[:1]
    return (*kinds, *(f"question.{name}" for name in sorted(scenario.file.questions)))


def _sampled(factors: Sequence[Input], points: int, trials: int, seed: int) -> list[Point]:
    from scipy.stats import qmc

    unit = qmc.LatinHypercube(len(factors), seed=seed).random(points)
    inside = np.clip(unit, 1e-9, 1 - 1e-9)
    columns = [factor.at(inside[:, place]) for place, factor in enumerate(factors)]
    return [
        Point(
            {factor.path: factor.written(column[k]) for factor, column in zip(factors, columns, strict=True)},
            trials,
            seed,
            first=k * trials,
        )
        for k in range(points)
    ]


def _answer(scenario: Scenario, counts: Sequence[Counts], place: int) -> Apart:
    name, is_share = counts[0].names[place], counts[0].is_share[place]
    above, below = np.array([c.above[place] for c in counts]), np.array([c.below[place] for c in counts])
    half = len(counts) // 2 or 1
    full, first = (parted(above[:end], below[:end], is_share=is_share) for end in (len(counts), half))
    question = scenario.file.questions.get(name.removeprefix("question.")) if name.startswith("question.") else None
    if question is None:
        return Apart(name, name, is_share, full, first)
    benchmarks = tuple(
        {"p": item.p, "on": item.on.isoformat() if item.on else None, "source": item.source, "note": item.note}
        for item in question.benchmarks
    )
    return Apart(name, question.title or name, is_share, full, first, benchmarks)


# The estimators


def point_means(above: Array, below: Array) -> tuple[Array, Array]:
    """Return the answer at each point and the variance that Monte-Carlo error gives it.

    Parameters
    ----------
    above, below : (points, trials); the answer at a point is Σ above / Σ below.

    Returns
    -------
    Means and unbiased variances of a share or mean (linearised for a ratio of sums, Cochran 1977, 6.4), of the points
    in which at least two trials count.

    >>> point_means(np.array([[1.0, 0.0, 0.0, 0.0]]), np.ones((1, 4)))
    (array([0.25]), array([0.0625]))
    """
    counted = np.count_nonzero(below, axis=1)
    enough = counted > 1
    above, below, counted = above[enough], below[enough], counted[enough]
    total = below.sum(axis=1)
    means = above.sum(axis=1) / total
    residual = above - means[:, None] * below
    variances = counted / (counted - 1.0) * (residual**2).sum(axis=1) / total**2
    return means, variances


def parted(above: Array, below: Array, *, is_share: bool) -> Parts:
    """Tell the two uncertainties of a metric apart.

    Parameters
    ----------
    above, below : (points, trials): the inputs are fixed along a row, the draws are new in every cell.
    is_share : whether the answer lies in [0, 1].

    Notes
    -----
    The range over inputs is that of the point means, shrunk towards their mean so that their variance is the one
    estimated for the inputs. Every point counts the same.
    """
    means, variances = point_means(above, below)
    if means.size < 2:
        return _single(above, below, is_share=is_share)
    between, monte_carlo = _variance(means), float(variances.mean())
    inputs = max(between - monte_carlo, 0.0)
    value = float(means.mean())
    ends = np.quantile(shrunk(means, inputs), _QUANTILES)
    if is_share:
        ends = np.clip(ends, 0.0, 1.0)
    cases = float(min(above.sum(), (below - above).sum()) / means.size) if is_share else None
    low, high = _interval(means, above, is_share=is_share)
    chance, at_most = _seen(between, monte_carlo, means.size)
    return Parts(
        value, low, high, between, monte_carlo, inputs, chance, float(ends[0]), float(ends[1]), at_most, means.size,
        cases,
    )  # fmt: skip


def shrunk(means: Array, variance: float) -> Array:
    """Return point means drawn towards their mean so that they have a given variance.

    >>> shrunk(np.array([0.0, 2.0]), 0.5)
    array([0.5, 1.5])
    """
    between = _variance(means)
    factor = math.sqrt(variance / between) if between > 0 else 0.0
    drawn: Array = means.mean() + factor * (means - means.mean())
    return drawn


def _variance(means: Array) -> float:
    """Return the variance of means, 0 where they differ by rounding only."""
    return float(means.var(ddof=1)) if np.ptp(means) > 1e-12 * np.abs(means).max() else 0.0


def _interval(means: Array, above: Array, *, is_share: bool) -> tuple[float, float]:
    value, deviation = float(means.mean()), float(means.std(ddof=1))
    if is_share and value in (0.0, 1.0):
        certain = wilson(above.size if value else 0, above.size)
        assert certain["low"] is not None and certain["high"] is not None
        return certain["low"], certain["high"]
    half = NORMAL_975 * deviation / math.sqrt(means.size)
    low, high = value - half, value + half
    return (max(low, 0.0), min(high, 1.0)) if is_share else (low, high)


def _seen(between: float, monte_carlo: float, points: int) -> tuple[float, float]:
    """Return the chance of such a variance by Monte-Carlo error alone, and the largest possible deviation over inputs.

    Without an effect of inputs, (K - 1) times the ratio of the variances has nearly a chi-square law.
    """
    from scipy.special import chdtrc, chdtri

    if not monte_carlo:
        return (0.0 if between > 0 else 1.0), math.sqrt(between)
    freedom = points - 1
    chance = float(chdtrc(freedom, freedom * between / monte_carlo))
    largest = between * freedom / float(chdtri(freedom, 0.95))
    return chance, math.sqrt(max(largest - monte_carlo, 0.0))


def _single(above: Array, below: Array, *, is_share: bool) -> Parts:
    """Return what can be said of one point, or of too few: all of it is Monte-Carlo error."""
    from negosim.experiments.metrics import estimate

    found = estimate(above.ravel(), below.ravel(), is_share=is_share)
    _, variances = point_means(above.reshape(1, -1), below.reshape(1, -1))
    monte_carlo = float(variances[0]) if variances.size else 0.0
    return Parts(
        found.value, found.low, found.high, monte_carlo, monte_carlo, 0.0, 1.0, None, None, 0.0, int(below.any())
    )
