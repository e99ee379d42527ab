"""The whole of a scenario file, format 1."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from negosim.scenario import limits
from negosim.scenario.dates import Duration, shown
from negosim.scenario.schema.base import (
    Address,
    Date,
    DateOrDuration,
    Id,
    Label,
    Model,
    Name,
    PartyId,
    PlainNumber,
    PositiveDuration,
    Prose,
    Text,
    Unstated,
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

    title: Label = Field(description="what it is", examples=["Opinion survey, February 2026"])
    url: Annotated[Address | None, Unstated("none")] = Field(
        default=None, description="where it can be read", examples=["https://example.org/survey"]
    )
    date: Annotated[Date | None, Unstated("not known")] = Field(
        default=None,
        description="when it was published; a date after `as_of` is noted",
        examples=["2026-02-24"],
    )


class Benchmark(Model):
    """A published forecast of the same question."""

    p: Probability = Field(description="the forecast, a probability", examples=[0.24])
    on: Annotated[Date | None, Unstated("not known")] = Field(
        default=None, description="when it was made", examples=["2025-01-02"]
    )
    source: Annotated[Label | None, Unstated("not known")] = Field(
        default=None, description="who made it: an entry of `sources`, or a text", examples=["A forecasting market"]
    )
    note: Annotated[Label | None, Unstated("none")] = Field(
        default=None, description="what a reader should know of it", examples=["Asks for a signed text only"]
    )


class Question(Model):
    """A dated forecast question, answered by the share of histories in which the answer is yes."""

    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="the question in words", examples=["A ceasefire by June?"]
    )
    reach: Text = Field(
        description="`limited`, `ceasefire`, `settlement`, `agreement` (one of the last two), `victory`, "
        "`victory:<party>` or `faded`",
        examples=["ceasefire"],
    )
    by: Date = Field(description="until when it must be reached", examples=["2025-06-30"])
    lasting: Annotated[PositiveDuration | None, Unstated("no time")] = Field(
        default=None,
        description="how long it must then hold; any agreement that began in time may do so",
        examples=["30 days"],
    )
    benchmarks: Annotated[tuple[Benchmark, ...], Field(strict=False, max_length=limits.BENCHMARKS.most)] = Field(
        default=(),
        description="published forecasts of the same question, shown beside the answer",
        examples=[[{"p": 0.24, "on": "2025-01-02", "source": "A forecasting market"}]],
    )
    outcome: Annotated[Outcome | None, Unstated("not known")] = Field(
        default=None,
        description="what came of it, once it is known",
        examples=[{"happened": False, "on": "2025-06-30", "source": "survey"}],
    )


class Outcome(Model):
    """What came of a question, once it is known; nothing that is simulated reads it."""

    happened: bool = Field(description="whether the answer is yes", examples=[False])
    on: Annotated[Date | None, Unstated("not known")] = Field(
        default=None, description="when that was known", examples=["2025-06-30"]
    )
    source: Annotated[Label | None, Unstated("not known")] = Field(
        default=None, description="where it can be read: an entry of `sources`, or a text", examples=["survey"]
    )


class NamedText(Model):
    """A package that people talk about, as a first draft or to look at."""

    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="how the output calls it", examples=["The 28-point draft"]
    )
    source: Annotated[Label | None, Unstated("none")] = Field(
        default=None, description="where it can be read: an entry of `sources`, or `judgement`", examples=["draft28"]
    )
    options: dict[Name, Name] = Field(
        description="issue: option; what it leaves out stays at the status quo",
        min_length=1,
        examples=[{"border": "far", "fund": "shared"}],
    )


class Variant(Model):
    """A named set of overrides, applied with `--variant`."""

    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="what it stands for", examples=["No pressure"]
    )
    set: dict[Text, Any] = Field(
        description="path: new value, a number, a distribution or whatever else may stand there",
        min_length=1,
        max_length=limits.SETTINGS.most,
        examples=[{"talks.armistice.pressure.south": 0}],
    )


class Lever(Model):
    """A named number with a range, which somebody could move; read and checked, and used by tools that vary it."""

    title: Annotated[Label | None, Unstated("its id")] = Field(
        default=None, description="what it stands for", examples=["Pressure on South"]
    )
    path: Text = Field(description="the number it moves", examples=["talks.armistice.pressure.south"])
    range: Annotated[tuple[Any, Any], Field(strict=False)] = Field(
        description="its two ends, the lower first, as the number is written", examples=[[0, 0.1]]
    )


def _version(value: Any) -> Any:
    if isinstance(value, bool) or value != 1:
        raise refused(f"{shown(value)} is not a format version this negosim reads (write 1)")
    return value


class ScenarioFile(Model):
    """A negosim scenario, format 1."""

    negosim: Annotated[Literal[1], BeforeValidator(_version)] = Field(description="format version", examples=[1])
    title: Label = Field(description="what the scenario is about", examples=["Two sides, one border"])
    summary: Annotated[Prose | None, Unstated("none")] = Field(
        default=None, description="a longer text, in Markdown", examples=["North has *stopped* at the river."]
    )
    as_of: Date = Field(description="information cut-off, and start of the simulation", examples=["2025-01-01"])
    horizon: DateOrDuration = Field(
        description="end of the simulation: a date, or a duration from `as_of`", examples=["2 years"]
    )
    step: PositiveDuration = Field(
        default=Duration(7, "day"), description="time between ticks of the simulation", examples=["7 days"]
    )
    sources: dict[Id, Source] = Field(
        default={},
        description="where the numbers come from",
        max_length=limits.SOURCES.most,
        examples=[{"survey": {"title": "Opinion survey, February 2026"}}],
    )
    parties: dict[PartyId, Party] = Field(
        description="whose interests count",
        min_length=1,
        max_length=limits.PARTIES.most,
        examples=[{"north": {"time_preference": 0.15, "war_cost": 0.2}}],
    )
    issues: dict[Id, Issue] = Field(
        default={},
        description="what is in dispute",
        max_length=limits.ISSUES.most,
        examples=[{"border": {"status_quo": "line", "options": {"old": "The old border", "line": "The present line"}}}],
    )
    chips: dict[Id, Chip] = Field(
        default={},
        description="issues that can be moved only with the consent of those who hold them",
        max_length=limits.CHIPS.most,
        examples=[
            {"fund": {"held_by": ["union"], "status_quo": "frozen", "options": {"frozen": "Frozen", "freed": "Freed"}}}
        ],
    )
    linkages: Annotated[tuple[Linkage, ...], Field(strict=False, max_length=limits.LINKAGES.most)] = Field(
        default=(),
        description="what options are worth beyond their values when they occur together",
        examples=[[{"when": {"border": "far", "guarantee": "none"}, "adds": {"south": -0.2}}]],
    )
    never: Annotated[tuple[dict[Name, Name], ...], Field(strict=False, max_length=limits.NEVER.most)] = Field(
        default=(),
        description="combinations, issue: option, that no draft may contain",
        examples=[[{"border": "old", "guarantee": "monitors"}]],
    )
    war: Annotated[War | None, Unstated("no fighting: an impasse")] = Field(
        default=None,
        description="the war going on",
        examples=[{"between": ["north", "south"], "volatility": 0.35}],
    )
    talks: dict[Id, Track] = Field(
        default={},
        description="the tracks on which the parties meet",
        max_length=limits.TRACKS.most,
        examples=[{"armistice": {"kind": "ceasefire", "signatories": ["north", "south"]}}],
    )
    events: dict[Id, Event] = Field(
        default={},
        description="what may come",
        max_length=limits.EVENTS.most,
        examples=[{"election": {"on": "2026-11-03", "effects": [{"add": "war.drift", "by": 0.1}]}}],
    )
    texts: dict[Id, NamedText] = Field(
        default={},
        description="packages that people talk about",
        max_length=limits.TEXTS.most,
        examples=[{"plan28": {"title": "The 28-point draft", "options": {"border": "far", "fund": "shared"}}}],
    )
    variants: dict[Id, Variant] = Field(
        default={},
        description="named sets of overrides",
        max_length=limits.VARIANTS.most,
        examples=[{"tired": {"set": {"parties.south.war_cost": 0.3}}}],
    )
    questions: dict[Id, Question] = Field(
        default={},
        description="dated forecast questions",
        max_length=limits.QUESTIONS.most,
        examples=[{"truce": {"reach": "ceasefire", "by": "2025-06-30"}}],
    )
    levers: dict[Id, Lever] = Field(
        default={},
        description="named numbers with a range",
        max_length=limits.LEVERS.most,
        examples=[{"cost": {"path": "parties.south.war_cost", "range": [0, 0.5]}}],
    )

    @property
    def end(self) -> dt.date:
        """The date of the horizon."""
        return self.horizon.after(self.as_of) if isinstance(self.horizon, Duration) else self.horizon
