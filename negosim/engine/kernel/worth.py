"""What packages are worth, looked up by the kernel."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.itself import Itself
from negosim.engine.kernel.structs import LANES, MovingWorth, Numbers, Packages, Pointers
from negosim.engine.known_numbers import known_numbers
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.streams import Array
from negosim.model.packages import Columns, of_rows, relative_saliences, weighted_values
from negosim.model.stakes import Worth

_KEPT = 8
"""Plans of which it is kept what is the same in every block."""

Paths = tuple[str | None, ...]


class _Rows(NamedTuple):
    """The paths of numbers of all parties, row by row, and how many places a row takes: it may be filled up."""

    paths: Paths
    width: int


@dataclass(frozen=True)
class _Described:
    """What is the same of the worth of packages in every block of a plan.

    Attributes
    ----------
    guards : (guards,) the columns of the options of issues that may carry enforcement.
    saliences, values, linkages : their numbers, filled up where no effect may change any of them: the kernel then reads
        them where they are.
    enforcement : the paths of all, or of those that count where no effect may change any of them.
    counted : the columns of these that count.
    packages, moving : the structures, filled in as far as they do not depend on the block.
    fixed : keeps the arrays that they point to.
    """

    guards: Columns
    saliences: _Rows
    values: _Rows
    linkages: tuple[_Rows, ...]
    enforcement: Paths
    counted: Columns | slice
    packages: Packages
    moving: MovingWorth
    fixed: Pointers


@lru_cache(maxsize=_KEPT)
def _described(item: Itself[Plan]) -> _Described:
    plan, fixed, parties = item.item, Pointers(), len(item.item.parties)
    may_move = known_numbers(item, frozenset()).moving
    guards = np.nonzero(np.isin(plan.issue_of, plan.guarding))[0]
    gap_at = np.full(plan.columns, -1)
    gap_at[guards] = np.arange(guards.size)

    def laid_out(paths: Paths) -> _Rows:
        if not may_move.isdisjoint(paths):
            return _Rows(paths, parties)
        filling = (None,) * (width_of(plan) - parties)
        rows = (paths[begin : begin + parties] for begin in range(0, len(paths), parties))
        return _Rows(tuple(itertools.chain.from_iterable((*row, *filling) for row in rows)), width_of(plan))

    moves = not may_move.isdisjoint(plan.enforcement_paths)
    shape = {"issues": len(plan.issues), "parties": parties, "width": width_of(plan)}
    return _Described(
        guards=guards,
        saliences=laid_out(plan.salience_paths),
        values=laid_out(plan.value_paths),
        linkages=tuple(map(laid_out, plan.linkage_paths)),
        enforcement=plan.enforcement_paths if moves else tuple(plan.enforcement_paths[guard] for guard in guards),
        counted=guards if moves else slice(None),
        packages=Packages(
            **shape,
            guarding=len(plan.guarding),
            guard=fixed.whole(plan.guarding),
            gap_at=fixed.whole(gap_at),
            linkages=fixed.combinations(plan.linkages),
            links=fixed.at(_links(plan), np.uint64),
        ),
        moving=MovingWorth(
            **shape,
            columns=plan.columns,
            first=fixed.whole([*(slot.start for slot in plan.slots), plan.columns]),
            guarded=guards.size,
            guard=fixed.whole(guards),
        ),
        fixed=fixed,
    )


class WorthTables:
    """What follows from the numbers that the worth of packages depends on, in tables that the kernel reads.

    Where effects may change the numbers, a table has a row for every trial, and `moving` tells the kernel how to bring
    it up to date. Tables stay where they are until trials leave the block. Numbers of parties are filled up with 0 to a
    multiple of `LANES`: so wide they are.

    Parameters
    ----------
    parameters : the numbers of the block.

    Attributes
    ----------
    described : what is the same in every block of the plan.
    salience : (trials or 1, issues, width) s_ij.
    values : (trials or 1, columns, width) v_ij.
    best : (trials or 1, issues, parties) the column of each party's best option on an issue.
    best_value : (trials or 1, issues, width) the value of that option.
    gaps : (trials or 1, guards) 1 - enforcement of the options of issues that may carry it.
    additions : what each linkage adds, (trials or 1, width).
    """

    def __init__(self, plan: Plan, parameters: Parameters) -> None:
        self._plan, self.described = plan, (described := _described(Itself(plan)))
        group = parameters.side_by_side
        saliences = group(described.saliences.paths, len(plan.issues), described.saliences.width)
        values = group(described.values.paths, plan.columns, described.values.width)
        enforcement, linkages = group(described.enforcement), [group(rows.paths) for rows in described.linkages]
        self._groups = saliences, values, enforcement
        self._known = saliences.now().copy() if saliences.moves else saliences.now()[:1]
        self.salience = filled_up(relative_saliences(saliences.now()))
        self.values = filled_up(values.now())
        if values.moves and self.values is values.now():  # effects write into that
            self.values = self.values.copy()
        self.additions = [filled_up(linkage.now()) for linkage in linkages]
        assert not any(linkage.moves for linkage in linkages)
        self.best, self.best_value = self._best_options({place for place, _ in values.layout.drawn})
        self.gaps = np.ascontiguousarray(1.0 - enforcement.now()[:, described.counted])

    def _best_options(self, varying: Iterable[int]) -> tuple[Columns, Array]:
        """Return `best` and `best_value`, given the places of the values that may differ from trial to trial."""
        trials, of_option = len(self.values), self.described.values.width
        best, most = self._best_on(0, len(self._plan.issues), 1)
        if trials > 1:
            best, most = best.repeat(trials, axis=0), most.repeat(trials, axis=0)
            for issue in sorted({int(self._plan.issue_of[place // of_option]) for place in varying}):
                here = slice(issue, issue + 1)
                best[:, here], most[:, here] = self._best_on(issue, 1, trials)
        return best, most

    def _best_on(self, first: int, issues: int, trials: int) -> tuple[Columns, Array]:
        """Return the same on some issues in some trials, the first ones."""
        plan, library = self._plan, kernel.library()
        assert library
        best = np.empty((trials, issues, len(plan.parties)), dtype=np.intp)
        most = np.zeros((trials, issues, width_of(plan)))
        struct = MovingWorth.from_buffer_copy(self.described.moving)
        struct.issues = issues
        struct.first += first * best.itemsize
        struct.values, struct.best, struct.best_value = map(kernel.address, (self.values, best, most))
        library.negosim_find_best(ctypes.addressof(struct), trials)
        return best, most

    def keep(self, rows: Columns) -> None:
        """Leave only some trials."""
        self._known, self.salience = of_rows(self._known, rows), of_rows(self.salience, rows)
        self.values, self.gaps = of_rows(self.values, rows), of_rows(self.gaps, rows)
        self.best, self.best_value = of_rows(self.best, rows), of_rows(self.best_value, rows)
        self.additions = [of_rows(added, rows) for added in self.additions]

    def moving(self, stale: NDArray[np.bool_], pointers: Pointers) -> MovingWorth:
        """Return what the kernel brings up to date.

        Parameters
        ----------
        stale : (trials,) where a number may have changed.
        pointers : keeps alive what the structure points to.
        """
        saliences, values, enforcement = self._groups
        struct = MovingWorth.from_buffer_copy(self.described.moving)
        struct.stale = pointers.at(stale, np.bool_)
        if saliences.moves:
            struct.saliences = pointers.at(saliences.now(), np.float64)
            struct.known = pointers.at(self._known, np.float64)
            struct.relative = pointers.at(self.salience, np.float64)
        if values.moves:
            struct.stated = pointers.at(values.now(), np.float64)
            struct.values = pointers.at(self.values, np.float64)
            struct.best = pointers.at(self.best, np.intp)
            struct.best_value = pointers.at(self.best_value, np.float64)
        if enforcement.moves:
            struct.enforcement = pointers.at(enforcement.now(), np.float64)
            struct.gaps = pointers.at(self.gaps, np.float64)
        return struct


class CompiledWorth(Worth):
    """What packages are worth; no table of weighted values is kept, as saliences and values take less room.

    It changes as the kernel brings the tables up to date; `part` copies.
    """

    _plan: Plan
    _tables: WorthTables
    _pointers: Pointers

    def __init__(self, plan: Plan, tables: WorthTables) -> None:
        self.__dict__.update(guarding=plan.guarding, linkages=plan.linkages)
        self.__dict__.update(_plan=plan, _tables=tables, _pointers=Pointers())

    @property
    def table(self) -> Array:
        """The table of weighted values, (trials or 1, columns, parties), for whoever asks."""
        return self._weighted(None)

    @property
    def gaps(self) -> Array:
        """(trials or 1, columns) of 1 - enforcement."""
        return self._gaps(None)

    @property
    def additions(self) -> Sequence[Array]:
        """What each linkage adds, (trials or 1, parties)."""
        return self._added(None)

    def _weighted(self, rows: Columns | None) -> Array:
        parties, tables = len(self._plan.parties), self._tables
        salience, values = (of_rows(table, rows)[..., :parties] for table in (tables.salience, tables.values))
        return weighted_values(salience, values, self._plan.issue_of)

    def _gaps(self, rows: Columns | None) -> Array:
        guarded = of_rows(self._tables.gaps, rows)
        gaps = np.ones((len(guarded), self._plan.columns))
        gaps[:, self._tables.described.guards] = guarded
        return gaps

    def _added(self, rows: Columns | None) -> list[Array]:
        parties = len(self._plan.parties)
        return [of_rows(added, rows)[:, :parties].copy() for added in self._tables.additions]

    @cached_property
    def struct(self) -> Packages:
        """The same for the kernel."""
        tables, pointers = self._tables, self._pointers
        additions = (Numbers * max(len(tables.additions), 1))(*map(pointers.numbers, tables.additions))
        pointers.kept.append(additions)
        struct = Packages.from_buffer_copy(tables.described.packages)
        struct.salience, struct.values, struct.gaps = map(
            pointers.numbers, (tables.salience, tables.values, tables.gaps)
        )
        struct.additions = ctypes.addressof(additions)
        return struct

    def part(self, rows: Columns | None) -> Worth:
        """Return a copy of what packages are worth in some trials, and in no others; of all for None."""
        return Worth(self._weighted(rows), self._gaps(rows), self.guarding, self.linkages, self._added(rows))

    def utility(self, package: Columns, rows: Columns | None = None) -> Array:
        """Return u_i(x), (n, parties), of packages (n, issues) of some trials (all in turn for None)."""
        found = np.empty((package.shape[0], len(self._plan.parties)))
        self._ask("negosim_utility", package, rows, found)
        return found

    def unguaranteed(self, package: Columns, rows: Columns | None = None) -> Array:
        """Return 1 - g(x), (n,), of packages (n, issues) of some trials (all in turn for None)."""
        found = np.empty(package.shape[0])
        self._ask("negosim_unguaranteed", package, rows, found)
        return found

    def _ask(self, function: str, package: Columns, rows: Columns | None, found: Array) -> None:
        pointers = Pointers()
        package = np.ascontiguousarray(package, dtype=np.intp)
        getattr(kernel.library(), function)(
            ctypes.addressof(self.struct),
            package.shape[0],
            None if rows is None else pointers.at(np.ascontiguousarray(rows), np.intp),
            pointers.at(package, np.intp),
            pointers.at(found, np.float64),
        )


def width_of(plan: Plan) -> int:
    """Return how many places numbers of all parties take, filled up."""
    return -(-len(plan.parties) // LANES) * LANES


def filled_up(values: Array) -> Array:
    """Return numbers of parties, (…, parties), filled up with 0 to a multiple of `LANES`."""
    more = -values.shape[-1] % LANES
    return np.concatenate([values, np.zeros((*values.shape[:-1], more))], axis=-1) if more else values


def _links(plan: Plan) -> NDArray[np.uint64]:
    """Return to which linkages each issue belongs, as bits; one stands for every 64th."""
    links = [0] * len(plan.issues)
    for place, linkage in enumerate(plan.linkages):
        for issue in linkage.issues:
            links[issue] |= 1 << place % 64
    return np.array(links, dtype=np.uint64)
