"""Digests: what a run leaves behind of every trial, so that a few of them, played again, can be compared with it.

A trial is known by the SHA-256 of its line in ``trials.csv``, the header before it; a block of trials by the SHA-256 of
theirs, one after the other (a hash tree of two levels; Merkle 1988). Beside it stands how many trials of the block
answer each question with yes and reach each outcome, so that the shares of a run can be added up from its blocks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.results.trial_files import csv_of
from negosim.results.trials import first_reached

_SIZE = hashlib.sha256().digest_size


@dataclass(frozen=True)
class TrialDigests:
    """The digests of some trials in a row.

    Attributes
    ----------
    first : number of the first trial.
    rows : the digest of each, one after the other.
    yes : (trials, questions and outcomes) what each answers and reaches by the horizon, in the order of `counted`.
    """

    first: int
    rows: bytes
    yes: NDArray[np.bool_]


@dataclass(frozen=True)
class BlockDigests:
    """The digests of the blocks of a run.

    Attributes
    ----------
    size : trials of a block; the last may have fewer.
    rows : by block, in hexadecimal digits.
    yes : (blocks, questions and outcomes).
    """

    size: int
    rows: tuple[str, ...]
    yes: NDArray[np.int64]


def counted(plan: Plan, outcomes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return what is counted in every trial: ``("questions", id)`` and ``("reached", outcome)``.

    Parameters
    ----------
    outcomes : those of the scenario, as a tally names them.
    """
    questions = tuple(("questions", question.id) for question in plan.questions)
    return (*questions, *(("reached", outcome) for outcome in sorted(outcomes)))


def digests_of(plan: Plan, history: History) -> TrialDigests:
    """Return the digests of the trials of a block."""
    header, lines = csv_of(plan, history)
    head = hashlib.sha256(header)
    rows = bytearray()
    for line in lines.splitlines(keepends=True):
        digest = head.copy()
        digest.update(line)
        rows += digest.digest()
    reached = [first != NEVER for first in first_reached(plan, history).values()]
    yes = np.column_stack([history.answers.astype(bool).reshape(history.trials, -1), *reached])
    return TrialDigests(history.first, bytes(rows), yes)


def blocks_of(parts: Iterable[TrialDigests], size: int) -> BlockDigests:
    """Return the digests of the blocks of a run, from those of its trials, which may come in any order.

    Parameters
    ----------
    size : trials of a block.
    """
    ordered = sorted(parts, key=lambda part: part.first)
    rows, yes = b"".join(part.rows for part in ordered), np.concatenate([part.yes for part in ordered])
    starts = range(0, len(yes), size)
    digests = [hashlib.sha256(rows[at * _SIZE : (at + size) * _SIZE]).hexdigest() for at in starts]
    counts = np.add.reduceat(yes.astype(np.int64), np.array(starts), axis=0)
    return BlockDigests(size, tuple(digests), counts)
