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
from dataclasses import dataclass

import numpy as np

from negosim.model.consent import ROUNDING
from negosim.model.drafting import TIE, Agenda, barred, best_change, changed_values, redrafted, untenable
from negosim.model.packages import Array, Columns, Combination, Flags
from negosim.model.stakes import Stakes


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
    text = _own_best(_favourites(base, room, stakes, proposer), room, stakes, proposer)
    others = [party for party in np.nonzero(weights.any(axis=0))[0].tolist() if party != proposer]
    return _shared(text, room, stakes, proposer, others, wish, weights) if others else text


def _favourites(base: Columns, room: Room, stakes: Stakes, proposer: int) -> Columns:
    """Return the package with the proposer's best option on every open issue, as far as red lines allow."""
    text = base.copy()
    rows = np.arange(base.shape[0])
    for place, issue in enumerate(room.agenda.issues):
        slots = room.agenda.slots(place)
        columns = room.agenda.columns[slots]
        score = np.where(room.blocked[:, slots], -np.inf, stakes.table[:, columns, proposer] + room.luck[:, slots])
        slot = score.argmax(axis=1)
        usable = room.free[:, place] & np.isfinite(score[rows, slot])
        text[:, issue] = np.where(usable, columns[slot], text[:, issue])
    return text


def _own_best(text: Columns, room: Room, stakes: Stakes, proposer: int) -> Columns:
    """Better a package for the proposer by single changes: guarantees and linkages tie issues together."""
    for _ in range(room.agenda.columns.size):
        utility = stakes.utility(text)
        now = stakes.agreement_of(proposer, text, utility[:, proposer])
        (own,) = changed_values(text, utility, room.agenda, stakes, [proposer])
        bars = barred(text, room.agenda, room.blocked, room.free, room.never)
        mending = untenable(text, room.agenda, room.blocked, room.free, room.never)
        slot, worthwhile = best_change(now, own, bars, mending, room.luck, room.agenda)
        if not worthwhile.any():
            break
        text = redrafted(text, slot, worthwhile, room.agenda)
    return text


def _shared(
    text: Columns, room: Room, stakes: Stakes, proposer: int, others: list[int], wish: Array, weights: Array
) -> Columns:
    """Give the others what costs the proposer least, for as long as it keeps its aspiration."""
    nothing = np.zeros(text.shape[0])
    no_mending = np.zeros(room.free.shape, dtype=bool)
    for _ in range(room.agenda.columns.size):
        utility = stakes.utility(text)
        worth = stakes.agreement(text, utility)
        own, *theirs = changed_values(text, utility, room.agenda, stakes, [proposer, *others])
        given = np.zeros_like(own)
        for party, value in zip(others, theirs, strict=True):
            given += weights[:, party, None] * (value - worth[:, party, None])
        bars = barred(text, room.agenda, room.blocked, room.free, room.never)
        bars |= (own < wish[:, None] - ROUNDING) | (given <= 2.0 * TIE)
        rate = exchange(given, worth[:, proposer, None] - own)
        slot, worthwhile = best_change(nothing, rate, bars, no_mending, room.luck, room.agenda)
        if not worthwhile.any():
            break
        text = redrafted(text, slot, worthwhile, room.agenda)
    return text


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
