"""How the report of a text writes titles, worths and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negosim.report.writing import Summary, clean, listed, name, option_name

_BRACKET = " ("
_SLACK = 24
"""Characters by which a title may be longer than is wished before words of it are cut: a line breaks more easily."""


def brief(title: str, most: int) -> str:
    """Return a title in about so many characters: without what stands in brackets, or cut where it is far longer.

    >>> brief("The part of Donetsk that Kyiv still holds (about a fifth)", 45)
    'The part of Donetsk that Kyiv still holds'
    >>> brief("The part of Donetsk that Kyiv still holds", 24), brief("The part of Donetsk that Kyiv still holds", 12)
    ('The part of Donetsk that Kyiv still holds', 'The part ...')
    >>> brief("Britain, France, Germany and the EU", 12), brief("Both pull back, and a zone without arms is set up", 24)
    ('Britain, France, Germany and the EU', 'Both pull back ...')
    """
    if len(title) > most:
        title = title.partition(_BRACKET)[0]
    if len(title) <= most + _SLACK:
        return title
    first, comma, _ = title.partition(", ")
    return f"{first} ..." if comma and len(first) <= most else shortened_to(title, most)


def shortened_to(title: str, most: int) -> str:
    """Return a title in at most so many characters, cut after a word.

    >>> shortened_to("The part of Donetsk that Kyiv still holds", 24), shortened_to("Land", 4)
    ('The part of Donetsk ...', 'Land')
    """
    if len(title) <= most:
        return title
    end = title.rfind(" ", 0, most - len(" ...") + 1)
    return f"{title[: end if end > 0 else most - len(' ...')].rstrip(',;:')} ..."


def points(amount: float, *, sign: bool = True) -> str:
    """Return a worth in hundredths of an ideal.

    >>> points(0.182), points(-0.004), points(0.545, sign=False)
    ('+18', '0', '55')
    """
    whole = round(100 * amount)
    return "0" if not whole else f"{whole:+d}" if sign else f"{whole:d}"


def ranged(value: Mapping[str, float], *, scale: float = 100.0, decimals: int = 0) -> str:
    """Return a number at the medians with its range over draws.

    >>> ranged({"at_medians": 0.716, "p05": 0.544, "p95": 0.852})
    '72 (54 to 85)'
    """
    middle, low, high = (f"{scale * value[key]:.{decimals}f}" for key in ("at_medians", "p05", "p95"))
    return middle if middle == low == high else f"{middle} ({low} to {high})"


def change_words(summary: Summary, options: Mapping[str, str], most: int | None = None) -> str:
    """Return changes of a text: each option that comes in, with its issue; shorter where only some are named."""
    widest = (40, 42) if most is not None else (200, 60)
    return cut(
        [
            f'"{brief(option_name(summary, issue, option), widest[0])}" ({issue_words(summary, issue, widest[1])})'
            for issue, option in options.items()
        ],
        most,
    )


def issue_words(summary: Summary, issue: str, most: int = 45) -> str:
    """Return the title of an issue, short."""
    return brief(name(summary, "issues", issue), most)


def cut(said: Sequence[str], most: int | None) -> str:
    """Return a list in words, the first of many.

    >>> cut(["land", "money", "guarantees"], 1), cut(["land", "money"], None)
    ('land and 2 more', 'land and money')
    """
    if most is None or len(said) <= most:
        return listed(said)
    return listed([*said[:most], f"{len(said) - most} more"])


def names(summary: Summary, parties: Sequence[str]) -> str:
    """Return the names of parties as a list."""
    return listed([name(summary, "parties", party) for party in parties])


def title_of(text: Mapping[str, Any], summary: Summary) -> str:
    """Return what a text is called, with what it changes."""
    changed = {issue: text["options"][issue] for issue in text["changed"] if issue in text["options"]}
    return clean(text["title"]) + (f", with {change_words(summary, changed)}" if changed else "")
