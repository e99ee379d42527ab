"""Paths in words: what the numbers of a scenario are called in running text."""

from __future__ import annotations

import math

from negosim.report.writing import Summary, counted, name, option_name

_WORDS = {
    "drift": "drift a year",
    "front": "where it stands at the start",
    "fade": "rate of fading out",
    "per_year": "toll a year",
    "breach": "breaches a year",
    "shape": "shape of the breach law",
    "salience": "weight",
    "rate": "times a year",
}
_WAR = {"drift": "Front", "front": "Front", "volatility": "Front", "fade": "War"}

_DAYS_PER_MONTH = 365.25 / 12
_MONTHS_FROM = 60
"""Days from which a length of time is told in months."""


def path_words(labels: Summary, path: str) -> str:
    """Return what a number is called: what it belongs to, and what it is.

    >>> path_words({"labels": {"parties": {"usa": "United States"}}}, "parties.usa.war_cost")
    'United States: war cost'
    """
    match path.split("."):
        case ["parties", party, "ratification", place, what]:
            return f"{name(labels, 'parties', party)}: {_word(what)} of ratification {int(place) + 1}"
        case ["parties", party, what] | ["war", "beliefs", party, what]:
            return f"{name(labels, 'parties', party)}: {_word(what)}"
        case ["war", "stocks", stock, *rest]:
            return f"{name(labels, 'stocks', stock)}: {_effect(rest)}"
        case ["war", "tolls", toll, what]:
            return f"{name(labels, 'tolls', toll)}: {_word(what)}"
        case ["war", what]:
            return f"{_WAR.get(what, 'War')}: {_word(what)}"
        case ["issues" | "chips", issue, "views", party, *what]:
            return f"{name(labels, 'parties', party)}: {_view(labels, issue, what)}"
        case ["issues" | "chips", issue, "options", option, _]:
            return f'Strength of "{option_name(labels, issue, option)}" as a guarantee'
        case ["talks", track, ("pressure" | "weights" | "patience") as what, party]:
            of = {"pressure": "pressure on", "weights": "weight of", "patience": "patience of"}[what]
            return f"{name(labels, 'tracks', track)}: {of} {name(labels, 'parties', party)}"
        case ["talks", track, *_, what]:
            return f"{name(labels, 'tracks', track)}: {_word(what)}"
        case ["events", event, *rest]:
            return f"{name(labels, 'events', event)}: {_effect(rest)}"
        case parts:
            return _word(" ".join(parts))


def _view(labels: Summary, issue: str, what: list[str]) -> str:
    match what:
        case ["values", option]:
            return f'value of "{option_name(labels, issue, option)}" ({name(labels, "issues", issue)})'
        case ["red_lines", option]:
            line = f'"{option_name(labels, issue, option)}" can be signed ({name(labels, "issues", issue)})'
            return f"mean time until {line}"
        case _:
            return f'weight of "{name(labels, "issues", issue)}"'


def _effect(rest: list[str]) -> str:
    match rest:
        case ["effects" | "when_empty", place, _]:
            return f"size of effect {int(place) + 1}"
        case _:
            return _word(" ".join(rest))


def _word(what: str) -> str:
    return _WORDS.get(what, what.replace("_", " "))


def amount(value: float, *, days: bool = False) -> str:
    """Return a number to three digits; a length of time in days or months.

    >>> amount(0.28891), amount(412345.0), amount(548.0, days=True)
    ('0.289', '412,000', '18 months')
    """
    if days:
        return span(value)
    if abs(value) < 1000:
        return f"{value:.3g}" if abs(value) >= 5e-4 or not value else f"{value:.1g}"
    power = math.floor(math.log10(abs(value))) - 2
    return f"{round(value, -power):,.0f}"


def span(days: float) -> str:
    """Return a length of time in words.

    >>> span(1), span(42.0), span(91.3125), span(40.5)
    ('1 day', '42 days', '3 months', '40 days')
    """
    if days < _MONTHS_FROM:
        return counted(round(days), "day")
    return counted(round(days / _DAYS_PER_MONTH), "month")
