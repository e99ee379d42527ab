"""Find: which histories of a run are worth telling."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import AGREEMENTS, NEVER, History
from negosim.engine.run import played
from negosim.results.trials import joined
from negosim.scenario.load import Scenario

Kind = Literal["settlement", "ceasefire", "breach", "veto", "typical", "quickest"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SEARCHED = 2_000
"""Histories that are looked through: what happens in one of a hundred is then among them."""

_SHOWN = 5
"""Histories that are named: the first is reported, the others are for whoever wants more."""

Rows = NDArray[np.intp]


class NothingFoundError(ValueError):
    """No history is of the kind that is looked for."""


def find(scenario: Scenario, kind: Kind, *, trials: int = SEARCHED, seed: int = 1, workers: int = 1) -> list[int]:
    """Return the numbers of histories worth telling, the best example first, at most five.

    ``settlement`` and ``ceasefire``: of the histories that reach one, those nearest to the middle in when it comes.
    ``breach``: an agreement breaks; those nearest to the middle in when. ``veto``: a body votes a signed text down;
    those with few such votes come first. ``typical``: of the histories that end as most do, those nearest to the middle
    in how long was fought and how many rounds failed. ``quickest``: the earliest agreement.

    Parameters
    ----------
    trials, seed : the first so many histories of a run are looked through.

    Raises
    ------
    NothingFoundError
        Where there is none.
    """
    plan = compiled(scenario.file)
    blocks = played(partial(play, zones=False), plan, trials, seed, workers=workers)
    found = _FINDERS[kind](plan, joined(list(blocks)))
    if not found.size:
        raise NothingFoundError(f"none of the first {trials:,} histories is one for '{kind}' ({_MISSING[kind]})")
    return [int(trial) for trial in found[:_SHOWN]]


def _reached(plan: Plan, history: History, kind: str) -> Rows:
    first = history.spells[kind].first
    return _nearest(np.nonzero(first != NEVER)[0], first)


def _broken(plan: Plan, history: History) -> Rows:
    end = float(plan.ticks.days[-1])
    until = np.min([history.spells[kind].until for kind in AGREEMENTS], axis=0)
    reached = history.spells["agreement"].first != NEVER
    return _nearest(np.nonzero(reached & (until < end))[0], until)


def _vetoed(plan: Plan, history: History) -> Rows:
    lost = (
        np.sum([track.lost_votes for track in history.tracks], axis=0) if history.tracks else np.zeros(history.trials)
    )
    rows: Rows = np.nonzero(lost)[0]
    return rows[np.argsort(lost[rows], kind="stable")]


def _typical(plan: Plan, history: History) -> Rows:
    ends, counts = np.unique(history.final, return_counts=True)
    rows = np.nonzero(history.final == ends[counts.argmax()])[0]
    failed = _over_tracks([track.failed for track in history.tracks], history)
    far = np.zeros(rows.size)
    for numbers in (history.fought, failed):
        own = numbers[rows].astype(float)
        spread = float(np.ptp(own)) or 1.0
        far += np.abs(own - np.median(own)) / spread
    typical: Rows = rows[np.argsort(far, kind="stable")]
    return typical


def _quickest(plan: Plan, history: History) -> Rows:
    for kind in ("agreement", "limited"):
        first = history.spells[kind].first
        rows: Rows = np.nonzero(first != NEVER)[0]
        if rows.size:
            return rows[np.argsort(first[rows], kind="stable")]
    return np.zeros(0, dtype=np.intp)


def _over_tracks(counts: list[NDArray[np.int32]], history: History) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.array(counts, dtype=np.int64).reshape(-1, history.trials).sum(axis=0)
    return found


def _nearest(rows: Rows, times: NDArray[np.generic]) -> Rows:
    """Return rows in the order of how near they are to the middle of some times."""
    own = times[rows].astype(float)
    far = np.abs(own - np.median(own)) if rows.size else own
    found: Rows = rows[np.argsort(far, kind="stable")]
    return found


_FINDERS: dict[Kind, Callable[[Plan, History], Rows]] = {
    "settlement": partial(_reached, kind="settlement"),
    "ceasefire": partial(_reached, kind="ceasefire"),
    "breach": _broken,
    "veto": _vetoed,
    "typical": _typical,
    "quickest": _quickest,
}

_MISSING: dict[Kind, str] = {
    "settlement": "no settlement is reached",
    "ceasefire": "no ceasefire is reached",
    "breach": "no ceasefire or settlement breaks",
    "veto": "no body votes a text down",
    "typical": "there is none",
    "quickest": "no agreement is reached",
}
