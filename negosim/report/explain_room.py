"""The room for agreement at the opening, in words and tables: zones, what closes them, and every issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report.layout import Section, add, stacked, table
from negosim.report.text_words import brief
from negosim.report.writing import ShareJson, Summary, clean, listed, name, option_name, share_text

_VERDICTS = {
    "closed": "NO OPENING ZONE, every option is behind a red line",
    "only_status_quo": "NO OPENING ZONE, red lines leave only today's state",
    "only_in_a_trade": "moves only in a trade",
    "moves_by_itself": "can move by itself",
}
_ISSUE = 40
"""Characters of an issue beside its option."""

_ANSWERS = {True: "a zone", False: "no zone", None: "not settled"}
_SENTENCES = {
    True: "there is one on {tracks}",
    False: "there is none on {tracks}",
    None: "it is not settled whether there is one on {tracks}",
}


def issue_name(summary: Summary, issue: str) -> str:
    """Return the title of an issue with its id, by which overrides name it."""
    title = name(summary, "issues", issue)
    return title if title == clean(issue) else f"{title} ({clean(issue)})"


def opening_words(summary: Summary) -> str:
    """Say for each track whether there is a zone at the opening, and which issues have none."""
    tracks = summary["zones"]["tracks"]
    if not tracks:
        return "The scenario has no talks in which a text could be signed."
    answers = []
    for answer, words in _SENTENCES.items():
        titles = [f'"{name(summary, "tracks", track)}"' for track, found in tracks.items()
                  if found["respected"]["at_medians"] is answer]  # fmt: skip
        answers += [words.format(tracks=listed(titles))] if titles else []
    closed = list(dict.fromkeys(issue for found in tracks.values() for issue in found["no_opening_zone"]))
    said = [
        "There is a zone of possible agreement where everybody whose consent a text needs prefers it to no deal. At "
        f"the opening, with every input at its median, {'; '.join(answers)}."
    ]
    if closed:
        titles = [f'"{name(summary, "issues", issue)}"' for issue in closed]
        said.append(f"Red lines leave no opening zone on {listed(titles)}.")
    return " ".join(said)


def room(summary: Summary) -> Section:
    """Return for each track whether there is a zone, the issues without one, and what closes it."""
    blocks: list[list[Table | Text]] = []
    said: dict[str, str] = {}
    for track, found in summary["zones"]["tracks"].items():
        grid = table("", "At the medians", "Share of drawn trials", fixed=(1, 2))
        for key, words in (("respected", "Red lines respected"), ("ignored", "Red lines ignored")):
            add(grid, words, _ANSWERS[found[key]["at_medians"]], _share(found[key]["share"]))
        blocks.append([Text(name(summary, "tracks", track), style="bold"), grid])
        listings = [listing for listing in (_without(summary, found), *_closing(summary, found)) if listing[0]]
        first = said.setdefault(repr(listings), track)
        if first != track and any(lines for _, lines in listings):
            blocks.append([Text(f'Closed by the same issues and red lines as "{name(summary, "tracks", first)}".')])
        else:
            blocks += [_listed(head, lines) for head, lines in listings]
    caption = (
        "Is there a text that everybody whose consent it needs prefers to no deal, before any event, with pressure and "
        "noise of judgement left aside? Exact with every uncertain input at its median; beside it the share of "
        f"{summary['drawn']['trials']} drawn trials, with 95 % interval. {summary['zones']['definition']}"
    )
    return Section("Room for agreement at the opening", caption, stacked(blocks))


def _share(share: ShareJson) -> str:
    """Return a share; its upper end counts the trials in which it is not proven either way."""
    undecided = f", undecided in {100 * share['undecided']:.1f} %" if share["undecided"] else ""
    return f"{share_text(share)}{undecided}"


def _listed(head: str, lines: list[str]) -> list[Table | Text]:
    grid = table("", "", fixed=(0,))
    for line in lines:
        add(grid, "-", line)
    return [Text(head), grid] if lines else [Text(head)]


Heading = tuple[str, list[str]]
"""A sentence, and what is listed below it."""


def _without(summary: Summary, found: Mapping[str, Any]) -> Heading:
    closed = [
        f"{name(summary, 'issues', issue)}: {_VERDICTS[found['issues'][issue]['zone']].partition(', ')[2]}"
        for issue in found["no_opening_zone"]
    ]
    return ("Issues with no opening zone:", closed) if closed else ("Every issue has an opening zone.", [])


def _closing(summary: Summary, found: Mapping[str, Any]) -> list[Heading]:
    """Say which red lines close the zone, or who falls short where they do not."""
    respected, ignored = found["respected"], found["ignored"]
    if respected["at_medians"] is not False:
        return [(_margins(summary, respected, "The most even text within the red lines"), [])]
    if ignored["at_medians"] is False:
        nearest = _margins(summary, ignored, "The text that comes nearest")
        return [(f"No red line closes it: without them there is no zone either. {nearest}", [])]
    opened = found["opened_by"]
    size = len(opened["larger"][0]) if opened["larger"] else 0
    sets = [
        ("Closed by red lines. Lifting one opens it:", [_line(summary, line) for line in opened["single"]]),
        (
            "Or lifting two at once:" if opened["single"] else "Closed by red lines. Lifting two at once opens it:",
            [_pair(summary, pair) for pair in opened["pairs"]],
        ),
        (
            f"Closed by red lines. Lifting {size} at once opens it:",
            [_lines(summary, chosen) for chosen in opened["larger"]],
        ),
    ]
    lines = [(head, listing) for head, listing in sets if listing]
    more = [(f"More than {_counted(opened)} such sets were found; the rest is not listed.", list[str]())]
    return [
        *lines,
        *(more if opened["more"] else []),
        (_margins(summary, ignored, "Without red lines the most even text"), []),
    ]


def _counted(opened: Mapping[str, Any]) -> int:
    return len(opened["single"]) + sum(len(pair["with"]) for pair in opened["pairs"]) + len(opened["larger"])


def _line(summary: Summary, line: Mapping[str, str]) -> str:
    """Return a red line in words, with its issue."""
    return f"{name(summary, 'parties', line['party'])} against {_option(summary, line)}"


def _option(summary: Summary, line: Mapping[str, str]) -> str:
    issue = brief(name(summary, "issues", line["issue"]), _ISSUE)
    return f'"{option_name(summary, line["issue"], line["option"])}" ({issue})'


def _pair(summary: Summary, pair: Mapping[str, Any]) -> str:
    one = len(pair["with"]) == 1
    return f"{_line(summary, pair['line'])}, and {'' if one else 'one of '}{_lines(summary, pair['with'])}"


def _lines(summary: Summary, lines: Sequence[Mapping[str, str]]) -> str:
    """Return red lines by party."""
    grouped: dict[str, list[str]] = {}
    for line in lines:
        grouped.setdefault(name(summary, "parties", line["party"]), []).append(_option(summary, line))
    return "; ".join(f"{party} against {', '.join(options)}" for party, options in grouped.items())


def _margins(summary: Summary, found: Mapping[str, Any], words: str) -> str:
    """Say how far above or below no deal a text leaves those who must consent to it."""
    if found["gains"] is None:
        return ""
    amounts = listed([f"{gain:+.2f} to {name(summary, 'parties', party)}" for party, gain in found["gains"].items()])
    return f"{words} is worth, against no deal, {amounts}."


def issues(summary: Summary) -> Section:
    """Return every issue with its options: for whom each is best, and behind whose red line it stands."""
    blocks: list[list[Table | Text]] = []
    for issue, options in summary["labels"]["options"].items():
        status_quo = summary["status_quo"][issue]
        grid = table("", "Option", "Best for", "Behind a red line of", fixed=(0,))
        for option in options:
            mark, words = "*" if option == status_quo else "", option_name(summary, issue, option)
            add(grid, mark, words, ", ".join(_fans(summary, issue, option)), ", ".join(_behind(summary, issue, option)))
        blocks.append([Text(issue_name(summary, issue), style="bold"), *_verdicts(summary, issue), grid])
    caption = (
        "What the parties want and will not sign. * is what holds today; in brackets stands how long a red line lasts "
        f"on average before it lifts. {summary['zones']['moves']}"
    )
    return Section("The issues", caption, stacked(blocks))


def _fans(summary: Summary, issue: str, option: str) -> list[str]:
    return [
        name(summary, "parties", key)
        for key, party in summary["parties"].items()
        if party["ideal"].get(issue) == option
    ]


def _behind(summary: Summary, issue: str, option: str) -> list[str]:
    return [
        f"{name(summary, 'parties', key)} ({line['lifts']})"
        for key, party in summary["parties"].items()
        for line in party["red_lines"]
        if (line["issue"], line["option"]) == (issue, option)
    ]


def _verdicts(summary: Summary, issue: str) -> list[Text]:
    """Return what the issue comes to on each track that talks about it."""
    tracks = summary["zones"]["tracks"]
    found: dict[str, list[str]] = {}
    for track, room_ in tracks.items():
        if issue in room_["issues"]:
            found.setdefault(_VERDICTS[room_["issues"][issue]["zone"]], []).append(name(summary, "tracks", track))
    alone = len(tracks) == 1
    return [
        Text(verdict[:1].upper() + verdict[1:] if alone else f"{listed(names)}: {verdict}")
        for verdict, names in found.items()
    ]
