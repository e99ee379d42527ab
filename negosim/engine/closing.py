"""The close of a tick: clocks are set for the next stretch, states are counted, and it is seen what goes on."""

from __future__ import annotations

from negosim.engine.agreements import Agreements
from negosim.engine.record.recorder import Recorder
from negosim.engine.talks.clocks import Clocks
from negosim.model.packages import Flags


class Closing:
    """The closes of a block's ticks."""

    def __init__(self, clocks: Clocks, agreements: Agreements, recorder: Recorder) -> None:
        self._clocks = clocks
        self._agreements = agreements
        self._recorder = recorder

    def close(self, tick: int) -> Flags:
        """Close a tick. Return in which histories something is left to be played, (trials,)."""
        self._clocks.set(tick)
        self._recorder.count(tick)
        return self._agreements.going_on()
