"""How a report writes shares, worths, amounts, dates and names.

A share never stands without its interval.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

Summary = Mapping[str, Any]
"""What `negosim.results` says of a run, as plain data."""

ShareJson = Mapping[str, Any]
"""A share of something with its 95 % Wilson interval: ``p``, ``low`` and ``high`` in [0, 1], or all None."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

UNKNOWN = "not known"
NO_INTERVAL = "no interval"
"""What stands where there is too little to tell how sure a number is."""

_NOTHING = 1e-7
"""Per cent below which a bound is an exact 0 (or, from 100, an exact 100) seen through rounding error."""

_RARE = 0.0995
"""Per cent below which one decimal would no longer show a share."""

_MOST_DECIMALS = 6

_SENTENCE_END = re.compile(r"""(?<!\b\w)[.!?]["')]*(?= ["'(]?[A-Z0-9])""")
"""Ends of sentences inside a text; a dot after a single letter belongs to an abbreviation."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: object) -> str:
    r"""Return a text as one line, without characters that could steer a terminal.

    >>> clean("Two sides,\n one \x1b[31mborder ")
    'Two sides, one [31mborder'
    """
    return " ".join(_CONTROL.sub(" ", str(text)).split())


def made_by(run: Mapping[str, Any]) -> str:
    """Return which negosim has played, for the last line of a report.

    >>> made_by({"negosim": "0.1.0", "build": {"id": "79f099935769"}}), made_by({"negosim": "0.1.0", "build": {}})
    ('negosim 0.1.0 (build 79f099935769)', 'negosim 0.1.0')
    """
    build = run["build"].get("id")
    return f"negosim {clean(run['negosim'])}" + (f" (build {clean(build)})" if build else "")


def shortened(text: str, about: int = 400) -> str:
    """Return a long text up to the end of the sentence nearest to a number of characters.

    >>> shortened("One war. Two sides. Much else.", 20), shortened("One war, two sides.")
    ('One war. Two sides. [...]', 'One war, two sides.')
    """
    ends = [found.end() for found in _SENTENCE_END.finditer(text)] + [len(text)]
    end = min(ends, key=lambda place: abs(place - about))
    if len(text) <= about or end == len(text) <= 2 * about:
        return text
    if end > 2 * about:
        end = text.rfind(" ", 0, about) if " " in text[:about] else about
    return f"{text[:end]} [...]"


def first_sentences(text: str, about: int) -> str:
    """Return a text up to the last end of a sentence within so many characters, and its first sentence at least.

    >>> first_sentences("One war. Two sides. Much else.", 20), first_sentences("One war, two sides. More.", 10)
    ('One war. Two sides.', 'One war, two sides.')
    """
    ends = [found.end() for found in _SENTENCE_END.finditer(text)] + [len(text)]
    return text[: max([end for end in ends if end <= about], default=ends[0])]


def name(summary: Summary, group: str, key: str) -> str:
    """Return what the scenario calls a party, issue, track, toll or source; failing that, its id in words.

    >>> name({"labels": {"parties": {"usa": "United States"}}}, "parties", "usa")
    'United States'
    """
    label = summary["labels"].get(group, {}).get(key)
    return clean(label) if label else clean(key.replace("_", " "))


def short_name(summary: Summary, party: str) -> str:
    """Return the short name of a party, without what stands in brackets.

    >>> short_name({"labels": {"parties": {"un": "UN Command (United States)"}}}, "un")
    'UN Command'
    """
    group = "short" if party in summary["labels"].get("short", {}) else "parties"
    return name(summary, group, party).partition(" (")[0]


def option_name(summary: Summary, issue: str, option: str) -> str:
    """Return what the scenario calls an option of an issue."""
    label = summary["labels"].get("options", {}).get(issue, {}).get(option)
    return clean(label) if label else clean(option.replace("_", " "))


def party_of(kind: str) -> str | None:
    """Return the party of an outcome such as ``victory:north``, if it names one.

    >>> party_of("victory:north"), party_of("victory")
    ('north', None)
    """
    return kind.partition(":")[2] or None


def known(value: float | None) -> bool:
    """Tell whether a number is there to be printed."""
    return value is not None and math.isfinite(value)


def _decimals(percent: float) -> int:
    """Whole per cents from 10 to 99, one decimal outside, as many as it takes next to 0 and 100."""
    near = min(percent, 100 - percent)
    if near < _NOTHING or (percent >= 10 and near >= 1):
        return 0
    return 1 if near >= _RARE else min(math.ceil(-math.log10(near)), _MOST_DECIMALS)


def _exact(percent: float) -> bool:
    return min(percent, 100 - percent) < _NOTHING


def _written(percent: float, decimals: int) -> str:
    return f"{round(percent)}" if _exact(percent) else f"{percent:.{decimals}f}"


def _alike(p: float, low: float, high: float) -> int:
    """Return the decimals of a share and its ends: enough that the ends differ and none reads 0.0 or 100.0.

    An exact 0 or 100 has no decimals, and a share that is one leaves them to its other end.
    """
    decimals = max(_decimals(percent) for percent in ((low, high) if _exact(p) else (p,)))
    while decimals < _MOST_DECIMALS:
        rounded = [percent for percent in (low, p, high) if not _exact(percent) and (decimals or percent == p)]
        certain = any(float(_written(percent, decimals)) in (0, 100) for percent in rounded)
        same = _written(low, decimals) == _written(high, decimals) and high - low > _NOTHING
        if not (certain or same):
            break
        decimals += 1
    return decimals


def parts(share: ShareJson) -> tuple[str, str]:
    """Return a share and its interval in per cent, without the sign, with as many decimals each.

    >>> parts({"p": 0.31, "low": 0.29, "high": 0.33}), parts({"p": 0.0, "low": 0.0, "high": 0.0019})
    (('31', '29 to 33'), ('0', '0 to 0.2'))
    >>> parts({"p": 0.999, "low": 0.994, "high": 0.9998})
    ('99.90', '99.40 to 99.98')
    """
    if not _bounded(share):
        percent = min(max(100 * share["p"], 0.0), 100.0)
        return _written(percent, _decimals(percent)), NO_INTERVAL
    p, low, high = (min(max(100 * share[key], 0.0), 100.0) for key in ("p", "low", "high"))
    decimals = _alike(p, low, high)
    return _written(p, decimals), f"{_written(low, decimals)} to {_written(high, decimals)}"


def share_text(share: ShareJson | None) -> str:
    """Return a share with its interval, for a table.

    >>> share_text({"p": 0.052, "low": 0.043, "high": 0.063})
    '5.2 % (4.3 to 6.3)'
    """
    if share is None or not known(share["p"]):
        return UNKNOWN
    p, interval = parts(share)
    return f"{p} % ({interval})"


def share_with_error(share: ShareJson) -> str:
    """Return a share with how far its 95 % interval reaches, at most.

    >>> share_with_error({"p": 0.1978, "low": 0.1901, "high": 0.2057})
    '20 % ±1'
    >>> share_with_error({"p": 0.0018, "low": 0.0011, "high": 0.0028})
    '0.2 % ±0.1'
    >>> share_with_error({"p": 0.0, "low": 0.0, "high": 0.0004})
    '0 % ±0.04'
    """
    p = 100 * share["p"]
    if not known(share["low"]) or not known(share["high"]):
        return f"{p:.0f} % (no interval)"
    error = 100 * max(share["high"] - share["p"], share["p"] - share["low"])
    decimals = 0 if error >= 0.5 and 5 <= p <= 95 else 1 if error >= 0.05 else 2
    return f"{p:.{0 if p in (0, 100) else decimals}f} % ±{error:.{decimals}f}"


def column(shares: Sequence[ShareJson | None]) -> list[str]:
    """Return a column of shares, one under the other at the per-cent sign.

    >>> column([{"p": 0.31, "low": 0.29, "high": 0.33}, {"p": 0.0, "low": 0.0, "high": 0.0019}])
    ['31 % (29 to 33)', ' 0 % (0 to 0.2)']
    """
    return aligned([share_text(share) for share in shares], " %")


def aligned(cells: Sequence[str], mark: str) -> list[str]:
    """Return cells shifted right so that the first `mark` in each stands in the same place."""
    places = [cell.find(mark) for cell in cells]
    return [" " * (max(places) - at) + cell if at >= 0 else cell for cell, at in zip(cells, places, strict=True)]


def worth(value: Mapping[str, Any]) -> tuple[str, str]:
    """Return a mean utility and its interval.

    >>> worth({"mean": 0.72, "low": 0.7, "high": 0.744})
    ('0.72', '0.70 to 0.74')
    """
    interval = f"{value['low']:.2f} to {value['high']:.2f}" if _bounded(value) else NO_INTERVAL
    return f"{value['mean']:.2f}" if known(value["mean"]) else UNKNOWN, interval


def _bounded(value: Mapping[str, Any]) -> bool:
    return known(value["low"]) and known(value["high"])


def amounts(toll: Mapping[str, Any]) -> dict[str, str]:
    """Return the numbers of a toll, rounded alike: to three digits, finer where the interval is.

    Returns
    -------
    dict of str
        ``mean`` (with its interval), ``p05``, ``p50`` and ``p95``.

    >>> amounts({"mean": 412345.0, "low": 408234.0, "high": 416456.0, "p05": 0.0, "p50": 398765.0, "p95": 6e5})
    {'mean': '412,000 (408,000 to 416,000)', 'p05': '0', 'p50': '399,000', 'p95': '600,000'}
    """
    power = _rounding(toll)
    written = {key: _rounded(toll[key], power) for key in ("mean", "p05", "p50", "p95")}
    bounds = f"{_rounded(toll['low'], power)} to {_rounded(toll['high'], power)}"
    return {**written, "mean": f"{written['mean']} ({bounds if _bounded(toll) else NO_INTERVAL})"}


def _rounding(toll: Mapping[str, Any]) -> int:
    """Return the power of ten to which the numbers of a toll are rounded."""
    size = abs(toll["mean"]) or abs(toll["p95"]) if known(toll["mean"]) else 0.0
    if not size:
        return 0
    power = math.floor(math.log10(size)) - 2
    width = (toll["high"] - toll["low"]) / 2 if _bounded(toll) else 0.0
    return min(power, math.floor(math.log10(width))) if width > size * 1e-6 else power


def _rounded(value: float | None, power: int) -> str:
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{round(value, -power):,.{max(-power, 0)}f}"
    return "0" if not value else text


def long_date(date: str) -> str:
    """Return an ISO date in words.

    >>> long_date("2026-05-04")
    '4 May 2026'
    """
    day = dt.date.fromisoformat(date)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return items as a list in a sentence.

    >>> listed(["land", "money", "guarantees"])
    'land, money and guarantees'
    """
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, whose plural may be irregular.

    >>> counted(1, "text"), counted(2000, "text"), counted(2, "party", "parties")
    ('1 text', '2,000 texts', '2 parties')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def histories(number: int) -> str:
    """Return a number of histories.

    >>> histories(1), histories(412)
    ('1 history', '412 histories')
    """
    return counted(number, "history", "histories")


def agreement_name(kind: str) -> str:
    """Return what a kind of agreement is called.

    >>> agreement_name("limited"), agreement_name("ceasefire")
    ('limited deal', 'ceasefire')
    """
    return "limited deal" if kind == "limited" else clean(kind)
