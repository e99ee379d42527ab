"""What a report reads off a summary: what came by the horizon, who fights, what the talks stuck on."""

from __future__ import annotations

from negosim.report.writing import ShareJson, Summary, known, party_of

RARE = 0.03
"""Ends without a text that are rarer are left to the tables."""

_LEAST_REFUSAL, _ALIKE = 0.05, 0.5
"""Share of the rounds from which on a refusal is worth a word, and part of the most frequent one to stand beside it."""

_BLOCKING = 2
"""Parties that are said to block."""


def at_horizon(summary: Summary, kind: str) -> ShareJson | None:
    """Return the share of histories that reach an outcome by the horizon, if it is counted."""
    by = summary["reached"].get(kind, {}).get("by", {})
    return by.get(summary["scenario"]["horizon"]) or (by[max(by)] if by else None)


def comes(summary: Summary, kind: str) -> bool:
    """Tell whether any history reaches an outcome by the horizon."""
    share = at_horizon(summary, kind)
    return bool(share and share["p"])


def can_come(summary: Summary, outcome: str) -> bool:
    """Tell whether anything in the scenario can bring an outcome or a state: what cannot be is not worth a word."""
    return outcome in summary["possible"]


def agreements(summary: Summary) -> list[str]:
    """Return the kinds of agreement to tell of: either of two only if both can come, limited deals for want of both."""
    kinds = [kind for kind in ("ceasefire", "settlement") if can_come(summary, kind)]
    if not kinds and can_come(summary, "limited"):
        return ["limited"]
    return [*kinds, "agreement"] if len(kinds) > 1 else kinds


def belligerents(summary: Summary) -> list[str]:
    """Return the parties that may win the war."""
    return sorted(party for party in map(party_of, summary["reached"]) if party)


def refusing(summary: Summary, track: str) -> list[str]:
    """Return the parties of a track whose refusals were counted, those that refuse most first."""
    parties = summary["refusals"].get(track, {})
    return sorted(
        (party for party, refusal in parties.items() if known(refusal["share"])),
        key=lambda party: -parties[party]["share"],
    )


def blocking(summary: Summary, track: str) -> list[str]:
    """Return the party that refuses most often on a track, and the next one where it refuses about as often."""
    refusals = summary["refusals"].get(track, {})
    parties = [party for party in refusing(summary, track) if refusals[party]["share"] >= _LEAST_REFUSAL][:_BLOCKING]
    return [party for party in parties if refusals[party]["share"] >= _ALIKE * refusals[parties[0]]["share"]]


def contested(summary: Summary, track: str) -> list[str]:
    """Return the issues settled on a track, those most refused over first."""
    weight: dict[str, float] = {}
    for party in refusing(summary, track):
        refusal = summary["refusals"][track][party]
        for issue, part in refusal["issues"].items():
            weight[issue] = weight.get(issue, 0.0) + refusal["share"] * part
    issues = [issue for issue, options in summary["terms"][track]["issues"].items() if options]
    return sorted(issues, key=lambda issue: -weight.get(issue, 0.0))
