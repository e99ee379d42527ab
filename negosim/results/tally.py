"""Tallies: what a summary needs of a run, added up block by block, so that memory does not grow with the trials.

Everything is counted in whole numbers, sums of worths in units of 2^-40, so that the order in which blocks are added
makes no difference to the last digit. Only tolls are kept trial by trial, for their quantiles: 8 bytes each; and of the
first `negosim.results.early.MOST` trials when each outcome came.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.results.early import EarlyTrials, early_trials, joined_early
from negosim.results.trials import first_reached, kinds_of

HELD = {"30 days": 30.0, "90 days": 90.0, "1 year": 365.0}
"""How long the summary asks whether agreements held, in days."""

_UNIT = 40
"""Sums of real numbers are kept in units of two to the minus this."""

_HALF = 20
_FITS = 2.0**41
"""Numbers of units up to this can be squared in halves and added up over a block in 64 bits."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Sum:
    """A sum of real numbers and of their squares, each rounded to units of 2^-40.

    >>> both = Sum.of(np.array([0.5, 0.25])) + Sum.of(np.array([0.75]))
    >>> both.mean, both.deviation
    (0.5, 0.25)
    """

    n: int = 0
    total: int = 0
    squares: int = 0

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Sum:
        """Add up some numbers."""
        return cls.of_each(values[:, None])[0]

    @classmethod
    def of_each(cls, values: NDArray[np.float64]) -> tuple[Sum, ...]:
        """Add up some numbers column by column, (numbers, columns)."""
        units = np.rint(values * 2.0**_UNIT)
        if values.size and np.abs(units).max() >= _FITS:
            return tuple(cls._of_large([int(unit) for unit in column]) for column in units.T.tolist())
        exact = units.astype(np.int64)
        high, low = exact >> _HALF, exact & (2**_HALF - 1)
        parts = (exact, high * high, high * low, low * low)
        totals = zip(*(part.sum(axis=0).tolist() for part in parts), strict=True)
        return tuple(
            cls(len(values), total, (highs << 2 * _HALF) + (both << _HALF + 1) + lows)
            for total, highs, both, lows in totals
        )

    @classmethod
    def _of_large(cls, units: list[int]) -> Sum:
        return cls(len(units), sum(units), sum(unit * unit for unit in units))

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        """The mean."""
        return self.total / self.n / 2.0**_UNIT

    @property
    def deviation(self) -> float:
        """The standard deviation of the sample; of two numbers or more."""
        spread = self.n * self.squares - self.total * self.total
        return math.sqrt(spread / (self.n * (self.n - 1))) / 2.0**_UNIT


