"""The tables of what came of it: outcomes by date, how it ends, whether it held, tolls, questions."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report import past
from negosim.report.chart import stacking
from negosim.report.layout import GAP, INDENT, Section, add, stacked, table
from negosim.report.reading import agreements, can_come, comes
from negosim.report.writing import (
    Summary,
    agreement_name,
    aligned,
    amounts,
    clean,
    column,
    long_date,
    name,
    parts,
    party_of,
    share_text,
)

MOST_DATES = 12

_QUARTERS = ("03-31", "06-30", "09-30", "12-31")
_WEEK = 7

_HEAD = 18
"""Heads of outcomes wrap at this width, about that of a share with its interval."""


# Outcomes by date


def outcomes(summary: Summary, width: int) -> Section:
    """Return the share of histories that have reached each outcome by a date."""
    dates, reached = sensible_dates(summary), summary["reached"]
    groups = _groups(summary)
    columns = {kind: column([reached[kind]["by"].get(date) for date in dates]) for group in groups for kind in group}
    heads = {kind: textwrap.fill(_kind_head(summary, kind), _HEAD) for kind in columns}
    widths = {kind: GAP + max(map(len, (*columns[kind], *heads[kind].split("\n")))) for kind in columns}
    blocks: list[list[Table | Text]] = []
    for group in fitting(groups, widths, width - INDENT - len("2025-01-01")) if dates else []:
        grid = table("By", *(heads[kind] for kind in group), fixed=range(len(group) + 1))
        for row, date in enumerate(dates):
            add(grid, date, *(columns[kind][row] for kind in group))
        blocks.append([grid])
    caption = "Share of simulated histories that have reached it at least once by then, with 95 % interval."
    every = {date for outcome in reached.values() for date in outcome["by"]}
    if len(every) > len(dates):
        caption += f" {len(dates)} of {len(every)} dates; the JSON output has them all."
    return Section("Outcomes by date", caption, stacked(blocks))


def fitting(groups: list[list[str]], widths: Mapping[str, int], room: int) -> list[list[str]]:
    """Return the columns of each table: all in one if they fit, or else a table a group, or more."""
    everything = [kind for group in groups for kind in group]
    if sum(widths[kind] for kind in everything) <= room:
        return [everything]
    fitted: list[list[str]] = []
    for group in groups:
        left = 0
        for kind in group:
            if widths[kind] > left:
                fitted.append([])
                left = room
            fitted[-1].append(kind)
            left -= widths[kind]
    return fitted


def _groups(summary: Summary) -> list[list[str]]:
    """Return the outcomes in tables that belong together: agreements, and ends without one."""
    reached = summary["reached"]
    victories = sorted(kind for kind in reached if party_of(kind))
    ends = [*(victories or ["victory"]), "faded"]
    known_kinds = {"ceasefire", "settlement", "agreement", "victory", *ends}
    rest = [kind for kind in reached if kind not in known_kinds]
    kinds = [*rest, *(kind for kind in agreements(summary) if kind not in rest)]
    groups = ([kind for kind in group if kind in reached and can_come(summary, kind)] for group in (kinds, ends))
    return [group for group in groups if group]


def _kind_head(summary: Summary, kind: str) -> str:
    party = party_of(kind)
    if party:
        return f"Won by {name(summary, 'parties', party)}"
    heads = {"agreement": "Ceasefire or settlement", "faded": "Fades out", "limited": "Limited deal"}
    return heads.get(kind, clean(kind).capitalize())


def sensible_dates(summary: Summary, most: int = MOST_DATES) -> list[str]:
    """Return the dates to show: all, or else the quarter, half-year or year ends, if few enough.

    A quarter's end that lies within a week of the last date says the same, and is left out.
    """
    dates = sorted({date for outcome in summary["reached"].values() for date in outcome["by"]})
    shown = _thinned(dates, most)
    return [date for date in shown if not (date[5:] in _QUARTERS and 0 < _days(date, dates[-1]) <= _WEEK)]


def _thinned(dates: list[str], most: int) -> list[str]:
    if len(dates) <= most:
        return dates
    for ends in (_QUARTERS, ("06-30", "12-31"), ("12-31",)):
        shown_dates = [date for date in dates[:-1] if date[5:] in ends]
        if 1 < len(shown_dates) < most:
            return [*shown_dates, dates[-1]]
    step = -(-len(dates) // most)
    return dates[::-1][::step][::-1]


def _days(first: str, last: str) -> int:
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


# How it ends, whether it held


def state_words(summary: Summary, state: str) -> str:
    """Return a state in words.

    >>> state_words({"labels": {"parties": {"usa": "United States"}}}, "victory:usa")
    'the war is won by United States'
    """
    party = party_of(state)
    if party:
        return f"the war is won by {name(summary, 'parties', party)}"
    words = {
        "war": "the war goes on",
        "impasse": "the impasse goes on",
        "ceasefire": "a ceasefire is in force",
        "settlement": "a settlement is in force",
        "faded": "fighting has faded out, no text",
    }
    return words.get(state, clean(state))


def final_state(summary: Summary) -> Section:
    """Return the state of the histories at the horizon."""
    final = [state for state in stacking(summary["final_state"]) if can_come(summary, state)]
    grid = table("State", "Share of histories", fixed=(1,))
    for state, cell in zip(final, column([summary["final_state"][state] for state in final]), strict=True):
        add(grid, state_words(summary, state), cell)
    at = long_date(summary["scenario"]["horizon"])
    caption = f"Share of simulated histories in each state on {at}, with 95 % interval."
    return Section("How it ends", caption, [grid] if final else [])


def held(summary: Summary) -> Section:
    """Return whether agreements held, of the kinds of which any came early enough to tell."""
    kinds = [
        kind
        for kind, spans in summary["held"].items()
        if comes(summary, kind) and any(share["n"] for share in spans.values())
    ]
    rows = [(kind, span, share) for kind in kinds for span, share in summary["held"][kind].items()]
    grid = table("Agreement", "Lasted", "Share of them", "Of how many", fixed=(1, 2, 3), right=(3,))
    last = ""
    for (kind, span, share), cell in zip(rows, column([share for *_, share in rows]), strict=True):
        add(grid, agreement_name(kind) if kind != last else "", clean(span), cell, f"{share['n']:,}")
        last = kind
    caption = (
        "Of the histories that reached it early enough before the horizon to tell, the share in which it lasted "
        "that long, with 95 % interval."
    )
    return Section("Whether it held", caption, [grid] if rows else [])


# What it costs, and what others forecast


def tolls(summary: Summary) -> Section:
    """Return the tolls of the fighting."""
    grid = table("Toll", "Mean (95 % interval)", "Median", "5 % to 95 %", fixed=(1, 2, 3), right=(2,))
    some = any(value[key] for value in summary["tolls"].values() for key in ("mean", "p95"))
    numbers = {toll: amounts(value) for toll, value in summary["tolls"].items()} if some else {}
    means = aligned([value["mean"] for value in numbers.values()], " (")
    spreads = aligned([f"{value['p05']} to {value['p95']}" for value in numbers.values()], " to")
    for toll, mean, spread in zip(numbers, means, spreads, strict=True):
        label, unit = name(summary, "tolls", toll), clean(summary["tolls"][toll]["unit"] or "")
        if unit.casefold() not in label.casefold():
            label += f", {unit}"
        add(grid, label, mean, numbers[toll]["p50"], spread)
    caption = "Up to the horizon; nine in ten simulated histories lie in the last column's range."
    return Section("Tolls", caption, [grid] if numbers else [])


def questions(summary: Summary) -> Section:
    """Return the questions beside what came of the past, and the forecasts others have published."""
    asked = summary["questions"]
    rows = {key: _rows_of(summary, key) for key in asked}
    texts = iter(aligned([cell for lines in rows.values() for _, cell, _ in lines], " %"))
    cells = {key: [(label, next(texts), words) for label, _, words in lines] for key, lines in rows.items()}
    width = max((len(cell) for lines in cells.values() for _, cell, _ in lines), default=0)
    if all(len(lines) == 1 for lines in rows.values()):
        return _bare_questions(summary, [cell for ((_, cell, _),) in cells.values()])
    blocks: list[list[Table | Text]] = []
    for key, question in asked.items():
        grid = table("", "", "", fixed=(0, 1))
        for label, cell, words in cells[key]:
            add(grid, label, cell.ljust(width), words)
        blocks.append([Text(clean(question["title"] or key), style="bold"), grid])
    return Section("Questions", _questions_caption(summary), stacked(blocks))


def _rows_of(summary: Summary, key: str) -> list[tuple[str, str, str]]:
    """Return what is said of a question: what it is, a share, and where it comes from."""
    question = summary["questions"][key]
    rows = [("simulated", share_text(question), _asks(summary, question)), *past.row(summary, key)]
    rows += [("published", _published(item), _origin(summary, item)) for item in question["benchmarks"]]
    if outcome := question.get("outcome"):
        came = "yes" if outcome["happened"] else "no"
        rows.append(("happened", came, _known(summary, outcome)))
    return rows


def _known(summary: Summary, outcome: Mapping[str, Any]) -> str:
    """Say how an outcome is known, and since when."""
    source = outcome["source"] or "source not named"
    source_name = clean(summary["labels"].get("sources", {}).get(source) or source)
    return f"{source_name}; known on {long_date(outcome['on'])}" if outcome["on"] else source_name


def _questions_caption(summary: Summary) -> str:
    caption = "Share of simulated histories with 95 % interval"
    if any(question["benchmarks"] for question in summary["questions"].values()):
        caption += ", beside published forecasts of the same question (as published, without an interval)"
    return f"{caption}. {past.caption(summary)}".rstrip()


def _bare_questions(summary: Summary, shares: list[str]) -> Section:
    """Return the questions where nobody has published a forecast of any, a row each."""
    asked = summary["questions"]
    grid = table("Question", "Share", "Reckoned as", fixed=(1,))
    for (key, question), share in zip(asked.items(), shares, strict=True):
        add(grid, clean(question["title"] or key), share, _asks(summary, question))
    return Section("Questions", _questions_caption(summary), [grid] if asked else [])


def _published(benchmark: Mapping[str, Any]) -> str:
    return f"{parts({'p': benchmark['p'], 'low': 0.0, 'high': 1.0})[0]} %"


def _asks(summary: Summary, question: Mapping[str, Any]) -> str:
    lasting = f", then lasting {clean(question['lasting'])}" if question["lasting"] else ""
    party = party_of(question["reach"])
    reach = f"victory of {name(summary, 'parties', party)}" if party else clean(question["reach"])
    plain = {"agreement": "ceasefire or settlement", "faded": "fighting fades out", "limited": "limited deal"}
    reach = plain.get(reach, reach)
    return f"{reach} by {long_date(question['by'])}{lasting}"


def _origin(summary: Summary, benchmark: Mapping[str, Any]) -> str:
    source = benchmark["source"] or "source not named"
    source_name = clean(summary["labels"].get("sources", {}).get(source) or source)
    when = f"on {long_date(benchmark['on'])}" if benchmark["on"] else "undated"
    note = f"; {clean(benchmark['note'])}" if benchmark["note"] else ""
    return f"{source_name}, {when}{note}"
