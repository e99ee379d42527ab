"""Agreements that the kernel brings into force and breaks down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.agreements import Agreements
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.state import State
from negosim.engine.streams import Streams
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.values import PartyValues
from negosim.model.packages import Columns, Flags


class KernelAgreements(Agreements):
    """The agreements of a block. A recorder that asks for answers is given all that happens by the plain ones.

    Parameters
    ----------
    block : as the kernel takes it.
    """

    def __init__(
        self,
        plan: Plan,
        parameters: Parameters,
        streams: Streams,
        party_values: PartyValues,
        state: State,
        recorder: Recorder,
        block: KernelBlock,
    ) -> None:
        super().__init__(plan, parameters, streams, party_values, state, recorder)
        library = kernel.library()
        assert library
        self._library, self._block, self._is_plain = library, block, recorder.wants_answers

    def sign(self, index: int, outcome: RoundOutcome, tick: int) -> None:
        """Bring into force what a round of a track has signed, or have it ratified first."""
        if self._is_plain:
            super().sign(index, outcome, tick)
            return
        parts = [getattr(outcome, name) for name in ("rows", "text", "worth", "consent", "pressed")]
        if not outcome.signed.all():
            parts = [part[outcome.signed] for part in parts]
        at = map(kernel.address, parts)
        self._library.negosim_sign(self._block.settled(), index, tick, self._day(tick), parts[0].size, *at)

    def _enter(self, index: int, rows: NDArray[np.intp], text: Columns, pressed: Flags, tick: int) -> None:
        if self._is_plain:
            super()._enter(index, rows, text, pressed, tick)
            return
        at = map(kernel.address, (rows, np.ascontiguousarray(text), pressed))
        self._library.negosim_enter(self._block.settled(), index, tick, self._day(tick), rows.size, *at)

    def ratify(self, index: int, tick: int) -> None:
        """Hold the votes on texts of a track whose time has come."""
        if self._is_plain:
            super().ratify(index, tick)
            return
        self._library.negosim_ratify(self._block.settled(), index, tick, self._day(tick))

    def check(self, tick: int) -> None:
        """Break down whatever has reached its time, or pays somebody to break."""
        if self._is_plain:
            super().check(tick)
            return
        self._library.negosim_check(self._block.settled(), tick, self._day(tick), self._plan.ticks.years(tick))

    def next_breach(self, tick: int) -> float:
        """Return the day on which something in force may next break down, infinite if none is known."""
        following = self._day(tick + 1) if tick + 1 < len(self._plan.ticks) else np.inf
        return float(self._library.negosim_next_breach(self._block.settled(), following))

    def going_on(self) -> Flags:
        """Tell in which histories something is left to be played."""
        stay, last = np.empty(self._state.trials, dtype=bool), float(self._plan.ticks.days[-1])
        self._library.negosim_going_on(self._block.settled(), last, self.is_threatened, kernel.address(stay))
        return stay

    def _day(self, tick: int) -> float:
        return float(self._plan.ticks.days[tick])
