"""What the tests of the historical scenarios share: playing one, and comparing two under the same luck."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from negosim.engine.compile import compiled
from negosim.engine.history import NEVER, History
from negosim.engine.plan import Plan
from negosim.engine.run import histories
from negosim.results.trials import joined
from negosim.scenario.load import Scenario, load

Flags = NDArray[np.bool_]
Ticks = NDArray[np.int32]

SCENARIOS = Path(__file__).parent.parent / "scenarios"

SURE = 4.0
"""Standard errors a difference must exceed: a false alarm in about 1 of 30,000 seeds, and the seed is fixed."""


def played(scenario: Scenario, trials: int, variant: str | None = None) -> tuple[Plan, History]:
    plan = compiled(scenario.with_variant(variant).file)
    return plan, joined(list(histories(plan, trials, 1)))


def scenario_named(name: str) -> Scenario:
    return load(SCENARIOS / f"{name}.yaml")


def tick_of(scenario: Scenario, date: dt.date) -> int:
    """The last tick on or before a date."""
    return (date - scenario.file.as_of).days // round(scenario.file.step.days)


def by(ticks: Ticks, last: int) -> Flags:
    """Which histories have got there by a tick."""
    return (ticks != NEVER) & (ticks <= last)


def surely_more(first: Flags, second: Flags) -> bool:
    """Whether the first share is above the second, history by history, by more than `SURE` standard errors."""
    difference = first.astype(float) - second.astype(float)
    return bool(difference.mean() > SURE * difference.std() / math.sqrt(difference.size))


def signed_across(plan: Plan, history: History, track: str, line: str) -> Flags:
    """Which of the texts first signed on a track contain the option of a red line (party.issue.option)."""
    kept = next(kept for found, kept in zip(plan.tracks, history.tracks, strict=True) if found.id == track)
    drawn = plan.lines[plan.line_ids[line]]
    return kept.terms[kept.signed != NEVER][:, drawn.issue] == drawn.column
