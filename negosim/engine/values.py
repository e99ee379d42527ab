"""The values of the parties: what fighting on, the status quo and agreements are worth to them now."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negosim.engine.finite import require_finite
from negosim.engine.parameters import Group, Parameters
from negosim.engine.plan import TAKES_BEST, Plan, TrackPlan
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.model.front import war_weights
from negosim.model.packages import Columns, Flags, Value, best_options, relative_saliences, weighted_values
from negosim.model.stakes import Stakes, Worth
from negosim.model.talks.concession import hurting
from negosim.model.values import breakdown_rate, war_value

Rows = NDArray[np.intp]


class PartyValues:
    """Values of the parties in a block, (trials, parties) each, worked out once a tick.

    Attributes
    ----------
    worth : what packages are worth.
    salience : (trials or 1, issues, parties) s_ij.
    values : (trials or 1, columns, parties) v_ij.
    best : (trials or 1, issues, parties) the column of each party's best option on an issue.
    best_value : the value of that option.
    status_quo : u_i(status quo).
    imposed : (2, trials, parties) u_i of the terms that the first and the second belligerent would impose.
    cost : c_i(t).
    war : W_i, the value of fighting on; in an impasse the status quo less its cost.
    """

    worth: Worth
    salience: Array
    values: Array
    best: Columns
    best_value: Array
    status_quo: Array
    imposed: Array
    cost: Array
    war: Array

    def __init__(self, plan: Plan, parameters: Parameters, state: State) -> None:
        self._plan = plan
        self._parameters = parameters
        self._state = state
        self._decided = np.zeros((state.trials, len(plan.parties)))
        self._of_parties: dict[str, Group] = {}

    # -- numbers --------------------------------------------------------------------------------------------------

    @cached_property
    def _groups(self) -> list[Group]:
        """The numbers that the worth of packages depends on: saliences, values, enforcement, linkages."""
        plan, group = self._plan, self._parameters.side_by_side
        return [
            group(plan.salience_paths, len(plan.issues), len(plan.parties)),
            group(plan.value_paths, plan.columns, len(plan.parties)),
            group(plan.enforcement_paths, plan.columns),
            *(group(paths) for paths in plan.linkage_paths),
        ]

    def of_party(self, name: str) -> Array:
        """Return a number of every party, (trials or 1, parties)."""
        return self._of_all("parties.{}." + name).now()

    def of_track(self, track: TrackPlan, name: str) -> Array:
        """Return a number of every party on a track, (trials or 1, parties)."""
        return self._of_all(f"talks.{track.id}.{name}.{{}}").now()

    def _of_all(self, pattern: str) -> Group:
        """Return the numbers of all parties at a path that names one."""
        found = self._of_parties.get(pattern)
        if found is None:
            paths = tuple(pattern.format(party) for party in self._plan.parties)
            found = self._of_parties[pattern] = self._parameters.side_by_side(paths)
        return found

    def after(self, track: TrackPlan, name: str) -> Array:
        """Return a number of what holds after a signature, (trials or 1,)."""
        return self._parameters[f"{track.path}.after.{name}"]

    def number(self, path: str) -> Array:
        """Return a number by its path, (trials or 1,)."""
        return self._parameters[path]

    def of_rows(self, values: Array, rows: Rows) -> Array:
        """Return the part of an array that belongs to some rows; one that all trials share stays as it is."""
        shared = values.shape[0] == 1 and self._state.trials > 1
        return values if shared or rows.size == self._state.trials else values.take(rows, axis=0)

    # -- values ---------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Work the values out, as the state and the numbers now are."""
        self._value_packages()
        state, plan = self._state, self._plan
        fatigue = 1.0 + self.of_party("fatigue") * state.fought[:, None]
        self.cost = self.of_party("war_cost") * fatigue
        if plan.war is None:
            self.war = self.status_quo - self.cost
        else:
            up, down = self.war_weights()
            self._decided = up + down
            self.war = war_value(up, down, self.status_quo, self.cost, *self.imposed)
        if not np.isfinite(self.war).all():
            self.require_finite()

    def require_finite(self) -> None:
        """Say to whom fighting on is worth what is no finite number."""
        for party, name in enumerate(self._plan.parties):
            require_finite(self.war[:, party], f"parties.{name}", "what fighting on is worth to it")

    def _value_packages(self) -> None:
        """Work out what packages are worth, and among them the status quo and imposed terms."""
        saliences, self.values, enforcement, *additions = (group.now() for group in self._groups)
        plan, every = self._plan, np.arange(self._state.trials)
        self.salience = relative_saliences(saliences)
        self.best, self.best_value = best_options(self.values, plan.slots)
        table = weighted_values(self.salience, self.values, plan.issue_of)
        self.worth = Worth(table, 1.0 - enforcement, plan.guarding, plan.linkages, additions)
        self.status_quo = self.worth.utility(self._state.status_quo)
        self.imposed = np.zeros((2, *self.status_quo.shape))
        if plan.war is not None:
            for side in (0, 1):
                self.imposed[side] = self.worth.utility(self.imposed_terms(side, every))

    def keep(self, rows: Flags) -> None:
        """Leave only some trials: nothing to do, as all values are worked out again at the next tick."""

    def war_weights(self) -> tuple[Array, Array]:
        """Return B⁺ and B⁻ as each party believes, (trials, parties)."""
        return war_weights(
            self._state.front[:, None],
            self._state.belief,
            self.of_party("time_preference"),
            self._parameters["war.volatility"][:, None],
        )

    def utility(self, package: Columns) -> Array:
        """Return u_i of packages, (trials, parties)."""
        return self.worth.utility(package)

    def hurting(self) -> Flags:
        """Tell who is in a hurting stalemate, (trials, parties)."""
        return hurting(self.war, self.status_quo)

    def both_hurting(self) -> Rows:
        """Return where the war goes on and is a hurting stalemate to both belligerents: there it may fade."""
        state, war = self._state, self._plan.war
        assert war
        hurt = self.hurting()
        both: Flags = state.fighting & (state.state == FIGHTING) & hurt[:, war.first] & hurt[:, war.second]
        return np.nonzero(both)[0]

    def phi(self, rows: Rows) -> Array:
        """Return φ, the share of the future spent neither won nor lost, in some rows, (rows, parties)."""
        fighting = self._state.state[rows] == FIGHTING
        return np.where(fighting[:, None], 1.0 - self._decided[rows], 1.0)

    # -- packages -------------------------------------------------------------------------------------------------

    def best_package(self, party: int, rows: Rows, free: Flags, barred: Flags | None = None) -> Columns:
        """Return the package in which a party has its best option on every issue that is free, else the status quo.

        The status quo stays where no option is better, and where all are barred.

        Parameters
        ----------
        free : (rows, issues).
        barred : (rows, columns) options that are out of the question; None for no option.
        """
        status_quo = self._state.status_quo[rows]
        salience, best, most = (_of(party, known, rows) for known in (self.salience, self.best, self.best_value))
        now = self.values[rows[:, None] if len(self.values) > 1 else 0, status_quo, party]
        must_leave = np.zeros(status_quo.shape, dtype=bool)
        if barred is not None:
            usable = np.where(barred, -np.inf, _of(party, self.values, rows))
            best, most = (found[:, :, 0] for found in best_options(usable[:, :, None], self._plan.slots))
            must_leave = np.take_along_axis(barred, status_quo, axis=1) & np.isfinite(most)
        better = salience * now < salience * np.maximum(most, now)
        package: Columns = np.where(free & (must_leave | better), best, status_quo)
        return package

    def imposed_terms(self, side: int, rows: Rows) -> Columns:
        """Return the package that either side would impose: named terms, else its best option."""
        assert self._plan.war
        terms = self._plan.war.imposed[side]
        winner = self._plan.war.first if side == 0 else self._plan.war.second
        package = self.best_package(winner, rows, np.broadcast_to(terms == TAKES_BEST, (rows.size, terms.size)))
        named = terms >= 0
        package[:, named] = terms[named]
        return package

    # -- agreements -----------------------------------------------------------------------------------------------

    def stakes(self, track: TrackPlan, rows: Rows) -> Stakes:
        """Return what a text of a track means to the parties, in some rows of the block."""
        stakes = self._lasting(track, rows)
        if track.kind != "limited":
            return stakes
        return stakes.limited(self.no_deal()[rows], self._present_status_quo(rows), self.phi(rows))

    def breakdown(self, track: TrackPlan, rows: Rows, text: Columns) -> Array:
        """Return λ(x) of texts of a track, in some rows of the block, (rows,)."""
        hazard, effect = (self.of_rows(self.after(track, name), rows) for name in ("breach", "enforcement_effect"))
        return breakdown_rate(hazard, effect, self.worth.unguaranteed(text, rows))

    def temptation(self, track: TrackPlan, rows: Rows, deal: Columns, without: Columns) -> Array:
        """Return what each party would gain if a limited deal lapsed, (rows, parties): N less its worth.

        Parameters
        ----------
        deal, without : (rows, issues) the status quo with the deal and without it.
        """
        stakes = self._lasting(track, rows)
        nothing = np.zeros((rows.size, len(self._plan.parties)))
        stakes = stakes.limited(nothing, stakes.utility(without), self.phi(rows))
        return -stakes.agreement(deal, stakes.utility(deal))

    def in_force(self, track: TrackPlan, rows: Rows) -> Array:
        """Return A_i of the agreement in force in some rows, (rows, parties)."""
        stakes, terms = self._lasting(track, rows), self._state.terms[rows]
        return stakes.agreement(terms, stakes.utility(terms))

    def no_deal(self) -> Array:
        """Return N_i, what there is without a deal, (trials, parties): fighting on, or the ceasefire in force.

        A truce until a vote is worth nothing of its own: N is W under it.
        """
        value, state = self.war.copy(), self._state
        held = (state.state == CEASEFIRE) & ~state.truce
        for index, track in enumerate(self._plan.tracks):
            if track.kind == "ceasefire":
                rows = np.nonzero(held & (state.under == index))[0]
                if rows.size:
                    value[rows] = self.in_force(track, rows)
        return value

    def _present_status_quo(self, rows: Rows) -> Array:
        """Return u_i of the status quo as limited deals have left it since values were worked out, (rows, parties)."""
        return self.worth.utility(self._state.status_quo[rows], rows)

    def _lasting(self, track: TrackPlan, rows: Rows) -> Stakes:
        """Return what a text means that takes the place of fighting."""

        def part(values: Array) -> Array:
            return self.of_rows(values, rows)

        return Stakes(
            worth=self.worth,
            rows=rows,
            going_on=part(self.after(track, "peace_cost"))[:, None] * part(self.cost),
            fallback=part(self.war) - part(self.of_party("exposure")),
            distrust=part(self.of_party("distrust")) * part(self._state.distrust),
            time_preference=part(self.of_party("time_preference")),
            hazard=part(self.after(track, "breach")),
            effect=part(self.after(track, "enforcement_effect")),
        )


def _of(party: int, known: NDArray[Value], rows: Rows) -> NDArray[Value]:
    """Return what is known of a party in some rows, (rows or 1, ...), of (trials or 1, ..., parties)."""
    return known[rows, :, party] if len(known) > 1 else known[:, :, party]
