"""The war: front, beliefs, victory, stocks and tolls."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from negosim.scenario.domains import Domain
from negosim.scenario.quantities import Quantity, constant
from negosim.scenario.schema.base import (
    Amount,
    Date,
    Id,
    Label,
    Model,
    Name,
    NumberIn,
    PositiveRate,
    Rate,
    Speed,
    Unit,
    Unstated,
)
from negosim.scenario.schema.events import Effects

Front = Annotated[Quantity, NumberIn(Domain(-0.999, 0.999))]


class Belief(Model):
    """What a belligerent believes of the war."""

    optimism: Annotated[Speed, Unit("per year")] = Field(
        default=constant(0),
        description="how far the mean of its prior lies from the true drift, in its own favour",
        examples=[0.1],
    )
    doubt: Annotated[Rate, Unit("per year")] = Field(
        default=constant(0), description="sd of its prior; 0: it is certain and does not learn", examples=[0.2]
    )
    narrative: Annotated[Speed, Unit("per year")] = Field(
        default=constant(0),
        description="how far reporting on the front flatters its own side; it keeps beliefs apart",
        examples=[0.02],
    )
    erosion: Annotated[Rate, Unit("per unit of narrative")] = Field(
        default=constant(0),
        description="how fast its narrative costs the trust of the others: their distrust grows by the factor "
        "exp(erosion · |narrative| · years of fighting)",
        examples=[5],
    )


class Stock(Model):
    """Something that burns while there is fighting: money, men, shells."""

    party: Name = Field(description="whose it is", examples=["south"])
    level: Annotated[Amount, Unit("its unit")] = Field(description="how much there is at the start", examples=[90])
    burn: Annotated[Amount, Unit("its unit, per year")] = Field(
        description="how much a year of fighting burns", examples=[60]
    )
    unit: Annotated[Label | None, Unstated("none")] = Field(
        default=None, description="what it is counted in", examples=["EUR bn"]
    )
    when_empty: Effects = Field(
        default=(),
        description="what changes while it is empty: effects `set`, `add` and `scale`, without `for`",
        examples=[[{"add": "war.drift", "by": 0.1}]],
    )


class Toll(Model):
    """What the fighting costs, counted and reported, never optimised."""

    per_year: Annotated[Amount, Unit("its unit, per year")] = Field(
        description="how much a year of fighting adds", examples=[400000]
    )
    unit: Annotated[Label | None, Unstated("none")] = Field(
        default=None, description="what it is counted in", examples=["killed or wounded"]
    )
    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["Losses of North"]
    )


class War(Model):
    """The war going on meanwhile, as a front between -1 and +1; left out, the parties are in an impasse."""

    between: Annotated[tuple[Name, ...], Field(strict=False, min_length=2, max_length=2)] = Field(
        description="the two belligerents; the front stands at +1 when the first has won, at -1 when the second has",
        examples=[["north", "south"]],
    )
    began: Annotated[Date | None, Unstated("not known")] = Field(
        default=None,
        description="when the fighting began: nothing that is simulated reads it, the base rate of a war of its age "
        "does",
        examples=["2022-02-24"],
    )
    front: Annotated[Front, Unit("front")] = Field(
        default=constant(0), description="m, where the front stands at the start", examples=[0.1]
    )
    drift: Annotated[Speed, Unit("front per year")] = Field(
        default=constant(0),
        description="μ, the mean movement of the front; above 0 it favours the first belligerent",
        examples=[{"normal": {"mean": 0.02, "sd": 0.05}}],
    )
    volatility: Annotated[PositiveRate, Unit("front per √year")] = Field(
        description="σ, the standard deviation of the front's movement over a year", examples=[0.35]
    )
    beliefs: dict[Name, Belief] = Field(
        default={},
        description="belligerent: what it believes of the drift",
        examples=[{"north": {"optimism": 0.1, "doubt": 0.2}}],
    )
    victory: dict[Name, dict[Name, Name]] = Field(
        default={},
        description="winner: the terms it imposes, issue: option; an issue not named takes the winner's best option, "
        "a chip with a holder outside the war keeps its status quo",
        examples=[{"north": {"border": "far"}, "south": {"border": "old"}}],
    )
    fade: Annotated[Rate, Unit("per year")] = Field(
        default=constant(0),
        description="rate at which a war ends without a text while it hurts both belligerents",
        examples=[0.02],
    )
    stocks: dict[Id, Stock] = Field(
        default={},
        description="what burns while there is fighting",
        examples=[{"south_money": {"party": "south", "level": 90, "burn": 60}}],
    )
    tolls: dict[Id, Toll] = Field(
        default={},
        description="what the fighting costs: counted and reported, never weighed",
        examples=[{"casualties_north": {"per_year": 400000}}],
    )
