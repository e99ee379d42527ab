"""Concession: what a party asks for, and when it asks for less (model 6).

Time tactics: Faratin, Sierra & Jennings (1998). Ripeness, the hurting stalemate: Zartman (1989). Modelling choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.model import elementary

Array = NDArray[np.float64]

ROUNDING = 1e-12
"""How far a number must lie below another to be lower: more than floating-point rounding."""


def spent(clock: Array, patience: Array, urgency: Array) -> Array:
    """Return the share min(1, max(clock/patience, q·p)) of a party's patience that is gone; see `toughness`.

    >>> float(spent(np.array([90.0]), np.array([180.0]), np.array([0.75]))[0])
    0.75
    """
    share: Array = np.minimum(np.maximum(clock / patience, urgency), 1.0)
    return share


def toughness(clock: Array, patience: Array, concession: Array, urgency: Array) -> Array:
    """Return τ = 1 - min(1, max(clock/patience, q·p))^{1/e}.

    Parameters
    ----------
    clock : days that have counted.
    patience : days after which a party asks for no more than no deal is worth.
    concession : e; below 1 it holds out until late, above 1 it concedes early.
    urgency : q·p, the credibility of a deadline times the share of the time to it that has passed (Roth, Murnighan &
        Schoumaker 1988); 0 without one.

    >>> late, early = np.array([90.0]), np.array([0.0])
    >>> float(toughness(late, np.array([180.0]), np.array([0.5]), early)[0])
    0.75
    """
    return 1.0 - elementary.power(spent(clock, patience, urgency), 1.0 / concession)


@dataclass(frozen=True)
class Pace:
    """What a law of concession says how much a party asks for from, in the n trials in which a round is held.

    Attributes
    ----------
    clock, patience, concession, urgency : (n,) of the party, or (n, parties) of all; see `toughness`.
    others : (n, others) τ of each other signatory at the last round with a text, NaN before the first.
    """

    clock: Array
    patience: Array
    concession: Array
    urgency: Array
    others: Array


Law = Callable[[Pace], Array]
"""A law of concession: it returns τ in [0, 1], (n,). `negosim.registry` has the laws by name."""


def by_time(pace: Pace) -> Array:
    """Return τ as time tactics have it."""
    return toughness(pace.clock, pace.patience, pace.concession, pace.urgency)


def stood_still(before: Array, now: Array, signatories: Sequence[int]) -> NDArray[np.bool_]:
    """Tell for each party whether none of the other signatories has moved since the last round (Pruitt 1981).

    One that has nothing left to give (τ = 0) counts as having moved.

    Parameters
    ----------
    before, now : (trials, parties) τ at the last round, NaN if there was none, and at this one.

    >>> before, now = np.array([[0.9, 0.8]]), np.array([[0.9, 0.7]])
    >>> stood_still(before, now, (0, 1))
    array([[False,  True]])
    >>> stood_still(np.array([[0.0, 0.8]]), np.array([[0.0, 0.8]]), (0, 1))
    array([[ True, False]])
    """
    moved = ~(now >= before - ROUNDING) | (now <= ROUNDING)
    still = np.zeros(now.shape, dtype=bool)
    for party in range(now.shape[1]):
        others = [other for other in signatories if other != party]
        if others:
            still[:, party] = ~moved[:, others].any(axis=1)
    return still


def aspiration(reservation: Array, best: Array, toughness: Array) -> Array:
    """Return what a party asks for: N' + τ·max(0, A* - N').

    Parameters
    ----------
    reservation : N', the no-deal value less what the mediator makes a refusal cost, plus what the party's bodies will
        ask.
    best : A*, the value of the party's best agreement on the agenda.
    toughness : τ in [0, 1].

    >>> float(aspiration(np.array([0.2]), np.array([0.8]), np.array([0.5]))[0])
    0.5
    """
    return reservation + toughness * np.maximum(best - reservation, 0.0)


def ask(reservation: Array, best: Array, toughness: Array, mood: Array) -> Array:
    """Return what a party asks for in its mood: N' + clip(τ - T·z, 0, 1)·max(0, A* - N') (model 7).

    Mood never makes it sign what is worth less than refusing, nor refuse its own best.

    Parameters
    ----------
    reservation, best, toughness : see `aspiration`.
    mood : T·z, by how much judgement lowers its toughness.

    >>> n, best, τ = np.array([0.2]), np.array([0.8]), np.array([0.5])
    >>> [round(float(ask(n, best, τ, np.array([mood]))[0]), 6) for mood in (0.0, 0.1, 2.0, -2.0)]
    [0.5, 0.44, 0.2, 0.8]
    """
    return aspiration(reservation, best, np.clip(toughness - mood, 0.0, 1.0))


def hurting(war: Array, status_quo: Array) -> NDArray[np.bool_]:
    """Tell who is in a hurting stalemate: fighting on is worth less than the status quo."""
    return war < status_quo - ROUNDING
