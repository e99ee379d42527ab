"""Meetings in sentences: rounds of talks, signatures, votes and breaches of one history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negosim.report.writing import Summary, agreement_name, clean, counted, listed, long_date, name, option_name

Entry = Mapping[str, Any]
EntryText = tuple[str, list[str]]
"""A headline and the lines below it."""

_FINE = 0.01
"""Differences below this are written to three digits."""

_LEAST = 0.0005


def opened(story: Summary, entry: Entry) -> EntryText:
    """Tell of talks that open, or go on."""
    if entry["kind"] == "talks_resume":
        return f"Talks go on: {_track(story, entry)}.", []
    if not entry["moves"]:
        return f"Talks open: {_track(story, entry)}. The first draft is the status quo.", []
    return f"Talks open: {_track(story, entry)}. The first draft would move:", _changes(story, entry["moves"])


def rounds(story: Summary, entry: Entry) -> EntryText:
    """Tell of rounds without a signature."""
    track, count = _track(story, entry), entry["rounds"]
    until = f" up to {long_date(entry['until'])}" if count > 1 else ""
    if not entry["put"]:
        held = counted(count, "round")
        return f"{track}: {held}{until} without a text that could be put to the parties.", []
    lines = [_refusal(story, refusal, count) for refusal in entry["refusals"]]
    if count == 1:
        said = "the text changes" if entry["changes"] else "the text as it stands"
        if entry["by"]:
            said = f"{name(story, 'parties', entry['by'])} makes {'an' if entry['changes'] else 'the same'} offer"
        return f"{track}: {said}; refused.", [*_changes(story, entry["changes"]), *lines]
    thing = "offers" if entry["by"] else "text"
    moving = f"the {thing} going to and fro" if entry["swings"] else f"the same {thing}"
    swings = [
        f"{name(story, 'issues', issue)}: between {_listed(story, issue, options)}"
        for issue, options in entry["swings"].items()
    ]
    return f"{track}: {counted(count, 'further round')}{until}, {moving}; refused.", [*swings, *lines]


def signed(story: Summary, entry: Entry) -> EntryText:
    """Tell of a signature and its terms."""
    offer = f", as {name(story, 'parties', entry['by'])} offers it" if entry["by"] else ""
    ways = [
        *(["between two rounds"] if entry["between_rounds"] else []),
        *(["under pressure"] if entry["pressed"] else []),
        *(["in force at once"] if entry["in_force"] else []),
    ]
    said = f"Signed: {_track(story, entry)}{offer}{', ' + listed(ways) if ways else ''}. The terms:"
    last = [f"Last change: {line}" for line in _changes(story, entry["changes"])]
    terms = [
        f"{name(story, 'issues', issue)}: {_option(story, issue, option)}"
        for issue, option in entry["terms"].items()
        if issue in entry["moved"]
    ]
    left = [
        f"{name(story, 'issues', issue)} ({_option(story, issue, option)})"
        for issue, option in entry["terms"].items()
        if issue not in entry["moved"]
    ]
    as_it_is = [f"Left as it is: {'; '.join(left)}"] if left else []
    return said, [*terms, *as_it_is, *last, *(_signs(story, party) for party in entry["parties"])]


def agreement(story: Summary, entry: Entry) -> EntryText:
    """Tell what becomes of a signed text, or of an agreement."""
    track = _track(story, entry)
    match entry["kind"]:
        case "awaits_votes":
            votes = [f"{_body(story, vote)}, due on {long_date(vote['on'])}" for vote in entry["votes"]]
            return f"The text awaits its ratification by {'; '.join(votes)}.", []
        case "vote":
            return _vote(story, entry)
        case "truce":
            return f"The fighting stops until the votes on {track}: a truce without terms.", []
        case "truce_over":
            return f"The truce of {track} is over, and the fighting goes on.", _closed(entry)
        case "text_lapses":
            return f"The text signed in {track} lapses before its votes: such talks are over.", []
        case "in_force":
            return f"Ratified: {track} comes into force, a {agreement_name(entry['agreement'])}.", []
        case "deadline_passes":
            left = f"{100 * entry['left']:.3g} %"
            return f"The deadline of {track} passes unsigned; {left} of its stated credibility is left.", []
        case _:
            cause = {
                "time": "breaks down",
                "choice": "is broken by choice: a party gains more without it",
                "event": "is broken by the event",
            }[entry["cause"]]
            day = f" on {long_date(entry['on'])}" if entry["on"] != entry["date"] else ""
            broken = "truce" if entry["agreement"] == "truce" else agreement_name(entry["agreement"])
            return f"The {broken} of {track} {cause}{day}.", _closed(entry)


def _vote(story: Summary, entry: Entry) -> EntryText:
    """Report a vote, and what one that is lost has taught."""
    value, no_deal = digits(entry["value"], entry["no_deal"])
    gain, threshold = digits(entry["value"] - entry["no_deal"], entry["threshold"])
    party, voter = name(story, "parties", entry["party"]), name(story, "parties", entry["votes_as"])
    whose = "" if party == voter else f" to {voter}"
    decided = (entry["value"] - entry["no_deal"] >= entry["hurdle"]) != entry["approved"]
    mood = "; its mood decides" if decided else ""
    words = f"{_track(story, entry)} (value{whose} {value}, no deal {no_deal}, hurdle {entry['hurdle']:.2f}{mood})"
    if entry["approved"]:
        return f"{capital(_body(story, entry))} approves {words}.", []
    lines = [f"The vote asked for a gain of {threshold}{whose}; the text brings {gain}."]
    if entry["memory_days"] > 0:
        lines.append(
            f"{party} now asks for a gain of at least {threshold}{whose}; the lesson fades until the next vote."
        )
    return f"{capital(_body(story, entry))} rejects {words}.", lines


def _closed(entry: Entry) -> list[str]:
    """Say until when talks are closed."""
    until = entry["closed_until"]
    return [f"Its talks are closed until {long_date(until)}."] if until else []


def capital(text: str) -> str:
    """Return a text as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def _track(story: Summary, entry: Entry) -> str:
    return f'"{name(story, "tracks", entry["track"])}"'


