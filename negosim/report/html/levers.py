"""Sliders and switches: what a few levers and the variants do, as data for the panel and as tables for paper."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.report.html.answer import ordered
from negosim.report.html.markup import Html, joined, table, tag
from negosim.report.html.packed import packed
from negosim.report.html.phrases import (
    Dossier,
    in_words,
    minus,
    month_year,
    of_100,
    outcome,
    state_label,
    state_mark,
)
from negosim.report.lever_words import mechanism
from negosim.report.paths import amount
from negosim.report.writing import clean
from negosim.results.intervals import wilson

_SEEN = 0.005
"""A change of a share from which a lever is said to move it; a state that is rarer everywhere is among other ends."""

Counts = NDArray[np.int64]
Grid = Mapping[str, Any]


def panel(dossier: Dossier) -> dict[str, Any] | None:
    """Return the data of the panel; None where no grid was worked out."""
    grid = dossier.get("grid")
    if not grid:
        return None
    summary, main = dossier["summary"], dossier["main"]
    by = month_year(summary["scenario"]["horizon"], short=True)
    states = _states(dossier)
    return {
        "mark": state_mark(summary, main),
        "words": f"of 100 reach “{outcome(summary, main)}” by {by}",
        "trials": grid["trials"],
        "dates": grid["dates"],
        "off": grid["off"],
        "states": [{"mark": mark, "words": words} for mark, words, _ in states],
        "levers": [_lever(lever) for lever in grid["levers"]],
        "switches": [_switch(grid, switch) for switch in grid["switches"]],
        "surfaces": [
            {"switch": _place(grid, surface), "levers": surface["levers"], "levels": surface["levels"]}
            for surface in grid["surfaces"]
        ],
        "packed": packed(_series(surface, [own for *_, own in states]) for surface in grid["surfaces"]),
    }


def _states(dossier: Dossier) -> list[tuple[str, str, list[int]]]:
    """Return the states from the bottom of the stack up: mark, label, and which rows of the counts they are.

    Those that are hardly seen at any setting are one, and those that never come none.
    """
    summary, grid = dossier["summary"], dossier["grid"]
    rows = {state: row for row, state in enumerate(grid["states"], 1)}
    most = np.max([_counts(surface).max(axis=(0, 2)) for surface in grid["surfaces"]], axis=0)
    still = "war" if "war" in rows else "impasse"
    order = [state for state in ordered(rows) if state != still]
    seen = [state for state in order if most[rows[state]] >= _SEEN * grid["trials"]]
    rest = [rows[state] for state in order if state not in seen and most[rows[state]]]
    found = [(state_mark(summary, state), state_label(summary, state), [rows[state]]) for state in seen]
    others = [("faded", "Other ends", rest)] if rest else []
    return [*found, *others, (state_mark(summary, still), state_label(summary, still), [rows[still]])]


def _counts(surface: Mapping[str, Any]) -> Counts:
    """Return the counts of a surface, (settings, series, dates)."""
    return np.array(surface["counts"], dtype=np.int64)


def _series(surface: Mapping[str, Any], states: Sequence[Sequence[int]]) -> Counts:
    """Return what is packed of a surface, (series, dates, settings): reached, gained at every date, and the states.

    The state on top follows from the others.
    """
    counts = _counts(surface)
    gained = np.repeat(np.array(surface["gained"], dtype=np.int64)[:, None], counts.shape[2], axis=1)
    inside = [counts[:, list(rows)].sum(axis=1) for rows in states[:-1]]
    return np.stack([counts[:, 0], gained, *inside]).transpose(0, 2, 1)


def _place(grid: Grid, surface: Mapping[str, Any]) -> int:
    """Return which switch a surface is under, -1 for none."""
    names = [switch["id"] for switch in grid["switches"]]
    return names.index(surface["switch"]) if surface["switch"] is not None else -1


def _lever(lever: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": lever["id"],
        "title": clean(lever["title"]),
        "days": lever["days"],
        "low": lever["low"],
        "high": lever["high"],
        "written": lever["written"],
        "ends": [_amount(lever, lever["low"]), _amount(lever, lever["high"])],
        "as_written": _written(lever),
        "why": _why(lever),
    }


def _amount(lever: Mapping[str, Any], value: float) -> str:
    return minus(amount(value, days=lever["days"]))


def _written(lever: Mapping[str, Any]) -> str:
    if lever["written"] is None:
        return "as written"
    return f"as written: {'around ' if lever['is_law'] else ''}{_amount(lever, lever['written'])}"


def _why(lever: Mapping[str, Any]) -> str:
    """Return by what a lever works, and what it does at its ends, the others as written."""
    low, high = (lever[end] for end in ("at_low", "at_high"))
    how = mechanism(lever["path"])
    if max(abs(low["value"]), abs(high["value"])) < _SEEN:
        effect = "By itself it hardly moves the number, at neither end."
    else:
        effect = f"By itself: {_change(low)} points at its low end, {_change(high)} at its high end."
    return f"{how} {effect}".strip()


def _change(change: Mapping[str, Any]) -> str:
    """Return a change in points with its interval.

    >>> _change({"value": 0.123, "low": 0.1, "high": 0.149})
    '+12 (+10 to +15)'
    """
    return f"{_points(change['value'])} ({_points(change['low'])} to {_points(change['high'])})"


def _points(change: float) -> str:
    points = round(100 * change)
    return f"+{points}" if points > 0 else f"−{-points}" if points else "0"


def _switch(grid: Grid, switch: Mapping[str, Any]) -> dict[str, Any]:
    places = {lever["id"]: place for place, lever in enumerate(grid["levers"])}
    held = {places[name]: _held(grid["levers"][places[name]], still) for name, still in switch["held"].items()}
    off = [places[name] for name in switch["off"]]
    return {
        "id": switch["id"],
        "title": clean(switch["title"]),
        "number": _with_interval(switch["reached"], grid["trials"]),
        "change": f"{_change(switch['change'])} points",
        "held": held,
        "off": off,
    }


def _held(lever: Mapping[str, Any], still: Mapping[str, Any]) -> dict[str, Any]:
    if still["written"] is None:
        return {"value": None, "words": "held by the switch"}
    words = f"held by the switch: {'around ' if still['is_law'] else ''}{_amount(lever, still['written'])}"
    return {"value": still["written"], "words": words}


def _with_interval(hits: int, trials: int) -> str:
    """Return a share of 100 with its interval.

    >>> _with_interval(37, 100)
    '37 (28 to 47)'
    """
    share = wilson(hits, trials)
    return f"{of_100(share['p'])} ({of_100(share['low'])} to {of_100(share['high'])})"


def section(dossier: Dossier) -> Html | None:
    """Return the panel's place, and tables of the corners and the switches for who has no scripts, and for paper."""
    grid = dossier.get("grid")
    if not grid:
        return None
    levers, switches = len(grid["levers"]), len(grid["switches"])
    also = f" and {_several(switches, 'switch', 'switches')}" if switches else ""
    note = (
        f"Played beforehand: {grid['settings']:,} settings, each with the first {grid['trials']:,} histories and the "
        "same luck, so that a change is known better than the number itself. Ranges in brackets are 95 % Monte-Carlo "
        "intervals. Between played settings numbers are interpolated, and off by "
        f"{max(math.ceil(100 * grid['off']), 1)} of 100 at most where that was checked. "
        f"{'With a switch on one lever at a time was played. ' if switches else ''}The headline stays as written."
    )
    return joined(
        tag("h3", f"Try it: {_several(levers, 'lever', 'levers')}{also}", class_="chart-title"),
        tag("div", class_="levers", data_levers=True),
        tag("div", _corners(grid), _switched(grid), class_="corners"),
        tag("p", note, class_="note"),
    )


