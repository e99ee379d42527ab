"""Offering: what a party proposes when the signatories take turns (model 8, alternating offers).

The trade-off tactic of Faratin, Sierra & Jennings (2002): among the packages worth at least its aspiration to the
proposer, the one that is best for the others, Σ_{k≠p} w_k·A_k(x). It is found as a Lagrangian finds it: beginning with
the proposer's own best package, the change that gives the others most for what it costs the proposer is made first,
and so on for as long as the aspiration is met. For additive values that is the optimum of the relaxed problem
(a multiple-choice knapsack: Sinha & Zoltners 1979) but for the last change; single changes that still fit follow.
Modelling choice: a proposer knows what packages are worth to the others, not what they will settle for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negosim.model.consent import ROUNDING
from negosim.model.packages import Array, Columns, of_rows
from negosim.model.stakes import Stakes
from negosim.model.talks.text_changes import TIE, Room, best_change, improved, values_after


def offer(base: Columns, room: Room, stakes: Stakes, proposer: int, aspiration: Array, weights: Array) -> Columns:
    """Return what a party proposes, (trials, issues).

    Where no package is worth its aspiration to it, that is the best it can find for itself.

    Parameters
    ----------
    base : (trials, issues) what holds for issues that are not open.
    room : what an offer may contain.
    stakes : what packages mean to the parties.
    proposer : whose turn it is.
    aspiration : (trials,) its own.
    weights : (trials or 1, parties) w_k, how much each of the others counts.
    """
    others = [party for party in np.nonzero(weights.any(axis=0))[0].tolist() if party != proposer]
    most = room.agenda.columns.size

    def own_gains(text: Columns, places: Columns) -> Array:
        now, after = _values(text, room, stakes.part(places))
        return after[:, :, proposer] - now[:, None, proposer]

    def bargains(text: Columns, places: Columns) -> Array:
        now, after = _values(text, room, stakes.part(places))
        given = _given(after - now[:, None], of_rows(weights, places), others)
        own = after[:, :, proposer]
        rate = exchange(given, now[:, None, proposer] - own)
        rate[(own < aspiration[places, None] - ROUNDING) | (given <= 2.0 * TIE)] = -np.inf
        return rate

    mine = improved(favourites(base, room, stakes, proposer), room, own_gains, most, best_change)
    return improved(mine, room, bargains, most, best_change) if others else mine


def favourites(base: Columns, room: Room, stakes: Stakes, party: int) -> Columns:
    """Return the package with a party's best option on every open issue, as far as it is not blocked."""
    text, trials = base.copy(), np.arange(base.shape[0])
    table = of_rows(stakes.worth.table, stakes.rows)[:, :, party]
    for place, issue in enumerate(room.agenda.issues):
        slots = room.agenda.slots(place)
        columns = room.agenda.columns[slots]
        score = np.where(room.blocked[:, slots], -np.inf, table[:, columns] + room.luck[:, slots])
        slot = score.argmax(axis=1)
        usable = room.free[:, place] & np.isfinite(score[trials, slot])
        text[:, issue] = np.where(usable, columns[slot], text[:, issue])
    return text


def _values(text: Columns, room: Room, stakes: Stakes) -> tuple[Array, Array]:
    """Return A_i of texts, (trials, parties), and after every single change, (trials, agenda columns, parties)."""
    return stakes.agreement(text, stakes.utility(text)), values_after(text, room.agenda, stakes)


def _given(gained: Array, weights: Array, others: Sequence[int]) -> Array:
    """Return Σ_k w_k·(what a change gains party k), (trials, agenda columns)."""
    given = np.zeros(gained.shape[:2])
    for party in others:
        given += weights[:, party, None] * gained[:, :, party]
    return given


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
