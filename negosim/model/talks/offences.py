"""Offences: what in a text stands in the way of its being signed, and which changes a mediator may make (model 8).

An open issue offends where its option is excluded from the texts of the track, or lies behind a live red line of
somebody whom the text asks: a signatory, or the holder of a chip that it moves. So does every combination that no text
may contain and of which an open issue is part. Modelling choice: a red line binds where its owner is asked, so that a
mediator may leave a chip where it is and write what its holder would never sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from negosim.model.consent import RedLine, asked
from negosim.model.packages import Array, Columns, Flags
from negosim.model.talks.text_changes import TIE, Chosen, Room, redrafted


@dataclass(frozen=True)
class DraftingRoom(Room):
    """The room a mediator has, who looks at whom a text asks.

    Attributes
    ----------
    status_quo : (trials, issues).
    parties : how many there are.
    signatories, holders : whom a text asks; see `negosim.model.consent.asked`.
    lines : red lines on the agenda.
    live : (trials, lines) whether each stands, at an issue that is open.
    excluded : options that no text may contain while their issue is open.
    """

    status_quo: Columns
    parties: int
    signatories: Sequence[int]
    holders: Sequence[tuple[int, int]]
    lines: Sequence[RedLine]
    live: Flags
    excluded: Columns

    def part(self, places: Columns) -> Self:
        """Return the room there is in some of the trials, by their place among them."""
        named = ("blocked", "free", "luck", "status_quo", "live")
        return replace(self, **{name: getattr(self, name)[places] for name in named})


def offending(text: Columns, room: DraftingRoom) -> Flags:
    """Tell at which open issues the option of a text offends, (trials, places on the agenda)."""
    issues = list(room.agenda.issues)
    found: Flags = np.isin(text[:, issues], room.excluded)
    consent = asked(text, room.status_quo, room.signatories, room.holders, room.parties)
    for index, line in enumerate(room.lines):
        crosses = room.live[:, index] & (text[:, line.issue] == line.column)
        found[:, issues.index(line.issue)] |= crosses & consent[:, line.party]
    return found & room.free


def offences(text: Columns, room: DraftingRoom) -> Columns:
    """Count the offences of a text, (trials,)."""
    count: Columns = np.count_nonzero(offending(text, room), axis=1)
    issues = list(room.agenda.issues)
    for combination in room.never:
        places = [issues.index(issue) for issue in combination.issues if issue in issues]
        count = count + (combination.holds(text) & room.free[:, places].any(axis=1))
    return count


@dataclass(frozen=True)
class Changes:
    """The single changes of a text.

    Attributes
    ----------
    allowed : (trials, agenda columns) whether each may be made.
    offences : (trials, agenda columns) of the text after each.
    present : (trials,) offences of the text itself.
    """

    allowed: Flags
    offences: Columns
    present: Columns


def changes(text: Columns, room: DraftingRoom) -> Changes:
    """Look at every single change of texts.

    One may be made that neither adds offences nor chooses an option that offends: one that is excluded, lies behind a
    live red line of somebody whom the changed text asks, or completes a combination that no text may contain.
    """
    agenda, present = room.agenda, offences(text, room)
    allowed = np.zeros((text.shape[0], agenda.columns.size), dtype=bool)
    after = np.zeros(allowed.shape, dtype=np.intp)
    for slot, place in enumerate(agenda.place_of.tolist()):
        changed = redrafted(text, np.full(text.shape[0], slot), agenda)
        after[:, slot] = offences(changed, room)
        chooses_badly = offending(changed, room)[:, place]
        for combination in room.never:
            if agenda.columns[slot] in combination.columns:
                chooses_badly |= combination.holds(changed)
        is_change = room.free[:, place] & (changed != text).any(axis=1)
        allowed[:, slot] = is_change & ~chooses_badly & (after[:, slot] <= present)
    return Changes(allowed, after, present)


def least_offensive_change(text: Columns, room: DraftingRoom, gains: Array) -> Chosen:
    """Choose for each trial the change a mediator makes: fewest offences first, then what gains most.

    Parameters
    ----------
    text : (trials, issues).
    gains : (trials, agenda columns) what each change gains.

    Returns
    -------
    The change, by its place among the agenda's columns, and whether it is worth making: it gains something, or leaves
    fewer offences, and then even at a loss.
    """
    single = changes(text, room)
    most = np.iinfo(np.intp).max
    fewest = np.where(single.allowed, single.offences, most).min(axis=1, initial=most)
    must = fewest < single.present
    considered = single.allowed & (~must[:, None] | (single.offences == fewest[:, None]))
    score = np.where(considered, gains + room.luck, -np.inf)
    slot = score.argmax(axis=1)
    best = score.max(axis=1)
    return slot, np.isfinite(best) & (must | (best > 2.0 * TIE))
