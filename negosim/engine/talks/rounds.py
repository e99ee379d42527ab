"""A round of talks: a text is drafted by the track's protocol and put to those it asks (model 6 to 8)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine.foresight import NOBODY, Foresight
from negosim.engine.itself import Itself
from negosim.engine.plan import ROUNDING, Plan, TrackPlan
from negosim.engine.record.history import TrackHistory
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams
from negosim.engine.talks.held_round import HeldRound
from negosim.engine.talks.moods import Moods
from negosim.engine.talks.round_outcome import Answers, RoundOutcome
from negosim.engine.talks.rules import laws_of, protocol_of
from negosim.engine.values import PartyValues
from negosim.model.consent import accepts, asked, crossing, falls_short, objection, whose
from negosim.model.packages import Columns, Flags, of_rows, picked
from negosim.model.stakes import Stakes
from negosim.model.talks.concession import Pace, ask, aspiration, by_time, stood_still
from negosim.model.talks.offences import DraftingRoom
from negosim.model.talks.protocols import Situation
from negosim.model.talks.text_changes import TIE, forbidden
from negosim.registry import PROTOCOLS

Rows = NDArray[np.intp]

_KEPT = 64
"""Tracks whose ties are kept described."""


def in_season(track: TrackPlan, state: State) -> Flags:
    """Tell in which histories talks of a kind have something to bring.

    Ceasefire talks have while there is fighting, settlement and limited talks until there is a settlement.
    """
    fighting: Flags = state.state == FIGHTING
    return fighting if track.kind == "ceasefire" else fighting | (state.state == CEASEFIRE)


def is_open(plan: Plan, index: int, state: State, tick: int) -> Flags:
    """Tell in which histories the talks of a track are open.

    They have begun, no breach has closed them, no text of theirs waits for ratification, and no limited deal of theirs
    is in force.
    """
    standing, day = state.tracks[index], float(plan.ticks.days[tick])
    if tick < plan.tracks[index].opens:
        return np.zeros(state.trials, dtype=bool)
    closed = day < standing.closed_until - ROUNDING
    return in_season(plan.tracks[index], state) & ~closed & ~standing.waiting & ~standing.agreed


def tie_breakers(plan: Plan, index: int, streams: Streams) -> Array:
    """Draw the luck that breaks ties between changes, (trials, agenda columns); none where nobody makes any."""
    track = plan.tracks[index]
    is_foreign = not PROTOCOLS.is_built_in(track.protocol)
    if not (track.revisions or is_foreign or PROTOCOLS.get(track.protocol).takes_turns):
        return np.zeros((streams.count, 0))
    luck = np.ascontiguousarray(streams.uniforms(*_ties(Itself(plan), index)).T)
    luck *= TIE
    return luck


@lru_cache(maxsize=_KEPT)
def _ties(plan: Itself[Plan], index: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the streams and the lanes of the luck that breaks ties, one of each for every option on the agenda."""
    item, track = plan.item, plan.item.tracks[index]
    options = [(issue, lane) for issue in track.agenda.issues for lane in range(len(item.options[issue]))]
    names = tuple(f"{track.path}.tie.{item.issues[issue]}" for issue, _ in options)
    return names, tuple(lane for _, lane in options)


