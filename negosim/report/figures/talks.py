"""Figures of talks: what is signed, and who refuses over what."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from negosim.report.figures.style import (
    AXIS,
    INK,
    LABEL,
    LOOKS,
    NOTE,
    PANEL,
    SECOND,
    STEP_FILLS,
    STEP_INKS,
    STEPS,
    axes,
    note_of,
    titled,
)  # fmt: skip
from negosim.report.html.phrases import Dossier, initials, of_100, party_name
from negosim.report.html.reasons import refusals_title, terms_title
from negosim.report.reading import refusing
from negosim.report.writing import Summary, counted, known, name, option_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_ROWS = 12
_MOST_PARTIES = 8
_OPTION, _ISSUE, _PARTY = 46, 34, 13
"""Letters in a line of an option, an issue, a party."""

_BAR, _PARTIES_AT, _COLUMN = 100.0, 150.0, 17.0
"""Where bars end, where the first party's circle stands, and how far the next one is."""


def _track(dossier: Dossier, track: str | None) -> str:
    tracks = list(dossier["summary"]["terms"])
    if not tracks:
        raise ValueError("the scenario has no talks")
    if track is not None and track not in tracks:
        raise ValueError(f"there is no track '{track}' (write one of {', '.join(tracks)})")
    return track or dossier["tracks"][0]


# What is signed


def terms(dossier: Dossier, ax: Axes | None, track: str | None) -> Axes:
    """Draw a row for every option: its share of the signed texts, and a circle for its value to each party."""
    summary, track = dossier["summary"], _track(dossier, track)
    positions = dossier["positions"][track]
    issues = _in_order(summary, track, list(positions))[:_MOST_ROWS]
    lines = sum(len(positions[issue]) + 1.3 for issue in issues)
    ax = axes(ax, (13.0, 2.2 + 0.42 * lines))
    parties = list(summary["refusals"][track])[:_MOST_PARTIES]
    row = 0.0
    for issue in issues:
        row -= 0.55
        ax.text(-2, row, name(summary, "issues", issue), fontsize=LABEL, fontweight="bold", ha="right", va="center")
        for option, worth in positions[issue].items():
            row -= 1
            share = summary["terms"][track]["issues"].get(issue, {}).get(option)
            _option(ax, row, option_name(summary, issue, option), share, LOOKS[_kind(summary, track)].colour)
            for place, party in enumerate(parties):
                _circle(ax, _PARTIES_AT + place * _COLUMN, row, worth.get(party))
        row -= 0.75
    short = initials({party: party_name(summary, party) for party in parties})
    for place, party in enumerate(parties):
        ax.text(_PARTIES_AT + place * _COLUMN, 0.5, short[party], fontsize=AXIS, fontweight="bold", ha="center")
    signed = summary["terms"][track]["signed"]
    ax.text(0, 0.5, "of 100 texts (95 % interval)" if signed else "", fontsize=AXIS, color=SECOND)
    ax.set_xlim(0, _PARTIES_AT + len(parties) * _COLUMN)
    ax.set_ylim(row, 1.2)
    ax.set_xticks([])
    ax.set_yticks([])
    key = ", ".join(f"{letters} {party_name(summary, party)}" for party, letters in short.items())
    circles = "Circles: worth of the option at the start, by area; black: the party's ideal; ×: its red line."
    titled(ax, f"{terms_title(summary, track)} ({counted(signed, 'text')})",
           note_of(summary, *textwrap.wrap(f"{circles} {key}.", 120)))  # fmt: skip
    ax.spines["bottom"].set_visible(False)
    return ax


def _kind(summary: Summary, track: str) -> str:
    return "ceasefire" if summary["labels"]["kinds"][track] == "ceasefire" else "deal"


def _option(ax: Axes, row: float, title: str, share: dict[str, Any] | None, colour: str) -> None:
    """Draw the bar of an option with its interval; its title stands at the left and is not cut."""
    p = share["p"] if share else None
    usual = p is not None and p >= 0.5
    ax.text(-2, row, textwrap.fill(title, _OPTION), fontsize=AXIS if len(title) <= _OPTION else NOTE, ha="right",
            va="center", fontweight="bold" if usual else "normal", linespacing=0.95,
            color=SECOND if p is not None and not p else INK)  # fmt: skip
    if share is None or p is None:
        return
    ax.barh(row, _BAR, height=0.5, color=PANEL)
    ax.barh(row, 100 * p, height=0.5, color=colour)
    ax.plot([100 * share["low"], 100 * share["high"]], [row, row], color=INK, linewidth=1.6)
    ax.text(
        _BAR + 2, row, f"{of_100(p)} ({of_100(share['low'])} to {of_100(share['high'])})", fontsize=AXIS, va="center"
    )


