"""A round of talks: the mediator redrafts or a party makes an offer, the parties decide (model 6 to 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.outlook import Outlook
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.state import CEASEFIRE, FIGHTING, State
from negosim.engine.streams import Array, Streams
from negosim.model import inverse
from negosim.model.concession import aspiration, stood_still, toughness
from negosim.model.consent import accepts, asked, crossing, objection
from negosim.model.drafting import TIE, barred, best_change, forbidden, prospect, prospects, redrafted, untenable
from negosim.model.offering import Room, offer
from negosim.model.packages import Columns, Flags, best_package
from negosim.model.stakes import Stakes


@dataclass(frozen=True)
class Outcome:
    """What a round brought, in the histories in which it was held.

    Attributes
    ----------
    rows : (held,) their places in the block.
    text : (held, issues) put to the parties.
    worth : (held, parties) u_i of the text.
    consent : (held, parties) who was asked.
    signed : (held,) whether all who were asked consented.
    refusals : (held, parties) who refused.
    objections : party: the issues over which it refused, one for each of its refusals.
    pressed : (held,) whether somebody who consented was under pressure.
    """

    rows: NDArray[np.intp]
    text: Columns
    worth: Array
    consent: Flags
    signed: Flags
    refusals: Flags
    objections: dict[int, Columns]
    pressed: Flags


def in_season(track: TrackPlan, state: State) -> Flags:
    """Tell in which histories talks of a kind have something to bring.

    Ceasefire talks have while there is fighting, settlement and limited talks until there is a settlement.
    """
    fighting: Flags = state.state == FIGHTING
    return fighting if track.kind == "ceasefire" else fighting | (state.state == CEASEFIRE)


def is_open(plan: Plan, index: int, state: State, tick: int) -> Flags:
    """Tell in which histories the talks of a track are open.

    They have begun, no text of theirs waits for ratification, and no limited deal of theirs is in force.
    """
    if tick < plan.tracks[index].opens:
        return np.zeros(state.trials, dtype=bool)
    return in_season(plan.tracks[index], state) & ~state.tracks[index].waiting & ~state.tracks[index].agreed


@dataclass(frozen=True)
class _Session:
    """What a round has before it, in the histories in which it is held.

    A red line is live where it bears on an issue that is open: nobody signs what is not on the table.
    """

    tick: int
    rows: NDArray[np.intp]
    origin: NDArray[np.intp]
    stakes: Stakes
    refusal: Array
    status_quo: Columns
    free: Flags
    live: Flags


@dataclass(frozen=True)
class _Stance:
    """Where the parties stand in a round, (held, parties) each: pressure on them, τ and aspiration."""

    pressure: Array
    tough: Array
    wish: Array


class Table:
    """The table at which one track meets."""

    def __init__(self, plan: Plan, index: int, streams: Streams, outlook: Outlook, state: State) -> None:
        self.track = plan.tracks[index]
        self._plan = plan
        self._index = index
        self._streams = streams
        self._outlook = outlook
        self._state = state
        self._on_agenda = np.zeros(len(plan.issues), dtype=bool)
        self._on_agenda[list(self.track.agenda.issues)] = True
        self._line_issues = np.array([line.issue for line in plan.lines], dtype=np.intp)
        self._luck: Array | None = None
        self._order: NDArray[np.intp] | None = None
        self._edition = (-1, -1)
        self._ideals: dict[int, tuple[Columns, Array]] = {}

    def open_draft(self) -> None:
        """Put the first draft on the table: what it leaves out is at the status quo of the day."""
        draft = self._state.tracks[self._index].draft
        draft[:] = self._state.status_quo
        for issue, column in self.track.first_draft.items():
            draft[:, issue] = column

    def hold(self, tick: int) -> Outcome | None:
        """Hold a round wherever the talks are open; None if they are nowhere."""
        state = self._state
        rows = np.nonzero(is_open(self._plan, self._index, state, tick))[0]
        if not rows.size:
            return None
        pressure = self._outlook.of_rows(self._outlook.of_track(self.track, "pressure"), rows)
        free = ~(state.fixed | state.taken)[rows] & self._on_agenda
        session = _Session(
            tick=tick,
            rows=rows,
            origin=state.row[rows],
            stakes=self._outlook.stakes(self.track, rows),
            refusal=self._outlook.no_deal()[rows] - pressure,
            status_quo=state.status_quo[rows],
            free=free,
            live=state.live[rows] & free[:, self._line_issues],
        )
        tough = self._toughness(session)
        stance = _Stance(pressure, tough, aspiration(session.refusal, self._best(session), tough))
        if self.track.protocol == "alternating_offers":
            proposer = self._proposers(session)
            text = self._offered(session, proposer, stance.wish)
        else:
            proposer, text = None, self._redrafted(session)
        state.tracks[self._index].draft[rows] = text
        state.tracks[self._index].rounds[rows] += 1
        return self._decision(session, stance, text, proposer)

    def _redrafted(self, session: _Session) -> Columns:
        """Return the draft after the mediator's changes (single text)."""
        track, plan, agenda = self.track, self._plan, self.track.agenda
        draft = self._state.tracks[self._index].draft[session.rows]
        text = np.where(session.free, draft, session.status_quo)
        if not track.revisions:
            return text
        weights = self._outlook.of_rows(self._outlook.of_track(track, "weights"), session.rows)
        estimate = self._estimate(session, weights)
        blocked = self._blocked(session)
        free = session.free[:, agenda.issues]
        luck = self._tie_breakers()[session.origin]
        for _ in range(track.revisions):
            utility = session.stakes.utility(text)
            now = prospect(session.stakes.agreement(text, utility), estimate, weights)
            changed = prospects(text, utility, agenda, session.stakes, estimate, weights)
            bars = barred(text, agenda, blocked, free, plan.never)
            mending = untenable(text, agenda, blocked, free, plan.never)
            slot, worthwhile = best_change(now, changed, bars, mending, luck, agenda)
            if not worthwhile.any():
                break
            text = redrafted(text, slot, worthwhile, agenda)
        return text

    def _proposers(self, session: _Session) -> NDArray[np.intp]:
        """Return whose turn it is, (held,): the signatories take turns in an order drawn by lot once a history."""
        signatories = self.track.signatories
        if self._order is None:
            streams = [f"{self.track.path}.turn.{self._plan.parties[party]}" for party in signatories]
            lots = np.stack([self._streams.uniform(stream, 0) for stream in streams], axis=1)
            self._order = np.array(signatories, dtype=np.intp)[np.argsort(lots, axis=1)]
        turn = self._state.tracks[self._index].rounds[session.rows] % len(signatories)
        proposers: NDArray[np.intp] = self._order[session.origin, turn]
        return proposers

    def _offered(self, session: _Session, proposer: NDArray[np.intp], wish: Array) -> Columns:
        """Return what those whose turn it is propose (alternating offers)."""
        track, text = self.track, session.status_quo.copy()
        blocked, luck = self._blocked(session), self._tie_breakers()[session.origin]
        for party in track.signatories:
            mine = np.nonzero(proposer == party)[0]
            if mine.size:
                rows = session.rows[mine]
                free = session.free[mine][:, track.agenda.issues]
                room = Room(track.agenda, blocked[mine], free, self._plan.never, luck[mine])
                weights = self._outlook.of_rows(self._outlook.of_track(track, "weights"), rows)
                stakes = self._outlook.stakes(track, rows)
                text[mine] = offer(session.status_quo[mine], room, stakes, party, wish[mine, party], weights)
        return text

    def _decision(
        self, session: _Session, stance: _Stance, text: Columns, proposer: NDArray[np.intp] | None
    ) -> Outcome:
        """Ask everybody whose consent the text needs; a proposer knows its own mind."""
        plan, track = self._plan, self.track
        worth = session.stakes.utility(text)
        consent = asked(text, session.status_quo, track.signatories, track.holders, len(plan.parties))
        crossed = crossing(text, plan.lines, session.live, len(plan.parties))
        noise = self._noise(session)
        if proposer is not None:
            noise[np.arange(proposer.size), proposer] = 0.0
        value = session.stakes.agreement(text, worth)
        refusals = consent & ~accepts(value, stance.wish, noise, crossed)
        is_text = (text != session.status_quo).any(axis=1) | self._stops_fighting(session)
        is_text &= ~forbidden(text, session.free, plan.never)
        refusals &= is_text[:, None]
        self._note_moves(session.rows[is_text], stance.tough[is_text])
        return Outcome(
            rows=session.rows,
            text=text,
            worth=worth,
            consent=consent,
            signed=is_text & ~refusals.any(axis=1),
            refusals=refusals,
            objections=self._objections(session, text, refusals),
            pressed=np.any(consent & (stance.pressure > 0), axis=1),
        )

    def _stops_fighting(self, session: _Session) -> Flags:
        """Tell where a signature would stop fighting: only there can a text that moves nothing be signed."""
        fighting = self._state.state[session.rows] == FIGHTING
        stops = self._plan.war is not None and self.track.kind != "limited"
        return fighting if stops else np.zeros_like(fighting)

    def _objections(self, session: _Session, text: Columns, refusals: Flags) -> dict[int, Columns]:
        found = {}
        for party in self.track.consenters:
            mine = refusals[:, party]
            if mine.any():
                shortfall = self._outlook.of_rows(self._outlook.shortfall, session.rows[mine])
                agenda = self.track.agenda.issues
                found[party] = objection(text[mine], party, shortfall, self._plan.lines, session.live[mine], agenda)
        return found

    def _best(self, session: _Session) -> Array:
        """Return A*, each party's best agreement on the agenda; 0 for those who are never asked."""
        if self._edition != self._outlook.edition:
            self._ideals = self._best_packages()
            self._edition = self._outlook.edition
        best = np.zeros(session.refusal.shape)
        for party, (package, worth) in self._ideals.items():
            text, utility = package[session.rows], worth[session.rows]
            best[:, party] = session.stakes.agreement_of(party, text, utility)
        return best

    def _best_packages(self) -> dict[int, tuple[Columns, Array]]:
        """Return for everybody who may be asked its best package on the agenda, and what that is worth to it."""
        state, outlook, track = self._state, self._outlook, self.track
        free = ~(state.fixed | state.taken) & self._on_agenda
        packages = {}
        for party in track.consenters:
            package = best_package(outlook.table, self._plan.slots, party, track.agenda.issues, state.status_quo, free)
            packages[party] = package, outlook.utility(package)[:, party]
        return packages

    def _toughness(self, session: _Session) -> Array:
        """Return τ of every party."""
        standing, outlook = self._state.tracks[self._index], self._outlook
        patience = outlook.of_rows(outlook.of_track(self.track, "patience"), session.rows)
        return toughness(
            standing.clock[session.rows],
            patience,
            outlook.of_rows(outlook.of_party("concession"), session.rows),
            self._urgency(session)[:, None],
        )

    def _note_moves(self, rows: NDArray[np.intp], tough: Array) -> None:
        """Note who has moved since the last round; one without a text counts as none."""
        standing = self._state.tracks[self._index]
        standing.slowed[rows] = stood_still(standing.toughness[rows], tough, self.track.signatories)
        standing.toughness[rows] = tough

    def _urgency(self, session: _Session) -> Array:
        """Return q·p, the urgency that the next deadline lends, (held,)."""
        due = next((deadline for deadline in self.track.deadlines if deadline.tick >= session.tick), None)
        if due is None:
            return np.zeros(session.rows.size)
        stated = self._outlook.of_rows(self._outlook.number(f"{self.track.path}.deadline.credibility"), session.rows)
        left = self._state.tracks[self._index].credibility[session.rows]
        return stated * left * due.passed(float(self._plan.ticks.days[session.tick]))

    def _noise(self, session: _Session) -> Array:
        """Return T·logit(U) of everybody who may be asked."""
        scale = self._outlook.of_rows(self._outlook.of_party("judgement_noise"), session.rows)
        noise = np.zeros(session.refusal.shape)
        for party in self.track.consenters:
            if scale[:, party].any():
                stream = f"{self.track.path}.consent.{self._plan.parties[party]}"
                u = self._streams.uniform(stream, session.tick)[session.origin]
                noise[:, party] = scale[:, party] * inverse.logistic(u)
        return noise

    def _estimate(self, session: _Session, weights: Array) -> Array:
        """Return N̂', the mediator's estimate of what a refusal leaves, made afresh each round."""
        error = self._outlook.of_rows(self._outlook.number(f"{self.track.path}.mediator_error"), session.rows)
        estimate = session.refusal
        if error.any():
            estimate = estimate.copy()
            for party in np.nonzero(weights.any(axis=0))[0]:
                stream = f"{self.track.path}.mediator_error.{self._plan.parties[party]}"
                u = self._streams.uniform(stream, session.tick)[session.origin]
                estimate[:, party] += error * inverse.normal(u)
        return estimate

    def _blocked(self, session: _Session) -> Flags:
        """Tell which options stand behind a live red line of somebody who may have to consent."""
        agenda = self.track.agenda
        blocked = np.zeros((session.rows.size, agenda.columns.size), dtype=bool)
        for index, line in enumerate(self._plan.lines):
            if line.party in self.track.consenters and line.issue in agenda.issues:
                blocked[:, int(np.searchsorted(agenda.columns, line.column))] |= session.live[:, index]
        return blocked

    def _tie_breakers(self) -> Array:
        """Return the luck that breaks ties between changes, for the block as it began."""
        if self._luck is None:
            plan, draws = self._plan, []
            for issue in self.track.agenda.issues:
                stream = f"{self.track.path}.tie.{plan.issues[issue]}"
                draws += [self._streams.uniform(stream, 0, lane) for lane in range(len(plan.options[issue]))]
            self._luck = TIE * np.stack(draws, axis=1)
        return self._luck
