"""Words of the hindcast: what scores and simple rules are called, and how a number stands with its interval."""

from __future__ import annotations

from negosim.experiments.hindcast.result import Group, Interval, Words
from negosim.report.writing import UNKNOWN

RULE_WORDS = {
    "constant": "the constant",
    "rate_by_horizon": "the rate by horizon",
    "logit": "the logit on five features",
}
RULE_TITLES = {"model": "Model", "constant": "Constant", "rate_by_horizon": "Rate by horizon", "logit": "Logit"}
SCORE_WORDS = {
    "brier": "Brier score",
    "log": "log score",
    "auc": "AUC",
    "auc_same_horizon": "AUC at the same horizon",
}

VERDICTS: dict[Words, str] = {"better than": "better", "worse than": "worse", "indistinguishable from": "not clear"}
"""A comparison in a narrow column."""


def is_by_definition(rule: str, score: str) -> bool:
    """Tell whether a score of a rule is 0.5 by definition: a rule that tells nothing apart has no better or worse."""
    return score.startswith("auc") and (rule == "constant" or (rule, score) == ("rate_by_horizon", "auc_same_horizon"))


def model_words(words: Words) -> str:
    """Return a comparison with its verb.

    >>> model_words("better than"), model_words("indistinguishable from")
    ('is better than', 'is indistinguishable from')
    """
    return f"is {words}"


def number(value: float | None, digits: int) -> str:
    """Return a number, or that it is not known."""
    return UNKNOWN if value is None else f"{value:.{digits}f}"


def interval_text(one: Interval, digits: int) -> str:
    """Return a number with its interval.

    >>> interval_text(Interval(0.1384, 0.095, 0.189), 3), interval_text(Interval(0.1384, None, None), 2)
    ('0.138 (0.095 to 0.189)', '0.14 (no interval)')
    """
    if one.value is None:
        return UNKNOWN
    if one.low is None or one.high is None:
        return f"{one.value:.{digits}f} (no interval)"
    return f"{one.value:.{digits}f} ({one.low:.{digits}f} to {one.high:.{digits}f})"


def signed_text(one: Interval, digits: int) -> str:
    """Return a difference with its interval.

    >>> signed_text(Interval(-0.0021, -0.064, 0.072), 3)
    '-0.002 (-0.064 to +0.072)'
    """
    if one.value is None:
        return UNKNOWN
    if one.low is None or one.high is None:
        return f"{_signed(one.value, digits)} (no interval)"
    return f"{_signed(one.value, digits)} ({_signed(one.low, digits)} to {_signed(one.high, digits)})"


def _signed(value: float, digits: int) -> str:
    return f"{round(value, digits):+.{digits}f}" if round(value, digits) else f"{0:.{digits}f}"


def percent(share: Interval, digits: int = 0) -> str:
    """Return a share with its interval in per cent.

    >>> percent(Interval(0.13, 0.1, 0.2))
    '13 % (10 to 20)'
    """
    if share.value is None:
        return UNKNOWN
    if share.low is None or share.high is None:
        return f"{100 * share.value:.{digits}f} % (no interval)"
    return f"{100 * share.value:.{digits}f} % ({100 * share.low:.{digits}f} to {100 * share.high:.{digits}f})"


def gap_text(group: Group) -> str:
    """Return by how many points the mean share lies above the rate."""
    gap = group.gap
    return signed_text(Interval(*(None if end is None else 100 * end for end in (gap.value, gap.low, gap.high))), 0)
