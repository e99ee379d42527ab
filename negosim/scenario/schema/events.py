"""Events: what may come, when, and what it changes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import core_schema

from negosim.scenario.dates import shown
from negosim.scenario.problems import instead
from negosim.scenario.quantities import constant
from negosim.scenario.schema.base import (
    Date,
    Model,
    Name,
    NotNegative,
    PlainNumber,
    PositiveDuration,
    Real,
    Share,
    Text,
    refused,
)


class Effect(Model):
    """Something an event, or an empty stock, changes."""


class SetTo(Effect):
    """Put a number to a value."""

    set: Text = Field(description="the path of the number")
    to: Any = Field(description="its new value")
    lasting: PositiveDuration | None = Field(default=None, alias="for", description="how long; default for good")


class Add(Effect):
    """Add to a number."""

    add: Text = Field(description="the path of the number")
    by: Real = Field(description="how much")
    lasting: PositiveDuration | None = Field(default=None, alias="for", description="how long; default for good")


class Scale(Effect):
    """Multiply a number."""

    scale: Text = Field(description="the path of the number")
    by: NotNegative = Field(description="by how much")
    lasting: PositiveDuration | None = Field(default=None, alias="for", description="how long; default for good")


class Lift(Effect):
    """Lift a red line."""

    lift: Text = Field(description="party.issue.option")


class Draw(Effect):
    """Draw a red line."""

    draw: Text = Field(description="party.issue.option")


class Fix(Effect):
    """Settle an issue unilaterally: a new status quo, off every agenda."""

    fix: Name = Field(description="the issue or chip")
    to: Name = Field(description="the option")


class Refill(Effect):
    """Refill a stock."""

    refill: Name = Field(description="the stock")
    by: NotNegative = Field(description="by how much")


class Breaks(Effect):
    """Break an agreement in force (a spoiler)."""

    breaks: Literal["limited", "ceasefire", "settlement", "agreement"] = Field(description="what it breaks")


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


Effects = Annotated[tuple[Annotated[Effect, _AnyEffect], ...], Field(strict=False)]


class When(Model):
    """A condition on a history; where several are given all must hold."""

    state: Literal["war", "impasse", "ceasefire", "settlement"] | None = None
    lasting: PositiveDuration | None = Field(default=None, alias="for", description="how long; default for good")
    front_above: Annotated[PlainNumber, Field(ge=-1, le=1)] | None = None
    front_below: Annotated[PlainNumber, Field(ge=-1, le=1)] | None = None


class Event(Model):
    """Something that may happen, and what it changes."""

    title: Text | None = Field(default=None, description="how the output calls it; default: its id")
    on: Date | None = Field(default=None, description="its date")
    between: Annotated[tuple[Date, Date], Field(strict=False)] | None = Field(
        default=None, description="it comes at a time drawn evenly between two dates"
    )
    rate: NotNegative | None = Field(default=None, description="how often a year it comes")
    when: When | None = Field(default=None, description="it comes once a condition holds")
    chance: Share = Field(default=constant(1), description="the chance that it happens when its time comes")
    repeats: bool = Field(default=False, description="whether it can come again (for rate and when)")
    effects: Effects = Field(description="what it changes", min_length=1)

    @model_validator(mode="after")
    def _one_trigger(self) -> Event:
        given = [name for name in ("on", "between", "rate", "when") if getattr(self, name) is not None]
        if len(given) != 1:
            found = "none given" if not given else f"found {' and '.join(given)}"
            raise refused(f"an event has exactly one of on, between, rate, when ({found})")
        if self.repeats and given[0] in ("on", "between"):
            raise refused(f"an event with '{given[0]}' comes once ('repeats' is for rate and when)", "repeats")
        return self
