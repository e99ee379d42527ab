"""Paths in words: what the numbers of a scenario are called in running text."""

from __future__ import annotations

import math
from collections.abc import Mapping

from negosim.report.writing import Summary, counted, listed, name, option_name
from negosim.scenario.paths import NumberPath, PathError

_DAYS_PER_MONTH = 365.25 / 12
_MONTHS_FROM = 60
"""Days from which a length of time is given in months."""


def path_words(labels: Summary, path: str) -> str:
    """Return what a number is called: what it belongs to, and what it is.

    >>> path_words({"labels": {"parties": {"usa": "United States"}}}, "parties.usa.war_cost")
    'United States: war cost'
    """
    try:
        place = NumberPath.parse(path)
    except PathError:
        return _linkage_words(labels, path)
    family, ids = place.family, place.by_slot
    named = {slot: _called(labels, slot, ids) for slot in family.slots}
    return ": ".join(text.format(**named) for text in (family.owner, family.words) if text)


def path_parts(labels: Summary, path: str) -> tuple[str, str]:
    """Return what a number stands under in a list of its kind, its issue or else its owner, and what it is there.

    >>> labels = {"labels": {"parties": {"usa": "United States"}, "issues": {"land": "Who holds the land"}}}
    >>> path_parts(labels, "parties.usa.war_cost"), path_parts(labels, "issues.land.views.usa.salience")
    (('United States', 'war cost'), ('Who holds the land', 'United States'))
    """
    try:
        place = NumberPath.parse(path)
    except PathError:
        return "", _linkage_words(labels, path)
    family = place.family
    named = {slot: _called(labels, slot, place.by_slot) for slot in family.slots}
    owner = family.owner.format(**named)
    if "issue" not in named:
        return owner, family.words.format(**named)
    option = f'"{named["option"]}"' if "option" in named else ""
    return named["issue"], ": ".join(part for part in (owner, option) if part)


def _linkage_words(labels: Summary, path: str) -> str:
    """Return what a linkage adds, which goes by its terms.

    >>> _linkage_words({"labels": {"parties": {"south": "The South"}}}, "linkages.border.far+guarantee.none.south")
    'The South: what "far" adds to "none"'
    """
    terms, _, party = path.removeprefix("linkages.").rpartition(".")
    issues_and_options = [term.partition(".") for term in terms.split("+")]
    if not path.startswith("linkages.") or not all(option for _, _, option in issues_and_options):
        return path.replace(".", " ").replace("_", " ")
    options = [f'"{option_name(labels, issue, option)}"' for issue, _, option in issues_and_options]
    return f"{name(labels, 'parties', party)}: what {options[0]} adds to {listed(options[1:])}"


_GROUPS = {
    "party": "parties",
    "belligerent": "parties",
    "issue": "issues",
    "stock": "stocks",
    "toll": "tolls",
    "track": "tracks",
    "track_with_deadline": "tracks",
    "event": "events",
    "random_event": "events",
    "question": "questions",
}
"""Groups of labels, by the slot that an id stands in."""


def _called(labels: Summary, slot: str, ids: Mapping[str, str]) -> str:
    """Return what the id in a slot of a path is called."""
    match slot:
        case "option":
            return option_name(labels, ids["issue"], ids["option"])
        case "place":
            return str(int(ids["place"]) + 1)
        case "section":
            return ids["section"]
        case _:
            return name(labels, _GROUPS[slot], ids[slot])


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
