"""The explanation of a scenario on one screen: where the parties stand, what closes the room, on what it rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from negosim.report.explain_parties import chance
from negosim.report.layout import add, table
from negosim.report.prose import prose, show
from negosim.report.screen import changed, print_fitting
from negosim.report.text_words import brief, cut, ranged
from negosim.report.writing import (
    Summary,
    clean,
    counted,
    listed,
    long_date,
    made_by,
    name,
    option_name,
    share_text,
    short_name,
)

_MOST_PARTIES, _MOST_TRACKS, _MOST_ISSUES = 8, 6, 3
_TRACK, _ISSUE, _OPTION = 44, 42, 44
"""Characters of a track, an issue and an option."""

_UNSETTLED = 0.005
"""Share of the draws from which on it is said that they were not settled."""

_HASH = 12


def print_short(explanation: Summary, console: Console, file: str = "FILE") -> None:
    """Print what a scenario amounts to on one screen.

    Parameters
    ----------
    explanation : as ``negosim explain --json`` prints it.
    console : where to print; reads well from 80 columns, with or without colour.
    file : how the scenario was named, for the commands to type next.
    """
    reasons = _closed(explanation)

    def draw(where: Console, most: int) -> None:
        _print(explanation, where, file, reasons, most)

    print_fitting(console, range(len(reasons), 0, -1), draw)


def _print(explanation: Summary, console: Console, file: str, reasons: Sequence[str], most: int) -> None:
    """Print so many of the reasons that close the room, at most."""
    scenario, drawn = explanation["scenario"], explanation["drawn"]
    prose(console, clean(scenario["title"]), "bold")
    prose(console, f"{long_date(scenario['as_of'])} to {long_date(scenario['horizon'])}: {_size(explanation)}")
    new = {change["path"]: change["new"] for change in explanation["overrides"]}
    for line in changed(explanation["labels"], scenario["variant"], new):
        prose(console, line, hanging=2)
    console.print()
    show(console, _parties(explanation))
    prose(console, _reading(explanation), "dim", indent=2)
    console.print()
    if explanation["zones"]["tracks"]:
        show(console, _room(explanation))
        if unsettled := _unsettled(explanation):
            prose(console, unsettled, "dim", indent=2)
        console.print()
    left = len(reasons) - most
    more = [f"What closes the room of {counted(left, 'other track')}: see --full."] if left else []
    for line in [*reasons[:most], *more, *_war(explanation), _grounds(explanation)]:
        prose(console, f"- {line}", hanging=2)
    if explanation["notes"]:
        prose(console, f"- {counted(len(explanation['notes']), 'note')} for a careful reader: see --full.", hanging=2)
    console.print()
    commands = (f"negosim explain {file} --full", f"negosim explain {file} --calendar", f"negosim run {file}")
    prose(console, f"Next: {'; '.join(commands)}", hanging=2)
    made = f"scenario {scenario['sha256'][:_HASH]}, seed {drawn['seed']}, {made_by(drawn)}"
    prose(console, f"Not played: {made}", "dim")


def _size(explanation: Summary) -> str:
    size = explanation["size"]
    sizes = [counted(size["parties"], "party", "parties")]
    nouns = {"issues": "issue", "chips": "chip", "talks": "track", "events": "event"}
    return listed([*sizes, *(counted(size[key], noun) for key, noun in nouns.items() if size[key])])


def _parties(explanation: Summary) -> Table:
    """Return what no deal and the status quo are worth to each party, and how often a belligerent hurts."""
    has_war = explanation["war"] is not None
    heads = ["No deal", "Status quo", *(["Hurting"] if has_war else [])]
    grid = table("Worth to", *heads, fixed=range(1, len(heads) + 1))
    grid.box = None
    for key, party in list(explanation["parties"].items())[:_MOST_PARTIES]:
        cells = [ranged(party["no_deal"]), ranged(party["status_quo"])]
        if has_war:
            cells.append(share_text(party["hurting"]) if party["hurting"] else "")
        add(grid, name(explanation, "parties", key), *cells, inset=2)
    more = len(explanation["parties"]) - _MOST_PARTIES
    if more > 0:
        add(grid, f"  and {more} more", *[""] * len(heads))
    return grid


def _reading(explanation: Summary) -> str:
    """Return how to read the table of the parties."""
    said = (
        f"Of 100, its own ideal; in brackets 5 to 95 % of {explanation['drawn']['trials']} draws, and 95 % intervals."
    )
    if explanation["war"] is None:
        return said
    return f"{said} Hurting: no deal is worth less than the status quo."


def _room(explanation: Summary) -> Table:
    """Return for each track in how many draws there is room for agreement, with its red lines and without."""
    tracks = _in_order(explanation)
    grid = table("Room for a text all prefer to no deal", "With red lines", "Without them", fixed=(1, 2))
    grid.box = None
    for track in tracks[:_MOST_TRACKS]:
        found = explanation["zones"]["tracks"][track]
        shares = (share_text(found[key]["share"]) for key in ("respected", "ignored"))
        add(grid, brief(name(explanation, "tracks", track), _TRACK), *shares, inset=2)
    if len(tracks) > _MOST_TRACKS:
        add(grid, f"  and {len(tracks) - _MOST_TRACKS} more", "", "")
    return grid


def _unsettled(explanation: Summary) -> str:
    """Say in how many draws neither a text nor a proof of none was found, which the intervals count either way."""
    found = explanation["zones"]["tracks"].values()
    most = max(track[key]["share"]["undecided"] or 0.0 for track in found for key in ("respected", "ignored"))
    if most < _UNSETTLED:
        return ""
    return f"Up to {100 * most:.0f} % of draws are not settled either way: the upper ends count them as room."


def _in_order(explanation: Summary) -> list[str]:
    kinds = explanation["labels"]["kinds"]
    order = ("settlement", "ceasefire", "limited")
    return sorted(explanation["zones"]["tracks"], key=lambda track: order.index(kinds[track]))


def _closed(explanation: Summary) -> list[str]:
    """Say what closes the room of which tracks, those of like reasons together."""
    tracks = _in_order(explanation)
    if not tracks:
        return ["There are no talks in which a text could be signed."]
    reasons: dict[str, list[str]] = {}
    for track in tracks[:_MOST_TRACKS]:
        reason = _reason(explanation, explanation["zones"]["tracks"][track])
        if reason:
            reasons.setdefault(reason, []).append(f'"{brief(name(explanation, "tracks", track), _TRACK)}"')
    return [f"{listed(titles)}: {reason}" for reason, titles in reasons.items()]


def _reason(explanation: Summary, found: Mapping[str, Any]) -> str:
    closed = [f'"{brief(name(explanation, "issues", issue), _ISSUE)}"' for issue in found["no_opening_zone"]]
    blocked = [f"red lines block every change on {cut(closed, _MOST_ISSUES)}"] if closed else []
    opened = _lines(explanation, found["opened_by"])
    return f"{'; '.join([*blocked, *([opened] if opened else [])])}." if blocked or opened else ""


def _lines(explanation: Summary, opened: Mapping[str, Any]) -> str:
    """Say how many red lines would have to be lifted, with an example."""
    if opened["single"]:
        number = len(opened["single"])
        first = _line(explanation, opened["single"][0])
        return f"lifting one opens it: {first}{f', or {number - 1} others' if number > 1 else ''}"
    if opened["pairs"]:
        pair = opened["pairs"][0]
        two = listed([_line(explanation, line) for line in (pair["line"], pair["with"][0])])
        return f"lifting two opens it, such as {two}"
    if opened["larger"]:
        return f"it takes lifting {len(opened['larger'][0])} at once to open it"
    return ""


def _line(explanation: Summary, line: Mapping[str, str]) -> str:
    option = brief(option_name(explanation, line["issue"], line["option"]), _OPTION)
    return f'{short_name(explanation, line["party"])} against "{option}"'


def _war(explanation: Summary) -> list[str]:
    war = explanation["war"]
    if not war:
        return []
    first = war["between"][0]
    who = short_name(explanation, first)
    beliefs = [
        f"{chance(belief['win'][first])} as {short_name(explanation, side)} sees it"
        for side, belief in war["beliefs"].items()
    ]
    truth = chance(war["win"][first])
    truth = f"{truth} on the scenario's own drift"
    return [f"Fought to the end, the war would be won by {who} in {listed([*beliefs, truth])}."]


def _grounds(explanation: Summary) -> str:
    total = explanation["inputs"]["total"]
    stated = sum(total[key] for key in ("source", "judgement", "nothing"))
    counted_ranges = "1 is a range" if total["uncertain"] == 1 else f"{total['uncertain']} are ranges"
    return (
        f"Of {stated} numbers and red lines {total['source']} name a source, {total['judgement']} are judgement and "
        f"{total['nothing']} give no grounds; {counted_ranges}. "
        f"{counted(len(explanation['defaults']), 'default')} filled in."
    )
