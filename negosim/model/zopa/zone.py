"""The zone of possible agreement: the texts that everybody whose consent they need prefers to no deal.

A party prefers x if A_i(x) ≥ N_i (model 5). As A = (r·(φ·u(x) - going on) + h(x)·fallback) / (r + h(x)), that is

    m_i(x) = φ_i·u_i(x) - κ_i·P(x) - b_i ≥ 0,    P(x) = 1 - g(x),    κ_i = θ·z_i,
    b_i = N_i + going on_i + (1 - θ)·z_i,        z_i = distrust_i · hazard · (N_i - fallback_i) / r_i,

so that m is additive over the issues but for linkages and P. For weights λ on the parties, adding to 1, the text that
is best for Σ λ_i·m_i bounds max_x min_i m_i from above (Lagrangian dual): below 0 it proves that the zone is empty,
and the best text itself may prove that it is not. What neither proves stays undecided and is counted as such.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from negosim.model.packages import Flags
from negosim.model.zopa.dual_bound import FactorGraph
from negosim.model.zopa.problem import NONE, SOME, UNDECIDED, AgreementProblem, PartyPositions, Verdict
from negosim.model.zopa.search import ZoneSearch

__all__ = [
    "NONE",
    "SOME",
    "UNDECIDED",
    "AgreementProblem",
    "FactorGraph",
    "PartyPositions",
    "Verdict",
    "ZoneSearch",
    "decided",
    "zone",
]

_FOR_A_TEXT, _FOR_A_PROOF = (6, 0.5), (24, 1.0)
"""Weights tried, and how far each step goes towards a bound of 0.

Half way tends to find a text, all the way a proof. More weights leave hardly fewer trials undecided."""

_CHANGES = 12
"""Changes of a text that is to be made acceptable by single changes."""

_Rows = NDArray[np.intp]


def zone(ground: AgreementProblem, position: PartyPositions) -> Verdict:
    """Decide in each trial whether there is a zone of possible agreement.

    Parameters
    ----------
    ground : what the track may agree on.
    position : where the parties stand.
    """
    return decided(ZoneSearch(FactorGraph(ground, position.stakes.worth), position))


def decided(search: ZoneSearch) -> Verdict:
    """Decide in each trial whether there is a zone of possible agreement, by a search that knows ground and position.

    Notes
    -----
    Who must consent depends on which chips a text moves, so that each set of holders is looked at by itself: their
    chips may move, those of others may not. What already fails with the signatories alone, every chip free, fails.
    """
    ground, every = search.shape.ground, np.arange(search.position.trials)
    everybody, signatories = ground.coalitions()[0], ground.signatories
    verdict = Verdict.blank(search.position, every)

    def pursue(coalition: Sequence[int], effort: tuple[int, float]) -> None:
        rows = _left(verdict)
        verdict.learn(rows, search.pursue(rows, _barred(search, rows, coalition, None), coalition, effort))

    def redraft(coalition: Sequence[int], moving: Sequence[int] | None) -> None:
        rows = _left(verdict)
        verdict.learn(rows, search.redraft(rows, _barred(search, rows, coalition, moving), coalition, _CHANGES))

    pursue(everybody, _FOR_A_TEXT)
    if ground.outside:
        verdict.known[verdict.known == NONE] = UNDECIDED  # with fewer to ask there may be one
    pursue(signatories, _FOR_A_PROOF)
    if ground.outside:
        _go_round(search, verdict)
    redraft(everybody, None)
    if ground.outside:
        redraft(signatories, signatories)
    return verdict


def _left(verdict: Verdict) -> _Rows:
    return np.nonzero(verdict.known == UNDECIDED)[0]


def _go_round(search: ZoneSearch, verdict: Verdict) -> None:
    """Look at each set of holders by itself, in the trials that are still undecided."""
    ground, rows = search.shape.ground, _left(verdict)
    if not rows.size:
        return
    coalitions = ground.coalitions()
    everybody = coalitions[0]
    closed = np.stack([_barred(search, rows, coalition, coalition) for coalition in coalitions], axis=1)
    members = np.array([[party in coalition for party in everybody] for coalition in coalitions])
    found = search.pursue(
        np.repeat(rows, len(coalitions)),
        closed.reshape(-1, closed.shape[2]),
        everybody,
        _FOR_A_PROOF,
        np.tile(members, (rows.size, 1)),
    )
    known, texts = found.known.reshape(rows.size, len(coalitions)), found.text.reshape(rows.size, len(coalitions), -1)
    if 2 ** len(ground.outside) <= len(coalitions):
        verdict.known[rows[(known == NONE).all(axis=1)]] = NONE
    some = np.nonzero((known == SOME).any(axis=1))[0]
    verdict.known[rows[some]] = SOME
    verdict.text[rows[some]] = texts[some, (known[some] == SOME).argmax(axis=1)]


def _barred(search: ZoneSearch, rows: _Rows, coalition: Sequence[int], moving: Sequence[int] | None) -> Flags:
    """Tell which options may not stand in a text, (rows, agenda columns).

    Parameters
    ----------
    coalition : the parties whose red lines count.
    moving : the parties whose chips may move; None for all.
    """
    ground, position = search.shape.ground, search.position
    agenda, free = ground.agenda, position.free[rows]
    unusable = position.crossed[rows][:, :, list(coalition)].any(axis=2) | np.isin(agenda.columns, ground.excluded)
    unusable &= free[:, agenda.place_of]
    if moving is not None:
        for party, chip in ground.holders:
            if party not in moving:
                free[:, agenda.issues.index(chip)] = False
    standing = position.status_quo[rows][:, agenda.issues][:, agenda.place_of] == agenda.columns
    closed: Flags = unusable | (~free[:, agenda.place_of] & ~standing)
    return closed
