"""Drafting: the mediator's single negotiating text (model 8).

Raiffa (1982); Camp David (1978). One change at a time, the one that most improves the weighted Nash product
Φ(x) = Σ_i w_i·ℓ(A_i(x) - N̂'_i), ℓ = log, continued by its tangent where somebody would lose. Modelling choice.
"""

from __future__ import annotations

import numpy as np

from negosim.model.packages import Array, Columns, Flags
from negosim.model.position import Position
from negosim.model.stakes import Stakes

SMALLEST_GAIN = 0.01
"""ε: below this gain the logarithm is continued by its tangent, so that losses still count (model 8)."""

TIE = 1e-9
"""Differences of Φ below this are ties. They are broken by luck, one draw an option and trial, not by names."""

_CHUNK = 128
"""Trials searched at a time: few enough for their numbers to stay in the processor's cache."""


def gain(value: Array) -> Array:
    """Return ℓ: the logarithm of a gain over no deal, continued by its tangent below ε.

    >>> gain(np.array([1.0, 0.01, 0.0])).round(4)
    array([ 0.    , -4.6052, -5.6052])
    """
    return np.log(np.maximum(value, SMALLEST_GAIN)) + np.minimum(value, SMALLEST_GAIN) / SMALLEST_GAIN - 1.0


def prospect(value: Array, refusal: Array, weights: Array) -> Array:
    """Return Φ of a text, (trials,).

    Parameters
    ----------
    value : (trials, parties) A_i(x).
    refusal : (trials, parties) N̂', the estimate of what a refusal leaves.
    weights : (trials or 1, parties).
    """
    total = np.zeros(value.shape[0])
    for party in np.nonzero(weights.any(axis=0))[0]:
        total += weights[:, party] * gain(value[:, party] - refusal[:, party])
    return total


def best_change(
    position: Position, rows: Columns, stakes: Stakes, estimate: Array, weights: Array
) -> tuple[Columns, Flags]:
    """Choose for each trial the change that most improves Φ.

    Parameters
    ----------
    position : the drafts on the table.
    rows : (m,) the trials, by their place in ``position``.
    stakes : what a text means to the parties in these trials.
    estimate : (m, parties) N̂', the estimate of what a refusal leaves.
    weights : (m or 1, parties).

    Returns
    -------
    The slot of the change among the agenda's columns, and whether there is one worth making: one that improves Φ, or
    any where the draft cannot stay as it is.
    """
    gap = position.gap[rows]
    now, slope = stakes.value(position.utility[rows], gap), stakes.slope(gap)
    edge = now - estimate
    groups = _alike(weights)
    guarded = position.guarded(rows, stakes, [party for _, parties in groups for party in parties])
    guarded = {party: value - estimate[:, party, None] for party, value in guarded.items()}
    slot = np.zeros(rows.size, dtype=np.intp)
    best = np.zeros(rows.size)
    room = _Room(min(_CHUNK, rows.size), position.agenda.columns.size)
    for first in range(0, rows.size, _CHUNK):
        part = slice(first, min(first + _CHUNK, rows.size))
        score = _prospects(position, rows, slope, edge, guarded, groups, part, room)
        score += position.handicap.take(rows[part], axis=0)
        slot[part] = chosen = score.argmax(axis=1)
        best[part] = score[np.arange(chosen.size), chosen]
    worthwhile: Flags = position.must[rows] | (best - prospect(now, estimate, weights) > 2.0 * TIE)
    return slot, worthwhile


_Groups = list[tuple[Array, list[int]]]
"""Parties of the same weight, (m or 1, 1), whose gains can be multiplied before the logarithm is taken."""


def _alike(weights: Array) -> _Groups:
    heard = np.nonzero(weights.any(axis=0))[0].tolist()
    if weights.shape[0] > 1:
        return [(weights[:, party, None], [party]) for party in heard]
    sizes = sorted({float(weights[0, party]) for party in heard})
    return [(np.full((1, 1), size), [party for party in heard if weights[0, party] == size]) for size in sizes]


class _Room:
    """Arrays that every chunk uses again, (chunk, agenda columns)."""

    def __init__(self, rows: int, columns: int) -> None:
        self.value, self.above, self.below, self.total = np.empty((4, rows, columns))


def _prospects(
    position: Position,
    rows: Columns,
    slope: Array,
    edge: Array,
    guarded: dict[int, Array],
    groups: _Groups,
    part: slice,
    room: _Room,
) -> Array:
    """Return Φ of every text that differs from the present one in one issue, (chunk, agenda columns).

    Σ w·ℓ(v) over parties of one weight is w·(log Π max(v, ε) + Σ (min(v, ε)/ε - 1)).
    """
    count = part.stop - part.start
    value, above, below, total = (array[:count] for array in (room.value, room.above, room.below, room.total))
    total[:] = 0.0
    for weight, parties in groups:
        above[:] = 1.0
        below[:] = -SMALLEST_GAIN * len(parties)
        for party in parties:
            position.shift[party].take(rows[part], axis=0, out=value, mode="clip")
            value *= slope[part, party, None]
            value += edge[part, party, None]
            if party in guarded:
                value[:, position.guards] = guarded[party][part]
            below += np.minimum(value, SMALLEST_GAIN)
            np.maximum(value, SMALLEST_GAIN, out=value)
            above *= value
        np.log(above, out=above)
        below *= 1.0 / SMALLEST_GAIN
        above += below
        above *= weight if weight.shape[0] == 1 else weight[part]
        total += above
    return total
