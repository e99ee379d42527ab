"""Drafting: the mediator's single negotiating text (model 8).

Raiffa (1982); Camp David (1978). One change at a time, the one that most improves the weighted Nash product
Φ(x) = Σ_i w_i·ℓ(A_i(x) - N̂'_i), ℓ = log, continued by its tangent where somebody would lose. Modelling choice.
"""

from __future__ import annotations

import numpy as np

from negosim.model import elementary
from negosim.model.packages import Array, Columns, of_rows
from negosim.model.stakes import Stakes
from negosim.model.talks.offences import DraftingRoom, least_offensive_change
from negosim.model.talks.text_changes import Agenda, improved, values_after

SMALLEST_GAIN = 0.01
"""ε: below this gain the logarithm is continued by its tangent, so that losses still count (model 8)."""


def gain(value: Array) -> Array:
    """Return ℓ: the logarithm of a gain over no deal, continued by its tangent below ε.

    >>> gain(np.array([1.0, 0.01, 0.0])).round(4)
    array([ 0.    , -4.6052, -5.6052])
    """
    return elementary.log(np.maximum(value, SMALLEST_GAIN)) + np.minimum(value, SMALLEST_GAIN) / SMALLEST_GAIN - 1.0


def prospect(value: Array, reservation: Array, weights: Array) -> Array:
    """Return Φ of texts, (...); every argument is (..., parties).

    Parameters
    ----------
    value : A_i(x).
    reservation : N̂', the estimate of what a refusal leaves.
    weights : w.
    """
    total: Array = np.zeros(value.shape[:-1])
    for party in range(value.shape[-1]):
        if weights[..., party].any():
            total += weights[..., party] * gain(value[..., party] - reservation[..., party])
    return total


def redraft(
    text: Columns, room: DraftingRoom, stakes: Stakes, estimate: Array, weights: Array, revisions: int
) -> Columns:
    """Return what a mediator makes of texts: up to so many changes, each the one that most improves Φ.

    A text's offences come first (`negosim.model.talks.offences`).

    Parameters
    ----------
    text : (trials, issues) on the table.
    room : what a draft may contain.
    stakes : what a text means to the parties.
    estimate : (trials, parties) N̂', the estimate of what a refusal leaves.
    weights : (trials or 1, parties).
    """

    def gains(text: Columns, places: Columns) -> Array:
        few = stakes.part(places), estimate[places], of_rows(weights, places)
        return prospects_gained(text, room.agenda, *few)

    return improved(text, room, gains, revisions, least_offensive_change)


def prospects_gained(text: Columns, agenda: Agenda, stakes: Stakes, estimate: Array, weights: Array) -> Array:
    """Return how much every single change of texts improves Φ, (trials, agenda columns); see `redraft`."""
    now = prospect(stakes.agreement(text, stakes.utility(text)), estimate, weights)
    after = prospect(values_after(text, agenda, stakes), estimate[:, None], weights[:, None])
    return after - now[:, None]
