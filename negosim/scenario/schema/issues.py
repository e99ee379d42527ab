"""Issues, chips and what ties them together."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from negosim.scenario import limits
from negosim.scenario.dates import shown
from negosim.scenario.quantities import constant
from negosim.scenario.schema.base import (
    POSITIVE_TIME,
    Id,
    Label,
    Model,
    Name,
    PlainNumber,
    PositiveSpan,
    ShareQuantity,
    Shorthand,
    Unit,
    Unstated,
    Utility,
    Weight,
    as_quantity,
    refused,
)


class Option(Model):
    """One way an issue can be settled; a title alone may stand in place of the mapping."""

    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["Monitors on the line"]
    )
    enforcement: ShareQuantity = Field(
        default=constant(0),
        description="strength of the guarantee that the option writes into a text; those of a text combine to "
        "g = 1 - Π(1 - enforcement)",
        examples=[0.4],
    )


def _option(value: Any) -> Any:
    if isinstance(value, str):
        return {"title": value}
    if not isinstance(value, dict | Option):
        hint = "; put a text that holds a comma in quotes" if value is None else ", in quotes where it is a number"
        raise refused(f"{shown(value)} is not an option (write its title{hint})")
    return value


class FollowsFront(Model):
    """A status quo that moves with the front: an option holds from its front value up."""

    follows_front: dict[Name, Annotated[PlainNumber, Field(ge=-1, le=1)]] = Field(
        description="option: the front value from which it holds; the lowest holds below its value too",
        min_length=1,
        examples=[{"old": -1, "line": -0.2, "far": 0.5}],
    )


def _red_line(value: Any) -> Any:
    if value == "never":
        return value
    if isinstance(value, str) and not value[:1].isdigit():
        raise refused(f"{shown(value)} is neither 'never' nor a duration (write e.g. 24 months)")
    return as_quantity(value, POSITIVE_TIME, duration=True)


class View(Model):
    """What a party makes of an issue."""

    salience: Annotated[Weight, Unit("weight")] = Field(
        default=constant(0),
        description="how much the issue weighs for the party; the weights of a party are scaled to add to 1",
        examples=[60],
    )
    values: Annotated[dict[Name, ShareQuantity] | None, Unstated("from `ideal`")] = Field(
        default=None,
        description="option: what it is worth to the party, from 0 to 1; every option needs a value",
        examples=[{"old": 0, "line": 0.5, "far": 1}],
    )
    ideal: Annotated[Name | None, Unstated("none: `values` are given")] = Field(
        default=None,
        description="in place of `values`: its best option, worth 1; values fall with the distance in the order of "
        "the options, to 0 at the farthest: with its square, or see `loss`",
        examples=["old"],
    )
    loss: Literal["squared", "linear"] = Field(
        default="squared",
        description="how values fall from the `ideal`: `squared`, 1 - (d/d_max)²; `linear`, 1 - d/d_max",
        examples=["linear"],
    )
    red_lines: dict[Name, Annotated[PositiveSpan | Literal["never"], BeforeValidator(_red_line)]] = Field(
        default={},
        description="option it will not sign: `never`, or the mean time until the red line lifts by itself",
        examples=[{"far": "24 months"}],
    )
    source: Annotated[Label | None, Unstated("none")] = Field(
        default=None,
        description="where the numbers of the view come from that name no source of their own: an entry of `sources`, "
        "or `judgement`",
        examples=["survey"],
    )
    note: Annotated[Label | None, Unstated("none")] = Field(
        default=None, description="what a reader should know of it", examples=["Read from the speech of May"]
    )


def _kind_of_status_quo(value: Any) -> str:
    return "<front>" if isinstance(value, dict | FollowsFront) else "<option>"


StatusQuo = Annotated[
    Annotated[Name, Tag("<option>")] | Annotated[FollowsFront, Tag("<front>")], Discriminator(_kind_of_status_quo)
]


class Issue(Model):
    """Something in dispute, with the ways it can be settled."""

    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["Where the border runs"]
    )
    status_quo: StatusQuo = Field(
        description="the option that holds while there is no deal, or `follows_front`: it moves with the front",
        examples=["line"],
    )
    options: dict[Id, Annotated[Option, Shorthand(_option, lambda _: [{"type": "string", "minLength": 1}])]] = Field(
        description="the ways it can be settled; their order counts for `ideal`",
        min_length=1,
        max_length=limits.OPTIONS.most,
        examples=[{"old": "The old border", "line": {"title": "The present line", "enforcement": 0.2}}],
    )
    views: dict[Name, View] = Field(
        default={},
        description="party: what it makes of the issue; a party without a view does not care",
        examples=[{"north": {"salience": 60, "ideal": "far"}}],
    )


class Chip(Issue):
    """An issue whose movement needs its holder's consent: frozen assets, membership, sanctions."""

    held_by: Annotated[tuple[Name, ...], Field(strict=False, min_length=1)] = Field(
        description="the parties that hold it; all of them must consent to a text that moves it",
        examples=[["union"]],
    )


class Linkage(Model):
    """A number added to some parties' utility when named options occur together."""

    when: dict[Name, Name] = Field(
        description="issue: option; the linkage counts where a package has all of them",
        min_length=1,
        examples=[{"border": "far", "guarantee": "none"}],
    )
    adds: Annotated[dict[Name, Utility], Unit("utility")] = Field(
        description="party: what is added to its utility", min_length=1, examples=[{"south": -0.2}]
    )
