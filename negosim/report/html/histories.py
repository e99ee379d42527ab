"""Three histories: which they are, how rare each is, and what happens in it."""

from __future__ import annotations

from typing import Any

from negosim.report.html.markup import Html, chart, tag
from negosim.report.html.phrases import Dossier, a, outcome, party_name, share_of_100, state_mark, upper_first
from negosim.report.meetings import Entry
from negosim.report.writing import Summary, clean, counted, long_date, name, option_name, party_of
from negosim.results.intervals import wilson

_MOST_LETTERS = 60

_HEADS = {"quickest": "Quickest", "typical": "Typical", "war": "No end", "collapse": "Collapse"}


def section(dossier: Dossier) -> Html | None:
    """Return the section; nothing where there is no history to tell."""
    stories = dossier["stories"]
    if not stories:
        return None
    many = {1: "One history", 2: "Two histories", 3: "Three histories"}.get(len(stories), f"{len(stories)} histories")
    front = dossier["summary"]["final_state"].get("war") is not None
    up = party_name(dossier["summary"], dossier["beliefs"]["side"]) if dossier["beliefs"] else ""
    line = f"Line: the front, up is the gain of {up}. Ribbon: the state." if front and up else "Ribbon: the state."
    return tag(
        "section",
        tag("h2", f"{many} out of {dossier['summary']['run']['trials']:,}"),
        tag("p", f"{line} One history shows what can happen, not how often.", class_="lead"),
        [_story(dossier, place, story) for place, story in enumerate(stories)],
        id="histories",
    )


def _story(dossier: Dossier, place: int, story: dict[str, Any]) -> Html:
    rare = rarity(dossier, story)
    events = [_event(dossier, entry) for entry in story["events"]]
    run = dossier["summary"]["run"]
    again = f"negosim replay FILE --trial {story['trial']} --seed {run['seed']}"
    listing = tag(
        "ol",
        [tag("li", f"{long_date(event['date'])}: ", event["words"]) for event in events],
        class_="events",
    )
    return tag(
        "div",
        tag("h3", tag("b", f"{_HEADS[story['role']]}: "), tag("span", rare), class_="story-title"),
        chart(
            "story",
            f"{_HEADS[story['role']]}: {rare}; its {counted(len(events), 'event')} follow as a list.",
            data_at=place,
        ),
        listing,
        tag("p", "Its story in full: ", tag("code", again), class_="note screen"),
        class_="story",
    )


def rarity(dossier: Dossier, story: dict[str, Any]) -> str:
    """Return how rare a history is, a share with its 95 % interval."""
    count, of, noun = story["count"], story["of"], outcome(dossier["summary"], dossier["main"])
    match story["role"]:
        case "quickest":
            if count == of:
                return f"all {of:,} are as quick"
            return f"no other of {of:,} is as quick" if count == 1 else f"{count:,} of {of:,} are as quick"
        case "typical":
            return f"the middle one by date of the {count:,} in which it holds"
        case "war":
            return f"in {_often(count, of)} of 100 no {noun} ever comes{_wins(dossier)}"
        case _:
            return f"of 100 histories with {a(noun)} it breaks before the last day in {_often(count, of)}"


def _often(count: int, of: int) -> str:
    return share_of_100({**wilson(count, of)})


def _wins(dossier: Dossier) -> str:
    return " and no side wins" if "war" in dossier["summary"]["final_state"] else ""


def stories(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the data of the charts."""
    return [
        {
            "head": _HEADS[story["role"]],
            "rare": rarity(dossier, story),
            "front": story["front"],
            "states": [
                {
                    "date": date,
                    "mark": state_mark(dossier["summary"], state),
                    "words": _ribbon(dossier["summary"], state),
                }
                for date, state in story["states"]
            ],
            "events": [_event(dossier, entry) for entry in story["events"]],
        }
        for story in dossier["stories"]
    ]


def _ribbon(summary: Summary, state: str) -> str:
    party = party_of(state)
    if party:
        return f"won by {party_name(summary, party)}"
    return {"war": "war", "impasse": "impasse", "faded": "faded out"}.get(state) or outcome(summary, state)


def _event(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    """Return an event of a history: date, words, and the mark that it has on the ribbon."""
    summary = dossier["summary"]
    mark, loud = "", False
    match entry["kind"]:
        case "signed":
            said = _signed(summary, entry)
            mark, loud = "deal" if entry["agreement"] != "ceasefire" else "ceasefire", True
        case "in_force":
            said, loud = f"{upper_first(outcome(summary, entry['agreement']))} in force", True
        case "breach":
            said, mark, loud = _breach(summary, entry), "breach", True
        case "red_line_lifts":
            option = option_name(summary, entry["issue"], entry["option"])
            said = f"{party_name(summary, entry['party'])} drops its line on “{_short(option)}”"
        case "event":
            said = name(summary, "events", entry["event"])
        case "victory":
            said, loud = f"{party_name(summary, entry['party'])} wins the war", True
        case "faded":
            said, loud = "The fighting fades out, no text", True
        case "vote":
            said = f"{upper_first(clean(entry['by']))} votes it down"
        case "truce":
            said, loud = "Truce until the votes", True
        case other:
            said = upper_first(clean(other.replace("_", " ")))
    return {"date": entry["date"], "words": said, "mark": mark, "loud": loud}


def _signed(summary: Summary, entry: Entry) -> str:
    """Return what is signed: by its track, which says more than its kind where there are several."""
    title = _short(name(summary, "tracks", entry["track"]))
    return f"{title}: signed" + ("" if entry["in_force"] else ", awaits votes")


def _breach(summary: Summary, entry: Entry) -> str:
    title = "Truce" if entry["agreement"] == "truce" else name(summary, "tracks", entry["track"])
    cause = entry["cause"]
    by = f" ({_short(name(summary, 'events', cause))})" if cause and cause in summary["labels"]["events"] else ""
    return f"{_short(title)}: broken{by}"


def _short(text: str) -> str:
    """Return a text that fits beside a mark, cut at a word.

    >>> _short("A short one"), _short("x" * 30 + " " + "y" * 40)
    ('A short one', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    if len(text) <= _MOST_LETTERS:
        return text
    return f"{text[:_MOST_LETTERS].rpartition(' ')[0] or text[:_MOST_LETTERS]}…"
