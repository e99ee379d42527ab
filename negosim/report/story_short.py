"""One simulated history on one screen: how it ends, what happened in it, and who refused over what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console

from negosim.report import meetings
from negosim.report.meetings import Entry, capital
from negosim.report.prose import prose
from negosim.report.screen import print_fitting
from negosim.report.story import end_lines, entry_text
from negosim.report.terminal import head
from negosim.report.text_words import brief
from negosim.report.writing import Summary, clean, counted, listed, made_by, name, option_name, short_name

_MOST = 26
"""Entries that are shown at most; fewer where the screen is full."""

_LEAST = 3
_MARGIN = len("2025-01-01  ")
_TITLE, _ISSUE, _OPTION = 44, 40, 36
"""Characters of a title of talks, an issue and an option."""

_TERMS, _REFUSERS = 3, 2
"""Terms of a signed text, and parties of a track, that are named."""

_WEIGHT = {"signed": 0, "in_force": 0, "breach": 0, "truce": 0, "truce_over": 0, "victory": 0, "faded": 0, "vote": 0,
           "text_lapses": 0, "event": 2, "deadline_passes": 2, "talks_open": 2, "red_line_lifts": 3,
           "stalemate": 3, "stock": 3}  # fmt: skip
"""What is shown first where not all has room: what makes and breaks agreements, then what moves the talks."""

_LIMITED = 1
"""The weight of what makes and breaks limited deals: they come and go."""


def print_short(story: Summary, console: Console, file: str = "FILE", others: Sequence[int] = ()) -> None:
    """Print one trial on one screen.

    Parameters
    ----------
    story : as `negosim.experiments.replay.replay.replayed` gives it.
    console : where to print; reads well from 80 columns, with or without colour.
    file : how the scenario was named, for the command to type next.
    others : further trials of the kind that was looked for.
    """
    sizes = range(_MOST, _LEAST - 1, -1)
    print_fitting(console, sizes, lambda where, most: _print(story, where, file, others, most))


def _print(story: Summary, console: Console, file: str, others: Sequence[int], most: int) -> None:
    (title, style), *rest = head(story)
    prose(console, title, style)
    for text, _ in rest:
        prose(console, text, hanging=2)
    console.print()
    ends, *costs = end_lines(story)
    prose(console, f"Trial {story['run']['trial']}, seed {story['run']['seed']}: {ends[:1].lower()}{ends[1:]}", "bold")
    for line in costs[:2]:
        prose(console, line, hanging=2)
    prose(console, "One history shows what can happen, not how often.", "dim")
    console.print()
    _print_entries(story, console, most)
    refused = list(_refused(story))
    if refused:
        console.print()
        prose(console, f"Refused: {'; '.join(refused)}.", hanging=2)
    again = f"negosim replay {file} --trial {story['run']['trial']} --full"
    prose(console, f"Next: {again} (every round, with what each party asks)", hanging=2)
    if others:
        prose(console, f"Others of the kind: trials {', '.join(map(str, others))}", hanging=2)
    prose(console, f"Scenario {clean(story['scenario']['sha256'])[:12]}, {made_by(story['run'])}", "dim")


def _print_entries(story: Summary, console: Console, most: int) -> None:
    worthy = [entry for entry in story["story"] if entry["kind"] in _WEIGHT]
    chosen = sorted(range(len(worthy)), key=lambda at: (_weight(story, worthy[at]), at))[:most]
    before = None
    for at in sorted(chosen):
        entry = worthy[at]
        date = "" if entry["date"] == before else entry["date"]
        before = entry["date"]
        loud = _weight(story, entry) == 0
        prose(console, _words(story, entry), "bold" if loud else "", indent=_MARGIN, before=date)
        if entry["kind"] == "signed" and loud:
            prose(console, _terms(story, entry), indent=_MARGIN, hanging=2)
    if len(worthy) > len(chosen):
        left = counted(len(worthy) - len(chosen), "lesser entry", "lesser entries")
        prose(console, f"And {left}: see --full.", indent=_MARGIN)


def _weight(story: Summary, entry: Entry) -> int:
    """Return how late an entry is left out: the lower, the later."""
    limited = entry.get("agreement") == "limited" or story["labels"]["kinds"].get(entry.get("track")) == "limited"
    weight = _WEIGHT[entry["kind"]]
    return _LIMITED if not weight and limited else weight


def _words(story: Summary, entry: Entry) -> str:
    """Return an entry in one sentence."""
    track = f'"{brief(name(story, "tracks", entry["track"]), _TITLE)}"' if "track" in entry else ""
    match entry["kind"]:
        case "signed":
            return f"Signed: {track}{', in force at once' if entry['in_force'] else ', awaits votes'}."
        case "in_force":
            return f"In force: {track}."
        case "vote":
            verb = "approves" if entry["approved"] else "rejects"
            return f"{capital(clean(entry['by']))} ({name(story, 'parties', entry['party'])}) {verb} {track}."
        case "talks_open":
            return f"Talks open: {track}."
        case "red_line_lifts":
            option = brief(option_name(story, entry["issue"], entry["option"]), _TITLE)
            return f'A red line of {name(story, "parties", entry["party"])} lifts: "{option}".'
        case "stalemate":
            return entry_text(story, entry)[0].partition(": ")[0] + "."
        case "breach" if entry["cause"] == "time" and entry["agreement"] != "truce":
            return f"Broken down: {track}."
        case "breach":
            return meetings.agreement(story, entry)[0]
        case _:
            return entry_text(story, entry)[0]


def _terms(story: Summary, entry: Entry) -> str:
    moved = [issue for issue in entry["terms"] if issue in entry["moved"]]
    said = [f'"{brief(option_name(story, issue, entry["terms"][issue]), _OPTION)}"' for issue in moved[:_TERMS]]
    more = [f"{len(moved) - _TERMS} more"] if len(moved) > _TERMS else []
    return f"Terms: {listed([*said, *more])}." if said else "Terms: the status quo."


def _refused(story: Summary) -> Iterator[str]:
    """Say for each track in how many rounds a text was refused, by whom most often, and over what."""
    rounds: Counter[str] = Counter()
    refusals: dict[str, Counter[str]] = {}
    issues: dict[tuple[str, str], Counter[str]] = {}
    for entry in story["story"]:
        if entry["kind"] == "rounds" and entry["put"]:
            track = entry["track"]
            rounds[track] += entry["rounds"]
            for refusal in entry["refusals"]:
                refusals.setdefault(track, Counter())[refusal["party"]] += refusal["rounds"]
                over = issues.setdefault((track, refusal["party"]), Counter())
                over[refusal["over"]] += refusal["rounds"]
    for track, often in rounds.most_common(_REFUSERS):
        said = [
            f"by {short_name(story, party)} in {times}, most over "
            f'"{brief(name(story, "issues", issues[track, party].most_common(1)[0][0]), _ISSUE)}"'
            for party, times in refusals.get(track, Counter()).most_common(_REFUSERS)
        ]
        title = brief(name(story, "tracks", track), _TITLE)
        yield f'"{title}" in {counted(often, "round")}{" (" + ", ".join(said) + ")" if said else ""}'
