"""Scores of forecasts whose outcomes are known, with intervals from resampled cases.

Targets of one case are not independent: the same war, the same parties. So whole cases are drawn again with replacement
(the cluster bootstrap: Davison & Hinkley 1997, 3.8), and a score is computed on each draw. All forecasts are scored on
the same draws, so that a difference between two of them is paired. The forecasts themselves are held as they are: what
a rule would have been with other cases to learn from is not in the interval.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negosim.engine.streams import Streams
from negosim.experiments.hindcast.result import SCORES, Group, Interval
from negosim.results.intervals import wilson

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

RESAMPLES = 2_000
"""Draws of the cases: the ends of a 95 % interval then rest on fifty draws each."""

FEWEST_CASES = 5
"""Fewer cases than this are not drawn again: draws of so few repeat each other, and would look sure of themselves."""

_TAIL = 0.025
_STREAM = "hindcast.cases"

_EDGES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
"""Bins of the calibration table: narrow where most shares are."""


@dataclass(frozen=True)
class Outcomes:
    """What happened, target by target.

    Attributes
    ----------
    cases : number of the case, from 0, (targets,).
    months : horizon, (targets,).
    restarts : 0 where the target begins with the talks, 1 a year later, and so on, (targets,).
    deals : whether a deal came, (targets,).
    """

    cases: NDArray[np.intp]
    months: Array
    restarts: NDArray[np.intp]
    deals: Flags

    def __len__(self) -> int:
        return len(self.deals)

    def of(self, some: Flags) -> Outcomes:
        """Return some of the targets."""
        return Outcomes(self.cases[some], self.months[some], self.restarts[some], self.deals[some])

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Targets with a deal, and targets without one."""
        return np.flatnonzero(self.deals), np.flatnonzero(~self.deals)


@dataclass(frozen=True)
class Forecast:
    """What somebody says of each target.

    Attributes
    ----------
    shares : how likely a deal is, (targets,).
    ranks : what the targets are ordered by where that is not the share, (targets,). A rate among the other cases is
        lowest where a deal came, just because that case was left out: taken as an order it would be worse than chance,
        which is an artefact (Parker, Günter & Bedo 2007). A constant orders nothing, a rate by horizon the horizons.
    """

    shares: Array
    ranks: Array | None = None

    @property
    def order(self) -> Array:
        """What the targets are ordered by, (targets,)."""
        return self.shares if self.ranks is None else self.ranks

    def of(self, some: Flags) -> Forecast:
        """Return what is said of some of the targets."""
        return Forecast(self.shares[some], None if self.ranks is None else self.ranks[some])


@dataclass(frozen=True)
class Draws:
    """The cases drawn again and again.

    Attributes
    ----------
    weights : how often each case is in each draw, (draws, cases).
    """

    weights: Array = field(repr=False)

    def of_targets(self, outcomes: Outcomes) -> Array:
        """Return how often each target is in each draw, (draws, targets)."""
        return self.weights[:, outcomes.cases]


def drawn(cases: int, *, seed: int, resamples: int = RESAMPLES) -> Draws:
    """Draw cases with replacement, each time as many as there are; not at all where they are fewer than `FEWEST_CASES`.

    Parameters
    ----------
    cases : how many there are.
    seed : of the draws; the same seed gives the same draws.
    resamples : how often.

    >>> drawn(6, seed=1, resamples=2).weights.sum(axis=1)
    array([6., 6.])
    """
    if cases < FEWEST_CASES:
        return Draws(np.zeros((0, cases)))
    streams = Streams(seed, 0, resamples)
    weights = np.zeros((resamples, cases))
    rows = np.arange(resamples)
    for place in range(cases):
        chosen = (streams.uniform(_STREAM, tick=place) * cases).astype(np.intp)
        np.add.at(weights, (rows, chosen), 1.0)
    return Draws(weights)


def clipped(shares: Array, trials: int) -> Array:
    """Return shares no nearer to 0 and 1 than so many histories can tell: half a history.

    A share of 0 would make the log score infinite as soon as one deal came, which so few histories do not support.

    >>> clipped(np.array([0.0, 0.3, 1.0]), 100)
    array([0.005, 0.3  , 0.995])
    """
    least = 0.5 / trials
    return np.clip(shares, least, 1.0 - least)


def brier(forecast: Forecast, outcomes: Outcomes, weights: Array) -> Array:
    """Return the mean squared distance of share and outcome (Brier 1950) in each draw, (draws,).

    Parameters
    ----------
    weights : how often each target is in each draw, (draws, targets).
    """
    return _mean((forecast.shares - outcomes.deals) ** 2, weights)


def log_score(forecast: Forecast, outcomes: Outcomes, weights: Array, trials: int) -> Array:
    """Return the mean negative logarithm of what was said of what happened (Good 1952) in each draw, (draws,).

    Parameters
    ----------
    weights : how often each target is in each draw, (draws, targets).
    trials : histories that the shares were counted in; see `clipped`.
    """
    shares = clipped(forecast.shares, trials)
    return _mean(-np.log(np.where(outcomes.deals, shares, 1.0 - shares)), weights)


