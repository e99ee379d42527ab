"""Appraisals: what a package of every trial is worth, worked out anew only where something has changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.model.packages import Columns, Flags
from negosim.model.stakes import Worth


class Appraisal:
    """The worth of one package a trial.

    Attributes
    ----------
    utility : (trials, parties) u_i of it.
    gap : (trials,) 1 - g of it.
    """

    def __init__(self, packages: Columns, parties: int) -> None:
        trials = packages.shape[0]
        self._package = packages.copy()
        self._version = np.full(trials, -1, dtype=np.int64)
        self.utility = np.zeros((trials, parties))
        self.gap = np.ones(trials)

    def update(self, rows: NDArray[np.intp], packages: Columns, worth: Worth, version: NDArray[np.int64]) -> None:
        """Appraise the packages of some trials.

        Parameters
        ----------
        rows : (m,) the trials.
        packages : (m, issues).
        worth, version : what packages are worth, and (trials,) in which version.
        """
        stale = (self._version[rows] != version[rows]) | (self._package[rows] != packages).any(axis=1)
        if stale.any():
            rows, packages = rows[stale], packages[stale]
            self._package[rows], self._version[rows] = packages, version[rows]
            self.utility[rows], self.gap[rows] = worth.utility(packages, rows), worth.unguaranteed(packages, rows)

    def keep(self, rows: Flags) -> None:
        """Leave only some trials."""
        self._package, self._version = self._package[rows], self._version[rows]
        self.utility, self.gap = self.utility[rows], self.gap[rows]
