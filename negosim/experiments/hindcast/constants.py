"""Constants: every number of the encoding rule, in one place, with its reason; six of them with a prior.

The rule is in `negosim.experiments.hindcast.encoding`, and in words in docs/explanation/encoding.md. Nothing here may
be chosen for a single case. The six constants that have a prior may be calibrated; the others are the record of wars
and agreements, or stated as judgement.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from negosim.scenario.problems import instead


@dataclass(frozen=True)
class LogNormal:
    """A prior by its median and its spread, the exponential of its log-sd.

    >>> prior = LogNormal(14, 1.6)
    >>> prior.value(0), round(prior.standard(14 * 1.6), 9), round(prior.log_density(14 * 1.6), 9)
    (14.0, 1.0, -0.5)
    """

    median: float
    spread: float

    def value(self, z: float) -> float:
        """Return the value so many standard deviations from the median."""
        return self.median * math.exp(z * math.log(self.spread))

    def standard(self, value: float) -> float:
        """Return how many standard deviations a value lies from the median."""
        return math.log(value / self.median) / math.log(self.spread) if value > 0 else -math.inf

    def log_density(self, value: float) -> float:
        """Return the log of the density of log(value), up to a constant: 0 at the median."""
        return -0.5 * self.standard(value) ** 2

    def __str__(self) -> str:
        return f"lognormal, median {self.median:g}, spread {self.spread:g}"


@dataclass(frozen=True)
class Uniform:
    """A prior that knows no more than a range; its ends are counted as two standard deviations from its middle.

    >>> Uniform(0, 0.2).value(-2), Uniform(0, 0.2).standard(0.1), Uniform(0, 0.2).log_density(0.3)
    (0.0, 0.0, -inf)
    """

    low: float
    high: float

    def value(self, z: float) -> float:
        """Return the value at a place within the range, from -2 to 2."""
        return self.low + (self.high - self.low) * (z + WIDTH) / (2 * WIDTH)

    def standard(self, value: float) -> float:
        """Return where a value lies within the range, from -2 to 2."""
        return 2 * WIDTH * (value - self.low) / (self.high - self.low) - WIDTH

    def log_density(self, value: float) -> float:
        """Return 0 within the range and -∞ beyond it."""
        return 0.0 if self.low <= value <= self.high else -math.inf

    def __str__(self) -> str:
        return f"uniform, {self.low:g} to {self.high:g}"


WIDTH = 2.0
"""Standard deviations to either side of a prior's middle in which a calibration looks."""

Prior = LogNormal | Uniform


def _constant(value: float, reason: str, *, most: float, least: float = 0.0, prior: Prior | None = None) -> Any:
    """Declare a constant: its value, why it has it, what it may be set to, and its prior where it may be calibrated."""
    return field(default=value, metadata={"reason": reason, "least": least, "most": most, "prior": prior})


