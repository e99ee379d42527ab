"""Early trials: what became of the first histories of a run, one by one, for what only single histories can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.record.history import NEVER, History

MOST = 20_000
"""Trials of a run that are kept one by one, the first ones."""

_FADED = 5
_VICTORIES = {1: 3, -1: 4}
"""Columns of `negosim.engine.record.history.History.occupancy` that are no states of a history."""


@dataclass(frozen=True)
class EarlyTrials:
    """What became of consecutive trials.

    Attributes
    ----------
    reached : by outcome, (trials,) the tick at which each first reached it, `NEVER` where it did not.
    final : (trials,) the column of occupancy that each ends in.
    answers : (trials, questions) whether each question came true.
    """

    reached: Mapping[str, NDArray[np.int32]]
    final: NDArray[np.int8]
    answers: NDArray[np.bool_]

    @property
    def trials(self) -> int:
        """How many there are."""
        return int(self.final.size)


def early_trials(history: History, reached: Mapping[str, NDArray[np.int32]]) -> EarlyTrials | None:
    """Return what became of the early trials of a block; None where it begins after them.

    Parameters
    ----------
    reached : by outcome, the tick at which each trial first reached it; see `first_reached`.
    """
    count = min(MOST - history.first, history.trials)
    if count <= 0:
        return None
    final = history.final.copy()
    for side, column in _VICTORIES.items():
        final[history.winner == side] = column
    final[history.faded != NEVER] = _FADED
    return EarlyTrials(
        {name: first[:count] for name, first in reached.items()},
        final[:count],
        history.answers[:count],
    )


def joined_early(parts: Iterable[EarlyTrials]) -> EarlyTrials:
    """Return consecutive early trials as one."""
    every = list(parts)
    return EarlyTrials(
        {name: np.concatenate([part.reached[name] for part in every]) for name in every[0].reached},
        np.concatenate([part.final for part in every]),
        np.concatenate([part.answers for part in every]),
    )


def worth_replaying(early: EarlyTrials, kind: str) -> dict[str, int]:
    """Return trials worth replaying: the one in which an outcome comes at the median date, the first and none.

    Parameters
    ----------
    kind : the outcome.

    Returns
    -------
    ``typical``, ``quickest`` and ``never``, as far as there are such trials; of several the first.
    """
    first = early.reached[kind]
    came, found = np.nonzero(first != NEVER)[0], dict[str, int]()
    if came.size:
        middle = np.quantile(first[came], 0.5, method="nearest")
        found["typical"] = int(came[np.argmin(np.abs(first[came] - middle))])
        found["quickest"] = int(came[np.argmin(first[came])])
    if came.size < first.size:
        found["never"] = int(np.nonzero(first == NEVER)[0][0])
    return found
