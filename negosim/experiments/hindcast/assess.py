"""Assessment: everything a hindcast says, from what was played and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.hindcast import baselines
from negosim.experiments.hindcast.play import Played, Term
from negosim.experiments.hindcast.result import Bin, Group, Interval, Part, Said, Scores, Terms, Variation
from negosim.experiments.hindcast.scores import (
    Draws,
    Forecast,
    Outcomes,
    Scored,
    bins,
    drawn,
    group,
    proportion,
    ratio,
    scored,
)
from negosim.experiments.hindcast.targets import Target
from negosim.results.intervals import wilson

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MODEL = "model"


@dataclass(frozen=True)
class Record:
    """What happened, and what is known to the simple rules.

    Attributes
    ----------
    targets : in the order of all arrays.
    titles : of the cases, by id.
    features : what is known when a target begins, (targets, features).
    draws : of the cases.
    trials : histories of each start.
    """

    targets: Sequence[Target]
    titles: Mapping[str, str]
    features: Array
    draws: Draws
    trials: int

    @classmethod
    def of(
        cls, targets: Sequence[Target], titles: Mapping[str, str], features: Array, *, trials: int, seed: int
    ) -> Record:
        """Return the record of some targets, with the cases drawn by a seed."""
        cases = len({target.case for target in targets})
        return cls(tuple(targets), titles, features, drawn(cases, seed=seed), trials)

    @cached_property
    def places(self) -> dict[str, int]:
        """The number of each case that has a target, by id."""
        return {case: place for place, case in enumerate(dict.fromkeys(target.case for target in self.targets))}

    @cached_property
    def outcomes(self) -> Outcomes:
        """What happened."""
        return Outcomes(
            np.array([self.places[target.case] for target in self.targets], dtype=np.intp),
            np.array([target.months for target in self.targets], dtype=np.float64),
            np.array([target.restart for target in self.targets], dtype=np.intp),
            np.array([target.deal for target in self.targets], dtype=np.bool_),
        )

    @cached_property
    def rules(self) -> dict[str, Forecast]:
        """What the simple rules say, by name."""
        return {
            "constant": baselines.constant(self.outcomes),
            "rate_by_horizon": baselines.rate_by_horizon(self.outcomes),
            "logit": baselines.logit(self.outcomes, self.features),
        }

    def scored(self, forecast: Forecast, some: Flags | None = None) -> Scored:
        """Score a forecast of all targets, or of some."""
        if some is None:
            return scored(forecast, self.outcomes, self.draws, trials=self.trials)
        return scored(forecast.of(some), self.outcomes.of(some), self.draws, trials=self.trials)

    def group(self, forecast: Forecast, some: Flags | None = None) -> Group:
        """Compare mean share and rate of all targets, or of some."""
        if some is None:
            return group(forecast, self.outcomes, self.draws)
        return group(forecast.of(some), self.outcomes.of(some), self.draws)

    def horizons(self, forecast: Forecast, some: Flags | None = None) -> dict[int, Group]:
        """Compare mean share and rate by horizon, in months."""
        within = np.ones(len(self.outcomes), dtype=np.bool_) if some is None else some
        months = np.unique(self.outcomes.months[within])
        return {int(one): self.group(forecast, within & (self.outcomes.months == one)) for one in months}


def all_scores(
    record: Record, model: Forecast, some: Flags | None = None
) -> tuple[dict[str, Scores], dict[str, Scores]]:
    """Return the scores of the model and the simple rules by name, and the model's less those of each rule."""
    found = {name: record.scored(said, some) for name, said in {MODEL: model, **record.rules}.items()}
    scores: dict[str, Scores] = {name: one.intervals() for name, one in found.items()}
    return scores, {name: found[MODEL].less(found[name]) for name in record.rules}


def part(record: Record, model: Forecast, some: Flags) -> Part | None:
    """Score a part of the targets apart; None where it has none."""
    if not some.any():
        return None
    scores, differences = all_scores(record, model, some)
    return Part(record.group(model, some), record.horizons(model, some), scores, differences)


def calibration(record: Record, model: Forecast) -> list[Bin]:
    """Compare mean share and rate by bins of the share."""
    return [Bin(low, high, record.group(model, inside)) for low, high, inside in bins(model.shares)]


def variation(record: Record, model: Forecast, played: Played) -> Variation:
    """Score the model played in another way, beside the model as it is."""
    other = Forecast(played.shares)
    found = record.scored(other)
    return Variation(
        found.intervals(), found.less(record.scored(model)), record.horizons(other), below_aspiration(played)
    )


def terms(record: Record, found: Sequence[Term]) -> Terms | None:
    """Say how often the likeliest signed option is the one of the actual text; None where there is no such issue."""
    scored = [term for term in found if term.case in record.places]
    if not scored:
        return None
    right, middle, issues = (np.zeros(len(record.places)) for _ in range(3))
    for term in scored:
        place = record.places[term.case]
        issues[place] += 1
        right[place] += term.likeliest == term.actual
        middle[place] += term.middle == term.actual
    return Terms(
        proportion(right, issues, record.draws),
        proportion(middle, issues, record.draws),
        ratio(right - middle, issues, record.draws),
        len(scored),
        int(np.count_nonzero(issues)),
        sum(term.likeliest is None for term in scored),
    )


def below_aspiration(played: Played) -> Interval:
    """Return the share of signatures below somebody's aspiration; its interval counts histories (Wilson 1927)."""
    if not played.signed:
        return Interval(None, None, None)
    share = wilson(round(played.below * played.signed), played.signed)
    return Interval(played.below, share["low"], share["high"])


def monte_carlo(outcomes: Outcomes, model: Forecast, standard_errors: Array) -> float:
    """Return the standard error of the Brier score from the limited number of histories, to first order.

    Targets of one start share their histories, so their errors are taken to go together: an upper bound.
    """
    errors = np.abs(2.0 * (model.shares - outcomes.deals) * standard_errors)
    starts = np.unique(np.column_stack([outcomes.cases, outcomes.restarts]), axis=0, return_inverse=True)[1].ravel()
    return float(np.sqrt((np.bincount(starts, errors) ** 2).sum())) / len(outcomes)


def said(record: Record, model: Forecast, standard_errors: Array) -> list[Said]:
    """Return target by target what was said of it."""
    return [
        Said(
            target.case,
            record.titles[target.case],
            target.start.isoformat(),
            target.restart,
            target.months,
            target.deal,
            float(model.shares[place]),
            float(standard_errors[place]),
            {name: float(rule.shares[place]) for name, rule in record.rules.items()},
        )
        for place, target in enumerate(record.targets)
    ]
