"""What of an answer rests on judgement, in words."""

from __future__ import annotations

from negosim.report.writing import Summary, agreement_name, counted
from negosim.results.read_first import rests_on_judgement


def judgement(summary: Summary) -> str:
    """Return a sentence on the outcomes of which a good part rests on judgement; empty where there are none.

    Only a difference that is no chance of the sample is reported.
    """
    resting = [_rests(name, shares) for name, shares in rests_on_judgement(summary).items()]
    if not resting:
        return ""
    found = summary["judgement"]
    return (
        f"Rests on judgement: {'; '.join(resting)}. So it is in the first {counted(found['trials'], 'history')}, "
        "played again with the same random numbers and nobody's mood shifting what it asks for."
    )


def _rests(name: str, shares: Summary) -> str:
    with_, without = (f"{100 * shares[key]['value']:.0f} %" for key in ("with", "without"))
    low, high = (100 * end for end in (shares["difference"]["low"], shares["difference"]["high"]))
    return f"{agreement_name(name)} in {with_} of histories, {without} without it ({low:+.0f} to {high:+.0f} points)"
