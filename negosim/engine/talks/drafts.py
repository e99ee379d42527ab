"""The drafts of a track: the texts on the table, and what they would mean, kept from round to round."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams
from negosim.engine.values import PartyValues
from negosim.model.consent import asked, crossing, objection, whose
from negosim.model.packages import Columns, Flags, of_rows, picked
from negosim.model.talks.drafting import TIE
from negosim.model.talks.text_changes import TextChanges, forbidden


class Drafts:
    """What a track has before it, worked out anew only in the trials in which something behind it has changed.

    Attributes
    ----------
    text : (trials, issues) the text on the table.
    utility, gap : (trials, parties) u_i and (trials,) 1 - g of it.
    position : what changes of the text would bring; None where nobody redrafts.
    luck : (trials, agenda columns) in [0, `TIE`), what breaks ties between changes.
    free : (trials, issues) which issues are open.
    blocked : (trials, agenda columns) options behind a live red line of somebody who may have to consent.
    consent : (trials, parties) who must consent to the text.
    crossed : (trials, parties) whose live red lines it crosses. A red line is live where its issue is open: nobody
        signs what is not on the table.
    moves : (trials,) whether it moves anything.
    forbidden : (trials,) whether it contains a combination that `never` forbids.
    best_utility, best_gap : (trials, parties) u_i and 1 - g of each party's best package on the agenda.
    """

    def __init__(self, plan: Plan, index: int, party_values: PartyValues, state: State, luck: Array) -> None:
        self._plan, self._party_values, self._state = plan, party_values, state
        self._standing = state.tracks[index]
        self.track = track = plan.tracks[index]
        trials, parties, issues = state.trials, len(plan.parties), len(plan.issues)
        self._on_agenda = np.zeros(issues, dtype=bool)
        self._on_agenda[list(track.agenda.issues)] = True
        self._lines = [place for place, line in enumerate(plan.lines) if self._on_agenda[line.issue]]
        self._drawn = tuple(plan.lines[place] for place in self._lines)
        self._line_issues = np.array([line.issue for line in self._drawn], dtype=np.intp)
        self._version = np.full(trials, -1, dtype=np.int64)
        self._quo = state.status_quo.copy()
        self._live = np.zeros((trials, len(self._lines)), dtype=bool)
        tied = [issue for rule in (*plan.linkages, *plan.never) for issue in rule.issues]
        self._apart = ~self._on_agenda & ~np.isin(np.arange(issues), [*tied, *plan.guarding])
        self.luck = luck
        self.position: TextChanges | None = None
        self.text = state.status_quo.copy()
        self.utility, self.gap = np.zeros((trials, parties)), np.ones(trials)
        self.free = np.zeros((trials, issues), dtype=bool)
        self.blocked = np.zeros((trials, track.agenda.columns.size), dtype=bool)
        self.consent = np.zeros((trials, parties), dtype=bool)
        self.crossed = np.zeros((trials, parties), dtype=bool)
        self.moves, self.forbidden = np.zeros(trials, dtype=bool), np.zeros(trials, dtype=bool)
        self._crosses = np.zeros((trials, len(self._lines)), dtype=bool)
        self._dirty = np.ones(trials, dtype=bool)
        self.best_utility, self.best_gap = np.zeros((trials, parties)), np.ones((trials, parties))

    def keep(self, rows: Flags) -> None:
        """Leave only some trials."""
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray) and name not in ("_on_agenda", "_line_issues", "_apart"):
                setattr(self, name, value[rows])
        if self.position is not None:
            self.position.keep(rows)

    def catch_up(self, rows: NDArray[np.intp]) -> None:
        """Bring what is known of some trials up to date before a round: issues that are not open take their status quo.

        Parameters
        ----------
        rows : (m,) the trials in which a round is held.
        """
        state, track = self._state, self.track
        if self.position is None and track.revisions:
            self.position = TextChanges(track.agenda, self._party_values.worth, self._plan.never, self.text, self.luck)
        quo = state.status_quo[rows]
        free = ~(state.fixed[rows] | state.taken[rows]) & self._on_agenda
        live = state.live[rows][:, self._lines] & free[:, self._line_issues]
        text = np.where(free, self._standing.draft[rows], quo)
        changed = quo != self._quo[rows]
        world = self._version[rows] != self._party_values.version[rows]
        world |= (changed & ~self._apart).any(axis=1)
        for new, known in ((free, self.free), (live, self._live)):
            world |= (new != known[rows]).any(axis=1)
        redrafted = world | ((text != self.text[rows]) & ~self._apart).any(axis=1)
        moved, few = rows[world], np.nonzero(world)[0]
        if moved.size:
            self._version[moved] = self._party_values.version[moved]
            self._quo[moved], self.free[moved], self._live[moved] = quo[few], free[few], live[few]
            self._block(moved)
            self._find_best(moved)
        if redrafted.any():
            self.put(rows[redrafted], text[redrafted])
        aside = ~world & changed.any(axis=1)
        if aside.any():
            self._restate(rows[aside], quo[aside])

    def _restate(self, rows: NDArray[np.intp], quo: Columns) -> None:
        """Take note of another status quo off the agenda, of issues that no linkage ties to those on it."""
        text = np.where(self._apart, quo, self.text[rows])
        utility = self._party_values.worth.utility(text, rows)
        self.best_utility[rows] += utility - self.utility[rows]
        self._quo[rows] = quo
        self.text[rows] = text
        self.utility[rows] = utility
        if self.position is not None:
            self.position.restate(rows, text, utility)

    def put(self, rows: NDArray[np.intp], text: Columns) -> None:
        """Put texts on the table in some trials, (m, issues)."""
        worth = self._party_values.worth
        self._dirty[rows] = True
        self._lay(rows, text)
        if self.position is None:
            self.utility[rows], self.gap[rows] = worth.utility(text, rows), worth.unguaranteed(text, rows)
        else:
            free = self.free[rows][:, self.track.agenda.issues]
            self.position.work_out(rows, text, worth, rows, self.blocked[rows], free)
            self.utility[rows], self.gap[rows] = self.position.utility[rows], self.position.gap[rows]

    def change(self, rows: NDArray[np.intp], slot: Columns) -> None:
        """Make one change in the texts of some trials, (m,) by its place among the agenda's columns."""
        position = self.position
        assert position
        self._dirty[rows] = True
        free = self.free[rows][:, self.track.agenda.issues]
        position.move(rows, slot, self._party_values.worth, rows, self.blocked[rows], free)
        self._lay(rows, position.text[rows])
        self.utility[rows], self.gap[rows] = position.utility[rows], position.gap[rows]

    def _lay(self, rows: NDArray[np.intp], text: Columns) -> None:
        """Lay texts on the table; on issues that are not open the draft keeps what it says, as they may come back."""
        self.text[rows] = text
        self._standing.draft[rows] = np.where(self.free[rows], text, self._standing.draft[rows])

    def settle(self, rows: NDArray[np.intp]) -> None:
        """Work out what the texts of some trials, as they are put to the parties, ask of whom."""
        rows = rows[self._dirty[rows]]
        if not rows.size:
            return
        self._dirty[rows] = False
        plan, track, text, quo = self._plan, self.track, self.text[rows], self._quo[rows]
        self.consent[rows] = asked(text, quo, track.signatories, track.holders, len(plan.parties))
        self._crosses[rows] = crosses = crossing(text, self._drawn, self._live[rows])
        self.crossed[rows] = whose(crosses, self._drawn, len(plan.parties))
        self.moves[rows] = (text != quo).any(axis=1)
        self.forbidden[rows] = forbidden(text, self.free[rows], plan.never)

    def objection(self, party: int, rows: NDArray[np.intp]) -> Columns:
        """Return the issue over which a party refuses the texts of some trials, (m,)."""
        issues = np.array(self.track.agenda.issues, dtype=np.intp)
        best = self._party_values.best_worth
        best = best[0, issues, party] if best.shape[0] == 1 else best[rows[:, None], issues, party]
        missing = best - picked(self._party_values.worth.table, self.text[rows[:, None], issues], rows, party)
        crossed = np.zeros(missing.shape, dtype=bool)
        if self.crossed[rows, party].any():
            for place, line in enumerate(self._drawn):
                if line.party == party:
                    crossed[:, self.track.agenda.issues.index(line.issue)] |= self._crosses[rows, place]
        found: Columns = issues[objection(missing, crossed, self.free[rows[:, None], issues])]
        return found

    def best(self, rows: NDArray[np.intp]) -> tuple[Array, Array]:
        """Return u_i and 1 - g of each party's best package on the agenda, in some trials."""
        return self.best_utility[rows], self.best_gap[rows]

    def _block(self, rows: NDArray[np.intp]) -> None:
        blocked = np.zeros((rows.size, self.track.agenda.columns.size), dtype=bool)
        for place, line in enumerate(self._drawn):
            if line.party in self.track.consenters:
                blocked[:, self.track.agenda.slot(line.column)] |= self._live[rows, place]
        self.blocked[rows] = blocked

    def _find_best(self, rows: NDArray[np.intp]) -> None:
        """Value everybody's best package on the agenda: its best option where that is better than the status quo."""
        party_values, plan = self._party_values, self._plan
        worth, base = party_values.worth, self._quo[rows]
        present = picked(worth.table, base, rows)
        best = of_rows(party_values.best_worth, rows)
        better = self.free[rows][:, :, None] & (present < best)
        package = np.where(better, of_rows(party_values.best, rows), base[:, :, None])
        utility = np.where(better, best, present).sum(axis=1)
        for linkage, added in zip(plan.linkages, worth.additions, strict=True):
            holds = (package[:, linkage.issues] == np.array(linkage.columns)[:, None]).all(axis=1)
            utility += holds * of_rows(added, rows)
        gap = np.ones(utility.shape)
        for issue in plan.guarding:
            gap *= picked(worth.gaps, package[:, issue], rows)
        self.best_utility[rows], self.best_gap[rows] = utility, gap


def tie_breakers(plan: Plan, index: int, streams: Streams) -> Array:
    """Draw the luck that breaks ties between changes, (trials, agenda columns); none where nobody makes any."""
    track, draws = plan.tracks[index], list[Array]()
    if not (track.revisions or track.protocol == "alternating_offers"):
        return np.zeros((streams.count, 0))
    for issue in track.agenda.issues:
        stream = f"{track.path}.tie.{plan.issues[issue]}"
        draws += [streams.uniform(stream, 0, lane) for lane in range(len(plan.options[issue]))]
    return TIE * np.stack(draws, axis=1)
