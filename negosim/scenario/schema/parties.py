"""Parties: who negotiates, and what time, war and peace are worth to them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from negosim.registry import CONCESSIONS
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.domains import Domain
from negosim.scenario.quantities import Quantity, constant
from negosim.scenario.schema.base import (
    Concession,
    Kind,
    Label,
    Model,
    Multiplier,
    Name,
    NumberIn,
    PositiveRate,
    PositiveSpan,
    Rate,
    RuleIn,
    ShareQuantity,
    Shorthand,
    Span,
    Unit,
    Unstated,
    Utility,
    UtilitySize,
)

MONTHS_12 = DAYS_PER_YEAR
"""Twelve months, in days."""

Toughness = Annotated[Quantity, NumberIn(Domain(0, most=10))]
"""T: at 1 one standard deviation of mood is worth the whole stake, so that ten are beyond any use."""


class Ratification(Model):
    """A body that must approve what the party has signed before it comes into force (Putnam 1988)."""

    by: Label = Field(description="the body: a referendum, a parliament", examples=["referendum"])
    delay: Span = Field(
        default=constant(0),
        description="time from the signature to the vote; meanwhile the track holds no rounds",
        examples=["60 days"],
    )
    hurdle: Utility = Field(
        default=constant(0),
        description="how much better than no deal the text must be for the party when the body votes",
        examples=[0.05],
    )
    spread: UtilitySize = Field(
        default=constant(0), description="sd of the mood that moves the body's threshold; 0: none", examples=[0.1]
    )
    kinds: Annotated[tuple[Kind, ...], Field(strict=False, min_length=1)] = Field(
        default=("settlement",),
        alias="of",
        description="the kinds of texts that it votes on",
        examples=[["ceasefire", "settlement"]],
    )
    vote_as: Annotated[Name | None, Unstated("the party itself")] = Field(
        default=None,
        alias="as",
        description="the party whose values the body votes by, one without a seat: a parliament, the voters",
        examples=["voters"],
    )
    foresight: ShareQuantity = Field(
        default=constant(1),
        description="how far the party foresees what the body will ask, and asks for it at the table",
        examples=[0.5],
    )
    memory: Span = Field(
        default=constant(MONTHS_12),
        description="how long the body's mood, and the lesson of a vote that was lost, last; 0 days: not at all",
        examples=["12 months"],
    )


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Party(Model):
    """Somebody whose interests count: a belligerent, the holder of a chip, a mediator, a guarantor."""

    name: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["North"]
    )
    short: Annotated[Label | None, Unstated("its name")] = Field(
        default=None, description="a shorter name, for the heads of columns", examples=["N"]
    )
    time_preference: Annotated[PositiveRate, Unit("per year")] = Field(
        description="r, the rate at which it discounts the future", examples=[0.15]
    )
    war_cost: Utility = Field(
        default=constant(0),
        description="c, what fighting costs it, as utility lost while all of its future is spent fighting; without a "
        "war, what the impasse costs it",
        examples=[{"triangular": [0.1, 0.25, 0.4]}],
    )
    fatigue: Annotated[Rate, Unit("per year")] = Field(
        default=constant(0),
        description="growth of the war cost for every year of fighting since `as_of`: c · (1 + fatigue · years)",
        examples=[0.1],
    )
    patience: PositiveSpan = Field(
        default=constant(24 * DAYS_PER_YEAR / 12),
        description="time on its clock after which it asks for no more than no deal is worth",
        examples=[{"lognormal": {"median": "18 months", "spread": 1.6}}],
    )
    patience_used: Span = Field(
        default=constant(0),
        description="how much of its patience earlier talks have spent: where its clocks start",
        examples=["6 months"],
    )
    concession: Concession = Field(
        default=constant(1),
        description="e, the shape of its concessions: `boulware` (0.5) holds out, `linear` (1), `conceder` (2) gives "
        "early",
        examples=["boulware"],
    )
    concession_law: Annotated[str, RuleIn(CONCESSIONS)] = Field(
        default="time",
        description="what its concessions depend on: `time`, its clock and the deadline; or "
        "a law of your own, see `--plugin`",
        examples=["time"],
    )
    reciprocity: ShareQuantity = Field(
        default=constant(0),
        description="ρ: after a round in which no other signatory moved its clock runs at speed 1 - ρ",
        examples=[0.5],
    )
    judgement_noise: Annotated[Toughness, Unit("share of the stake")] = Field(
        default=constant(0.1),
        description="T, how far its mood moves its toughness: in units of toughness, a share of the stake; 0: not "
        "at all",
        examples=[0.2],
    )
    judgement_memory: Span = Field(
        default=constant(MONTHS_12),
        description="how long such a mood lasts (its correlation falls to 1/e); 0 days: drawn for each round alone",
        examples=["6 months"],
    )
    distrust: Multiplier = Field(
        default=constant(1), description="multiplies the rate at which it expects agreements to break", examples=[1.5]
    )
    exposure: Utility = Field(
        default=constant(0),
        description="how much worse off it would be after a breach than had it fought on",
        examples=[0.1],
    )
    ratification: Annotated[
        tuple[Ratification, ...], Field(strict=False), Shorthand(_as_list, lambda long: [long["items"]])
    ] = Field(
        default=(),
        description="the body, or a list of the bodies, that must approve what it has signed",
        examples=[{"by": "referendum", "of": ["settlement"], "delay": "60 days", "hurdle": 0.05, "spread": 0.1}],
    )
