"""The zone of possible agreement: the texts that everybody whose consent they need prefers to no deal.

A party prefers x if A_i(x) ≥ N_i (model 5). As A = (r·(φ·u(x) - going on) + h(x)·fallback) / (r + h(x)), that is

    m_i(x) = φ_i·u_i(x) - κ_i·P(x) - b_i ≥ 0,    P(x) = 1 - g(x),    κ_i = θ·z_i,
    b_i = N_i + going on_i + (1 - θ)·z_i,        z_i = distrust_i · hazard · (N_i - fallback_i) / r_i,

so that m is additive over the issues but for linkages and P. For weights λ on the parties, adding to 1, the text that
is best for Σ λ_i·m_i bounds max_x min_i m_i from above (Lagrangian dual): below 0 it proves that the zone is empty,
and the best text itself may prove that it is not. What neither proves stays undecided and is counted as such.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from negosim.model.drafting import best_change
from negosim.model.packages import Flags
from negosim.model.position import Position
from negosim.model.zopa_bound import Shape, Sums, pursue
from negosim.model.zopa_ground import NONE, SOME, UNDECIDED, Ground, Posture, Verdict

__all__ = ["NONE", "SOME", "UNDECIDED", "Ground", "Posture", "Pursue", "Verdict", "zone"]

Pursue = Callable[..., None]
"""Looks for texts and proofs, as `negosim.model.zopa_bound.pursue` does."""

_FOR_A_TEXT, _FOR_A_PROOF = (6, 0.5), (24, 1.0)
"""Weights tried, and how far each step goes towards a bound of 0.

Half way tends to find a text, all the way a proof. More weights leave hardly fewer trials undecided."""

_CHANGES = 12
"""Changes of a text that is to be made acceptable by single changes."""


def zone(ground: Ground, position: Posture, pursue: Pursue = pursue) -> Verdict:
    """Decide in each trial whether there is a zone of possible agreement.

    Parameters
    ----------
    ground : what the track may agree on.
    position : where the parties stand.
    pursue : what looks for texts and proofs.

    Notes
    -----
    Who must consent hangs on which chips a text moves, so that each set of holders is looked at by itself: their
    chips may move, those of others may not. What already fails with the signatories alone, every chip free, fails.
    """
    shape, everybody = Shape(ground, position.stakes), ground.circles()[0]
    verdict = Verdict(np.full(position.trials, UNDECIDED, dtype=np.int8), position.status_quo.copy())
    closed = _barred(ground, position, everybody, moving=None)
    pursue(shape, position, closed, everybody, verdict, _FOR_A_TEXT)
    if ground.outside:
        verdict.known[verdict.known == NONE] = UNDECIDED  # with fewer to ask there may be one
    closed = _barred(ground, position, ground.signatories, moving=None)
    pursue(shape, position, closed, ground.signatories, verdict, _FOR_A_PROOF)
    if ground.outside:
        _go_round(shape, position, verdict, pursue)
    _redraft(shape, position, verdict, everybody, None)
    if ground.outside:
        _redraft(shape, position, verdict, ground.signatories, ground.signatories)
    return verdict


def _redraft(
    shape: Shape, position: Posture, verdict: Verdict, circle: Sequence[int], moving: Sequence[int] | None
) -> None:
    """Let a mediator who knows every no-deal value change texts, in the trials that are still undecided (model 8).

    What weights alone cannot find, a text that is best for no weights, single changes often do.
    """
    rows = np.nonzero(verdict.known == UNDECIDED)[0]
    part, ground = position.only(rows), shape.ground
    blocked = _barred(ground, part, circle, moving)
    shut = np.logical_and.reduceat(blocked, shape.starts, axis=1).any(axis=1)
    rows, part, blocked = rows[~shut], part.only(np.nonzero(~shut)[0]), blocked[~shut]
    if not rows.size:
        return
    sums = Sums(shape, part, blocked, circle)
    text = sums.best(np.full((rows.size, len(circle)), 1.0 / len(circle)))[1]
    weights = np.zeros((1, part.no_deal.shape[1]))
    weights[:, list(circle)] = 1.0
    worth, every = part.stakes.worth, np.arange(rows.size)
    draft = Position(ground.agenda, worth, ground.never, text, np.zeros(blocked.shape))
    draft.work_out(every, text, worth, every, blocked, part.free)
    for _ in range(_CHANGES):
        slot, better = best_change(draft, every, part.stakes, part.no_deal, weights)
        some = np.nonzero(better)[0]
        draft.move(some, slot[some], worth, some, blocked[some], part.free[some])
        agreed = sums.judged(draft.text)[0] & (verdict.known[rows] == UNDECIDED)
        verdict.known[rows[agreed]], verdict.text[rows[agreed]] = SOME, draft.text[agreed]
        if not (better & (verdict.known[rows] == UNDECIDED)).any():
            return


def _go_round(shape: Shape, position: Posture, verdict: Verdict, pursue: Pursue) -> None:
    """Look at each set of holders by itself, in the trials that are still undecided."""
    ground, rows = shape.ground, np.nonzero(verdict.known == UNDECIDED)[0]
    if not rows.size:
        return
    circles, part = ground.circles(), position.only(rows)
    everybody = circles[0]
    closed = np.concatenate([_barred(ground, part, circle, moving=circle) for circle in circles])
    members = np.repeat([[party in circle for party in everybody] for circle in circles], rows.size, axis=0)
    at = np.tile(np.arange(rows.size), len(circles))
    tried = Verdict(verdict.known[rows[at]], part.status_quo[at])
    pursue(shape, part, closed, everybody, tried, _FOR_A_PROOF, members, at)
    known, texts = tried.known.reshape(len(circles), rows.size), tried.text.reshape(len(circles), rows.size, -1)
    if 2 ** len(ground.outside) <= len(circles):
        verdict.known[rows[(known == NONE).all(axis=0)]] = NONE
    some = np.nonzero((known == SOME).any(axis=0))[0]
    verdict.known[rows[some]] = SOME
    verdict.text[rows[some]] = texts[(known[:, some] == SOME).argmax(axis=0), some]


def _barred(ground: Ground, position: Posture, circle: Sequence[int], moving: Sequence[int] | None) -> Flags:
    """Tell which options may not stand in a text, (trials, agenda columns).

    Parameters
    ----------
    circle : the parties whose red lines count.
    moving : the parties whose chips may move; None for all.
    """
    agenda = ground.agenda
    crossed = position.crossed[:, :, list(circle)].any(axis=2) & position.free[:, agenda.place_of]
    free = position.free
    if moving is not None:
        free = free.copy()
        for party, chip in ground.holders:
            if party not in moving:
                free[:, agenda.issues.index(chip)] = False
    standing = position.status_quo[:, agenda.issues][:, agenda.place_of] == agenda.columns
    closed: Flags = crossed | (~free[:, agenda.place_of] & ~standing)
    return closed
