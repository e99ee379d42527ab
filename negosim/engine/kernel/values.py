"""Values of the parties, kept for the kernel from tick to tick: worked out again only where something has changed."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel.structs import Pointers
from negosim.engine.kernel.worth import CompiledWorth
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.values import PartyValues, Rows
from negosim.model.packages import Columns, Flags, best_options, of_rows, relative_saliences
from negosim.model.stakes import Worth


class KernelValues(PartyValues):
    """Values of the parties, for the kernel.

    What depends on packages alone is worked out again only in the trials in which something behind it has changed.

    Attributes
    ----------
    version : (trials,) rises whenever ``worth`` changes in a trial.
    """

    def __init__(self, plan: Plan, parameters: Parameters, state: State) -> None:
        super().__init__(plan, parameters, state)
        trials, parties = state.trials, len(plan.parties)
        self.version = np.zeros(trials, dtype=np.int64)
        self._sources: list[Array] = []
        self._known = np.full(trials, -1, dtype=np.int64)
        self._known_quo = state.status_quo.copy()
        self._quo = _Appraisal(state.status_quo, parties)
        self._terms = _Appraisal(state.terms, parties)
        self.status_quo = np.zeros((trials, parties))
        self.imposed = np.zeros((2, trials, parties))

    @property
    def decided(self) -> Array:
        """(trials, parties) the share of the future spent won or lost, as each party believes."""
        return self._decided

    def keep(self, rows: Flags) -> None:
        """Leave only some trials; their numbers are the same as before."""
        self._sources = self._stated()
        self.values = self._sources[1]
        kept = np.nonzero(rows)[0]
        self.salience = of_rows(self.salience, kept)
        self.best, self.best_value = of_rows(self.best, kept), of_rows(self.best_value, kept)
        self._set_worth()
        self.version, self._known, self._known_quo = self.version[rows], self._known[rows], self._known_quo[rows]
        self.status_quo, self.imposed = self.status_quo[rows], self.imposed[:, rows]
        self._quo.keep(rows)
        self._terms.keep(rows)
        self.cost, self.war, self._decided = self.cost[rows], self.war[rows], self._decided[rows]

    def may_count(self, path: str) -> bool:
        """Tell whether a number is other than 0 somewhere, or may become so."""
        stated, aliases = path, self._plan.aliases
        while not self._parameters.may_change(stated) and stated in aliases:
            stated = aliases[stated]
        return self._parameters.may_change(stated) or bool(np.any(self._parameters[path]))

    def _value_packages(self) -> None:
        """Value the status quo and imposed terms again where they, or the worth of packages, have changed."""
        self._refresh_worth()
        state = self._state
        stale = (self._known != self.version) | (self._known_quo != state.status_quo).any(axis=1)
        rows = np.nonzero(stale)[0]
        if not rows.size:
            return
        self._known[rows] = self.version[rows]
        self._known_quo[rows] = status_quo = state.status_quo[rows]
        self.status_quo[rows] = self.worth.utility(status_quo, rows)
        if self._plan.war is not None:
            for side in (0, 1):
                self.imposed[side, rows] = self.worth.utility(self.imposed_terms(side, rows), rows)

    def _refresh_worth(self) -> None:
        """Bring the worth of packages up to date if a number behind it has changed, and say in which trials."""
        before, self._sources = self._sources, self._stated()
        fresh = [(new, old) for new, old in zip(self._sources, before, strict=False) if new is not old]
        if before and not fresh:
            return
        changed = np.ones(self._state.trials, dtype=bool)
        if before and all(new.shape == old.shape for new, old in fresh):
            changed[:] = False
            for new, old in fresh:
                changed |= (new != old).reshape(new.shape[0], -1).any(axis=1)
        self.version[changed] += 1
        self.salience = relative_saliences(self._sources[0])
        if not before or self._sources[1] is not before[1]:
            self.values = self._sources[1]
            self.best, self.best_value = best_options(self.values, self._plan.slots)
        self._set_worth()

    def _set_worth(self) -> None:
        values, enforcement, *additions = self._sources[1:]
        self.worth = CompiledWorth(self.salience, values, self._plan, 1.0 - enforcement, additions)

    def war_weights(self) -> tuple[Array, Array]:
        """Return B⁺ and B⁻ as each party believes, (trials, parties)."""
        library, front, belief = kernel.library(), self._state.front, self._state.belief
        assert library
        up, down, pointers = np.empty_like(belief), np.empty_like(belief), Pointers()
        stated = (self.of_party("time_preference"), self._parameters["war.volatility"])
        numbers = [pointers.numbers(values) for values in stated]
        library.negosim_war_weights(
            *belief.shape, kernel.address(front), kernel.address(belief), *map(ctypes.addressof, numbers),
            kernel.address(up), kernel.address(down),
        )  # fmt: skip
        return up, down

    def in_force(self, track: TrackPlan, rows: Rows) -> Array:
        """Return A_i of the agreement in force in some rows, (rows, parties)."""
        self._terms.update(rows, self._state.terms[rows], self.worth, self.version)
        return self._lasting(track, rows).value(self._terms.utility[rows], self._terms.gap[rows])

    def _present_status_quo(self, rows: Rows) -> Array:
        self._quo.update(rows, self._state.status_quo[rows], self.worth, self.version)
        return self._quo.utility[rows]


class _Appraisal:
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

    def update(self, rows: Rows, packages: Columns, worth: Worth, version: NDArray[np.int64]) -> None:
        """Appraise the packages of some trials, where they or the worth of packages have changed.

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
