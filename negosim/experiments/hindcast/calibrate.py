"""Calibration of the six constants of the encoding, each case forecast with constants that have not seen it.

All cases are played once at the points of a design that fills the priors; a surrogate stands in for what lies between.
For each case the constants are those that make the other cases most likely, held to their priors: the log likelihood of
when the deals came, plus the log density of the priors. The left-out case is then played with them.

The targets of one start are one event, seen three times: the first deal came by 3 months, between 3 and 6, between 6
and 12, or not by then. So each start has one term, the log of the share between the last horizon without a deal and the
first with one. Starts of one case still share their history; the true likelihood is flatter than this one, and the
profiles look surer than they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.processes import default_workers
from negosim.experiments.hindcast.constants import WIDTH, Constants, Uniform, priors
from negosim.experiments.hindcast.play import Played, play, shares_at
from negosim.experiments.hindcast.schema import Case
from negosim.experiments.hindcast.surrogate import Surrogate, fitted, smoothed, spread_points
from negosim.experiments.hindcast.targets import Target

Array = NDArray[np.float64]

POINTS = 60
"""Points of the design: twice the 28 coefficients of a quadratic in six constants."""
POINT_TRIALS = 200
"""Histories of each run at a point."""
_CANDIDATES = 1024
_ZOOMS = (1.0, 0.5, 0.25, 0.12, 0.06, 0.03)
"""The search looks everywhere, then ever closer around the best."""
PROFILE = 17
"""Values of a constant at which its profile is taken."""
DROP = 1.92
"""A profile within so much of its top is within a 95 % interval (half the quantile of chi-squared with one degree)."""


@dataclass(frozen=True)
class Profile:
    """What the cases say of one constant, the others at their best.

    Attributes
    ----------
    values : from two standard deviations below the middle of the prior to two above.
    log_likelihood : of the targets and the priors, less that of the best constants: 0 at the top.
    best : the value of the constants that fit all cases.
    low, high : the ends of what lies within `DROP` of the top; those of `values` where it does not fall so far.
    """

    values: tuple[float, ...]
    log_likelihood: tuple[float, ...]
    best: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Attributes
    ----------
    constants : those that fit all cases.
    held_out : by case, those that fit all the others.
    played : every case played with the constants that have not seen it.
    profiles : by constant.
    gain : log likelihood and priors at `constants`, less that of the shipped ones, by the surrogate.
    """

    constants: Constants
    held_out: Mapping[str, Constants]
    played: Played
    profiles: Mapping[str, Profile]
    gain: float

    @property
    def supported(self) -> tuple[str, ...]:
        """The constants whose shipped value lies outside the interval of their profile: the cases ask for a move."""
        shipped = Constants()
        return tuple(
            name for name, found in self.profiles.items() if not found.low <= getattr(shipped, name) <= found.high
        )


def calibrate(
    cases: Sequence[Case],
    targets: Sequence[Target],
    *,
    trials: int = 400,
    points: int = POINTS,
    point_trials: int = POINT_TRIALS,
    seed: int = 1,
    workers: int | None = None,
) -> Calibration:
    """Calibrate the constants that have a prior, leaving out one case at a time.

    Parameters
    ----------
    cases, targets : as for `negosim.experiments.hindcast.play.play`.
    trials : of each run with constants that have been chosen.
    points, point_trials : of the design, and of each run at one of its points.
    seed, workers : see `negosim.experiments.hindcast.play.play`; the results do not depend on the number of processes.
    """
    processes = workers or default_workers()
    design = (2.0 * spread_points(points, len(priors())) - 1.0) * WIDTH
    tried = [constants_at(point) for point in design]
    shares = shares_at(cases, targets, tried, trials=point_trials, seed=seed, workers=processes)
    fit = _Fit(fitted(design, shares, point_trials), _starts(targets), point_trials)
    best = fit.best()
    held_out = {case.id: constants_at(fit.best(case.id)) for case in cases}
    played = play(cases, targets, held_out, trials=trials, seed=seed, workers=processes)
    top = fit.value(best[None])[0]
    return Calibration(
        constants_at(best),
        held_out,
        played,
        {name: _profile(fit, place, best, top) for place, name in enumerate(priors())},
        float(top - fit.value(_standard(Constants())[None])[0]),
    )