def order_of_turns(plan: Plan, index: int, streams: Streams) -> Rows:
    """Return the order in which the signatories take turns, drawn by lot once a history, (trials, signatories)."""
    track = plan.tracks[index]
    names = [f"{track.path}.turn.{plan.parties[party]}" for party in track.signatories]
    lots = np.ascontiguousarray(streams.uniforms(names).T)
    order: Rows = np.array(track.signatories, dtype=np.intp)[np.argsort(lots, axis=1)]
    return order


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
        self._foresight = Foresight(plan, party_values, state)
        self._moods = Moods(plan, index, streams, party_values, state)
        self._issues = np.array(track.agenda.issues, dtype=np.intp)
        self._on_agenda = np.zeros(len(plan.issues), dtype=bool)
        self._on_agenda[self._issues] = True
        self._lines = [place for place, line in enumerate(plan.lines) if self._on_agenda[line.issue]]
        self._drawn = [plan.lines[place] for place in self._lines]

    # -- between rounds -------------------------------------------------------------------------------------------

    def open_draft(self) -> None:
        """Put the first draft on the table: what it leaves out is at the status quo of the day."""
        draft = self._state.tracks[self._index].draft
        draft[:] = self._state.status_quo
        for issue, column in self.track.first_draft.items():
            draft[:, issue] = column

    # -- a round --------------------------------------------------------------------------------------------------

    def hold(self, tick: int, *, with_answers: bool = False) -> RoundOutcome | None:
        """Hold a round wherever the talks are open, and count where it failed; None if there is nothing to report.

        Parameters
        ----------
        tick : when.
        with_answers : whether to report of every history, and what everybody said.
        """
        return self._meet(tick, with_answers=with_answers)

    def ask_again(self, tick: int, *, with_answers: bool = False) -> RoundOutcome | None:
        """Ask about the text of the last round wherever the talks are open; None if there is nothing to report.

        It is no round: the text stays as it is, nobody's mood changes, and refusals are not counted.

        Parameters
        ----------
        tick, with_answers : as in `hold`.
        """
        return self._meet(tick, with_answers=with_answers, between=True)

    def _meet(self, tick: int, *, with_answers: bool, between: bool = False) -> RoundOutcome | None:
        """Hold a round, or ask again. Where the talks are plain everybody's answers are reported in any case."""
        rounds = self._state.tracks[self._index].rounds
        meets = is_open(self._plan, self._index, self._state, tick)
        rows = np.nonzero(meets & (rounds > 0) if between else meets)[0]
        if not rows.size:
            return None
        rounds[rows] += not between
        meeting = self.open_round(tick, rows, self._proposers(rows), between=between)
        text = self._text_on_the_table(meeting) if between else self._draft(meeting)
        return self._decide(meeting, text)

    def open_round(self, tick: int, rows: Rows, proposer: Rows | None, *, between: bool = False) -> HeldRound:
        """Find out what is open, and what everybody asks for; nothing is changed by it."""
        state, values = self._state, self._party_values
        free = ~(state.fixed[rows] | state.taken[rows]) & self._on_agenda
        live = state.live[rows][:, self._lines] & free[:, [line.issue for line in self._drawn]]
        stakes, no_deal = values.stakes(self.track, rows), values.no_deal()[rows]
        pressure = values.of_rows(values.of_track(self.track, "pressure"), rows)
        foreseen = self._foresight.foreseen(self.track, rows, pressure, float(self._plan.ticks.days[tick]))
        reservation = no_deal - pressure + foreseen
        toughness = self._toughness(tick, rows)
        best = self._best_agreement(stakes, rows, free, live)
        return HeldRound(
            tick=tick,
            rows=rows,
            origin=state.row[rows],
            status_quo=state.status_quo[rows],
            free=free,
            live=live,
            stakes=stakes,
            no_deal=no_deal,
            pressure=pressure,
            toughness=toughness,
            reservation=reservation,
            best=best,
            aspiration=aspiration(reservation, best, toughness),
            proposer=proposer,
            between=between,
        )

    def _proposers(self, rows: Rows) -> Rows | None:
        """Return who makes the offer of a round, (held,); None where nobody takes turns."""
        if not self._protocol.takes_turns:
            return None
        turn = (self._state.tracks[self._index].rounds[rows] - 1) % len(self.track.signatories)
        proposers: Rows = self._order[self._state.row[rows], turn]
        return proposers

    @cached_property
    def _order(self) -> Rows:
        return order_of_turns(self._plan, self._index, self._streams)

    @cached_property
    def _luck(self) -> Array:
        return tie_breakers(self._plan, self._index, self._streams)

    # -- what everybody asks for (model 6) ------------------------------------------------------------------------

    def _best_agreement(self, stakes: Stakes, rows: Rows, free: Flags, live: Flags) -> Array:
        """Return A*, the value of each party's best agreement on the agenda; 0 for those who are never asked.

        It lies behind no live red line of its own, and holds nothing that is excluded: nobody aspires to what it would
        not sign.
        """
        best = np.zeros(stakes.fallback.shape)
        for party in self.track.consenters:
            text = self._party_values.best_package(party, rows, free, self._barred(live, (party,)))
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
        passed = self.track.passed(tick, float(self._plan.ticks.days[tick]))
        if not passed:
            return np.zeros(rows.size)
        stated = self._party_values.of_rows(self._party_values.number(f"{self.track.path}.deadline.credibility"), rows)
        return stated * self._state.tracks[self._index].credibility[rows] * passed

    # -- the text (model 8) ---------------------------------------------------------------------------------------

    def _text_on_the_table(self, meeting: HeldRound) -> Columns:
        """Return the last text, with the status quo of the day on issues that are not open."""
        draft = self._state.tracks[self._index].draft[meeting.rows]
        return np.where(meeting.free, draft, meeting.status_quo)

    def _draft(self, meeting: HeldRound) -> Columns:
        """Return the text that is put to the parties. The draft keeps what it says on issues that are not open."""
        standing, values, rows, free = self._state.tracks[self._index], self._party_values, meeting.rows, meeting.free
        text = self._protocol.draft(
            Situation(
                draft=self._text_on_the_table(meeting),
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
        standing.draft[rows] = np.where(free, text, standing.draft[rows])
        return text

    def _barred(self, live: Flags, parties: Sequence[int]) -> Flags:
        """Return which options are excluded or behind live red lines of some parties, (held, columns)."""
        barred = np.zeros((live.shape[0], self._plan.columns), dtype=bool)
        barred[:, self.track.excluded] = True
        for place, line in enumerate(self._drawn):
            if line.party in parties:
                barred[:, line.column] |= live[:, place]
        return barred

    def _room(self, meeting: HeldRound) -> DraftingRoom:
        """Return what a text may contain."""
        track = self.track
        return DraftingRoom(
            agenda=track.agenda,
            blocked=self._barred(meeting.live, track.consenters)[:, track.agenda.columns],
            free=meeting.free[:, self._issues],
            never=self._plan.never,
            luck=self._luck[meeting.origin],
            status_quo=meeting.status_quo,
            parties=len(self._plan.parties),
            signatories=track.signatories,
            holders=track.holders,
            lines=self._drawn,
            live=meeting.live,
            excluded=track.excluded,
        )

    def _estimate(self, meeting: HeldRound) -> Array:
        """Return N̂', the mediator's estimate of what a refusal leaves; its errors last."""
        values, rows = self._party_values, meeting.rows
        self._moods.misread(rows, meeting.tick)
        error = values.of_rows(values.number(f"{self.track.path}.mediator_error"), rows)
        return meeting.reservation + error[:, None] * self._state.tracks[self._index].misreading[rows]

    # -- consent (model 7) ----------------------------------------------------------------------------------------

    def _decide(self, meeting: HeldRound, text: Columns) -> RoundOutcome:
        """Ask everybody whose consent the text needs, and count where somebody refuses."""
        track, parties, stakes = self.track, len(self._plan.parties), meeting.stakes
        worth = stakes.utility(text)
        value = stakes.agreement(text, worth)
        consent = asked(text, meeting.status_quo, track.signatories, track.holders, parties)
        crosses = crossing(text, self._drawn, meeting.live)
        crossed = whose(crosses, self._drawn, parties)
        is_text = self._can_be_signed(meeting, text)
        if not meeting.between:
            self._moods.judge(meeting.rows, consent & is_text[:, None], meeting.tick)
        asks = self._asks(meeting)
        opponents = self._foresight.opponents(
            track, meeting.rows, value, meeting.no_deal, float(self._plan.ticks.days[meeting.tick])
        )
        willing = accepts(value, asks, crossed)
        refusals = is_text[:, None] & consent & ~(willing & (opponents == NOBODY))
        failed = refusals.any(axis=1)
        judges = np.where(willing & (opponents != NOBODY), opponents, np.arange(parties))
        objections = self._objections(meeting, text, refusals, crosses, judges)
        if not meeting.between:
            self._note_moves(meeting.rows[is_text], meeting.toughness[is_text])
            self._kept.count_failures(meeting.origin[failed], refusals[failed], objections[failed])
        signed = is_text & ~failed
        return RoundOutcome(
            rows=meeting.rows,
            text=text,
            worth=worth,
            consent=consent,
            signed=signed,
            pressed=np.any(consent & (meeting.pressure > 0), axis=1),
            below=signed & np.any(consent & falls_short(value, meeting.aspiration), axis=1),
            answers=Answers(
                refusals=refusals,
                objections=objections,
                value=value,
                aspiration=meeting.aspiration,
                reservation=meeting.reservation,
                ask=asks,
                mood=self._state.tracks[self._index].mood[meeting.rows],
                crossed=crossed,
                proposer=meeting.proposer,
            ),
            between=meeting.between,
        )

    def _can_be_signed(self, meeting: HeldRound, text: Columns) -> Flags:
        """Tell where a text brings something, and holds nothing that is excluded or forbidden, of its own doing.

        It brings something where it moves something, stops fighting, or turns a ceasefire into a settlement.
        """
        brings: Flags = (text != meeting.status_quo).any(axis=1)
        state, kind = self._state.state[meeting.rows], self.track.kind
        if self._plan.war is not None and kind != "limited":
            brings |= state == FIGHTING
        if kind == "settlement":
            brings |= state == CEASEFIRE
        excluded = (np.isin(text, self.track.excluded) & meeting.free).any(axis=1)
        signable: Flags = brings & ~excluded & ~forbidden(text, meeting.free, self._plan.never)
        return signable

    def _asks(self, meeting: HeldRound) -> Array:
        """Return what everybody asks for in its mood; a proposer knows its own mind."""
        scale = self._party_values.of_rows(self._party_values.of_party("judgement_noise"), meeting.rows)
        mood = scale * self._state.tracks[self._index].mood[meeting.rows]
        if meeting.proposer is not None:
            mood[np.arange(meeting.rows.size), meeting.proposer] = 0.0
        return ask(meeting.reservation, meeting.best, meeting.toughness, mood)

    def _objections(
        self, meeting: HeldRound, text: Columns, refusals: Flags, crosses: Flags, judges: Rows
    ) -> NDArray[np.int32]:
        """Return the issue over which each party refuses, (held, parties); -1 where it does not.

        Parameters
        ----------
        judges : (held, parties) by whose values each party refuses: its own, or those that a body of its votes by.
        """
        values, issues = self._party_values, self._issues
        best = of_rows(values.salience * values.best_value, meeting.rows)[:, issues]
        missing = best - picked(values.worth.table, text[:, issues], meeting.rows)
        found = np.full(refusals.shape, -1, dtype=np.int32)
        for party in self.track.consenters:
            crossed = np.zeros(missing.shape[:2], dtype=bool)
            for place, line in enumerate(self._drawn):
                if line.party == party:
                    crossed[:, self.track.agenda.issues.index(line.issue)] |= crosses[:, place]
            short = np.take_along_axis(missing, judges[:, None, party, None], axis=2)[:, :, 0]
            over = issues[objection(short, crossed, meeting.free[:, issues])]
            found[:, party] = np.where(refusals[:, party], over, -1)
        return found

    def _note_moves(self, rows: Rows, toughness: Array) -> None:
        """Note who has moved since the last round; one without a text counts as none."""
        standing = self._state.tracks[self._index]
        standing.slowed[rows] = stood_still(standing.toughness[rows], toughness, self.track.signatories)
        standing.toughness[rows] = toughness