@dataclass(frozen=True)
class Ratio:
    """What the ratio of two sums over the trials needs, with its interval.

    Attributes
    ----------
    counted : trials that have anything below.
    above, below : Σ a and Σ b.
    above2, both, below2 : Σ a², Σ a·b and Σ b².
    """

    counted: int
    above: int
    below: int
    above2: int
    both: int
    below2: int

    @classmethod
    def of(cls, above: NDArray[np.integer], below: NDArray[np.integer]) -> Ratio:
        """Add up whole numbers of every trial."""
        return cls.of_each(above[:, None], below)[0]

    @classmethod
    def of_each(cls, above: NDArray[np.integer], below: NDArray[np.integer]) -> tuple[Ratio, ...]:
        """Add up whole numbers of every trial: several above, (trials, columns), over the same below, (trials,)."""
        a, b = above.astype(np.int64), below.astype(np.int64)
        counted, total, squares = int(np.count_nonzero(b)), int(b.sum()), int(b @ b)
        parts = zip(*(part.sum(axis=0).tolist() for part in (a, a * a, a * b[:, None])), strict=True)
        return tuple(cls(counted, one, total, its_squares, both, squares) for one, its_squares, both in parts)

    def __add__(self, other: Ratio) -> Ratio:
        return Ratio(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass(frozen=True)
class TrackTally:
    """What a track brought.

    Attributes
    ----------
    signed : trials with a signature.
    chosen : (columns,) how many of the texts first signed contain each option.
    worth : by consenter, what they are worth.
    signatures, below : signatures in all, and those below what somebody asked for.
    refused : by consenter, rounds it refused over rounds that failed.
    objections : (parties, issues).
    votes, approved : (bodies,).
    """

    signed: int
    chosen: Counts
    worth: tuple[Sum, ...]
    signatures: int
    below: int
    refused: tuple[Ratio, ...]
    objections: Counts
    votes: Counts
    approved: Counts

    def __add__(self, other: TrackTally) -> TrackTally:
        return TrackTally(
            self.signed + other.signed,
            self.chosen + other.chosen,
            tuple(mine + theirs for mine, theirs in zip(self.worth, other.worth, strict=True)),
            self.signatures + other.signatures,
            self.below + other.below,
            tuple(mine + theirs for mine, theirs in zip(self.refused, other.refused, strict=True)),
            self.objections + other.objections,
            self.votes + other.votes,
            self.approved + other.approved,
        )


@dataclass(frozen=True)
class Tally:
    """What a summary needs of a run.

    Attributes
    ----------
    trials : how many.
    reached : by outcome, (ticks,) trials that first reached it at each.
    held : by kind of agreement and length of time: trials in which it lasted so long, and in which that can be seen.
    answers : (questions,) trials in which the answer is yes.
    occupancy, ripe, zones, zone_trials : as in `negosim.engine.record.history.History`.
    tolls : by number of the first trial, (trials, tolls).
    tracks : in the order of the plan.
    early : by number of the first trial, what became of the early trials of a run one by one.
    """

    trials: int
    reached: dict[str, Counts]
    held: dict[str, dict[str, Counts]]
    answers: Counts
    occupancy: Counts
    ripe: Counts
    zones: Counts
    zone_trials: int
    tolls: dict[int, NDArray[np.float64]] = field(repr=False)
    tracks: tuple[TrackTally, ...]
    early: dict[int, EarlyTrials] = field(default_factory=dict, repr=False)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.trials + other.trials,
            {name: counts + other.reached[name] for name, counts in self.reached.items()},
            {
                kind: {name: counts + other.held[kind][name] for name, counts in lengths.items()}
                for kind, lengths in self.held.items()
            },
            self.answers + other.answers,
            self.occupancy + other.occupancy,
            self.ripe + other.ripe,
            self.zones + other.zones,
            self.zone_trials + other.zone_trials,
            {**self.tolls, **other.tolls},
            tuple(mine + theirs for mine, theirs in zip(self.tracks, other.tracks, strict=True)),
            {**self.early, **other.early},
        )

    def early_trials(self) -> EarlyTrials:
        """Return what became of the early trials, in their order."""
        return joined_early(self.early[first] for first in sorted(self.early))

    def toll(self, index: int) -> NDArray[np.float64]:
        """Return a toll in every trial, in their order."""
        return np.concatenate([self.tolls[first][:, index] for first in sorted(self.tolls)])


def tallied(plan: Plan, history: History) -> Tally:
    """Add up the histories of a block, or of a whole run."""
    ticks, reached = len(plan.ticks), first_reached(plan, history)
    early = early_trials(history, reached)
    return Tally(
        trials=history.trials,
        reached={name: np.bincount(first[first != NEVER], minlength=ticks) for name, first in reached.items()},
        held={kind: _held(plan, history, kind) for kind in kinds_of(plan) if kind != "agreement"},
        answers=np.count_nonzero(history.answers, axis=0).astype(np.int64),
        occupancy=history.occupancy,
        ripe=history.ripe,
        zones=history.zones,
        zone_trials=history.zone_trials,
        tolls={history.first: history.tolls},
        tracks=tuple(_track(plan, history, index) for index in range(len(plan.tracks))),
        early={} if early is None else {history.first: early},
    )


def added(parts: Iterable[Tally]) -> Tally:
    """Return the tally of all blocks together."""
    return reduce(operator.add, parts)


def _held(plan: Plan, history: History, kind: str) -> dict[str, Counts]:
    spells, horizon = history.spells[kind], float(plan.ticks.days[-1])
    reached, found = spells.first != NEVER, dict[str, Any]()
    for name, days in HELD.items():
        long_enough = reached & (spells.since + days <= horizon)
        lasted = long_enough & (spells.until - spells.since >= days)
        found[name] = np.array([np.count_nonzero(lasted), np.count_nonzero(long_enough)])
    return found


def _track(plan: Plan, history: History, index: int) -> TrackTally:
    track, record = plan.tracks[index], history.tracks[index]
    signed = record.signed != NEVER
    texts, consenters = record.terms[signed][:, track.agenda.issues], list(track.consenters)
    return TrackTally(
        signed=int(np.count_nonzero(signed)),
        chosen=np.bincount(texts.reshape(-1), minlength=plan.columns),
        worth=Sum.of_each(record.worth[signed][:, consenters]),
        signatures=int(record.signatures.sum()),
        below=int(record.below.sum()),
        refused=Ratio.of_each(record.refused[:, consenters], record.failed),
        objections=record.objections,
        votes=record.votes,
        approved=record.approved,
    )