@dataclass(frozen=True)
class Constants:
    """The constants of the encoding rule; months are twelfths of a year, rates are a year's."""

    # -- the six that may be calibrated ------------------------------------------------------------------------------

    patience_months: float = _constant(
        14.0,
        "median time until a side of a war of three years asks for no more than no deal is worth; of 28 coded cases 13 "
        "signed in their first year",
        least=0.1, most=600, prior=LogNormal(14, 1.6),
    )  # fmt: skip
    line_months: float = _constant(
        48.0,
        "mean time until the first step beyond an opening red line is free; 18 of 75 agreed terms lay beyond one",
        least=0.1, most=6000, prior=LogNormal(48, 1.6),
    )  # fmt: skip
    cost_mhs: float = _constant(
        0.5,
        "what a war that hurts as much as one can costs a year, as a share of what is at stake over a time preference "
        "of 0.15: 3 to 15 % a year in the theory of war as bargaining",
        most=5, prior=LogNormal(0.5, 1.5),
    )  # fmt: skip
    pressure: float = _constant(
        0.07,
        "what a mediator with all leverage makes a refusal cost, as a share of what is at stake: judgement",
        most=1, prior=LogNormal(0.07, 2),
    )  # fmt: skip
    judgement_noise: float = _constant(
        0.1,
        "standard deviation of a side's mood, as a share of its stake; past cases hardly tell 0 from 0.2",
        most=2, prior=Uniform(0, 0.3),
    )  # fmt: skip
    breach: float = _constant(
        0.2,
        "rate at which a deal without guarantees breaks; of 341 agreements in civil wars 23 % had ended within a year",
        most=10, prior=LogNormal(0.2, 1.6),
    )  # fmt: skip

    # -- sides and time ----------------------------------------------------------------------------------------------

    patience_spread: float = _constant(3.0, "the spread of the record of how long talks take", least=1, most=100)
    patience_age_power: float = _constant(
        0.7, "the older a war, the slower its talks: of 17 cases at their first anniversary 5 signed within a year",
        most=3,
    )  # fmt: skip
    patience_age_years: float = _constant(
        3.0, "the war age at which patience is patience_months; also for disputes without a war", least=0.01, most=100
    )
    patience_age_offset: float = _constant(
        0.25, "years added to the age of a war, so that one of a week does not end talks on their first day",
        least=0.01, most=10,
    )  # fmt: skip
    patience_halving: float = _constant(
        50.0, "points of hurt or of leverage that halve patience: judgement", least=1, most=1e6
    )
    mhs_middle: float = _constant(50.0, "the hurt at which patience is neither shortened nor lengthened", most=100)
    leverage_middle: float = _constant(35.0, "the same for leverage: that of a regional body", most=100)
    opening_months: float = _constant(
        3.0,
        "how far the clocks have run as talks open: who comes to the table has begun to concede in the contacts that "
        "led there. Judgement: half of what the cases themselves would choose; without it too few deals come in the "
        "first months",
        most=600,
    )  # fmt: skip
    concession: float = _constant(
        1.0, "linear: holding out (0.5) and giving early (2) do worse on past cases", least=0.001, most=100
    )
    time_preference: float = _constant(
        0.15, "monthly discount factors of 0.98 to 0.99, as in the theory of war as bargaining", least=0.001, most=10
    )
    exposure: float = _constant(
        0.01, "what a broken text costs beyond the fighting: the likeliest of 0 to three times as much", most=1
    )
    cost_base: float = _constant(0.05, "what a war costs that hurts nobody: judgement", most=5)
    cost_spread: float = _constant(1.5, "what two readers of the same war differ by", least=1, most=100)
    cost_salience: float = _constant(80.0, "the stake at which costs are as stated; they go with its root", least=1,
                                     most=100)  # fmt: skip
    cost_without_war: float = _constant(0.5, "an impasse, or a war of others, costs half of a war", most=5)

    # -- what is disputed --------------------------------------------------------------------------------------------

    salience_spread: float = _constant(1.3, "what two coders of the same text differ by", least=1, most=100)
    pie_without_deal: float = _constant(
        0.8, "what both sides together have of an open issue: less than a deal could give, since nothing is settled",
        most=1,
    )  # fmt: skip
    line_real: float = _constant(0.9, "one stated red line in ten is none", most=1)
    others_ends: float = _constant(0.6, "worth of either extreme to a further party, which likes middles", most=1)
    others_open: float = _constant(0.4, "worth of an open issue to a further party", most=1)

    # -- the war -----------------------------------------------------------------------------------------------------

    front_power: float = _constant(
        0.5, "how far off the middle the front stands when one side has all the power: a balance, not an area",
        most=0.99,
    )  # fmt: skip
    drift: float = _constant(0.1, "what the side that gains ground gains of the front a year: judgement", most=10)
    volatility: float = _constant(
        0.35, "of the front: a balanced war is decided within a few years; judgement", least=0.01, most=10
    )
    low_level: float = _constant(0.5, "a war at a low level moves the front half as much", least=0.01, most=1)

    # -- talks and what comes after them -----------------------------------------------------------------------------

    every_days: float = _constant(14.0, "rounds come every two weeks, the default of the format", least=1, most=365)
    revisions: float = _constant(
        1.0, "one issue of the draft a round, the default of the format; more hardly matter", least=0, most=100
    )
    bias_strong: float = _constant(
        0.5, "a mediator that leans towards a side presses it by half less, and the other by half more", most=1
    )
    bias_slight: float = _constant(0.25, "the same for one that leans slightly", most=1)
    pressure_spread: float = _constant(1.5, "nobody knows what a mediator could give: judgement", least=1, most=100)
    breach_spread: float = _constant(1.5, "between records of wars of different kinds", least=1, most=100)
    breach_spoiler: float = _constant(0.15, "how much each spoiler adds to the rate of breaches: judgement", most=10)
    enforcement_strong: float = _constant(0.8, "an armed force of a great power, or its aid", most=1)
    enforcement_moderate: float = _constant(0.5, "peacekeepers with few means", most=1)
    enforcement_commission: float = _constant(0.4, "an agency, a joint commission or centre that inspects", most=1)
    enforcement_offered: float = _constant(0.3, "a guarantee that was on offer, no more", most=1)
    enforcement_monitors: float = _constant(0.2, "monitors or observers, or a weak guarantor", most=1)
    enforcement_width: float = _constant(
        0.15, "either way; a credible third party cuts breakdowns to between 0.3 and 0.5 (Walter 1997; Fortna 2004)",
        most=1,
    )  # fmt: skip

    def with_settings(self, settings: Mapping[str, float]) -> Constants:
        """Return the constants with some of them set.

        Raises
        ------
        ValueError
            For a name that is none of them, or a value out of its range.

        >>> Constants().with_settings({"patience_months": 11}).patience_months
        11.0
        """
        known = {item.name: item.metadata for item in fields(self)}
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"there is no constant '{name}' ({instead(name, known)})")
            least, most = known[name]["least"], known[name]["most"]
            if not (math.isfinite(value) and least <= value <= most):
                raise ValueError(f"{name}: {value:g} is out of range ({least:g} to {most:g})")
        return replace(self, **{name: float(value) for name, value in settings.items()})

    def as_dict(self) -> dict[str, float]:
        """Return all of them by name."""
        return asdict(self)


def reasons() -> dict[str, str]:
    """Return why each constant has its value, by name."""
    return {item.name: item.metadata["reason"] for item in fields(Constants)}


def priors() -> dict[str, Prior]:
    """Return the priors of the constants that may be calibrated, by name."""
    return {item.name: item.metadata["prior"] for item in fields(Constants) if item.metadata["prior"] is not None}


def log_prior(constants: Constants) -> float:
    """Return the log density of the calibrated constants under their priors: 0 at the medians.

    >>> log_prior(Constants())
    0.0
    """
    return sum(prior.log_density(getattr(constants, name)) for name, prior in priors().items())
