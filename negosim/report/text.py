"""A text on the table, on a terminal: the answer first, within forty lines; the rest on demand."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from negosim.report import text_full
from negosim.report.layout import INDENT, Section, add, table
from negosim.report.prose import prose, show, show_section
from negosim.report.screen import changed, print_fitting
from negosim.report.text_words import brief, change_words, cut, issue_words, names, points, ranged, title_of
from negosim.report.writing import Summary, clean, counted, listed, long_date, made_by, name, share_text

_ANSWERS = {"signs": "signs", "holds_out": "in time", "refuses": "refuses"}
_HASH = 12
_LINES = 40
"""Lines of the first screen."""

_BELOW = 2
"""Lines below it: an empty one, and where it comes from."""

_FITS = ((3, 3), (2, 3), (1, 3), (1, 2), (1, 1))
"""Issues in the table, and parties that refuse of whom it is said what would win them: the first that fits."""

_WIDEST_ISSUE, _WIDEST_PARTY, _HEAD, _HEADS = 38, 24, 9, 40
"""Characters of an issue, of a party, of the head of a column and of all such heads together."""

_MOST_PARTIES = 6
"""Parties in a table of the first screen; more are left to the full report."""

_MOST_NAMED = 2
"""Changes of a text named on the first screen, and parties that a change costs most."""


def print_text(answer: Summary, console: Console, *, full: bool = False) -> None:
    """Print what everybody says to a text, or to two.

    Parameters
    ----------
    answer : as ``negosim text --json`` prints it.
    console : where to print; reads well from 80 columns, with or without colour.
    full : whether to print everything.
    """
    if answer["compared"] and not full:
        issues = len(answer["compared"]["issues"])
        print_fitting(console, range(issues, -1, -1), lambda where, most: _print_two(answer, where, most))
        return
    _head(answer, console)
    if answer["compared"]:
        text_full.print_comparison(answer, console)
    elif not full:
        text = answer["texts"][0]
        _first_screen(answer, text, console, *_fitting(answer, text, console))
    for text in answer["texts"] if full else []:
        if answer["compared"]:
            console.print()
            prose(console, title_of(text, answer), "bold")
        show_section(console, Section("In short", short(answer, text), []))
        for section in text_full.sections(answer, text):
            if section.caption:
                show_section(console, section)
    _foot(answer, console, full=full)


def _print_two(answer: Summary, console: Console, most: int) -> None:
    _head(answer, console)
    text_full.print_comparison(answer, console, most)
    _foot(answer, console, full=False)


def _foot(answer: Summary, console: Console, *, full: bool) -> None:
    drawn = answer["drawn"]
    console.print()
    prose(
        console,
        f"{counted(drawn['trials'], 'draw')}, seed {drawn['seed']}, scenario "
        f"{answer['scenario']['sha256'][:_HASH]}, {_made(drawn, full)}",
        "dim",
    )


def _made(drawn: Mapping[str, Any], full: bool) -> str:
    return f"{made_by(drawn)}." if full else f"negosim {clean(drawn['negosim'])}. --full says more."


def _head(answer: Summary, console: Console) -> None:
    scenario = answer["scenario"]
    titles = [title_of(text, answer) for text in answer["texts"]]
    prose(console, titles[0] if len(titles) == 1 else " against ".join(f'"{title}"' for title in titles), "bold")
    track = name(answer, "tracks", answer["track"]["id"])
    prose(console, f'Put to "{track}" on {long_date(scenario["as_of"])}. Nothing is played.')
    for line in changed(answer["labels"], scenario["variant"], scenario["set"]):
        prose(console, line, hanging=2)


def _fitting(answer: Summary, text: Mapping[str, Any], console: Console) -> tuple[int, int]:
    """Return how many issues and how many refusing parties leave the screen within its lines."""
    for issues, refusers in _FITS:
        page = io.StringIO()
        trial = Console(file=page, width=console.width)
        _head(answer, trial)
        _first_screen(answer, text, trial, issues, refusers)
        if page.getvalue().count("\n") + _BELOW <= _LINES:
            return issues, refusers
    return _FITS[-1]


def _first_screen(answer: Summary, text: Mapping[str, Any], console: Console, issues: int, refusers: int) -> None:
    console.print()
    prose(console, short(answer, text), indent=INDENT)
    for grid in (_signing(answer, text), _gains(answer, text, issues)):
        console.print()
        show(console, grid)
    console.print()
    for line in outlook(answer, text, refusers):
        prose(console, f"- {line}", hanging=2)


def asked_of(text: Mapping[str, Any]) -> list[str]:
    """Return the parties whose consent a text needs."""
    return [party for party, said in text["parties"].items() if said["asked"]]


# -- in words -----------------------------------------------------------------------------------------------------


def short(answer: Summary, text: Mapping[str, Any]) -> str:
    """Say who would sign and who would refuse, and in how many draws all would sign."""
    parties, asked, every = text["parties"], asked_of(text), text["all"]
    today, later, refusing = (
        [party for party in asked if parties[party]["answer"] == kind] for kind in ("signs", "holds_out", "refuses")
    )
    said = [] if text["may_be_put"] else ["The talks may not put this text: it holds what they exclude or forbid."]
    said.append(f"{names(answer, today) or 'Nobody'} would sign today.")
    if later:
        said.append(f"In time, once patience is spent, so would {names(answer, later)}.")
    if refusing:
        said.append(f"Refused even then by {names(answer, refusing)}.")
    said.append(
        f"{_all(len(asked))} would sign in {share_text(every['signs'])} of {answer['drawn']['trials']:,} draws, "
        f"in {share_text(every['wants'])} if red lines are left aside."
    )
    return " ".join([*said, _lifting(answer, text)]).strip()


def _all(number: int) -> str:
    return {1: "It", 2: "Both"}.get(number, f"All {number}")


def _lifting(answer: Summary, text: Mapping[str, Any]) -> str:
    """Say by when the red lines that are crossed have lifted."""
    if not any(text["parties"][party]["red_lines"] for party in asked_of(text)):
        return "It crosses no red line of theirs."
    every = text["all"]
    date = max(every["lifted"])
    lifted, signed = (share_text(every[key][date]) for key in ("lifted", "signs_if_lifted"))
    if lifted == signed:
        return f"By {long_date(date)} the red lines crossed have lifted, and all would sign, in {lifted}."
    return f"By {long_date(date)} the red lines crossed have lifted in {lifted}, and all would sign in {signed}."


# -- the tables ---------------------------------------------------------------------------------------------------


def _signing(answer: Summary, text: Mapping[str, Any]) -> Table:
    heads = ("Median worth of 100", "", "No deal", "Text", "Settles for", "Asks", "Signs in")
    grid = table(*heads, fixed=range(1, 7), right=(2, 3, 4, 5))
    grid.box = None
    asked = asked_of(text)
    for party in asked[:_MOST_PARTIES]:
        said = text["parties"][party]
        cells = [points(said[key]["at_medians"], sign=False) for key in ("no_deal", "value", "settles_for", "asks")]
        who = brief(name(answer, "parties", party), _WIDEST_PARTY)
        add(grid, f"  {who}", _ANSWERS[said["answer"]], *cells, share_text(said["signs"]))
    if len(asked) > _MOST_PARTIES:
        add(grid, f"  and {len(asked) - _MOST_PARTIES} more", *[""] * 6)
    return grid


def _gains(answer: Summary, text: Mapping[str, Any], shown: int) -> Table:
    parties = asked_of(text)[:_MOST_PARTIES]
    gains = {party: text["parties"][party]["gains"] for party in parties}
    crossed = {party: {line["issue"] for line in text["parties"][party]["red_lines"]} for party in parties}
    issues = sorted(
        next(iter(gains.values()))["issues"],
        key=lambda issue: -max(abs(part["issues"][issue]["at_medians"]) for part in gains.values()),
    )
    first, rest = issues[:shown], issues[shown:]
    heads = [brief(name(answer, "short", party), 16) for party in parties]
    if sum(len(head) + 1 for head in heads) > _HEADS:
        heads = [textwrap.fill(head, _HEAD) for head in heads]
    grid = table("Gives and takes (x: red line)", *heads, right=range(1, len(parties) + 1))
    grid.box = None

    def row(words: str, amounts: Sequence[float], marks: Sequence[bool]) -> None:
        cells = (f"{points(amount)}{'x' if mark else ' '}" for amount, mark in zip(amounts, marks, strict=True))
        add(grid, f"  {words}", *cells)

    def whole(words: str, key: str) -> None:
        row(words, [part[key]["at_medians"] for part in gains.values()], [False] * len(parties))

    whole("The war ends", "war_ends")
    for issue in first:
        amounts = [part["issues"][issue]["at_medians"] for part in gains.values()]
        row(issue_words(answer, issue, _WIDEST_ISSUE), amounts, [issue in crossed[party] for party in parties])
    if rest:
        others = [
            sum(part["issues"][issue]["at_medians"] for issue in rest) + part["linkages"]["at_medians"]
            for part in gains.values()
        ]
        row(f"{len(rest)} other issues", others, [bool(crossed[party] & set(rest)) for party in parties])
    whole("It may break", "may_break")
    whole("Against no deal", "total")
    return grid


# -- what would change it -----------------------------------------------------------------------------------------


def outlook(answer: Summary, text: Mapping[str, Any], refusers: int) -> list[str]:
    """Return what would win those who refuse, the nearest texts that all would sign, and how long it would last.

    Parameters
    ----------
    refusers : of how many it is said what would win them.
    """
    return [
        *_winning(answer, text, refusers),
        _nearest(answer, text),
        _frontier(answer, text),
        _afterwards(answer, text),
    ]


def _winning(answer: Summary, text: Mapping[str, Any], most: int) -> list[str]:
    """Say over what parties refuse, and what would win them; those with most red lines crossed first."""
    parties, changes = text["parties"], text["changes"]
    order = sorted(changes, key=lambda party: -len(parties[party]["red_lines"]))
    said = []
    for party in order[:most]:
        reason, won = _refusal(answer, parties[party]), _won(answer, parties[party], changes[party])
        said.append(f"{name(answer, 'parties', party)} ({reason}): {won}.")
    more = order[most:]
    return [*said, f"Refused as well by {names(answer, more)}."] if more else said


def _refusal(answer: Summary, said: Mapping[str, Any]) -> str:
    """Say over what a party refuses, and by how much."""
    reasons, short_by = [], said["short_of_settling"]["at_medians"]
    if said["red_lines"]:
        reasons.append(counted(len(said["red_lines"]), "red line"))
    if said["voters"]:
        reasons.append("a vote it needs")
    if short_by > 0 and (points(short_by) != "0" or not reasons):
        less = f"{points(short_by, sign=False)} too little" if points(short_by) != "0" else "just too little"
        over = f', most over "{issue_words(answer, said["over"])}"' if said["over"] and not reasons else ""
        reasons.append(f"{less}{over}")
    return listed(reasons)


def _won(answer: Summary, said: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Say what would win a party that refuses, and what that costs the others."""
    best = [*found["single"]["best"][:1], *found["pairs"]["best"][:1]][:1]
    if best:
        change = best[0]
        verb = "wins it" if change["still_asked"] else "makes its consent unnecessary"
        return f"{change_words(answer, change['options'], _MOST_NAMED)} {verb}{_costs(answer, change['costs'])}"
    least = found["least"]
    if least is None or least["changes"] is None:
        return "no text of these talks wins it" if least and least["settled"] else "what would win it is not settled"
    first = sorted(least["changes"].items(), key=lambda change: change[0] != said["over"])
    named = change_words(answer, dict(first), 1)
    return f"at least {counted(len(least['changes']), 'change')}, {named}"


