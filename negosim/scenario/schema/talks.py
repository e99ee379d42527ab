"""Talks: who meets over what, how often, by which rules, and what holds afterwards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from negosim.scenario.dates import Duration, shown
from negosim.scenario.quantities import constant, is_quantity
from negosim.scenario.schema.base import (
    Date,
    Model,
    Name,
    NotNegative,
    Positive,
    PositiveDuration,
    PositiveSpan,
    Share,
    Text,
    refused,
)

Kind = Literal["limited", "ceasefire", "settlement"]
Protocol = Literal["single_text", "alternating_offers", "ultimatum"]


class Deadline(Model):
    """A date that lends urgency as far as it is believed."""

    on: Date = Field(description="when it passes")
    credibility: Share = Field(description="q: how far it is believed; halves each time it passes unsigned")
    repeats: PositiveDuration | None = Field(default=None, description="how long after it passes it recurs")


class After(Model):
    """What holds after a signature: how agreements of a track break."""

    breach: NotNegative = Field(default=constant(0), description="hazard of breaking down, per year")
    shape: Positive = Field(default=constant(1), description="κ of the Weibull law; below 1 the first months are worst")
    enforcement_effect: Share = Field(default=constant(0.7), description="θ: how far full guarantees cut the hazard")
    pressure_penalty: Positive = Field(
        default=constant(1), description="multiplies the hazard of a text signed under pressure"
    )
    peace_cost: Share | None = Field(
        default=None, description="share of the war cost that goes on; default 0, for a ceasefire 0.3"
    )
    opportunism: NotNegative = Field(
        default=constant(0), description="hazard, per year, while breaking it pays a belligerent"
    )
    defection_cost: NotNegative = Field(
        default=constant(0), description="how much more than keeping it breaking must be worth"
    )
    breach_memory: Positive = Field(default=constant(1), description="multiplies every distrust after a breach")


def _ripeness(value: Any) -> Any:
    if value not in ("on", "off"):
        raise refused(f"{shown(value)} is neither on nor off")
    return value


def _kind_of_patience(value: Any) -> str:
    return "<all>" if is_quantity(value) else "<by_party>"


Patience = Annotated[
    Annotated[dict[Name, PositiveSpan], Tag("<by_party>")] | Annotated[PositiveSpan, Tag("<all>")],
    Discriminator(_kind_of_patience),
]


class Track(Model):
    """One series of talks."""

    kind: Kind = Field(description="what a signature brings")
    title: Text | None = Field(default=None, description="how the output calls it; default: its id")
    opens: Date | None = Field(default=None, description="date of the first round; default as_of")
    every: PositiveDuration = Field(default=Duration(14, "day"), description="time between rounds")
    signatories: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = Field(description="who must sign")
    protocol: Protocol = Field(default="single_text", description="how a draft comes about")
    mediator: Text | None = Field(default=None, description="a party, or a name")
    issues: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] | None = Field(
        default=None, description="issues and chips on the agenda; default all; the rest stay at status quo"
    )
    first_draft: dict[Name, Name] = Field(default={}, description="issue: option; default the status quo")
    weights: dict[Name, NotNegative] = Field(
        default={},
        description="w: default 1 for signatories, 0.5 for holders of chips on the agenda, 0 for others",
    )
    mediator_error: NotNegative = Field(
        default=constant(0), description="sd of the mediator's estimate of no-deal values"
    )
    revisions: int = Field(default=1, ge=0, le=1000, description="single-issue changes of the draft a round")
    pressure: dict[Name, NotNegative] = Field(
        default={}, description="what the mediator makes a refusal cost, in utility"
    )
    patience: Patience | None = Field(default=None, description="a duration, or one per party; default the party's own")
    ripeness: Annotated[Literal["on", "off"], BeforeValidator(_ripeness)] = Field(
        default="on",
        description="on: a belligerent concedes only in a hurting stalemate or while the war is paused",
    )
    deadline: Deadline | None = Field(default=None, description="a date that lends urgency")
    after: After = Field(default=After(), description="how its agreements break")
