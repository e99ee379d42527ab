"""Events whose comings are known from the beginning: those of a tick come in one call of the kernel."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.events import ScenarioEvent
from negosim.engine.itself import Itself
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.streams import KernelStreams
from negosim.engine.kernel.structs import BoundEach, Comings, Pointers
from negosim.engine.kernel.war import KernelBattlefield
from negosim.engine.parameters import OPEN_END
from negosim.engine.plan import ROUNDING, Change, EffectPlan, Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.war import DRIFT
from negosim.scenario.paths import EVENT
from negosim.scenario.schema.events import Draw, Lift

_CHANGES, _DRAWS, _LIFTS = range(3)
"""What an event does in a step, as in comings.h."""

_KEPT = 8
"""Plans of whose events it is kept what they do."""


class _Step(NamedTuple):
    """What an event does in a step: it changes numbers, or a red line stands or lifts."""

    does: int
    changes: tuple[Change, ...] = ()
    line: int = -1


@dataclass(frozen=True)
class _Script:
    """What some events of a plan do, as the kernel takes it.

    Attributes
    ----------
    effects : by event, by its place among all: those of its effects that change numbers, by their places.
    lasting : by event, those of them that hold for a time: how long, by place among the lengths, and which they are.
    until : (ticks, lengths) up to which tick what then happens holds.
    struct : the structure of the kernel, filled in as far as that does not depend on the block.
    fixed : keeps the arrays that it points to.
    """

    effects: dict[int, tuple[int, ...]]
    lasting: dict[int, tuple[tuple[int, int], ...]]
    until: NDArray[np.int64]
    struct: Comings
    fixed: Pointers


@lru_cache(maxsize=_KEPT)
def _script(item: Itself[Plan], places: tuple[int, ...], may_fail: tuple[bool, ...]) -> _Script:
    plan, fixed = item.item, Pointers()
    steps = {place: _steps(plan, plan.events[place].effects) for place in places}
    flat = list(itertools.chain.from_iterable(steps.values()))
    place_of = {change.amount: place for place, change in enumerate(plan.changes)}
    changes = [change for step in flat for change in step.changes]
    effect = [place_of[change.amount] for change in changes]
    begins = _begins(len(step.changes) for step in flat)
    lengths = list(dict.fromkeys(change.days for change in changes))
    lasts = [lengths.index(change.days) for change in changes]
    until = np.stack([_until(plan, days) for days in lengths], axis=1) if lengths else np.zeros((0, 0), dtype=np.int64)
    struct = Comings(
        steps=fixed.whole(_begins(map(len, steps.values()))),
        does=fixed.whole([step.does for step in flat]),
        first=fixed.whole([begin if step.changes else step.line for begin, step in zip(begins, flat, strict=False)]),
        many=fixed.whole([len(step.changes) for step in flat]),
        publishes=fixed.flags([plan.war is not None and _moves_drift(step) for step in flat]),
        effect=fixed.whole(effect),
        lasts=fixed.whole(lasts),
        lengths=len(lengths),
        until=fixed.whole(until),
        may_fail=fixed.flags(may_fail),
    )
    ends = itertools.accumulate(sum(len(step.changes) for step in its) for its in steps.values())
    spans = dict(zip(steps, itertools.pairwise([0, *ends]), strict=True))
    lasting = {
        place: tuple((lasts[k], effect[k]) for k in range(*span) if changes[k].days is not None)
        for place, span in spans.items()
    }
    effects = {place: tuple(effect[slice(*span)]) for place, span in spans.items()}
    return _Script(effects, lasting, until, struct, fixed)


def _until(plan: Plan, days: float | None) -> NDArray[np.int64]:
    """Return up to which tick something holds that happens at each tick; see `Ticks.later`."""
    ticks = plan.ticks
    if days is None:
        return np.full(len(ticks), OPEN_END)
    return np.maximum(np.arange(1, len(ticks) + 1), np.searchsorted(ticks.days, ticks.days + days - ROUNDING))


def _moves_drift(step: _Step) -> bool:
    return any(change.target == DRIFT for change in step.changes)


class KernelComings:
    """The comings of events that nothing can change any more, and that do nothing but change numbers and red lines.

    Attributes
    ----------
    places : of these events, among all.
    ticks : on which any of them comes.
    ends : the ticks on which something that they bring may end.
    """

    def __init__(
        self,
        plan: Plan,
        parameters: KernelParameters,
        streams: KernelStreams,
        state: KernelState,
        battlefield: KernelBattlefield,
        events: Sequence[ScenarioEvent],
        recorder: Recorder,
    ) -> None:
        library = kernel.library()
        assert library
        self._come, self._state, self._parameters = library.negosim_come, state, parameters
        self._battlefield = battlefield if plan.war is not None else None
        known = [] if recorder.wants_answers else [place for place, one in enumerate(events) if _is_known(one)]
        self.places = frozenset(known)
        script = _script(Itself(plan), tuple(known), tuple(events[place].may_fail for place in known))
        self._fixed, self._place = Pointers(), np.arange(state.trials)
        comings = [(tick, place, rows) for place in known for tick, rows in events[place].comings().items()]
        comings.sort(key=lambda one: one[:2])
        self._row: NDArray[np.intp] | None = state.row
        paths = [EVENT.chance(plan.events[place].id) for place in known]
        self._chances = BoundEach(parameters.side_by_side(paths))
        self._struct = self._described(script, comings, known, paths, streams)
        self._at = ctypes.addressof(self._struct)
        self._comings: dict[int, list[tuple[int, int]]] = {}
        for number, (tick, place, _) in enumerate(comings):
            self._comings.setdefault(tick, []).append((place, number))
        self.ticks = tuple(self._comings)
        self._touched: dict[int, tuple[int, ...]] = {}
        ending: dict[int, set[int]] = {}
        for tick, of_tick in self._comings.items():
            self._touched[tick] = tuple(itertools.chain.from_iterable(script.effects[place] for place, _ in of_tick))
            until = script.until[tick].tolist() if script.until.size else []
            for place, _ in of_tick:
                for length, effect in script.lasting[place]:
                    ending.setdefault(until[length], set()).add(effect)
        parameters.end_later(ending)
        self.ends = tuple(ending)

    def _described(
        self,
        script: _Script,
        comings: Sequence[tuple[int, int, NDArray[np.intp]]],
        known: Sequence[int],
        paths: Sequence[str],
        streams: KernelStreams,
    ) -> Comings:
        struct, fixed, trials = Comings.from_buffer_copy(script.struct), self._fixed, self._state.trials
        number = {place: one for one, place in enumerate(known)}
        rows = [rows for *_, rows in comings]
        struct.chance = self._chances.at
        struct.chance_keys = fixed.at(streams.keys(tuple(paths)), np.uint64)
        struct.event = fixed.whole([number[place] for _, place, _ in comings])
        struct.rows = fixed.whole(_begins(its.size for its in rows))
        struct.row = fixed.whole(np.concatenate(rows) if rows else ())
        struct.numbers = fixed.at(streams.trials, np.int64)
        struct.place = fixed.at(self._place, np.int64)
        struct.here = fixed.at(np.empty(trials, dtype=np.int64), np.int64)
        struct.ends = fixed.at(np.empty(sum(map(len, script.effects.values())), dtype=np.int64), np.int64)
        return struct

    def come(self, tick: int, after: int, before: int) -> None:
        """Let those of a tick come that stand between two others, by their places."""
        numbers = [number for place, number in self._comings.get(tick, ()) if after < place < before]
        if not numbers:
            return
        state = self._state
        if self._row is not state.row:  # histories have left
            self._row = state.row
            self._place[:] = -1
            self._place[state.row] = np.arange(state.trials)
        state.follow()
        self._chances.renew()
        field = self._battlefield.settled() if self._battlefield else None
        effects = self._parameters.settled()
        failed = self._come(self._at, effects, state.at, field, numbers[0], numbers[-1] + 1, tick)
        self._parameters.note(self._touched[tick], failed)


def _is_known(event: ScenarioEvent) -> bool:
    """Tell whether it is known where an event comes, and all that it does is to change numbers and red lines."""
    return event.is_settled and all(isinstance(effect, Change | Lift | Draw) for effect in event.event.effects)


def _steps(plan: Plan, effects: Iterable[EffectPlan]) -> list[_Step]:
    """Return what an event does, step by step."""
    steps = list[_Step]()
    for are_changes, part in itertools.groupby(effects, lambda effect: isinstance(effect, Change)):
        if are_changes:
            steps.append(_Step(_CHANGES, tuple(effect for effect in part if isinstance(effect, Change))))
        else:
            steps += [step for effect in part for step in _line(plan, effect)]
    return steps


def _line(plan: Plan, effect: EffectPlan) -> list[_Step]:
    """Return what an effect does to a red line: nothing to one that an override may have taken out."""
    if isinstance(effect, Draw):
        return [_Step(_DRAWS, line=plan.line_ids[effect.draw])]
    assert isinstance(effect, Lift)
    return [_Step(_LIFTS, line=plan.line_ids[effect.lift])] if effect.lift in plan.line_ids else []


def _begins(sizes: Iterable[int]) -> list[int]:
    """Return where each of several lists begins when they are chained, and where the last ends."""
    return [0, *itertools.accumulate(sizes)]
