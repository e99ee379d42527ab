"""Packages: one option per issue and chip, and what they are worth (model 2).

A package is a row of *columns*: the options of all issues stand side by side in one numbering, and a package names
one column for every issue. Tables have a leading trial axis of length 1 where all trials share them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Columns = NDArray[np.intp]
Flags = NDArray[np.bool_]


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


def picked(table: Array, column: Columns) -> Array:
    """Return the rows of a table for one column a trial.

    Parameters
    ----------
    table : (trials or 1, columns, ...).
    column : (trials,).
    """
    if table.shape[0] == 1:
        rows: Array = table[0][column]
    else:
        rows = table[np.arange(column.size), column]
    return rows


def weighted_values(saliences: Array, values: Array, issue_of: Columns) -> Array:
    """Return s_ij·v_ij, the saliences of each party scaled to add to 1.

    Parameters
    ----------
    saliences : (trials or 1, issues, parties), not negative.
    values : (trials or 1, columns, parties) in [0, 1].
    issue_of : (columns,) the issue of each column.

    Returns
    -------
    (trials or 1, columns, parties); zero for a party that cares about nothing.
    """
    total = np.zeros((saliences.shape[0], saliences.shape[2]))
    for issue in range(saliences.shape[1]):
        total += saliences[:, issue]
    share = np.divide(saliences, total[:, None], out=np.zeros_like(saliences), where=total[:, None] > 0)
    return share[:, issue_of] * values


def utilities(table: Array, package: Columns, linkages: Sequence[Combination], additions: Sequence[Array]) -> Array:
    """Return u_i(x) = Σ_j s_ij·v_ij(x_j) + Σ linkages, for every party (Keeney & Raiffa 1976).

    Parameters
    ----------
    table : (trials or 1, columns, parties) weighted values.
    package : (trials, issues).
    linkages, additions : named combinations, and what each adds, (trials or 1, parties).

    Returns
    -------
    (trials, parties).
    """
    total = np.zeros((package.shape[0], table.shape[2]))
    for issue in range(package.shape[1]):
        total += picked(table, package[:, issue])
    for linkage, added in zip(linkages, additions, strict=True):
        total += linkage.holds(package)[:, None] * added
    return total


def unguaranteed(gaps: Array, package: Columns, issues: Sequence[int]) -> Array:
    """Return 1 - g(x), the product over a text's options of (1 - enforcement).

    Parameters
    ----------
    gaps : (trials or 1, columns) of 1 - enforcement.
    package : (trials, issues).
    issues : those with an option that carries enforcement.
    """
    product = np.ones(package.shape[0])
    for issue in issues:
        product *= picked(gaps, package[:, issue])
    return product


def best_package(
    table: Array, slots: Sequence[slice], party: int, issues: Sequence[int], base: Columns, free: Flags
) -> Columns:
    """Return the package in which a party has its best option on every open issue.

    Parameters
    ----------
    table : (trials or 1, columns, parties) weighted values.
    slots : where the options of each issue stand among the columns.
    issues : those that may change.
    base : (trials, issues) the package otherwise; where it is as good as the best option, it stays.
    free : (trials, issues) which issues are open.
    """
    package = base.copy()
    for issue in issues:
        options = table[:, slots[issue], party]
        column = slots[issue].start + options.argmax(axis=1)
        better = free[:, issue] & (picked(table, base[:, issue])[:, party] < options.max(axis=1))
        package[:, issue] = np.where(better, column, package[:, issue])
    return package
