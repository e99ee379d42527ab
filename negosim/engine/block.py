"""A block of trials: its state, what works on it, and what is done to it in each phase of a tick.

When each of these things is done is the business of `negosim.engine.calendar`. Where nobody asks what happens in each
phase, the kernel plays several ticks of a block in one call (`StretchedBlock`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from negosim.engine import war
from negosim.engine.events import ScenarioEvent, draw_red_lines
from negosim.engine.kernel import has_room
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.comings import KernelComings
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.kernel.quarterly import KernelQuarterlyRecord
from negosim.engine.kernel.state import KernelState, initial_kernel_state
from negosim.engine.kernel.streams import KernelStreams
from negosim.engine.kernel.stretch import KernelStretches
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


_PLAIN = _Engine(initial_state, Streams, Parameters, PartyValues, Battlefield, plain_tables, QuarterlyRecord)
"""Arrays, as the model is described."""

_FAST = _Engine(
    initial_kernel_state,
    KernelStreams,
    KernelParameters,
    KernelValues,
    KernelBattlefield,
    kernel_tables,
    KernelQuarterlyRecord,
)
"""The kernel, which plays the same histories 20 to 100 times faster."""


class Trials:
    """Trials that are played together: of one setting, or of several. What they are played with, but for the tracks.

    Parameters
    ----------
    pack : the settings.
    trace : where everything that happens is recorded.
    zones : whether zones of possible agreement are looked for, in the first trials of the first setting.
    """

    _counts_ripe: ClassVar[bool] = False
    """Whether what it is played with counts hurting stalemates, so that nobody else need."""

    def __init__(self, pack: Pack, trace: Trace | None = None, *, zones: bool) -> None:
        plan, trials = pack.plan, pack.trials.size
        self.engine = engine = _FAST if has_room(plan) else _PLAIN
        self.pack, self.plan = pack, plan
        self.streams = engine.streams.of_trials(pack.seed, pack.trials)
        self.parameters = engine.parameters(plan, self.streams, trials, pack)
        self.state = engine.state(plan, trials)
        self.party_values = engine.values(plan, self.parameters, self.state)
        self.recorder = self._recorder(blank(plan, pack.settings[0].first, pack.setting_of), trace)
        self.battlefield = engine.battlefield(plan, self.parameters, self.state, self.streams)
        self.quarterly = engine.quarterly(
            plan, self.party_values, self.state, self.recorder.history, zones=zones, ripe=not self._counts_ripe
        )
        self._begin()
        # Made for its effects: levels are set, and what holds while a stock is empty begins to hold.
        self.stocks = Stocks(plan, self.parameters, self.state, self.battlefield)

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

    def _go_on(self, stay: Flags, tick: int) -> bool:
        """Look at the end of a quarter, and let histories leave that have ended. Return whether any goes on.

        Parameters
        ----------
        stay : (trials,) where anything is left to be played after a tick.
        """
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


class Block(Trials):
    """Trials that are played together phase by phase, from the state in which they begin.

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
    def of_pack(cls, pack: Pack, *, zones: bool = False) -> Self:
        """Return the trials of several settings; zones of possible agreement are looked for in the first setting."""
        block = cls.__new__(cls)
        block._prepare(pack, None, zones=zones)
        return block

    def _prepare(self, pack: Pack, trace: Trace | None, *, zones: bool) -> None:
        super().__init__(pack, trace, zones=zones)
        plan, parameters, streams, state = self.plan, self.parameters, self.streams, self.state
        self.talks, self.meetings, self.clocks, self.agreements, self.outlook, self.closing = self.engine.tables(
            plan, parameters, streams, self.party_values, state, self.battlefield, self.recorder
        )
        spoil, stocks = self.agreements.broken_by_event, self.stocks
        self.scenario_events = [
            ScenarioEvent(plan, event, parameters, streams, state, self.battlefield, stocks, spoil, self.recorder)
            for event in plan.events
        ]

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
        return self._go_on(self.closing.close(tick), tick)


class StretchedBlock(Trials):
    """Trials that the kernel plays together, several ticks in one call, without a trace of the single phases.

    Attributes
    ----------
    ends : the ticks at which a stretch ends: that of a quarter where zones are looked for, and the last.
    comings : the events.
    """

    _counts_ripe = True

    def __init__(self, pack: Pack, *, zones: bool) -> None:
        super().__init__(pack, zones=zones)
        plan, parameters, streams, state, field = self.plan, self.parameters, self.streams, self.state, self.battlefield
        assert isinstance(parameters, KernelParameters)
        assert isinstance(streams, KernelStreams)
        assert isinstance(state, KernelState)
        assert isinstance(field, KernelBattlefield)
        values = self.party_values
        assert isinstance(values, KernelValues)
        block = KernelBlock(plan, parameters, streams, values, state, self.recorder)
        self.comings = KernelComings(plan, parameters, streams, state, field, block)
        self._stretches = KernelStretches(plan, parameters, values, state, field, self.comings, self.recorder, block)
        self.ends = sorted({*(plan.quarters if self.quarterly.looks_for_zones else ()), len(plan.ticks) - 1})

    def play(self, first: int, last: int) -> bool:
        """Play some ticks, the first and the last included, and record them. Return whether any history goes on."""
        return self._go_on(self._stretches.play(first, last), last)


def block_of(pack: Pack, *, zones: bool) -> Block | StretchedBlock:
    """Return the trials of several settings as a block: one that the kernel plays where it can."""
    return StretchedBlock(pack, zones=zones) if has_room(pack.plan) else Block.of_pack(pack, zones=zones)
