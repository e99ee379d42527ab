"""The story of one simulated history on a terminal or in a plain pipe."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding

from negosim.report import meetings
from negosim.report.layout import INDENT, add, table
from negosim.report.meetings import Entry, EntryText, capital, digits
from negosim.report.paths import amount, path_words, span
from negosim.report.prose import prose, show
from negosim.report.terminal import head
from negosim.report.writing import Summary, clean, counted, long_date, made_by, name, option_name, party_of

DRAWS_SHOWN = 8
"""Uncertain inputs that are shown: those furthest from the middle of their distribution."""

_MARGIN = len("2025-01-01  ")
_LOUD = ("signed", "in_force", "breach", "truce", "truce_over", "victory", "faded", "vote")

_LEGEND = (
    "Values are on a scale where 0 is a party's worst package and 1 its ideal. The value of a text reckons with its "
    "breaking down; a party signs where that reaches what it asks. It asks at least what no deal is worth to it, or, "
    "where it is pressed to sign, what a refusal then leaves it: no deal less the pressure. "
    "One history shows what can happen, not how often."
)


def print_story(story: Summary, console: Console, others: Sequence[int] = ()) -> None:
    """Print what happened in one trial.

    Parameters
    ----------
    story : as `negosim.experiments.replay.replay.replayed` gives it.
    console : where to print; reads well from 80 columns, with or without colour.
    others : further trials of the kind that was looked for.
    """
    for text, style in head(story):
        prose(console, text, style)
    prose(console, f"Trial {story['run']['trial']}, seed {story['run']['seed']}")
    console.print()
    prose(console, _LEGEND + _front_legend(story))
    _draws(story, console)
    console.print()
    prose(console, "The story", "bold")
    console.print()
    before = None
    for entry in story["story"]:
        headline, lines = entry_text(story, entry)
        date = "" if entry["date"] == before else entry["date"]
        before = entry["date"]
        prose(console, headline, "bold" if entry["kind"] in _LOUD else "", indent=_MARGIN, hanging=0, before=date)
        for line in lines:
            prose(console, f"- {line}", indent=_MARGIN, hanging=2)
    console.print()
    _end(story, console)
    console.print()
    prose(console, f"Scenario {clean(story['scenario']['sha256'])[:12]}, {made_by(story['run'])}", "dim")
    if others:
        console.print()
        prose(console, f"Others of the kind: trials {', '.join(map(str, others))}.", "dim")


def entry_text(story: Summary, entry: Entry) -> EntryText:
    """Return an entry in words: a headline, and the lines below it."""
    match entry["kind"]:
        case "front" | "stalemate":
            return _front(story, entry) if entry["kind"] == "front" else _stalemate(story, entry)
        case "event":
            return _event(story, entry)
        case "red_line_lifts":
            return f"A red line of {_party(story, entry['party'])} lifts: {_option(story, entry)}.", []
        case "status_quo":
            return f"With the front the status quo changes: {_moves(story, entry)}.", []
        case "stock":
            state = "has run out" if entry["empty"] else "is no longer empty"
            return f"{capital(name(story, 'stocks', entry['stock']))} {state}.", []
        case "talks_open" | "talks_resume":
            return meetings.opened(story, entry)
        case "rounds":
            return meetings.rounds(story, entry)
        case "signed":
            return meetings.signed(story, entry)
        case "victory":
            return f"The war is won by {_party(story, entry['party'])}.", []
        case "faded":
            return "The fighting fades out without a text.", []
        case _:
            return meetings.agreement(story, entry)


def _front_legend(story: Summary) -> str:
    between = [_party(story, party) for party in story["scenario"]["between"]]
    if not between:
        return ""
    return f" The front stands at +1 when {between[0]} has won and at -1 when {between[1]} has."


def _draws(story: Summary, console: Console) -> None:
    draws = story["draws"]
    if not draws:
        return
    console.print()
    prose(console, "How the uncertain inputs came out", "bold")
    shown = draws[:DRAWS_SHOWN]
    if len(shown) < len(draws):
        caption = f"The {len(shown)} of {counted(len(draws), 'uncertain input')} furthest from their middle"
        prose(console, f"{caption}; --json lists them all.", "dim", indent=INDENT)
    console.print()
    grid = table("Input", "Drawn", "Nine draws in ten lie in", "Higher than", fixed=(1, 2, 3))
    for draw in shown:
        value, low, high = (amount(draw[key], days=draw["days"]) for key in ("value", "low", "high"))
        add(grid, path_words(story, draw["path"]), value, f"{low} to {high}", f"{100 * draw['place']:.0f} % of draws")
    show(console, Padding(grid, (0, 0, 0, INDENT), expand=False))


def _front(story: Summary, entry: Entry) -> EntryText:
    believed = ", ".join(f"{_party(story, party)} {drift:+z.2f}" for party, drift in entry["beliefs"].items())
    where = f"The front stands at {entry['front']:+z.2f}"
    drifts = f"Its true drift is {entry['drift']:+z.2f} a year; the parties believe in: {believed}"
    worth = "; ".join(
        f"{value:z.2f} to {_party(story, party)} (status quo {entry['status_quo'][party]:z.2f})"
        for party, value in entry["war"].items()
    )
    return f"{where}. {drifts}.", [f"Fighting on is worth {worth}."]


def _stalemate(story: Summary, entry: Entry) -> EntryText:
    party = _party(story, entry["party"])
    war, status_quo = digits(entry["war"], entry["status_quo"])
    worth = f"fighting on is worth {war} to it, the status quo {status_quo}"
    if entry["changes"] == 1:
        enters = "enters" if entry["date"] != story["scenario"]["as_of"] else "begins in"
        verb = enters if entry["hurting"] else "is no longer in"
        return f"{party} {verb} a hurting stalemate: {worth}.", []
    last = "in one" if entry["hurting"] else "out of it"
    until = f"up to {long_date(entry['until'])}"
    return f"{party} wavers in and out of a hurting stalemate {until}, and is then {last}: {worth}.", []


def _event(story: Summary, entry: Entry) -> EntryText:
    lines = [line for line in (_effect(story, effect) for effect in entry["effects"]) if line]
    nothing = "" if lines or any(effect["effect"] == "breaks" for effect in entry["effects"]) else " (nothing changes)"
    return f"{capital(name(story, 'events', entry['event']))}{nothing}.", lines


def _effect(story: Summary, effect: Entry) -> str:
    """Say what an effect has changed; nothing where it has changed nothing."""
    match effect["effect"]:
        case "lift" | "draw":
            if effect["stood"] == (effect["effect"] == "draw"):
                return ""
            verb = "lifts" if effect["effect"] == "lift" else "is drawn"
            return f"A red line of {_party(story, effect['party'])} {verb}: {_option(story, effect)}"
        case "fix":
            return f"Settled unilaterally: {_moves(story, effect)}"
        case "breaks":
            return ""
        case "front":
            before, after = (f"{effect[key]:+z.2f}" for key in ("before", "after"))
            return f"The front jumps: {before} -> {after}" if before != after else ""
        case "refill":
            before, after = amount(effect["before"]), amount(effect["after"])
            return f"{capital(name(story, 'stocks', effect['stock']))}: {before} -> {after}"
        case _:
            return _changed(story, effect)


def _changed(story: Summary, effect: Entry) -> str:
    before, after = (amount(effect[key], days=effect["days"]) for key in ("before", "after"))
    lasting = f" for {span(effect['for_days'])}" if effect["for_days"] is not None else ""
    what = path_words(story, effect["path"])
    if effect["before"] == effect["after"]:
        return f"{what} stays at {after}{lasting} more" if lasting else ""
    return f"{what} {before} -> {after}{lasting}"


def _end(story: Summary, console: Console) -> None:
    prose(console, "How it ends", "bold")
    console.print()
    for line in end_lines(story):
        prose(console, line, indent=INDENT, hanging=2)


def end_lines(story: Summary) -> list[str]:
    """Return how a history ends: its last state, how long it went on, and its tolls, a sentence each."""
    end = story["end"]
    state = end["final_state"]
    winner = party_of(state)
    words = {"war": "The war goes on", "impasse": "The impasse stands", "faded": "The war has faded out"}
    said = f"The war is won by {_party(story, winner)}" if winner else words.get(state, f"A {clean(state)} is in force")
    over = winner or state == "faded"
    lines = [f"{said}." if over else f"{said} at the horizon of {long_date(story['scenario']['horizon'])}."]
    for key, of in (("years_of_war", "war"), ("years_of_impasse", "impasse")):
        if key in end:
            lines.append(f"Time in {of}: {amount(end[key])} years.")
    for toll, unit in ((key, story["labels"]["units"].get(key[5:], "")) for key in end if key.startswith("toll.")):
        lines.append(f"{name(story, 'tolls', toll[5:])}: {amount(end[toll])}{' ' + clean(unit) if unit else ''}.")
    return lines


def _party(story: Summary, party: str) -> str:
    return name(story, "parties", party)


def _option(story: Summary, line: Entry) -> str:
    issue, option = line["issue"], line["option"]
    return f'"{option_name(story, issue, option)}" ({name(story, "issues", issue)})'


def _moves(story: Summary, move: Entry) -> str:
    issue: str = move["issue"]
    before, after = (f'"{option_name(story, issue, move[key])}"' for key in ("from", "to"))
    return f"{name(story, 'issues', issue)}: {before} -> {after}"
