"""Headline: the few numbers that a run is about, each with the range over the scenario's own inputs beside its error.

The range comes from the draws of the run itself (`negosim.experiments.input_ranges`): where nine in ten answers lie
when the inputs move over the ranges that the scenario gives them. Monte-Carlo error and this range are two things and
never one number.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.draws import finite_quantile
from negosim.engine.plan import Plan
from negosim.experiments.input_ranges import InputDraws, InputRange, InputSlope, reached_by
from negosim.results.early import worth_replaying
from negosim.results.intervals import wilson
from negosim.results.tally import Tally
from negosim.results.trials import state_columns
from negosim.scenario.dates import Duration
from negosim.scenario.load import Scenario
from negosim.scenario.paths import is_duration

SHOWN = 8
"""Inputs named among those that move the answer, the strongest ones."""

_DIGITS = 4
"""Decimals that are kept: beyond them a regression says nothing, and other libraries might say otherwise."""

_STRONG = 3.0
"""How many standard errors a change must have to be named: of some hundred inputs one passes by chance now and then."""


def headline(scenario: Scenario, plan: Plan, tally: Tally, seed: int) -> dict[str, Any]:
    """Return the headline of a run.

    Parameters
    ----------
    tally : of all its trials.
    seed : of the run.

    Returns
    -------
    ``main``, the outcome that the answer is about; ``year``, the date twelve months after the start, None where the
    horizon comes first; ``reached`` by outcome and date, ``final`` by state and ``questions``, each a share with its
    interval and ``inputs_low`` and ``inputs_high``, its range over the inputs, None where none is seen; ``moves``, what
    the strongest inputs do to the main outcome by the horizon; ``replay``, trials worth replaying.
    """
    file, early = scenario.file, tally.early_trials()
    year = Duration(12.0, "month").after(file.as_of)
    dates = [*([year] if year < file.end else []), file.end]
    draws, main = InputDraws(plan, seed, early.trials), _main(plan, tally)
    at = [plan.ticks.up_to(date) for date in dates]
    states = state_columns(plan)
    asked = [  # in one go: the regressions share what is dear about them
        *(reached_by(first, at) for first in early.reached.values()),
        np.column_stack([early.final == column for _, column in states]).astype(np.float64),
        early.answers.astype(np.float64),
    ]
    parts = np.cumsum([answers.shape[1] for answers in asked])[:-1]
    ranges = _split(draws.ranges(np.hstack(asked)), parts.tolist())
    by_date, final, answers = dict(zip(early.reached, ranges, strict=False)), ranges[-2], ranges[-1]
    slopes = draws.slopes(reached_by(early.reached[main], at)[:, -1]) if main else []
    return {
        "main": main,
        "year": year.isoformat() if year < file.end else None,
        "inputs": {"uncertain": len(draws.paths), "trials": draws.trials},
        "reached": {
            kind: _dated(dates, at, counts, tally.trials, by_date[kind]) for kind, counts in tally.reached.items()
        },
        "final": {
            name: {**wilson(int(tally.occupancy[-1, column]), tally.trials), **_ends(ends)}
            for (name, column), ends in zip(states, final, strict=True)
        },
        "questions": {
            question.id: {**wilson(int(tally.answers[place]), tally.trials), **_ends(answers[place])}
            for place, question in enumerate(plan.questions)
        },
        "moves": _moves(scenario, plan, slopes),
        "replay": worth_replaying(early, main) if main else {},
    }


def _split(ranges: list[InputRange], ends: list[int]) -> list[list[InputRange]]:
    return [ranges[start:end] for start, end in zip([0, *ends], [*ends, len(ranges)], strict=True)]


def _main(plan: Plan, tally: Tally) -> str | None:
    """Return the outcome that an answer is about: the more frequent of ceasefire and settlement, if either can come."""
    can_come = {track.kind for track in plan.tracks}
    kinds: list[str] = [kind for kind in ("settlement", "ceasefire") if kind in can_come]
    if not kinds:
        kinds += [kind for kind in ("limited", "victory") if kind in tally.reached][:1]
    return max(kinds, key=lambda kind: int(tally.reached[kind].sum())) if kinds else None


def _dated(
    dates: Sequence[dt.date],
    at: Sequence[int],
    counts: NDArray[np.int64],
    trials: int,
    ranges: Sequence[InputRange],
) -> dict[str, dict[str, Any]]:
    return {
        date.isoformat(): {**wilson(int(counts[: tick + 1].sum()), trials), **_ends(ends)}
        for date, tick, ends in zip(dates, at, ranges, strict=True)
    }


def _ends(found: InputRange) -> dict[str, float | None]:
    """Return the ends of a range over the inputs, None where none is seen."""
    ends = {"inputs_low": found.low, "inputs_high": found.high}
    return {key: None if end is None else round(end, _DIGITS) for key, end in ends.items()}


def _moves(scenario: Scenario, plan: Plan, slopes: Iterable[InputSlope]) -> list[dict[str, Any]]:
    """Return what the strongest inputs do to the answer, from the 5 % point of each to its 95 % point.

    A straight line through shares can go beyond what a share can move: its change ends at a hundred points.
    """
    levers = {lever.path: lever.title for lever in scenario.file.levers.values()}
    strong = itertools.islice((slope for slope in slopes if abs(slope.strength) >= _STRONG), SHOWN)
    return [
        {
            "path": slope.path,
            "lever": levers.get(slope.path),
            "days": is_duration(slope.path),
            "ends": [round(float(end), _DIGITS) for end in _nine_tenths(plan, slope.path)],
            "change": round(min(max(slope.change, -1.0), 1.0), _DIGITS),
            "error": round(abs(slope.change / slope.strength), _DIGITS),
        }
        for slope in strong
    ]


def _nine_tenths(plan: Plan, path: str) -> NDArray[np.float64]:
    return finite_quantile(plan.quantities[path], path, np.array([0.05, 0.95]))
