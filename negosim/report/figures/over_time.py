"""Figures on an axis of dates: where histories stand, what they have reached, when, and whether there is room."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from negosim.report.figures.style import (
    INK,
    LABEL,
    LOOKS,
    NOTE,
    RULE,
    SECOND,
    at_end,
    axes,
    note_of,
    tall_of,
    titled,
)  # fmt: skip
from negosim.report.html import refusals, when
from negosim.report.html.phrases import Dossier, outcome
from negosim.report.writing import MONTHS, ShareJson, clean, parts
from negosim.results.intervals import wilson

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LUCK = "In brackets, 95 % Monte-Carlo interval."
_EPOCH = dt.date(1970, 1, 1).toordinal()
_YEAR = 366
_LONG = 8 * _YEAR
_BINS = 18
_PILE = 10
"""Marks in a row of the pile of histories without a date."""


def states(dossier: Dossier, ax: Axes | None) -> Axes:
    """Draw the shares of histories in each state, stacked by interest: deals at the bottom, war on top."""
    ax, summary = axes(ax), dossier["summary"]
    drawn = when.charts(dossier)["states"]
    dates = _dates(drawn["dates"])
    trials, floor = summary["run"]["trials"], [0.0] * len(dates)
    places, texts = [], []
    for series in drawn["series"]:
        look = LOOKS[series["mark"]]
        top = [low + 100 * value for low, value in zip(floor, series["values"], strict=True)]
        ax.fill_between(dates, floor, top, facecolor=look.fill, hatch=look.hatch, linewidth=0,
                        edgecolor="#ffffff" if look.hatch == "//" else look.colour)  # fmt: skip
        ax.plot(dates, top, color=look.colour, linewidth=1.2)
        places.append((floor[-1] + top[-1]) / 2)
        texts.append(_label(_with_interval(series["values"][-1], trials), series["words"]))
        floor = top
    _time_axis(ax, dossier)
    ax.set_ylim(0, 100)
    ax.set_yticks([0, 50, 100])
    at_end(ax, places, texts)
    titled(ax, "Where the histories stand, of 100", note_of(summary, f"Labels: the last day. {_LUCK}"))
    return ax


def outcomes(dossier: Dossier, ax: Axes | None) -> Axes:
    """Draw how many histories have reached each outcome at least once: steps, with the range over the inputs."""
    ax, summary = axes(ax), dossier["summary"]
    drawn, trials = when.charts(dossier)["reached"], summary["run"]["trials"]
    dates, places, texts, most = _dates(drawn["dates"]), [], [], 10.0
    for line in drawn["lines"]:
        look, values = LOOKS[line["mark"]], [100 * value for value in line["values"]]
        if line["band"]:
            low, high = ([100 * end for end in line["band"][end]] for end in ("low", "high"))
            ax.fill_between(_dates(line["band"]["dates"]), low, high, color=look.colour, alpha=0.16, linewidth=0)
            most = max(most, *high)
        hollow = "#ffffff" if line["hollow"] or look.hollow else look.colour
        ax.step(dates, values, where="post", color=look.colour, linestyle=look.dash, linewidth=2.6, marker=look.marker,
                markevery=_twice_a_year(drawn["dates"]), markersize=9, markerfacecolor=hollow)  # fmt: skip
        last, words = line["values"][-1], line["words"].rpartition(", ±")[0]
        places.append(100 * last)
        sub = f"\ninputs: {line['sub'].removesuffix(' over the inputs’ own ranges')}" if line["band"] else ""
        texts.append(_label(_with_interval(last, trials), words) + sub)
        most = max(most, 100 * last * 1.05)
    _time_axis(ax, dossier)
    ax.set_ylim(0, min(100.0, 10 * math.ceil(most / 10)))
    ax.grid(axis="y", color=RULE, linewidth=0.6)
    at_end(ax, places, texts)
    band = "Band: 90 % over the inputs’ own ranges." if any(line["band"] for line in drawn["lines"]) else ""
    titled(ax, "How many have reached it at least once, of 100", note_of(summary, f"{_LUCK} {band}".strip()))
    return ax


def room(dossier: Dossier, ax: Axes | None) -> Axes:
    """Draw in how many histories a text exists that all would prefer to no deal.

    Raises
    ------
    ValueError
        Where there is nothing to draw.
    """
    drawn = refusals.room(dossier)
    if drawn is None:
        raise ValueError("the run has no zones of agreement over time (a scenario without talks, or zones=False)")
    ax, summary = axes(ax), dossier["summary"]
    dates = _dates(drawn["dates"])
    middle, low, high = ([100 * item[at] for item in drawn["standing"]] for at in range(3))
    ax.fill_between(dates, low, high, color="#767676", alpha=0.25, linewidth=0)
    ax.plot(dates, middle, color=INK, linewidth=2.8, marker="o", markersize=7)
    last = dict(zip(("p", "low", "high"), drawn["standing"][-1], strict=True))
    places, texts = [middle[-1]], [_label(_of_100(last), "as red lines stand")]
    if drawn["ignored"]:
        ignored = [100 * share for share in drawn["ignored"]]
        ax.plot(dates, ignored, color=SECOND, linewidth=1.8, linestyle=(0, (4, 3)))
        places.append(ignored[-1])
        texts.append(_label(_of_100(_ignored(dossier, drawn["dates"][-1])), "red lines ignored"))
    _time_axis(ax, dossier)
    ax.set_ylim(0, 104)
    ax.set_yticks([0, 50, 100])
    at_end(ax, places, texts)
    goes_on = "wars" if "war" in summary["final_state"] else "impasses"
    titled(ax, f"Is there a text all would prefer to no deal? Of 100 {goes_on}",
           note_of(summary, f"Band and brackets: 95 % Monte-Carlo interval over the {summary['zopa']['trials']:,} "
                            "histories looked at; it holds what is not proven either way."))  # fmt: skip
    return ax


def dates(dossier: Dossier, ax: Axes | None) -> Axes:
    """Draw a hundred marks, each one history of a hundred: when the main outcome first comes, and a pile of never."""
    ax, summary = axes(ax), dossier["summary"]
    drawn = when.charts(dossier)["dots"]
    start, end = _span(dossier)
    width = (end - start) / _BINS
    heights: dict[int, int] = {}
    x, y, look = [], [], LOOKS[drawn["mark"]]
    for text in drawn["dots"]:
        if text is not None:
            place = min(int((_day(dt.date.fromisoformat(text)) - start) / width), _BINS - 1)
            heights[place] = heights.get(place, 0) + 1
            x.append(start + (place + 0.5) * width)
            y.append(heights[place])
    never = drawn["dots"].count(None)
    rows = math.ceil(never / _PILE)
    step = (end - start) * 0.027
    pile = [(end + (2.2 + at % _PILE) * step, at // _PILE + 1) for at in range(never)]
    top = max(max(heights.values(), default=0), rows + 2, 8) + 1.5
    size = min(11.0, 0.8 * tall_of(ax) / top) ** 2
    ax.scatter(x, y, s=size, color=look.colour, marker=look.marker)
    ax.scatter([at for at, _ in pile], [row for _, row in pile], s=0.7 * size, color="#767676", marker="s")
    ax.set_ylim(0.2, top)
    _time_axis(ax, dossier, until=end + (3.2 + _PILE) * step)
    ax.set_yticks([])
    share = summary["reached"][dossier["main"]]["by"][summary["scenario"]["horizon"]]
    trials = summary["run"]["trials"]
    ax.text(end + 1.8 * step, rows + 0.8, f"{_with_interval(1 - share['p'], trials)}\n{_wrapped(drawn['never'], 18)}",
            fontsize=LABEL, color=INK, va="bottom", linespacing=1.15)  # fmt: skip
    noun = outcome(summary, dossier["main"])
    titled(ax, f"When the first {noun} comes: each mark one history of 100", note_of(summary, _LUCK))
    return ax


def _with_interval(share: float, trials: int) -> str:
    """Return a share of all histories as so many of 100, with its 95 % interval.

    >>> _with_interval(0.25, 400), _with_interval(0.0, 100)
    ('25 (21 to 29)', '0 (0 to 3.7)')
    """
    return _of_100(wilson(round(share * trials), trials))


def _of_100(share: ShareJson) -> str:
    number, interval = parts(share)
    return f"{number} ({interval})"


def _ignored(dossier: Dossier, date: str) -> ShareJson:
    tracks: Mapping[str, Any] = dossier["summary"]["zopa"]["tracks"]
    track = next(track for track in dossier["tracks"] if track in tracks)
    found: ShareJson = tracks[track]["by"][date]["ignored"]
    return found


def _label(number: str, words: str, width: int = 26) -> str:
    """Return a label: one line where it fits, else the words under the number."""
    text = f"{number}  {words}"
    return text if len(text) <= width else f"{number}\n{_wrapped(words, width)}"


def _wrapped(text: str, width: int = 26) -> str:
    """Break a label into lines; nothing of it is cut."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            lines.append(line.rstrip())
            line = ""
        line += f"{word} "
    return "\n".join([*lines, line.rstrip()])


