"""What the metrics of experiments are called, and how their values and differences are written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from negosim.experiments.result import Difference, Estimate
from negosim.report.tables import state_words
from negosim.report.writing import (
    NO_INTERVAL,
    UNKNOWN,
    agreement_name,
    clean,
    known,
    long_date,
    name,
    option_name,
    party_of,
    share_text,
)
from negosim.scenario.inputs import span

Words = Mapping[str, Any]
"""What the output calls things, by group and id: the labels of a summary, and ``questions`` and ``units``."""

_MOST_DECIMALS = 4
_NOTHING = 1e-9


def metric_words(metric: str, words: Words) -> str:
    """Return a metric in words; one that no scenario can have, as a stranger's file may name it, as it is.

    >>> metric_words("agreement@2026-12-31", {})
    'Ceasefire or settlement by 31 December 2026'
    >>> metric_words("refused.peace.north", {"parties": {"north": "The North"}, "tracks": {"peace": "Peace talks"}})
    'The North refuses (Peace talks)'
    >>> metric_words("terms.peace", {})
    'terms.peace'
    """
    try:
        return _in_words(metric, words)
    except (ValueError, KeyError):
        return clean(metric)


def _in_words(metric: str, words: Words) -> str:
    head, _, rest = metric.partition(".")
    if head in _KINDS and rest:
        return _KINDS[head](rest, {"labels": words})
    if metric == "years":
        return "Years of fighting" if "war" in words.get("states", ("war",)) else "Years of impasse"
    outcome, _, date = metric.partition("@")
    return f"{outcome_words(outcome, words)} by {long_date(date) if date else 'the horizon'}"


def is_share(metric: str) -> bool:
    """Tell whether a metric lies in [0, 1].

    >>> is_share("question.deal"), is_share("toll.dead"), is_share("years")
    (True, False, False)
    """
    return metric != "years" and not metric.startswith(("toll.", "worth."))


def outcome_words(outcome: str, words: Words) -> str:
    """Return an outcome as the beginning of a line.

    >>> outcome_words("victory:usa", {"parties": {"usa": "United States"}})
    'War won by United States'
    """
    party = party_of(outcome)
    if party:
        return f"War won by {name({'labels': words}, 'parties', party)}"
    names = {"agreement": "Ceasefire or settlement", "faded": "Fighting fades out", "victory": "War won by either side"}
    return names.get(outcome, agreement_name(outcome).capitalize())


def _held(rest: str, labels: Words) -> str:
    kind, _, time = rest.partition("@")
    return f"{agreement_name(kind).capitalize()} lasting {clean(time)}"


def _terms(rest: str, labels: Words) -> str:
    track, issue, option = rest.split(".")
    words = f"{name(labels, 'issues', issue)}: {option_name(labels, issue, option)}"
    return f"{words} ({name(labels, 'tracks', track)})"


def _of_party(does: str, rest: str, labels: Words) -> str:
    track, party = rest.split(".")
    return f"{does.format(name(labels, 'parties', party))} ({name(labels, 'tracks', track)})"


def _toll(rest: str, labels: Words) -> str:
    label, unit = name(labels, "tolls", rest), clean(labels["labels"].get("units", {}).get(rest) or "")
    return label if unit.casefold() in label.casefold() else f"{label}, {unit}"


_KINDS = {
    "question": lambda rest, labels: name(labels, "questions", rest),
    "held": _held,
    "final": lambda rest, labels: f"At the end {state_words(labels, rest)}",
    "signed": lambda rest, labels: f"A text is signed ({name(labels, 'tracks', rest)})",
    "terms": _terms,
    "worth": lambda rest, labels: _of_party("Worth of the text to {}", rest, labels),
    "refused": lambda rest, labels: _of_party("{} refuses", rest, labels),
    "toll": _toll,
}


# Values and differences


def estimate_text(found: Estimate | None, *, is_share: bool) -> str:
    """Return an estimate with its interval.

    >>> estimate_text(Estimate(0.052, 0.043, 0.063), is_share=True)
    '5.2 % (4.3 to 6.3)'
    >>> estimate_text(Estimate(412345.0, 408234.0, 416456.0), is_share=False)
    '412,000 (408,000 to 416,000)'
    """
    if found is None or not known(found.value):
        return UNKNOWN
    if is_share:
        return share_text({"p": found.value, "low": found.low, "high": found.high})
    return _with_interval(found.value, found.low, found.high, sign="")


def difference_text(found: Difference | None, *, is_share: bool) -> str:
    """Return a difference with its interval: in points where it is one of shares.

    >>> difference_text(Difference(-0.0163, -0.0299, -0.0019), is_share=True)
    '-1.6 (-3.0 to -0.2)'
    """
    if found is None or not known(found.value):
        return UNKNOWN
    if not is_share:
        return _with_interval(found.value, found.low, found.high, sign="+", finer=1)
    return points(found.value, found.low, found.high)


def points(value: float | None, low: float | None, high: float | None) -> str:
    """Return a difference of shares in points, with its interval."""
    if value is None:
        return UNKNOWN
    if low is None or high is None:
        return f"{100 * value:+.1f} ({NO_INTERVAL})"
    ends = (100 * value, 100 * low, 100 * high)
    decimals = 1
    while decimals < _MOST_DECIMALS and _hidden(ends, decimals):
        decimals += 1
    middle, *interval = (f"{0.0 if abs(end) < _NOTHING else end:+.{decimals}f}" for end in ends)
    return f"{_unsigned(middle)} ({_unsigned(interval[0])} to {_unsigned(interval[1])})"


def _hidden(ends: tuple[float, float, float], decimals: int) -> bool:
    """Tell whether rounding would hide on which side of 0 a number lies, or that an interval has a width."""
    nought = any(abs(end) > _NOTHING and not float(f"{end:.{decimals}f}") for end in ends)
    return nought or (ends[2] - ends[1] > _NOTHING and f"{ends[1]:.{decimals}f}" == f"{ends[2]:.{decimals}f}")


def _unsigned(text: str) -> str:
    return "0" if not float(text) else text


def _with_interval(value: float | None, low: float | None, high: float | None, *, sign: str, finer: int = 0) -> str:
    assert value is not None
    if low is None or high is None:
        return f"{value:{sign},.3g} ({NO_INTERVAL})"
    half = (high - low) / 2
    size = half if half > 1e-6 * abs(value) else abs(value) / 100
    power = math.floor(math.log10(size)) - finer if size else 0
    written = [f"{round(end, -power) + 0.0:{sign},.{max(-power, 0)}f}" for end in (value, low, high)]
    written = ["0" if end.lstrip("+-0.,") == "" else end for end in written]
    return f"{written[0]} ({written[1]} to {written[2]})"


def trials_text(needed: int, most: int = 100_000_000) -> str:
    """Return about how many trials it takes.

    >>> trials_text(42_000), trials_text(10**12)
    ('about 42,000 trials', 'more than 100,000,000 trials')
    """
    return f"about {needed:,} trials" if needed <= most else f"more than {most:,} trials"


def value_text(value: float, *, days: bool) -> str:
    """Return a value of an input; a duration in months where it is a whole number of them, else in days.

    >>> value_text(0.123456, days=False), value_text(913.125, days=True), value_text(506.02, days=True)
    ('0.123', '30 months', '506 days')
    """
    if not days:
        return f"{value:.3g}"
    return span(value) if span(value).endswith(("month", "months")) else span(float(f"{value:.3g}"))
