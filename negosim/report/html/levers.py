"""Sliders: what a few levers do to the curve, as data for the panel and as a table of the corners."""

from __future__ import annotations

import itertools
import math
from typing import Any

from negosim.report.html.markup import Html, joined, table, tag
from negosim.report.html.phrases import Dossier, minus, month_year, of_100, outcome, state_mark
from negosim.report.paths import amount
from negosim.report.writing import clean

_SEEN = 0.01
"""Change of a share from which a lever is said to move it."""


def panel(dossier: Dossier) -> dict[str, Any] | None:
    """Return the data of the panel; None where no grid was worked out."""
    grid = dossier.get("grid")
    if not grid:
        return None
    summary, main = dossier["summary"], dossier["main"]
    by = month_year(summary["scenario"]["horizon"], short=True)
    return {
        "mark": state_mark(summary, main),
        "words": f"of 100 reach “{outcome(summary, main)}” by {by}",
        "trials": grid["trials"],
        "dates": grid["dates"],
        "values": grid["values"],
        "off": grid["off"],
        "levers": [_lever(grid, place) for place in range(len(grid["levers"]))],
    }


def _lever(grid: dict[str, Any], place: int) -> dict[str, Any]:
    lever = grid["levers"][place]
    return {
        "id": lever["id"],
        "title": clean(lever["title"]),
        "days": lever["days"],
        "low": lever["low"],
        "high": lever["high"],
        "written": lever["written"],
        "levels": lever["levels"],
        "ends": [_amount(lever, lever["low"]), _amount(lever, lever["high"])],
        "as_written": _written(lever),
        "why": _why(grid, place),
    }


def _amount(lever: dict[str, Any], value: float) -> str:
    return minus(amount(value, days=lever["days"]))


def _written(lever: dict[str, Any]) -> str:
    if lever["written"] is None:
        return "as written"
    middle = _amount(lever, lever["written"])
    return f"as written: {'around ' if lever['is_law'] else ''}{middle}"


def _why(grid: dict[str, Any], place: int) -> str:
    """Return what a lever does at its ends, the others as written."""
    before = _share(grid, {})
    low, high = (_share(grid, {place: end}) - before for end in (1, len(grid["levers"][place]["levels"])))
    if max(abs(low), abs(high)) < _SEEN:
        return "By itself it hardly moves the number, at neither end."
    return f"By itself: {_points(low)} at its low end, {_points(high)} at its high end."


def _points(change: float) -> str:
    points = round(100 * change)
    return f"+{points} points" if points > 0 else f"−{-points} points" if points else "no change"


def _share(grid: dict[str, Any], chosen: dict[int, int]) -> float:
    """Return the last share where some levers stand at given levels, 1 the lowest, and the others as written."""
    sizes = [len(lever["levels"]) + 1 for lever in grid["levers"]]
    at = 0
    for place, size in enumerate(sizes):
        at = at * size + chosen.get(place, 0)
    dates = len(grid["dates"])
    assert len(grid["values"]) == dates * math.prod(sizes)
    share: float = grid["values"][at * dates + dates - 1] / 1000
    return share


def section(dossier: Dossier) -> Html | None:
    """Return the panel's place, and the corners as a table for who has no scripts, and for paper."""
    drawn = panel(dossier)
    if drawn is None:
        return None
    many = len(drawn["levers"])
    note = (
        f"The first {drawn['trials']:,} histories at every setting, with the same luck. Between computed settings the "
        f"number is interpolated, and off by {max(round(100 * drawn['off']), 1)} of 100 at most where it was checked. "
        "The headline stays as written."
    )
    return joined(
        tag("h3", f"Try it: {many} lever{'' if many == 1 else 's'}", class_="chart-title"),
        tag("div", class_="levers", data_levers=True),
        tag("div", _corners(dossier), class_="corners"),
        tag("p", note, class_="note"),
    )


def _corners(dossier: Dossier) -> Html:
    grid = dossier["grid"]
    levers = grid["levers"]
    rows = [["as written" for _ in levers] + [of_100(_share(grid, {}))]]
    for ends in itertools.product((False, True), repeat=len(levers)):
        chosen = {place: len(levers[place]["levels"]) if high else 1 for place, high in enumerate(ends)}
        values = [_amount(lever, lever["high" if high else "low"]) for lever, high in zip(levers, ends, strict=True)]
        rows.append([*values, of_100(_share(grid, chosen))])
    heads = [*(clean(lever["title"]) for lever in levers), "Of 100"]
    return table(heads, rows, caption="The answer at the corners of what the levers can do")
