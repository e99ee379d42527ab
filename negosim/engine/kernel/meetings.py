"""Meetings that the kernel holds: those of a tick are one call, up to the track that has something to report."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.itself import Itself
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.talks import KernelTalks
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.streams import Array
from negosim.engine.talks.meetings import Meetings
from negosim.engine.talks.round_outcome import RoundOutcome

_KEPT = 8
"""Plans whose meetings are kept described."""

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

    Parameters
    ----------
    block : as the kernel takes it.
    """

    def __init__(self, plan: Plan, talks: Sequence[KernelTalks], recorder: Recorder, block: KernelBlock) -> None:
        super().__init__(plan, talks, recorder)
        library = kernel.library()
        assert library
        self._tables, self._block, self._negosim_meet = talks, block, library.negosim_meet
        self._described = described = _described(Itself(plan))
        self._at_meets, self._at_passed = kernel.address(described.meets), kernel.address(described.passed)
        self._count = ctypes.c_int64()
        self._at_count = ctypes.addressof(self._count)

    def hold(self, tick: int) -> Iterator[tuple[int, RoundOutcome]]:
        """Hold the meetings of a tick: yield each track that has something to report, before the next one meets."""
        if tick in self._described.openings:
            yield from super().hold(tick)
            return
        tracks, day = len(self._tables), float(self._plan.ticks.days[tick])
        meets, passed = self._at_meets + tick * tracks, self._at_passed + tick * tracks * np.dtype(np.float64).itemsize
        whole, index = self._recorder.wants_answers, -1
        while index + 1 < tracks:
            settled = self._block.settled()
            index = self._negosim_meet(settled, index + 1, tick, day, meets, passed, whole, self._at_count)
            if index < tracks:
                between = self._described.meets[tick, index] == _BETWEEN_ROUNDS
                yield index, self._tables[index].reported(self._count.value, with_answers=whole, between=bool(between))
