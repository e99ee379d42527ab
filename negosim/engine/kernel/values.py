"""Values of the parties, kept for the kernel from tick to tick: worked out again only where something has changed."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from negosim.engine.kernel import library, structs
from negosim.engine.kernel.followed import Followed
from negosim.engine.kernel.structs import Pointers
from negosim.engine.kernel.worth import CompiledWorth, filled_up
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.values import PartyValues, Rows
from negosim.model.packages import Columns, Flags, best_options, of_rows, relative_saliences
from negosim.model.stakes import Worth
from negosim.scenario.paths import WAR


class KernelValues(PartyValues):
    """Values of the parties, for the kernel.

    What depends on packages alone is worked out again only in the trials in which something behind it has changed.

    Attributes
    ----------
    version : (trials,) rises whenever ``worth`` changes in a trial.
    best_value_side_by_side : ``best_value`` as the kernel reads it, filled up with 0 to a multiple of `LANES` parties.
    """

    best_value_side_by_side: Array

    def __init__(self, plan: Plan, parameters: Parameters, state: State) -> None:
        super().__init__(plan, parameters, state)
        trials, parties = state.trials, len(plan.parties)
        self.version = np.zeros(trials, dtype=np.int64)
        self._sources: list[Array] = []
        self._moving = [group for group in self._groups if group.moves]
        self._editions: list[int] = []
        self._known = np.full(trials, -1, dtype=np.int64)
        self._known_quo = state.status_quo.copy()
        self._quo = _Appraisal(state.status_quo, parties)
        self._terms = _Appraisal(state.terms, parties)
        self.status_quo, self.cost, self.war, self._up, self._down = (np.zeros((trials, parties)) for _ in range(5))
        self.imposed = np.zeros((2, trials, parties))
        self._both_hurting = np.empty(trials, dtype=np.intp)
        found = library()
        assert found
        self._refresh = found.negosim_refresh
        self._row: NDArray[np.intp] | None = None
        self._pointed: Worth | None = None
        self._fixed = Pointers()
        self._kept = self._described()

    def _described(self) -> Followed[structs.PartyValues]:
        plan, fixed = self._plan, self._fixed
        names = {"preference": "time_preference", "fatigue": "fatigue", "war_cost": "war_cost"}
        numbers = {field: tuple(f"parties.{party}.{name}" for party in plan.parties) for field, name in names.items()}
        if plan.war is None:
            return Followed(structs.PartyValues(at_war=False), self._parameters, numbers)
        described = structs.PartyValues(
            at_war=True,
            first=plan.war.first,
            second=plan.war.second,
            first_terms=fixed.at(plan.war.imposed[0], np.intp),
            second_terms=fixed.at(plan.war.imposed[1], np.intp),
        )
        return Followed(described, self._parameters, {**numbers, "volatility": (WAR.volatility(),)})

    def _follow(self) -> None:
        """Fill in where everything stands that the values depend on."""
        kept, state = self._kept, self._state
        kept.follow()
        if self.worth is not self._pointed:
            self._point_to_worth()
        if state.row is self._row:
            return
        self._row = state.row
        kept.struct.trials = state.trials
        kept.point("quo", state.status_quo, np.intp)
        for name in ("fought", "front", "belief"):
            kept.point(name, getattr(state, name), np.float64)
        kept.point("fighting", state.fighting, np.bool_)
        kept.point("state", state.state, np.int8)
        kept.point("version", self.version, np.int64)
        kept.point("known", self._known, np.int64)
        kept.point("known_quo", self._known_quo, np.intp)
        kept.point("both_hurt", self._both_hurting, np.intp)
        written = {
            "status_quo": self.status_quo, "if_first": self.imposed[0], "if_second": self.imposed[1],
            "cost": self.cost, "war": self.war, "up": self._up, "down": self._down, "decided": self._decided,
        }  # fmt: skip
        for name, array in written.items():
            kept.point(name, array, np.float64)

    def _point_to_worth(self) -> None:
        assert isinstance(self.worth, CompiledWorth)
        kept, self._pointed = self._kept, self.worth
        kept.struct.packages = ctypes.addressof(self.worth.struct)
        kept.struct.best_step = self.best[0].size if len(self.best) > 1 else 0
        kept.point("best", self.best, np.intp)
        kept.numbers("best_value", self.best_value_side_by_side)

    def settled(self) -> int:
        """Return where the values stand for the kernel, what packages are worth being up to date."""
        self._refresh_worth()
        self._follow()
        return self._kept.at

    def refresh(self) -> None:
        """Work the values out, as the state and the numbers now are."""
        if self._refresh(self.settled()):
            self.require_finite()

    def both_hurting(self) -> Rows:
        """Return where the war goes on and is a hurting stalemate to both belligerents: there it may fade."""
        return self._both_hurting[: self._kept.struct.hurting]

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
        self.best_value_side_by_side = of_rows(self.best_value_side_by_side, kept)
        self._set_worth()
        self.version, self._known, self._known_quo = self.version[rows], self._known[rows], self._known_quo[rows]
        self.status_quo, self.imposed = self.status_quo[rows], np.ascontiguousarray(self.imposed[:, rows])
        self._quo.keep(rows)
        self._terms.keep(rows)
        self.cost, self.war, self._decided = self.cost[rows], self.war[rows], self._decided[rows]
        self._up, self._down = self._up[rows], self._down[rows]

    def _refresh_worth(self) -> None:
        """Bring the worth of packages up to date if a number behind it has changed, and say in which trials."""
        editions = [group.edition for group in self._moving]
        if self._sources and self._editions == editions:
            return
        self._editions = editions
        before, self._sources = self._sources, self._stated()
        fresh = [(new, old) for new, old in zip(self._sources, before, strict=False) if new is not old]
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
            self.best_value_side_by_side = filled_up(self.best_value)
        self._set_worth()

    def _stated(self) -> list[Array]:
        """Return the numbers that the worth of packages depends on; copies of those that effects may change."""
        return [group.table.copy() if group.moves else group.table for group in self._groups]

    def _set_worth(self) -> None:
        values, enforcement, *additions = self._sources[1:]
        self.worth = CompiledWorth(self.salience, values, self._plan, 1.0 - enforcement, additions)

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
