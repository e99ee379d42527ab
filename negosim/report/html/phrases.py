"""Phrases: what outcomes, states, parties and shares are called in a report for the eye."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from negosim.report.writing import MONTHS, ShareJson, Summary, clean, known, long_date, name, party_of

Dossier = Mapping[str, Any]
"""What `negosim.experiments.dossier.dossier.dossier` returns."""

Range = tuple[float, float] | list[float] | None

_HALF_A_MARK = 0.005
"""Shares this near to 0 or 1, but not there, do not round to a whole mark of a hundred."""

_AGREEMENTS = "armistice|ceasefire|truce|settlement|agreement|treaty|accord|deal|pact|exchange"
_TITLE = re.compile(rf"(?:The|An?) ((?:\w+ )?(?:{_AGREEMENTS})(?: (?:of|on|for|in|between) .+)?)\Z")
"""Titles of tracks that name an agreement, not the talks."""

_LONGEST = 50
"""Letters beyond which a title is too long for a sentence."""

_ASIDE = re.compile(r" \([^()]*\)$")
_HYPHEN = re.compile(r"(?<!\w)-(?=\d)")
"""A hyphen that stands for a minus sign."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """Return a small number as a word.

    >>> in_words(3), in_words(12)
    ('three', '12')
    """
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def upper_first(text: str) -> str:
    """Return a text that begins with a capital letter.

    >>> upper_first("an armistice")
    'An armistice'
    """
    return text[:1].upper() + text[1:]


def outcome(summary: Summary, kind: str) -> str:
    """Return what a kind of agreement is called here: by its only track where the title of that names an agreement.

    >>> labels = {"tracks": {"a": "The armistice", "b": "Peace talks"}, "kinds": {"a": "ceasefire", "b": "settlement"}}
    >>> outcome({"labels": labels}, "ceasefire"), outcome({"labels": labels}, "settlement")
    ('armistice', 'settlement')
    """
    kinds = summary["labels"]["kinds"]
    tracks = [track for track, of in kinds.items() if of == kind]
    if len(tracks) == 1:
        title = clean(summary["labels"]["tracks"].get(tracks[0], ""))
        found = _TITLE.match(title)
        if found and len(title) <= _LONGEST:
            return found[1]
    party = party_of(kind)
    if party:
        return f"victory of {party_name(summary, party)}"
    return {"limited": "limited deal", "faded": "fading out", "victory": "victory"}.get(kind, kind)


def a(noun: str) -> str:
    """Return a noun with its indefinite article.

    >>> a("armistice"), a("ceasefire")
    ('an armistice', 'a ceasefire')
    """
    return f"{'an' if noun[:1].casefold() in 'aeiou' else 'a'} {noun}"


def party_name(summary: Summary, party: str) -> str:
    """Return the short name of a party, without what stands in brackets behind it.

    >>> party_name({"labels": {"short": {"un": "UN Command (United States)"}}}, "un")
    'UN Command'
    """
    return _ASIDE.sub("", name(summary, "short", party))


def initials(names: Mapping[str, str]) -> dict[str, str]:
    """Return two or three letters for each name, all different.

    >>> initials({"un": "United Nations Command", "cn": "China", "ch": "Chad"})
    {'un': 'UNC', 'cn': 'CHI', 'ch': 'CHA'}
    """
    found: dict[str, str] = {}
    for length in (2, 3, 4):
        found = {key: _initials(said, length) for key, said in names.items()}
        if len(set(found.values())) == len(found):
            return found
    return {key: f"{letters}{at}" for at, (key, letters) in enumerate(found.items(), 1)}


def _initials(name: str, length: int) -> str:
    capitals = [word[0] for word in re.findall(r"\w+", name) if word[0].isupper()]
    if len(capitals) > 1:
        return "".join(capitals[:length])
    return re.sub(r"\W", "", name)[:length].upper()


def state_words(summary: Summary, state: str) -> str:
    """Return a state on the last day as a clause.

    >>> state_words({"labels": {"kinds": {}, "short": {"n": "North"}}}, "victory:n")
    'North has won'
    """
    party = party_of(state)
    if party:
        return f"{party_name(summary, party)} has won"
    words = {
        "war": "the war goes on",
        "impasse": "the impasse stands",
        "faded": "fighting faded out, no text",
    }
    return words.get(state) or f"{a(outcome(summary, state))} is in force"


def state_label(summary: Summary, state: str) -> str:
    """Return a state as a label beside a chart."""
    party = party_of(state)
    if party:
        return f"Won by {party_name(summary, party)}"
    words = {"war": "War goes on", "impasse": "Impasse stands", "faded": "Faded out, no text"}
    return words.get(state) or f"{upper_first(outcome(summary, state))} in force"


def state_mark(summary: Summary, state: str) -> str:
    """Return which mark stands for a state."""
    if state in ("war", "impasse"):
        return "none"
    party = party_of(state)
    if party:
        sides = sorted(side for side in map(party_of, summary["final_state"]) if side)
        return "won" if party == sides[0] else "won-other"
    return {"settlement": "deal", "limited": "deal", "faded": "faded", "victory": "won"}.get(state, "ceasefire")


def quoted(text: str) -> str:
    """Return a text in quotation marks, unless it has some.

    >>> quoted("Front: drift"), quoted('weight of "NATO"')
    ('“Front: drift”', 'weight of "NATO"')
    """
    return text if '"' in text or "“" in text else f"“{text}”"


def minus(text: str) -> str:
    """Return a text with minus signs for the hyphens that stand for them.

    >>> minus("-0.03"), minus("a low-key text (Russia -4)")
    ('−0.03', 'a low-key text (Russia −4)')
    """
    return _HYPHEN.sub("−", text)


def in_noise(inputs: str, number: int) -> str:
    """Say of some inputs that their effect may be luck.

    >>> in_noise("1 other", 1), in_noise("26", 26)
    ('1 other does not stand out from noise.', '26 do not stand out from noise.')
    """
    return f"{inputs} {'does' if number == 1 else 'do'} not stand out from noise."


def of_100(share: float | None) -> str:
    """Return a share as so many of 100.

    >>> of_100(0.494), of_100(0.003), of_100(0.0), of_100(0.997), of_100(None)
    ('49', '<1', '0', '>99', '–')
    """
    if not known(share) or share is None:
        return "–"
    if 0 < share < _HALF_A_MARK:
        return "<1"
    return ">99" if 1 - _HALF_A_MARK < share < 1 else str(int(100 * share + 0.5))


def interval_of_100(share: ShareJson) -> str:
    """Return the 95 % interval of a share, finer where whole marks would hide its width.

    >>> interval_of_100({"p": 0.5, "low": 0.484, "high": 0.516})
    '48 to 52'
    >>> interval_of_100({"p": 0.01, "low": 0.006, "high": 0.014})
    '0.6 to 1.4'
    """
    if share["low"] is None or share["high"] is None:
        return "no interval"
    low, high = of_100(share["low"]), of_100(share["high"])
    return f"{low} to {high}" if low != high else f"{100 * share['low']:.1f} to {100 * share['high']:.1f}"


def share_of_100(share: ShareJson) -> str:
    """Return a share with its 95 % interval.

    >>> share_of_100({"p": 0.5, "low": 0.484, "high": 0.516})
    '50 (48 to 52)'
    """
    return f"{of_100(share['p'])} ({interval_of_100(share)})"


def range_of_100(ends: Range) -> str:
    """Return a range as so many of 100.

    >>> range_of_100([0.24, 0.6]), range_of_100([0.001, 0.003]), range_of_100(None)
    ('24 to 60', 'under 1', 'not moved')
    """
    if ends is None:
        return "not moved"
    low, high = (f"{100 * end:.0f}" for end in ends)
    if low == high:
        return "under 1" if high == "0" else f"about {low}"
    return f"{low} to {high}"


def error_of(share: ShareJson) -> int:
    """Return the Monte-Carlo error of a share in points of 100, rounded up.

    >>> error_of({"p": 0.5, "low": 0.484, "high": 0.516})
    2
    """
    if share["low"] is None or share["high"] is None:
        return 100
    return -int(-100 * max(share["high"] - share["p"], share["p"] - share["low"]) // 1)


def month_year(date: str, *, short: bool = False) -> str:
    """Return the month and year of a date.

    >>> month_year("1954-11-27"), month_year("1954-11-27", short=True)
    ('November 1954', 'Nov 1954')
    """
    day = dt.date.fromisoformat(date)
    month = MONTHS[day.month - 1]
    return f"{month[:3] if short else month} {day.year}"


def time_words(start: str, end: str) -> str:
    """Return how long it is from one date to another.

    >>> time_words("1951-11-27", "1954-11-27"), time_words("2025-01-01", "2026-07-01")
    ('three years', '18 months')
    """
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    months = 12 * (last.year - first.year) + last.month - first.month + round((last.day - first.day) / 31)
    if months % 12 or not months:
        return f"{in_words(months)} month{'' if months == 1 else 's'}" if months else f"{(last - first).days} days"
    years = months // 12
    return f"{in_words(years)} year{'' if years == 1 else 's'}"


def span_words(summary: Summary) -> str:
    """Return what a report is of: title and dates."""
    scenario = summary["scenario"]
    return f"{clean(scenario['title'])} · as of {long_date(scenario['as_of'])}, to {long_date(scenario['horizon'])}"