def _option(story: Summary, issue: str, option: str) -> str:
    return f'"{option_name(story, issue, option)}"'


def _listed(story: Summary, issue: str, options: Sequence[str]) -> str:
    return listed([_option(story, issue, option) for option in options])


def _body(story: Summary, vote: Entry) -> str:
    return f"{clean(vote['by'])} ({name(story, 'parties', vote['party'])})"


def _changes(story: Summary, changes: Sequence[Entry]) -> list[str]:
    return [
        f"{name(story, 'issues', change['issue'])}: "
        f"{_option(story, change['issue'], change['from'])} -> {_option(story, change['issue'], change['to'])}"
        for change in changes
    ]


def _refusal(story: Summary, refusal: Entry, rounds: int) -> str:
    """Say who refuses, over what, and by how much the text falls short."""
    party, issue = name(story, "parties", refusal["party"]), name(story, "issues", refusal["over"])
    first, last, often = refusal["first"], refusal["last"], refusal["rounds"]
    if refusal["red_line"]:
        option = _option(story, refusal["over"], last["option"])
        over = f"{option} ({issue}) crosses its red line"
    else:
        over = issue
    if rounds == 1:
        joint = ": " if refusal["red_line"] else " over "
        return f"{party} refuses{joint}{over}; {_reckoning(first, line=refusal['red_line'])}."
    every = f"all {rounds}" if often == rounds else f"{often} of {rounds}"
    joint = ": " if refusal["red_line"] else ", over "
    if often == 1:
        return f"{party} refuses in {every}{joint}{over}; {_reckoning(first, line=refusal['red_line'])}."
    return f"{party} refuses in {every}{joint}{over}; at first {_gap(first)}, at last {_gap(last)}."


def _reckoning(numbers: Entry, *, line: bool) -> str:
    value, asks, leaves = _measures(numbers)
    words = f"value {value}, asks for {asks}: {_gap(numbers)}; {leaves}"
    foresees = numbers["short"] <= 0 and not line
    return f"{words}, but it expects the text to be voted down" if foresees else words


def _measures(numbers: Entry) -> tuple[str, str, str]:
    """Return what a text is worth, what is asked for in which mood, and what no deal leaves.

    Under pressure a refusal leaves less; bodies that must approve ask for more.
    """
    differs = abs(numbers["no_deal"] - numbers["reservation"]) >= _LEAST
    in_a_mood = abs(numbers["aspiration"] - numbers["asks"]) >= _LEAST
    names = ("value", "asks", "no_deal", *(["reservation"] if differs else []), *(["aspiration"] if in_a_mood else []))
    shown = dict(zip(names, digits(*(numbers[name] for name in names)), strict=True))
    asks, leaves = shown["asks"], f"no deal {shown['no_deal']}"
    if in_a_mood:
        asks += f" (aspiration {shown['aspiration']}, mood {numbers['mood']:+z.1f})"
    if differs and numbers["reservation"] < numbers["no_deal"]:
        leaves += f", a refusal leaves {shown['reservation']}"
    elif differs:
        leaves += f", {shown['reservation']} with what its bodies will ask"
    return shown["value"], asks, leaves


def _gap(numbers: Entry) -> str:
    """Say by how much a text falls short of what a party asks, or exceeds it."""
    short = numbers["short"]
    size = f"{abs(short):.{2 if abs(short) >= _FINE else 3}f}"
    if abs(short) < _LEAST:
        return "just what it asks"
    return f"{size} short" if short > 0 else f"{size} to spare"


def _signs(story: Summary, party: Entry) -> str:
    value, asks, leaves = _measures(party)
    words = f"value {value}, asks for {asks}, {leaves}; the terms are {party['worth']:.2f} of its own ideal"
    return f"{name(story, 'parties', party['party'])} signs: {words}."


def digits(*numbers: float) -> list[str]:
    """Return numbers with as many digits as it takes to tell them apart."""
    close = any(0 < abs(one - other) < _FINE for at, one in enumerate(numbers) for other in numbers[at + 1 :])
    return [f"{number:z.{3 if close else 2}f}" for number in numbers]
