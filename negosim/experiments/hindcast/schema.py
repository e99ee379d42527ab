"""The case format: one coded negotiation of the past a case, as pydantic models."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from negosim.scenario.dates import Duration, shown
from negosim.scenario.labels import label_fault
from negosim.scenario.schema.base import Date, Label, Model, Shorthand, refused

MOST_CASES = 200
MOST_PARTIES = 12
MOST_ISSUES = 30
MOST_OPTIONS = 20
MOST_WINDOWS = 60
MOST_ENTRIES = 60
"""Entries of a list of texts: spoilers, deadlines, sources."""
MOST_IN_NOTE = 1_000
"""Characters of a note."""
MOST_IN_NAME = 64
"""Characters of the id of a case, a party or an issue."""
MOST_YEARS = 40
"""Years of talks: each is a run."""

_NAME = re.compile(r"[^\W_][\w+.-]*")


def later(day: dt.date, months: float) -> dt.date:
    """Return the day so many months on.

    >>> str(later(dt.date(1977, 11, 19), 6))
    '1978-05-19'
    """
    return Duration(months, "month").after(day)


def _scalar(value: Any) -> Any:
    """Take a number or a truth value for the text that it was written as."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _line(most: int) -> tuple[Any, ...]:
    """Return what makes a text one visible line; a number may stand in its place."""

    def read(value: Any) -> str:
        text = _scalar(value)
        if not isinstance(text, str) or not text:
            raise refused(f"{shown(value)} is not a text (put it in quotes if it holds : or #)")
        if fault := label_fault(text, most):
            raise refused(fault)
        return text

    schema = {"type": ["string", "number", "boolean"], "maxLength": most}
    return BeforeValidator(read), WithJsonSchema(schema)


def _name(value: Any) -> Any:
    if not (isinstance(value, str) and _NAME.fullmatch(value)):
        raise refused(
            f"{shown(value)} is not a name (letters, digits, _, -, + and ., beginning with a letter or digit)"
        )
    return value


def _none_as_empty(value: Any) -> Any:
    return () if value is None or value == "none" else value


def _mediator(value: Any) -> Any:
    return {"id": "none"} if value is None or value == "none" else value


