"""The challenge model: expected utilities of challenging each other (Bueno de Mesquita 1984, 1994, 1997).

Parties stand on a line, x_i, with capability c_i and salience s_i in [0, 1]; d_ij = |x_i - x_j| / (range of positions).
Each looks at every other and asks what it would gain by a challenge, in rounds:

1. i succeeds against j by the votes of all, each with c_k·s_k times by how much nearer it stands to one of the two:
   P_ij = Σ_k c_k·s_k·max(0, d_kj - d_ki) / Σ_k c_k·s_k·|d_kj - d_ki|.
2. Utilities are bent by the taste r_i for risk: of success S = 2 - 4·(0.5 - 0.5·d_ij)^r, of failure
   F = 2 - 4·(0.5 + 0.5·d_ij)^r, of the status quo Q = 2 - 4·0.5^r.
3. j fights back with its salience: E_ij = s_j·(P_ij·S + (1 - P_ij)·F) + (1 - s_j)·S - Q.
4. How safe a party is tells its taste for risk: with T_i = Σ_j E_ji at r = 1, and the largest and the smallest over the
   parties, R_i = (2·T_i - T_max - T_min) / (T_max - T_min), r_i = (1 - R_i/3) / (1 + R_i/3).
5. Where i expects to gain, it makes a proposal to j, as it sees both with its own r_i: to come over to x_i where j has
   as much to gain but expects less (conflict), or more to lose than i to gain (compel); to come a part |E_ji / E_ij| of
   the way where j has less to lose (compromise). Each accepts the proposal that moves it least.

The forecast is the weighted median of where they stand when nobody moves any more. The program behind the published
forecasts is not public and the written accounts leave room. This is the reading of Scholz, Calbert & Smith (2011) but
for two things: P_ij is as Bueno de Mesquita writes it, so that P_ij + P_ji = 1, and the status quo is taken to last,
which leaves their terms for its change out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.baselines.median import weighted_median

Array = NDArray[np.float64]

MOST_ROUNDS = 10
"""Rounds after which the forecast is taken as it stands."""

_STILL = 0.01
"""Part of the range of positions below which a move is none."""

_EVEN = 1e-12


@dataclass(frozen=True)
class Challenges:
    """What the model comes to.

    Attributes
    ----------
    forecast : the position.
    rounds : in which somebody moved.
    settled : whether nobody moved any more before the rounds were over.
    positions : (parties,) where they stand in the end.
    """

    forecast: float
    rounds: int
    settled: bool
    positions: Array


def challenged(positions: Array, capability: Array, salience: Array) -> Challenges:
    """Play the rounds.

    Parameters
    ----------
    positions : (parties,) x_i.
    capability, salience : (parties,) c_i above 0, and s_i from 0 to 1, some above 0.
    """
    spread = float(np.ptp(positions))
    if spread == 0.0:
        return Challenges(float(positions[0]), 0, True, positions)
    votes, standing = capability * salience, positions.astype(np.float64)
    for number in range(MOST_ROUNDS):
        risk = tastes_for_risk(standing, votes, salience, spread)
        moved = _after_proposals(standing, votes, salience, risk, spread)
        if np.abs(moved - standing).max() < _STILL * spread:
            return Challenges(weighted_median(standing, votes), number, True, standing)
        standing = moved
    return Challenges(weighted_median(standing, votes), MOST_ROUNDS, False, standing)


def success(positions: Array, votes: Array) -> Array:
    """Return P_ij, the chance that i succeeds against j, (parties, parties); one half where they stand together.

    >>> success(np.array([0.0, 1.0, 4.0]), np.array([1.0, 1.0, 1.0]))[0].round(3)
    array([0.5  , 0.333, 0.6  ])
    """
    distance = np.abs(positions[:, None] - positions[None, :])
    nearer = votes[:, None, None] * (distance[:, None, :] - distance[:, :, None])  # k, i, j: d_kj - d_ki
    for_it, all_ = np.maximum(nearer, 0.0).sum(axis=0), np.abs(nearer).sum(axis=0)
    chances: Array = np.divide(for_it, all_, out=np.full_like(all_, 0.5), where=all_ > _EVEN)
    return chances


def expected_utility(positions: Array, votes: Array, salience: Array, risk: Array, spread: float) -> Array:
    """Return E_ij, what i gains by challenging j, (parties, parties); the tastes for risk broadcast against that."""
    distance = np.minimum(np.abs(positions[:, None] - positions[None, :]) / spread, 1.0)
    win = 2.0 - 4.0 * (0.5 - 0.5 * distance) ** risk
    lose = 2.0 - 4.0 * (0.5 + 0.5 * distance) ** risk
    chance, resists = success(positions, votes), salience[None, :]
    gained: Array = resists * (chance * win + (1.0 - chance) * lose) + (1.0 - resists) * win - (2.0 - 4.0 * 0.5**risk)
    np.fill_diagonal(gained, 0.0)
    return gained


def tastes_for_risk(positions: Array, votes: Array, salience: Array, spread: float) -> Array:
    """Return r_i, from 0.5 to 2: above 1 for who is safe; 1 for all where all are as safe."""
    threats = expected_utility(positions, votes, salience, np.ones((1, 1)), spread).sum(axis=0)
    highest, lowest = threats.max(), threats.min()
    if highest - lowest < _EVEN:
        return np.ones_like(threats)
    exposed = (2.0 * threats - highest - lowest) / (highest - lowest)
    tastes: Array = (1.0 - exposed / 3.0) / (1.0 + exposed / 3.0)
    return tastes


def _after_proposals(positions: Array, votes: Array, salience: Array, risk: Array, spread: float) -> Array:
    """Return where everybody stands once it has accepted the proposal that moves it least."""
    parties = len(positions)
    least, moved = np.full(parties, np.inf), positions.copy()
    for proposer in range(parties):
        seen = expected_utility(positions, votes, salience, np.full((1, 1), risk[proposer]), spread)
        for other in range(parties):
            part = _part_of_the_way(float(seen[proposer, other]), float(seen[other, proposer]))
            way = part * (positions[proposer] - positions[other])
            if 0.0 < abs(way) < least[other]:
                least[other], moved[other] = abs(way), positions[other] + way
    return moved


def _part_of_the_way(mine: float, theirs: float) -> float:
    """Return how much of the way to the proposer the other is asked to come, given what both expect of a challenge.

    >>> conflict_won, conflict_lost = _part_of_the_way(1.0, 0.5), _part_of_the_way(0.5, 1.0)
    >>> compromise, compelled, nothing = (_part_of_the_way(*both) for both in ((1.0, -0.5), (0.5, -1.0), (-0.1, 1.0)))
    >>> conflict_won, conflict_lost, compromise, compelled, nothing
    (1.0, 0.0, 0.5, 1.0, 0.0)
    """
    if mine <= 0.0:
        return 0.0
    if theirs >= 0.0:
        return 1.0 if mine > theirs else 0.0
    return abs(theirs) / mine if abs(theirs) < mine else 1.0
