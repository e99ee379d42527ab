"""Cells: the numbers of a scenario in a block of trials, by path, and what events do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.draws import draw
from negosim.engine.plan import Change, Plan
from negosim.engine.streams import Array, Streams
from negosim.model.packages import of_rows
from negosim.scenario.quantities import REAL, Domain

_JUST_ABOVE = 1e-9
"""Where an effect would take a number to an end that its domain leaves out, it stops this far short of it."""


_OPEN_END = np.iinfo(np.int64).max
"""Stands for the tick at which an effect ends that holds until further notice."""

_Group = tuple[tuple[str | None, ...], tuple[int, ...]]
"""Paths of numbers kept side by side, and the shape they are kept in."""


@dataclass
class _Passing:
    """An effect that holds for a time."""

    change: Change
    since: NDArray[np.int64]
    """(trials,) the tick at which it last happened."""
    until: NDArray[np.int64]
    """(trials,) the first tick at which it no longer holds."""


class Cells:
    """The numbers of a block.

    A number is an array (trials,), or (1,) while all trials share it. Effects for good change the number itself, in
    the order they happen. Those that hold for a time are laid over it: `set` first (of several the one that happened
    last), then `scale`, then `add`; one that happens again while it holds is renewed. A number never leaves the domain
    of its key.
    """

    def __init__(self, plan: Plan, streams: Streams, trials: int) -> None:
        self._plan = plan
        self._trials = trials
        self._drawn = {path: draw(quantity, path, streams) for path, quantity in plan.quantities.items()}
        self._passing: dict[str, list[_Passing]] = {}
        effects = [effect for event in plan.events for effect in event.effects]
        effects += [effect for stock in plan.stocks for effect in stock.when_empty]
        changes = (effect for effect in effects if isinstance(effect, Change))
        self._order = {change.amount: place for place, change in enumerate(changes)}
        self._overlaid: dict[str, Array] = {}
        self._aliases_of: dict[str, list[str]] = {}
        for alias, path in plan.aliases.items():
            self._aliases_of.setdefault(path, []).append(alias)
        self._groups: dict[_Group, Array] = {}
        self._groups_of: dict[str, set[_Group]] = {}

    def __getitem__(self, path: str) -> Array:
        """Return a number with the effects in force, (trials,) or (1,)."""
        if path not in self._passing:
            return self._stated(path)
        found = self._overlaid.get(path)
        if found is None:
            found = self._overlaid[path] = self._laid_upon(path, self._stated(path))
        return found

    def group(self, paths: Sequence[str | None], *shape: int) -> Array:
        """Return several numbers side by side, (trials or 1, *shape); None stands for 0."""
        key = (tuple(paths), shape)
        found = self._groups.get(key)
        if found is None:
            columns = [self[path] if path else np.zeros(1) for path in paths]
            length = max((column.size for column in columns), default=1)
            found = np.empty((length, len(columns)))
            for index, column in enumerate(columns):
                found[:, index] = column
            self._groups[key] = found = found.reshape(length, *shape) if shape else found
            for path in filter(None, paths):
                self._groups_of.setdefault(path, set()).add(key)
                if path in self._plan.aliases:
                    self._groups_of.setdefault(self._plan.aliases[path], set()).add(key)
        return found

    def change(self, change: Change, rows: NDArray[np.intp], tick: int) -> None:
        """Apply an effect in some trials.

        Parameters
        ----------
        change : the effect.
        rows : where it happens, by place in the block.
        tick : when.
        """
        self._forget(change.target)
        if change.days is None:
            value = np.broadcast_to(self._stated(change.target), (self._trials,)).copy()
            changed = _applied(change.kind, value[rows], of_rows(self[change.amount], rows))
            value[rows] = self._bounded(change.target, changed)
            self._drawn[change.target] = value
            return
        passing = self._laid_over(change)
        passing.since[rows] = tick
        passing.until[rows] = self._plan.ticks.later(tick, change.days)

    def hold(self, change: Change, rows: NDArray[np.bool_], tick: int) -> None:
        """Let an effect hold in some trials, from now on where it did not, and in no others."""
        if not rows.any() and change.target not in self._passing:
            return
        passing = self._laid_over(change)
        beginning, ending = rows & (passing.until == 0), ~rows & (passing.until > 0)
        if beginning.any() or ending.any():
            self._forget(change.target)
            passing.since[beginning] = tick
            passing.until[beginning] = _OPEN_END
            passing.until[ending] = 0

    def _laid_over(self, change: Change) -> _Passing:
        """Return where an effect stands among those laid over its number."""
        laid = self._passing.setdefault(change.target, [])
        passing = next((known for known in laid if known.change == change), None)
        if passing is None:
            passing = _Passing(change, *np.zeros((2, self._trials), dtype=np.int64))
            laid.append(passing)
            laid.sort(key=lambda known: self._order[known.change.amount])
        return passing

    def pass_time(self, tick: int) -> None:
        """Take note of the tick: effects whose time is over no longer hold."""
        for target, laid in list(self._passing.items()):
            for passing in list(laid):
                ending = passing.until == tick
                if ending.any():
                    self._forget(target)
                    passing.until[ending] = 0
                if not passing.until.any():
                    laid.remove(passing)
            if not laid:
                del self._passing[target]

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Leave only some trials in the block."""
        self._overlaid.clear()
        for key, group in self._groups.items():
            if group.shape[0] > 1:
                self._groups[key] = group[rows]
        self._trials = int(rows.sum())
        for path, value in self._drawn.items():
            if value.size > 1:
                self._drawn[path] = value[rows]
        for laid in self._passing.values():
            for passing in laid:
                passing.since, passing.until = passing.since[rows], passing.until[rows]

    def _stated(self, path: str) -> Array:
        value = self._drawn.get(path)
        return self[self._plan.aliases[path]] if value is None else value

    def _laid_upon(self, path: str, value: Array) -> Array:
        latest = np.zeros(self._trials, dtype=np.int64)
        for kind in ("set", "scale", "add"):
            for passing in self._passing[path]:
                if passing.change.kind == kind:
                    holds = passing.until > 0
                    if kind == "set":
                        holds &= passing.since >= latest
                        latest[holds] = passing.since[holds]
                    value = np.where(holds, _applied(kind, value, self[passing.change.amount]), value)
        return self._bounded(path, value)

    def _bounded(self, path: str, value: Array) -> Array:
        limits = self._plan.limits.get(path)
        domain: Domain = limits.domain if limits else REAL
        low = domain.low + _JUST_ABOVE if domain.open_low else domain.low
        bounded: Array = np.minimum(np.maximum(value, low), domain.high)
        return bounded

    def _forget(self, path: str) -> None:
        """Drop what is kept of a number: the groups it belongs to, and what effects make of it and of its aliases."""
        for key in self._groups_of.get(path, ()):
            self._groups.pop(key, None)
        self._overlaid.pop(path, None)
        for alias in self._aliases_of.get(path, ()):
            self._overlaid.pop(alias, None)


def _applied(kind: str, value: Array, amount: Array) -> Array:
    match kind:
        case "add":
            return value + amount
        case "scale":
            return value * amount
        case _:
            return np.broadcast_to(amount, np.broadcast_shapes(value.shape, amount.shape)).copy()