def constants_at(point: Array) -> Constants:
    """Return the constants at a point of standardised ones, in the order of `priors`."""
    return Constants().with_settings(
        {name: float(f"{prior.value(float(z)):.6g}") for (name, prior), z in zip(priors().items(), point, strict=True)}
    )


def _standard(constants: Constants) -> Array:
    return np.array([prior.standard(getattr(constants, name)) for name, prior in priors().items()])


NONE, ALL = -1, -2
"""Places of a share of 0 and of a share of 1 behind those of the targets."""


def _starts(targets: Sequence[Target]) -> dict[tuple[str, dt.date], tuple[int, int]]:
    """Return by case and start the places of the last horizon without a deal and of the first with one."""
    found: dict[tuple[str, dt.date], tuple[int, int]] = {}
    for place in sorted(range(len(targets)), key=lambda place: targets[place].months):
        target = targets[place]
        last, first = found.get((target.case, target.start), (NONE, ALL))
        if target.deal:
            first = place if first == ALL else first
        else:
            last = place
        found[target.case, target.start] = (last, first)
    return found


@dataclass(frozen=True)
class _Fit:
    """How well constants fit.

    Attributes
    ----------
    surrogate : for the shares of the targets.
    starts : by case and start, the places of the last horizon without a deal and of the first with one.
    trials : histories behind each share.
    """

    surrogate: Surrogate
    starts: Mapping[tuple[str, dt.date], tuple[int, int]]
    trials: int

    def value(self, points: Array, without: str | None = None) -> Array:
        """Return the log likelihood of the deals of all cases but one plus the log density of the priors, (points,)."""
        bounds = np.array([places for (case, _), places in self.starts.items() if case != without])
        none, all_ = np.zeros((len(points), 1)), np.ones((len(points), 1))
        shares = np.hstack((smoothed(self.surrogate.shares(points), self.trials), all_, none))
        between = shares[:, bounds[:, 1]] - shares[:, bounds[:, 0]]
        likelihood = np.log(np.maximum(between, 0.5 / (self.trials + 1))).sum(axis=1)
        informed = np.array([not isinstance(prior, Uniform) for prior in priors().values()])
        found: Array = likelihood - 0.5 * (points[:, informed] ** 2).sum(axis=1)
        return found

    def best(self, without: str | None = None, fixed: tuple[int, float] | None = None) -> Array:
        """Return the point that fits best, (constants,), with one coordinate fixed where that is asked."""
        dimensions = len(priors())
        cube = (2.0 * spread_points(_CANDIDATES, dimensions) - 1.0) * WIDTH
        middle = np.zeros(dimensions)
        for zoom in _ZOOMS:
            points = np.clip(np.vstack((middle, middle + zoom * cube)), -WIDTH, WIDTH)
            if fixed is not None:
                points[:, fixed[0]] = fixed[1]
            middle = points[int(np.argmax(self.value(points, without)))]
        return middle


def _profile(fit: _Fit, place: int, best: Array, top: float) -> Profile:
    name, prior = list(priors().items())[place]
    grid = np.linspace(-WIDTH, WIDTH, PROFILE)
    found = [fit.value(fit.best(fixed=(place, float(z)))[None])[0] - top for z in grid]
    heights = np.minimum(np.array(found), 0.0)
    low, high = _interval(grid, heights, float(best[place]))
    return Profile(
        tuple(prior.value(float(z)) for z in grid),
        tuple(heights.tolist()),
        getattr(constants_at(best), name),
        prior.value(low),
        prior.value(high),
    )


def _interval(grid: Array, heights: Array, best: float) -> tuple[float, float]:
    """Return where a profile falls `DROP` below its top, to either side, by straight lines between its values."""
    places, values = np.append(grid, best), np.append(heights, 0.0)
    order = np.argsort(places, kind="stable")
    places, values = places[order], values[order]
    top = int(np.argmax(values))
    return _crossing(places[: top + 1][::-1], values[: top + 1][::-1]), _crossing(places[top:], values[top:])


def _crossing(places: Array, values: Array) -> float:
    below = np.nonzero(values < -DROP)[0]
    if not below.size:
        return float(places[-1])
    after = int(below[0])
    share = (values[after - 1] + DROP) / (values[after - 1] - values[after])
    return float(places[after - 1] + share * (places[after] - places[after - 1]))
