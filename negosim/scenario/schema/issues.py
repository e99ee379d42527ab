"""Issues, chips and what ties them together."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from negosim.scenario.dates import shown
from negosim.scenario.quantities import constant
from negosim.scenario.schema.base import (
    POSITIVE,
    Id,
    Model,
    Name,
    NotNegative,
    PlainNumber,
    PositiveSpan,
    Real,
    Share,
    Shorthand,
    Text,
    as_quantity,
    refused,
)


class Option(Model):
    """One way an issue can be settled."""

    title: Text | None = Field(default=None, description="how the output calls it; default: its id")
    enforcement: Share = Field(default=constant(0), description="strength of the guarantee it writes into the text")


def _option(value: Any) -> Any:
    if isinstance(value, str):
        return {"title": value}
    if not isinstance(value, dict | Option):
        raise refused(f"{shown(value)} is not an option (write its title, in quotes where it is a number)")
    return value


class FollowsFront(Model):
    """A status quo that moves with the front: an option holds from its front value up."""

    follows_front: dict[Name, Annotated[PlainNumber, Field(ge=-1, le=1)]] = Field(
        description="the front value from which each option holds; the lowest holds below it too",
        min_length=1,
    )


def _red_line(value: Any) -> Any:
    if value == "never":
        return value
    if isinstance(value, str) and not value[:1].isdigit():
        raise refused(f"{shown(value)} is neither 'never' nor a duration (write e.g. 24 months)")
    return as_quantity(value, POSITIVE, duration=True)


class View(Model):
    """What a party makes of an issue."""

    salience: NotNegative = Field(
        default=constant(0), description="its weight; a party's weights are scaled to add to 1"
    )
    values: dict[Name, Share] | None = Field(default=None, description="value of each option, in [0, 1]")
    ideal: Name | None = Field(default=None, description="its best option; values fall linearly with distance in order")
    red_lines: dict[Name, Annotated[PositiveSpan | Literal["never"], BeforeValidator(_red_line)]] = Field(
        default={}, description="options it will not sign: never, or the mean time until the red line lifts"
    )


def _kind_of_status_quo(value: Any) -> str:
    return "<front>" if isinstance(value, dict | FollowsFront) else "<option>"


StatusQuo = Annotated[
    Annotated[Name, Tag("<option>")] | Annotated[FollowsFront, Tag("<front>")], Discriminator(_kind_of_status_quo)
]


class Issue(Model):
    """Something in dispute, with the ways it can be settled."""

    title: Text | None = Field(default=None, description="how the output calls it; default: its id")
    status_quo: StatusQuo = Field(description="the option that holds while there is no deal")
    options: dict[Id, Annotated[Option, Shorthand(_option, lambda _: [{"type": "string", "minLength": 1}])]] = Field(
        description="the ways it can be settled, in order", min_length=1, max_length=1000
    )
    views: dict[Name, View] = Field(default={}, description="what each party makes of it")


class Chip(Issue):
    """An issue whose movement needs its holder's consent: frozen assets, membership, sanctions."""

    held_by: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = Field(
        description="the parties that hold it"
    )


class Linkage(Model):
    """A number added to some parties' utility when named options occur together."""

    when: dict[Name, Name] = Field(description="issue: option, all of them at once", min_length=1)
    adds: dict[Name, Real] = Field(description="party: utility", min_length=1)