def _several(number: int, one: str, many: str) -> str:
    """Return a number of things, a small one as a word.

    >>> _several(1, "lever", "levers"), _several(6, "switch", "switches")
    ('one lever', 'six switches')
    """
    return f"{in_words(number)} {one if number == 1 else many}"


def _corners(grid: Grid) -> Html:
    levers, surface = grid["levers"], grid["surfaces"][0]
    shape = [len(own) + 1 for own in surface["levels"]]
    reached = _counts(surface)[:, 0, -1].reshape(shape)
    rows = [[*("as written" for _ in levers), _with_interval(int(reached[(0,) * len(levers)]), grid["trials"])]]
    for ends in itertools.product((False, True), repeat=len(levers)):
        values = [_amount(lever, lever["high" if high else "low"]) for lever, high in zip(levers, ends, strict=True)]
        hits = int(reached[tuple(-1 if high else 1 for high in ends)])
        rows.append([*values, _with_interval(hits, grid["trials"])])
    heads = [*(clean(lever["title"]) for lever in levers), "Of 100"]
    return table(heads, rows, caption="The answer at the corners of what the levers can do")


def _switched(grid: Grid) -> Html | None:
    rows = [
        [switch["title"], switch["number"], switch["change"]]
        for switch in (_switch(grid, own) for own in grid["switches"])
    ]
    if not rows:
        return None
    caption = "The answer under each switch, all levers as written"
    return table(["Switch, the levers as written", "Of 100", "Change"], rows, caption=caption)