def _circle(ax: Axes, x: float, row: float, worth: dict[str, Any] | None) -> None:
    """Draw what an option is worth to a party: the area is the value, black its ideal, a dot nothing."""
    if worth is None or (worth["worth"] is None and not worth["red_line"]):
        return
    if worth["red_line"]:
        ax.scatter([x], [row], s=70, marker="x", color=INK, linewidths=2.4)
        return
    ideal = worth["worth"] >= 1
    ax.scatter([x], [row], s=max(230 * worth["worth"], 8), color=INK if ideal else "#8a8a85", linewidths=0)


def _in_order(summary: Summary, track: str, issues: list[str]) -> list[str]:
    """Return issues, those most refused over first."""
    weight = _weights(summary, track)
    return sorted(issues, key=lambda issue: -weight.get(issue, 0.0))


def _weights(summary: Summary, track: str) -> dict[str, float]:
    weight: dict[str, float] = {}
    for refusal in summary["refusals"][track].values():
        for issue, part in refusal["issues"].items():
            weight[issue] = weight.get(issue, 0.0) + part * (refusal["share"] or 0.0)
    return weight


# Who refuses


def refusals(dossier: Dossier, ax: Axes | None, track: str | None) -> Axes:
    """Draw a cell for every issue and party, the number in it: so many of 100 rounds that end unsigned."""
    summary, track = dossier["summary"], _track(dossier, track)
    parties = refusing(summary, track)[:_MOST_PARTIES]
    if not parties:
        raise ValueError("nobody has refused anything on this track")
    weights = _weights(summary, track)
    issues = _in_order(summary, track, list(weights))[:_MOST_ROWS]
    ax = axes(ax, (max(5.6 + 1.6 * len(parties), 11.0), 3.0 + 0.62 * len(issues)))
    for column, party in enumerate(parties):
        refusal = summary["refusals"][track][party]
        words = textwrap.fill(party_name(summary, party), _PARTY)
        ax.text(column, 0.75, words, fontsize=AXIS, ha="center", va="bottom", linespacing=0.95)
        ax.text(column, 0.14, of_100(refusal["share"]), fontsize=LABEL, fontweight="bold", ha="center", va="center")
        if known(refusal["low"]):
            ends = f"({of_100(refusal['low'])} to {of_100(refusal['high'])})"
            ax.text(column, -0.27, ends, fontsize=NOTE, ha="center", va="center", color=SECOND)
        for row, issue in enumerate(issues, 1):
            _cell(ax, column, -row, (refusal["share"] or 0.0) * refusal["issues"].get(issue, 0.0))
    labels = ["refuses at all", *(textwrap.fill(name(summary, "issues", issue), _ISSUE) for issue in issues)]
    ax.set_yticks([-at for at in range(len(labels))], labels)
    ax.set_xticks([])
    ax.set_xlim(-0.5, len(parties) - 0.5)
    ax.set_ylim(-len(issues) - 0.5, 1.5)
    more = len(weights) - len(issues)
    others = f" {counted(more, 'issue')} more, refused over less." if more else ""
    titled(ax, refusals_title(summary, track),
           note_of(summary, "Of 100 rounds that end unsigned. In brackets, 95 % Monte-Carlo interval; "
                            f"cells split the first row.{others}"))  # fmt: skip
    ax.tick_params(axis="y", length=0)
    ax.spines["bottom"].set_visible(False)
    return ax


def _cell(ax: Axes, column: int, row: int, share: float) -> None:
    step = sum(share >= limit for limit in STEPS)
    ax.fill_between([column - 0.47, column + 0.47], row - 0.45, row + 0.45, color=STEP_FILLS[step], linewidth=0)
    if share:
        ax.text(column, row, of_100(share), fontsize=LABEL, ha="center", va="center", color=STEP_INKS[step])
