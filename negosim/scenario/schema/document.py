"""The whole of a scenario file, format 1."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from negosim.scenario.dates import Duration, shown
from negosim.scenario.schema.base import (
    Date,
    DateOrDuration,
    Id,
    Model,
    Name,
    PartyId,
    PlainNumber,
    PositiveDuration,
    Text,
    refused,
)
from negosim.scenario.schema.events import Event
from negosim.scenario.schema.issues import Chip, Issue, Linkage
from negosim.scenario.schema.parties import Party
from negosim.scenario.schema.talks import Track
from negosim.scenario.schema.war import War

Probability = Annotated[PlainNumber, Field(ge=0, le=1)]


class Source(Model):
    """Where a number comes from."""

    title: Text
    url: Text | None = None
    date: Date | None = Field(default=None, description="when it was published")


class Benchmark(Model):
    """A published forecast of the same question."""

    p: Probability = Field(description="the forecast")
    on: Date | None = Field(default=None, description="when it was made")
    source: Text | None = Field(default=None, description="who made it: an entry of `sources`, or a text")
    note: Text | None = None


class Question(Model):
    """A dated forecast question."""

    title: Text | None = Field(default=None, description="the question in words; default: its id")
    reach: Text = Field(
        description="limited, ceasefire, settlement, agreement (one of the last two), victory, victory:<party> or faded"
    )
    by: Date = Field(description="until when")
    lasting: PositiveDuration | None = Field(default=None, description="how long it must then hold")
    benchmarks: Annotated[tuple[Benchmark, ...], Field(strict=False)] = Field(
        default=(), description="published forecasts, shown beside the answer"
    )


class Variant(Model):
    """A named set of overrides."""

    title: Text | None = None
    set: dict[Text, Any] = Field(description="path: value", min_length=1)


class Lever(Model):
    """A named number with a range."""

    title: Text | None = None
    path: Text = Field(description="the number it moves")
    range: Annotated[tuple[Any, Any], Field(strict=False)] = Field(description="its two ends")


def _version(value: Any) -> Any:
    if isinstance(value, bool) or value != 1:
        raise refused(f"{shown(value)} is not a format version this negosim reads (write 1)")
    return value


class ScenarioFile(Model):
    """A negosim scenario, format 1."""

    negosim: Annotated[Literal[1], BeforeValidator(_version)] = Field(description="format version")
    title: Text
    summary: Text | None = Field(default=None, description="Markdown")
    as_of: Date = Field(description="information cut-off, and start of the simulation")
    horizon: DateOrDuration = Field(description="end of the simulation: a date or a duration")
    step: PositiveDuration = Field(default=Duration(7, "day"), description="time between ticks")
    sources: dict[Id, Source] = Field(default={}, description="where the numbers come from")
    parties: dict[PartyId, Party] = Field(description="who negotiates", min_length=1, max_length=40)
    issues: dict[Id, Issue] = Field(default={}, description="what is in dispute", max_length=100)
    chips: dict[Id, Chip] = Field(default={}, description="issues that need their holder's consent", max_length=100)
    linkages: Annotated[tuple[Linkage, ...], Field(strict=False, max_length=200)] = Field(
        default=(), description="utility of options that occur together"
    )
    never: Annotated[tuple[dict[Name, Name], ...], Field(strict=False, max_length=200)] = Field(
        default=(), description="combinations that no draft may contain"
    )
    war: War | None = Field(default=None, description="the war going on; omit for negotiations without fighting")
    talks: dict[Id, Track] = Field(default={}, description="the tracks", max_length=20)
    events: dict[Id, Event] = Field(default={}, description="what may come", max_length=200)
    variants: dict[Id, Variant] = Field(default={}, description="named sets of overrides", max_length=100)
    questions: dict[Id, Question] = Field(default={}, description="dated forecast questions", max_length=200)
    levers: dict[Id, Lever] = Field(default={}, description="named numbers with a range", max_length=100)

    @property
    def end(self) -> dt.date:
        """The date of the horizon."""
        return self.horizon.after(self.as_of) if isinstance(self.horizon, Duration) else self.horizon
