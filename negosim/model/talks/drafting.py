"""Drafting: the mediator's single negotiating text (model 8).

Raiffa (1982); Camp David (1978). One change at a time, the one that most improves the weighted Nash product
Φ(x) = Σ_i w_i·ℓ(A_i(x) - N̂'_i), ℓ = log, continued by its tangent where somebody would lose. Modelling choice.
"""

from __future__ import annotations

import numpy as np

from negosim.model import elementary
from negosim.model.packages import Array, Columns, Flags
from negosim.model.stakes import Stakes
from negosim.model.talks.text_changes import Changes, TextChanges
from negosim.model.values import breakdown_rate

SMALLEST_GAIN = 0.01
"""ε: below this gain the logarithm is continued by its tangent, so that losses still count (model 8)."""

TIE = 1e-9
"""Differences of Φ below this are ties. They are broken by luck, one draw an option and trial, not by names."""


def gain(value: Array) -> Array:
    """Return ℓ: the logarithm of a gain over no deal, continued by its tangent below ε.

    >>> gain(np.array([1.0, 0.01, 0.0])).round(4)
    array([ 0.    , -4.6052, -5.6052])
    """
    return elementary.log(np.maximum(value, SMALLEST_GAIN)) + np.minimum(value, SMALLEST_GAIN) / SMALLEST_GAIN - 1.0


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
    position: TextChanges, rows: Columns, stakes: Stakes, estimate: Array, weights: Array
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
    total = _prospects(position, position.open_changes(rows), stakes, slope, edge, estimate, weights)
    slot = total.argmax(axis=1)
    better = total[np.arange(rows.size), slot] - prospect(now, estimate, weights) > 2.0 * TIE
    return slot, position.must[rows] | better


def _prospects(
    position: TextChanges, changes: Changes, stakes: Stakes, slope: Array, edge: Array, estimate: Array, weights: Array
) -> Array:
    """Return Φ of every change that may be made, and its luck; -inf for the others, (m, agenda columns).

    Σ w·ℓ(v) over parties of one weight is w·(log Π max(v, ε) + Σ (min(v, ε)/ε - 1)).
    """
    place, guards, total = changes.place, changes.guards, changes.luck.copy()
    guarding = stakes.part(place[guards])
    rate = breakdown_rate(guarding.hazard, guarding.effect, changes.gap)[:, None]
    for weight, parties in _alike(weights):
        above, below = np.ones(place.size), np.full(place.size, -SMALLEST_GAIN * len(parties))
        for party in parties:
            value = position.shift[party].reshape(-1).take(changes.cell)
            guarded = value[guards] + position.utility[changes.row, party]
            guarded = guarding.value_of(party, guarded[:, None], rate)[:, 0]
            value *= slope[:, party].take(place)
            value += edge[:, party].take(place)
            value[guards] = guarded - estimate[:, party].take(place[guards])
            below += np.minimum(value, SMALLEST_GAIN)
            np.maximum(value, SMALLEST_GAIN, out=value)
            above *= value
        above = elementary.log(above)
        below *= 1.0 / SMALLEST_GAIN
        above += below
        above *= weight if weight.shape[0] == 1 else weight.take(place)
        total += above
    dense = np.full((edge.shape[0], position.agenda.columns.size), -np.inf)
    dense.reshape(-1)[place * dense.shape[1] + changes.slot] = total
    return dense


def _alike(weights: Array) -> list[tuple[Array, list[int]]]:
    """Return the parties of each weight, (m or 1,): their gains can be multiplied before the logarithm is taken."""
    heard = np.nonzero(weights.any(axis=0))[0].tolist()
    if weights.shape[0] > 1:
        return [(weights[:, party], [party]) for party in heard]
    sizes = sorted({float(weights[0, party]) for party in heard})
    return [(np.full(1, size), [party for party in heard if weights[0, party] == size]) for size in sizes]
