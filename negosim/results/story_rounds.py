"""Folding: a round that brings nothing new is reported together with those around it.

New is an option that was not in any text of the track before, or a party that refuses over something it did not refuse
over before. A single text goes back and forth as the mediator's estimates do, and a refusal by a hair comes and goes
with moods; reported one by one they would hide what moves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from negosim.engine.plan import Plan
from negosim.engine.record.trace import Answer, Opened, Package, Round

Entry = dict[str, Any]


@dataclass
class StoryTable:
    """What has been on the table of a track, and the entry that further rounds are folded into.

    Attributes
    ----------
    text, status_quo : as they last were.
    seen : columns that have been in a text.
    refused : who has refused over what: party, issue, whether a red line.
    folded : the entry under way.
    """

    text: Package | None = None
    status_quo: Package | None = None
    seen: set[int] = field(default_factory=set)
    refused: set[tuple[int, int | None, bool]] = field(default_factory=set)
    folded: Entry | None = None

    def open(self, opened: Opened) -> None:
        """Put the draft on the table with which talks open or go on."""
        self.text, self.status_quo = opened.draft, opened.status_quo
        self.folded = None
        if not opened.again:
            self.seen.update(opened.draft)

    def note(self, held: Round) -> None:
        """Take note of what is on the table after a round."""
        self.text, self.status_quo = held.text, held.status_quo
        self.seen.update(held.text)


def fold(plan: Plan, table: StoryTable, held: Round) -> Entry | None:
    """Return the entry that a round without a signature begins, or None if it goes into the one under way."""
    refusals = {(answer.party, answer.over, answer.crosses) for answer in held.answers if not answer.accepts}
    first = not table.refused and table.folded is None
    new = first or bool(set(held.text) - table.seen) or bool(refusals - table.refused)
    under_way = table.folded
    if new or under_way is None or under_way["new"] or under_way["put"] != held.put:
        under_way = _begun(plan, held, new=new)
        table.folded = under_way
        begun = under_way
    else:
        begun = None
    _add(plan, table, under_way, held)
    table.note(held)
    table.refused |= refusals
    return begun


def changes(plan: Plan, table: StoryTable, held: Round) -> list[Entry]:
    """Return what has changed in a text since the last, issue by issue.

    What a text leaves at the status quo of the day goes with it: terms of a limited deal, or the front, change no text.
    """
    if table.text is None or table.status_quo is None:
        return []
    before = tuple(
        now if issue in held.closed or (old == quo and now == held.status_quo[issue]) else old
        for issue, (old, quo, now) in enumerate(zip(table.text, table.status_quo, held.text, strict=True))
    )
    return differences(plan, before, held.text)


def differences(plan: Plan, before: Package, after: Package) -> list[Entry]:
    """Return the issues at which two packages differ."""
    return [
        {"issue": plan.issues[issue], "from": option(plan, old), "to": option(plan, new)}
        for issue, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    ]


def option(plan: Plan, column: int) -> str:
    """Return the id of an option by its column."""
    issue = int(plan.issue_of[column])
    return plan.options[issue][column - int(plan.slots[issue].start)]


def answered(plan: Plan, answer: Answer) -> Entry:
    """Return what a party made of a text, in numbers."""
    return {
        "party": plan.parties[answer.party],
        "worth": answer.worth,
        "value": answer.value,
        "asks": answer.ask,
        "aspiration": answer.aspiration,
        "mood": answer.mood,
        "no_deal": answer.no_deal,
        "reservation": answer.reservation,
        "short": answer.ask - answer.value,
    }


def proposer(plan: Plan, held: Round) -> str | None:
    """Return the party whose offer the text is, None where a mediator drafts."""
    return None if held.proposer is None else plan.parties[held.proposer]


def _begun(plan: Plan, held: Round, *, new: bool) -> Entry:
    return {
        "date": plan.ticks.date(held.tick).isoformat(),
        "kind": "rounds",
        "track": plan.tracks[held.track].id,
        "new": new,
        "put": held.put,
        "by": proposer(plan, held),
        "until": None,
        "rounds": 0,
        "changes": [],
        "swings": {},
        "refusals": [],
        "each": [],
    }


def _add(plan: Plan, table: StoryTable, entry: Entry, held: Round) -> None:
    """Add a round to an entry."""
    changed = changes(plan, table, held)
    entry["until"] = plan.ticks.date(held.tick).isoformat()
    entry["rounds"] += 1
    if entry["rounds"] == 1:
        entry["changes"] = changed
    for change in changed:
        swing = entry["swings"].setdefault(change["issue"], [change["from"]])
        if change["to"] not in swing:
            swing.append(change["to"])
    refusals = [_refusal(plan, answer, held) for answer in held.answers if not answer.accepts]
    for refusal in refusals:
        _count(entry["refusals"], refusal, entry["until"])
    entry["each"].append({"date": entry["until"], "by": proposer(plan, held), "changes": changed, "refusals": refusals})


def _refusal(plan: Plan, answer: Answer, held: Round) -> Entry:
    assert answer.over is not None
    return {
        **answered(plan, answer),
        "over": plan.issues[answer.over],
        "option": option(plan, held.text[answer.over]),
        "red_line": answer.crosses,
    }


def _count(refusals: list[Entry], refusal: Entry, date: str) -> None:
    """Count a refusal among those of an entry; numbers are recorded of the first and the last alike."""
    what = {key: refusal[key] for key in ("party", "over", "red_line")}
    numbers = {key: value for key, value in refusal.items() if key not in what}
    for known in refusals:
        if all(known[key] == value for key, value in what.items()):
            known |= {"rounds": known["rounds"] + 1, "last": numbers, "until": date}
            return
    refusals.append({**what, "rounds": 1, "until": date, "first": numbers, "last": numbers})
