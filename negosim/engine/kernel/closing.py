"""The close of a tick, by the kernel."""

from __future__ import annotations

import numpy as np

from negosim.engine import kernel
from negosim.engine.closing import Closing
from negosim.engine.kernel.agreements import KernelAgreements
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.clocks import KernelClocks
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.state import State
from negosim.model.packages import Flags


class KernelClosing(Closing):
    """The closes of a block's ticks, before the kernel. A recorder that asks for answers counts for itself.

    Parameters
    ----------
    block : as the kernel takes it.
    """

    def __init__(
        self,
        plan: Plan,
        state: State,
        clocks: KernelClocks,
        agreements: KernelAgreements,
        recorder: Recorder,
        block: KernelBlock,
    ) -> None:
        super().__init__(clocks, agreements, recorder)
        library = kernel.library()
        assert library
        self._close, self._state, self._block = library.negosim_close, state, block
        self._days: list[float] = plan.ticks.days.tolist()
        self._threatened, self._is_plain = agreements.is_threatened, recorder.wants_answers
        self._stay = np.empty(state.trials, dtype=bool)
        counted = (recorder.settled, recorder.history.occupancy, self._stay)
        self._settings, self._at = len(recorder.settled), [kernel.address(array) for array in counted]

    def close(self, tick: int) -> Flags:
        """Close a tick. Return in which histories something is left to be played, (trials,)."""
        if self._is_plain:
            return super().close(tick)
        days = self._days
        self._close(
            self._block.settled(), tick, len(days), days[tick], days[-1], self._threatened, self._settings, *self._at
        )
        return self._stay[: self._state.trials]
