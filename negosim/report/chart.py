"""A small stacked bar chart of the states of all histories over time, in plain characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from negosim.report.writing import party_of

ROWS = 13
"""Bars at most: a quarter of a year apart over three years."""

_FILL = {"war": "#", "impasse": "#", "ceasefire": "=", "settlement": ":", "faded": "~"}
_ORDER = ("war", "impasse", "ceasefire", "settlement", "faded")


@dataclass(frozen=True)
class Bar:
    """How the histories divide over the states on one date: the number of characters of each state."""

    date: str
    lengths: Mapping[str, int]


def stacking(states: Iterable[str]) -> list[str]:
    """Return states in the order in which they are stacked: fighting, ceasefire, settlement, the rest.

    >>> stacking(["victory:north", "settlement", "war"])
    ['war', 'settlement', 'victory:north']
    """
    known = {state: place for place, state in enumerate(_ORDER)}
    return sorted(states, key=lambda state: known.get(state, len(known)))


def fills(states: Iterable[str]) -> dict[str, str]:
    """Return a character for each state, a letter of its id for a victor.

    >>> fills(["war", "victory:north", "victory:narnia"])
    {'war': '#', 'victory:north': 'N', 'victory:narnia': 'A'}
    """
    found: dict[str, str] = {}
    for state in states:
        letters = (party_of(state) or state).upper() + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        free = (letter for letter in letters if letter.isalnum() and letter not in found.values())
        found[state] = _FILL.get(state) or next(free, "?")
    return found


def bars(occupancy: Mapping[str, Any], width: int, rows: int = ROWS) -> list[Bar]:
    """Return bars evenly spread over the dates, the first and the last included.

    Parameters
    ----------
    occupancy : ``dates`` and, by state, the share of histories in it on each date.
    width : characters that stand for all histories.
    rows : bars at most.

    >>> bars({"dates": ["2025-01-01"], "states": {"war": [0.7], "ceasefire": [0.3]}}, 10)
    [Bar(date='2025-01-01', lengths={'war': 7, 'ceasefire': 3})]
    """
    states, dates = occupancy["states"], occupancy["dates"]
    order = stacking(states)
    return [Bar(dates[at], _lengths({state: states[state][at] for state in order}, width))
            for at in _spread(len(dates), rows)]  # fmt: skip


def _spread(length: int, rows: int) -> list[int]:
    if length <= rows:
        return list(range(length))
    return [round(row * (length - 1) / (rows - 1)) for row in range(rows)]


def _lengths(shares: Mapping[str, float], width: int) -> dict[str, int]:
    """Round where the boundaries fall, so that they move smoothly from bar to bar and never overflow."""
    lengths, total, filled = {}, 0.0, 0
    for state, share in shares.items():
        total += share
        end = min(round(total * width), width)
        lengths[state], filled = max(end - filled, 0), max(end, filled)
    return lengths


def scale(width: int, marks: Sequence[int] = (0, 25, 50, 75, 100)) -> str:
    """Return the scale under the bars: per cents, each ending or starting where it is reached.

    >>> scale(30)
    '0 %   25 %   50 %   75 %  100 %'
    """
    line = ""
    for mark in marks:
        text = f"{mark} %"
        before = {0: 0, 100: len(text) - 1}.get(mark, len(text) // 2)
        start = round(mark / 100 * width) - before
        line += " " * max(start - len(line), 1 if line else 0) + text
    return line
