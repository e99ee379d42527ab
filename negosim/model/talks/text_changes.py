"""Changes of texts: which single changes of a text may be made, and what each would bring (model 8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np

from negosim.model.packages import Array, Columns, Combination, Flags, of_rows, picked, unguaranteed
from negosim.model.stakes import Stakes, Worth

TIE = 1e-9
"""Changes whose gains differ by less are ties. They are broken by luck, one draw an option and trial, not by names."""

Gains = Callable[[Columns, Columns], Array]
"""Takes texts, (n, issues), and the places of their trials, (n,); returns each change's gain, (n, agenda columns)."""

Chosen = tuple[Columns, Flags]
"""The change chosen in each trial, by its place among the agenda's columns, and whether it is worth making, (n,)."""


@dataclass(frozen=True)
class Agenda:
    """What a track talks about.

    Attributes
    ----------
    issues : indices of the issues on the agenda.
    columns : their options, side by side.
    place_of : (columns,) the place on the agenda of the issue each column belongs to.
    issue_of : (columns,) the issue each column belongs to.
    """

    issues: tuple[int, ...]
    columns: Columns
    place_of: Columns

    @property
    def issue_of(self) -> Columns:
        """The issue of each column."""
        return np.asarray(self.issues, dtype=np.intp)[self.place_of]

    def slots(self, place: int) -> slice:
        """Return where the options of the issue at a place stand among the columns."""
        first, last = np.searchsorted(self.place_of, (place, place + 1))
        return slice(int(first), int(last))

    def slot(self, column: int) -> int:
        """Return where a column stands among those of the agenda."""
        return int(np.searchsorted(self.columns, column))


@dataclass(frozen=True)
class Room:
    """What a text may contain.

    Attributes
    ----------
    agenda : what may change.
    blocked : (trials, agenda columns) options that are excluded, or behind a live red line of somebody who may have to
        consent.
    free : (trials, places on the agenda) issues that are still open.
    never : combinations that no draft may contain.
    luck : (trials, agenda columns) in [0, `TIE`), which breaks ties.
    """

    agenda: Agenda
    blocked: Flags
    free: Flags
    never: Sequence[Combination]
    luck: Array

    def part(self, places: Columns) -> Self:
        """Return the room there is in some of the trials, by their place among them."""
        return replace(self, blocked=self.blocked[places], free=self.free[places], luck=self.luck[places])


AnyRoom = TypeVar("AnyRoom", bound=Room)


# -- which changes may be made ----------------------------------------------------------------------------------------


def barred(text: Columns, room: Room) -> Flags:
    """Tell which changes of texts, (trials, issues), may not be made, (trials, agenda columns).

    Those are changes that change nothing, lead to what is blocked, or complete a combination that no draft may contain.
    """
    agenda = room.agenda
    out = room.blocked | ~room.free[:, agenda.place_of]
    out |= text[:, agenda.issues][:, agenda.place_of] == agenda.columns
    for combination in room.never:
        for issue, column in zip(combination.issues, combination.columns, strict=True):
            if issue in agenda.issues:
                out[:, agenda.slot(column)] |= combination.holds(text, aside=issue)
    return out


def untenable(text: Columns, room: Room) -> Flags:
    """Tell at which open issues a text cannot stay as it is, (trials, places on the agenda).

    What stands there is blocked, or part of a combination that no draft may contain.
    """
    agenda = room.agenda
    found = np.zeros((text.shape[0], len(agenda.issues)), dtype=bool)
    standing = (text[:, agenda.issues][:, agenda.place_of] == agenda.columns) & room.blocked
    for place, issue in enumerate(agenda.issues):
        found[:, place] = standing[:, agenda.slots(place)].any(axis=1)
        for combination in room.never:
            if issue in combination.issues:
                found[:, place] |= combination.holds(text)
    return found & room.free


def forbidden(text: Columns, free: Flags, never: Sequence[Combination]) -> Flags:
    """Tell which texts contain a combination that no draft may contain, as far as an open issue is part of it.

    Parameters
    ----------
    text, free : (trials, issues).
    """
    found = np.zeros(text.shape[0], dtype=bool)
    for combination in never:
        found |= combination.holds(text) & free[:, combination.issues].any(axis=1)
    return found


