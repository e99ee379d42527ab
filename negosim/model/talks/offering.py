"""Offering: what a party proposes when the signatories take turns (model 8, alternating offers).

The trade-off tactic of Faratin, Sierra & Jennings (2002): among the packages worth at least its aspiration to the
proposer, the one that is best for the others, Σ_{k≠p} w_k·A_k(x). It is found as a Lagrangian finds it: beginning with
the proposer's own best package, the change that gives the others most for what it costs the proposer is made first,
and so on for as long as the aspiration is met. For additive values that is the optimum of the relaxed problem
(a multiple-choice knapsack: Sinha & Zoltners 1979) but for the last change; single changes that still fit follow.
Modelling choice: a proposer knows what packages are worth to the others, not what they will settle for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from negosim.model.consent import ROUNDING
from negosim.model.packages import Array, Columns, Combination, Flags, of_rows
from negosim.model.stakes import Stakes
from negosim.model.talks.drafting import TIE
from negosim.model.talks.text_changes import Agenda, TextChanges


@dataclass(frozen=True)
class Room:
    """What an offer may contain.

    Attributes
    ----------
    agenda : what may change.
    blocked : (trials, agenda columns) options behind a live red line of somebody who may have to consent.
    free : (trials, places on the agenda) issues that are still open.
    never : combinations that no draft may contain.
    luck : (trials, agenda columns) in [0, `TIE`), which breaks ties.
    """

    agenda: Agenda
    blocked: Flags
    free: Flags
    never: Sequence[Combination]
    luck: Array


def offer(base: Columns, room: Room, stakes: Stakes, proposer: int, wish: Array, weights: Array) -> Columns:
    """Return what a party proposes, (trials, issues).

    Where no package is worth its aspiration to it, that is the best it can find for itself.

    Parameters
    ----------
    base : (trials, issues) what holds for issues that are not open.
    room : what an offer may contain.
    stakes : what packages mean to the parties.
    proposer : whose turn it is.
    wish : (trials,) its aspiration.
    weights : (trials or 1, parties) w_k, how much each of the others counts.
    """
    others = [party for party in np.nonzero(weights.any(axis=0))[0].tolist() if party != proposer]
    search = _Search(room, stakes, proposer, base)
    search.climb(search.own_gains)
    if others:
        search.climb(lambda rows: search.exchanges(rows, others, wish[rows], of_rows(weights, rows)))
    return search.position.text


class _Search:
    """The search of one proposer, from its own best package to what it offers."""

    def __init__(self, room: Room, stakes: Stakes, proposer: int, base: Columns) -> None:
        self._room = room
        self._stakes = stakes
        self._proposer = proposer
        self._rows = np.arange(base.shape[0])
        self.position = TextChanges(room.agenda, stakes.worth, room.never, base, room.luck)
        self.position.work_out(self._rows, self._favourites(base), stakes.worth, stakes.rows, room.blocked, room.free)

    def _favourites(self, base: Columns) -> Columns:
        """Return the package with the proposer's best option on every open issue, as far as red lines allow."""
        room, text = self._room, base.copy()
        table = of_rows(self._stakes.worth.table, self._stakes.rows)
        for place, issue in enumerate(room.agenda.issues):
            slots = room.agenda.slots(place)
            columns = room.agenda.columns[slots]
            score = table[:, columns, self._proposer] + room.luck[:, slots]
            score[room.blocked[:, slots]] = -np.inf
            slot = score.argmax(axis=1)
            usable = room.free[:, place] & np.isfinite(score[self._rows, slot])
            text[:, issue] = np.where(usable, columns[slot], text[:, issue])
        return text

    def climb(self, gains: Callable[[Columns], Array]) -> None:
        """Make the best change, and again, for as long as one is worth making.

        Parameters
        ----------
        gains : what is gained by each change of the texts of some trials, (m, agenda columns); -inf where one may not
            be made.
        """
        rows = self._rows
        for _ in range(self._room.agenda.columns.size):
            score = gains(rows) + self.position.handicap[rows]
            slot = score.argmax(axis=1)
            best = score[np.arange(rows.size), slot]
            worthwhile = np.isfinite(best) & (self.position.must[rows] | (best > 2.0 * TIE))
            rows, slot = rows[worthwhile], slot[worthwhile]
            if not rows.size:
                return
            room, at = self._room, rows if self._stakes.rows is None else self._stakes.rows[rows]
            self.position.move(rows, slot, self._stakes.worth, at, room.blocked[rows], room.free[rows])

    def own_gains(self, rows: Columns) -> Array:
        """Return what each change adds for the proposer: guarantees and linkages tie issues together."""
        stakes, gap = self._stakes.part(rows), self.position.gap[rows]
        now = stakes.value(self.position.utility[rows], gap)
        gains = self.position.changed(self._proposer, rows, stakes, now, stakes.slope(gap))
        gains -= now[:, self._proposer, None]
        return gains

    def exchanges(self, rows: Columns, others: Sequence[int], wish: Array, weights: Array) -> Array:
        """Return how good a bargain each change is that gives the others something and the proposer its aspiration."""
        stakes, gap = self._stakes.part(rows), self.position.gap[rows]
        now, slope = stakes.value(self.position.utility[rows], gap), stakes.slope(gap)
        own = self.position.changed(self._proposer, rows, stakes, now, slope)
        given = np.zeros_like(own)
        for party in others:
            theirs = self.position.changed(party, rows, stakes, now, slope)
            given += weights[:, party, None] * (theirs - now[:, party, None])
        rate = exchange(given, now[:, self._proposer, None] - own)
        rate[(own < wish[:, None] - ROUNDING) | (given <= 2.0 * TIE)] = -np.inf
        return rate


def exchange(given: Array, cost: Array) -> Array:
    """Return how good a bargain a change is: what it gives the others as a share of that and its cost.

    It rises with the ratio of the two. What costs the proposer nothing comes before all else, the most generous first.

    >>> exchange(np.array([0.1, 0.1, 0.3]), np.array([0.1, 0.3, 0.0])).round(2)
    array([0.5 , 0.25, 1.3 ])
    """
    free = cost <= TIE
    some = given > 0.0
    rate = np.divide(given, given + np.maximum(cost, 0.0), out=np.zeros_like(given), where=some & ~free)
    rate[some & free] = 1.0 + given[some & free]
    return rate
