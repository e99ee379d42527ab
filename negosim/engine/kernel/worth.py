"""What packages are worth, looked up by the kernel."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel.structs import LANES, MovingWorth, Numbers, Packages, Pointers
from negosim.engine.parameters import Group
from negosim.engine.plan import Plan
from negosim.engine.streams import Array
from negosim.model.packages import Columns, of_rows, relative_saliences, weighted_values
from negosim.model.stakes import Worth


class WorthTables:
    """What follows from the numbers that the worth of packages depends on, in tables that the kernel reads.

    Where effects may change the numbers, a table has a row for every trial, and `moving` tells the kernel how to bring
    it up to date. Tables stay where they are until trials leave the block. Numbers of parties are filled up with 0 to a
    multiple of `LANES`: so wide they are.

    Parameters
    ----------
    groups : the saliences, values, enforcement and what each linkage adds, as in `PartyValues`.

    Attributes
    ----------
    salience : (trials or 1, issues, width) s_ij.
    values : (trials or 1, columns, width) v_ij.
    best : (trials or 1, issues, parties) the column of each party's best option on an issue.
    best_value : (trials or 1, issues, width) the value of that option.
    guards : (guards,) the columns of the options of issues that may carry enforcement.
    gaps : (trials or 1, guards) 1 - enforcement of these.
    additions : what each linkage adds, (trials or 1, width).
    """

    def __init__(self, plan: Plan, groups: Sequence[Group]) -> None:
        self._plan, self._groups = plan, groups
        self.guards = np.nonzero(np.isin(plan.issue_of, plan.guarding))[0]
        saliences, values, enforcement, *linkages = groups
        self._known = saliences.now().copy() if saliences.moves else saliences.now()[:1]
        self.salience = filled_up(relative_saliences(saliences.now()))
        self.values = filled_up(values.now())
        if values.moves and self.values is values.now():  # effects write into that
            self.values = self.values.copy()
        self.additions = [filled_up(linkage.now()) for linkage in linkages]
        assert not any(linkage.moves for linkage in linkages)
        self.best, self.best_value = self._best_options()
        self.gaps = np.ascontiguousarray(1.0 - enforcement.now()[:, self.guards])

    def _best_options(self) -> tuple[Columns, Array]:
        plan, pointers, library = self._plan, Pointers(), kernel.library()
        assert library
        shape = len(self.values), len(plan.issues)
        best, most = np.empty((*shape, len(plan.parties)), dtype=np.intp), np.zeros((*shape, width_of(plan)))
        struct = MovingWorth(
            **_shape(plan, pointers),
            values=pointers.at(self.values, np.float64),
            best=pointers.at(best, np.intp),
            best_value=pointers.at(most, np.float64),
        )
        library.negosim_find_best(ctypes.addressof(struct), len(self.values))
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
        plan, (saliences, values, enforcement, *_) = self._plan, self._groups

        def at(group: Group, table: NDArray[Any]) -> int | None:
            return pointers.at(table, table.dtype.type) if group.moves else None

        return MovingWorth(
            **_shape(plan, pointers),
            saliences=at(saliences, saliences.now()),
            known=at(saliences, self._known),
            relative=at(saliences, self.salience),
            stated=at(values, values.now()),
            values=at(values, self.values),
            best=at(values, self.best),
            best_value=at(values, self.best_value),
            enforcement=at(enforcement, enforcement.now()),
            guarded=self.guards.size,
            guard=pointers.whole(self.guards),
            gaps=at(enforcement, self.gaps),
            stale=pointers.at(stale, np.bool_),
        )


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
        gaps[:, self._tables.guards] = guarded
        return gaps

    def _added(self, rows: Columns | None) -> list[Array]:
        parties = len(self._plan.parties)
        return [of_rows(added, rows)[:, :parties].copy() for added in self._tables.additions]

    @cached_property
    def struct(self) -> Packages:
        """The same for the kernel."""
        plan, tables, pointers = self._plan, self._tables, self._pointers
        gap_at = np.full(plan.columns, -1)
        gap_at[tables.guards] = np.arange(tables.guards.size)
        additions = (Numbers * max(len(tables.additions), 1))(*map(pointers.numbers, tables.additions))
        pointers.kept.append(additions)
        return Packages(
            parties=len(plan.parties),
            width=width_of(plan),
            issues=len(plan.issues),
            salience=pointers.numbers(tables.salience),
            values=pointers.numbers(tables.values),
            guarding=len(plan.guarding),
            guard=pointers.whole(plan.guarding),
            gaps=pointers.numbers(tables.gaps),
            gap_at=pointers.whole(gap_at),
            linkages=pointers.combinations(plan.linkages),
            additions=ctypes.addressof(additions),
            links=pointers.at(_links(plan), np.uint64),
        )

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


def _shape(plan: Plan, pointers: Pointers) -> dict[str, int]:
    """Return how many issues, parties and columns there are, and where the columns of each issue begin."""
    return {
        "issues": len(plan.issues),
        "parties": len(plan.parties),
        "width": width_of(plan),
        "columns": plan.columns,
        "first": pointers.whole([*(slot.start for slot in plan.slots), plan.columns]),
    }


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
