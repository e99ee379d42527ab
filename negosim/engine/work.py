"""The work of a run, estimated before it begins, so that a file does not decide what it costs.

The estimate counts what the engine will do (ticks, rounds, arrivals of events, searches for zones of agreement) as if
no history ended early, and multiplies it by what each took on one processor of a shared machine in 2026. It is rough.
On a quick day the scenarios that negosim ships, and made-up ones of other sizes, took between four fifths and a seventh
of it, on slow days up to three times as long; in NumPy alone between half as much again and a third. Where histories
end early it is far too much.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from negosim.engine import kernel
from negosim.engine.plan import Change, EventPlan, Plan, TrackPlan
from negosim.engine.quarterly import ZONE_TRIALS
from negosim.engine.run import block_of
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.paths import EVENT

HOUR = 3600.0
BUDGET = HOUR
"""Seconds of work that a run may take unless its caller says otherwise."""

_MICRO = 1e-6

# Microseconds; each with what it is for. "A cell" is one option seen by one party.
_TICK, _TICK_SLOWER = 60.0, 13.0
"""Every tick of a block; how much slower it is without the kernel."""

_TICK_OF_TRIAL, _TICK_OF_PARTY, _TRIAL_SLOWER = 0.12, 0.02, 2.5
"""A tick of a trial; of each party in it; how much slower both are without the kernel."""

_LOOK, _COMES, _EFFECT, _EFFECT_OF_TRIAL = 3.0, 25.0, 8.0, 0.05
"""Every event at every tick of a block; where it comes somewhere in it; each effect then; each trial it comes in."""

_REFRESH_OF_CELL = 0.006
"""What a changed number costs every cell of a trial, at the next tick."""

_EVENTS_SLOWER = 4.0
"""How much slower all of that is without the kernel."""

_DRAW = 0.1
"""A number drawn in a trial."""

_SEARCH, _SEARCH_OF_CELL, _SEARCH_SLOWER = 5.0, 0.05, 10.0
"""A search for a zone of agreement; for each cell; how much slower it is without the kernel."""


@dataclass(frozen=True)
class _Rounds:
    """What a round costs: in a block, in a trial, for each cell, and how linkages multiply the last."""

    block: float
    trial: float
    cell: float
    linkage: float


_WITH_KERNEL = _Rounds(20.0, 0.2, 0.0025, 0.01)
_WITHOUT_KERNEL = _Rounds(2500.0, 8.0, 0.11, 0.035)
_REVISION, _MOST_REVISIONS = 0.1, 20
"""By how much a round is longer for each further change of the draft that can be made in it; few ever are."""


@dataclass(frozen=True)
class Work:
    """What a run will take, in seconds on one processor.

    Attributes
    ----------
    time, talks, events, zones : what goes to the ticks, the rounds of talks, the arrivals of events, and the search for
        zones of agreement.
    """

    time: float = 0.0
    talks: float = 0.0
    events: float = 0.0
    zones: float = 0.0

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.time + self.talks + self.events + self.zones

    @property
    def remedy(self) -> str:
        """What would make it less: of the part that takes most."""
        parts = {
            "a longer step": self.time,
            "talks that meet less often, or fewer options": self.talks,
            "events that come less often, or with fewer effects": self.events,
            "fewer tracks or options": self.zones,
        }
        return max(parts, key=lambda part: parts[part])

    def __add__(self, other: Work) -> Work:
        return Work(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))

    def times(self, number: float) -> Work:
        """Return the work of so many such runs."""
        return Work(*(part * number for part in vars(self).values()))


class BudgetError(ValueError):
    """A run would take more work than it may."""


def work_of(plan: Plan, trials: int, *, zones: bool = True) -> Work:
    """Estimate the work of a run.

    Parameters
    ----------
    plan : the compiled scenario.
    trials : histories to play.
    zones : whether zones of agreement are looked for.
    """
    blocks, ticks = -(-trials // block_of(plan)), len(plan.ticks)
    slower, trial_slower = (1.0, 1.0) if kernel.has_room(plan) else (_TICK_SLOWER, _TRIAL_SLOWER)
    of_trial = ticks * trial_slower * (_TICK_OF_TRIAL + _TICK_OF_PARTY * len(plan.parties)) + _DRAW * plan.drawn
    time = ticks * slower * _TICK * blocks + of_trial * trials
    talks = sum(_talks(plan, track, trials, blocks) for track in plan.tracks)
    searches = min(trials, ZONE_TRIALS) * len(plan.quarters) * sum(_searches(plan)) if zones else 0.0
    return Work(*(part * _MICRO for part in (time, talks, _events(plan, trials, blocks), searches)))


def check(work: Work, budget: float | None) -> None:
    """Refuse work that is more than a budget.

    Parameters
    ----------
    work : what is asked for.
    budget : seconds; None for as much as it takes.

    Raises
    ------
    BudgetError
        Where it is more; the message says how much, and what to change.
    """
    if budget is not None and work.seconds > budget:
        raise BudgetError(
            f"about {lasting(work.seconds)} of work on one processor; the budget is {lasting(budget)} "
            f"(fewer trials, {work.remedy}; or --budget {_enough(work.seconds)})"
        )


def lasting(seconds: float) -> str:
    """Write a length of time in the largest unit that fits.

    >>> lasting(11_520), lasting(90), lasting(3600), lasting(1e9)
    ('3.2 hours', '1.5 minutes', '1 hour', '11,574 days')
    """
    for unit, size in (("day", 86_400.0), ("hour", HOUR), ("minute", 60.0), ("second", 1.0)):
        if seconds >= size or unit == "second":
            count = seconds / size
            text = f"{count:,.0f}" if count >= 100 else f"{count:.2g}"
            return f"{text} {unit}{'' if text == '1' else 's'}"
    raise AssertionError


def _enough(seconds: float) -> str:
    """Write a budget that would do."""
    return f"{math.ceil(seconds / HOUR)}h" if seconds > HOUR else f"{math.ceil(seconds / 60)}m"


def _talks(plan: Plan, track: TrackPlan, trials: int, blocks: int) -> float:
    """Return the microseconds of a track's rounds."""
    cost = _WITH_KERNEL if kernel.has_room(plan) else _WITHOUT_KERNEL
    places = len(track.agenda.issues)
    changes = min(track.revisions, places) if track.protocol in ("single_text", "ultimatum") else places
    more = min(max(changes - 1, 0), _MOST_REVISIONS)
    parameters = track.agenda.columns.size * len(plan.parties) * (1 + cost.linkage * _rules(plan))
    of_round = cost.trial + cost.cell * parameters
    between = max(len(plan.ticks) - track.opens - len(track.rounds), 0) if track.stands else 0
    in_rounds = len(track.rounds) * (cost.block * blocks + of_round * (1 + _REVISION * more) * trials)
    return in_rounds + between * (cost.block * blocks + of_round * trials)


