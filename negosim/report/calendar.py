"""The calendar of a scenario on a terminal: phases, tracks, votes, events."""

from __future__ import annotations

import io
import itertools
import textwrap
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from negosim.report.layout import GAP, INDENT
from negosim.report.prose import prose, prose_lines, show
from negosim.report.writing import Summary, clean, counted, listed, long_date, name

LINES = 40
"""Lines that the calendar may take unless all of it is asked for."""

_WIDTH = 100

_LABELS = 0.4
"""The largest share of a line that labels take."""

_STATES = {
    "war": "at war",
    "impasse": "in an impasse",
    "ceasefire": "in a ceasefire",
    "settlement": "in a settlement",
}

Row = tuple[str, str]
"""What something is called, and when it comes."""


def print_calendar(calendar: Summary, console: Console, *, full: bool = False) -> None:
    """Print when everything in a scenario may happen.

    Parameters
    ----------
    calendar : the calendar, as ``negosim explain --calendar --json`` prints it.
    console : where to print; reads well from 80 columns.
    full : whether to name all votes and events; otherwise the last ones are only counted where they would not fit.
    """
    most = len(calendar["votes"]) + len(calendar["events"])
    while not full and most and _rendered(calendar, console.width, most).count("\n") > LINES:
        most -= 1
    _print(calendar, console, most)


def written(calendar: Summary) -> str:
    """Return the whole calendar as text."""
    return _rendered(calendar, _WIDTH, len(calendar["votes"]) + len(calendar["events"]))


def _rendered(calendar: Summary, width: int, most: int) -> str:
    file = io.StringIO()
    _print(calendar, Console(file=file, width=width, color_system=None), most)
    return file.getvalue()


def _print(calendar: Summary, console: Console, most: int) -> None:
    prose(console, clean(calendar["title"]), "bold")
    ticks = counted(calendar["ticks"], "tick")
    prose(
        console,
        f"{long_date(calendar['as_of'])} to {long_date(calendar['horizon'])}: {ticks}, one every {calendar['step']}",
    )
    votes, events = _votes(calendar), _events(calendar)
    left = max(most - len(votes), 0)
    _show(console, "On every tick, in this order (a date between two ticks counts at the later)", _phases(calendar))
    stand = _texts_stand(calendar)
    heading = "Tracks, in the order in which they meet on a tick"
    _show(console, f"{heading}; texts stand between rounds" if stand else heading, _tracks(calendar, said=stand))
    _show(console, "Votes, after a signature", votes[:most], len(votes) - most)
    _show(console, "Events: by date, on a condition, at random", events[:left], len(events) - left)


def _show(console: Console, title: str, rows: list[Row], more: int = 0) -> None:
    """Print a heading and a row for each thing, with long labels over several lines."""
    if not rows and more <= 0:
        return
    console.print()
    prose(console, title, "bold")
    widest = max((cell_len(label) for label, _ in rows), default=0)
    column = min(widest, int(console.width * _LABELS))
    for label, words in rows:
        first, *rest = textwrap.wrap(label, max(column, 1)) or [""]
        lines = prose_lines(console, words, INDENT + column + GAP)
        for before, line in itertools.zip_longest([first, *rest], lines, fillvalue=""):
            show(console, Text(f"{' ' * INDENT}{before.ljust(column + len(before) - cell_len(before) + GAP)}{line}"))
    if more > 0:
        prose(console, f"and {more} more (--full)", "dim", indent=INDENT)


def _phases(calendar: Summary) -> list[Row]:
    return [(phase["phase"], phase["what"] + ("" if phase["number"] else " (none)")) for phase in calendar["phases"]]


def _texts_stand(calendar: Summary) -> bool:
    """Tell whether a text stands between the rounds of every track."""
    tracks = calendar["tracks"].values()
    return len(tracks) > 1 and all(meeting["text_stands"] and meeting["rounds"] for meeting in tracks)


def _tracks(calendar: Summary, *, said: bool) -> list[Row]:
    """Return the tracks; that texts stand between their rounds is left out where it has been said of all."""
    rows = []
    for track, meeting in calendar["tracks"].items():
        rounds = counted(meeting["rounds"], "round") if meeting["rounds"] else "no round before the horizon"
        stands = "; texts stand between them" if meeting["text_stands"] and meeting["rounds"] and not said else ""
        every = meeting["every"].removeprefix("1 ")
        words = f"{long_date(meeting['opens'])}, every {every}, {rounds}{stands}{_deadlines(meeting)}"
        rows.append((name(calendar, "tracks", track), words))
    return rows


def _deadlines(meeting: dict[str, Any]) -> str:
    dates = [long_date(date) for date in meeting["deadlines"]]
    if not dates:
        return ""
    return f"; {counted(len(dates), 'deadline')} from {dates[0]}" if len(dates) > 1 else f"; deadline {dates[0]}"


def _votes(calendar: Summary) -> list[Row]:
    return [(clean(vote["by"]), vote["delay"]) for vote in calendar["votes"]]


def _events(calendar: Summary) -> list[Row]:
    return [(name(calendar, "events", key), _when(calendar["events"][key])) for key in _in_order(calendar["events"])]


def _in_order(events: dict[str, Any]) -> list[str]:
    """Return events by date; then those that wait for a condition, and those that come at random."""

    def key(event: str) -> tuple[str, int, str]:
        entry = events[event]
        date = entry["on"] or (entry["between"] or ["9999"])[0]
        return date, int(entry["when"] is None), event

    return sorted(events, key=key)


def _when(event: dict[str, Any]) -> str:
    """Return in words when an event comes.

    >>> plain = dict.fromkeys(("on", "takes_effect", "between", "rate", "when"))
    >>> _when({**plain, "chance": "1", "repeats": True, "rate": "0.5"})
    '0.5 a year, again and again'
    >>> _when({**plain, "chance": "0.8", "repeats": False, "on": "2025-03-01", "takes_effect": "2025-03-05"})
    '1 March 2025, takes effect 5 March 2025; chance 0.8'
    """
    if event["on"]:
        words = long_date(event["on"])
        if event["takes_effect"] is None:
            words += ", past the horizon"
        elif event["takes_effect"] != event["on"]:
            words += f", takes effect {long_date(event['takes_effect'])}"
    elif event["between"]:
        words = " to ".join(long_date(date) for date in event["between"])
    elif event["when"]:
        words = f"once {_condition(event['when'])}"
    else:
        words = f"{event['rate']} a year"
    return words + (", again and again" if event["repeats"] else "") + _chance(event)


def _chance(event: dict[str, Any]) -> str:
    return "" if event["chance"] == "1" else f"; chance {event['chance']}"


def _condition(when: dict[str, Any]) -> str:
    """Return a condition in words.

    >>> _condition({"state": "war", "front_above": 0.2, "front_below": None, "for": "3 months"})
    'at war and front above 0.2 for 3 months'
    """
    parts = [_STATES[when["state"]]] if when["state"] else []
    if when["front_above"] is not None:
        parts.append(f"front above {when['front_above']:g}")
    if when["front_below"] is not None:
        parts.append(f"front below {when['front_below']:g}")
    return listed(parts) + (f" for {when['for']}" if when["for"] else "")
