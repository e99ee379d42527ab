"""Agreements: agreements come into force and break down (model 9)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.ratification import Ratification, text_voted_on
from negosim.engine.record.history import AGREEMENTS
from negosim.engine.record.recorder import Recorder
from negosim.engine.record.states import CEASEFIRE, ENDED, FIGHTING, SETTLEMENT
from negosim.engine.state import MOST_DISTRUST, State
from negosim.engine.streams import Array, Streams
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.talks.rounds import in_season
from negosim.engine.values import PartyValues
from negosim.model.durability import breach_time, chance_within
from negosim.model.packages import Columns, Flags
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.paths import AFTER
from negosim.scenario.schema.events import Breaks

GAINS = 1e-12
"""By how much breaking a text must gain more than its cost: more than floating-point rounding."""

_NOWHERE = np.zeros(0, dtype=np.intp)

_STATES = {"ceasefire": CEASEFIRE, "settlement": SETTLEMENT}


def may_tempt(parameters: Parameters, track: TrackPlan) -> bool:
    """Tell whether anybody may ever be tempted to break an agreement of a track."""
    path = AFTER.opportunism(track.id)
    return parameters.support(path)[1] > 0.0 or parameters.may_change(path)


def may_break(plan: Plan) -> bool:
    """Tell whether an event may break agreements."""
    return any(isinstance(effect, Breaks) for event in plan.events for effect in event.effects)


class Agreements:
    """The agreements of a block.

    Attributes
    ----------
    ratification : the bodies that vote on them.
    """

    def __init__(
        self,
        plan: Plan,
        parameters: Parameters,
        streams: Streams,
        party_values: PartyValues,
        state: State,
        recorder: Recorder,
    ) -> None:
        self._plan = plan
        self._streams = streams
        self._party_values = party_values
        self._state = state
        self._recorder = recorder
        self.ratification = Ratification(plan, streams, party_values, state, recorder)
        self._may_tempt = [may_tempt(parameters, track) for track in plan.tracks]
        self._is_threatened = recorder.wants_answers or may_break(plan)

    # -- signatures and votes -------------------------------------------------------------------------------------

    def sign(self, index: int, outcome: RoundOutcome, tick: int) -> None:
        """Bring into force what a round of a track has signed, or have it ratified first."""
        signed = outcome.signed
        rows, text, pressed = outcome.rows[signed], outcome.text[signed], outcome.pressed[signed]
        if not rows.size:
            return
        self._recorder.signed(index, rows, text, outcome.worth[signed], tick)
        votes = self.ratification.votes_needed(index, rows, outcome.consent[signed], tick)
        later = ~np.isnan(votes).all(axis=1)
        self._enter(index, rows[~later], text[~later], pressed[~later], tick)
        self.ratification.wait(index, rows[later], text[later], pressed[later], votes[later])
        if self._plan.tracks[index].truce:
            waiting = rows[later]
            self._begin_truce(index, waiting[self._state.state[waiting] == FIGHTING], tick)

    def ratify(self, index: int, tick: int) -> None:
        """Hold the votes on texts of a track whose time has come."""
        state, standing = self._state, self._state.tracks[index]
        if not standing.waiting.any():
            return
        decided, day = self.ratification.hold(index, tick), float(self._plan.ticks.days[tick])
        failed = decided.lost[self._in_truce(index, decided.lost)]
        self._close((index,), index, failed, day)
        self._end_truce(failed, day)
        passed = decided.passed
        if self._plan.tracks[index].kind == "limited":  # a limited deal does not stop the war
            self._end_truce(passed[self._in_truce(index, passed)], day)
        self._enter(index, passed, text_voted_on(self._plan, state, index, passed), standing.pressed[passed], tick)

    # -- a truce until the votes ----------------------------------------------------------------------------------

    def _in_truce(self, index: int, rows: NDArray[np.intp]) -> Flags:
        """Tell where the ceasefire in force is the truce of a track's text, (rows,)."""
        held: Flags = self._state.truce[rows] & (self._state.under[rows] == index)
        return held

    def _begin_truce(self, index: int, rows: NDArray[np.intp], tick: int) -> None:
        """Stop the fighting until the votes on a text of a track: a ceasefire without terms, which never breaks."""
        if rows.size:
            self._state.truce[rows] = True
            self._stop_fighting(index, rows, self._state.status_quo[rows], CEASEFIRE)
            self._state.breaks[rows] = np.inf
            self._recorder.entered("ceasefire", rows, tick)
            self._recorder.entered("agreement", rows, tick)

    def _end_truce(self, rows: NDArray[np.intp], day: float) -> None:
        """Let the fighting go on where a truce is over: no breach."""
        if rows.size:
            self._recorder.truce_over(rows, np.full(rows.size, day))
            self._resume(rows)

    # -- in force -------------------------------------------------------------------------------------------------

    def _enter(self, index: int, rows: NDArray[np.intp], text: Columns, pressed: Flags, tick: int) -> None:
        """Bring texts into force, and draw how long they last."""
        if not rows.size:
            return
        track, state, party_values = self._plan.tracks[index], self._state, self._party_values
        penalty = party_values.of_rows(party_values.number(AFTER.pressure_penalty(track.id)), rows)
        hazard = party_values.breakdown(track, rows, text) * np.where(pressed, penalty, 1.0)
        u = self._streams.of_rows(state.row[rows], AFTER.breach(track.id), tick)
        years = breach_time(u, hazard, party_values.of_rows(party_values.number(AFTER.shape(track.id)), rows))
        with np.errstate(over="ignore"):  # never
            breaks = self._plan.ticks.days[tick] + DAYS_PER_YEAR * years
        if track.kind == "limited":
            self._strike(index, rows, text, breaks, tick)
            return
        state.truce[rows] = False
        self._stop_fighting(index, rows, text, _STATES[track.kind])
        state.breaks[rows] = breaks
        self._recorder.entered(track.kind, rows, tick)
        self._recorder.entered("agreement", rows, tick)

    def _stop_fighting(self, index: int, rows: NDArray[np.intp], terms: Columns, into: int) -> None:
        """Put terms in force in the place of fighting, or of those of a ceasefire; texts out of season lapse.

        The text that a truce is to give time for does not.
        """
        state = self._state
        state.terms[rows] = terms
        state.left[rows] = terms == state.status_quo[rows]
        state.under[rows] = index
        state.state[rows] = into
        for place, (track, standing) in enumerate(zip(self._plan.tracks, state.tracks, strict=True)):
            standing.waiting[rows] &= in_season(track, state)[rows] | self._in_truce(place, rows)

    def _strike(self, index: int, rows: NDArray[np.intp], text: Columns, breaks: Array, tick: int) -> None:
        """Bring a limited deal into force: what it moves is the new status quo."""
        state, standing = self._state, self._state.tracks[index]
        standing.agreed[rows] = True
        standing.deal[rows] = text
        standing.moved[rows] = text != state.status_quo[rows]
        standing.deal_breaks[rows] = breaks
        state.restate(rows)
        self._recorder.entered("limited", rows, tick)

    def _lapse(self, due: Flags, day: float) -> None:
        """Let limited deals lapse: their issues return to the status quo, and distrust grows.

        A spell of limited deals ends with the last of them.

        Parameters
        ----------
        due : (tracks, trials) which deals.
        day : on which they break, those that have not broken before.
        """
        if not due.any():
            return
        state = self._state
        ended = np.full(state.trials, -np.inf)
        for index, (track, standing, over) in enumerate(zip(self._plan.tracks, state.tracks, due, strict=True)):
            rows = np.nonzero(over)[0]
            if rows.size:
                ended[rows] = np.maximum(ended[rows], np.minimum(standing.deal_breaks[rows], day))
                standing.agreed[rows] = False
                self._distrust_more(track, rows)
                self._close((index,), index, rows, day)
        state.restate(np.nonzero(due.any(axis=0))[0])
        none_left = ~np.any([standing.agreed for standing in state.tracks], axis=0)
        rows = np.nonzero(none_left & due.any(axis=0))[0]
        self._recorder.broken(rows, ended[rows], ("limited",))

    def next_breach(self, tick: int) -> float:
        """Return the day on which something in force may next break down, infinite if none is known.

        Where somebody may be tempted to break it, that is the tick after the present one.
        """
        state, earliest = self._state, float(self._state.breaks.min(initial=np.inf))
        for index, (standing, may_tempt) in enumerate(zip(state.tracks, self._may_tempt, strict=True)):
            deals = standing.agreed & (state.state != ENDED)
            if may_tempt and (deals.any() or ((state.under == index) & ~state.truce).any()):
                return self._plan.ticks.days[tick + 1] if tick + 1 < len(self._plan.ticks) else np.inf
            earliest = min(earliest, float(standing.deal_breaks.min(initial=np.inf, where=deals)))
        return earliest

    def going_on(self) -> Flags:
        """Tell in which histories something is left to be played."""
        goes_on: Flags = (self._state.state != ENDED) & ~self._final()
        return goes_on

    def _final(self) -> Flags:
        """Tell in which histories a settlement holds to the horizon, whatever happens: nothing is left to be played.

        Its time does not come before, nobody may be tempted, no limited deal is in force, no event breaks agreements.
        """
        state = self._state
        if self._is_threatened:
            return np.zeros(state.trials, dtype=bool)
        held: Flags = (state.state == SETTLEMENT) & (state.breaks > self._plan.ticks.days[-1])
        if not held.any():
            return np.zeros_like(held)
        for index, (standing, may_tempt) in enumerate(zip(state.tracks, self._may_tempt, strict=True)):
            held &= ~standing.agreed & ~standing.waiting & ~(may_tempt & (state.under == index))
        return held

    def end(self, rows: NDArray[np.intp]) -> None:
        """Let histories end: what waits for ratification in them lapses."""
        self._state.state[rows] = ENDED
        for standing in self._state.tracks:
            standing.waiting[rows] = False

    def check(self, tick: int) -> None:
        """Break down whatever has reached its time, or pays somebody to break."""
        state, day = self._state, float(self._plan.ticks.days[tick])
        if any(standing.agreed.any() for standing in state.tracks):
            goes_on = state.state != ENDED
            over = [goes_on & standing.agreed & (standing.deal_breaks <= day) for standing in state.tracks]
            self._lapse(np.array(over, dtype=bool), day)
            for index, track in enumerate(self._plan.tracks):
                if track.kind == "limited":
                    self._let_tempted_lapse(index, tick, day)
        holding = (state.state == CEASEFIRE) | (state.state == SETTLEMENT)
        if not holding.any():
            return
        due = np.nonzero(holding & (state.breaks <= day))[0]
        self._break(due, state.breaks[due], day)
        for index, track in enumerate(self._plan.tracks):
            if track.kind != "limited":
                tempted = self._tempted(index, tick)
                self._break(tempted, np.full(tempted.size, day), day)

    def _let_tempted_lapse(self, index: int, tick: int, day: float) -> None:
        rows = self._tempted_by_lapse(index, tick)
        if rows.size:
            tempted = np.zeros((len(self._state.tracks), self._state.trials), dtype=bool)
            tempted[index, rows] = True
            self._lapse(tempted, day)

    def broken_by_event(self, kind: str, rows: NDArray[np.intp], tick: int) -> None:
        """Break agreements of a kind in some trials: a spoiler's work."""
        day, state = float(self._plan.ticks.days[tick]), self._state
        if kind == "limited":
            there = np.zeros(state.trials, dtype=bool)
            there[rows] = True
            there &= state.state != ENDED
            self._lapse(np.array([there & standing.agreed for standing in state.tracks], dtype=bool), day)
            return
        kinds = _STATES.values() if kind == "agreement" else (_STATES[kind],)
        hit = rows[np.isin(state.state[rows], list(kinds))]
        self._break(hit, np.minimum(state.breaks[hit], day), day)

    def _tempted(self, index: int, tick: int) -> NDArray[np.intp]:
        """Return where a belligerent breaks an agreement because fighting is worth more to it."""
        party_values, track = self._party_values, self._plan.tracks[index]
        if not party_values.number(AFTER.opportunism(track.id)).any():
            return _NOWHERE
        rows = np.nonzero((self._state.under == index) & ~self._state.truce)[0]
        if not rows.size:
            return rows
        return self._breakers(track, rows, party_values.war[rows] - party_values.in_force(track, rows), tick)

    def _tempted_by_lapse(self, index: int, tick: int) -> NDArray[np.intp]:
        """Return where a belligerent breaks a limited deal because the status quo before it is worth more to it."""
        state, standing, track = self._state, self._state.tracks[index], self._plan.tracks[index]
        if not self._party_values.number(AFTER.opportunism(track.id)).any():
            return _NOWHERE
        rows = np.nonzero(standing.agreed & (state.state != ENDED))[0]
        if not rows.size:
            return rows
        deal = state.status_quo[rows]
        moved = standing.moved[rows] & ~state.fixed[rows]
        without = np.where(moved, state.own_quo[rows], deal)
        return self._breakers(track, rows, self._party_values.temptation(track, rows, deal, without), tick)

    def _breakers(self, track: TrackPlan, rows: NDArray[np.intp], temptation: Array, tick: int) -> NDArray[np.intp]:
        """Return where a belligerent (without a war a signatory) that gains by breaking a text breaks it."""
        plan, party_values = self._plan, self._party_values
        watching = [plan.war.first, plan.war.second] if plan.war else list(track.signatories)
        cost = party_values.of_rows(party_values.number(AFTER.defection_cost(track.id)), rows)
        tempted = rows[(temptation[:, watching] > cost[:, None] + GAINS).any(axis=1)]
        if not tempted.size:
            return tempted
        hazard = party_values.of_rows(party_values.number(AFTER.opportunism(track.id)), tempted)
        u = self._streams.of_rows(self._state.row[tempted], AFTER.opportunism(track.id), tick)
        return tempted[u < chance_within(hazard, plan.ticks.years(tick))]

    def _distrust_more(self, track: TrackPlan, rows: NDArray[np.intp]) -> None:
        """Let a breach leave its memory in some trials."""
        memory = self._party_values.of_rows(self._party_values.number(AFTER.breach_memory(track.id)), rows)
        self._state.distrust[rows] = np.minimum(self._state.distrust[rows] * memory[:, None], MOST_DISTRUST)

    def _break(self, rows: NDArray[np.intp], days: Array, day: float) -> None:
        """Let agreements lapse: fighting resumes (or the impasse), distrust grows, and talks are closed for a pause.

        Parameters
        ----------
        days : (rows,) the exact days on which they break.
        day : of the tick.
        """
        if not rows.size:
            return
        state, tracks = self._state, self._plan.tracks
        for index, track in enumerate(tracks):
            mine = rows[state.under[rows] == index]
            if mine.size:
                self._distrust_more(track, mine)
                for kind, code in _STATES.items():
                    closed = [at for at, other in enumerate(tracks) if at == index or other.kind == kind]
                    self._close(closed, index, mine[state.state[mine] == code], day)
        self._recorder.broken(rows, days, AGREEMENTS)
        self._resume(rows)

    def _resume(self, rows: NDArray[np.intp]) -> None:
        """Return to fighting, or the impasse."""
        state = self._state
        state.state[rows] = FIGHTING
        state.under[rows] = -1
        state.breaks[rows] = np.inf
        state.truce[rows] = False

    def _close(self, tracks: Iterable[int], broken: int, rows: NDArray[np.intp], day: float) -> None:
        """Close talks in some trials for a pause.

        Parameters
        ----------
        tracks : which talks.
        broken : the track whose text has come to nothing: its pause is meant.
        day : of the tick.
        """
        pause = self._party_values.number(AFTER.pause(self._plan.tracks[broken].id))
        until = day + self._party_values.of_rows(pause, rows)
        for index in tracks:
            closed_until = self._state.tracks[index].closed_until
            closed_until[rows] = np.maximum(closed_until[rows], until)
