"""Play: the SimPy calendar that moves a block of trials through time.

Within a tick: events, the front, beliefs and values, breaches, ratifications, the tracks in order of initial_state date and
id, the record (model, introduction). Each is a process with a slot of its own in every tick, and SimPy's
clock counts slots, so that the order is plain and does not hang on who was scheduled first.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import simpy

from negosim.engine import war
from negosim.engine.agreements import Agreements
from negosim.engine.events import ScenarioEvent, draw_red_lines, lift_red_lines
from negosim.engine.finite import guarded
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.quarterly import QuarterlyRecord
from negosim.engine.record.history import History, Recorder, blank
from negosim.engine.record.trace import Trace
from negosim.engine.record.tracer import Tracer
from negosim.engine.state import ENDED, FIGHTING, initial_state
from negosim.engine.stocks import Stocks
from negosim.engine.streams import Streams
from negosim.engine.talks.clocks import run_clocks
from negosim.engine.talks.rounds import Talks, is_open
from negosim.engine.values import PartyValues
from negosim.model.durability import chance_within
from negosim.model.packages import Flags

Process = Generator[simpy.Event, Any, None]

_LEAVE = 16
"""Histories that have ended leave the arrays once they are one in so many."""


def play(plan: Plan, seed: int, first: int, trials: int, trace: Trace | None = None, *, zones: bool = True) -> History:
    """Play a block of trials.

    Parameters
    ----------
    plan : the compiled scenario.
    seed : of the run.
    first, trials : the block: trials ``first`` to ``first + trials - 1``.
    trace : where everything that happens is written down; for a block of one trial only.
    zones : whether to look for zones of possible agreement in the first trials of a run.

    Raises
    ------
    ValueError
        Where several trials are to be traced.
    ScenarioError
        Where something is not a finite number, with its path.
    """
    if trace is not None and trials != 1:
        raise ValueError(f"a trace is of one trial (got {trials})")
    with guarded(), _collector_paused():
        return _Block(plan, seed, first, trials, trace, zones).play()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from looking for cycles, of which there are few, among millions of small objects."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Block:
    def __init__(
        self, plan: Plan, seed: int, first: int, trials: int, trace: Trace | None = None, zones: bool = True
    ) -> None:
        self.plan = plan
        self.streams = Streams(seed, first, trials)
        self.parameters = Parameters(plan, self.streams, trials)
        self.state = initial_state(plan, trials)
        self.party_values = PartyValues(plan, self.parameters, self.state)
        self.recorder = self._recorder(blank(plan, first, trials), trace)
        self.peace = Agreements(plan, self.streams, self.party_values, self.state, self.recorder)
        self.tables = [
            Talks(plan, index, self.streams, self.party_values, self.state, kept)
            for index, kept in enumerate(self.recorder.history.tracks)
        ]
        self.watch = QuarterlyRecord(plan, self.party_values, self.state, self.recorder.history, zones=zones)
        self._begin()
        self.stocks = Stocks(plan, self.parameters, self.state)
        spoil = self.peace.broken_by_event
        self.scenario_events = [
            ScenarioEvent(plan, event, self.parameters, self.streams, self.state, self.stocks, spoil, self.recorder)
            for event in plan.events
        ]

    def _recorder(self, history: History, trace: Trace | None) -> Recorder:
        if trace is None:
            return Recorder(self.plan, history, self.state)
        return Tracer(self.plan, history, self.state, self.parameters, self.party_values, trace)

    def _begin(self) -> None:
        plan, state = self.plan, self.state
        war.begin(plan, self.parameters, state)
        draw_red_lines(plan, self.parameters, state, self.streams)
        used = self.parameters.group([f"parties.{party}.patience_used" for party in plan.parties])
        for standing in state.tracks:
            standing.clock[:] = used

    def play(self) -> History:
        """Run the calendar to the horizon, or until every history has ended."""
        plan = self.plan
        self.env = simpy.Environment()
        self.over = self.env.event()
        processes = [
            self._time(),
            self._events(),
            self._front(),
            self._values(),
            self._breaches(),
            *(self._votes(index) for index, track in enumerate(plan.tracks) if track.bodies),
            *(self._talks(index) for index in range(len(self.tables))),
            *(self._deadline(index) for index in range(len(self.tables))),
            self._record(),
        ]
        self.slots = len(processes)
        for slot, process in enumerate(processes):
            self.env.process(self._from(slot, process))
        self.env.run(until=self.over)
        return self.recorder.history

    # -- the calendar -------------------------------------------------------------------------------------------

    def _from(self, slot: int, process: Process) -> Process:
        """Run a process in its slot of every tick."""
        yield self.env.timeout(slot)
        yield from process

    def _until(self, tick: int) -> simpy.Event:
        """Wait for a tick, in the slot of the process that asks."""
        slot = int(self.env.now) % self.slots
        return self.env.timeout(tick * self.slots + slot - self.env.now)

    def _next(self) -> simpy.Event:
        return self.env.timeout(self.slots)

    @property
    def tick(self) -> int:
        """The tick that the calendar stands at."""
        return int(self.env.now) // self.slots

    # -- the processes ------------------------------------------------------------------------------------------

    def _time(self) -> Process:
        """Let conditions look at what the last tick left, and temporary effects and red lines run out."""
        while True:
            for event in self.scenario_events:
                event.look(self.tick)
            changed = self.parameters.pass_time(self.tick)
            if "war.drift" in changed:
                war.publish_drift(self.parameters, self.state, changed["war.drift"])
            lift_red_lines(self.state, float(self.plan.ticks.days[self.tick]))
            yield self._next()

    def _events(self) -> Process:
        """Let events come on their dates, or try their luck."""
        while True:
            tick = self.tick
            for event in self.scenario_events:
                event.come(tick)
            yield self._next()

    def _front(self) -> Process:
        """Fight over the stretch since the last tick, and count what it cost."""
        while True:
            state, years = self.state, self.plan.ticks.years(self.tick)
            state.fought += state.fighting * years
            if self.plan.war is not None:
                self._fight(years)
            yield self._next()

    def _fight(self, years: float) -> None:
        state, tick = self.state, self.tick
        if not years:
            self.stocks.burn(tick)
            return
        war.count_tolls(self.plan, self.parameters, state, years, self.recorder.history.tolls)
        fought = war.fight(self.plan, self.parameters, state, self.streams, tick)
        self.stocks.burn(tick)
        war.learn(self.plan, self.parameters, state, fought.rows, fought.movement, years)
        if fought.ended.size:
            self.recorder.won(fought.ended, fought.outcome, tick)
            state.state[fought.ended] = ENDED

    def _values(self) -> Process:
        """Let clocks run, bring values up to date, and let wars that hurt both sides fade."""
        while True:
            self._run_clocks(self.plan.ticks.since_last(self.tick))
            self.party_values.refresh()
            self.recorder.stands(self.tick)
            if self.plan.war is not None and self.tick:
                self._fade()
            yield self._next()

    def _run_clocks(self, days: float) -> None:
        """Let the clocks run where talks are open; those of parties that wait for a move run slower (model 6)."""
        waiting = days * (1.0 - self.party_values.of_party("reciprocity"))
        for track, standing in zip(self.plan.tracks, self.state.tracks, strict=True):
            run_clocks(standing, days, waiting, self.state.counting if track.ripeness else None)

    def _fade(self) -> None:
        war, state, tick = self.plan.war, self.state, self.tick
        assert war
        rate = self.parameters["war.fade"]
        if not rate.any():
            return
        hurt = self.party_values.hurting()
        both = state.fighting & (state.state == FIGHTING) & hurt[:, war.first] & hurt[:, war.second]
        u = self.streams.of_rows(state.row, "war.fade", tick)
        faded = np.nonzero(both & (u < chance_within(rate, self.plan.ticks.years(tick))))[0]
        self.recorder.faded(faded, tick)
        state.state[faded] = ENDED

    def _breaches(self) -> Process:
        """Break down agreements whose time has come."""
        while True:
            self.peace.check(self.tick)
            yield self._next()

    def _votes(self, index: int) -> Process:
        """Hold the votes on what has been signed on a track."""
        while True:
            self.peace.ratify(index, self.tick)
            yield self._next()

    def _talks(self, index: int) -> Process:
        """Meet in every round of a track."""
        table = self.tables[index]
        for tick in table.track.rounds:
            yield self._until(tick)
            if tick == table.track.opens:
                table.open_draft()
                self.recorder.drafted(index)
            outcome = table.hold(tick, with_answers=self.recorder.wants_answers)
            if outcome is not None:
                self.recorder.met(index, outcome, tick)
                self.peace.sign(index, outcome, tick)

    def _deadline(self, index: int) -> Process:
        """Let a deadline lose half its credibility wherever it passes with the talks still open."""
        track = self.plan.tracks[index]
        for deadline in track.deadlines:
            if track.opens <= deadline.tick < len(self.plan.ticks):
                yield self._until(deadline.tick)
                self.state.tracks[index].credibility[is_open(self.plan, index, self.state, self.tick)] *= 0.5

    def _record(self) -> Process:
        """Write down where every history stands, and let those that have ended leave."""
        last = len(self.plan.ticks) - 1
        while True:
            tick, state = self.tick, self.state
            state.fighting = state.state == FIGHTING
            self._set_clocks(tick)
            self.recorder.count(tick)
            self.watch.look(tick)
            stay = state.state != ENDED
            if tick == last or not stay.any():
                self.recorder.close(tick)
                self.watch.close()
                self.over.succeed()
                return
            self._leave(stay)
            yield self._next()

    def _set_clocks(self, tick: int) -> None:
        """Say whose clocks run until the next tick (model 6)."""
        state, war = self.state, self.plan.war
        for index, standing in enumerate(state.tracks):
            standing.open = is_open(self.plan, index, state, tick)
        if war is not None:
            hurt, paused = self.party_values.hurting(), state.state != FIGHTING
            state.counting = np.ones(hurt.shape, dtype=bool)
            for side in (war.first, war.second):
                state.counting[:, side] = paused | hurt[:, side]

    def _leave(self, stay: Flags) -> None:
        """Let histories that have ended leave the arrays, once there are enough of them."""
        state = self.state
        gone = state.trials - int(np.count_nonzero(stay))
        if gone and gone * _LEAVE >= state.trials:
            self.recorder.fought()
            state.keep(stay)
            self.parameters.keep(stay)
            self.party_values.keep(stay)
            for table in self.tables:
                table.keep(stay)
