"""Consent: red lines, chip holders and the choice to sign (model 7).

Putnam (1988); Cunningham (2006); Tsebelis (2002). Red lines come before weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negosim.model.packages import Array, Columns, Flags

ROUNDING = 1e-12
"""How far below its aspiration, or a hurdle, a value may lie and still meet it: room for rounding only."""

_NOT_OPEN = -1.0
"""Score of an issue that is not open: no refusal is over it."""

_CROSSED = 2.0
"""Lifts an issue whose red line is crossed above every other."""


@dataclass(frozen=True)
class RedLine:
    """An option that a party will not sign."""

    party: int
    issue: int
    column: int


def crossing(text: Columns, lines: Sequence[RedLine], live: Flags) -> Flags:
    """Tell which live red lines a text crosses, (trials, lines).

    Parameters
    ----------
    text : (trials, issues).
    lines : the red lines.
    live : (trials, lines) whether each still stands.
    """
    issues, columns = [line.issue for line in lines], [line.column for line in lines]
    crossed: Flags = live & (text[:, issues] == np.array(columns, dtype=np.intp))
    return crossed


def whose(crossed: Flags, lines: Sequence[RedLine], parties: int) -> Flags:
    """Tell whose red lines are crossed, (trials, parties), from (trials, lines) which are."""
    found = np.zeros((crossed.shape[0], parties), dtype=bool)
    if crossed.any():
        for index, line in enumerate(lines):
            found[:, line.party] |= crossed[:, index]
    return found


def asked(text: Columns, status_quo: Columns, signatories: Sequence[int], holders: Sequence[tuple[int, int]],
          parties: int) -> Flags:  # fmt: skip
    """Tell who must consent: the signatories, and the holders of every chip the text moves.

    Parameters
    ----------
    holders : (party, chip) pairs.
    """
    consent = np.zeros((text.shape[0], parties), dtype=bool)
    consent[:, list(signatories)] = True
    for party, chip in holders:
        consent[:, party] |= text[:, chip] != status_quo[:, chip]
    return consent


def accepts(value: Array, ask: Array, crossed: Flags) -> Flags:
    """Tell who would sign: no live red line crossed, and A(x) not below what it asks for.

    Parameters
    ----------
    value, ask : (trials, parties) A_i(x), and what each asks for in its mood.
    crossed : (trials, parties) whose live red lines the text crosses.
    """
    return ~crossed & (value >= ask - ROUNDING)


def falls_short(value: Array, aspiration: Array) -> Flags:
    """Tell to whom a text is worth less than its aspiration: where such a party signs, judgement has signed.

    >>> falls_short(np.array([0.5, 0.4]), np.array([0.5, 0.45]))
    array([False,  True])
    """
    return value < aspiration - ROUNDING


def objection(missing: Array, crossed: Flags, free: Flags) -> Columns:
    """Return the issue over which a party refuses a text.

    That is the issue of the live red line it crosses, else the open issue whose single best change would add most to
    the party's utility; among several red lines the one at the issue furthest from its best option. Where no issue is
    open any more, all count as open. Modelling choice.

    Parameters
    ----------
    missing : (trials, places on the agenda) how much weighted value the text leaves short of the party's best option.
    crossed : (trials, places) where the text crosses a live red line of the party.
    free : (trials, places) which issues are open.

    Returns
    -------
    (trials,) places on the agenda.

    >>> missing = np.array([[0.1, 0.3, 0.2]])
    >>> no, yes = np.zeros((1, 3), dtype=bool), np.ones((1, 3), dtype=bool)
    >>> int(objection(missing, no, yes)[0]), int(objection(missing, np.array([[True, False, True]]), yes)[0])
    (1, 2)
    """
    score = missing + _CROSSED * crossed
    score[~free & free.any(axis=1, keepdims=True)] = _NOT_OPEN
    worst: Columns = np.argmax(score, axis=1)
    return worst
