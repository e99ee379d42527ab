"""What came of past negotiations of which the model was as sure, beside the questions of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negosim.report.writing import NO_INTERVAL, Summary, clean, counted

_RARE = 0.0095
"""Below this a share is written with a decimal."""


def row(summary: Summary, question: str) -> list[tuple[str, str, str]]:
    """Return the row of a question: its share, corrected for how sure the model was of the past; none without a map."""
    found = _corrected(summary)
    if not found:
        return []
    one = found["questions"][question]
    if one["value"] is None:
        return []
    share = _share(one)
    return [("corrected", share, f"for how sure it was of {_cases(found)}, {clean(found['coded'])}")]


def _share(one: Mapping[str, Any]) -> str:
    """Write a corrected share: so few cases do not support more digits."""
    decimals = 1 if one["value"] < _RARE else 0
    value, low, high = (
        None if one[key] is None else f"{100 * one[key]:.{decimals}f}" for key in ("value", "low", "high")
    )
    return f"{value} % ({NO_INTERVAL if low is None else f'{low} to {high}'})"


def caption(summary: Summary) -> str:
    """Say what a correction is, and of which questions there is none, and why."""
    found = _corrected(summary)
    if not found:
        return ""
    asked = found["questions"]
    said = []
    if any(one["value"] is not None for one in asked.values()):
        said.append(
            "Corrected: how often a deal came in the past where the model was as sure "
            f"({found['deals']:,} deals among {counted(found['targets'], 'target')}; the interval is over cases)."
        )
    reasons: dict[str, list[str]] = {}
    for key, one in asked.items():
        if one["value"] is None:
            reasons.setdefault(one["why"], []).append(key)
    for why, keys in reasons.items():
        which = "Not corrected" if len(keys) == len(asked) else f"Not corrected: {_titles(summary, keys)}"
        said.append(f"{which}, since {clean(why)}." if which == "Not corrected" else f"{which} ({clean(why)}).")
    return " ".join(said)


def _titles(summary: Summary, keys: list[str]) -> str:
    return "; ".join(f"'{clean(summary['questions'][key]['title'] or key)}'" for key in keys)


def _cases(found: Mapping[str, Any]) -> str:
    return counted(found["cases"], "past negotiation")


def _corrected(summary: Summary) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = summary.get("corrected")
    return found
