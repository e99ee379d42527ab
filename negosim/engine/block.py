"""A block of trials: its state, what works on it, and what is done to it in each phase of a tick.

When each of these things is done is the business of `negosim.engine.calendar`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from negosim.engine import war
from negosim.engine.events import ScenarioEvent, draw_red_lines
from negosim.engine.kernel import has_room
from negosim.engine.kernel.comings import KernelComings
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.kernel.quarterly import KernelQuarterlyRecord
from negosim.engine.kernel.state import initial_kernel_state
from negosim.engine.kernel.streams import KernelStreams
from negosim.engine.kernel.tables import kernel_tables
from negosim.engine.kernel.values import KernelValues
from negosim.engine.kernel.war import KernelBattlefield
from negosim.engine.pack import Pack
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.quarterly import QuarterlyRecord
from negosim.engine.record.history import History, blank
from negosim.engine.record.recorder import Recorder
from negosim.engine.record.trace import Trace
from negosim.engine.record.tracer import Tracer
from negosim.engine.state import State, initial_state
from negosim.engine.streams import Streams
from negosim.engine.talks.rounds import is_open
from negosim.engine.talks.tables import Tables, plain_tables
from negosim.engine.values import PartyValues
from negosim.engine.war import Battlefield, Fought, Stocks
from negosim.model.packages import Flags
from negosim.scenario.paths import PARTY, WAR

_LEAVE = 4
"""Ended histories leave the arrays once they are one in so many."""


@dataclass(frozen=True)
class _Engine:
    """What plays a block."""

    state: Callable[[Plan, int], State]
    streams: type[Streams]
    parameters: type[Parameters]
    values: type[PartyValues]
    battlefield: type[Battlefield]
    tables: Callable[[Plan, Parameters, Streams, PartyValues, State, Battlefield, Recorder], Tables]
    quarterly: type[QuarterlyRecord]
    comings: Callable[..., KernelComings] | None


_PLAIN = _Engine(initial_state, Streams, Parameters, PartyValues, Battlefield, plain_tables, QuarterlyRecord, None)
"""Arrays, as the model is described."""

_FAST = _Engine(
    initial_kernel_state,
    KernelStreams,
    KernelParameters,
    KernelValues,
    KernelBattlefield,
    kernel_tables,
    KernelQuarterlyRecord,
    KernelComings,
)
"""The kernel, which plays the same histories some ten times faster."""


class Block:
    """Trials that are played together, from the state in which they begin: of one setting, or of several (`of_pack`).

    Parameters
    ----------
    plan : the compiled scenario.
    seed : of the run.
    first, trials : trials ``first`` to ``first + trials - 1``.
    trace : where everything that happens is recorded; for a block of one trial only.
    zones : whether to look for zones of possible agreement in the first trials of a run.

    Raises
    ------
    ValueError
        Where several trials are to be traced.
    """

    def __init__(
        self, plan: Plan, seed: int, first: int, trials: int, trace: Trace | None = None, *, zones: bool = True
    ) -> None:
        if trace is not None and trials != 1:
            raise ValueError(f"a trace is of one trial (got {trials})")
        self._prepare(Pack.alone(plan, seed, first, trials), trace, zones=zones)

    @classmethod
    def of_pack(cls, pack: Pack, *, zones: bool = False) -> Block:
        """Return the trials of several settings; zones of possible agreement are looked for in the first setting."""
        block = cls.__new__(cls)
        block._prepare(pack, None, zones=zones)
        return block

    def _prepare(self, pack: Pack, trace: Trace | None, *, zones: bool) -> None:
        plan, trials = pack.plan, pack.trials.size
        engine = _FAST if has_room(plan) else _PLAIN
        self.pack, self.plan = pack, plan
        self.streams = engine.streams.of_trials(pack.seed, pack.trials)
        self.parameters = engine.parameters(plan, self.streams, trials, pack)
        self.state = engine.state(plan, trials)
        self.party_values = engine.values(plan, self.parameters, self.state)
        self.recorder = self._recorder(blank(plan, pack.settings[0].first, pack.setting_of), trace)
        self.battlefield = engine.battlefield(plan, self.parameters, self.state, self.streams)
        tables = engine.tables(
            plan, self.parameters, self.streams, self.party_values, self.state, self.battlefield, self.recorder
        )
        self.talks, self.meetings, self.clocks, self.agreements, self.outlook, self.closing = tables
        self.quarterly = engine.quarterly(plan, self.party_values, self.state, self.recorder.history, zones=zones)
        self._begin()
        self.stocks = Stocks(plan, self.parameters, self.state, self.battlefield)
        spoil = self.agreements.broken_by_event
        self.scenario_events = [
            ScenarioEvent(
                plan,
                event,
                self.parameters,
                self.streams,
                self.state,
                self.battlefield,
                self.stocks,
                spoil,
                self.recorder,
            )
            for event in plan.events
        ]
        known = (plan, self.parameters, self.streams, self.state, self.battlefield, self.scenario_events, self.recorder)
        self.known_comings = engine.comings(*known) if engine.comings else None

    @property
    def history(self) -> History:
        """What has happened so far, in the first setting."""
        return self.recorder.history.of_setting(0, self.pack.settings[0].first)

    def _recorder(self, history: History, trace: Trace | None) -> Recorder:
        if trace is None:
            return Recorder(self.plan, history, self.state)
        return Tracer(self.plan, history, self.state, self.parameters, self.party_values, trace)

    def _begin(self) -> None:
        plan, state = self.plan, self.state
        war.begin(plan, self.parameters, state)
        draw_red_lines(plan, self.parameters, state, self.streams)
        used = self.parameters.group(PARTY.patience_used.each(plan.parties))
        for standing in state.tracks:
            standing.clock[:] = used

    # -- what is done in the phases of a tick, in their order ----------------------------------------------------

    def expire(self, tick: int) -> None:
        """Let temporary effects whose time is up run out."""
        changed = self.parameters.pass_time(tick)
        drift = changed.get(WAR.drift())
        if drift is not None:
            self.battlefield.publish(drift)

    def lift(self, tick: int) -> None:
        """Lift the red lines whose time is up."""
        self.state.lift_lines(float(self.plan.ticks.days[tick]))

    def fight(self, tick: int) -> Fought | None:
        """Count the stretch since the last tick and what it cost, move the front, burn stocks.

        Returns
        -------
        How the front has moved; None where no time has passed or there is no war.
        """
        fought = self.battlefield.pass_stretch(tick, self.stocks, self.recorder.history.tolls)
        if fought is not None and fought.ended.size:
            self.recorder.won(fought.ended, fought.outcome, tick)
            self.agreements.end(fought.ended)
        return fought

    def revalue(self, tick: int, fought: Fought | None = None) -> None:
        """Let the parties learn from how the front has moved, clocks run and values follow; let wars fade."""
        faded = self.outlook.revise(fought, tick)
        if faded.size:
            self.recorder.faded(faded, tick)
            self.agreements.end(faded)

    def meet(self, tick: int) -> Sequence[int]:
        """Hold the meetings of a tick. Return the tracks on which anything was signed."""
        return self.meetings.hold(tick)

    def miss_deadline(self, index: int, tick: int) -> None:
        """Let a deadline lose half its credibility wherever the talks are still open."""
        self.state.tracks[index].credibility[is_open(self.plan, index, self.state, tick)] *= 0.5

    def record(self, tick: int) -> bool:
        """Record where every history stands, and let those that have ended leave. Return whether any goes on."""
        stay = self.closing.close(tick)
        self.quarterly.look(tick)
        going = int(np.count_nonzero(stay))
        if tick < len(self.plan.ticks) - 1 and going:
            self._leave(stay, self.state.trials - going)
            return True
        self.recorder.close(tick)
        self.quarterly.close()
        return False

    def _leave(self, stay: Flags, gone: int) -> None:
        """Let histories that have ended leave the arrays, once there are enough of them."""
        state = self.state
        if gone and gone * _LEAVE >= state.trials:
            self.recorder.left(~stay)
            state.keep(stay)
            self.parameters.keep(stay)
            self.party_values.keep(stay)
