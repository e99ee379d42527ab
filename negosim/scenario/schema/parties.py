"""Parties: who negotiates, and what time, war and peace are worth to them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from negosim.scenario.quantities import constant
from negosim.scenario.schema.base import (
    Concession,
    Model,
    NotNegative,
    Positive,
    PositiveSpan,
    Real,
    Share,
    Shorthand,
    Span,
    Text,
)


class Ratification(Model):
    """A body that must approve what the party has signed (Putnam 1988)."""

    by: Text = Field(description="the body: a referendum, a parliament")
    delay: Span = Field(default=constant(0), description="from signature to its vote")
    hurdle: Real = Field(default=constant(0), description="how much better than no deal the text must be, in utility")
    spread: NotNegative = Field(default=constant(0), description="sd of what the body makes of it, in utility")


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Party(Model):
    """A party to the negotiation."""

    name: Text | None = Field(default=None, description="how the output calls it; default: its id")
    time_preference: Positive = Field(description="r, the discount rate per year")
    war_cost: Real = Field(default=constant(0), description="c, utility lost per unit of future spent fighting")
    fatigue: NotNegative = Field(default=constant(0), description="growth of the war cost per year of war")
    patience: PositiveSpan = Field(
        default=constant(24 * 365.25 / 12),
        description="time after which it asks for no more than no deal is worth",
    )
    patience_used: Span = Field(default=constant(0), description="how much of its patience earlier talks have spent")
    concession: Concession = Field(
        default=constant(1), description="e: a number, or boulware (0.5), linear (1), conceder (2)"
    )
    reciprocity: Share = Field(default=constant(0), description="ρ: how far it waits for the others to move")
    judgement_noise: NotNegative = Field(default=constant(0.03), description="T, noise of its consent, in utility")
    distrust: NotNegative = Field(default=constant(1), description="multiplies the breakdown rate it expects")
    exposure: Real = Field(default=constant(0), description="loss, if an agreement breaks, against fighting on")
    ratification: Annotated[
        tuple[Ratification, ...], Field(strict=False), Shorthand(_as_list, lambda long: [long["items"]])
    ] = Field(default=(), description="the bodies whose approval its signature needs")