def _costs(answer: Summary, costs: Mapping[str, float]) -> str:
    """Say whom a change costs how much."""
    group = "parties"
    losing = sorted((amount, party) for party, amount in costs.items() if round(100 * amount) < 0)[:_MOST_NAMED]
    if not losing:
        return " at no cost to others"
    return f" ({', '.join(f'{name(answer, group, party)} {points(amount)}' for amount, party in losing)})"


def _nearest(answer: Summary, text: Mapping[str, Any]) -> str:
    respected, ignored = text["nearest"]["respected"], text["nearest"]["ignored"]
    if respected["changes"] is not None:
        if not respected["changes"]:
            return "Nothing need be changed: all asked would sign it, once patience is spent."
        named = change_words(answer, respected["changes"], _MOST_NAMED)
        return f"Nearest text that all would sign: {counted(len(respected['changes']), 'change')}, {named}."
    start = "No text is signed by all within today's red lines"
    if not respected["settled"]:
        start = "Whether any text is signed by all within today's red lines is not settled"
    if ignored["changes"] is None:
        end = "nor would any without them" if ignored["settled"] else "nor is it settled without them"
        return f"{start}; {end}."
    if not ignored["changes"]:
        return f"{start}; without them this one would."
    return f"{start}; without them {change_words(answer, ignored['changes'], 1)} would do."


