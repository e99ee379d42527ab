"""Parties: who negotiates, and what time, war and peace are worth to them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from negosim.registry import CONCESSIONS
from negosim.scenario.quantities import constant
from negosim.scenario.schema.base import (
    Concession,
    Label,
    Model,
    Multiplier,
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
        default=constant(0), description="sd of the noise in the body's judgement; 0: none", examples=[0.1]
    )


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Party(Model):
    """Somebody whose interests count: a belligerent, the holder of a chip, a mediator, a guarantor."""

    name: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["North"]
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
        default=constant(24 * 365.25 / 12),
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
    judgement_noise: UtilitySize = Field(
        default=constant(0.03), description="T, scale of the logistic noise in its consent; 0: none", examples=[0.05]
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
        examples=[{"by": "referendum", "delay": "60 days", "hurdle": 0.05, "spread": 0.1}],
    )
