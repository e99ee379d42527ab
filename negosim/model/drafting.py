"""Drafting: the mediator's single negotiating text (model 8).

Raiffa (1982); Camp David (1978). One change at a time, the one that most improves the weighted Nash product
Φ(x) = Σ_i w_i·ℓ(A_i(x) - N̂'_i), ℓ = log, continued by its tangent where somebody would lose. Modelling choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from negosim.model.packages import Array, Columns, Combination, Flags, picked, unguaranteed
from negosim.model.stakes import Stakes
from negosim.model.values import agreement_value, breakdown_rate

SMALLEST_GAIN = 0.01
"""ε: below this gain the logarithm is continued by its tangent, so that losses still count (model 8)."""

TIE = 1e-9
"""Differences of Φ below this are ties. They are broken by luck, one draw an option and trial, not by names."""


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


def gain(value: Array) -> Array:
    """Return ℓ: the logarithm of a gain over no deal, continued by its tangent below ε.

    >>> gain(np.array([1.0, 0.01, 0.0])).round(4)
    array([ 0.    , -4.6052, -5.6052])
    """
    above = np.maximum(value, SMALLEST_GAIN)
    np.log(above, out=above)
    above += np.minimum(value - SMALLEST_GAIN, 0.0) / SMALLEST_GAIN
    return above


def prospect(value: Array, refusal: Array, weights: Array) -> Array:
    """Return Φ of a text, (trials,).

    Parameters
    ----------
    value : (trials, parties) A_i(x).
    refusal : (trials, parties) N̂', the estimate of what a refusal leaves.
    weights : (trials or 1, parties).
    """
    total = np.zeros(value.shape[0])
    for party in np.nonzero(weights.any(axis=0))[0]:
        total += weights[:, party] * gain(value[:, party] - refusal[:, party])
    return total


def changed_values(
    text: Columns, utility: Array, agenda: Agenda, stakes: Stakes, parties: Sequence[int]
) -> Iterator[Array]:
    """Yield for each party in turn A_i of every text that differs from the present one in one issue.

    Parameters
    ----------
    text : (trials, issues) the draft on the table.
    utility : (trials, parties) of it.
    agenda : what may change.
    stakes : what it means to the parties.
    parties : those asked for.

    Yields
    ------
    (trials, agenda columns); in the column of an option already in the draft, the value of the draft itself.
    """
    present = np.stack([picked(stakes.table, text[:, issue]) for issue in agenda.issues], axis=1)
    shifts = _linkage_shifts(text, agenda, stakes.linkages)
    rate = breakdown_rate(
        stakes.hazard[:, None], stakes.effect[:, None], _open_gaps(text, agenda, stakes.gaps, stakes.guarding)
    )
    for party in parties:
        changed = (utility[:, party, None] - present[:, :, party])[:, agenda.place_of]
        changed += stakes.table[:, agenda.columns, party]
        for shift, added in zip(shifts, stakes.additions, strict=True):
            if shift is not None:
                changed += shift * added[:, party, None]
        if stakes.share is not None:
            changed *= stakes.share[:, party, None]
        yield agreement_value(
            changed,
            stakes.going_on[:, party, None],
            stakes.fallback[:, party, None],
            stakes.distrust[:, party, None] * rate,
            stakes.time_preference[:, party, None],
        )


def prospects(text: Columns, utility: Array, agenda: Agenda, stakes: Stakes, refusal: Array, weights: Array) -> Array:
    """Return Φ of every text that differs from the present one in one issue, (trials, agenda columns).

    Parameters
    ----------
    text, utility, agenda, stakes : as in `changed_values`.
    refusal, weights : as in `prospect`.
    """
    total = np.zeros((text.shape[0], agenda.columns.size))
    heard = np.nonzero(weights.any(axis=0))[0].tolist()
    for party, value in zip(heard, changed_values(text, utility, agenda, stakes, heard), strict=True):
        total += weights[:, party, None] * gain(value - refusal[:, party, None])
    return total


def _open_gaps(text: Columns, agenda: Agenda, gaps: Array, guarding: Sequence[int]) -> Array:
    """Return 1 - g of every text that differs in one issue, (trials, columns), or (trials, 1) if none can differ."""
    on_agenda = [place for place, issue in enumerate(agenda.issues) if issue in guarding]
    now = unguaranteed(gaps, text, guarding)[:, None]
    if not on_agenda:
        return now
    changed = np.repeat(now, agenda.columns.size, axis=1)
    for place in on_agenda:
        slots = agenda.slots(place)
        others = unguaranteed(gaps, text, [issue for issue in guarding if issue != agenda.issues[place]])
        changed[:, slots] = others[:, None] * gaps[:, agenda.columns[slots]]
    return changed


def _linkage_shifts(text: Columns, agenda: Agenda, linkages: Sequence[Combination]) -> list[Array | None]:
    """Return for each linkage how each change turns it on (+1) or off (-1); None where no change can."""
    shifts: list[Array | None] = []
    for linkage in linkages:
        places = [place for place, issue in enumerate(agenda.issues) if issue in linkage.issues]
        if not places:
            shifts.append(None)
            continue
        shift = np.zeros((text.shape[0], agenda.columns.size))
        on = linkage.holds(text)
        for place in places:
            slots = agenda.slots(place)
            shift[:, slots] -= on[:, None]
            wanted = linkage.columns[linkage.issues.index(agenda.issues[place])]
            column = int(np.searchsorted(agenda.columns, wanted))
            shift[:, column] += linkage.holds(text, aside=agenda.issues[place])
        shifts.append(shift)
    return shifts


def barred(text: Columns, agenda: Agenda, blocked: Flags, free: Flags, never: Sequence[Combination]) -> Flags:
    """Tell which changes may not be proposed.

    Parameters
    ----------
    text : (trials, issues).
    blocked : (trials, agenda columns) options behind a live red line of somebody who may have to consent.
    free : (trials, places on the agenda) issues that are still open.
    never : combinations that no draft may contain.
    """
    out = blocked | ~free[:, agenda.place_of]
    out |= text[:, agenda.issues][:, agenda.place_of] == agenda.columns
    for combination in never:
        for issue in agenda.issues:
            if issue in combination.issues:
                wanted = combination.columns[combination.issues.index(issue)]
                column = int(np.searchsorted(agenda.columns, wanted))
                out[:, column] |= combination.holds(text, aside=issue)
    return out


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


def untenable(text: Columns, agenda: Agenda, blocked: Flags, free: Flags, never: Sequence[Combination]) -> Flags:
    """Tell at which open issues a text cannot stay as it is, (trials, places on the agenda).

    It stands behind a live red line there, or in a combination that no draft may contain: no text with it can be
    signed. The arguments are those of `barred`.
    """
    standing = text[:, agenda.issues][:, agenda.place_of] == agenda.columns
    found = np.zeros((text.shape[0], len(agenda.issues)), dtype=bool)
    for place, issue in enumerate(agenda.issues):
        slots = agenda.slots(place)
        found[:, place] = (standing[:, slots] & blocked[:, slots]).any(axis=1)
        for combination in never:
            if issue in combination.issues:
                found[:, place] |= combination.holds(text)
    return found & free


def best_change(
    now: Array, changed: Array, bars: Flags, mending: Flags, luck: Array, agenda: Agenda
) -> tuple[Columns, Flags]:
    """Choose for each trial the change that most improves the text.

    Parameters
    ----------
    now, changed : Φ of the text, (trials,), and of every change, (trials, columns).
    bars : (trials, columns) changes that may not be proposed.
    mending : (trials, places) issues at which the text cannot stay as it is; they are changed first, even at a loss.
    luck : (trials, columns) in [0, `TIE`), which breaks ties.

    Returns
    -------
    The slot of the change among the agenda's columns, and whether there is one worth making.
    """
    forced = mending[:, agenda.place_of] & ~bars
    must: Flags = np.any(forced, axis=1)
    score = np.where(bars | (must[:, None] & ~forced), -np.inf, changed - now[:, None] + luck)
    slot = np.argmax(score, axis=1)
    worth: Flags = must | (score[np.arange(slot.size), slot] > 2.0 * TIE)
    return slot, worth


def redrafted(text: Columns, slot: Columns, worth: Flags, agenda: Agenda) -> Columns:
    """Return the text with the chosen changes made."""
    new = text.copy()
    rows = np.nonzero(worth)[0]
    new[rows, agenda.issue_of[slot[rows]]] = agenda.columns[slot[rows]]
    return new
