"""Events: what may come, when, and what it changes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import core_schema

from negosim.scenario import limits
from negosim.scenario.dates import shown
from negosim.scenario.problems import instead
from negosim.scenario.quantities import constant
from negosim.scenario.schema.base import (
    Amount,
    Date,
    Increment,
    Label,
    Model,
    Name,
    PlainNumber,
    PositiveDuration,
    Rate,
    ShareQuantity,
    Text,
    Unit,
    Unstated,
    Weight,
    refused,
)


class Effect(Model):
    """Something an event, or an empty stock, changes."""


class SetTo(Effect):
    """Put a number to a value."""

    set: Text = Field(description="the path of the number", examples=["parties.north.patience"])
    to: Annotated[Any, Unit("that of the number")] = Field(
        description="its new value: a number, a duration or a distribution, as its key allows", examples=["12 months"]
    )
    lasting: Annotated[PositiveDuration | None, Unstated("for good")] = Field(
        default=None, alias="for", description="how long the change holds", examples=["6 months"]
    )


class Add(Effect):
    """Add to a number."""

    add: Text = Field(description="the path of the number", examples=["war.drift"])
    by: Annotated[Increment, Unit("that of the number")] = Field(description="how much", examples=[0.1])
    lasting: Annotated[PositiveDuration | None, Unstated("for good")] = Field(
        default=None, alias="for", description="how long the change holds", examples=["6 months"]
    )


class Scale(Effect):
    """Multiply a number."""

    scale: Text = Field(description="the path of the number", examples=["talks.armistice.pressure.south"])
    by: Weight = Field(description="the factor", examples=[0.5])
    lasting: Annotated[PositiveDuration | None, Unstated("for good")] = Field(
        default=None, alias="for", description="how long the change holds", examples=["6 months"]
    )


class Lift(Effect):
    """Lift a red line, for good."""

    lift: Text = Field(description="the red line, as party.issue.option", examples=["south.border.far"])


class Draw(Effect):
    """Draw a red line that does not lift by itself; one that only events draw does not stand before."""

    draw: Text = Field(description="the red line, as party.issue.option", examples=["north.border.old"])


class Fix(Effect):
    """Settle an issue unilaterally: a new status quo, off every agenda."""

    fix: Name = Field(description="the issue or chip", examples=["fund"])
    to: Name = Field(description="the option that holds from then on", examples=["shared"])


class Refill(Effect):
    """Refill a stock."""

    refill: Name = Field(description="the stock", examples=["south_money"])
    by: Annotated[Amount, Unit("that of the stock")] = Field(description="how much is added", examples=[90])


class Breaks(Effect):
    """Break an agreement in force (a spoiler)."""

    breaks: Literal["limited", "ceasefire", "settlement", "agreement"] = Field(
        description="what it breaks; `agreement` is a ceasefire or a settlement", examples=["ceasefire"]
    )


EFFECTS: dict[str, type[Effect]] = {
    "set": SetTo, "add": Add, "scale": Scale, "lift": Lift, "draw": Draw, "fix": Fix, "refill": Refill,
    "breaks": Breaks,
}  # fmt: skip


def _effect(value: Any) -> Any:
    if isinstance(value, Effect):
        return value
    if not isinstance(value, dict):
        raise refused(f"{shown(value)} is not an effect (write e.g. {{add: war.drift, by: 0.1}})")
    named = [key for key in EFFECTS if key in value]
    if len(named) != 1:
        found = instead(next(iter(value), ""), EFFECTS, "an effect has one of") if not named else " and ".join(named)
        raise refused(f"an effect does exactly one thing ({found})")
    return value


class _AnyEffect:
    """Reads an effect by the one key that names it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        choices = {f"<{name}>": handler.generate_schema(model) for name, model in EFFECTS.items()}

        def which(value: Any) -> str | None:
            if isinstance(value, Effect):
                return next(f"<{name}>" for name, model in EFFECTS.items() if type(value) is model)
            return next(f"<{name}>" for name in EFFECTS if name in value)

        return core_schema.no_info_before_validator_function(_effect, core_schema.tagged_union_schema(choices, which))


Effects = Annotated[tuple[Annotated[Effect, _AnyEffect], ...], Field(strict=False, max_length=limits.EFFECTS.most)]


class When(Model):
    """A condition on a history; where several are given all must hold at once."""

    state: Annotated[Literal["war", "impasse", "ceasefire", "settlement"] | None, Unstated("any")] = Field(
        default=None, description="the state the history must be in", examples=["ceasefire"]
    )
    lasting: Annotated[PositiveDuration | None, Unstated("no time: at once")] = Field(
        default=None, alias="for", description="how long it must have held", examples=["90 days"]
    )
    front_above: Annotated[Annotated[PlainNumber, Field(ge=-1, le=1)] | None, Unit("front"), Unstated("anywhere")] = (
        Field(default=None, description="the front must stand above this", examples=[0.5])
    )
    front_below: Annotated[Annotated[PlainNumber, Field(ge=-1, le=1)] | None, Unit("front"), Unstated("anywhere")] = (
        Field(default=None, description="the front must stand below this", examples=[-0.5])
    )


class Event(Model):
    """Something that may happen, and what it changes; its time is given by one of `on`, `between`, `rate`, `when`."""

    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["An election"]
    )
    on: Annotated[Date | None, Unstated("none; one of the four is needed")] = Field(
        default=None, description="its date", examples=["2026-11-03"]
    )
    between: Annotated[
        Annotated[tuple[Date, Date], Field(strict=False)] | None, Unstated("none; one of the four is needed")
    ] = Field(
        default=None,
        description="it comes at a time drawn evenly between two dates",
        examples=[["2025-03-01", "2025-09-01"]],
    )
    rate: Annotated[Rate | None, Unit("per year"), Unstated("none; one of the four is needed")] = Field(
        default=None, description="it comes at random, so often a year", examples=[0.5]
    )
    when: Annotated[When | None, Unstated("none; one of the four is needed")] = Field(
        default=None, description="it comes once a condition holds", examples=[{"state": "ceasefire", "for": "90 days"}]
    )
    chance: ShareQuantity = Field(
        default=constant(1),
        description="the chance that it happens when its time comes, drawn again each time",
        examples=[0.6],
    )
    repeats: bool = Field(
        default=False, description="whether it can come again (for `rate` and `when`)", examples=[True]
    )
    effects: Effects = Field(
        description="what it changes, in this order", min_length=1, examples=[[{"add": "war.drift", "by": 0.1}]]
    )

    @model_validator(mode="after")
    def _one_trigger(self) -> Event:
        given = [name for name in ("on", "between", "rate", "when") if getattr(self, name) is not None]
        if len(given) != 1:
            found = "none given" if not given else f"found {' and '.join(given)}"
            raise refused(f"an event has exactly one of on, between, rate, when ({found})")
        if self.repeats and given[0] in ("on", "between"):
            raise refused(f"an event with '{given[0]}' comes once ('repeats' is for rate and when)", "repeats")
        return self
