"""Talks whose rounds are held by the kernel."""

from __future__ import annotations

from negosim.engine.kernel.meeting import Meeting
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.values import KernelValues
from negosim.engine.plan import Plan
from negosim.engine.record.history import TrackHistory
from negosim.engine.state import State
from negosim.engine.streams import Streams
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.talks.rounds import Rows, Talks
from negosim.engine.values import PartyValues


class KernelTalks(Talks):
    """The table at which one track meets, before the kernel."""

    def __init__(
        self, plan: Plan, index: int, streams: Streams, party_values: PartyValues, state: State, kept: TrackHistory
    ) -> None:
        super().__init__(plan, index, streams, party_values, state, kept)
        assert isinstance(party_values, KernelValues)
        assert isinstance(state, KernelState)
        self._meeting = Meeting(plan, index, streams, party_values, state, self._luck, self._foresight, kept)

    def _meet(
        self, tick: int, rows: Rows, proposer: Rows | None, *, with_answers: bool, between: bool = False
    ) -> RoundOutcome:
        return self._meeting.hold(tick, rows, proposer, self._passed(tick), with_answers=with_answers, between=between)
