"""A round of talks: the mediator redrafts or a party makes an offer, the parties decide (model 6 to 8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.kernel import has_room
from negosim.engine.kernel.meeting import Meeting
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.record.history import TrackHistory
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams
from negosim.engine.talks.drafts import Drafts, tie_breakers
from negosim.engine.talks.round_outcome import Answers, RoundOutcome
from negosim.engine.values import PartyValues
from negosim.model import inverse
from negosim.model.consent import accepts
from negosim.model.packages import Flags, of_rows
from negosim.model.stakes import Stakes
from negosim.model.talks.concession import aspiration, stood_still, toughness
from negosim.model.talks.drafting import best_change
from negosim.model.talks.offering import Room, offer


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
    """What a round has before it, in the trials in which it is held.

    Attributes
    ----------
    tick : when.
    rows, origin : (held,) their places in the block as it is and as it began.
    stakes : what a text means to the parties.
    refusal : (held, parties) N', what a refusal leaves.
    pressure, tough, wish : (held, parties) or (1, parties) the pressure on each, its τ and its aspiration.
    """

    tick: int
    rows: NDArray[np.intp]
    origin: NDArray[np.intp]
    stakes: Stakes
    refusal: Array
    pressure: Array
    tough: Array
    wish: Array


class Talks:
    """The table at which one track meets."""

    def __init__(
        self, plan: Plan, index: int, streams: Streams, party_values: PartyValues, state: State, kept: TrackHistory
    ) -> None:
        self.track = plan.tracks[index]
        self._plan = plan
        self._index = index
        self._streams = streams
        self._party_values = party_values
        self._state = state
        self._kept = kept
        self._order: NDArray[np.intp] | None = None
        luck = tie_breakers(plan, index, streams)
        self._meeting = Meeting(plan, index, streams, party_values, state, luck, kept) if has_room(plan) else None
        self._drafts = Drafts(plan, index, party_values, state, luck) if self._meeting is None else None

    def keep(self, rows: Flags) -> None:
        """Leave only some trials."""
        if self._drafts is not None:
            self._drafts.keep(rows)

    def open_draft(self) -> None:
        """Put the first draft on the table: what it leaves out is at the status quo of the day."""
        draft = self._state.tracks[self._index].draft
        draft[:] = self._state.status_quo
        for issue, column in self.track.first_draft.items():
            draft[:, issue] = column

    def hold(self, tick: int, *, with_answers: bool = False) -> RoundOutcome | None:
        """Hold a round wherever the talks are open, and count where it failed; None if they are nowhere.

        Parameters
        ----------
        tick : when.
        with_answers : whether to tell of every history, and what everybody said.
        """
        rows = np.nonzero(is_open(self._plan, self._index, self._state, tick))[0]
        if not rows.size:
            return None
        takes_turns = self.track.protocol == "alternating_offers"
        proposer = self._proposers(rows) if takes_turns else None
        self._state.tracks[self._index].rounds[rows] += 1
        if self._meeting is not None:
            return self._meeting.hold(tick, rows, proposer, self._passed(tick), with_answers=with_answers)
        self.drafts.catch_up(rows)
        session = self._session(tick, rows)
        if proposer is not None:
            self._make_offers(session, proposer)
        elif self.track.revisions:
            self._redraft(session)
        return self._decision(session, proposer)

    @property
    def drafts(self) -> Drafts:
        """What is kept from round to round where arrays do the work."""
        assert self._drafts
        return self._drafts

    def _session(self, tick: int, rows: NDArray[np.intp]) -> _Session:
        pressure = self._party_values.of_rows(self._party_values.of_track(self.track, "pressure"), rows)
        stakes = self._party_values.stakes(self.track, rows)
        refusal = self._party_values.no_deal()[rows] - pressure
        tough = self._toughness(tick, rows)
        return _Session(
            tick=tick,
            rows=rows,
            origin=self._state.row[rows],
            stakes=stakes,
            refusal=refusal,
            pressure=pressure,
            tough=tough,
            wish=aspiration(refusal, self._best(stakes, rows), tough),
        )

    def _best(self, stakes: Stakes, rows: NDArray[np.intp]) -> Array:
        """Return A*, each party's best agreement on the agenda; 0 for those who are never asked."""
        best: Array = stakes.value(*self.drafts.best(rows))
        return best

    def _redraft(self, session: _Session) -> None:
        """Let the mediator change the draft (single text)."""
        drafts = self.drafts
        assert drafts.position
        weights = self._party_values.of_rows(self._party_values.of_track(self.track, "weights"), session.rows)
        estimate = self._estimate(session, weights)
        places = np.arange(session.rows.size)
        for _ in range(self.track.revisions):
            rows, stakes = session.rows[places], session.stakes.part(places)
            few = of_rows(weights, places)
            slot, worthwhile = best_change(drafts.position, rows, stakes, estimate[places], few)
            # Where nothing was worth changing, nothing will be in the next revision.
            places, rows, slot = places[worthwhile], rows[worthwhile], slot[worthwhile]
            if not rows.size:
                return
            drafts.change(rows, slot)

    def _proposers(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return whose turn it is, (held,): the signatories take turns in an order drawn by lot once a history."""
        signatories = self.track.signatories
        if self._order is None:
            streams = [f"{self.track.path}.turn.{self._plan.parties[party]}" for party in signatories]
            lots = np.stack([self._streams.uniform(stream, 0) for stream in streams], axis=1)
            self._order = np.array(signatories, dtype=np.intp)[np.argsort(lots, axis=1)]
        turn = self._state.tracks[self._index].rounds[rows] % len(signatories)
        proposers: NDArray[np.intp] = self._order[self._state.row[rows], turn]
        return proposers

    def _make_offers(self, session: _Session, proposer: NDArray[np.intp]) -> None:
        """Let those whose turn it is propose a text (alternating offers)."""
        track, drafts = self.track, self.drafts
        weights = self._party_values.of_rows(self._party_values.of_track(track, "weights"), session.rows)
        for party in track.signatories:
            mine = np.nonzero(proposer == party)[0]
            if mine.size:
                rows = session.rows[mine]
                free = drafts.free[rows][:, track.agenda.issues]
                room = Room(track.agenda, drafts.blocked[rows], free, self._plan.never, drafts.luck[rows])
                stakes, quo = session.stakes.part(mine), self._state.status_quo[rows]
                drafts.put(rows, offer(quo, room, stakes, party, session.wish[mine, party], of_rows(weights, mine)))

    def _decision(self, session: _Session, proposer: NDArray[np.intp] | None) -> RoundOutcome:
        """Ask everybody whose consent the text needs; a proposer knows its own mind."""
        drafts, rows = self.drafts, session.rows
        drafts.settle(rows)
        worth, consent = drafts.utility[rows], drafts.consent[rows]
        value = session.stakes.value(worth, drafts.gap[rows])
        noise = self._noise(session)
        if proposer is not None:
            noise[np.arange(proposer.size), proposer] = 0.0
        refusals = consent & ~accepts(value, session.wish, noise, drafts.crossed[rows])
        is_text = (drafts.moves[rows] | self._stops_fighting(session)) & ~drafts.forbidden[rows]
        refusals &= is_text[:, None]
        self._note_moves(rows[is_text], session.tough[is_text])
        objections, failed = self._objections(rows, refusals), refusals.any(axis=1)
        self._kept.count_failures(session.origin[failed], refusals[failed], objections[failed])
        return RoundOutcome(
            rows=rows,
            text=drafts.text[rows],
            worth=worth,
            consent=consent,
            signed=is_text & ~failed,
            pressed=np.any(consent & (session.pressure > 0), axis=1),
            answers=Answers(
                refusals=refusals,
                objections=objections,
                value=value,
                aspiration=session.wish,
                reservation=session.refusal,
                noise=noise,
                crossed=drafts.crossed[rows],
                proposer=proposer,
            ),
        )

    def _objections(self, rows: NDArray[np.intp], refusals: Flags) -> NDArray[np.int32]:
        """Return the issue over which each party refuses, (held, parties); -1 where it does not."""
        found = np.full(refusals.shape, -1, dtype=np.int32)
        for party in self.track.consenters:
            refused = refusals[:, party]
            if refused.any():
                found[refused, party] = self.drafts.objection(party, rows[refused])
        return found

    def _stops_fighting(self, session: _Session) -> Flags:
        """Tell where a signature would stop fighting: only there can a text that moves nothing be signed."""
        fighting = self._state.state[session.rows] == FIGHTING
        stops = self._plan.war is not None and self.track.kind != "limited"
        return fighting if stops else np.zeros_like(fighting)

    def _toughness(self, tick: int, rows: NDArray[np.intp]) -> Array:
        """Return τ of every party."""
        standing, party_values = self._state.tracks[self._index], self._party_values
        patience = party_values.of_rows(party_values.of_track(self.track, "patience"), rows)
        return toughness(
            standing.clock[rows],
            patience,
            party_values.of_rows(party_values.of_party("concession"), rows),
            self._urgency(tick, rows)[:, None],
        )

    def _note_moves(self, rows: NDArray[np.intp], tough: Array) -> None:
        """Note who has moved since the last round; one without a text counts as none."""
        standing = self._state.tracks[self._index]
        standing.slowed[rows] = stood_still(standing.toughness[rows], tough, self.track.signatories)
        standing.toughness[rows] = tough

    def _urgency(self, tick: int, rows: NDArray[np.intp]) -> Array:
        """Return q·p, the urgency that the next deadline lends, (held,)."""
        passed = self._passed(tick)
        if not passed:
            return np.zeros(rows.size)
        stated = self._party_values.of_rows(self._party_values.number(f"{self.track.path}.deadline.credibility"), rows)
        left = self._state.tracks[self._index].credibility[rows]
        return stated * left * passed

    def _passed(self, tick: int) -> float:
        """Return p, the share of the time to the next deadline that has passed; 0 without one."""
        due = next((deadline for deadline in self.track.deadlines if deadline.tick >= tick), None)
        return due.passed(float(self._plan.ticks.days[tick])) if due else 0.0

    def _noise(self, session: _Session) -> Array:
        """Return T·logit(U) of everybody who may be asked."""
        scale = self._party_values.of_rows(self._party_values.of_party("judgement_noise"), session.rows)
        noise = np.zeros(session.refusal.shape)
        for party in self.track.consenters:
            if scale[:, party].any():
                stream = f"{self.track.path}.consent.{self._plan.parties[party]}"
                u = self._streams.of_rows(session.origin, stream, session.tick)
                noise[:, party] = scale[:, party] * inverse.logistic(u)
        return noise

    def _estimate(self, session: _Session, weights: Array) -> Array:
        """Return N̂', the mediator's estimate of what a refusal leaves, made afresh each round."""
        error = self._party_values.of_rows(self._party_values.number(f"{self.track.path}.mediator_error"), session.rows)
        estimate = session.refusal
        if error.any():
            estimate = estimate.copy()
            for party in np.nonzero(weights.any(axis=0))[0]:
                stream = f"{self.track.path}.mediator_error.{self._plan.parties[party]}"
                u = self._streams.of_rows(session.origin, stream, session.tick)
                estimate[:, party] += error * inverse.normal(u)
        return estimate
