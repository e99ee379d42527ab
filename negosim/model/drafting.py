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

_CHUNK = 256
"""Trials searched at a time: few enough for their numbers to stay in the processor's cache."""


def gain(value: Array) -> Array:
    """Return ℓ: the logarithm of a gain over no deal, continued by its tangent below ε.

    >>> gain(np.array([1.0, 0.01, 0.0])).round(4)
    array([ 0.    , -4.6052, -5.6052])
    """
    above = np.maximum(value, SMALLEST_GAIN)
    np.log(above, out=above)
    above += np.minimum(value - SMALLEST_GAIN, 0.0) / SMALLEST_GAIN
    return above


def best_change(
    position: Position, rows: Columns, stakes: Stakes, estimate: Array, weights: Array, luck: Array
) -> tuple[Columns, Flags]:
    """Choose for each trial the change that most improves Φ.

    Parameters
    ----------
    position : the drafts on the table.
    rows : (m,) the trials, by their place in ``position``.
    stakes : what a text means to the parties in these trials.
    estimate : (m, parties) N̂', the estimate of what a refusal leaves.
    weights : (m or 1, parties).
    luck : (m, agenda columns) in [0, `TIE`), which breaks ties.

    Returns
    -------
    The slot of the change among the agenda's columns, and whether there is one worth making: one that improves Φ, or
    any where the draft cannot stay as it is.
    """
    gap = position.gap[rows]
    now, slope = stakes.value(position.utility[rows], gap), stakes.slope(gap)
    slot = np.zeros(rows.size, dtype=np.intp)
    worthwhile = np.zeros(rows.size, dtype=bool)
    for first in range(0, rows.size, _CHUNK):
        part = np.arange(first, min(first + _CHUNK, rows.size))
        few = weights if weights.shape[0] == 1 else weights[part]
        score = _prospects(position, rows[part], stakes.part(part), now[part], slope[part], estimate[part], few)
        score += luck[part]
        score[position.barred[rows[part]]] = -np.inf
        best = score.argmax(axis=1)
        better = score[np.arange(part.size), best] - prospect(now[part], estimate[part], few)
        slot[part] = best
        worthwhile[part] = position.must[rows[part]] | (better > 2.0 * TIE)
    return slot, worthwhile


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


def _prospects(
    position: Position, rows: Columns, stakes: Stakes, now: Array, slope: Array, refusal: Array, weights: Array
) -> Array:
    """Return Φ of every text that differs from the present one in one issue, (m, agenda columns)."""
    total = np.zeros((rows.size, position.agenda.columns.size))
    for party in np.nonzero(weights.any(axis=0))[0].tolist():
        value = position.changed(party, rows, stakes, now, slope)
        value -= refusal[:, party, None]
        total += weights[:, party, None] * gain(value)
    return total
