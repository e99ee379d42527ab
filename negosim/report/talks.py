"""The tables of the talks: on whose terms texts are signed, and who refuses over what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report.layout import Section, add, stacked, table
from negosim.report.reading import contested, refusing
from negosim.report.writing import (
    ShareJson,
    Summary,
    aligned,
    clean,
    column,
    counted,
    histories,
    known,
    name,
    option_name,
    share_text,
    worth,
)

_LEAST_OPTION = 0.01
"""Options in a smaller share of the signed texts are folded into one line."""

_MARK = 0.05
"""What one character of a bar of refusals stands for."""

_WORTH_BAR = 20
_INSET = 2


def terms(summary: Summary) -> Section:
    """Return what the signed texts are worth to each party, and how they settle each issue."""
    parts: list[list[Table | Text]] = []
    for track, signed in summary["terms"].items():
        number = f"signed in {histories(signed['signed'])}" if signed["signed"] else "nothing signed"
        parts.append([Text(f"{name(summary, 'tracks', track)}: {number}", style="bold"), *_below(summary, track)])
        parts[-1] += stacked(
            [
                [_worths(summary, signed["utility"])] if signed["utility"] else [],
                [_options(summary, track)] if signed["issues"] else [],
            ]
        )
    caption = (
        "The first text signed in each history: what it is worth to each party that must consent (mean with 95 % "
        "interval; 1 is its own ideal on everything, 0 its worst), and how it settles each issue (share of the signed "
        "texts with 95 % interval; the issues most refused over come first)."
    )
    return Section("On whose terms", caption, stacked(parts))


def _below(summary: Summary, track: str) -> list[Text]:
    """Say how many signatures judgement has made, which the structure of the talks alone would not have brought."""
    signed = summary.get("below_aspiration", {}).get(track)
    if not signed or not signed["signed"]:
        return []
    many = round(signed["share"] * signed["signed"])
    verb, them = ("was", "it") if many == 1 else ("were", "them")
    signatures = "signature" if signed["signed"] == 1 else "signatures"
    share: ShareJson = {"p": signed["share"], "low": signed["low"], "high": signed["high"]}
    words = f"{many:,} of {signed['signed']:,} {signatures} {verb} below what somebody asked for, {share_text(share)}"
    return [Text(f"{words}: judgement signed {them}" if many else words)]


def _worths(summary: Summary, utility: Mapping[str, Any]) -> Table:
    grid = table("Worth to", "Of its own ideal", "0" + "1".rjust(_WORTH_BAR - 1), fixed=(1, 2))
    for party, value in sorted(utility.items(), key=lambda item: -(item[1]["mean"] or 0.0)):
        mean, interval = worth(value)
        filled = min(max(round((value["mean"] or 0.0) * _WORTH_BAR), 0), _WORTH_BAR)
        add(grid, name(summary, "parties", party), f"{mean} ({interval})", "#" * filled + "." * (_WORTH_BAR - filled))
    return grid


def _options(summary: Summary, track: str) -> Table:
    issues = summary["terms"][track]["issues"]
    rows = [(issue, *line) for issue in contested(summary, track) for line in _lines(summary, issue, issues[issue])]
    grid = table("Issue, and how it is settled", "Share of these texts", fixed=(1,))
    last = None
    for (issue, words, _), cell in zip(rows, aligned([cell for *_, cell in rows], " %"), strict=True):
        if issue != last:
            add(grid, name(summary, "issues", issue), "", style="bold")
        add(grid, words, cell, inset=_INSET)
        last = issue
    return grid


def _lines(summary: Summary, issue: str, options: Mapping[str, ShareJson]) -> list[tuple[str, str]]:
    """Return the options of an issue with their shares, largest first, the rare ones folded into one line."""
    ranked = sorted(options.items(), key=lambda item: -item[1]["p"])
    shown = [(option, share) for option, share in ranked if share["p"] >= _LEAST_OPTION]
    if len(ranked) - len(shown) == 1:
        shown = ranked  # to fold one line would spare none
    lines = [(option_name(summary, issue, option), share_text(share)) for option, share in shown]
    rare = ranked[len(shown) :]
    if rare:
        some = "under 1 % each" if any(share["p"] for _, share in rare) else f"{share_text(rare[0][1])} each"
        lines.append((f"other ({counted(len(rare), 'option')})", some))
    return lines


def refusals(summary: Summary) -> Section:
    """Return who refuses and over what, for each track."""
    parts: list[list[Table | Text]] = []
    several = False
    for track in summary["refusals"]:
        parties = refusing(summary, track)
        if any(summary["refusals"][track][party]["share"] for party in parties):
            only = _only_issue(summary, track)
            several = several or only is None
            over = f': every refusal is over "{name(summary, "issues", only)}"' if only else ""
            head = Text.assemble((name(summary, "tracks", track), "bold"), over)
            parts.append([head, _refusing(summary, track, parties, causes=only is None)])
    caption = "Share of the rounds that end without a signature in which a party refuses, with 95 % interval"
    if several:
        caption += ", and the issues it refuses over: each # is a twentieth of its refusals"
    return Section("Who refuses, and over what", f"{caption}.", stacked(parts))


def _only_issue(summary: Summary, track: str) -> str | None:
    """Return the issue that every refusal on a track is over, if there is just one."""
    refusals = summary["refusals"][track].values()
    issues = {issue for refusal in refusals for issue, part in refusal["issues"].items() if part}
    return issues.pop() if len(issues) == 1 else None


def _refusing(summary: Summary, track: str, parties: list[str], *, causes: bool) -> Table:
    grid = table("Party, and over what" if causes else "Party", "Refuses in", fixed=(1,))
    refused = [summary["refusals"][track][party] for party in parties]
    shares = column([{**refusal, "p": refusal["share"]} for refusal in refused])
    for party, refusal, share in zip(parties, refused, shares, strict=True):
        add(grid, name(summary, "parties", party), share, style="bold" if causes else "")
        for issue, mark in _causes(summary, refusal["issues"]) if causes else ():
            add(grid, issue, mark, inset=_INSET)
    return grid


def _causes(summary: Summary, issues: Mapping[str, float]) -> list[tuple[str, str]]:
    ranked = sorted(((issue, part) for issue, part in issues.items() if known(part)), key=lambda item: -item[1])
    shown = [(name(summary, "issues", issue), part) for issue, part in ranked if part >= _MARK]
    rest = [(name(summary, "issues", issue), part) for issue, part in ranked if 0 < part < _MARK]
    if len(rest) > 1:
        rest = [(f"other ({counted(len(rest), 'issue')})", sum(part for _, part in rest))]
    return [(words, "#" * round(part / _MARK) or "under one #") for words, part in [*shown, *rest]]


def ratification(summary: Summary) -> Section:
    """Return how the bodies that must approve a signature have voted."""
    parts: list[list[Table | Text]] = []
    for track, parties in summary.get("ratification", {}).items():
        votes = [
            (f"{clean(body['by'])} ({name(summary, 'parties', party)})", body)
            for party, bodies in parties.items()
            for body in bodies
            if body["votes"]
        ]
        if votes:
            grid = table("Body", "Approves in", "Of how many votes", fixed=(1,), right=(2,))
            shares = column([body["approved"] for _, body in votes])
            for (words, body), share in zip(votes, shares, strict=True):
                add(grid, words, share, f"{body['votes']:,}")
            parts.append([Text(name(summary, "tracks", track), style="bold"), grid])
    caption = "Share of the votes on what was signed that approve it, with 95 % interval."
    return Section("Ratification", caption, stacked(parts))
