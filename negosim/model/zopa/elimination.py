"""Elimination: the best package for a sum of values, some of which depend on several issues at once.

Issues are eliminated one after the other, each for the best it can add whatever the issues it hangs together with may
be (bucket elimination; Dechter 1999). Exact; the effort grows with how densely the issues hang together. Unlike
elsewhere the trial axis comes last here: issues have few options, and maxima over them are quick only that way round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Choice = NDArray[np.intp]
Scope = tuple[int, ...]


@dataclass(frozen=True)
class Factor:
    """Something that several issues are worth together.

    Attributes
    ----------
    scope : the places of the issues.
    table : (options of the first, options of the second, ..., trials or 1).
    """

    scope: Scope
    table: Array


def order_of(sizes: Sequence[int], scopes: Sequence[Scope]) -> tuple[tuple[int, ...], int]:
    """Return in which order to eliminate issues, smallest table first, and the size of the largest table.

    Parameters
    ----------
    sizes : the number of options of each issue.
    scopes : which issues hang together.

    >>> order_of([3, 2, 4], [(0, 1), (1, 2)])
    ((0, 1, 2), 8)
    """
    left, hanging, order, largest = set(range(len(sizes))), [set(scope) for scope in scopes], [], 1
    while left:
        joint = {place: {place}.union(*(scope for scope in hanging if place in scope)) for place in left}
        table = {place: math.prod(sizes[other] for other in joint[place]) for place in left}
        place = min(left, key=lambda place: (table[place], place))
        hanging = [scope for scope in hanging if place not in scope] + [joint[place] - {place}]
        largest = max(largest, table[place])
        order.append(place)
        left.remove(place)
    return tuple(order), largest


def best_choice(worth: Sequence[Array], factors: Sequence[Factor], order: Sequence[int]) -> tuple[Array, Choice]:
    """Return the largest sum that a choice of one option an issue can have, and that choice.

    Parameters
    ----------
    worth : for each issue (options, trials) what its options are worth by themselves; -inf for those ruled out.
    factors : what issues are worth together.
    order : in which to eliminate the issues.

    Returns
    -------
    The sum, (trials,), -inf where everything is ruled out, and the places of the options, (trials, issues).

    >>> together = Factor((0, 1), np.array([[[0.0], [0.0]], [[0.0], [-9.0]]]))
    >>> best_choice([np.array([[0.0], [2.0]]), np.array([[0.0], [1.0]])], [together], (0, 1))
    (array([2.]), array([[1, 0]]))
    """
    trials = worth[0].shape[1]
    total, left = np.zeros(trials), list(factors)
    steps: list[tuple[int, Scope, Array]] = []
    for place in order:
        mine = [factor for factor in left if place in factor.scope]
        others = tuple(sorted({other for factor in mine for other in factor.scope} - {place}))
        joint = worth[place].reshape(*(1 for _ in others), -1, trials)
        for factor in mine:
            joint = joint + _spread(factor, (*others, place))
        steps.append((place, others, joint))
        best = joint.max(axis=-2)
        left = [factor for factor in left if place not in factor.scope]
        if others:
            left.append(Factor(others, best))
        else:
            total += best
    return total, _traced(trials, steps)


def _traced(trials: int, steps: Sequence[tuple[int, Scope, Array]]) -> Choice:
    """Return the choice, the last issue eliminated being the first to be chosen."""
    choice = np.zeros((trials, len(steps)), dtype=np.intp)
    rows = np.arange(trials)
    for place, others, joint in reversed(steps):
        if others:
            by_trial = np.moveaxis(joint, (-1, -2), (0, -1))
            choice[:, place] = by_trial[(rows, *(choice[:, other] for other in others))].argmax(axis=1)
        else:
            choice[:, place] = joint.argmax(axis=0)
    return choice


def _spread(factor: Factor, joint: Scope) -> Array:
    """Return the table of a factor with its axes in the order of a larger scope."""
    table = factor.table.transpose(*(factor.scope.index(place) for place in joint if place in factor.scope), -1)
    wanted = iter(table.shape[:-1])
    return table.reshape(*(next(wanted) if place in factor.scope else 1 for place in joint), table.shape[-1])
