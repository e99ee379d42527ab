"""Packages: one option per issue and chip, and what they are worth (model 2).

A package is a row of *columns*: the options of all issues stand side by side in one numbering, and a package names
one column for every issue. Tables have a leading trial axis of length 1 where all trials share them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Columns = NDArray[np.intp]
Flags = NDArray[np.bool_]
Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True)
class Combination:
    """Named options that occur together: ``columns[i]`` of issue ``issues[i]``."""

    issues: tuple[int, ...]
    columns: tuple[int, ...]

    def holds(self, package: Columns, *, aside: int | None = None) -> Flags:
        """Tell in which packages it occurs; ``aside`` leaves one issue out of account."""
        found = np.ones(package.shape[0], dtype=bool)
        for issue, column in zip(self.issues, self.columns, strict=True):
            if issue != aside:
                found &= package[:, issue] == column
        return found


def picked(table: NDArray[Value], columns: Columns, rows: Columns | None = None) -> NDArray[Value]:
    """Return what a table says of some columns of each trial.

    Parameters
    ----------
    table : (trials or 1, columns, ...).
    columns : (n,) or (n, many).
    rows : (n,) the trials of the table they are looked up in; None for all of them in turn.

    Returns
    -------
    (n, ...) or (n, many, ...).
    """
    if table.shape[0] > 1:
        first = (np.arange(columns.shape[0]) if rows is None else rows) * table.shape[1]
        columns = columns + (first if columns.ndim == 1 else first[:, None])
    # quicker than table[rows, columns]
    found: NDArray[Value] = table.reshape(-1, *table.shape[2:]).take(columns, axis=0)
    return found


def relative_saliences(saliences: Array) -> Array:
    """Return s_ij, the saliences of each party scaled to add to 1; all zero for a party that cares about nothing.

    Parameters
    ----------
    saliences : (trials or 1, issues, parties), not negative.
    """
    total = np.zeros((saliences.shape[0], saliences.shape[2]))
    for issue in range(saliences.shape[1]):
        total += saliences[:, issue]
    total[total == 0.0] = 1.0
    return saliences / total[:, None]


def weighted_values(salience: Array, values: Array, issue_of: Columns) -> Array:
    """Return s_ij·v_ij, (trials or 1, columns, parties).

    Parameters
    ----------
    salience : (trials or 1, issues, parties) s_ij.
    values : (trials or 1, columns, parties) in [0, 1].
    issue_of : (columns,) the issue of each column.
    """
    return np.ascontiguousarray(salience[:, issue_of] * values)


def utilities(
    table: Array,
    package: Columns,
    linkages: Sequence[Combination],
    additions: Sequence[Array],
    rows: Columns | None = None,
) -> Array:
    """Return u_i(x) = Σ_j s_ij·v_ij(x_j) + Σ linkages, for every party (Keeney & Raiffa 1976).

    Parameters
    ----------
    table : (trials or 1, columns, parties) weighted values.
    package : (n, issues).
    linkages, additions : named combinations, and what each adds, (trials or 1, parties).
    rows : (n,) the trials that the packages belong to; None for all of them in turn.

    Returns
    -------
    (n, parties).
    """
    total: Array = picked(table, package, rows).sum(axis=1)
    for linkage, added in zip(linkages, additions, strict=True):
        total += linkage.holds(package)[:, None] * of_rows(added, rows)
    return total


def of_rows(values: NDArray[Value], rows: Columns | None) -> NDArray[Value]:
    """Return an array's part for some trials; one that all trials share stays as it is."""
    return values if rows is None or values.shape[0] == 1 else values.take(rows, axis=0)  # quicker than values[rows]


def unguaranteed(gaps: Array, package: Columns, issues: Sequence[int], rows: Columns | None = None) -> Array:
    """Return 1 - g(x), the product over a text's options of (1 - enforcement), (n,).

    Parameters
    ----------
    gaps : (trials or 1, columns) of 1 - enforcement.
    package : (n, issues).
    issues : those with an option that carries enforcement.
    rows : (n,) the trials that the packages belong to; None for all of them in turn.
    """
    product = np.ones(package.shape[0])
    for issue in issues:
        product *= picked(gaps, package[:, issue], rows)
    return product


def best_options(values: Array, slots: Sequence[slice]) -> tuple[Columns, Array]:
    """Return each party's best option on every issue as a column, and its value.

    Parameters
    ----------
    values : (trials or 1, columns, parties).
    slots : where the options of each issue stand among the columns.

    Returns
    -------
    (trials or 1, issues, parties) each.
    """
    shape = values.shape[0], len(slots), values.shape[2]
    columns, best = np.empty(shape, dtype=np.intp), np.empty(shape)
    for issue, place in enumerate(slots):
        chosen, most = columns[:, issue], best[:, issue]
        chosen[:], most[:] = place.start, values[:, place.start]
        for option in range(place.start + 1, place.stop):
            better = values[:, option] > most
            np.copyto(chosen, option, where=better)
            np.copyto(most, values[:, option], where=better)
    return columns, best
