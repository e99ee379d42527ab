"""What of an answer rests on judgement, in words."""

from __future__ import annotations

from negosim.report.writing import Summary, agreement_name, counted

RESTS = 0.2
"""The share of an outcome from which on a reader must know that mood brings it about, or keeps it from coming."""


def judgement(summary: Summary) -> str:
    """Return a sentence on the outcomes of which a good part rests on judgement; empty where there are none.

    Only a difference that is no chance of the sample is reported.
    """
    found = summary.get("judgement")
    if not found:
        return ""
    resting = [_rests(name, shares) for name, shares in found["reached"].items() if _matters(shares)]
    if not resting:
        return ""
    return (
        f"Rests on judgement: {'; '.join(resting)}. So it is in the first {counted(found['trials'], 'history')}, "
        "played again with the same random numbers and nobody's mood shifting what it asks for."
    )


def _matters(shares: Summary) -> bool:
    difference, whole = shares["difference"], max(shares["with"]["value"], shares["without"]["value"])
    is_chance = difference["low"] is None or difference["low"] <= 0 <= difference["high"]
    return not is_chance and abs(difference["value"]) >= RESTS * whole


def _rests(name: str, shares: Summary) -> str:
    with_, without = (f"{100 * shares[key]['value']:.0f} %" for key in ("with", "without"))
    low, high = (100 * end for end in (shares["difference"]["low"], shares["difference"]["high"]))
    return f"{agreement_name(name)} in {with_} of histories, {without} without it ({low:+.0f} to {high:+.0f} points)"
