"""Meetings that the kernel holds: those of a tick are one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.agreements import Agreements
from negosim.engine.itself import Itself
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.streams import Array
from negosim.engine.talks.meetings import Meetings
from negosim.engine.talks.rounds import Talks

_KEPT = 8
"""Plans whose meetings are kept described."""

_REAL = np.dtype(np.float64).itemsize

_APART, _IN_ROUND, _BETWEEN_ROUNDS = range(3)
"""How a track meets at a tick, as in meetings.h."""


@dataclass(frozen=True)
class _Described:
    """The meetings of a plan as the kernel takes them.

    Attributes
    ----------
    meets : (ticks, tracks) how each track meets.
    passed : (ticks, tracks) which share of the time to its next deadline has passed.
    openings : the ticks at which talks open.
    """

    meets: NDArray[np.int8]
    passed: Array
    openings: frozenset[int]


@lru_cache(maxsize=_KEPT)
def _described(item: Itself[Plan]) -> _Described:
    plan = item.item
    meets = np.full((len(plan.ticks), len(plan.tracks)), _APART, dtype=np.int8)
    passed = np.zeros(meets.shape)
    for index, track in enumerate(plan.tracks):
        for tick, day in enumerate(plan.ticks.days.tolist()):
            passed[tick, index] = track.passed(tick, day)
            if track.has_round(tick):
                meets[tick, index] = _IN_ROUND
            elif track.asks_again(tick):
                meets[tick, index] = _BETWEEN_ROUNDS
    return _Described(meets, passed, frozenset(track.opens for track in plan.tracks))


class KernelMeetings(Meetings):
    """The meetings of a block, before the kernel.

    A recorder that asks for answers is given all that happens by the plain ones, and so are first drafts.

    Parameters
    ----------
    block : as the kernel takes it.
    """

    def __init__(
        self, plan: Plan, talks: Sequence[Talks], agreements: Agreements, recorder: Recorder, block: KernelBlock
    ) -> None:
        super().__init__(plan, talks, agreements, recorder)
        library = kernel.library()
        assert library
        self._negosim_meet, self._block, self._is_plain = library.negosim_meet, block, recorder.wants_answers
        self._described = described = _described(Itself(plan))
        self._at_meets, self._at_passed = kernel.address(described.meets), kernel.address(described.passed)
        kept = recorder.history.tracks
        self._counted = np.array(
            [[kernel.address(getattr(track, name)) for track in kept] for name in ("signatures", "below")],
            dtype=np.int64,
        )
        self._signed = np.zeros(len(kept), dtype=np.int64)
        self._at_counted = [kernel.address(row) for row in self._counted]
        self._at_signed = kernel.address(self._signed)

    def hold(self, tick: int) -> Sequence[int]:
        """Hold the meetings of a tick, and bring into force what they sign; see `Meetings.hold`."""
        if self._is_plain or tick in self._described.openings:
            return super().hold(tick)
        tracks, day = self._signed.size, float(self._plan.ticks.days[tick])
        meets, passed = self._at_meets + tick * tracks, self._at_passed + tick * tracks * _REAL
        signatures, below = self._at_counted
        settled = self._block.settled()
        signed = self._negosim_meet(settled, tick, day, meets, passed, signatures, below, self._at_signed)
        return np.nonzero(self._signed)[0].tolist() if signed else ()
