"""The party_values of the parties: what fighting on, the status quo and agreements are worth to them now."""

from __future__ import annotations

import ctypes
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.appraisal import Appraisal
from negosim.engine.finite import require_finite
from negosim.engine.kernel import has_room
from negosim.engine.kernel.structs import Pointers
from negosim.engine.kernel.worth import CompiledWorth
from negosim.engine.parameters import Parameters
from negosim.engine.plan import TAKES_BEST, Plan, TrackPlan
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.model.front import war_weights
from negosim.model.packages import Columns, Flags, best_options, of_rows, picked, shares, weighted_values
from negosim.model.stakes import Stakes, Worth
from negosim.model.talks.concession import hurting
from negosim.model.values import breakdown_rate, war_value


class PartyValues:
    """Values of the parties in a block, (trials, parties) each, brought up to date once a tick.

    What depends on packages alone is worked out anew only in the trials in which something behind it has changed.

    Attributes
    ----------
    worth : what packages are worth: tables of weighted values s·v, guarantees and linkages.
    share : (trials or 1, issues, parties) s_ij.
    best : (trials or 1, issues, parties) the column of each party's best option on an issue.
    best_value : the value of that option.
    best_worth : its weighted value, where there is no kernel.
    version : (trials,) rises whenever ``worth`` changes in a trial.
    status_quo : u_i(status quo).
    cost : c_i(t).
    war : W_i, the value of fighting on; in an impasse the status quo less its cost.
    """

    worth: Worth
    share: Array
    best: Columns
    best_value: Array
    best_worth: Array
    cost: Array
    war: Array

    def __init__(self, plan: Plan, parameters: Parameters, state: State) -> None:
        self._plan = plan
        self._parameters = parameters
        self._state = state
        self._sources: list[Array] = []
        self._has_kernel = has_room(plan)
        self._parties = len(plan.parties)
        self.version = np.zeros(state.trials, dtype=np.int64)
        self._no_deal, self._no_deal_of = np.zeros((0, 0)), -1
        self._known = np.full(state.trials, -1, dtype=np.int64)
        self._known_quo = state.status_quo.copy()
        self._quo = Appraisal(state.status_quo, self._parties)
        self._terms = Appraisal(state.terms, self._parties)
        self.status_quo = np.zeros((state.trials, self._parties))
        self._imposed_worth = np.zeros((2, state.trials, self._parties))
        self._decided = np.zeros((state.trials, self._parties))
        self._salience_paths = tuple(
            f"{plan.view(issue, party)}.salience" for issue in range(len(plan.issues)) for party in range(self._parties)
        )
        self._value_paths = tuple(
            f"{plan.view(issue, party)}.values.{option}"
            for issue in range(len(plan.issues))
            for option in plan.options[issue]
            for party in range(self._parties)
        )
        self._guard_paths = tuple(
            f"{plan.sections[name]}.{name}.options.{option}.enforcement"
            for index, name in enumerate(plan.issues)
            for option in plan.options[index]
        )

    def of_party(self, name: str) -> Array:
        """Return a number of every party, (trials or 1, parties)."""
        return self._parameters.group(_paths("parties.{}." + name, self._plan.parties))

    def of_track(self, track: TrackPlan, name: str) -> Array:
        """Return a number of every party on a track, (trials or 1, parties)."""
        return self._parameters.group(_paths(f"{track.path}.{name}.{{}}", self._plan.parties))

    def after(self, track: TrackPlan, name: str) -> Array:
        """Return a number of what holds after a signature, (trials or 1,)."""
        return self._parameters[f"{track.path}.after.{name}"]

    def number(self, path: str) -> Array:
        """Return a number by its path, (trials or 1,)."""
        return self._parameters[path]

    def of_rows(self, values: Array, rows: NDArray[np.intp]) -> Array:
        """Return the part of an array that belongs to some rows; one that all trials share stays as it is."""
        shared = values.shape[0] == 1 and self._state.trials > 1
        return values if shared or rows.size == self._state.trials else values.take(rows, axis=0)

    def refresh(self) -> None:
        """Bring the values up to date with the state and the numbers."""
        self._no_deal_of = -1
        self._refresh_worth()
        self._refresh_packages()
        state, plan = self._state, self._plan
        fatigue = 1.0 + self.of_party("fatigue") * state.fought[:, None]
        self.cost = self.of_party("war_cost") * fatigue
        if plan.war is None:
            self.war = self.status_quo - self.cost
        else:
            up, down = self.war_weights()
            self._decided = up + down
            self.war = war_value(up, down, self.status_quo, self.cost, *self._imposed_worth)
        for party, name in enumerate(plan.parties):
            require_finite(self.war[:, party], f"parties.{name}", "what fighting on is worth to it")

    def keep(self, rows: Flags) -> None:
        """Leave only some trials; the numbers have been told before."""
        self._sources = self._stated()
        kept = np.nonzero(rows)[0]
        self.share = of_rows(self.share, kept)
        self.best, self.best_value = of_rows(self.best, kept), of_rows(self.best_value, kept)
        self._set_worth(np.arange(kept.size))
        self.version, self._known, self._known_quo = self.version[rows], self._known[rows], self._known_quo[rows]
        self.status_quo, self._imposed_worth = self.status_quo[rows], self._imposed_worth[:, rows]
        self._quo.keep(rows)
        self._terms.keep(rows)
        self.cost, self.war, self._decided = self.cost[rows], self.war[rows], self._decided[rows]

    def war_weights(self) -> tuple[Array, Array]:
        """Return B⁺ and B⁻ as each party believes, (trials, parties)."""
        front, belief = self._state.front, self._state.belief
        preference, volatility = self.of_party("time_preference"), self._parameters["war.volatility"]
        library = kernel.library()
        if library is None:
            return war_weights(front[:, None], belief, preference, volatility[:, None])
        up, down, pointers = np.empty_like(belief), np.empty_like(belief), Pointers()
        numbers = [pointers.numbers(values) for values in (preference, volatility)]
        library.negosim_war_weights(
            *belief.shape, kernel.address(front), kernel.address(belief), *map(ctypes.addressof, numbers),
            kernel.address(up), kernel.address(down),
        )  # fmt: skip
        return up, down

    def imposed_worth(self) -> tuple[Array, ...]:
        """Return u_i of the terms that the first and the second belligerent would impose; none without a war."""
        return () if self._plan.war is None else tuple(self._imposed_worth)

    def utility(self, package: Columns) -> Array:
        """Return u_i of packages, (trials, parties)."""
        return self.worth.utility(package)

    def hurting(self) -> Flags:
        """Tell who is in a hurting stalemate, (trials, parties)."""
        return hurting(self.war, self.status_quo)

    def stakes(self, track: TrackPlan, rows: NDArray[np.intp]) -> Stakes:
        """Return what a text of a track means to the parties, in some rows of the block."""
        stakes = self._lasting(track, rows)
        if track.kind != "limited":
            return stakes
        self._quo.update(rows, self._state.status_quo[rows], self.worth, self.version)
        return stakes.limited(self.no_deal()[rows], self._quo.utility[rows], self._undecided(rows))

    def breakdown(self, track: TrackPlan, rows: NDArray[np.intp], text: Columns) -> Array:
        """Return λ(x) of texts of a track, in some rows of the block, (rows,)."""
        hazard, effect = (self.of_rows(self.after(track, name), rows) for name in ("breach", "enforcement_effect"))
        return breakdown_rate(hazard, effect, self.worth.unguaranteed(text, rows))

    def temptation(self, track: TrackPlan, rows: NDArray[np.intp], deal: Columns, without: Columns) -> Array:
        """Return what each party would gain if a limited deal lapsed, (rows, parties): N less its worth.

        Parameters
        ----------
        deal, without : (rows, issues) the status quo with the deal and without it.
        """
        stakes = self._lasting(track, rows)
        nothing = np.zeros((rows.size, self._parties))
        stakes = stakes.limited(nothing, stakes.utility(without), self._undecided(rows))
        return -stakes.agreement(deal, stakes.utility(deal))

    def _lasting(self, track: TrackPlan, rows: NDArray[np.intp]) -> Stakes:
        """Return what a text means that takes the place of fighting."""
        state = self._state

        def part(values: Array) -> Array:
            return self.of_rows(values, rows)

        return Stakes(
            worth=self.worth,
            rows=None if rows.size == state.trials else rows,
            going_on=part(self.after(track, "peace_cost"))[:, None] * part(self.cost),
            fallback=part(self.war) - part(self.of_party("exposure")),
            distrust=part(self.of_party("distrust")) * part(state.distrust)[:, None],
            time_preference=part(self.of_party("time_preference")),
            hazard=part(self.after(track, "breach")),
            effect=part(self.after(track, "enforcement_effect")),
        )

    def undecided(self) -> Array:
        """Return φ, the share of the future spent neither won nor lost, (trials, parties)."""
        return self._undecided(np.arange(self._state.trials))

    def _undecided(self, rows: NDArray[np.intp]) -> Array:
        fighting = self._state.state[rows] == FIGHTING
        return np.where(fighting[:, None], 1.0 - self._decided[rows], 1.0)

    def in_force(self, track: TrackPlan, rows: NDArray[np.intp]) -> Array:
        """Return A_i of the agreement in force in some rows, (rows, parties)."""
        self._terms.update(rows, self._state.terms[rows], self.worth, self.version)
        return self._lasting(track, rows).value(self._terms.utility[rows], self._terms.gap[rows])

    def no_deal(self) -> Array:
        """Return N_i, what there is without a deal, (trials, parties): fighting on, or the ceasefire in force."""
        if self._no_deal_of == self._state.turns:
            return self._no_deal
        value = self.war.copy()
        for index, track in enumerate(self._plan.tracks):
            if track.kind == "ceasefire":
                rows = np.nonzero((self._state.state == CEASEFIRE) & (self._state.under == index))[0]
                if rows.size:
                    value[rows] = self.in_force(track, rows)
        self._no_deal, self._no_deal_of = value, self._state.turns
        return value

    def best_package(self, party: int, rows: NDArray[np.intp], free: Flags) -> Columns:
        """Return the package in which a party has its best option on every issue that is free, else the status quo."""
        base = self._state.status_quo[rows]
        present = picked(self._sources[1], base, rows, party)
        better = (present < of_rows(self.best_value, rows)[:, :, party]) & (of_rows(self.share, rows)[:, :, party] > 0)
        package: Columns = np.where(free & better, of_rows(self.best, rows)[:, :, party], base)
        return package

    def _imposed(self, side: int, rows: NDArray[np.intp]) -> Columns:
        """Return the package that either side would impose: named terms, else its best option."""
        assert self._plan.war
        terms = self._plan.war.imposed[side]
        winner = self._plan.war.first if side == 0 else self._plan.war.second
        package = self.best_package(winner, rows, np.broadcast_to(terms == TAKES_BEST, (rows.size, terms.size)))
        named = terms >= 0
        package[:, named] = terms[named]
        return package

    def _refresh_packages(self) -> None:
        """Value the status quo and imposed terms anew where they, or the worth of packages, have changed."""
        state = self._state
        stale = (self._known != self.version) | (self._known_quo != state.status_quo).any(axis=1)
        rows = np.nonzero(stale)[0]
        if not rows.size:
            return
        self._known[rows] = self.version[rows]
        self._known_quo[rows] = quo = state.status_quo[rows]
        self.status_quo[rows] = self.worth.utility(quo, rows)
        if self._plan.war is not None:
            for side in (0, 1):
                self._imposed_worth[side, rows] = self.worth.utility(self._imposed(side, rows), rows)

    def _stated(self) -> list[Array]:
        """Return the numbers that the worth of packages rests on: saliences, values, enforcement, linkages."""
        plan, parameters = self._plan, self._parameters
        return [
            parameters.group(self._salience_paths, len(plan.issues), self._parties),
            parameters.group(self._value_paths, plan.columns, self._parties),
            parameters.group(self._guard_paths, plan.columns),
            *(parameters.group(paths) for paths in plan.linkage_paths),
        ]

    def _refresh_worth(self) -> None:
        """Bring the worth of packages up to date in the trials in which a number behind it has changed."""
        before, self._sources = self._sources, self._stated()
        fresh = [new for new, old in zip(self._sources, before, strict=False) if new is not old]
        if before and not fresh:
            return
        saliences, values = self._sources[:2]
        changed = np.ones(self._state.trials, dtype=bool)
        if before and all(new.shape == old.shape for new, old in zip(self._sources, before, strict=True)):
            changed[:] = False
            for new, old in zip(self._sources, before, strict=True):
                if new is not old:
                    changed |= (new != old).reshape(new.shape[0], -1).any(axis=1)
        self.version[changed] += 1
        self.share = shares(saliences)
        if not before or values is not before[1]:
            self.best, self.best_value = best_options(values, self._plan.slots)
        self._set_worth(np.nonzero(changed)[0])

    def _set_worth(self, changed: NDArray[np.intp]) -> None:
        """Say what packages are worth; a table that is kept is worked out anew only in the trials that have changed."""
        plan, share = self._plan, self.share
        values, enforcement, *additions = self._sources[1:]
        if self._has_kernel:
            self.worth = CompiledWorth(share, values, plan, 1.0 - enforcement, additions)
            return
        shared = share.shape[0] == values.shape[0] == 1
        if shared or changed.size == self._state.trials:
            table = weighted_values(share, values, plan.issue_of)
        else:
            table = self.worth.table
            table[changed] = weighted_values(of_rows(share, changed), of_rows(values, changed), plan.issue_of)
        self.worth = Worth(table, 1.0 - enforcement, plan.guarding, plan.linkages, additions)
        self.best_worth = share * self.best_value


@lru_cache(maxsize=1024)
def _paths(pattern: str, parties: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern.format(party) for party in parties)