# -- what changes bring -----------------------------------------------------------------------------------------------


def values_after(text: Columns, agenda: Agenda, stakes: Stakes) -> Array:
    """Return A_i of every text that differs in one option, (trials, agenda columns, parties)."""
    utility = utilities_after(text, agenda, stakes.worth, stakes.rows)
    return stakes.values(utility, gaps_after(text, agenda, stakes.worth, stakes.rows))


def utilities_after(text: Columns, agenda: Agenda, worth: Worth, rows: Columns | None) -> Array:
    """Return u_i of every text that differs in one option, (trials, agenda columns, parties).

    Parameters
    ----------
    text : (trials, issues).
    worth, rows : what packages are worth, and (trials,) where the trials stand there; None for in turn.
    """
    present = picked(worth.table, text[:, agenda.issues], rows)
    options = of_rows(worth.table, rows)[:, agenda.columns]
    after: Array = worth.utility(text, rows)[:, None] + (options - present[:, agenda.place_of])
    for linkage, addition in zip(worth.linkages, worth.additions, strict=True):
        added, held = of_rows(addition, rows), linkage.holds(text)
        for issue, column in zip(linkage.issues, linkage.columns, strict=True):
            if issue in agenda.issues:
                after[:, agenda.slots(agenda.issues.index(issue))] -= (held[:, None] * added)[:, None]
                after[:, agenda.slot(column)] += linkage.holds(text, aside=issue)[:, None] * added
    return after


def gaps_after(text: Columns, agenda: Agenda, worth: Worth, rows: Columns | None) -> Array:
    """Return 1 - g of every text that differs in one option, (trials, agenda columns); see `utilities_after`."""
    after = np.tile(worth.unguaranteed(text, rows)[:, None], agenda.columns.size)
    for place, issue in enumerate(agenda.issues):
        if issue in worth.guarding:
            others = unguaranteed(worth.gaps, text, [other for other in worth.guarding if other != issue], rows)
            slots = agenda.slots(place)
            after[:, slots] = others[:, None] * of_rows(worth.gaps, rows)[:, agenda.columns[slots]]
    return after


# -- making them ------------------------------------------------------------------------------------------------------


def best_change(text: Columns, room: Room, gains: Array) -> Chosen:
    """Choose for each trial the change that gains most.

    Parameters
    ----------
    text : (trials, issues).
    gains : (trials, agenda columns) what each change gains; -inf for one that may not be made.

    Returns
    -------
    The change, by its place among the agenda's columns, and whether it is worth making: it gains something, or the text
    cannot stay as it is. Then only changes where it cannot are made.
    """
    allowed: Flags = ~barred(text, room)
    forced: Flags = allowed & untenable(text, room)[:, room.agenda.place_of]
    must: Flags = np.any(forced, axis=1)
    score = np.where(np.where(must[:, None], forced, allowed), gains + room.luck, -np.inf)
    slot = score.argmax(axis=1)
    best = score.max(axis=1)
    return slot, np.isfinite(best) & (must | (best > 2.0 * TIE))


def improved(
    text: Columns, room: AnyRoom, gains: Gains, most: int, choose: Callable[[Columns, AnyRoom, Array], Chosen]
) -> Columns:
    """Make the chosen change, and again, for as long as one is worth making; at most so many.

    Parameters
    ----------
    choose : which change is made; see `best_change`.
    """
    text, places = text.copy(), np.arange(text.shape[0])
    for _ in range(most):
        slot, worthwhile = choose(text[places], room.part(places), gains(text[places], places))
        places, slot = places[worthwhile], slot[worthwhile]
        if not places.size:
            break
        text[places] = redrafted(text[places], slot, room.agenda)
    return text


def redrafted(text: Columns, slot: Columns, agenda: Agenda) -> Columns:
    """Return texts with one change made in each."""
    new = text.copy()
    new[np.arange(slot.size), agenda.issue_of[slot]] = agenda.columns[slot]
    return new