def _day(date: dt.date) -> float:
    """Return a date as matplotlib counts: days since 1970."""
    return float(date.toordinal() - _EPOCH)


def _dates(texts: list[str]) -> list[float]:
    return [_day(dt.date.fromisoformat(text)) for text in texts]


def _span(dossier: Dossier) -> tuple[float, float]:
    start, end = _dates([dossier["summary"]["scenario"][key] for key in ("as_of", "horizon")])
    return start, end


def _twice_a_year(texts: list[str]) -> list[int]:
    """Return the places of the first dates in January and July, where lines carry a mark."""
    halves = [(text[:4], text[5:7] > "06") for text in texts]
    return [at for at in range(1, len(texts)) if halves[at] != halves[at - 1]]


def _time_axis(ax: Axes, dossier: Dossier, until: float | None = None) -> None:
    """Give axes dates: named quarters up to 18 months, years beyond, and the first dated event of the scenario."""
    start, end = _span(dossier)
    ax.set_xlim(start, until or end)
    first, last = dt.date.fromordinal(int(start) + _EPOCH), dt.date.fromordinal(int(end) + _EPOCH)
    quarters = [dt.date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)]
    quarters = [date for date in quarters if first <= date <= last]
    if end - start <= 1.5 * _YEAR:
        ax.set_xticks(
            [_day(date) for date in quarters], [f"{MONTHS[date.month - 1][:3]} {date.year}" for date in quarters]
        )
    else:
        every = max(math.ceil((end - start) / _LONG), 1)
        years = [date for date in quarters if date.month == 1 and date.year % every == 0]
        ax.set_xticks([_day(date) for date in years], [str(date.year) for date in years])
        if every == 1:
            ax.set_xticks([_day(date) for date in quarters], minor=True)
    ax.tick_params(axis="x", which="major", length=9, width=1.2)
    ax.tick_params(axis="x", which="minor", length=4)
    for mark in dossier["marks"][:1]:
        day = _day(dt.date.fromisoformat(mark["date"]))
        ax.axvline(day, color=SECOND, linewidth=1.1, linestyle=(0, (1, 3)))
        right = day > (start + end) / 2
        ax.annotate(clean(mark["title"]), (day, 1), (-3 if right else 3, 3), xycoords=("data", "axes fraction"),
                    textcoords="offset points", fontsize=NOTE, color=SECOND, va="bottom",
                    ha="right" if right else "left")  # fmt: skip
