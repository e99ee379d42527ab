"""TextChanges: texts on the table, and what every single change of them would bring (model 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negosim.model.packages import Array, Columns, Combination, Flags, of_rows, picked
from negosim.model.stakes import Stakes, Worth
from negosim.model.values import breakdown_rate


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


class TextChanges:
    """A text for each of some trials, and what each single change of it would bring.

    What is known of a trial's text is worked out once and holds until it is worked out anew.

    Attributes
    ----------
    text : (n, issues).
    utility : (n, parties) u_i of the text.
    gap : (n,) 1 - g of the text.
    shift : by party, (n, agenda columns) what each change adds to u_i; 0 for an option already in the text.
    handicap : (n, agenda columns) -inf for changes that may not be made, by red lines, `never`, or since they change
        nothing; for others the luck that breaks ties.
    guards : the places among the agenda's columns of options of issues that may carry enforcement.
    must : (n,) whether the text cannot stay as it is somewhere, so that only changes there may be made.
    """

    def __init__(self, agenda: Agenda, worth: Worth, never: Sequence[Combination], base: Columns, luck: Array) -> None:
        trials, parties, columns = base.shape[0], worth.table.shape[2], agenda.columns.size
        self.agenda = agenda
        self._never = never
        self._issues = np.asarray(agenda.issues, dtype=np.intp)
        self._issue_of = agenda.issue_of
        self._widths = np.bincount(agenda.place_of, minlength=len(agenda.issues))
        self._starts = np.cumsum(self._widths) - self._widths
        self._carries_guarantee = np.isin(self._issue_of, list(worth.guarding))
        self._restricted = np.isin(self._issue_of, [issue for rule in never for issue in rule.issues])
        self.guards = np.nonzero(self._carries_guarantee)[0]
        self._guard_of = np.cumsum(self._carries_guarantee) - 1
        self.text = base.copy()
        self.utility = np.zeros((trials, parties))
        self.gap = np.ones(trials)
        self.shift = [np.zeros((trials, columns)) for _ in range(parties)]
        self._gap_after = np.ones((trials, self.guards.size))
        self._luck = luck
        self.handicap = luck.copy()
        self.must = np.zeros(trials, dtype=bool)

    def keep(self, rows: Flags) -> None:
        """Leave only some trials."""
        self.text, self.utility, self.gap = self.text[rows], self.utility[rows], self.gap[rows]
        self.shift, self._gap_after = [shift[rows] for shift in self.shift], self._gap_after[rows]
        self._luck, self.handicap, self.must = self._luck[rows], self.handicap[rows], self.must[rows]

    def work_out(
        self, rows: Columns, text: Columns, worth: Worth, at: Columns | None, blocked: Flags, free: Flags
    ) -> None:
        """Put texts on the table in some trials, and work out what they and their changes bring.

        Parameters
        ----------
        rows : (m,) the trials, by their place here.
        text : (m, issues).
        worth, at : what packages are worth, and (m,) where the trials stand there; None for in turn.
        blocked : (m, agenda columns) options behind a live red line of somebody who may have to consent.
        free : (m, places on the agenda) issues that are still open.
        """
        agenda, table = self.agenda, worth.table
        self.text[rows] = text
        self.utility[rows] = worth.utility(text, at)
        self.gap[rows] = worth.unguaranteed(text, at)
        present = picked(table, text[:, self._issues], at)
        options = (table if at is None or table.shape[0] == 1 else table[at])[:, agenda.columns]
        change = options - present[:, agenda.place_of]
        self._link(change, text, worth, at)
        for party, shift in enumerate(self.shift):
            shift[rows] = change[:, :, party]
        self._guard(rows, text, worth, at)
        self._judge(rows, text, blocked, free)

    def restate(self, rows: Columns, text: Columns, utility: Array) -> None:
        """Take note that issues have changed that bear on no change of the text but by what they are worth."""
        self.text[rows], self.utility[rows] = text, utility

    def move(self, rows: Columns, slot: Columns, worth: Worth, at: Columns | None, blocked: Flags, free: Flags) -> None:
        """Make one change in each of some texts, and bring up to date what it bears on.

        Parameters
        ----------
        rows, worth, at, blocked, free : as in `work_out`.
        slot : (m,) the change, among the agenda's columns.
        """
        before = self.text[rows]
        text = redrafted(before, slot, self.agenda)
        self.text[rows] = text
        self._swap(rows, slot, blocked | ~free[:, self.agenda.place_of])
        self._relink(rows, before, text, self._issue_of[slot], worth, at)
        guarding = np.nonzero(self._carries_guarantee[slot])[0]
        if guarding.size:
            few = None if at is None else at[guarding]
            self.gap[rows[guarding]] = worth.unguaranteed(text[guarding], few)
            self._guard(rows[guarding], text[guarding], worth, few)
        judged = np.nonzero(self.must[rows] | self._restricted[slot])[0]
        if judged.size:
            self._judge(rows[judged], text[judged], blocked[judged], free[judged])

    def _swap(self, rows: Columns, slot: Columns, closed: Flags) -> None:
        """Bring up to date what changes of the issues bring that have just been changed."""
        columns = self.agenda.columns.size
        place = self.agenda.place_of[slot]
        which = np.repeat(np.arange(rows.size), self._widths[place])
        before = np.cumsum(self._widths[place]) - self._widths[place]
        siblings = self._starts[place][which] + np.arange(which.size) - before[which]
        chosen, touched = rows * columns + slot, rows[which] * columns + siblings
        for party, shift in enumerate(self.shift):
            flat = shift.reshape(-1)
            gained = flat[chosen]
            self.utility[rows, party] += gained
            flat[touched] -= gained[which]
        handicap = self.handicap.reshape(-1)
        handicap[touched] = np.where(closed[which, siblings], -np.inf, self._luck.reshape(-1)[touched])
        handicap[chosen] = -np.inf

    def _judge(self, rows: Columns, text: Columns, blocked: Flags, free: Flags) -> None:
        """Tell which changes of some texts may be made."""
        bars = barred(text, self.agenda, blocked, free, self._never)
        forced = untenable(text, self.agenda, blocked, free, self._never)[:, self.agenda.place_of] & ~bars
        self.must[rows] = must = np.any(forced, axis=1)
        self.handicap[rows] = np.where(bars | (must[:, None] & ~forced), -np.inf, self._luck[rows])

    def _relink(
        self, rows: Columns, before: Columns, text: Columns, changed: Columns, worth: Worth, at: Columns | None
    ) -> None:
        """Bring up to date what changes of other issues gain and lose by linkages, after one issue has changed."""
        for linkage, addition in zip(worth.linkages, worth.additions, strict=True):
            issues = np.array(linkage.issues)
            here = np.nonzero((changed[:, None] == issues).any(axis=1))[0]
            if not here.size:
                continue
            met, before_met = (packages[here][:, issues] == np.array(linkage.columns) for packages in (text, before))
            others, before_others = met.sum(axis=1), before_met.sum(axis=1)
            switched = (others == issues.size).astype(float) - (before_others == issues.size)
            for index, issue in enumerate(linkage.issues):
                if issue not in self.agenda.issues:
                    continue
                now, then = others - met[:, index], before_others - before_met[:, index]
                reach = (now == issues.size - 1).astype(float) - (then == issues.size - 1)
                touched = np.nonzero((changed[here] != issue) & ((switched != 0) | (reach != 0)))[0]
                if touched.size:
                    added = of_rows(addition, None if at is None else at[here[touched]])
                    place = self.agenda.issues.index(issue)
                    slot = self.agenda.slot(linkage.columns[index])
                    lost, gained = switched[touched, None] * added, reach[touched, None] * added
                    self._add(rows[here[touched]], place, slot, lost, gained)

    def _add(self, rows: Columns, place: int, slot: int, lost: Array, gained: Array) -> None:
        """Let every change of an issue lose something, and one of them gain something; (m, parties) each."""
        for party in np.nonzero(np.any((lost != 0) | (gained != 0), axis=0))[0].tolist():
            shift = self.shift[party]
            shift[rows, self.agenda.slots(place)] -= lost[:, party, None]
            shift[rows, slot] += gained[:, party]

    def _link(self, change: Array, text: Columns, worth: Worth, at: Columns | None) -> None:
        """Add what each change gains and loses by linkages."""
        for linkage, addition in zip(worth.linkages, worth.additions, strict=True):
            places = [place for place, issue in enumerate(self.agenda.issues) if issue in linkage.issues]
            if not places:
                continue
            added = addition if at is None or addition.shape[0] == 1 else addition[at]
            lost = linkage.holds(text)[:, None] * added
            for place in places:
                issue = self.agenda.issues[place]
                change[:, self.agenda.slots(place)] -= lost[:, None]
                slot = self.agenda.slot(linkage.columns[linkage.issues.index(issue)])
                change[:, slot] += linkage.holds(text, aside=issue)[:, None] * added

    def _guard(self, rows: Columns, text: Columns, worth: Worth, at: Columns | None) -> None:
        """Note 1 - g of the text with each other option that may carry enforcement."""
        for issue in sorted(set(worth.guarding) & set(self.agenda.issues)):
            others = np.ones(text.shape[0])
            for other in worth.guarding:
                if other != issue:
                    others *= picked(worth.gaps, text[:, other], at)
            mine = np.nonzero(self._issue_of[self.guards] == issue)[0]
            columns = self.agenda.columns[self.guards[mine]]
            gaps = worth.gaps if at is None or worth.gaps.shape[0] == 1 else worth.gaps[at]
            self._gap_after[rows[:, None], mine] = others[:, None] * gaps[:, columns]

    def open_changes(self, rows: Columns) -> Changes:
        """Return the changes that may be made of the texts of some trials."""
        columns = self.agenda.columns.size
        handicap = self.handicap.take(rows, axis=0)
        place, slot = np.nonzero(handicap > -np.inf)
        at = rows[place]
        guards = np.nonzero(self._carries_guarantee[slot])[0]
        gap = self._gap_after[at[guards], self._guard_of[slot[guards]]]
        return Changes(place, slot, at * columns + slot, handicap[place, slot], guards, at[guards], gap)

    def changed(self, party: int, rows: Columns, stakes: Stakes, worth_now: Array, slope: Array) -> Array:
        """Return A of a party for every text that differs in one issue, (m, agenda columns).

        Parameters
        ----------
        rows : (m,) the trials, by their place here.
        stakes : of these trials.
        worth_now, slope : (m, parties) A_i of the texts, and how it rises with u_i.
        """
        value: Array = self.shift[party].take(rows, axis=0)
        utility = value[:, self.guards] + self.utility[rows, party, None]
        value *= slope[:, party, None]
        value += worth_now[:, party, None]
        if self.guards.size:
            rate = breakdown_rate(stakes.hazard[:, None], stakes.effect[:, None], self._gap_after[rows])
            value[:, self.guards] = stakes.value_of(party, utility, rate)
        return value


@dataclass(frozen=True)
class Changes:
    """Changes of texts, one after another.

    Attributes
    ----------
    place : (changes,) which of the trials asked for.
    slot : (changes,) the change, by its place among the agenda's columns.
    cell : (changes,) where it stands in the flattened arrays of the position.
    luck : (changes,) what breaks ties.
    guards : those among the changes that bear on guarantees.
    row, gap : (guards,) their trials in the position, and 1 - g after them.
    """

    place: Columns
    slot: Columns
    cell: Columns
    luck: Array
    guards: Columns
    row: Columns
    gap: Array


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
                slot = agenda.slot(combination.columns[combination.issues.index(issue)])
                out[:, slot] |= combination.holds(text, aside=issue)
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
    standing = (text[:, agenda.issues][:, agenda.place_of] == agenda.columns) & blocked
    found = np.zeros((text.shape[0], len(agenda.issues)), dtype=bool)
    rows, slots = np.nonzero(standing)
    found[rows, agenda.place_of[slots]] = True
    for place, issue in enumerate(agenda.issues):
        for combination in never:
            if issue in combination.issues:
                found[:, place] |= combination.holds(text)
    return found & free


def redrafted(text: Columns, slot: Columns, agenda: Agenda) -> Columns:
    """Return texts with one change made in each."""
    new = text.copy()
    new[np.arange(slot.size), agenda.issue_of[slot]] = agenda.columns[slot]
    return new
