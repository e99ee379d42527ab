"""Talks whose rounds are held by the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.plan import Plan
from negosim.engine.record.history import TrackHistory
from negosim.engine.state import State
from negosim.engine.streams import Streams
from negosim.engine.talks.round_outcome import Answers, RoundOutcome
from negosim.engine.talks.rounds import Talks
from negosim.engine.values import PartyValues

_OUTCOME = ("rows", "text", "worth", "consent", "signed", "pressed", "below")
_ANSWERS = ("objections", "refusals", "crossed", "value", "aspiration", "ask", "reservation", "mood")


class KernelTalks(Talks):
    """The table at which one track meets, before the kernel.

    Parameters
    ----------
    block : as the kernel takes it.
    """

    def __init__(
        self,
        plan: Plan,
        index: int,
        streams: Streams,
        party_values: PartyValues,
        state: State,
        kept: TrackHistory,
        block: KernelBlock,
    ) -> None:
        super().__init__(plan, index, streams, party_values, state, kept)
        library = kernel.library()
        assert library
        self._negosim_hold, self._block, self._reports = library.negosim_hold, block, block.room

    def _meet(self, tick: int, *, with_answers: bool, between: bool = False) -> RoundOutcome | None:
        day = float(self._plan.ticks.days[tick])
        passed = self.track.passed(tick, day)
        at, trials = self._block.settled(), self._state.trials
        count = self._negosim_hold(at, self._index, tick, day, passed, between, with_answers, 0, trials)
        return self._reported(count, with_answers=with_answers, between=between) if count else None

    def _reported(self, count: int, *, with_answers: bool, between: bool) -> RoundOutcome:
        def written(names: Sequence[str]) -> dict[str, NDArray[Any]]:
            return {name: self._reports[name][:count].copy() for name in names}

        answers = None
        if with_answers:
            proposer = written(["proposer"])["proposer"] if self._protocol.takes_turns else None
            answers = Answers(**written(_ANSWERS), proposer=proposer)
        return RoundOutcome(**written(_OUTCOME), answers=answers, between=between)