def _none_or(long: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the short forms that stand for nothing."""
    return [{"const": "none"}, {"type": "null"}]


Name = Annotated[
    str,
    BeforeValidator(_name),
    StringConstraints(max_length=MOST_IN_NAME),
    WithJsonSchema({"type": "string", "pattern": f"^{_NAME.pattern}$", "maxLength": MOST_IN_NAME}),
]
"""The id of a case, a party or an issue."""
Word = Annotated[str, *_line(200)]
Note = Annotated[str, *_line(MOST_IN_NOTE)]
Score = Annotated[float, Field(ge=0, le=100)]
"""A coarse judgement from 0 to 100."""
Place = Annotated[int, Field(ge=0, lt=MOST_OPTIONS)]
"""The place of an option, from 0."""
Notes = Annotated[tuple[Note, ...], Field(strict=False, max_length=MOST_ENTRIES), Shorthand(_none_as_empty, _none_or)]
ByParty = Annotated[dict[Name, Place], Field(max_length=MOST_PARTIES)]


class CaseParty(Model):
    """A party to a negotiation; the first two of a case are its sides."""

    id: Name = Field(description="what the other keys of the case call it", examples=["North"])
    power: Score = Field(description="its strength, all considered", examples=[55])
    salience: Annotated[float, Field(ge=1, le=100)] = Field(
        description="how much the whole matters to it among all that it has to care about", examples=[90]
    )
    veto: bool = Field(default=True, description="whether a deal needs its signature", examples=[True])
    name: Label | None = Field(default=None, description="how the output calls it", examples=["The north"])
    note: Note | None = Field(default=None, description="for the reader", examples=["Not at the table"])


class Mediator(Model):
    """Who mediated; `none` in place of the mapping where nobody did."""

    id: Word = Field(description="who; `none` where nobody did", examples=["UN"])
    bias: Word = Field(
        default="none",
        description="`none`, `slight_<party>` or `toward_<party>`: whom it favoured",
        examples=["slight_North"],
    )
    leverage: Score = Field(default=0, description="what it could give to the sides or withhold", examples=[35])
    guarantor: Word = Field(
        default="none",
        description="the guarantee that stood behind a deal: a word that begins with or contains `strong`, `moderate`, "
        "`IAEA`, `commission`, `joint`, `offered`, `monitors`, `observers` or `weak`; `none` where there was none",
        examples=["moderate_peacekeepers"],
    )
    note: Note | None = Field(default=None, description="for the reader", examples=["Joined late"])


class CaseIssue(Model):
    """An issue, with its options in order: from best for the first side to best for the second."""

    id: Name = Field(description="what it is called", examples=["border"])
    options: Annotated[tuple[Word, ...], Field(strict=False, min_length=2, max_length=MOST_OPTIONS)] = Field(
        description="in order, from best for the first side to best for the second",
        examples=[["old_line", "middle", "new_line"]],
    )
    ideal: ByParty = Field(
        description="party: the place, from 0, of the option it would choose alone; both sides have one",
        examples=[{"North": 0, "South": 2}],
    )
    red: Annotated[dict[Name, Place | None], Field(max_length=MOST_PARTIES)] = Field(
        description="party: the place of the farthest option it could live with as talks began; the first side accepts "
        "up to it, the second from it on; `null`: all",
        examples=[{"North": 1, "South": 1}],
    )
    w: Annotated[dict[Name, Annotated[float, Field(ge=0, le=1e6)]], Field(max_length=MOST_PARTIES)] = Field(
        description="party: how much the issue weighs among its issues", examples=[{"North": 60, "South": 40}]
    )
    final: Place | None = Field(
        default=None, description="the place of the option in the text that ended the case; `null`: none", examples=[1]
    )
    note: Note | None = Field(default=None, description="for the reader", examples=["From the draft of May"])


class Window(Model):
    """A dated fact: whether a deal came within some months of a day."""

    start: Date = Field(alias="from", description="the first day", examples=["1999-02-06"])
    months: Annotated[float, Field(gt=0, le=12 * MOST_YEARS)] = Field(description="how long it is", examples=[6])
    deal: bool = Field(description="whether a deal came", examples=[True])
    note: Note | None = Field(default=None, description="for the reader", examples=["A truce of three months"])

    @property
    def end(self) -> dt.date:
        """The first day after it."""
        return later(self.start, self.months)


class CaseOutcome(Model):
    """What came of it."""

    deal: bool = Field(description="whether talks ended in a deal", examples=[True])
    date: Date | None = Field(
        default=None,
        description="when the case ended: by its deal, or by the end of talks; left out, with the last of `windows`",
        examples=["2000-06-18"],
    )
    first_deal: Date | None = Field(default=None, description="an earlier deal of the same talks", examples=[None])
    peace: Date | None = Field(default=None, description="a later treaty; for the reader", examples=["2000-12-12"])
    kind: Word = Field(default="none", description="what kind of deal; for the reader", examples=["armistice"])
    durable: bool | Word | None = Field(default=None, description="whether it held; for the reader", examples=[True])
    relapse: Note | None = Field(default=None, description="how it broke; for the reader", examples=["2004-05-01"])
    note: Note | None = Field(default=None, description="for the reader", examples=["Signed in two parts"])


class Confidence(Model):
    """How sure the coder is."""

    f: Word | None = Field(default=None, description="of dates and terms: h, m or l", examples=["h"])
    c: Word | None = Field(default=None, description="of the codings: h, m or l", examples=["m"])


class Case(Model):
    """One coded negotiation."""

    id: Name = Field(description="what it is called; no two cases share one", examples=["border_talks_1999"])
    title: Label = Field(description="how the output calls it", examples=["The border talks"])
    type: Word = Field(
        default="war", description="interstate, civil, internationalised, nonwar; for the reader", examples=["civil"]
    )
    war_began: Date | None = Field(default=None, description="`null` where there was none", examples=["1998-03-01"])
    talks_began: Date = Field(description="when talks opened", examples=["1999-02-06"])
    parties: Annotated[tuple[CaseParty, ...], Field(strict=False, min_length=2, max_length=MOST_PARTIES)] = Field(
        description="the two sides first; of the others those with `veto` sign too",
        examples=[[{"id": "North", "power": 55, "salience": 90, "veto": True}]],
    )
    mediator: Annotated[Mediator, Shorthand(_mediator, _none_or)] = Field(
        default=Mediator(id="none"), description="who mediated", examples=[{"id": "UN", "leverage": 35}]
    )
    battlefield: Word = Field(
        default="none",
        description="how the war stood as talks began; a word that begins with `shifting_to_<party>`, `stalemate`, "
        "`attrition` or `low_level`, or, where there was no fighting, `quiet`, `frozen`, `ceasefire`, `sanctions`",
        examples=["shifting_to_North"],
    )
    mhs: Score = Field(description="how far the war, or the impasse, hurt both sides as they saw it", examples=[55])
    spoilers: Notes = Field(default=(), description="who tried to wreck it; they are counted", examples=[["a militia"]])
    issues: Annotated[tuple[CaseIssue, ...], Field(strict=False, min_length=1, max_length=MOST_ISSUES)] = Field(
        description="what was disputed",
        examples=[[{"id": "border", "options": ["old", "new"]}]],
    )
    deadlines: Notes = Field(
        default=(), description="not used: those that are named are those that worked", examples=[["1999-02-20"]]
    )
    windows: Annotated[
        tuple[Window, ...], Field(strict=False, max_length=MOST_WINDOWS), Shorthand(_none_as_empty, _none_or)
    ] = Field(
        default=(),
        description="dated facts; they say when deals came, and are not what is scored",
        examples=[[{"from": "1999-02-06", "months": 6, "deal": True}]],
    )
    outcome: CaseOutcome = Field(description="what came of it", examples=[{"deal": True, "date": "2000-06-18"}])
    confidence: Confidence | None = Field(
        default=None, description="how sure the coder is; for the reader", examples=[{"f": "h", "c": "m"}]
    )
    checked: bool | Word = Field(
        default=False, description="whether it was checked against sources; for the reader", examples=[True]
    )
    sources: Notes = Field(default=(), description="where it comes from", examples=[["A history of the war"]])
    note: Note | None = Field(default=None, description="for the reader", examples=["Coded by two people"])

    @property
    def sides(self) -> tuple[CaseParty, CaseParty]:
        """The first two parties."""
        return self.parties[0], self.parties[1]

    @property
    def others(self) -> tuple[CaseParty, ...]:
        """Further parties whose signature a deal needs."""
        return tuple(party for party in self.parties[2:] if party.veto)

    @property
    def end(self) -> dt.date:
        """When the case ended."""
        return self.outcome.date or max(window.end for window in self.windows)


class Meta(Model):
    """What the file says of itself."""

    cases: int | None = Field(default=None, description="how many cases it holds", examples=[16])
    made: Word | None = Field(default=None, description="when it was made", examples=["2026-11-22"])
    licence_note: Note | None = Field(default=None, description="under what terms", examples=["facts only, own words"])
    title: Label | None = Field(default=None, description="what it is", examples=["Coded negotiations"])
    note: Note | None = Field(default=None, description="for the reader", examples=["Second coding"])


class CasesFile(Model):
    """A file of coded negotiations."""

    meta: Meta | None = Field(default=None, description="what the file says of itself", examples=[{"cases": 16}])
    cases: Annotated[tuple[Case, ...], Field(strict=False, min_length=1, max_length=MOST_CASES)] = Field(
        description="the cases", examples=[[{"id": "border_talks_1999"}]]
    )
