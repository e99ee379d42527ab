"""The report of a sealed forecast that was checked."""

from __future__ import annotations

from rich.console import Console

from negosim.experiments.seal.result import Verification
from negosim.report.layout import INDENT
from negosim.report.prose import prose
from negosim.report.writing import clean, counted, long_date

_MOST = 10
"""Differences that are named."""


def print_verification(found: Verification, console: Console) -> None:
    """Print what became of a sealed forecast: the verdict first."""
    prose(console, _verdict(found), "bold")
    for reason in _reasons(found):
        prose(console, f"- {clean(reason)}", indent=INDENT, hanging=2)
    console.print()
    of = f"{counted(found.trials, 'history', 'histories')} of {clean(found.title)}"
    prose(console, f"{of}, sealed on {long_date(found.on)} by its own word.")
    prose(console, f"Seal: {found.seal}")
    if found.sample_seed is not None:
        again = counted(found.recomputed, "history", "histories")
        prose(console, f"Played again: {again}, drawn with --seed {found.sample_seed}.", "dim")


def _verdict(found: Verification) -> str:
    if found.verdict == "verified":
        again = "every history" if found.recomputed == found.trials else "every history of the sample"
        return f"Verified: the file fits together, and {again} comes out again byte by byte."
    if found.verdict == "changed":
        return "Not verified: the file has been changed since it was sealed, or was never what it claims."
    if found.verdict == "differs":
        return "Not verified: the same build of negosim plays other histories than those that were sealed."
    if found.unreadable:
        return "Cannot be compared: another build of negosim has sealed it, and this one cannot read the scenario."
    if found.differing:
        return "Cannot be compared: another build of negosim has sealed it, so that different bytes prove nothing."
    return "Another build of negosim has sealed it; every history of the sample comes out again all the same."


def _reasons(found: Verification) -> list[str]:
    blocks = [f"histories {first:,} to {last:,} come out otherwise" for first, last in found.differing]
    reasons = [*found.faults, *([found.unreadable] if found.unreadable else []), *blocks, *found.builds]
    more = len(reasons) - _MOST
    return [*reasons[:_MOST], f"and {more:,} more"] if more > 0 else reasons
