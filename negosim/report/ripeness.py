"""The tables of ripeness and of the room for agreement over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report.layout import GAP, INDENT, Section, add, stacked, table
from negosim.report.reading import can_come
from negosim.report.tables import MOST_DATES, fitting, sensible_dates
from negosim.report.writing import Summary, column, known, listed, name


def ripeness(summary: Summary, width: int) -> Section:
    """Return how many of the wars still going on hurt each side, and both."""
    ripe = summary.get("ripeness", {})
    dates = [date for date in _dates(summary, ripe) if ripe[date]["war"]["n"]]
    sides = [key for key in ripe[dates[0]]["war"] if key not in ("n", "both")] if dates else []
    heads = {side: f"Hurts {name(summary, 'parties', side)}" for side in sides} | {"both": "Both (ripe)"}
    columns = {key: column([ripe[date]["war"][key] for date in dates]) for key in heads}
    wars = [f"{ripe[date]['war']['n']:,}" for date in dates]
    widths = {key: GAP + max(map(len, (*columns[key], heads[key]))) for key in heads} if dates else {}
    left = width - INDENT - len("2025-01-01") - GAP - max(map(len, ("Wars", *wars)))
    blocks: list[list[Table | Text]] = []
    for group in fitting([sides, ["both"]], widths, left) if dates else []:
        grid = table("On", "Wars", *(heads[key] for key in group), fixed=range(len(group) + 2), right=(1,))
        for row, date in enumerate(dates):
            add(grid, date, wars[row], *(columns[key][row] for key in group))
        blocks.append([grid])
    caption = (
        "Of the simulated histories still at war on a date, the share in which a side is in a hurting stalemate "
        "(fighting on is worth less to it than the status quo), with 95 % interval."
    )
    return Section("Ripeness", caption, stacked(blocks))


def zones(summary: Summary) -> Section:
    """Return in how many histories a track has a zone of possible agreement."""
    zopa = summary.get("zopa", {})
    parts: list[list[Table | Text]] = []
    undecided = 0.0
    for track, zone in zopa.get("tracks", {}).items():
        dates = [date for date in _dates(summary, zone["by"]) if zone["by"][date]["n"]]
        if dates:
            states = [state for state in zone["states"] if can_come(summary, state)]
            of = listed([f"at {state}" if state == "war" else f"in {_article(state)}" for state in states], "or")
            parts.append([Text(f"{name(summary, 'tracks', track)} (histories {of})", style="bold"), _zone(zone, dates)])
            shares = [zone["by"][date][key]["undecided"] for date in dates for key in ("respected", "ignored")]
            undecided = max([undecided, *(share for share in shares if known(share))])
    caption = (
        "Share of the simulated histories still open to it in which there is a text that everybody whose consent it "
        f"needs prefers to no deal, with 95 % interval; looked for in the first {zopa.get('trials', 0):,} trials. "
        "Pressure, which can get a text signed outside it, and what bodies will ask are left aside."
    )
    if undecided:
        caption += (
            " The upper end counts the histories in which neither a text nor a proof that there is none was found."
        )
    return Section("Is there a zone of possible agreement?", caption, stacked(parts))


def _article(state: str) -> str:
    return f"{'an' if state[0] in 'aeiou' else 'a'} {state}"


def _zone(zone: Mapping[str, Any], dates: list[str]) -> Table:
    heads = {"respected": "Red lines respected", "ignored": "Red lines ignored"}
    if not zone["red_lines"]:
        heads = {"respected": "There is one in"}
    grid = table("On", "Histories", *heads.values(), fixed=range(2 + len(heads)), right=(1,))
    rows = [zone["by"][date] for date in dates]
    columns = [column([row[key] for row in rows]) for key in heads]
    for place, date in enumerate(dates):
        add(grid, date, f"{rows[place]['n']:,}", *(cells[place] for cells in columns))
    return grid


def _dates(summary: Summary, ripe: Mapping[str, Any]) -> list[str]:
    """Return the dates to show: those of the outcomes, as far as they are there."""
    shown = [date for date in sensible_dates(summary) if date in ripe]
    return shown or list(ripe)[:MOST_DATES]
