"""The tables of ripeness and of the room for agreement over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report.layout import Section, add, stacked, table
from negosim.report.tables import MOST_DATES, sensible_dates
from negosim.report.writing import Summary, column, known, listed, name


def ripeness(summary: Summary) -> Section:
    """Return how many of the wars still going on hurt each side, and both."""
    told = summary.get("ripeness", {})
    dates = [date for date in _dates(summary, told) if told[date]["war"]["n"]]
    sides = [key for key in told[dates[0]]["war"] if key not in ("n", "both")] if dates else []
    heads = [f"{name(summary, 'parties', side)} hurts" for side in sides]
    grid = table("On", "Wars", *heads, "Both (ripe)", fixed=range(len(sides) + 3), right=(1,))
    columns = [column([told[date]["war"][key] for date in dates]) for key in (*sides, "both")]
    for row, date in enumerate(dates):
        add(grid, date, f"{told[date]['war']['n']:,}", *(cells[row] for cells in columns))
    caption = (
        "Of the simulated histories still at war on a date, the share in which a side is in a hurting stalemate "
        "(fighting on is worth less to it than the status quo), with 95 % interval."
    )
    return Section("Ripeness", caption, [grid] if dates else [])


def zones(summary: Summary) -> Section:
    """Return in how many histories a track has a zone of possible agreement."""
    told = summary.get("zopa", {})
    parts: list[list[Table | Text]] = []
    undecided = 0.0
    for track, zone in told.get("tracks", {}).items():
        dates = [date for date in _dates(summary, zone["by"]) if zone["by"][date]["n"]]
        if dates:
            of = listed(
                [f"at {state}" if state == "war" else f"in {_article(state)}" for state in zone["states"]], "or"
            )
            parts.append([Text(f"{name(summary, 'tracks', track)} (histories {of})", style="bold"), _zone(zone, dates)])
            shares = [zone["by"][date][key]["undecided"] for date in dates for key in ("respected", "ignored")]
            undecided = max([undecided, *(share for share in shares if known(share))])
    caption = (
        "Share of the simulated histories still open to it in which there is a text that everybody whose consent it "
        f"needs prefers to no deal, with 95 % interval; looked for in the first {told.get('trials', 0):,} trials. "
        "Pressure and noise of judgement, which can get a text signed outside it, are left aside."
    )
    if undecided:
        caption += (
            " The upper end counts the histories in which neither a text nor a proof that there is none was found."
        )
    return Section("Is there a zone of possible agreement?", caption, stacked(parts))


def _article(state: str) -> str:
    return f"{'an' if state[0] in 'aeiou' else 'a'} {state}"


def _zone(zone: Mapping[str, Any], dates: list[str]) -> Table:
    grid = table("On", "Histories", "Red lines respected", "Red lines ignored", fixed=range(4), right=(1,))
    rows = [zone["by"][date] for date in dates]
    columns = [column([row[key] for row in rows]) for key in ("respected", "ignored")]
    for place, date in enumerate(dates):
        add(grid, date, f"{rows[place]['n']:,}", *(cells[place] for cells in columns))
    return grid


def _dates(summary: Summary, told: Mapping[str, Any]) -> list[str]:
    """Return the dates to show: those of the outcomes, as far as they are there."""
    shown = [date for date in sensible_dates(summary) if date in told]
    return shown or list(told)[:MOST_DATES]
