"""Talks: who meets over what, how often, by which rules, and what holds afterwards."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from negosim.registry import PROTOCOLS
from negosim.scenario import limits
from negosim.scenario.dates import DAYS_PER_YEAR, Duration, shown
from negosim.scenario.domains import Domain
from negosim.scenario.quantities import Quantity, constant, is_quantity
from negosim.scenario.schema.base import (
    Date,
    Kind,
    Label,
    Model,
    Name,
    NumberIn,
    PositiveDuration,
    PositiveMultiplier,
    PositiveSpan,
    Rate,
    RuleIn,
    ShareQuantity,
    Span,
    Unit,
    Unstated,
    UtilitySize,
    Weight,
    refused,
)

Protocol = Annotated[str, RuleIn(PROTOCOLS)]
BreachShape = Annotated[Quantity, NumberIn(Domain(0, open_low=True, least=0.01, most=100))]


class Deadline(Model):
    """A date that lends urgency as far as it is believed."""

    on: Date = Field(description="when it falls", examples=["2025-06-01"])
    credibility: ShareQuantity = Field(
        description="q: how far it is believed; it halves each time it passes with the talks still open", examples=[0.4]
    )
    repeats: Annotated[PositiveDuration | None, Unstated("it falls once")] = Field(
        default=None, description="how long after it falls the next one is set", examples=["6 months"]
    )


class After(Model):
    """What holds after a signature: how the agreements of a track break, and what a breach leaves behind."""

    breach: Annotated[Rate, Unit("per year")] = Field(
        default=constant(0),
        description="hazard of breaking down, of a text without guarantees: λ = breach · (1 - θ · g)",
        examples=[0.6],
    )
    shape: BreachShape = Field(
        default=constant(1),
        description="κ of the Weibull law of breach times; below 1 the first months are the most dangerous",
        examples=[0.6],
    )
    enforcement_effect: ShareQuantity = Field(
        default=constant(0.7), description="θ: how far full guarantees (g = 1) cut the hazard", examples=[0.7]
    )
    pressure_penalty: PositiveMultiplier = Field(
        default=constant(1),
        description="multiplies the hazard of a text that somebody consented to under pressure",
        examples=[1.5],
    )
    peace_cost: Annotated[ShareQuantity | None, Unstated("0; 0.3 for a ceasefire")] = Field(
        default=None, description="share of the war cost that goes on under the agreement", examples=[0.3]
    )
    opportunism: Annotated[Rate, Unit("per year")] = Field(
        default=constant(0), description="hazard of a breach while breaking it pays a belligerent", examples=[0.1]
    )
    defection_cost: UtilitySize = Field(
        default=constant(0),
        description="how much more than keeping the agreement fighting must be worth for breaking it to pay",
        examples=[0.1],
    )
    breach_memory: PositiveMultiplier = Field(
        default=constant(1), description="multiplies everybody's distrust after each breach", examples=[1.25]
    )
    pause: Span = Field(
        default=constant(60),
        description="for how long after a breach talks of the track, and for ceasefires and settlements all talks of "
        "the kind, are closed",
        examples=["60 days"],
    )


FirstDraft = Annotated[
    Annotated[dict[Name, Name], Tag("<options>")] | Annotated[Name, Tag("<text>")],
    Discriminator(lambda value: "<text>" if isinstance(value, str) else "<options>"),
]
Excluded = Annotated[tuple[Name, ...], Field(strict=False, min_length=1)]


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
    """One series of talks: who meets over what, how often, by which rules."""

    kind: Kind = Field(
        description="what a signature brings: `limited` settles some issues while the war goes on, `ceasefire` pauses "
        "the war, `settlement` ends it",
        examples=["ceasefire"],
    )
    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["Armistice talks"]
    )
    opens: Annotated[Date | None, Unstated("`as_of`")] = Field(
        default=None, description="date of the first round", examples=["2025-01-15"]
    )
    every: PositiveDuration = Field(
        default=Duration(14, "day"), description="time between rounds", examples=["14 days"]
    )
    signatories: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = Field(
        description="who must sign", examples=[["north", "south"]]
    )
    protocol: Protocol = Field(
        default="single_text",
        description="how a draft comes about: `single_text`, the mediator revises one draft; `alternating_offers`, the "
        "signatories propose in turn; `ultimatum`, the first draft unrevised; or one of your own, see `--plugin`",
        examples=["single_text"],
    )
    mediator: Annotated[Label | None, Unstated("nobody named")] = Field(
        default=None,
        description="a party, or a name, for the reader; what makes a mediator partial is its weight",
        examples=["usa"],
    )
    issues: Annotated[
        Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] | None, Unstated("all issues and chips")
    ] = Field(
        default=None,
        description="issues and chips on the agenda; the rest stay at their status quo",
        examples=[["border"]],
    )
    first_draft: Annotated[FirstDraft, Unstated("the status quo")] = Field(
        default={},
        description="issue: option of the text the talks open with, or the id of an entry of `texts`; what it leaves "
        "out is at its status quo",
        examples=[{"border": "line"}],
    )
    exclude: Annotated[dict[Name, Excluded], Unstated("none")] = Field(
        default={},
        description="issue: options that no text of this track may contain while the issue is open",
        examples=[{"border": ["old"]}],
    )
    weights: Annotated[
        dict[Name, Weight], Unstated("1 for signatories, 0.5 for holders of chips on the agenda, 0 for others")
    ] = Field(
        default={},
        description="party: w, its weight in the mediator's search",
        examples=[{"north": 1, "south": 1}],
    )
    mediator_error: UtilitySize = Field(
        default=constant(0), description="sd of the mediator's error about each no-deal value", examples=[0.05]
    )
    mediator_memory: Span = Field(
        default=constant(DAYS_PER_YEAR / 2),
        description="how long such an error lasts (its correlation falls to 1/e); 0 days: made afresh each round",
        examples=["6 months"],
    )
    revisions: int = Field(
        default=1,
        ge=0,
        le=limits.REVISIONS.most,
        description="most single-issue changes of the draft in a round",
        examples=[2],
    )
    pressure: Annotated[dict[Name, UtilitySize], Unit("utility"), Unstated("0")] = Field(
        default={}, description="party: what the mediator makes a refusal cost it", examples=[{"south": 0.03}]
    )
    patience: Annotated[Patience | None, Unstated("the party's own")] = Field(
        default=None, description="a duration for all, or party: duration", examples=[{"north": "6 months"}]
    )
    ripeness: Annotated[Literal["on", "off"], BeforeValidator(_ripeness)] = Field(
        default="off",
        description="`on`: a belligerent's clock runs only in a hurting stalemate or while the war is paused; `off`: "
        "always; without a war it makes no difference",
        examples=["on"],
    )
    between_rounds: Literal["lapses", "stands"] = Field(
        default="lapses",
        description="what becomes of a text that was refused: it `lapses` until the next round, or it `stands`, and is "
        "signed as soon as everybody whom it asks would",
        examples=["stands"],
    )
    until_ratified: Literal["fighting", "truce"] = Field(
        default="fighting",
        description="what holds between a signature and the last vote on it: `fighting` goes on, or a `truce`",
        examples=["truce"],
    )
    deadline: Annotated[Deadline | None, Unstated("none")] = Field(
        default=None,
        description="a date that lends urgency",
        examples=[{"on": "2025-06-01", "credibility": 0.4, "repeats": "6 months"}],
    )
    after: After = Field(
        default=After(),
        description="how its agreements break",
        examples=[{"breach": 0.6, "shape": 0.6, "peace_cost": 0.3}],
    )
