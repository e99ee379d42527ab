"""What a hindcast answers: scores of the model and of simple rules, and by what they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from negosim.experiments.frames import RowsFramed
from negosim.results.build_identity import origin

Words = Literal["better than", "worse than", "indistinguishable from"]

SCORES = ("brier", "log", "auc", "auc_same_horizon")
"""The scores by name, in the order in which they are reported."""

LOWER_IS_BETTER = frozenset({"brier", "log"})

RULES = ("constant", "rate_by_horizon", "logit")
"""The simple rules by name."""

_DIGITS = 6
"""Decimals of numbers in the output: far below every error, and above what differs between processors."""


@dataclass(frozen=True)
class Interval:
    """A number with its 95 % interval over cases; None where it is not defined, or too few cases are there."""

    value: float | None
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, float | None]:
        """Return it as plain data."""
        return {"value": rounded(self.value), "low": rounded(self.low), "high": rounded(self.high)}


Scores = Mapping[str, Interval]
"""By score: ``brier``, ``log``, ``auc``, ``auc_same_horizon``."""


def rounded(value: float | None) -> float | None:
    """Return a number as the output writes it."""
    return None if value is None else round(float(value), _DIGITS) + 0.0


def compared(difference: Interval, score: str) -> Words:
    """Return in words what a difference of two scores says of the first: its interval must leave out 0.

    >>> compared(Interval(-0.02, -0.03, -0.01), "brier"), compared(Interval(-0.02, -0.05, 0.01), "brier")
    ('better than', 'indistinguishable from')
    >>> compared(Interval(-0.02, -0.03, -0.01), "auc")
    'worse than'
    """
    low, high = difference.low, difference.high
    if low is None or high is None or low <= 0.0 <= high:
        return "indistinguishable from"
    return "better than" if (high < 0.0) == (score in LOWER_IS_BETTER) else "worse than"


@dataclass(frozen=True)
class Group:
    """What the model says of some targets on average, and what came.

    Attributes
    ----------
    targets, cases, deals : how many.
    mean, rate : mean share, and rate of deals.
    gap : the mean share less the rate.
    """

    targets: int
    cases: int
    deals: int
    mean: Interval
    rate: Interval
    gap: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "mean": rounded(self.mean.value),
            "rate": rounded(self.rate.value),
            "n": self.targets,
            "cases": self.cases,
            "deals": self.deals,
            "rate_low": rounded(self.rate.low),
            "rate_high": rounded(self.rate.high),
            "gap": self.gap.as_dict(),
        }


@dataclass(frozen=True)
class Bin:
    """Targets whose share lies between two bounds."""

    low: float
    high: float
    group: Group

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"from": self.low, "to": self.high, **self.group.as_dict()}


@dataclass(frozen=True)
class Part:
    """A part of the targets, scored apart.

    Attributes
    ----------
    group : how the model's mean share and the rate compare.
    horizons : the same by horizon, in months.
    scores : of the model (``model``) and of the simple rules, by name.
    differences : the model's scores less those of each simple rule.
    """

    group: Group
    horizons: Mapping[int, Group]
    scores: Mapping[str, Scores]
    differences: Mapping[str, Scores]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            **self.group.as_dict(),
            "horizons": horizons_dict(self.horizons),
            "scores": {name: scores_dict(scores) for name, scores in self.scores.items()},
            "differences": differences_dict(self.differences),
        }


@dataclass(frozen=True)
class Variation:
    """The model played in another way.

    Attributes
    ----------
    scores : of it.
    difference : its scores less those of the model as it is.
    horizons : mean share against rate, by months.
    below_aspiration : share of the signatures given below what their party asked for at the time.
    """

    scores: Scores
    difference: Scores
    horizons: Mapping[int, Group]
    below_aspiration: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            **scores_dict(self.scores),
            "difference": scores_dict(self.difference),
            "horizons": horizons_dict(self.horizons),
            "below_aspiration": self.below_aspiration.as_dict(),
        }


@dataclass(frozen=True)
class Terms:
    """What was signed, issue by issue, in the cases that ended in a deal.

    Attributes
    ----------
    model : share of the issues whose likeliest signed option is the one of the actual text.
    middle : the same where the middle option is said of every issue.
    difference : of the two.
    issues, cases : how many.
    unsigned : issues of cases in which the model signed nothing, which count as missed.
    """

    model: Interval
    middle: Interval
    difference: Interval
    issues: int
    cases: int
    unsigned: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "model": rounded(self.model.value),
            "middle": rounded(self.middle.value),
            "issues": self.issues,
            "cases": self.cases,
            "unsigned": self.unsigned,
            "model_low": rounded(self.model.low),
            "model_high": rounded(self.model.high),
            "middle_low": rounded(self.middle.low),
            "middle_high": rounded(self.middle.high),
            "difference": self.difference.as_dict(),
        }


@dataclass(frozen=True)
class Said:
    """One target, and what was said of it.

    Attributes
    ----------
    case, title, start, restart, months, deal : of the target; the start as an ISO date.
    model : share of the model.
    standard_error : of that share, by Monte Carlo.
    rules : what the simple rules said, by name.
    """

    case: str
    title: str
    start: str
    restart: int
    months: int
    deal: bool
    model: float
    standard_error: float
    rules: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "case": self.case,
            "start": self.start,
            "restart": self.restart,
            "months": self.months,
            "deal": self.deal,
            "model": rounded(self.model),
            "standard_error": rounded(self.standard_error),
            **{name: rounded(share) for name, share in self.rules.items()},
        }


@dataclass(frozen=True)
class Fit:
    """What the cases say of a constant that was calibrated.

    Attributes
    ----------
    best : the value that fits all cases, held to the prior.
    low, high : the ends of its 95 % interval by its profile, which counts every start as independent: too narrow.
    values, log_likelihood : the profile; 0 at its top.
    held_out : by case, the value that fits the other cases, with which it was played.
    """

    best: float
    low: float
    high: float
    values: Sequence[float]
    log_likelihood: Sequence[float]
    held_out: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "best": rounded(self.best),
            "low": rounded(self.low),
            "high": rounded(self.high),
            "profile": {
                "values": [rounded(value) for value in self.values],
                "log_likelihood": [rounded(value) for value in self.log_likelihood],
            },
            "held_out": {case: rounded(value) for case, value in self.held_out.items()},
        }


@dataclass(frozen=True)
class Constant:
    """A constant of the encoding.

    Attributes
    ----------
    name, why : what it is called, and why it has its value.
    value : as shipped, or as set.
    prior : what it may be when calibrated, in words; None where it may not be.
    is_set : whether it was set.
    fit : what calibration found; None without it, and where there is no prior.
    """

    name: str
    why: str
    value: float
    prior: str | None
    is_set: bool
    fit: Fit | None = None

    @property
    def is_supported(self) -> bool:
        """Whether the cases bear with the value as it is; True without calibration."""
        return self.fit is None or self.fit.low <= self.value <= self.fit.high

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        said = {"value": rounded(self.value), "set": self.is_set, "why": self.why, "prior": self.prior}
        return {**said, **self.fit.as_dict()} if self.fit else said


@dataclass(frozen=True)
class Hindcast(RowsFramed):
    """What the model knows of negotiations that are over.

    Attributes
    ----------
    name, sha256 : of the file of cases.
    cases, targets, deals : how many were scored.
    scores : of the model (``model``) and of the simple rules, by name.
    differences : the model's scores less those of each simple rule.
    horizons : mean share against rate, by months.
    first_starts, restarts : targets that begin with the talks, and those that begin later.
    calibration : mean share against rate by bins of the share.
    terms : what was signed; None where no case has both a deal and a text.
    below_aspiration : share of the signatures given below what their party asked for at the time.
    blinded : with red lines that nobody coded, for those were coded knowing the outcome.
    t_zero : with nobody's judgement erring.
    doubled_rhythm : with rounds of talks twice as often.
    monte_carlo : standard error of the model's Brier score from the limited number of histories.
    said : target by target.
    constants : of the encoding.
    shipped : with the shipped constants, where those of a case were calibrated on the other cases; None where they were
        not calibrated.
    remarks : words of the cases that say nothing to the rule of encoding, with the case.
    trials, seed : of the runs; `trials` is how many histories each start was played for.
    """

    name: str
    sha256: str
    cases: int
    targets: int
    deals: int
    scores: Mapping[str, Scores]
    differences: Mapping[str, Scores]
    horizons: Mapping[int, Group]
    first_starts: Part | None
    restarts: Part | None
    calibration: Sequence[Bin]
    terms: Terms | None
    below_aspiration: Interval
    blinded: Variation
    t_zero: Variation
    doubled_rhythm: Variation
    monte_carlo: float
    said: Sequence[Said] = field(repr=False)
    constants: Mapping[str, Constant]
    shipped: Variation | None
    remarks: Sequence[str]
    trials: int
    seed: int

    @property
    def is_held_out(self) -> bool:
        """Whether each case was played with constants that were calibrated on the others."""
        return self.shipped is not None

    def to_json(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``negosim hindcast --json`` prints."""
        return {
            "cases": self.cases,
            "targets": self.targets,
            "deals": self.deals,
            "scores": {name: scores_dict(scores) for name, scores in self.scores.items()},
            "differences": differences_dict(self.differences),
            "horizons": horizons_dict(self.horizons),
            "first_starts": self.first_starts and self.first_starts.as_dict(),
            "restarts": self.restarts and self.restarts.as_dict(),
            "calibration": [one.as_dict() for one in self.calibration],
            "terms": self.terms and self.terms.as_dict(),
            "below_aspiration": self.below_aspiration.as_dict(),
            "blinded": self.blinded.as_dict(),
            "t_zero": self.t_zero.as_dict(),
            "doubled_rhythm": self.doubled_rhythm.as_dict(),
            "constants": {name: constant.as_dict() for name, constant in self.constants.items()},
            "held_out": self.is_held_out,
            "shipped": self.shipped and self.shipped.as_dict(),
            "monte_carlo": {"brier": rounded(self.monte_carlo)},
            "forecasts": [one.as_dict() for one in self.said],
            "remarks": list(self.remarks),
            "coded": "hindsight-coded: whoever coded the cases knew their outcomes",
            "run": {**origin(), "sha256": self.sha256, "trials": self.trials, "seed": self.seed},
            "labels": {"cases": {one.case: one.title for one in self.said}},
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the same as `to_json`, under the name that other experiments use."""
        return self.to_json()

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return a row for every target, with what the model and the simple rules said of it."""
        return [one.as_dict() for one in self.said]


def scores_dict(scores: Scores) -> dict[str, Any]:
    """Return scores as plain data."""
    return {score: found.as_dict() for score, found in scores.items()}


def horizons_dict(horizons: Mapping[int, Group]) -> dict[str, Any]:
    """Return groups by horizon as plain data.

    >>> horizons_dict({})
    {}
    """
    return {f"{months} months": group.as_dict() for months, group in horizons.items()}


def differences_dict(differences: Mapping[str, Scores]) -> dict[str, Any]:
    """Return the differences from each simple rule as plain data, with what they say of the model in words."""
    return {
        name: {
            score: {**difference.as_dict(), "model_is": compared(difference, score)}
            for score, difference in scores.items()
        }
        for name, scores in differences.items()
    }
