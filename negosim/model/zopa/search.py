"""The search for a zone of possible agreement: weights that prove it empty or lead to a text, and single changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.model.packages import Array, Flags
from negosim.model.talks.drafting import prospects_gained
from negosim.model.talks.text_changes import TIE, Room, best_change, redrafted
from negosim.model.zopa.dual_bound import FactorGraph, Sums
from negosim.model.zopa.problem import NONE, SOME, UNDECIDED, PartyPositions, Verdict

NOWHERE = -1e6
"""Far off the simplex: the weight of a party that is not asked."""

OVERSHOOT = 1e-3
"""How far below 0 a step aims, so that it does not come to rest on 0 itself."""

PROOF = 1e-9
"""How far below 0 a bound must lie to prove anything: more than floating-point rounding."""

Rows = NDArray[np.intp]


class ZoneSearch:
    """Looks for texts in zones of possible agreement, and for proofs that there are none.

    Attributes
    ----------
    shape : what may be agreed on.
    position : where the parties stand.
    """

    def __init__(self, shape: FactorGraph, position: PartyPositions) -> None:
        self.shape, self.position = shape, position

    def pursue(
        self,
        rows: Rows,
        closed: Flags,
        coalition: Sequence[int],
        effort: tuple[int, float],
        members: Flags | None = None,
    ) -> Verdict:
        """Look for a text that all who must consent prefer to no deal, or for weights that prove that there is none.

        The weights follow the margins of the best text by Polyak's step towards a bound of 0.

        Parameters
        ----------
        rows : (n,) the trials. Where one is named several times under different conditions, a text need be sought for
            one of them only.
        closed : (n, agenda columns) options that no text may contain.
        coalition : the parties whose margins count.
        effort : how many weights to try, and how far each step goes.
        members : (n, parties of the coalition) whose margins count in each trial; None for all of them.
        """
        verdict = Verdict.blank(self.position, rows)
        verdict.known[self.shape.shut(closed)] = NONE
        left = np.nonzero(verdict.known == UNDECIDED)[0]
        if not left.size:
            return verdict
        counted = np.ones((rows.size, len(coalition)), dtype=bool) if members is None else members
        counted, closed = counted[left], closed[left]
        weights = counted / counted.sum(axis=1, keepdims=True)
        sums = Sums(self.shape, self.position.only(rows[left]), closed, coalition)
        steps, reach = effort
        for _ in range(steps):
            bound, text = sums.best(weights)
            agreed, margin = sums.judged(text)
            undecided = verdict.known[left] == UNDECIDED
            agreed &= undecided
            verdict.known[left[agreed]], verdict.text[left[agreed]] = SOME, text[agreed]
            verdict.known[left[undecided & ~agreed & (bound < -PROOF)]] = NONE
            still = verdict.known[left] == UNDECIDED
            if not still.any():
                return verdict
            weights = stepped(weights, reach * bound, margin, counted)
            if 4 * np.count_nonzero(still) <= 3 * still.size:
                weights, closed, counted, left = weights[still], closed[still], counted[still], left[still]
                sums = Sums(self.shape, self.position.only(rows[left]), closed, coalition)
        return verdict

    def redraft(self, rows: Rows, closed: Flags, coalition: Sequence[int], changes: int) -> Verdict:
        """Let a mediator who knows every no-deal value change texts (model 8).

        What weights alone cannot find, a text that is best for no weights, single changes often do.

        Parameters
        ----------
        rows, closed, coalition : as in `pursue`; of these parties all count alike.
        changes : how many to make at most.
        """
        verdict = Verdict.blank(self.position, rows)
        left = np.nonzero(~self.shape.shut(closed))[0]
        if not left.size:
            return verdict
        part, closed, ground = self.position.only(rows[left]), closed[left], self.shape.ground
        sums = Sums(self.shape, part, closed, coalition)
        text = sums.best(np.full((left.size, len(coalition)), 1.0 / len(coalition)))[1]
        weights = np.zeros((1, part.no_deal.shape[1]))
        weights[:, list(coalition)] = 1.0
        luck = np.tile(first_come(closed.shape[1]), (left.size, 1))
        room = Room(ground.agenda, closed, part.free, ground.never, luck)
        for _ in range(changes):
            gains = prospects_gained(text, ground.agenda, part.stakes, part.no_deal, weights)
            slot, better = best_change(text, room, gains)
            text = np.where(better[:, None], redrafted(text, slot, ground.agenda), text)
            agreed = sums.judged(text)[0] & (verdict.known[left] == UNDECIDED)
            verdict.known[left[agreed]], verdict.text[left[agreed]] = SOME, text[agreed]
            if not (better & (verdict.known[left] == UNDECIDED)).any():
                break
        return verdict


def first_come(slots: int) -> Array:
    """Return what decides between changes that come to the same: the first of them is made, (agenda columns,)."""
    return -TIE * np.arange(slots) / slots


def stepped(weights: Array, bound: Array, margin: Array, counted: Flags) -> Array:
    """Return the weights after a step that lowers the bound by so much (Polyak 1969), kept on the simplex."""
    middle = np.where(counted, margin, 0.0).sum(axis=1, keepdims=True) / counted.sum(axis=1, keepdims=True)
    slope = np.where(counted, margin - middle, 0.0)
    length = (np.clip(bound, 0.0, 1.0) + OVERSHOOT) / np.maximum((slope * slope).sum(axis=1), 1e-12)
    return on_simplex(np.where(counted, weights - length[:, None] * slope, NOWHERE))


def on_simplex(point: Array) -> Array:
    """Return the nearest weights that are not negative and add to 1 (Held, Wolfe & Crowder 1974).

    >>> on_simplex(np.array([[0.7, 0.5], [2.0, -1.0]]))
    array([[0.6, 0.4],
           [1. , 0. ]])
    """
    falling = -np.sort(-point, axis=1)
    places = np.arange(1, point.shape[1] + 1)
    excess = (np.cumsum(falling, axis=1) - 1.0) / places
    last = (falling > excess).sum(axis=1) - 1
    nearest: Array = np.maximum(point - excess[np.arange(point.shape[0]), last][:, None], 0.0)
    return nearest