def auc(forecast: Forecast, outcomes: Outcomes, weights: Array, *, same_horizon: bool = False) -> Array:
    """Return how often a target with a deal is put above one without, ties half, in each draw, (draws,).

    It is the area under the ROC curve (Hanley & McNeil 1982); NaN in a draw that has nothing to compare.

    Parameters
    ----------
    weights : how often each target is in each draw, (draws, targets).
    same_horizon : compare only targets of the same number of months, so that length alone earns nothing.
    """
    yes, no = outcomes.pairs
    order = forecast.order
    above = (order[yes, None] > order[None, no]) + 0.5 * (order[yes, None] == order[None, no])
    counts = np.ones_like(above)
    if same_horizon:
        counts = (outcomes.months[yes, None] == outcomes.months[None, no]).astype(np.float64)
    compared = ((weights[:, yes] @ counts) * weights[:, no]).sum(axis=1)
    won = ((weights[:, yes] @ (above * counts)) * weights[:, no]).sum(axis=1)
    shares: Array = np.divide(won, compared, out=np.full(len(weights), np.nan), where=compared > 0)
    return shares


def _mean(values: Array, weights: Array) -> Array:
    total = weights.sum(axis=1)
    means: Array = np.divide(weights @ values, total, out=np.full(len(weights), np.nan), where=total > 0)
    return means


def _all_scores(forecast: Forecast, outcomes: Outcomes, weights: Array, trials: int) -> dict[str, Array]:
    return {
        "brier": brier(forecast, outcomes, weights),
        "log": log_score(forecast, outcomes, weights, trials),
        "auc": auc(forecast, outcomes, weights),
        "auc_same_horizon": auc(forecast, outcomes, weights, same_horizon=True),
    }


@dataclass(frozen=True)
class Scored:
    """The scores of one forecast: as the targets are, and in each draw of the cases.

    Attributes
    ----------
    values : by score.
    draws : by score, (draws,).
    """

    values: Mapping[str, float]
    draws: Mapping[str, Array] = field(repr=False)

    def intervals(self) -> dict[str, Interval]:
        """Return each score with its interval."""
        return {score: interval(self.values[score], self.draws[score]) for score in SCORES}

    def less(self, other: Scored) -> dict[str, Interval]:
        """Return by how much each score differs from another's, draw by draw."""
        return {
            score: interval(self.values[score] - other.values[score], self.draws[score] - other.draws[score])
            for score in SCORES
        }


def scored(forecast: Forecast, outcomes: Outcomes, draws: Draws, *, trials: int) -> Scored:
    """Score a forecast.

    Parameters
    ----------
    forecast : what was said of each target.
    outcomes : what happened.
    draws : of the cases, the same for all forecasts that are to be compared.
    trials : histories that the shares were counted in.
    """
    once = _all_scores(forecast, outcomes, np.ones((1, len(outcomes))), trials)
    values = {score: float(found[0]) for score, found in once.items()}
    return Scored(values, _all_scores(forecast, outcomes, draws.of_targets(outcomes), trials))


def interval(value: float, draws: Array) -> Interval:
    """Return a value with the 2.5 % and 97.5 % points of its draws; those that had nothing to compare are left out.

    >>> interval(0.5, np.array([0.0, 1.0, np.nan]))
    Interval(value=0.5, low=0.025, high=0.975)
    """
    found = draws[np.isfinite(draws)]
    if not np.isfinite(value):
        return Interval(None, None, None)
    if not found.size:
        return Interval(value, None, None)
    low, high = np.quantile(found, (_TAIL, 1.0 - _TAIL))
    return Interval(value, float(low), float(high))


def group(forecast: Forecast, outcomes: Outcomes, draws: Draws) -> Group:
    """Compare the mean share of some targets with the rate of deals among them."""
    weights = draws.of_targets(outcomes)
    deals = outcomes.deals.astype(np.float64)
    mean, rate, gap = (_mean_interval(values, weights) for values in (forecast.shares, deals, forecast.shares - deals))
    cases = len(np.unique(outcomes.cases))
    return Group(len(outcomes), cases, int(outcomes.deals.sum()), mean, _at_the_ends(rate, cases), gap)


def _at_the_ends(share: Interval, cases: int) -> Interval:
    """Return a share of 0 or 1 with Wilson's interval, a case counted once: every draw of the cases says the same."""
    if share.low is None or share.value not in (0.0, 1.0):
        return share
    ends = wilson(cases if share.value else 0, cases)
    return Interval(share.value, ends["low"], ends["high"])


def _mean_interval(values: Array, weights: Array) -> Interval:
    return interval(float(values.mean()) if values.size else float("nan"), _mean(values, weights))


def ratio(above: Array, below: Array, draws: Draws) -> Interval:
    """Return Σ above / Σ below over cases with its interval from the draws of the cases.

    Parameters
    ----------
    above, below : (cases,).
    """
    total = float(below.sum())
    weighed = draws.weights @ below
    again = np.divide(draws.weights @ above, weighed, out=np.full(len(weighed), np.nan), where=weighed > 0)
    return interval(float(above.sum()) / total if total else float("nan"), again)


def proportion(hits: Array, counted: Array, draws: Draws) -> Interval:
    """Return Σ hits / Σ counted, a share, as `ratio` does, but at 0 and 1 with Wilson's interval over the cases."""
    return _at_the_ends(ratio(hits, counted, draws), int(np.count_nonzero(counted)))


def bins(shares: Array) -> list[tuple[float, float, Flags]]:
    """Return the bins of the calibration table that hold any share: from, to, and which targets are in."""
    last = len(_EDGES) - 2
    place = np.clip(np.searchsorted(_EDGES, shares, side="right") - 1, 0, last)
    return [
        (low, high, place == number)
        for number, (low, high) in enumerate(itertools.pairwise(_EDGES))
        if (place == number).any()
    ]
