"""The tables of the terminal report, one function a question an analyst asks."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from negosim.report.words import at_horizon, tells_of_ceasefires
from negosim.report.writing import (
    UNKNOWN,
    Share,
    Summary,
    aligned,
    amounts,
    clean,
    column,
    counted,
    long_date,
    name,
    option_name,
    parts,
    party_of,
    share_text,
    worth,
)

INDENT = 2
MOST_DATES = 12

_GAP = 2
_LEAST_OPTION = 0.01
"""Options in a smaller share of the signed texts are folded into one line."""

_MARK = 0.05
"""What one character of a bar of refusals stands for."""


@dataclass(frozen=True)
class Section:
    """A heading, a line that says what the numbers are, and what stands below."""

    title: str
    caption: str
    body: Sequence[Table | Text]


def table(*headers: str, fixed: Sequence[int] = (), right: Sequence[int] = ()) -> Table:
    """Return an empty table without frame; `fixed` columns keep their width, `right` ones align right."""
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP, 0, 0))
    for place, header in enumerate(headers):
        grid.add_column(Text(header), no_wrap=place in fixed, justify="right" if place in right else "left",
                        overflow="fold", vertical="top")  # fmt: skip
    return grid


def add(grid: Table, *cells: str) -> None:
    """Add a row of plain texts, in which brackets and colons mean nothing."""
    grid.add_row(*(Text(cell) for cell in cells))


# Outcomes by date


def outcomes(summary: Summary, width: int) -> Section:
    """Return the share of histories that have reached each outcome by a date."""
    groups = [group for group in _groups(summary) if group]
    dates = sensible_dates(summary)
    columns = {kind: column([summary["reached"][kind]["by"].get(date) for date in dates])
               for group in groups for kind in group}  # fmt: skip
    heads = {kind: textwrap.fill(_kind_head(summary, kind), 18) for kind in columns}
    wide = sum(max(len(line) for line in (*columns[kind], *heads[kind].split("\n"))) + _GAP for kind in columns)
    if INDENT + len("2025-01-01") + _GAP + wide <= width:
        groups = [list(columns)]
    body: list[Table | Text] = []
    for group in groups if dates else []:
        grid = table("By", *(heads[kind] for kind in group), fixed=range(len(group) + 1))
        for row, date in enumerate(dates):
            add(grid, date, *(columns[kind][row] for kind in group))
        body += [Text(""), grid] if body else [grid]
    caption = "Share of simulated histories that have reached it at least once by then, with 95 % interval."
    every = {date for kind in columns for date in summary["reached"][kind]["by"]}
    if len(every) > len(dates):
        caption += f" {len(dates)} of {len(every)} dates; the JSON output has them all."
    return Section("Outcomes by date", caption, body)


def _groups(summary: Summary) -> list[list[str]]:
    """Return the outcomes in tables that belong together: agreements, and ends without one."""
    reached = summary["reached"]
    agreements = ["ceasefire", "settlement", "agreement"] if tells_of_ceasefires(summary) else ["settlement"]
    victories = sorted(kind for kind in reached if party_of(kind))
    ends = [*(victories or ["victory"]), "faded"]
    told = {"ceasefire", "settlement", "agreement", "victory", *ends}
    rest = [kind for kind in reached if kind not in told]
    return [[kind for kind in group if kind in reached] for group in ([*rest, *agreements], ends)]


def _kind_head(summary: Summary, kind: str) -> str:
    party = party_of(kind)
    if party:
        return f"{name(summary, 'parties', party)} wins"
    heads = {"agreement": "Ceasefire or settlement", "faded": "Fades out", "limited": "Limited deal"}
    return heads.get(kind, clean(kind).capitalize())


def sensible_dates(summary: Summary, most: int = MOST_DATES) -> list[str]:
    """Return the dates to show: all, or else the quarter, half-year or year ends, if few enough."""
    dates = sorted({date for outcome in summary["reached"].values() for date in outcome["by"]})
    if len(dates) <= most:
        return dates
    for ends in (("03-31", "06-30", "09-30", "12-31"), ("06-30", "12-31"), ("12-31",)):
        kept = [date for date in dates[:-1] if date[5:] in ends]
        if 1 < len(kept) < most:
            return [*kept, dates[-1]]
    step = -(-len(dates) // most)
    return dates[::-1][::step][::-1]


# How it ends, whether it held


def state_words(summary: Summary, state: str) -> str:
    """Return a state in words.

    >>> state_words({"labels": {"parties": {"usa": "United States"}}}, "victory:usa")
    'United States has won'
    """
    party = party_of(state)
    if party:
        return f"{name(summary, 'parties', party)} has won"
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
    final = {state: share for state, share in summary["final_state"].items() if _told(summary, state)}
    grid = table("State", "Share of histories", fixed=(1,))
    for state, cell in zip(final, column(list(final.values())), strict=True):
        add(grid, state_words(summary, state), cell)
    at = long_date(summary["scenario"]["horizon"])
    caption = f"Share of simulated histories in each state on {at}, with 95 % interval."
    return Section("How it ends", caption, [grid] if final else [])


def _told(summary: Summary, state: str) -> bool:
    return state != "ceasefire" or tells_of_ceasefires(summary)


def held(summary: Summary) -> Section:
    """Return whether agreements held."""
    rows = [
        (kind, span, share)
        for kind, spans in summary["held"].items()
        for span, share in spans.items()
        if _told(summary, kind) and _comes(summary, kind)
    ]
    grid = table("Agreement", "Lasted", "Share of them", "Of how many", fixed=(1, 2, 3), right=(3,))
    last = ""
    for (kind, span, share), cell in zip(rows, column([share for *_, share in rows]), strict=True):
        if last and kind != last:
            grid.add_row()
        add(grid, kind if kind != last else "", clean(span), cell, f"{share['n']:,}")
        last = kind
    caption = (
        "Of the histories that reached it early enough before the horizon to tell, the share in which it lasted "
        "that long, with 95 % interval."
    )
    return Section("Whether it held", caption, [grid] if rows else [])


def _comes(summary: Summary, kind: str) -> bool:
    share = at_horizon(summary, kind)
    return bool(share and share["p"]) or any(span["n"] for span in summary["held"][kind].values())


# On whose terms


def terms(summary: Summary) -> Section:
    """Return the terms of the signed texts and what they are worth to each party."""
    body: list[Table | Text] = []
    for track, signed in summary["terms"].items():
        body += [Text("")] if body else []
        number = counted(signed["signed"], "signed text") if signed["signed"] else "nothing signed"
        body.append(Text(f"{name(summary, 'tracks', track)}: {number}", style="bold"))
        if signed["signed"]:
            body += [_worths(summary, signed["utility"])] if signed["utility"] else []
            body += [Text("")] if signed["utility"] and signed["issues"] else []
            body += [_options(summary, signed["issues"])] if signed["issues"] else []
    caption = (
        "What the signed texts are worth to each party that consents (mean with 95 % interval; 1 = its own ideal "
        "on everything, 0 = its worst), and the share of them that settles each issue so."
    )
    return Section("On whose terms", caption, body)


def _worths(summary: Summary, utility: Mapping[str, Any]) -> Table:
    grid = table("Worth to", "Of its ideal", "0 _______ 1", fixed=(1, 2))
    for party, value in sorted(utility.items(), key=lambda item: -item[1]["mean"]):
        mean, interval = worth(value)
        filled = min(max(round(value["mean"] * 10), 0), 10)
        bar = "#" * filled + "." * (10 - filled)
        add(grid, name(summary, "parties", party), f"{mean} ({interval or UNKNOWN})", bar)
    return grid


def _options(summary: Summary, issues: Mapping[str, Mapping[str, Share]]) -> Table:
    told = [(issue, *line) for issue, options in issues.items() for line in _lines(summary, issue, options)]
    grid = table("Issue", "Settled as", "Share of the texts", fixed=(2,))
    last = None
    for (issue, words, _), cell in zip(told, aligned([cell for *_, cell in told], " %"), strict=True):
        if last is not None and issue != last:
            grid.add_row()
        add(grid, name(summary, "issues", issue) if issue != last else "", words, cell)
        last = issue
    return grid


def _lines(summary: Summary, issue: str, options: Mapping[str, Share]) -> list[tuple[str, str]]:
    """Return the options of an issue with their shares, largest first, the rare ones folded into one line."""
    ranked = sorted(options.items(), key=lambda item: -item[1]["p"])
    shown = [(option, share) for option, share in ranked if share["p"] >= _LEAST_OPTION]
    lines = [(option_name(summary, issue, option), share_text(share)) for option, share in shown]
    rare = len(ranked) - len(shown)
    if rare:
        lines.append((f"other ({counted(rare, 'option')})", "under 1 % each" if rare > 1 else "under 1 %"))
    return lines


# Who refused, and over what


def refusals(summary: Summary) -> Section:
    """Return who refused and over what, for each track."""
    body: list[Table | Text] = []
    for track, parties in summary["refusals"].items():
        if parties:
            body += [Text("")] if body else []
            body += [Text(name(summary, "tracks", track), style="bold"), _refusing(summary, parties)]
    caption = (
        "Share of the rounds that end without a signature in which a party refuses, with 95 % interval, and the "
        "issues it refuses over: each # is a twentieth of its refusals."
    )
    return Section("Who refuses, and over what", caption, body)


def _refusing(summary: Summary, parties: Mapping[str, Mapping[str, Any]]) -> Table:
    grid = table("Party", "Refuses in", "Over", "", fixed=(1, 3))
    ranked = sorted(parties.items(), key=lambda item: -item[1]["share"])
    shares = column([{**refusal, "p": refusal["share"]} for _, refusal in ranked])
    for place, ((party, refusal), share) in enumerate(zip(ranked, shares, strict=True)):
        if place:
            grid.add_row()
        lines = _causes(summary, refusal["issues"]) or [("", "")]
        for row, (issue, mark) in enumerate(lines):
            add(grid, *((name(summary, "parties", party), share) if row == 0 else ("", "")), issue, mark)
    return grid


def _causes(summary: Summary, issues: Mapping[str, float]) -> list[tuple[str, str]]:
    ranked = sorted(issues.items(), key=lambda item: -item[1])
    shown = [(name(summary, "issues", issue), "#" * round(part / _MARK)) for issue, part in ranked if part >= _MARK]
    rest = [part for _, part in ranked if 0 < part < _MARK]
    if rest:
        shown.append((f"other ({counted(len(rest), 'issue')})", "#" * round(sum(rest) / _MARK)))
    return shown


# What it costs, and what others forecast


def tolls(summary: Summary) -> Section:
    """Return the tolls of the fighting."""
    grid = table("Toll", "Mean (95 % interval)", "Median", "From", "To", fixed=(1, 2, 3, 4), right=(2, 3, 4))
    numbers = {toll: amounts(value) for toll, value in summary["tolls"].items()}
    means = aligned([value["mean"] for value in numbers.values()], " (")
    for (toll, value), mean in zip(numbers.items(), means, strict=True):
        unit = summary["tolls"][toll]["unit"]
        label = name(summary, "tolls", toll) + (f", {clean(unit)}" if unit else "")
        add(grid, label, mean, value["p50"], value["p05"], value["p95"])
    caption = "Until the horizon, over all simulated histories; nine in ten lie between From and To."
    return Section("Tolls", caption, [grid] if numbers else [])


def questions(summary: Summary) -> Section:
    """Return the questions beside the forecasts others have published."""
    body: list[Table | Text] = []
    for key, question in summary["questions"].items():
        body += [Text("")] if body else []
        body.append(Text(clean(question["title"] or key), style="bold"))
        grid = table("Forecast", "Share", "", fixed=(0, 1))
        grid.show_header = False
        rows = [("simulated", share_text(question), _asks(summary, question))]
        for benchmark in question["benchmarks"]:
            number = f"{parts({'p': benchmark['p'], 'low': 0, 'high': 1})[0]} %"
            rows.append(("published", number, _origin(summary, benchmark)))
        for (label, _, words), cell in zip(rows, aligned([row[1] for row in rows], " %"), strict=True):
            add(grid, label, cell, words)
        body.append(grid)
    caption = (
        "Share of simulated histories with 95 % interval, beside published forecasts of the same question (as "
        "published, without an interval)."
    )
    return Section("Questions", caption, body)


def _asks(summary: Summary, question: Mapping[str, Any]) -> str:
    lasting = f", then lasting {clean(question['lasting'])}" if question["lasting"] else ""
    party = party_of(question["reach"])
    reach = f"victory of {name(summary, 'parties', party)}" if party else clean(question["reach"])
    return f"{reach} by {long_date(question['by'])}{lasting}"


def _origin(summary: Summary, benchmark: Mapping[str, Any]) -> str:
    source = benchmark["source"] or "source not named"
    told = clean(summary["labels"].get("sources", {}).get(source) or source)
    when = long_date(benchmark["on"]) if benchmark["on"] else "undated"
    note = f". {clean(benchmark['note'])}" if benchmark["note"] else ""
    return f"{told}, {when}{note}"
