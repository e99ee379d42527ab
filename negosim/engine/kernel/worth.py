"""What packages are worth, looked up by the kernel."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel.structs import LANES, Numbers, Packages, Pointers
from negosim.engine.plan import Plan
from negosim.engine.streams import Array
from negosim.model.packages import Columns, of_rows, weighted_values
from negosim.model.stakes import Worth


class CompiledWorth(Worth):
    """What packages are worth; no table of weighted values is kept, as saliences and values take less room.

    Parameters
    ----------
    salience : (trials or 1, issues, parties) s_ij.
    values : (trials or 1, columns, parties).
    plan : the issues, linkages and combinations.
    gaps : (trials or 1, columns) of 1 - enforcement.
    additions : what each linkage adds, (trials or 1, parties).
    """

    _salience: Array
    _values: Array
    _plan: Plan
    _pointers: Pointers

    def __init__(self, salience: Array, values: Array, plan: Plan, gaps: Array, additions: Sequence[Array]) -> None:
        self.__dict__.update(gaps=gaps, guarding=plan.guarding, linkages=plan.linkages, additions=additions)
        self.__dict__.update(_salience=salience, _values=values, _plan=plan, _pointers=Pointers())

    @cached_property
    def table(self) -> Array:
        """The table of weighted values, (trials or 1, columns, parties), for whoever asks."""
        return weighted_values(self._salience, self._values, self._plan.issue_of)

    @cached_property
    def struct(self) -> Packages:
        """The same for the kernel."""
        plan, pointers = self._plan, self._pointers
        guards = np.nonzero(np.isin(plan.issue_of, plan.guarding))[0]
        gap_at = np.full(plan.columns, -1)
        gap_at[guards] = np.arange(guards.size)
        additions = (Numbers * max(len(self.additions), 1))(
            *(pointers.numbers(filled_up(added)) for added in self.additions)
        )
        pointers.kept.append(additions)
        return Packages(
            parties=len(plan.parties),
            width=-(-len(plan.parties) // LANES) * LANES,
            issues=len(plan.issues),
            salience=pointers.numbers(filled_up(self._salience)),
            values=pointers.numbers(filled_up(self._values)),
            guarding=len(plan.guarding),
            guard=pointers.whole(plan.guarding),
            gaps=pointers.numbers(self.gaps[:, guards]),
            gap_at=pointers.whole(gap_at),
            linkages=pointers.combinations(plan.linkages),
            additions=ctypes.addressof(additions),
            links=pointers.at(_links(plan), np.uint64),
        )

    def part(self, rows: Columns | None) -> Worth:
        """Return a copy of what packages are worth in some trials, and in no others; of all for None."""
        salience, values = of_rows(self._salience, rows), of_rows(self._values, rows)
        return Worth(
            table=weighted_values(salience, values, self._plan.issue_of),
            gaps=of_rows(self.gaps, rows).copy(),
            guarding=self.guarding,
            linkages=self.linkages,
            additions=[of_rows(added, rows).copy() for added in self.additions],
        )

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