def _events(plan: Plan, trials: int, blocks: int) -> float:
    """Return the microseconds of events: of being looked at, and of their effects where they come."""
    ticks, total, changing = len(plan.ticks), 0.0, 0.0
    for event in plan.events:
        arrivals, effects = _comings(plan, event), len(event.effects)
        somewhere = min(arrivals * trials, ticks * blocks)
        total += _LOOK * ticks * blocks + somewhere * (_COMES + _EFFECT * effects)
        total += arrivals * trials * _EFFECT_OF_TRIAL * effects
        changing += arrivals if any(isinstance(effect, Change) for effect in event.effects) else 0.0
    total += min(changing, ticks) * trials * _REFRESH_OF_CELL * plan.columns * len(plan.parties)
    return total * (1.0 if kernel.has_room(plan) else _EVENTS_SLOWER)


def _comings(plan: Plan, event: EventPlan) -> float:
    """Return how often an event comes in a history, at most."""
    ticks = len(plan.ticks)
    if event.tick is not None or event.between is not None:
        return 1.0
    if event.when is not None:
        return float(ticks) if event.repeats else 1.0
    rate = plan.quantities[EVENT.rate(event.id)]
    years = float(plan.ticks.days[-1]) / DAYS_PER_YEAR
    high = rate.support[1]
    often = (high if np.isfinite(high) else 10.0 * abs(rate.parameters[0])) * years
    return min(often, float(ticks) if event.repeats else 1.0)


def _searches(plan: Plan) -> Iterator[float]:
    """Yield the microseconds of a search for zones of agreement on each track."""
    slower = 1.0 if kernel.has_room(plan) else _SEARCH_SLOWER
    for track in plan.tracks:
        parameters = track.agenda.columns.size * len(plan.parties) * (1 + _WITHOUT_KERNEL.linkage * _rules(plan))
        yield slower * (_SEARCH + _SEARCH_OF_CELL * parameters)


def _rules(plan: Plan) -> int:
    """Return how many combinations of options count."""
    return len(plan.linkages) + len(plan.never)
