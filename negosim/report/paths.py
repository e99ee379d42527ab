"""Paths in words: what the numbers of a scenario are called in running text."""

from __future__ import annotations

import math
from collections.abc import Mapping

from negosim.report.writing import Summary, clean, counted, listed, name, option_name
from negosim.scenario.paths import OTHER, NumberPath, PathError, family_of

_DAYS_PER_MONTH = 365.25 / 12
_MONTHS_FROM = 60
"""Days from which a length of time is given in months."""


def path_words(labels: Summary, path: str) -> str:
    """Return what a number is called: what it belongs to, and what it is.

    >>> path_words({"labels": {"parties": {"usa": "United States"}}}, "parties.usa.war_cost")
    'United States: war cost'
    """
    return ": ".join(text for text in _owner_and_words(labels, path) if text)


def path_parts(labels: Summary, path: str) -> tuple[str, str]:
    """Return what a number stands under in a list of its kind, its issue or else its owner, and what it is there.

    >>> labels = {"labels": {"parties": {"usa": "United States"}, "issues": {"land": "Who holds the land"}}}
    >>> path_parts(labels, "parties.usa.war_cost"), path_parts(labels, "issues.land.views.usa.salience")
    (('United States', 'war cost'), ('Who holds the land', 'United States'))
    """
    owner, words = _owner_and_words(labels, path)
    ids = NumberPath.parse(path).by_slot if family_of(path) else {}
    if "issue" not in ids:
        return owner, words
    option = f'"{option_name(labels, ids["issue"], ids["option"])}"' if "option" in ids else ""
    return name(labels, "issues", ids["issue"]), ": ".join(part for part in (owner, option) if part)


def _owner_and_words(labels: Summary, path: str) -> tuple[str, str]:
    """Return whose a number is, if anybody's, and what it is."""
    try:
        place = NumberPath.parse(path)
    except PathError:
        return _linkage(labels, path)
    family, stands = place.family, _at_its_place(labels, place)
    if family is OTHER.linkage and stands:
        return _linkage(labels, f"linkages.{stands}.{place.by_slot['party']}")
    named = {slot: _called(labels, slot, place.by_slot) for slot in family.slots}
    if stands:
        target = family_of(stands)
        named["place"] = path_words(labels, stands) if target and target.is_target else clean(stands)
    return family.owner.format(**named), family.words.format(**named)


def _at_its_place(labels: Summary, path: NumberPath) -> str:
    """Return what stands at the place of a list that a path leads through; nothing where that is not known."""
    if "place" not in path.by_slot:
        return ""
    end = path.family.parts.index("{place}") + 1
    return str(labels["labels"].get("places", {}).get(".".join(str(path).split(".")[:end]), ""))


def _linkage(labels: Summary, path: str) -> tuple[str, str]:
    """Return to whom a linkage adds something, and what, of one that goes by its terms.

    >>> _linkage({"labels": {"parties": {"south": "The South"}}}, "linkages.border.far+guarantee.none.south")
    ('The South', 'what "far" adds to "none"')
    """
    terms, _, party = path.removeprefix("linkages.").rpartition(".")
    issues_and_options = [term.partition(".") for term in terms.split("+")]
    if not path.startswith("linkages.") or not all(option for _, _, option in issues_and_options):
        return "", path.replace(".", " ").replace("_", " ")
    options = [f'"{option_name(labels, issue, option)}"' for issue, _, option in issues_and_options]
    return name(labels, "parties", party), f"what {options[0]} adds to {listed(options[1:])}"


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


def end_words(end: float | str) -> str:
    """Return an end of an input in words: a number, or days as ``"548 days"`` states them.

    >>> end_words(0.28891), end_words("548 days")
    ('0.289', '18 months')
    """
    return amount(float(end.split()[0]), days=True) if isinstance(end, str) else amount(end)


def span(days: float) -> str:
    """Return a length of time in words.

    >>> span(1), span(42.0), span(91.3125), span(40.5)
    ('1 day', '42 days', '3 months', '40 days')
    """
    if days < _MONTHS_FROM:
        return counted(round(days), "day")
    return counted(round(days / _DAYS_PER_MONTH), "month")
