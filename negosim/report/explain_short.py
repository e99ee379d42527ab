"""The explanation of a scenario on one screen: where the parties stand, what closes the room, on what it rests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from negosim.report.explain_parties import chance
from negosim.report.layout import add, table
from negosim.report.prose import prose, show
from negosim.report.text_words import brief, cut, ranged
from negosim.report.writing import Summary, clean, counted, listed, long_date, made_by, name, option_name, share_text

_MOST_PARTIES, _MOST_TRACKS, _MOST_ISSUES = 8, 4, 3
_PARTY, _ISSUE, _OPTION = 34, 42, 44
"""Characters of a party, an issue and an option."""

_HASH = 12
_ROOM = {
    True: "there is room for a text that all prefer to no deal",
    False: "no text is one that all prefer to no deal",
    None: "whether any text is one that all prefer to no deal is not settled",
}


def print_short(explanation: Summary, console: Console, file: str = "FILE") -> None:
    """Print what a scenario amounts to on one screen.

    Parameters
    ----------
    explanation : as ``negosim explain --json`` prints it.
    console : where to print; reads well from 80 columns, with or without colour.
    file : how the scenario was named, for the commands to type next.
    """
    scenario, drawn = explanation["scenario"], explanation["drawn"]
    prose(console, clean(scenario["title"]), "bold")
    prose(console, f"{long_date(scenario['as_of'])} to {long_date(scenario['horizon'])}: {_size(explanation)}")
    if scenario["variant"]:
        prose(console, f"Variant: {clean(scenario['variant'])}")
    for change in explanation["overrides"]:
        prose(console, f"Changed: {clean(change['path'])} = {clean(change['new'])}", hanging=2)
    console.print()
    show(console, _parties(explanation))
    prose(console, f"  Of 100, its ideal; in brackets 5 to 95 % of {drawn['trials']} draws, and 95 % intervals.", "dim")
    console.print()
    for line in [*_tracks(explanation), *_war(explanation), _grounds(explanation)]:
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
        add(grid, brief(name(explanation, "parties", key), _PARTY), *cells, inset=2)
    more = len(explanation["parties"]) - _MOST_PARTIES
    if more > 0:
        add(grid, f"  and {more} more", *[""] * len(heads))
    return grid


def _tracks(explanation: Summary) -> list[str]:
    """Say for each track whether there is room for agreement at the opening, and what closes it."""
    kinds, tracks = explanation["labels"]["kinds"], explanation["zones"]["tracks"]
    order = sorted(tracks, key=lambda track: ("settlement", "ceasefire", "limited").index(kinds[track]))
    said = [_track(explanation, track, tracks[track]) for track in order[:_MOST_TRACKS]]
    rest = order[_MOST_TRACKS:]
    if rest:
        titles = [f'"{name(explanation, "tracks", track)}"' for track in rest]
        said.append(f"Also {listed(titles)}: see --full.")
    return said or ["There are no talks in which a text could be signed."]


def _track(explanation: Summary, track: str, found: Mapping[str, Any]) -> str:
    respected, ignored = found["respected"], share_text(found["ignored"]["share"])
    said = (
        f'"{name(explanation, "tracks", track)}": {_ROOM[respected["at_medians"]]} '
        f"(in {share_text(respected['share'])} of draws; {ignored} without red lines)."
    )
    closed = [brief(name(explanation, "issues", issue), _ISSUE) for issue in found["no_opening_zone"]]
    if closed:
        said += f" No way out on {cut(closed, _MOST_ISSUES)}."
    lines = _lines(explanation, found["opened_by"])
    return f"{said} {lines}" if lines else said


def _lines(explanation: Summary, opened: Mapping[str, Any]) -> str:
    """Say how many red lines fewer would open it, with an example."""
    if opened["single"]:
        number = len(opened["single"])
        first = _line(explanation, opened["single"][0])
        return f"One red line less opens it: {first}{f', or {number - 1} others' if number > 1 else ''}."
    if opened["pairs"]:
        pair = opened["pairs"][0]
        two = listed([_line(explanation, line) for line in (pair["line"], pair["with"][0])])
        return f"Two red lines less open it, such as {two}."
    if opened["larger"]:
        return f"It takes {len(opened['larger'][0])} red lines less at once."
    return ""


def _line(explanation: Summary, line: Mapping[str, str]) -> str:
    option = brief(option_name(explanation, line["issue"], line["option"]), _OPTION)
    return f'{name(explanation, "parties", line["party"])} against "{option}"'


def _war(explanation: Summary) -> list[str]:
    war = explanation["war"]
    if not war:
        return []
    first = war["between"][0]
    who = name(explanation, "parties", first)
    beliefs = [
        f"{chance(belief['win'][first])} by {name(explanation, 'parties', side)}"
        for side, belief in war["beliefs"].items()
    ]
    truth = chance(war["win"][first])
    return [f"A war fought to the end is given to {who} in {listed(beliefs)}; by the scenario's own drift in {truth}."]


def _grounds(explanation: Summary) -> str:
    total = explanation["inputs"]["total"]
    stated = sum(total[key] for key in ("source", "judgement", "nothing"))
    return (
        f"Of {stated} numbers and red lines {total['source']} name a source, {total['judgement']} are judgement and "
        f"{total['nothing']} say nothing; {total['uncertain']} are ranges. "
        f"{counted(len(explanation['defaults']), 'default')} filled in."
    )
