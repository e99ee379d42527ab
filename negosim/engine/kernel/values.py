"""Values of the parties, kept for the kernel from tick to tick: worked out again only where something has changed."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from negosim.engine.kernel import library, structs
from negosim.engine.kernel.followed import Followed
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.kernel.structs import Pointers
from negosim.engine.kernel.worth import CompiledWorth, WorthTables
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.values import PartyValues, Rows
from negosim.model.packages import Columns, Flags
from negosim.model.stakes import Worth
from negosim.scenario.paths import PARTY, WAR


class KernelValues(PartyValues):
    """Values of the parties, for the kernel.

    What depends on packages alone is worked out again only in the trials in which something behind it has changed,
    and in the tables that there are.

    Attributes
    ----------
    version : (trials,) rises whenever ``worth`` changes in a trial.
    best_value_side_by_side : ``best_value`` as the kernel reads it, filled up with 0 to a multiple of `LANES` parties.
    """

    best_value_side_by_side: Array

    def __init__(self, plan: Plan, parameters: Parameters, state: State) -> None:
        super().__init__(plan, parameters, state)
        assert isinstance(parameters, KernelParameters)
        self._numbers = parameters
        trials, parties = state.trials, len(plan.parties)
        self.version = np.zeros(trials, dtype=np.int64)
        self._tables = WorthTables(plan, parameters)
        self._show_tables()
        self._known = np.full(trials, -1, dtype=np.int64)
        self._known_quo = state.status_quo.copy()
        self.status_quo, self.cost, self.war, self._up, self._down = (np.zeros((trials, parties)) for _ in range(5))
        self.imposed = np.zeros((2, trials, parties))
        self._both_hurting = np.empty(trials, dtype=np.intp)
        found = library()
        assert found
        self._refresh = found.negosim_refresh
        self._appraisals: dict[str, _Appraisal] = {}
        self._row: NDArray[np.intp] | None = None
        self._pointed: Worth | None = None
        self._fixed, self._moving = Pointers(), Pointers()
        self._kept = self._described()

    def _described(self) -> Followed[structs.PartyValues]:
        plan, fixed = self._plan, self._fixed
        families = {"preference": PARTY.time_preference, "fatigue": PARTY.fatigue, "war_cost": PARTY.war_cost}
        numbers = {field: family.each(plan.parties) for field, family in families.items()}
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

    def _show_tables(self) -> None:
        """Let everybody see what the tables say, and are going to say."""
        tables, parties = self._tables, len(self._plan.parties)
        self.salience, self.values = tables.salience[..., :parties], tables.values[..., :parties]
        self.best, self.best_value = tables.best, tables.best_value[..., :parties]
        self.best_value_side_by_side = tables.best_value
        self.worth = CompiledWorth(self._plan, tables)

    def _follow(self) -> None:
        """Fill in where everything stands that the values depend on."""
        kept, state = self._kept, self._state
        kept.follow()
        if self.worth is not self._pointed:
            self._point_to_worth()
        if state.row is self._row:
            return
        self._row = state.row
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
        kept, self._pointed, self._moving = self._kept, self.worth, Pointers()
        moving = self._tables.moving(self._numbers.stale, self._moving)
        self._moving.kept.append(moving)
        kept.struct.packages, kept.struct.moving = ctypes.addressof(self.worth.struct), ctypes.addressof(moving)
        kept.struct.best_step = self.best[0].size if len(self.best) > 1 else 0
        kept.point("best", self.best, np.intp)
        kept.numbers("best_value", self.best_value_side_by_side)

    def settled(self) -> int:
        """Return where the values stand for the kernel."""
        self._follow()
        return self._kept.at

    def refresh(self) -> None:
        """Work the values out, as the state and the numbers now are."""
        if self._refresh(self.settled(), 0, self._state.trials):
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
        self._tables.keep(np.nonzero(rows)[0])
        self._show_tables()
        self.version, self._known, self._known_quo = self.version[rows], self._known[rows], self._known_quo[rows]
        self.status_quo, self.imposed = self.status_quo[rows], np.ascontiguousarray(self.imposed[:, rows])
        for appraisal in self._appraisals.values():
            appraisal.keep(rows)
        self.cost, self.war, self._decided = self.cost[rows], self.war[rows], self._decided[rows]
        self._up, self._down = self._up[rows], self._down[rows]

    def in_force(self, track: TrackPlan, rows: Rows) -> Array:
        """Return A_i of the agreement in force in some rows, (rows, parties)."""
        terms = self._appraised(rows, "terms")
        return self._lasting(track, rows).value(terms.utility[rows], terms.gap[rows])

    def _present_status_quo(self, rows: Rows) -> Array:
        return self._appraised(rows, "status_quo").utility[rows]

    def _appraised(self, rows: Rows, name: str) -> _Appraisal:
        """Return the worth of a package that the state of every trial has, up to date in some rows."""
        packages: Columns = getattr(self._state, name)
        known = self._appraisals.get(name)
        if known is None:
            known = self._appraisals[name] = _Appraisal(packages, len(self._plan.parties))
        known.update(rows, packages[rows], self.worth, self.version)
        return known


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
