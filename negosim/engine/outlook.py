"""The outlook of the parties: what fighting on, the status quo and agreements are worth to them now."""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import NDArray

from negosim.engine.cells import Cells
from negosim.engine.plan import TAKES_BEST, Plan, TrackPlan
from negosim.engine.state import CEASEFIRE, FIGHTING, State
from negosim.engine.streams import Array
from negosim.model.concession import hurting
from negosim.model.front import war_weights
from negosim.model.packages import Columns, Flags, best_package, utilities, weighted_values
from negosim.model.stakes import Stakes
from negosim.model.values import war_value


class Outlook:
    """Values of the parties in a block, (trials, parties) each, brought up to date once a tick.

    Attributes
    ----------
    table : (trials or 1, columns, parties) weighted values s·v.
    shortfall : how far each lies below the party's best option of the issue.
    gaps : (trials or 1, columns) of 1 - enforcement.
    status_quo : u_i(status quo).
    cost : c_i(t).
    war : W_i, the value of fighting on; in an impasse the status quo less its cost.
    """

    table: Array
    shortfall: Array
    gaps: Array
    additions: list[Array]
    status_quo: Array
    cost: Array
    war: Array

    def __init__(self, plan: Plan, cells: Cells, state: State) -> None:
        self._plan = plan
        self._cells = cells
        self._state = state
        self._sources: list[Array] = []
        self._tables = 0
        self._fresh = (-1, -1)
        self._parties = len(plan.parties)
        self._salience_paths = [
            f"{plan.view(issue, party)}.salience" for issue in range(len(plan.issues)) for party in range(self._parties)
        ]
        self._value_paths = [
            f"{plan.view(issue, party)}.values.{option}"
            for issue in range(len(plan.issues))
            for option in plan.options[issue]
            for party in range(self._parties)
        ]
        self._guard_paths = [
            f"{plan.sections[name]}.{name}.options.{option}.enforcement"
            for index, name in enumerate(plan.issues)
            for option in plan.options[index]
        ]

    @property
    def edition(self) -> tuple[int, int]:
        """Changes whenever the worth of packages, the status quo or the agenda may have."""
        return self._tables, self._state.shifts

    def of_party(self, name: str) -> Array:
        """Return a number of every party, (trials or 1, parties)."""
        return self._cells.group([f"parties.{party}.{name}" for party in self._plan.parties])

    def of_track(self, track: TrackPlan, name: str) -> Array:
        """Return a number of every party on a track, (trials or 1, parties)."""
        return self._cells.group([f"{track.path}.{name}.{party}" for party in self._plan.parties])

    def after(self, track: TrackPlan, name: str) -> Array:
        """Return a number of what holds after a signature, (trials or 1,)."""
        return self._cells[f"{track.path}.after.{name}"]

    def number(self, path: str) -> Array:
        """Return a number by its path, (trials or 1,)."""
        return self._cells[path]

    def of_rows(self, values: Array, rows: NDArray[np.intp]) -> Array:
        """Return the part of an array that belongs to some rows; one that all trials share stays as it is."""
        shared = values.shape[0] == 1 and self._state.trials > 1
        return values if shared or rows.size == self._state.trials else values[rows]

    def refresh(self) -> None:
        """Bring the values up to date with the state and the numbers."""
        self._refresh_tables()
        state, plan = self._state, self._plan
        if self._fresh != self.edition:
            self.status_quo = self.utility(state.status_quo)
            if plan.war is not None:
                self._imposed_worth = (self.utility(self._imposed(0)), self.utility(self._imposed(1)))
            self._fresh = self.edition
        fatigue = 1.0 + self.of_party("fatigue") * state.fought[:, None]
        self.cost = self.of_party("war_cost") * fatigue
        if plan.war is None:
            self.war = self.status_quo - self.cost
            return
        up, down = self.war_weights()
        self.war = war_value(up, down, self.status_quo, self.cost, *self._imposed_worth)

    def war_weights(self) -> tuple[Array, Array]:
        """Return B⁺ and B⁻ as each party believes, (trials, parties)."""
        return war_weights(
            self._state.front[:, None],
            self._state.belief,
            self.of_party("time_preference"),
            self._cells["war.volatility"][:, None],
        )

    def utility(self, package: Columns) -> Array:
        """Return u_i of packages, (trials, parties)."""
        return utilities(self.table, package, self._plan.linkages, self.additions)

    def hurting(self) -> Flags:
        """Tell who is in a hurting stalemate, (trials, parties)."""
        return hurting(self.war, self.status_quo)

    def stakes(self, track: TrackPlan, rows: NDArray[np.intp]) -> Stakes:
        """Return what a text of a track means to the parties, in some rows of the block."""
        stakes = self._lasting(track, rows)
        if track.kind != "limited":
            return stakes
        status_quo = stakes.utility(self._state.status_quo[rows])
        return stakes.limited(self.no_deal()[rows], status_quo, self._undecided()[rows])

    def temptation(self, track: TrackPlan, rows: NDArray[np.intp], deal: Columns, without: Columns) -> Array:
        """Return what each party would gain if a limited deal lapsed, (rows, parties): N less its worth.

        Parameters
        ----------
        deal, without : (rows, issues) the status quo with the deal and without it.
        """
        stakes = self._lasting(track, rows)
        nothing = np.zeros((rows.size, self._parties))
        stakes = stakes.limited(nothing, stakes.utility(without), self._undecided()[rows])
        return -stakes.agreement(deal, stakes.utility(deal))

    def _lasting(self, track: TrackPlan, rows: NDArray[np.intp]) -> Stakes:
        """Return what a text means that takes the place of fighting."""
        state = self._state

        def part(values: Array) -> Array:
            return self.of_rows(values, rows)

        return Stakes(
            table=part(self.table),
            gaps=part(self.gaps),
            guarding=self._plan.guarding,
            linkages=self._plan.linkages,
            additions=[part(added) for added in self.additions],
            going_on=part(self.after(track, "peace_cost")[:, None] * self.cost),
            fallback=part(self.war - self.of_party("exposure")),
            distrust=part(self.of_party("distrust") * state.distrust[:, None]),
            time_preference=part(self.of_party("time_preference")),
            hazard=part(self.after(track, "breach")),
            effect=part(self.after(track, "enforcement_effect")),
        )

    def _undecided(self) -> Array:
        """Return φ, the share of the future spent neither won nor lost, (trials, parties)."""
        share = np.ones(self.war.shape)
        if self._plan.war is not None:
            fighting = self._state.state == FIGHTING
            up, down = self.war_weights()
            share[fighting] = (1.0 - up - down)[fighting]
        return share

    def in_force(self, track: TrackPlan, rows: NDArray[np.intp]) -> Array:
        """Return A_i of the agreement in force in some rows, (rows, parties)."""
        stakes = self.stakes(track, rows)
        terms = self._state.terms[rows]
        return stakes.agreement(terms, stakes.utility(terms))

    def no_deal(self) -> Array:
        """Return N_i, what a refusal leaves, (trials, parties): fighting on, or the ceasefire in force."""
        value = self.war.copy()
        for index, track in enumerate(self._plan.tracks):
            rows = np.nonzero((self._state.state == CEASEFIRE) & (self._state.under == index))[0]
            if rows.size:
                value[rows] = self.in_force(track, rows)
        return value

    def _imposed(self, side: int) -> Columns:
        """Return the package that either side would impose: named terms, else its best option."""
        assert self._plan.war
        war, state = self._plan.war, self._state
        terms = war.imposed[side]
        winner = war.first if side == 0 else war.second
        unnamed = np.nonzero(terms == TAKES_BEST)[0].tolist()
        everywhere = np.ones(state.status_quo.shape, dtype=bool)
        package = best_package(self.table, self._plan.slots, winner, unnamed, state.status_quo, everywhere)
        named = terms >= 0
        package[:, named] = terms[named]
        return package

    def _refresh_tables(self) -> None:
        """Rebuild the tables where a number behind them has changed."""
        plan, cells = self._plan, self._cells
        self.gaps = 1.0 - cells.group(self._guard_paths, plan.columns)
        saliences = cells.group(self._salience_paths, len(plan.issues), self._parties)
        values = cells.group(self._value_paths, plan.columns, self._parties)
        additions = [cells.group(paths) for paths in plan.linkage_paths]
        sources = [saliences, values, *additions]
        if len(sources) == len(self._sources) and all(map(operator.is_, sources, self._sources)):
            return
        self._sources, self.additions = sources, additions
        self._tables += 1
        self.table = weighted_values(saliences, values, plan.issue_of)
        self.shortfall = np.empty_like(self.table)
        for slots in plan.slots:
            options = self.table[:, slots]
            self.shortfall[:, slots] = options.max(axis=1, keepdims=True) - options
