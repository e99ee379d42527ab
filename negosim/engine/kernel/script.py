"""What the events of a plan do, and its stocks while they are empty, as the kernel takes it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negosim.engine.itself import Itself
from negosim.engine.kernel.structs import Happenings, Pointers, StockEffects
from negosim.engine.parameters import OPEN_END
from negosim.engine.plan import ROUNDING, Change, EffectPlan, FrontJump, Plan, Refilling
from negosim.engine.record.history import KINDS
from negosim.engine.war import DRIFT, JUMPS_TO
from negosim.scenario.schema.events import Breaks, Draw, Fix, Lift

_CHANGES, _DRAWS, _LIFTS, _JUMPS, _REFILLS, _FIXES, _BREAKS = range(7)
"""What an event does in a step, as in happenings.h."""

_KEPT = 8
"""Plans of whose events it is kept what they do."""


class _Step(NamedTuple):
    """What an event does in a step, and what that is about.

    Attributes
    ----------
    does : what, as in happenings.h.
    changes : the effects that change numbers.
    first, many : what else it is about, as in happenings.h; of an amount stands its path.
    """

    does: int
    changes: tuple[Change, ...] = ()
    first: int | str = 0
    many: int = 0


@dataclass(frozen=True)
class Script:
    """What the events of a plan do.

    Attributes
    ----------
    amounts : the paths of the amounts by which fronts jump and stocks are refilled.
    struct, stocks : the structures of the kernel, filled in as far as that does not depend on the block.
    fixed : keeps the arrays that they point to.
    """

    amounts: tuple[str, ...]
    struct: Happenings
    stocks: StockEffects
    fixed: Pointers


def script(plan: Plan) -> Script:
    """Return what the events of a plan do; it is put together once, however many blocks are played."""
    return _script(Itself(plan))


@lru_cache(maxsize=_KEPT)
def _script(item: Itself[Plan]) -> Script:
    plan, fixed = item.item, Pointers()
    place_of = {change.amount: place for place, change in enumerate(plan.changes)}
    of_events = [_steps(plan, event.effects) for event in plan.events]
    steps = list(itertools.chain.from_iterable(of_events))
    changes = [change for step in steps for change in step.changes]
    lengths = list(dict.fromkeys(change.days for change in changes))
    until = np.stack([_until(plan, days) for days in lengths], axis=1) if lengths else np.zeros((0, 0), dtype=np.int64)
    amounts = list(dict.fromkeys(step.first for step in steps if isinstance(step.first, str)))
    number = {amount: place for place, amount in enumerate(amounts)}
    begins = begins_of(len(step.changes) for step in steps)
    struct = Happenings(
        steps=fixed.whole(begins_of(map(len, of_events))),
        does=fixed.whole([step.does for step in steps]),
        first=fixed.whole([_first(step, begin, number) for step, begin in zip(steps, begins, strict=False)]),
        many=fixed.whole([len(step.changes) or step.many for step in steps]),
        publishes=fixed.flags([_publishes(plan, step.changes) for step in steps]),
        effect=fixed.whole([place_of[change.amount] for change in changes]),
        lasts=fixed.whole([lengths.index(change.days) for change in changes]),
        lengths=len(lengths),
        until=fixed.whole(until),
        furthest=JUMPS_TO,
    )
    empty = [stock.when_empty for stock in plan.stocks]
    stocks = StockEffects(
        begins=fixed.whole(begins_of(map(len, empty))),
        effect=fixed.whole([place_of[change.amount] for change in itertools.chain.from_iterable(empty)]),
        publishes=fixed.flags([_publishes(plan, changes) for changes in empty]),
    )
    return Script(tuple(amounts), struct, stocks, fixed)


def _until(plan: Plan, days: float | None) -> NDArray[np.int64]:
    """Return up to which tick something holds that happens at each tick; see `Ticks.later`."""
    ticks = plan.ticks
    if days is None:
        return np.full(len(ticks), OPEN_END)
    return np.maximum(np.arange(1, len(ticks) + 1), np.searchsorted(ticks.days, ticks.days + days - ROUNDING))


def _first(step: _Step, begin: int, number: Mapping[str, int]) -> int:
    """Return what a step is about, given where its changes begin, and the numbers of all amounts."""
    if step.does == _CHANGES:
        return begin
    return number[step.first] if isinstance(step.first, str) else step.first


def _publishes(plan: Plan, changes: Iterable[Change]) -> bool:
    return plan.war is not None and any(change.target == DRIFT for change in changes)


def _steps(plan: Plan, effects: Iterable[EffectPlan]) -> list[_Step]:
    """Return what an event does, step by step."""
    steps = list[_Step]()
    for are_changes, part in itertools.groupby(effects, lambda effect: isinstance(effect, Change)):
        if are_changes:
            steps.append(_Step(_CHANGES, tuple(effect for effect in part if isinstance(effect, Change))))
        else:
            steps += [step for effect in part for step in _other(plan, effect)]
    return steps


def _other(plan: Plan, effect: EffectPlan) -> list[_Step]:
    """Return what an effect does that changes no number."""
    match effect:
        case FrontJump(amount=amount):
            return [_Step(_JUMPS, first=amount)]
        case Refilling(stock=stock, amount=amount):
            return [_Step(_REFILLS, first=amount, many=stock)]
        case Lift(lift=line):  # an override may have taken the red line out
            return [_Step(_LIFTS, first=plan.line_ids[line])] if line in plan.line_ids else []
        case Draw(draw=line):
            return [_Step(_DRAWS, first=plan.line_ids[line])]
        case Fix(fix=name, to=option):
            issue = plan.issues.index(name)
            return [_Step(_FIXES, first=issue, many=plan.slots[issue].start + plan.options[issue].index(option))]
        case Breaks(breaks=kind):
            return [_Step(_BREAKS, first=KINDS.index(kind))]
        case _:
            raise TypeError(f"the kernel knows no such effect (got {effect})")


def begins_of(sizes: Iterable[int]) -> list[int]:
    """Return where each of several lists begins when they are chained, and where the last ends."""
    return [0, *itertools.accumulate(sizes)]
