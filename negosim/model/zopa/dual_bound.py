"""The text that is best for weights on the parties, and what they think of it (Lagrangian dual)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.model.consent import ROUNDING, asked
from negosim.model.packages import Array, Columns, Combination, Flags, picked, unguaranteed
from negosim.model.stakes import Worth
from negosim.model.talks.text_changes import forbidden
from negosim.model.zopa.elimination import Factor, Scope, best_choice, order_of
from negosim.model.zopa.problem import AgreementProblem, PartyPositions

_WIDEST = 4096
"""Largest table that issues which hang together may need; beyond it the bound leaves some of that out of account."""


class FactorGraph:
    """Which issues of an agenda hang together, and what of it the search takes into account."""

    def __init__(self, ground: AgreementProblem, worth: Worth) -> None:
        agenda = ground.agenda
        self.ground = ground
        self.guarding = tuple(worth.guarding)
        self.slots = [agenda.slots(place) for place in range(len(agenda.issues))]
        self.sizes = [slots.stop - slots.start for slots in self.slots]
        self.starts = np.array([slots.start for slots in self.slots], dtype=np.intp)
        self.guards = tuple(place for place, issue in enumerate(agenda.issues) if issue in self.guarding)
        self.scopes: list[Scope] = []
        self.guards_fit = self._fits(self.guards)
        self.linkages = [(linkage, *self._on_agenda(linkage)) for linkage in worth.linkages]
        self.linked = [self._fits(scope) for _, scope, _ in self.linkages]
        self.never = [found for item in ground.never if (found := (item, *self._on_agenda(item)))[1]]
        self.heeded = [self._fits(scope) for _, scope, _ in self.never]
        self.order = order_of(self.sizes, self.scopes)[0]

    def _on_agenda(self, combination: Combination) -> tuple[Scope, tuple[int, ...]]:
        """Return the places that a combination names on the agenda, and its option at each."""
        agenda = self.ground.agenda
        named = [
            (agenda.issues.index(issue), int(np.searchsorted(agenda.columns, column)))
            for issue, column in zip(combination.issues, combination.columns, strict=True)
            if issue in agenda.issues
        ]
        return tuple(place for place, _ in named), tuple(slot - self.slots[place].start for place, slot in named)

    def _fits(self, scope: Scope) -> bool:
        """Take a set of issues that hang together into account, if that does not take too large a table."""
        if len(scope) < 2 or scope in self.scopes:
            return True
        fits = order_of(self.sizes, [*self.scopes, scope])[1] <= _WIDEST
        if fits:
            self.scopes.append(scope)
        return fits

    def shut(self, closed: Flags) -> Flags:
        """Tell in which trials an issue has no option left, (trials,); ``closed`` is (trials, agenda columns)."""
        has_option: Flags = np.all(~np.logical_and.reduceat(closed, self.starts, axis=1), axis=1)
        return ~has_option

    def table(self, scope: Scope, trials: int) -> Array:
        """Return an empty table of a factor."""
        return np.zeros((*(self.sizes[place] for place in scope), trials))


class Sums:
    """The weighted sum Σ λ_i·m_i of some parties, ready to be maximised for any weights."""

    def __init__(self, shape: FactorGraph, position: PartyPositions, closed: Flags, parties: Sequence[int]) -> None:
        stakes, agenda = position.stakes, shape.ground.agenda
        self.shape, self.position, self.coalition = shape, position, list(parties)
        self.bars = np.where(closed.T, -np.inf, 0.0)
        parties = self.coalition
        counts = np.ones((1, len(parties))) if stakes.phi is None else stakes.phi[:, parties]
        self.values = [
            counts[:, place] * stakes.worth.table[:, agenda.columns, party].T for place, party in enumerate(parties)
        ]
        rate = stakes.time_preference[:, parties]
        shift = stakes.distrust[:, parties] * stakes.hazard[:, None] / rate
        shift = shift * (position.no_deal - stakes.fallback)[:, parties]
        effect = stakes.effect[:, None]
        self.guarding = effect * shift
        base = _worth_off_agenda(shape, position)[:, parties] * counts
        self.base = base - position.no_deal[:, parties] - stakes.going_on[:, parties] - (1.0 - effect) * shift
        self.gaps = self._gaps()
        self.additions = [
            (scope, at, matches[:, None] * counts * added[:, parties], heeded)
            for (linkage, scope, at), added, heeded in zip(
                shape.linkages, stakes.worth.additions, shape.linked, strict=True
            )
            if scope and (matches := _matches_off_agenda(shape, position, linkage)).any()
        ]
        self.forbidden = self._forbidden()

    def _gaps(self) -> Array:
        """Return P of every combination of guarantees, (options of each guarding issue on the agenda, trials)."""
        stakes, shape = self.position.stakes, self.shape
        agenda = shape.ground.agenda
        elsewhere = [issue for issue in stakes.worth.guarding if issue not in agenda.issues]
        product = unguaranteed(stakes.worth.gaps, self.position.status_quo, elsewhere)
        parts = [stakes.worth.gaps[:, agenda.columns[shape.slots[place]]].T for place in shape.guards]
        if not shape.guards_fit:
            least, largest = (np.prod([reduce(part) for part in parts], axis=0) for reduce in (_lowest, _highest))
            bounds: Array = product * np.stack(np.broadcast_arrays(least, largest))
            return bounds
        for axis, part in enumerate(parts):
            product = product[..., None, :] * part.reshape(*(1 for _ in parts[:axis]), *part.shape)
        return product

    def _forbidden(self) -> list[Factor]:
        shape, position = self.shape, self.position
        found: dict[Scope, Array] = {}
        for (combination, scope, at), heeded in zip(shape.never, shape.heeded, strict=True):
            holds = _matches_off_agenda(shape, position, combination) & position.free[:, list(scope)].any(axis=1)
            if len(scope) == 1:
                self.bars[shape.slots[scope[0]].start + at[0], holds] = -np.inf
            elif heeded and holds.any():
                table = found.setdefault(scope, shape.table(scope, position.trials))
                table[at][holds] = -np.inf
        return [Factor(scope, table) for scope, table in found.items()]

    def best(self, weights: Array) -> tuple[Array, Columns]:
        """Return an upper bound of Σ λ_i·m_i over all texts, (trials,), and the text that is best for it."""
        shape, position = self.shape, self.position
        total = np.zeros(position.trials)
        worth = self.bars.copy()
        guarding = np.zeros(position.trials)
        for place, values in enumerate(self.values):
            weight = weights[:, place]
            worth += weight * values
            total += weight * self.base[:, place]
            guarding += weight * self.guarding[:, place]
        tables: dict[Scope, Array] = {}
        for scope, at, added, heeded in self.additions:
            bonus = np.zeros(position.trials)
            for place in range(len(self.coalition)):
                bonus += weights[:, place] * added[:, place]
            if len(scope) == 1:
                worth[shape.slots[scope[0]].start + at[0]] += bonus
            elif heeded:
                tables.setdefault(scope, shape.table(scope, position.trials))[at] += bonus
            else:
                total += np.maximum(bonus, 0.0)
        total += self._guarantees(guarding, worth, tables)
        factors = [*self.forbidden, *(Factor(scope, table) for scope, table in tables.items())]
        bound, choice = self._chosen(worth, factors)
        text = position.status_quo.copy()
        text[:, shape.ground.agenda.issues] = shape.ground.agenda.columns[shape.starts + choice]
        return bound + total, text

    def _guarantees(self, guarding: Array, worth: Array, tables: dict[Scope, Array]) -> Array:
        """Take -Σ λ_i·κ_i·P into account; return what does not depend on the text."""
        shape, scope = self.shape, self.shape.guards
        if not shape.guards_fit:
            most: Array = np.maximum(-guarding * self.gaps[0], -guarding * self.gaps[1])
            return most
        guarantee = -guarding * self.gaps
        if not scope:
            return guarantee
        if len(scope) == 1:
            worth[shape.slots[scope[0]]] += guarantee
        else:
            tables[scope] = tables[scope] + guarantee if scope in tables else guarantee
        return np.zeros(guarding.size)

    def _chosen(self, worth: Array, factors: Sequence[Factor]) -> tuple[Array, Columns]:
        """Return the best choice, which must move something where a text that moves nothing is no text."""
        shape, position = self.shape, self.position
        bound, choice = best_choice([worth[slots] for slots in shape.slots], factors, shape.order)
        standing = position.status_quo[:, shape.ground.agenda.issues]
        still = shape.ground.agenda.columns[shape.starts + choice] == standing
        rows = np.nonzero(position.must_move & still.all(axis=1))[0]
        if not rows.size:
            return bound, choice
        bound[rows] = -np.inf
        some = [Factor(item.scope, item.table[..., rows]) for item in factors]
        for place, slots in enumerate(shape.slots):
            parts = [worth[other][:, rows] for other in shape.slots]
            stays = shape.ground.agenda.columns[slots, None] == standing[rows, place]
            parts[place] = np.where(stays, -np.inf, parts[place])
            value, moved = best_choice(parts, some, shape.order)
            better = value > bound[rows]
            bound[rows[better]], choice[rows[better]] = value[better], moved[better]
        return bound, choice

    def judged(self, text: Columns) -> tuple[Flags, Array]:
        """Tell which texts all who must consent prefer to no deal, (trials,), and return m_i(x), (trials, parties)."""
        stakes, position, ground = self.position.stakes, self.position, self.shape.ground
        breakdown = stakes.breakdown(text)[:, None]
        gain = stakes.agreement(text, stakes.utility(text)) - position.no_deal
        needed = asked(text, position.status_quo, ground.signatories, ground.holders, gain.shape[1])
        agreed: Flags = np.all(~needed | (gain >= -ROUNDING), axis=1)
        rows = np.nonzero(agreed)[0]  # the rest is only looked at where it may still matter
        if rows.size:
            agreed[rows] = self._may_stand(text[rows], needed[rows], rows)
        return agreed, (gain * (1.0 + stakes.distrust * breakdown / stakes.time_preference))[:, self.coalition]

    def _may_stand(self, text: Columns, needed: Flags, rows: NDArray[np.intp]) -> Flags:
        """Tell which texts keep to what is open and allowed, and cross no live red line of those who must consent.

        Where everything is ruled out, the best text may do anything.
        """
        position, agenda = self.position, self.shape.ground.agenda
        fine = np.ones(rows.size, dtype=bool)
        for place, issue in enumerate(agenda.issues):
            slot = np.searchsorted(agenda.columns, text[:, issue])
            fine &= ~(position.crossed[rows, slot] & needed & position.free[rows, place, None]).any(axis=1)
        free = np.zeros(text.shape, dtype=bool)
        free[:, agenda.issues] = position.free[rows]
        fine &= ~(np.isin(text, self.shape.ground.excluded) & free).any(axis=1)
        fine &= ~forbidden(text, free, self.shape.ground.never)
        standing = position.status_quo[rows]
        fine &= (free | (text == standing)).all(axis=1)
        fine &= ~(position.must_move[rows] & (text == standing).all(axis=1))
        return fine


def _lowest(part: Array) -> Array:
    lowest: Array = part.min(axis=0)
    return lowest


def _highest(part: Array) -> Array:
    highest: Array = part.max(axis=0)
    return highest


def _worth_off_agenda(shape: FactorGraph, position: PartyPositions) -> Array:
    """Return what the issues off the agenda are worth at their status quo, (trials, parties)."""
    stakes, agenda = position.stakes, shape.ground.agenda
    total = stakes.utility(position.status_quo)
    for issue in agenda.issues:
        total = total - picked(stakes.worth.table, position.status_quo[:, issue])
    for (linkage, scope, _), added in zip(shape.linkages, stakes.worth.additions, strict=True):
        if scope:
            total = total - linkage.holds(position.status_quo)[:, None] * added
    return total


def _matches_off_agenda(shape: FactorGraph, position: PartyPositions, combination: Combination) -> Flags:
    """Tell where the part of a combination that is off the agenda holds, (trials,)."""
    found = np.ones(position.trials, dtype=bool)
    for issue, column in zip(combination.issues, combination.columns, strict=True):
        if issue not in shape.ground.agenda.issues:
            found &= position.status_quo[:, issue] == column
    return found
