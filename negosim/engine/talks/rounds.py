"""A round of talks: a text is drafted by the track's protocol and put to those it asks (model 6 to 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import ROUNDING, Plan, TrackPlan
from negosim.engine.record.history import TrackHistory
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams
from negosim.engine.talks.round_outcome import Answers, RoundOutcome
from negosim.engine.talks.rules import laws_of, protocol_of
from negosim.engine.values import PartyValues
from negosim.model import inverse
from negosim.model.consent import accepts, asked, crossing, objection, whose
from negosim.model.packages import Columns, Flags, of_rows, picked
from negosim.model.stakes import Stakes
from negosim.model.talks.concession import Pace, aspiration, by_time, stood_still
from negosim.model.talks.protocols import Situation
from negosim.model.talks.text_changes import TIE, Room, forbidden
from negosim.registry import PROTOCOLS

Rows = NDArray[np.intp]


def in_season(track: TrackPlan, state: State) -> Flags:
    """Tell in which histories talks of a kind have something to bring.

    Ceasefire talks have while there is fighting, settlement and limited talks until there is a settlement.
    """
    fighting: Flags = state.state == FIGHTING
    return fighting if track.kind == "ceasefire" else fighting | (state.state == CEASEFIRE)


def is_open(plan: Plan, index: int, state: State, tick: int) -> Flags:
    """Tell in which histories the talks of a track are open.

    They have begun, no text of theirs waits for ratification, no limited deal of theirs is in force, and they are not
    closed after a breach.
    """
    if tick < plan.tracks[index].opens:
        return np.zeros(state.trials, dtype=bool)
    standing, day = state.tracks[index], plan.ticks.days[tick]
    is_free: Flags = ~standing.waiting & ~standing.agreed & (day >= standing.closed_until - ROUNDING)
    return in_season(plan.tracks[index], state) & is_free


def tie_breakers(plan: Plan, index: int, streams: Streams) -> Array:
    """Draw the luck that breaks ties between changes, (trials, agenda columns); none where nobody makes any."""
    track, draws = plan.tracks[index], list[Array]()
    is_foreign = not PROTOCOLS.is_built_in(track.protocol)
    if not (track.revisions or is_foreign or PROTOCOLS.get(track.protocol).takes_turns):
        return np.zeros((streams.count, 0))
    for issue in track.agenda.issues:
        stream = f"{track.path}.tie.{plan.issues[issue]}"
        draws += [streams.uniform(stream, 0, lane) for lane in range(len(plan.options[issue]))]
    return TIE * np.stack(draws, axis=1)


@dataclass(frozen=True)
class _Round:
    """A round, in the trials in which it is held.

    Attributes
    ----------
    tick : when.
    rows, origin : (held,) their places in the block as it is and as it began.
    status_quo, free : (held, issues) the status quo, and which issues are open.
    live : (held, lines) which red lines stand. One is live where its issue is open: nobody signs what is not on the
        table.
    stakes : what a text means to the parties.
    pressure, toughness : (held or 1, parties) the pressure on each, and τ.
    reservation, aspiration : (held, parties) N', what a refusal leaves, and what each asks for.
    proposer : (held,) whose turn it is; None where nobody takes turns.
    """

    tick: int
    rows: Rows
    origin: Rows
    status_quo: Columns
    free: Flags
    live: Flags
    stakes: Stakes
    pressure: Array
    toughness: Array
    reservation: Array
    aspiration: Array
    proposer: Rows | None


class Talks:
    """The table at which one track meets."""

    def __init__(
        self, plan: Plan, index: int, streams: Streams, party_values: PartyValues, state: State, kept: TrackHistory
    ) -> None:
        self.track = track = plan.tracks[index]
        self._plan = plan
        self._index = index
        self._streams = streams
        self._party_values = party_values
        self._state = state
        self._kept = kept
        self._protocol = protocol_of(track.protocol)
        self._laws = laws_of(plan)
        self._issues = np.array(track.agenda.issues, dtype=np.intp)
        self._on_agenda = np.isin(np.arange(len(plan.issues)), self._issues)
        self._lines = [place for place, line in enumerate(plan.lines) if self._on_agenda[line.issue]]
        self._drawn = [plan.lines[place] for place in self._lines]
        self._order: Rows | None = None
        self._luck = tie_breakers(plan, index, streams)

    # -- between rounds -------------------------------------------------------------------------------------------

    def open_draft(self) -> None:
        """Put the first draft on the table: what it leaves out is at the status quo of the day."""
        draft = self._state.tracks[self._index].draft
        draft[:] = self._state.status_quo
        for issue, column in self.track.first_draft.items():
            draft[:, issue] = column

    def run_clocks(self, days: float, waiting: Array) -> None:
        """Let the clocks of concession run where the track has been open: how much patience is spent (model 6).

        Parameters
        ----------
        days : by how much they run.
        waiting : (trials or 1, parties) by how much those of parties that wait for somebody else to move.
        """
        standing = self._state.tracks[self._index]
        rows = np.nonzero(standing.open)[0]
        pace = np.where(standing.slowed[rows], of_rows(waiting, rows), days)
        if self.track.ripeness:
            pace *= self._state.counting[rows]
        standing.clock[rows] += pace

    # -- a round --------------------------------------------------------------------------------------------------

    def hold(self, tick: int, *, with_answers: bool = False) -> RoundOutcome | None:
        """Hold a round wherever the talks are open, and count where it failed; None if they are nowhere.

        Parameters
        ----------
        tick : when.
        with_answers : whether to report of every history, and what everybody said.
        """
        rows = np.nonzero(is_open(self._plan, self._index, self._state, tick))[0]
        if not rows.size:
            return None
        proposer = self._proposers(rows) if self._protocol.takes_turns else None
        self._state.tracks[self._index].rounds[rows] += 1
        return self._meet(tick, rows, proposer, with_answers=with_answers)

    def _meet(self, tick: int, rows: Rows, proposer: Rows | None, *, with_answers: bool) -> RoundOutcome:
        """Hold a round in some rows. Where the talks are plain everybody's answers are reported in any case."""
        meeting = self._open_round(tick, rows, proposer)
        text = self._draft(meeting)
        return self._decide(meeting, text)

    def _open_round(self, tick: int, rows: Rows, proposer: Rows | None) -> _Round:
        """Find out what is open, and what everybody asks for."""
        state, values = self._state, self._party_values
        free = ~(state.fixed[rows] | state.taken[rows]) & self._on_agenda
        stakes = values.stakes(self.track, rows)
        pressure = values.of_rows(values.of_track(self.track, "pressure"), rows)
        reservation = values.no_deal()[rows] - pressure
        toughness = self._toughness(tick, rows)
        best = self._best_agreement(stakes, rows, free)
        return _Round(
            tick=tick,
            rows=rows,
            origin=state.row[rows],
            status_quo=state.status_quo[rows],
            free=free,
            live=state.live[rows][:, self._lines] & free[:, [line.issue for line in self._drawn]],
            stakes=stakes,
            pressure=pressure,
            toughness=toughness,
            reservation=reservation,
            aspiration=aspiration(reservation, best, toughness),
            proposer=proposer,
        )

    def _proposers(self, rows: Rows) -> Rows:
        """Return whose turn it is, (held,): the signatories take turns in an order drawn by lot once a history."""
        signatories = self.track.signatories
        if self._order is None:
            streams = [f"{self.track.path}.turn.{self._plan.parties[party]}" for party in signatories]
            lots = np.stack([self._streams.uniform(stream, 0) for stream in streams], axis=1)
            self._order = np.array(signatories, dtype=np.intp)[np.argsort(lots, axis=1)]
        turn = self._state.tracks[self._index].rounds[rows] % len(signatories)
        proposers: Rows = self._order[self._state.row[rows], turn]
        return proposers

    # -- what everybody asks for (model 6) ------------------------------------------------------------------------

    def _best_agreement(self, stakes: Stakes, rows: Rows, free: Flags) -> Array:
        """Return A*, the value of each party's best agreement on the agenda; 0 for those who are never asked."""
        best = np.zeros(stakes.fallback.shape)
        for party in self.track.consenters:
            text = self._party_values.best_package(party, rows, free)
            best[:, party] = stakes.agreement(text, stakes.utility(text))[:, party]
        return best

    def _toughness(self, tick: int, rows: Rows) -> Array:
        """Return τ of every party."""
        values, standing = self._party_values, self._state.tracks[self._index]
        pace = Pace(
            standing.clock[rows],
            values.of_rows(values.of_track(self.track, "patience"), rows),
            values.of_rows(values.of_party("concession"), rows),
            self._urgency(tick, rows)[:, None],
            standing.toughness[rows],
        )
        found = by_time(pace)
        for party, law in self._laws.items():
            found[:, party] = law.toughness(party, pace, self.track.signatories)
        return found

    def _urgency(self, tick: int, rows: Rows) -> Array:
        """Return q·p, the urgency that the next deadline lends, (held,)."""
        passed = self._passed(tick)
        if not passed:
            return np.zeros(rows.size)
        stated = self._party_values.of_rows(self._party_values.number(f"{self.track.path}.deadline.credibility"), rows)
        return stated * self._state.tracks[self._index].credibility[rows] * passed

    def _passed(self, tick: int) -> float:
        """Return p, the share of the time to the next deadline that has passed; 0 without one."""
        due = next((deadline for deadline in self.track.deadlines if deadline.tick >= tick), None)
        return due.passed(float(self._plan.ticks.days[tick])) if due else 0.0

    # -- the text (model 8) ---------------------------------------------------------------------------------------

    def _draft(self, meeting: _Round) -> Columns:
        """Return the text that is put to the parties. The draft keeps what it says on issues that are not open."""
        standing, values, rows, free = self._state.tracks[self._index], self._party_values, meeting.rows, meeting.free
        before = standing.draft[rows]
        text = self._protocol.draft(
            Situation(
                draft=np.where(free, before, meeting.status_quo),
                status_quo=meeting.status_quo,
                room=self._room(meeting),
                stakes=meeting.stakes,
                weights=values.of_rows(values.of_track(self.track, "weights"), rows),
                estimate=self._estimate(meeting),
                aspiration=meeting.aspiration,
                revisions=self.track.revisions,
                proposer=meeting.proposer,
            )
        )
        standing.draft[rows] = np.where(free, text, before)
        return text

    def _room(self, meeting: _Round) -> Room:
        """Return what a text may contain."""
        agenda = self.track.agenda
        blocked = np.zeros((meeting.rows.size, agenda.columns.size), dtype=bool)
        for place, line in enumerate(self._drawn):
            if line.party in self.track.consenters:
                blocked[:, agenda.slot(line.column)] |= meeting.live[:, place]
        return Room(agenda, blocked, meeting.free[:, self._issues], self._plan.never, self._luck[meeting.origin])

    def _estimate(self, meeting: _Round) -> Array:
        """Return N̂', the mediator's estimate of what a refusal leaves, made afresh each round."""
        values, estimate = self._party_values, meeting.reservation.copy()
        error = values.of_rows(values.number(f"{self.track.path}.mediator_error"), meeting.rows)
        if error.any():
            for party, name in enumerate(self._plan.parties):
                u = self._streams.of_rows(meeting.origin, f"{self.track.path}.mediator_error.{name}", meeting.tick)
                estimate[:, party] += error * inverse.normal(u)
        return estimate

    # -- consent (model 7) ----------------------------------------------------------------------------------------

    def _decide(self, meeting: _Round, text: Columns) -> RoundOutcome:
        """Ask everybody whose consent the text needs, and count where somebody refuses."""
        track, parties, stakes = self.track, len(self._plan.parties), meeting.stakes
        worth = stakes.utility(text)
        value, noise = stakes.agreement(text, worth), self._noise(meeting)
        consent = asked(text, meeting.status_quo, track.signatories, track.holders, parties)
        crosses = crossing(text, self._drawn, meeting.live)
        crossed = whose(crosses, self._drawn, parties)
        is_text = self._can_be_signed(meeting, text)
        refusals = is_text[:, None] & consent & ~accepts(value, meeting.aspiration, noise, crossed)
        failed = refusals.any(axis=1)
        objections = self._objections(meeting, text, refusals, crosses)
        self._note_moves(meeting.rows[is_text], meeting.toughness[is_text])
        self._kept.count_failures(meeting.origin[failed], refusals[failed], objections[failed])
        return RoundOutcome(
            rows=meeting.rows,
            text=text,
            worth=worth,
            consent=consent,
            signed=is_text & ~failed,
            pressed=np.any(consent & (meeting.pressure > 0), axis=1),
            answers=Answers(
                refusals=refusals,
                objections=objections,
                value=value,
                aspiration=meeting.aspiration,
                reservation=meeting.reservation,
                noise=noise,
                crossed=crossed,
                proposer=meeting.proposer,
            ),
        )

    def _can_be_signed(self, meeting: _Round, text: Columns) -> Flags:
        """Tell where a text moves something or stops fighting, and holds no forbidden combination of its own doing."""
        moves: Flags = (text != meeting.status_quo).any(axis=1)
        if self._plan.war is not None and self.track.kind != "limited":
            moves |= self._state.state[meeting.rows] == FIGHTING
        signable: Flags = moves & ~forbidden(text, meeting.free, self._plan.never)
        return signable

    def _noise(self, meeting: _Round) -> Array:
        """Return T·logit(U) of everybody who may be asked; a proposer knows its own mind."""
        scale = self._party_values.of_rows(self._party_values.of_party("judgement_noise"), meeting.rows)
        noise = np.zeros(meeting.reservation.shape)
        for party in self.track.consenters:
            if scale[:, party].any():
                stream = f"{self.track.path}.consent.{self._plan.parties[party]}"
                u = self._streams.of_rows(meeting.origin, stream, meeting.tick)
                noise[:, party] = scale[:, party] * inverse.logistic(u)
        if meeting.proposer is not None:
            noise[np.arange(meeting.rows.size), meeting.proposer] = 0.0
        return noise

    def _objections(self, meeting: _Round, text: Columns, refusals: Flags, crosses: Flags) -> NDArray[np.int32]:
        """Return the issue over which each party refuses, (held, parties); -1 where it does not."""
        values, issues = self._party_values, self._issues
        best = of_rows(values.salience * values.best_value, meeting.rows)[:, issues]
        missing = best - picked(values.worth.table, text[:, issues], meeting.rows)
        found = np.full(refusals.shape, -1, dtype=np.int32)
        for party in self.track.consenters:
            crossed = np.zeros(missing.shape[:2], dtype=bool)
            for place, line in enumerate(self._drawn):
                if line.party == party:
                    crossed[:, self.track.agenda.issues.index(line.issue)] |= crosses[:, place]
            over = issues[objection(missing[:, :, party], crossed, meeting.free[:, issues])]
            found[:, party] = np.where(refusals[:, party], over, -1)
        return found

    def _note_moves(self, rows: Rows, toughness: Array) -> None:
        """Note who has moved since the last round; one without a text counts as none."""
        standing = self._state.tracks[self._index]
        standing.slowed[rows] = stood_still(standing.toughness[rows], toughness, self.track.signatories)
        standing.toughness[rows] = toughness
