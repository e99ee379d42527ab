"""The war: front, beliefs, victory, stocks and tolls."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from negosim.scenario.quantities import Quantity, constant
from negosim.scenario.schema.base import Id, Model, Name, NotNegative, NumberIn, Positive, Real, Text
from negosim.scenario.schema.events import Effects

Front = Annotated[Quantity, NumberIn(-0.999, 0.999)]


class Belief(Model):
    """What a belligerent believes of the war."""

    optimism: Real = Field(default=constant(0), description="how far above the true drift its prior lies, per year")
    doubt: NotNegative = Field(default=constant(0), description="sd of its prior, per year; 0: it does not learn")
    narrative: Real = Field(default=constant(0), description="reporting that flatters its own side, per year")


class Stock(Model):
    """Something that burns while there is fighting: money, men, shells."""

    party: Name = Field(description="whose it is")
    level: NotNegative = Field(description="how much there is at the start")
    burn: NotNegative = Field(description="how much goes in a year of fighting")
    unit: Text | None = None
    when_empty: Effects = Field(default=(), description="effects that hold while it is empty")


class Toll(Model):
    """What the fighting costs, counted and reported, never optimised."""

    per_year: NotNegative = Field(description="how much a year of fighting adds")
    unit: Text | None = None
    title: Text | None = None


class War(Model):
    """The war going on meanwhile, as a front between -1 and +1."""

    between: Annotated[tuple[Name, ...], Field(strict=False, min_length=2, max_length=2)] = Field(
        description="the belligerents; the front stands at +1 when the first has won, at -1 when the second has"
    )
    front: Front = Field(default=constant(0), description="where the front stands at the start")
    drift: Real = Field(default=constant(0), description="μ, its mean movement a year")
    volatility: Positive = Field(description="σ, its standard deviation over a year")
    beliefs: dict[Name, Belief] = Field(default={}, description="what each belligerent believes")
    victory: dict[Name, dict[Name, Name]] = Field(
        default={}, description="terms the winner imposes; an issue not named takes the winner's best option"
    )
    fade: NotNegative = Field(
        default=constant(0), description="rate at which a war hurting both sides ends without a text"
    )
    stocks: dict[Id, Stock] = Field(default={}, description="what burns while there is fighting")
    tolls: dict[Id, Toll] = Field(default={}, description="what the fighting costs")
