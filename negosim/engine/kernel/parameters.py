"""Parameters for the kernel: effects are applied by it, and written where it reads the numbers."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.itself import Itself
from negosim.engine.kernel.structs import BoundEach, Effects, Pointers
from negosim.engine.known_numbers import ends
from negosim.engine.pack import Pack
from negosim.engine.parameters import KINDS, OPEN_END, Group, Parameters, Rows
from negosim.engine.plan import Change, Plan
from negosim.engine.streams import Array, Streams
from negosim.engine.war import DRIFT
from negosim.model.packages import Flags

_KEPT = 8
"""Plans whose effects are kept described."""

T = TypeVar("T")


@dataclass(frozen=True)
class _Described:
    """The effects of a plan as the kernel takes them.

    Attributes
    ----------
    numbers : the paths of all numbers that effects may change, or that follow one of these or lead it.
    place_of : by path, its place among them.
    changes, effect_of : the effects, and by the path of its amount the place of each.
    touched : (effects,) the paths of all numbers that each may change.
    layers : (layers,) the effects that hold for a time, by number and in the order in which they are laid over it.
    struct : the structure of the kernel, filled in as far as that does not depend on the block.
    fixed : keeps the arrays that it points to.
    """

    numbers: tuple[str, ...]
    place_of: dict[str, int]
    changes: tuple[Change, ...]
    effect_of: dict[str, int]
    touched: tuple[tuple[str, ...], ...]
    layers: tuple[int, ...]
    struct: Effects
    fixed: Pointers


@lru_cache(maxsize=_KEPT)
def _described(item: Itself[Plan]) -> _Described:
    plan = item.item
    changes = plan.changes
    lasting = {id(change) for stock in plan.stocks for change in stock.when_empty}
    followers: dict[str, list[str]] = {}
    for follower, path in plan.aliases.items():
        followers.setdefault(path, []).append(follower)

    def led_by(path: str) -> Iterable[str]:
        yield path
        for follower in followers.get(path, ()):
            yield from led_by(follower)

    def leaders_of(path: str) -> Iterable[str]:
        while path in plan.aliases:
            path = plan.aliases[path]
            yield path

    touched = tuple(tuple(led_by(change.target)) for change in changes)
    moving = tuple(dict.fromkeys(itertools.chain.from_iterable(touched)))
    leading = itertools.chain.from_iterable(leaders_of(path) for path in moving)
    numbers = tuple(dict.fromkeys(itertools.chain(moving, leading)))
    place_of = {path: place for place, path in enumerate(numbers)}
    laid = [place for place, change in enumerate(changes) if change.days is not None or id(change) in lasting]
    laid.sort(key=lambda place: (place_of[changes[place].target], KINDS.index(changes[place].kind), place))
    effect_of = {change.amount: place for place, change in enumerate(changes)}
    fixed = Pointers()
    struct = _filled_in(plan, numbers, place_of, laid, fixed)
    return _Described(numbers, place_of, changes, effect_of, touched, tuple(laid), struct, fixed)


def _filled_in(
    plan: Plan, numbers: Sequence[str], place_of: Mapping[str, int], layers: Sequence[int], fixed: Pointers
) -> Effects:
    """Return the structure of the kernel, filled in with what a plan says; see `_Described`."""
    leader_of = {path: plan.aliases[path] for path in numbers if path not in plan.quantities}
    following = [[place_of[path] for path in numbers if leader_of.get(path) == leader] for leader in numbers]
    targets = [place_of[change.target] for change in plan.changes]
    known = {change.target: ends(plan, change.target) for change in plan.changes}
    low, high = np.array([known.get(path, (-np.inf, np.inf)) for path in numbers], dtype=np.float64).reshape(-1, 2).T
    layer = np.full(len(targets), -1)
    layer[list(layers)] = np.arange(len(layers))
    over = [targets[effect] for effect in layers]
    behind_worth = {*plan.salience_paths, *plan.value_paths, *plan.enforcement_paths}
    return Effects(
        all_layers=len(layers),
        drift=place_of.get(DRIFT, -1),
        leader=fixed.whole([place_of[leader_of[path]] if path in leader_of else -1 for path in numbers]),
        low=fixed.at(np.ascontiguousarray(low), np.float64),
        high=fixed.at(np.ascontiguousarray(high), np.float64),
        bears_on_worth=fixed.flags([path in behind_worth for path in numbers]),
        followers=fixed.whole(_begins(following)),
        follower=fixed.whole(_chained(following)),
        layers=fixed.whole(np.searchsorted(over, np.arange(len(numbers) + 1))),
        laid=fixed.whole(layers),
        kind=fixed.whole([KINDS.index(change.kind) for change in plan.changes]),
        target=fixed.whole(targets),
        layer=fixed.whole(layer),
    )


class _Several(NamedTuple):
    """What is known of several effects together.

    Attributes
    ----------
    kind, places : what the kernel takes of so many effects; their places among all.
    lasting : of each effect, for how many days it holds; None for good, or for as long as it is said to.
    touched : the paths of the numbers that they may change.
    """

    kind: type[ctypes.Array[ctypes.c_int64]]
    places: ctypes.Array[ctypes.c_int64]
    lasting: tuple[float | None, ...]
    touched: tuple[str, ...]


class KernelParameters(Parameters):
    """The numbers of a block, for the kernel: what an effect changes is written into their groups at once.

    The table of a group that may move has a row for every trial, and stays where it is until trials leave the block.

    Attributes
    ----------
    stale : (trials,) whether a number that the worth of packages depends on may have changed since it was worked out.
    """

    def __init__(self, plan: Plan, streams: Streams, trials: int, pack: Pack | None = None) -> None:
        self._place_of: dict[str, int] = {}
        super().__init__(plan, streams, trials, pack)
        self._effects = effects = _described(Itself(plan))
        stated = [self._stated.get(path, 0.0) for path in effects.numbers]
        self._arrays: dict[str, NDArray[Any]] = {
            "stated": _filled(stated, trials),
            "value": _filled([self._now(path) for path in effects.numbers], trials),
            "apart": np.zeros((len(stated), trials), dtype=bool),
            **{name: np.zeros((len(effects.layers), trials), dtype=np.int64) for name in ("since", "until")},
            "next_end": np.full((1, trials), OPEN_END),
        }
        self.stale = np.zeros(trials, dtype=bool)
        self._ending: dict[int, dict[int, None]] = {}
        self._together: dict[tuple[int, ...], _Several] = {}
        self._kept_together: dict[int, tuple[Sequence[Change], _Several]] = {}
        self._struct = Effects.from_buffer_copy(effects.struct)
        self._amounts = BoundEach(self.side_by_side([change.amount for change in effects.changes]))
        self._struct.amount = self._amounts.at
        self._at = ctypes.addressof(self._struct)
        self._where: Pointers | None = None
        self._place_of = effects.place_of
        for path in effects.numbers:
            self._stated.pop(path, None)
        library = kernel.library()
        assert library
        self._affect, self._expire = library.negosim_affect, library.negosim_expire

    def settled(self) -> int:
        """Return where the effects stand, after filling in what may have come to stand elsewhere."""
        if self._where is None:
            self._where, struct = Pointers(), self._struct
            struct.trials = self._trials
            self._amounts.renew()
            for name, array in self._arrays.items():
                setattr(struct, name, self._where.at(array, array.dtype.type))
            struct.stale = self._where.at(self.stale, np.bool_)
            kept = [self._places.get(path, ()) for path in self._effects.numbers]
            struct.places = self._where.whole(_begins(kept))
            places = [_place(group, place) for group, place in _chained(kept)]
            struct.place = self._where.whole(np.array(places, dtype=np.int64))
        return self._at

    def side_by_side(self, paths: Sequence[str | None], *shape: int) -> Group:
        """Return several numbers side by side as a group; see `Parameters.side_by_side`."""
        group = super().side_by_side(paths, *shape)
        if group.moves and not group.table.flags.writeable:
            table = np.empty((self._trials, *group.shape))
            table[:] = group.table
            group.table = table
            self._where = None
        return group

    def __getitem__(self, path: str) -> Array:
        """Return a number with the effects in force, (trials,) or (1,)."""
        if path in self._place_of and path not in self._given:
            self._given[path] = given = self._now(path).copy()
            given.setflags(write=False)
        return super().__getitem__(path)

    def _now(self, path: str) -> Array:
        place = self._place_of.get(path)
        if place is not None:
            known: Array = self._arrays["value"][place]
            return known
        number = self._stated.get(path)  # nothing is laid over it
        return self._now(self._plan.aliases[path]) if number is None else number

    def change(self, change: Change, rows: Rows, tick: int) -> None:
        """Apply an effect in some trials; see `Parameters.change`."""
        self.change_all((change,), rows, tick)

    def change_all(self, changes: Sequence[Change], rows: Rows, tick: int) -> None:
        """Apply several effects in some trials; see `Parameters.change_all`."""
        several, later = self._together_with(changes), self._plan.ticks.later
        self._hold(several, rows, tick, [OPEN_END if days is None else later(tick, days) for days in several.lasting])

    def hold_all(self, changes: Sequence[Change], begins: Rows, ends: Rows, tick: int) -> None:
        """Let effects hold from now on in some trials, and no longer in others."""
        several = self._together_with(changes)
        for rows, until in ((begins, OPEN_END), (ends, 0)):
            if rows.size:
                self._hold(several, rows, tick, [until] * len(changes))

    def _hold(self, several: _Several, rows: Rows, tick: int, until: Sequence[int]) -> None:
        """Let effects happen in some trials, and hold until some ticks where they do not happen for good."""
        rows, places = np.ascontiguousarray(rows), several.places
        failed = self._affect(
            self.settled(), len(places), places, several.kind(*until), rows.size, kernel.address(rows), tick
        )
        self.must_be_finite(places[failed] if failed >= 0 else failed)
        for effect, days, end in zip(places, several.lasting, until, strict=True):
            if days is not None:
                self._ending.setdefault(end, {})[effect] = None
        self._note(several)

    def _together_with(self, changes: Sequence[Change]) -> _Several:
        """Return what is known of several effects together; they are kept, and known again by their identity."""
        kept, found = self._kept_together.get(id(changes), ((), None))
        if found is None or kept is not changes:
            found = self._several(tuple([self._effects.effect_of[change.amount] for change in changes]))
            self._kept_together[id(changes)] = changes, found
        return found

    def _several(self, places: tuple[int, ...]) -> _Several:
        """Return what is known of several effects together, by their places among all."""
        found = self._together.get(places)
        if found is None:
            kind = ctypes.c_int64 * len(places)
            touched = tuple({path: None for effect in places for path in self._effects.touched[effect]})
            lasting = tuple(self._effects.changes[effect].days for effect in places)
            found = self._together[places] = _Several(kind, kind(*places), lasting, touched)
        return found

    def _note(self, several: _Several) -> None:
        """Take note that effects may have changed numbers."""
        for path in several.touched:
            self._given.pop(path, None)

    def must_be_finite(self, failed: int) -> None:
        """Raise an error where an effect, by its place among all, has made a number infinite; -1 stands for none."""
        if failed >= 0:
            raise FloatingPointError(f"overflow encountered in an effect on {self._effects.changes[failed].target}")

    def have_moved(self) -> None:
        """Take note that the kernel may have changed any number that effects may change."""
        for path in [path for path in self._given if path in self._place_of]:
            del self._given[path]

    def pass_time(self, tick: int) -> dict[str, Rows]:
        """Take note of the tick; see `Parameters.pass_time`."""
        ending = tuple(self._ending.pop(tick, ()))
        if not ending:
            return {}
        layers = np.array([self._effects.layers.index(effect) for effect in ending], dtype=np.int64)
        counts, rows = np.empty_like(layers), np.empty((len(ending), self._trials), dtype=np.intp)
        at_layers, at_rows, at_counts = map(kernel.address, (layers, rows, counts))
        self._expire(self.settled(), len(ending), at_layers, tick, at_rows, at_counts)
        if counts.any():
            self._note(self._several(ending))
        changed: dict[str, list[Rows]] = {}
        for effect, count, where in zip(ending, counts.tolist(), rows, strict=True):
            if count:
                changed.setdefault(self._effects.changes[effect].target, []).append(where[:count])
        return {path: found[0] if len(found) == 1 else np.concatenate(found) for path, found in changed.items()}

    def keep(self, rows: Flags) -> None:
        """Leave only some trials in the block."""
        super().keep(rows)
        self._arrays = {name: np.ascontiguousarray(array[:, rows]) for name, array in self._arrays.items()}
        self.stale = self.stale[rows]
        self._where = None
        for group in self._groups.values():
            if group.moves:
                group.table.setflags(write=True)


def _place(group: Group, place: int) -> tuple[int, int]:
    """Return where a number stands in a group, as `Place` has it."""
    table = group.table
    return kernel.address(table) + place * table.itemsize, table.size // len(table)


def _filled(numbers: Sequence[Array | float], trials: int) -> Array:
    """Return numbers of all trials, one below the other, (numbers, trials)."""
    filled = np.empty((len(numbers), trials))
    for place, number in enumerate(numbers):
        filled[place] = number
    return filled


def _begins(parts: Sequence[Sequence[T]]) -> list[int]:
    """Return where each of several lists begins when they are chained, and where the last ends."""
    return [0, *itertools.accumulate(map(len, parts))]


def _chained(parts: Sequence[Sequence[T]]) -> list[T]:
    return list(itertools.chain.from_iterable(parts))
