"""Parameters: the numbers of a scenario in a block of trials, by path, and what events do to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from negosim.engine.itself import Itself
from negosim.engine.known_numbers import Layout, known_numbers
from negosim.engine.pack import Pack
from negosim.engine.plan import Change, Plan
from negosim.engine.streams import Array, Streams
from negosim.model.packages import Flags, of_rows

OPEN_END = np.iinfo(np.int64).max
"""Stands for the tick at which an effect ends that holds until further notice."""

_NOWHERE = np.zeros(0, dtype=np.intp)

KINDS = ("set", "scale", "add")
"""Kinds of effects that hold for a time, in the order in which they are laid over a number."""

_MOST_NOTES = 64
"""Notes of what has changed, after which they are put together."""

Rows = NDArray[np.intp]


@dataclass(eq=False)
class _Passing:
    """An effect that holds for a time."""

    change: Change
    since: NDArray[np.int64]
    """(trials,) the tick at which it last happened."""
    until: NDArray[np.int64]
    """(trials,) the first tick at which it no longer holds; 0 where it does not hold."""
    ending: set[int] = field(default_factory=set)
    """The ticks at which it may end somewhere: unless it has been renewed."""

    def renew(self, rows: Rows, since: int, until: int) -> None:
        """Let the effect hold in some trials from one tick to another."""
        self.since[rows] = since
        self.until[rows] = until
        self.ending.add(until)

    def end(self, tick: int) -> Rows:
        """Return where the effect ends at a tick, and let it."""
        if tick not in self.ending:
            return _NOWHERE
        self.ending.remove(tick)
        rows: Rows = np.nonzero(self.until == tick)[0]
        self.until[rows] = 0
        return rows

    def keep(self, rows: Flags) -> None:
        """Leave only some trials."""
        self.since, self.until = self.since[rows], self.until[rows]


@dataclass(eq=False)
class Group:
    """Numbers kept side by side."""

    paths: tuple[str | None, ...]
    layout: Layout
    """What is known of them, whatever is drawn."""
    shape: tuple[int, ...]
    table: Array
    """(trials or 1, *shape) as last given out."""
    renew: Callable[[Group], None]
    """Brings the table up to date."""
    stale: dict[int, list[Rows]] = field(default_factory=dict)
    """Where the numbers at some places have changed since."""

    @property
    def moves(self) -> bool:
        """Whether an effect may change any of them."""
        return bool(self.layout.moving)

    def now(self) -> Array:
        """Return the numbers with the effects in force, (trials or 1, *shape)."""
        if self.stale:
            self.renew(self)
        return self.table


class Parameters:
    """The numbers of a block.

    A number is an array (trials,), or (1,) while all trials share it. Effects for good change the number itself, in
    the order they happen. Those that hold for a time are laid over it: `set` first (of several the one that happened
    last), then `scale`, then `add`; one that happens again while it holds is renewed. A number never leaves the domain
    of its key. One that defaults to another follows it in every trial in which no effect for good has changed it.

    An array that has been given out never changes, and cannot be written to: who is given the same array again knows
    that nothing has changed.

    Parameters
    ----------
    trials : of the block.
    pack : the settings that the trials belong to; None where there is one, as the plan states it.

    Attributes
    ----------
    departures : rises whenever trials leave the block, and all numbers with them.
    """

    def __init__(self, plan: Plan, streams: Streams, trials: int, pack: Pack | None = None) -> None:
        self._plan = plan
        self._trials = trials
        self._pack = pack or Pack(plan, 0, ())
        self._stated = self._pack.drawn(streams)
        self.departures = 0
        self._apart: dict[str, Flags] = {}
        self._passing: dict[str, list[_Passing]] = {}
        self._known = known_numbers(Itself(plan), self._pack.varied)
        self._ends, self._followers, self._moving = self._known.ends, self._known.followers, self._known.moving
        self._given: dict[str, Array] = {}
        self._overlaid: dict[str, Array] = {}
        self._stale: dict[str, list[Rows]] = {}
        self._groups: dict[tuple[tuple[str | None, ...], tuple[int, ...]], Group] = {}
        self._places: dict[str, list[tuple[Group, int]]] = {}

    def __getitem__(self, path: str) -> Array:
        """Return a number with the effects in force, (trials,) or (1,)."""
        found = self._given.get(path)
        if found is None:
            found = self._given[path] = self._now(path)
            found.setflags(write=False)
        return found

    def of_rows(self, path: str, rows: Rows) -> Array:
        """Return a number with the effects in force in some trials, (rows,) or (1,)."""
        return of_rows(self._now(path), rows)

    def group(self, paths: Sequence[str | None], *shape: int) -> Array:
        """Return several numbers side by side, (trials or 1, *shape); None stands for 0."""
        return self.side_by_side(paths, *shape).now()

    def side_by_side(self, paths: Sequence[str | None], *shape: int) -> Group:
        """Return the same as a group, for who asks for it again and again."""
        key = (tuple(paths), shape)
        group = self._groups.get(key)
        if group is None:
            layout, full = self._known.laid_out(key[0]), shape or (len(paths),)
            table = self._table(layout)
            group = Group(key[0], layout, full, table.reshape(len(table), *full), self._renew)
            self._groups[key] = group
            for place, path in layout.moving:
                self._places.setdefault(path, []).append((group, place))
        return group

    def _table(self, layout: Layout) -> Array:
        if not layout.drawn:
            return layout.row
        numbers = [self._now(path) for _, path in layout.drawn]
        table = layout.row.repeat(max(map(len, numbers)), axis=0)
        for (place, _), number in zip(layout.drawn, numbers, strict=True):
            table[:, place] = number
        table.setflags(write=False)
        return table

    def _renew(self, group: Group) -> None:
        """Bring the numbers of a group that have changed up to date, in an array of its own."""
        if len(group.table) < self._trials:
            table = self._table(group.layout)
        else:
            table = group.table.reshape(len(group.table), -1).copy()
            for place, stale in group.stale.items():
                rows = _joined(stale)
                table[rows, place] = of_rows(self._now(str(group.paths[place])), rows)
            table.setflags(write=False)
        group.table = table.reshape(len(table), *group.shape)
        group.stale.clear()

    def may_change(self, path: str) -> bool:
        """Tell whether an effect of an event or of an empty stock changes a number."""
        return path in self._ends

    def may_move(self, path: str | None) -> bool:
        """Tell whether an effect changes a number, or one that it follows."""
        return path in self._moving

    def may_count(self, path: str) -> bool:
        """Tell whether a number is other than 0 somewhere, or may become so."""
        constant = self._known.constant(path)
        if constant is not None:
            return constant != 0.0
        return self.may_move(path) or bool(np.any(self._now(path)))

    def support(self, path: str) -> tuple[float, float]:
        """Return the least and the greatest that a number is stated to be in any setting, effects aside."""
        return self._pack.support(path)

    def change(self, change: Change, rows: Rows, tick: int) -> None:
        """Apply an effect in some trials.

        Parameters
        ----------
        change : the effect.
        rows : where it happens, by place in the block.
        tick : when.
        """
        if change.days is None:
            self._change_for_good(change, rows)
        else:
            self._laid_over(change).renew(rows, tick, self._plan.ticks.later(tick, change.days))
        self._touch(change.target, rows)

    def change_all(self, changes: Sequence[Change], rows: Rows, tick: int) -> None:
        """Apply several effects, one after another; see `change`."""
        for change in changes:
            self.change(change, rows, tick)

    def _change_for_good(self, change: Change, rows: Rows) -> None:
        path = change.target
        before = of_rows(self._underneath(path), rows)
        changed = _applied(change.kind, before, of_rows(self._now(change.amount), rows))
        number = self._stated.get(path)
        if number is None:  # it has followed another until now
            number = self._stated[path] = np.zeros(self._trials)
            self._apart[path] = np.zeros(self._trials, dtype=bool)
        elif number.size < self._trials or not number.flags.writeable:
            number = self._stated[path] = number.repeat(self._trials // number.size)
        number[rows] = self._bounded(path, changed)
        if path in self._apart:
            self._apart[path][rows] = True

    def hold_all(self, changes: Sequence[Change], begins: Rows, ends: Rows, tick: int) -> None:
        """Let effects hold from now on in some trials, and no longer in others."""
        for change in changes:
            passing = self._laid_over(change)
            passing.renew(begins, tick, OPEN_END)
            passing.until[ends] = 0
            self._touch(change.target, np.concatenate((begins, ends)))

    def _laid_over(self, change: Change) -> _Passing:
        """Return where an effect stands among those laid over its number."""
        laid = self._passing.setdefault(change.target, [])
        passing = next((known for known in laid if known.change is change), None)
        if passing is None:
            passing = _Passing(change, *np.zeros((2, self._trials), dtype=np.int64))
            laid.append(passing)
            laid.sort(key=lambda known: (KINDS.index(known.change.kind), self._known.order[known.change.amount]))
        return passing

    def pass_time(self, tick: int) -> dict[str, Rows]:
        """Take note of the tick: effects whose time is over no longer hold. Return what that changes, and where."""
        changed: dict[str, Rows] = {}
        for target, laid in list(self._passing.items()):
            for passing in list(laid):
                ended = passing.end(tick)
                if ended.size:
                    changed[target] = np.concatenate((changed.get(target, _NOWHERE), ended))
                    self._touch(target, ended)
                    if not passing.until.any():
                        laid.remove(passing)
            if not laid:
                del self._passing[target]
                self._overlaid.pop(target, None)
                self._stale.pop(target, None)
        return changed

    def keep(self, rows: Flags) -> None:
        """Leave only some trials in the block."""
        self.departures += 1
        for group in self._groups.values():
            if group.stale:
                self._renew(group)
            if len(group.table) > 1:
                group.table = group.table[rows]
                group.table.setflags(write=False)
        self._given.clear()
        self._overlaid.clear()
        self._stale.clear()
        self._trials = int(np.count_nonzero(rows))
        for path, number in self._stated.items():
            if number.size > 1:
                self._stated[path] = number[rows]
        for path, apart in self._apart.items():
            self._apart[path] = apart[rows]
        for laid in self._passing.values():
            for passing in laid:
                passing.keep(rows)

    def _now(self, path: str) -> Array:
        """Return a number with the effects in force, worked out again only in the trials in which it has changed."""
        if path not in self._passing:
            number = self._stated.get(path)
            return self._underneath(path) if number is None or path in self._apart else number
        known, stale = self._overlaid.get(path), self._stale.pop(path, None)
        if known is None:
            known = self._overlaid[path] = self._laid_upon(path, slice(None))
        elif stale:
            rows = _joined(stale)
            if not known.flags.writeable:
                known = self._overlaid[path] = known.copy()
            known[rows] = self._laid_upon(path, rows)
        return known

    def _underneath(self, path: str) -> Array:
        """Return a number without the effects that are laid over it."""
        number = self._stated.get(path)
        if number is None:
            return self._now(self._plan.aliases[path])
        apart = self._apart.get(path)
        return number if apart is None else np.where(apart, number, self._now(self._plan.aliases[path]))

    def _laid_upon(self, path: str, rows: Rows | slice) -> Array:
        """Return a number with all effects, in some trials."""
        number, laid = self._underneath(path), self._passing[path]
        value = number[rows] if number.size > 1 else number.repeat(laid[0].until[rows].size)
        latest: NDArray[np.int64] | int = 0
        for passing in laid:
            kind, holds = passing.change.kind, passing.until[rows] > 0
            if not holds.any():
                continue
            if kind == "set":
                since = passing.since[rows]
                holds &= since >= latest
                latest = np.where(holds, since, latest)
            amount = self._now(passing.change.amount)
            value = np.where(holds, _applied(kind, value, amount if amount.size == 1 else amount[rows]), value)
        return self._bounded(path, value)

    def _bounded(self, path: str, value: Array) -> Array:
        low, high = self._ends[path]
        bounded: Array = np.minimum(np.maximum(value, low), high)
        return bounded

    def _touch(self, path: str, rows: Rows) -> None:
        """Take note that a number has changed in some trials, and with it whatever follows it."""
        self._given.pop(path, None)
        if path in self._overlaid:
            _note(self._stale.setdefault(path, []), rows)
        for group, place in self._places.get(path, ()):
            _note(group.stale.setdefault(place, []), rows)
        for follower in self._followers.get(path, ()):
            self._touch(follower, rows)


def _joined(stale: list[Rows]) -> Rows:
    return stale[0] if len(stale) == 1 else np.concatenate(stale)


def _note(stale: list[Rows], rows: Rows) -> None:
    """Note rows among others, so that no more is kept than there are trials, however long nobody asks."""
    stale.append(rows)
    if len(stale) > _MOST_NOTES:
        stale[:] = [np.unique(np.concatenate(stale))]


def _applied(kind: str, value: Array, amount: Array) -> Array:
    match kind:
        case "add":
            return value + amount
        case "scale":
            return value * amount
        case _:
            return amount
