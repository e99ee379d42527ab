"""Concession: what a party asks for, and when it asks for less (model 6).

Time tactics: Faratin, Sierra & Jennings (1998). Ripeness, the hurting stalemate: Zartman (1989). Modelling choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def toughness(clock: Array, patience: Array, concession: Array) -> Array:
    """Return τ = 1 - min(1, clock/patience)^{1/e}.

    Parameters
    ----------
    clock : days that have counted.
    patience : days after which a party asks for no more than no deal is worth.
    concession : e; below 1 it holds out until late, above 1 it concedes early.

    >>> float(toughness(np.array([90.0]), np.array([180.0]), np.array([0.5]))[0])
    0.75
    """
    return 1.0 - np.minimum(clock / patience, 1.0) ** (1.0 / concession)


def aspiration(refusal: Array, best: Array, tough: Array) -> Array:
    """Return what a party asks for: N' + τ·max(0, A* - N').

    Parameters
    ----------
    refusal : N', the no-deal value less what the mediator makes a refusal cost.
    best : A*, the value of the party's best agreement on the agenda.
    tough : τ in [0, 1].

    >>> float(aspiration(np.array([0.2]), np.array([0.8]), np.array([0.5]))[0])
    0.5
    """
    return refusal + tough * np.maximum(best - refusal, 0.0)


def hurting(war: Array, status_quo: Array) -> NDArray[np.bool_]:
    """Tell who is in a hurting stalemate: fighting on is worth less than the status quo."""
    return war < status_quo
