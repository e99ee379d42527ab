"""Stretches of ticks, played by the kernel in one call: see stretch.h."""

from __future__ import annotations

import ctypes
from functools import lru_cache

import numpy as np

from negosim.engine import kernel
from negosim.engine.agreements import may_break
from negosim.engine.itself import Itself
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.comings import KernelComings
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.kernel.structs import Described, Pointers, Stretch
from negosim.engine.kernel.values import KernelValues
from negosim.engine.kernel.war import KernelBattlefield
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.record.states import SETTLEMENT
from negosim.engine.state import State
from negosim.model.packages import Flags

_KEPT = 8
"""Plans whose ticks are kept described."""

_APART, _IN_ROUND, _BETWEEN_ROUNDS = range(3)
"""How a track meets at a tick, as in stretch.h."""

_NEAR_CELLS, _LEAST, _MOST = 16_000, 32, 256
"""So many options seen by parties stay in the cache of a processor while some histories are played at a time; the least
and the most of these."""

_IN_A_CALL = 50_000
"""So many rows, each counted once a tick, are played in a call: nothing interrupts it for a tenth of a second or so."""

_FINE, _NOT_FINITE = -1, -2
"""What comes of a stretch, as in stretch.h."""


@lru_cache(maxsize=_KEPT)
def _described(item: Itself[Plan]) -> Described[Stretch]:
    plan, fixed = item.item, Pointers()
    ticks, shape = range(len(plan.ticks)), (len(plan.ticks), len(plan.tracks))
    meets, shares, deadlines = np.full(shape, _APART, dtype=np.int8), np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for index, track in enumerate(plan.tracks):
        for tick, day in enumerate(plan.ticks.days.tolist()):
            shares[tick, index] = track.passed(tick, day)
            if track.has_round(tick):
                meets[tick, index] = _IN_ROUND
            elif track.asks_again(tick):
                meets[tick, index] = _BETWEEN_ROUNDS
        for deadline in track.deadlines:
            if track.opens <= deadline.tick < len(plan.ticks):
                deadlines[deadline.tick, index] += 1
    struct = Stretch(
        at_a_time=max(_LEAST, min(_MOST, _NEAR_CELLS // plan.cells)),
        ticks=len(plan.ticks),
        days=fixed.at(plan.ticks.days, np.float64),
        passed_days=fixed.at(np.array([plan.ticks.since_last(tick) for tick in ticks]), np.float64),
        passed_years=fixed.at(np.array([plan.ticks.years(tick) for tick in ticks]), np.float64),
        meets=fixed.at(meets, np.int8),
        shares=fixed.at(shares, np.float64),
        deadlines=fixed.whole(deadlines),
        quarters=len(plan.quarters),
        quarter_ends=fixed.at(np.array(plan.quarters, dtype=np.int64), np.int64),
        threatened=may_break(plan),
    )
    return Described(struct, fixed)


class KernelStretches:
    """Plays a block, a stretch of ticks at a time: all that happens in it, and what is recorded of it.

    Parameters
    ----------
    block : as the kernel takes it.
    comings : the events.
    """

    def __init__(
        self,
        plan: Plan,
        parameters: KernelParameters,
        party_values: KernelValues,
        state: State,
        battlefield: KernelBattlefield,
        comings: KernelComings,
        recorder: Recorder,
        block: KernelBlock,
    ) -> None:
        library = kernel.library()
        assert library
        self._play, self._parameters, self._values, self._state = library.negosim_play, parameters, party_values, state
        self._field, self._comings, self._block = battlefield if plan.war else None, comings, block
        self._occupancy, self._settled = recorder.history.occupancy, recorder.settled
        self._fixed, self._stay = Pointers(), np.ones(state.trials, dtype=bool)
        described, history, fixed = _described(Itself(plan)), recorder.history, self._fixed
        self._kept = described.fixed
        self._struct = struct = Stretch.from_buffer_copy(described.struct)
        struct.victory = fixed.at(history.victory, np.int32)
        struct.winner = fixed.at(history.winner, np.int8)
        struct.faded = fixed.at(history.faded, np.int32)
        struct.occupancy = fixed.at(history.occupancy, np.int64)
        struct.ripe = fixed.at(history.ripe, np.int64)
        struct.stay = fixed.at(self._stay, np.bool_)
        struct.fading = fixed.at(np.empty(state.trials, dtype=np.int64), np.int64)
        if self._field:
            self._field.count_into(history.tolls)
        self._at = ctypes.addressof(struct)
        calls = max(_IN_A_CALL // (len(plan.ticks) * struct.at_a_time), 1)
        self._rows = calls * struct.at_a_time

    def play(self, first: int, last: int) -> Flags:
        """Play some ticks, the first and the last included; return in which histories anything is left to be played.

        Raises
        ------
        FloatingPointError
            Where an effect makes a number infinite.
        ScenarioError
            Where fighting on is worth what is no finite number.
        """
        struct = self._struct
        struct.field = self._field.settled() if self._field else None
        struct.values = self._values.settled()
        struct.block = self._block.settled()
        struct.comings = self._comings.settled()
        self._occupancy[:, first : last + 1, SETTLEMENT] += self._settled[:, None]
        trials = self._state.trials
        for row in range(0, trials, self._rows):
            found = self._play(self._at, first, last + 1, row, min(row + self._rows, trials))
            if found == _NOT_FINITE:
                self._values.require_finite()
            if found != _FINE:
                self._parameters.must_be_finite(found)
        self._parameters.have_moved()
        return self._stay[:trials]
