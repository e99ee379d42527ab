"""The calibration map: what came of past negotiations of which the model was as sure as of this question.

The outcome of a past negotiation is regressed on the logit of the share that the model gave it and on the horizon
(Platt 1999; Cox 1958 for the share alone):

    logit P(deal) = a + b·logit(share) + c·log(months/6)

The shares are held out: the constants that a case is played with were calibrated on the other cases. The interval comes
from fitting the map to cases drawn again. A map with b below 1 says that the model has been surer than it should be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.hindcast.logistic import fitted, logistic, logit
from negosim.experiments.hindcast.result import Hindcast, Interval
from negosim.experiments.hindcast.scores import Draws, Forecast, Outcomes, clipped, drawn, interval
from negosim.results.build_identity import build_identity

Array = NDArray[np.float64]

SHIPPED = Path(__file__).with_name("calibration_map.json")
"""The map that comes with negosim; ``make evidence`` writes it again."""

KINDS = frozenset({"agreement", "ceasefire", "settlement", "limited"})
"""Outcomes that are a signed deal, which is what the cases were coded for."""

FEWEST_MONTHS, MOST_MONTHS = 2.0, 15.0
"""Horizons that the map speaks of: those of the cases, 3 to 12 months, and a little beyond either end."""

FEWEST_TRIALS = 50
"""Histories below which a share says too little to be corrected."""

_MIDDLE = 6.0
_IDENTITY = np.array([0.0, 1.0, 0.0])
_PRECISION = np.full(3, 0.1)
"""Of a weak prior about the map that changes nothing: standard deviation 3. It holds draws of cases in which the shares
part deals from the rest entirely, and moves the map of all cases by little."""

_KEPT = 400
"""Draws that are kept with the map: enough for the ends of a 95 % interval, and few enough to ship."""

_DIGITS = 5


class NoCorrectionError(ValueError):
    """The map cannot speak of a question; the message says why."""


@dataclass(frozen=True)
class CalibrationMap:
    """A fitted map, and what it was fitted to.

    Attributes
    ----------
    coefficients : a, b and c, (3,).
    draws : the same from cases drawn again, (draws, 3).
    cases, targets, deals : how many it was fitted to.
    months : horizons of the targets.
    trials : histories that each share was counted in.
    build : identity of the negosim that played them.
    """

    coefficients: Array
    draws: Array = field(repr=False)
    cases: int
    targets: int
    deals: int
    months: tuple[float, ...]
    trials: int
    build: str | None

    def correct(self, share: float, months: float, *, trials: int, reach: str, lasting: bool = False) -> Interval:
        """Return how often deals came in past negotiations that the model gave such a share, with its 95 % interval.

        Parameters
        ----------
        share : of simulated histories in which the deal came, 0 to 1.
        months : by when, from the beginning of the simulation.
        trials : histories that the share was counted in; a share of 0 or 1 counts as half a history of them, and none
            as less than half a history of those that the map was fitted to.
        reach : the outcome that was asked for.
        lasting : whether the question also asks that it lasts.

        Raises
        ------
        NoCorrectionError
            Where the map cannot speak of the question.
        """
        if reach not in KINDS or lasting:
            raise NoCorrectionError("the past negotiations were coded for signed deals only, not for this outcome")
        if not FEWEST_MONTHS <= months <= MOST_MONTHS:
            raise NoCorrectionError(
                f"the past negotiations were scored at {min(self.months):g} to {max(self.months):g} months, "
                f"this question asks about {months:.0f}"
            )
        if trials < FEWEST_TRIALS:
            raise NoCorrectionError(f"a share of fewer than {FEWEST_TRIALS} histories says too little")
        row = _rows(clipped(np.array([share]), min(trials, self.trials)), np.array([months]))[0]
        return interval(float(logistic(self.coefficients @ row)), logistic(self.draws @ row))

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "formula": "logit P(deal) = a + b*logit(share) + c*log(months/6)",
            "coded": "hindsight-coded: whoever coded the cases knew their outcomes",
            "cases": self.cases,
            "targets": self.targets,
            "deals": self.deals,
            "months": list(self.months),
            "trials": self.trials,
            "build": self.build,
            "coefficients": np.round(self.coefficients, _DIGITS).tolist(),
            "draws": np.round(self.draws, _DIGITS).tolist(),
        }


def fit_map(forecast: Forecast, outcomes: Outcomes, draws: Draws, *, trials: int) -> CalibrationMap:
    """Fit the map to held-out shares.

    Parameters
    ----------
    forecast : held-out shares of the model.
    outcomes : what happened.
    draws : of the cases.
    trials : histories that each share was counted in.
    """
    rows = _rows(clipped(forecast.shares, trials), outcomes.months)
    deals = outcomes.deals.astype(np.float64)
    (found,) = fitted(rows, deals, precision=_PRECISION, prior=_IDENTITY)
    again = draws.of_targets(outcomes)[:_KEPT]
    many = fitted(rows, deals, precision=_PRECISION, prior=_IDENTITY, weights=again)
    months = tuple(np.unique(outcomes.months).tolist())
    cases = len(np.unique(outcomes.cases))
    build = build_identity()["id"]
    return CalibrationMap(found, many, cases, len(outcomes), int(outcomes.deals.sum()), months, trials, build)


def map_of(found: Hindcast) -> CalibrationMap:
    """Fit the map to what a hindcast has said."""
    places = {case: place for place, case in enumerate(dict.fromkeys(one.case for one in found.said))}
    outcomes = Outcomes(
        np.array([places[one.case] for one in found.said], dtype=np.intp),
        np.array([one.months for one in found.said], dtype=np.float64),
        np.array([one.restart for one in found.said], dtype=np.intp),
        np.array([one.deal for one in found.said], dtype=np.bool_),
    )
    shares = Forecast(np.array([one.model for one in found.said]))
    return fit_map(shares, outcomes, drawn(len(places), seed=found.seed), trials=found.trials)


def _rows(shares: Array, months: Array) -> Array:
    return np.column_stack([np.ones(len(shares)), logit(shares), np.log(months / _MIDDLE)])


def read_map(data: Mapping[str, Any]) -> CalibrationMap:
    """Return the map that `CalibrationMap.as_dict` has written down."""
    return CalibrationMap(
        np.array(data["coefficients"], dtype=np.float64),
        np.array(data["draws"], dtype=np.float64).reshape(-1, len(_IDENTITY)),
        data["cases"],
        data["targets"],
        data["deals"],
        tuple(data["months"]),
        data["trials"],
        data["build"],
    )


@cache
def shipped_map() -> CalibrationMap:
    """Return the map that comes with negosim."""
    return read_map(json.loads(SHIPPED.read_text(encoding="utf-8")))