def _frontier(answer: Summary, text: Mapping[str, Any]) -> str:
    found = text["frontier"]
    if found["is_on"] is None:
        return "Whether some text is better for one and worse for none is not settled."
    if found["is_on"]:
        return "No text is better for one and worse for nobody (Pareto frontier, exact)."
    party, most = max(found["gains"].items(), key=lambda item: item[1])
    gain = f"{points(most, sign=False) if points(most) != '0' else 'a little'} to {name(answer, 'parties', party)}"
    changes = counted(len(found["better"]), "change")
    return f"Not on the Pareto frontier (exact): {changes} would harm nobody and bring {gain}."


# -- afterwards ---------------------------------------------------------------------------------------------------


def _afterwards(answer: Summary, text: Mapping[str, Any]) -> str:
    found = text["lasting"]
    holds = [f"{'a year' if years == '1' else f'{years} years'} {ranged(share)}"
             for years, share in found["holds"].items()]  # fmt: skip
    said = [f"guarantees {ranged(found['guarantees'])}", _median(found), f"it holds {', '.join(holds)}"]
    if text["votes"]:
        cast = [f"{brief(clean(vote['by']), 18)} {ranged(vote['passes'])}" for vote in text["votes"]]
        said.append(f"votes pass: {cut(cast, 4)}")
    return f"If signed (of 100, in brackets over the inputs): {'; '.join(said)}."


def _median(found: Mapping[str, Any]) -> str:
    years = found["median_years"]
    if years["at_medians"] is None:
        return "nothing breaks it"
    ends = [f"{years[key]:.1f}" if years[key] is not None else "never" for key in ("p05", "p95")]
    middle = f"{years['at_medians']:.1f}"
    spread = "" if ends == [middle, middle] else f" ({ends[0]} to {ends[1]})"
    return f"half break in {middle} years{spread}"
