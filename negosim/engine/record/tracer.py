"""The tracer: a recorder that writes down everything that happens in one trial.

A replay is the engine itself on one trial, with a tracer in the recorder's place. A tracer only looks: it draws
nothing and changes nothing, so that the story shown is the one that was counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from negosim.engine.parameters import Parameters
from negosim.engine.plan import Change, EffectPlan, EventPlan, FrontJump, Plan, Refilling
from negosim.engine.ratification import body_gain
from negosim.engine.record.history import History
from negosim.engine.record.recorder import Recorder
from negosim.engine.record.states import ENDED
from negosim.engine.record.trace import (
    Answer,
    AwaitsVotes,
    Broken,
    DeadlinePassed,
    Faded,
    Happened,
    InForce,
    LineMoved,
    Opened,
    Package,
    QuoMoved,
    Round,
    Seen,
    Standing,
    StockMoved,
    TextLapsed,
    Trace,
    TruceBegun,
    TruceOver,
    Voted,
    Won,
)
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.talks.round_outcome import Answers, RoundOutcome
from negosim.engine.values import PartyValues
from negosim.model.packages import Flags
from negosim.scenario.paths import WAR
from negosim.scenario.schema.events import Draw, Fix, Lift


class Tracer(Recorder):
    """Writes the history of one trial, and beside it a trace of all that happens.

    Parameters
    ----------
    trace : what it is written into.
    """

    def __init__(
        self,
        plan: Plan,
        history: History,
        state: State,
        parameters: Parameters,
        party_values: PartyValues,
        trace: Trace,
    ) -> None:
        super().__init__(plan, history, state)
        self._parameters = parameters
        self._party_values = party_values
        self._trace = trace
        self._tick = 0
        self._in_event = False
        self._live: Flags | None = None
        self._own_quo = state.own_quo[0].copy()
        self._empty = np.zeros(len(plan.stocks), dtype=bool)
        tracks = len(plan.tracks)
        self._drafts: dict[int, Package] = {}
        self._open = np.zeros(tracks, dtype=bool)
        self._waiting = np.zeros(tracks, dtype=bool)
        self._agreed = np.zeros(tracks, dtype=bool)
        self._credibility = np.ones(tracks)

    @property
    def wants_answers(self) -> bool:
        """Whether it asks for what everybody says in every round."""
        return True

    # -- events, the front and values ----------------------------------------------------------------------------

    @contextmanager
    def event(self, event: EventPlan, rows: NDArray[np.intp], tick: int) -> Iterator[None]:
        """Write down an event and what its effects do."""
        if not rows.size:
            yield
            return
        self._tick = tick
        self._note_lines()
        place, before = len(self._trace), [self._subject(effect) for effect in event.effects]
        self._in_event = True
        yield
        self._note_deals()
        self._in_event = False
        seen = (Seen(effect, old, self._subject(effect)) for effect, old in zip(event.effects, before, strict=True))
        self._trace.insert(place, Happened(tick, event.id, tuple(seen)))
        self._live = self._state.live[0].copy()
        fixed = [self._plan.issues.index(effect.fix) for effect in event.effects if isinstance(effect, Fix)]
        self._own_quo[fixed] = self._state.own_quo[0, fixed]
        if any(isinstance(effect, FrontJump) for effect in event.effects):
            self._note_quo(tick)

    def _subject(self, effect: EffectPlan) -> float | None:
        """Return the number that an effect bears on, as it is now."""
        state, plan = self._state, self._plan
        match effect:
            case Change(target=target):
                return float(np.broadcast_to(self._parameters[target], (1,))[0])
            case FrontJump():
                return float(state.front[0])
            case Refilling(stock=stock):
                return float(state.stocks[0, stock])
            case Lift(lift=line) | Draw(draw=line):
                return float(state.live[0, plan.line_ids[line]]) if line in plan.line_ids else 0.0
            case Fix(fix=issue):
                return float(state.status_quo[0, plan.issues.index(issue)])
            case _:
                return None

    def stands(self, tick: int) -> None:
        """Write down where the history stands, and what has come with time and with the front."""
        self._tick = tick
        self._note_lines()
        state, party_values = self._state, self._party_values
        if tick:  # where the front stands at the start is no movement
            self._note_quo(tick)
        self._own_quo = state.own_quo[0].copy()
        empty = state.stocks[0] <= 0.0
        for stock in np.nonzero(empty != self._empty)[0].tolist():
            self._trace.append(StockMoved(tick, stock, bool(empty[stock])))
        self._empty = empty
        if state.state[0] != ENDED:
            self._trace.append(
                Standing(
                    tick,
                    int(state.state[0]),
                    float(state.front[0]),
                    float(state.drift[0]),
                    float(self._parameters[WAR.volatility()][0]) if self._plan.war is not None else 0.0,
                    _floats(state.belief[0]),
                    _floats(party_values.war[0]),
                    _floats(party_values.status_quo[0]),
                    tuple(party_values.hurting()[0].tolist()),
                )
            )

    def _note_quo(self, tick: int) -> None:
        """Write down what has gone with the front."""
        own_quo = self._state.own_quo[0]
        for issue in np.nonzero(own_quo != self._own_quo)[0].tolist():
            self._trace.append(QuoMoved(tick, issue, int(self._own_quo[issue]), int(own_quo[issue])))
        self._own_quo = own_quo.copy()

    def _note_lines(self) -> None:
        live = self._state.live[0].copy()
        if self._live is not None:
            for line in np.nonzero(self._live & ~live)[0].tolist():
                self._trace.append(LineMoved(self._tick, line))
        self._live = live

    # -- talks and votes -----------------------------------------------------------------------------------------

    def drafted(self, track: int) -> None:
        """Take note of the first draft of a track."""
        self._drafts[track] = _package(self._state.tracks[track].draft[0])

    def met(self, track: int, outcome: RoundOutcome, tick: int) -> None:
        """Write down a round."""
        super().met(track, outcome, tick)
        assert outcome.answers
        self._note_deals()
        status_quo, closed = _package(self._state.status_quo[0]), self._state.fixed[0] | self._state.taken[0]
        if not self._open[track]:
            again = tick > self._plan.tracks[track].opens
            draft = _package(np.where(closed, status_quo, self._drafts[track]))
            self._trace.append(Opened(tick, track, draft, status_quo, again))
            self._open[track] = True
        text = _package(outcome.text[0])
        self._drafts[track] = text
        signed, no_deal = bool(outcome.signed[0]), self._party_values.no_deal()[0]
        self._trace.append(
            Round(
                tick,
                track,
                text,
                status_quo,
                frozenset(np.nonzero(closed)[0].tolist()),
                tuple(
                    _answer(outcome, outcome.answers, float(no_deal[party]), party)
                    for party in np.nonzero(outcome.consent[0])[0].tolist()
                ),
                put=signed or bool(outcome.answers.refusals[0].any()),
                signed=signed,
                pressed=bool(outcome.pressed[0]),
                proposer=None if outcome.answers.proposer is None else int(outcome.answers.proposer[0]),
                between=outcome.between,
            )
        )

    def voted(self, track: int, body: int, rows: NDArray[np.intp], approved: Flags) -> None:
        """Write down a vote."""
        super().voted(track, body, rows, approved)
        self._note_deals()
        voter, row = self._plan.tracks[track].bodies[body], np.zeros(1, dtype=np.intp)
        value, no_deal = body_gain(self._plan, self._party_values, self._state, track, voter, row)
        hurdle, spread, memory = (
            float(np.broadcast_to(self._parameters[path], (1,))[0])
            for path in (voter.hurdle, voter.spread, voter.memory)
        )
        self._trace.append(
            Voted(
                self._tick,
                track,
                body,
                bool(approved[0]),
                float(value[0]),
                float(no_deal[0]),
                hurdle,
                threshold=hurdle - spread * float(self._state.body_mood[0, voter.number]),
                memory=memory,
            )
        )
        if not approved[0]:
            self._waiting[track] = False

    # -- agreements ----------------------------------------------------------------------------------------------

    def entered(self, kind: str, rows: NDArray[np.intp], tick: int) -> None:
        """Write down that an agreement comes into force."""
        super().entered(kind, rows, tick)
        state = self._state
        if not rows.size or kind == "agreement":
            return
        if kind != "limited" and state.truce[0]:
            self._trace.append(TruceBegun(tick, int(state.under[0])))
            return
        if kind != "limited":
            self._in_force(int(state.under[0]), _package(state.terms[0]), tick)
            return
        for index, standing in enumerate(state.tracks):
            if standing.agreed[0] and not self._agreed[index]:
                self._agreed[index] = True
                self._in_force(index, _package(standing.deal[0]), tick)

    def _in_force(self, track: int, terms: Package, tick: int) -> None:
        self._trace.append(InForce(tick, track, terms))
        self._waiting[track] = False

    def broken(self, rows: NDArray[np.intp], days: Array, kinds: Sequence[str]) -> None:
        """Write down a breach."""
        super().broken(rows, days, kinds)
        if rows.size and "agreement" in kinds:
            state = self._state
            self._breach(int(state.under[0]), float(days[0]), float(state.breaks[0]), is_truce=bool(state.truce[0]))

    def truce_over(self, rows: NDArray[np.intp], days: Array) -> None:
        """Write down that a truce ends without a breach."""
        super().truce_over(rows, days)
        if rows.size:
            track = int(self._state.under[0])
            self._trace.append(TruceOver(self._tick, track, self._closed_until(track)))

    def _breach(self, track: int, day: float, due: float, *, is_truce: bool = False) -> None:
        cause = "event" if self._in_event else "time" if due <= day else "choice"
        self._trace.append(Broken(self._tick, track, day, cause, is_truce, self._closed_until(track)))

    def _closed_until(self, track: int) -> float | None:
        """Return the day until which talks of a track are closed, None where they are not."""
        until = float(self._state.tracks[track].closed_until[0])
        return until if until > self._plan.ticks.days[self._tick] else None

    def _note_deals(self) -> None:
        """Write down the limited deals that have lapsed."""
        for index, standing in enumerate(self._state.tracks):
            if self._agreed[index] and not standing.agreed[0]:
                self._agreed[index] = False
                due, now = float(standing.deal_breaks[0]), float(self._plan.ticks.days[self._tick])
                self._breach(index, min(due, now), due)

    # -- the end of a tick, and of the history ---------------------------------------------------------------------

    def count(self, tick: int) -> None:
        """Write down what the tick has left of signed texts and of deadlines."""
        super().count(tick)
        self._note_deals()
        for index, standing in enumerate(self._state.tracks):
            self._open[index] &= bool(standing.open[0])
            if standing.waiting[0] and not self._waiting[index]:
                votes = tuple(None if np.isnan(day) else day for day in standing.votes[0].tolist())
                self._trace.append(AwaitsVotes(tick, index, votes))
            elif self._waiting[index] and not standing.waiting[0]:
                self._trace.append(TextLapsed(tick, index))
            self._waiting[index] = bool(standing.waiting[0])
            left = float(standing.credibility[0])
            if left < self._credibility[index]:
                self._trace.append(DeadlinePassed(tick, index, left))
            self._credibility[index] = left

    def won(self, rows: NDArray[np.intp], outcome: NDArray[np.int8], tick: int) -> None:
        """Write down a victory."""
        super().won(rows, outcome, tick)
        war = self._plan.war
        if rows.size and war is not None:
            self._trace.append(Won(tick, war.first if outcome[0] > 0 else war.second))

    def faded(self, rows: NDArray[np.intp], tick: int) -> None:
        """Write down that the war has ended without a text."""
        super().faded(rows, tick)
        if rows.size:
            self._trace.append(Faded(tick))


def _answer(outcome: RoundOutcome, answers: Answers, no_deal: float, party: int) -> Answer:
    refuses = bool(answers.refusals[0, party])
    return Answer(
        party,
        accepts=not refuses,
        value=float(answers.value[0, party]),
        ask=float(answers.ask[0, party]),
        aspiration=float(answers.aspiration[0, party]),
        no_deal=no_deal,
        reservation=float(answers.reservation[0, party]),
        mood=float(answers.mood[0, party]),
        worth=float(outcome.worth[0, party]),
        over=int(answers.objections[0, party]) if refuses else None,
        crosses=refuses and bool(answers.crossed[0, party]),
    )


def _package(columns: NDArray[np.intp]) -> Package:
    return tuple(columns.tolist())


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(values.tolist())
