"""The dossier of a run: all that a report shows, as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.experiments.dossier.beliefs import beliefs
from negosim.experiments.dossier.grid import lever_grid
from negosim.experiments.dossier.moved import SHOWN, inputs_moved, switched
from negosim.experiments.dossier.positions import positions
from negosim.experiments.dossier.sources import inputs_of, sources_of
from negosim.experiments.dossier.stories import chosen, story
from negosim.experiments.dossier.texts import texts_of
from negosim.experiments.input_ranges import InputDraws, InputRange, reached_by
from negosim.experiments.inputs import Input
from negosim.results.hundred import of_hundred, quantile_ticks
from negosim.results.intervals import wilson
from negosim.results.labels import labels, words
from negosim.results.tally import Tally
from negosim.results.trials import first_reached, state_columns
from negosim.scenario.dates import Duration
from negosim.scenario.load import Scenario

LEAST_MOVED, MOST_MOVED = 200, 500
"""Histories at every setting that is played to see what moves the answer; an eighth of the run's within these."""

_BAND_POINTS = 24
"""Dates at which the range over the inputs is drawn."""

_MOST_MARKS = 3
"""Dated events that are marked on the axis of time."""


def dossier(
    scenario: Scenario,
    plan: Plan,
    tally: Tally,
    history: History,
    summary: Mapping[str, Any],
    *,
    levers: Sequence[Input] = (),
    workers: int = 1,
    progress: Callable[[str], None] = lambda step: None,
) -> dict[str, Any]:
    """Return all that a report shows of a run.

    Parameters
    ----------
    scenario, plan, tally, history, summary : what was run and what came of it; every trial is needed.
    levers : what sliders move, none for a report without.
    workers : processes for the settings that are played beside the run.
    progress : called with what is being worked on.

    Returns
    -------
    ``summary`` and what is worked out beside it. ``main`` is the kind of agreement that the report is about.
    """
    seed, trials = summary["run"]["seed"], summary["run"]["trials"]
    progress("the range over the inputs")
    draws = InputDraws(plan, seed, trials)
    found = outline(scenario, plan, tally, history, summary, draws=draws)
    main = found["main"]
    progress("what moves the answer")
    found["moved"] = moves(scenario, plan, history, main, trials, seed, draws=draws, workers=workers)
    progress("three histories")
    over = most_refused(summary, main)
    found["stories"] = [
        {**pick, **story(plan, seed, pick["trial"], main, over)} for pick in chosen(plan, history, main)
    ]
    if levers:
        progress("sliders, which takes longest")
        switches = [row["variant"] for row in found["moved"]["switches"]]
        found["grid"] = lever_grid(scenario, levers, switches, main, trials=trials, seed=seed, workers=workers)
    if scenario.file.texts:
        progress("texts on the table")
        found["texts"] = texts_of(scenario, trials, seed)
    progress("beliefs")
    found["beliefs"] = beliefs(plan, seed, trials, workers=workers)
    return found


def outline(
    scenario: Scenario,
    plan: Plan,
    tally: Tally,
    history: History | None,
    summary: Mapping[str, Any],
    *,
    draws: InputDraws | None = None,
) -> dict[str, Any]:
    """Return what a report shows that takes no more histories than the run has; see `dossier`.

    Parameters
    ----------
    history : without it nothing is known of the range over the inputs.
    draws : of the inputs of the run, where they are there already.
    """
    seed, trials = summary["run"]["seed"], summary["run"]["trials"]
    main, year = main_kind(summary), _year(scenario)
    if history is None:
        over = {"ranges": _no_ranges(tally, plan, year), "band": None}
    else:
        first, draws = first_reached(plan, history), draws or InputDraws(plan, seed, trials)
        over = {"ranges": _ranges(plan, history, first, draws, year), "band": _band(plan, first[main], draws)}
    return {
        **over,
        "summary": {**summary, "labels": labels(scenario.file)},
        "main": main,
        "tracks": main_tracks(summary, main),
        "most_refused": most_refused(summary, main),
        "year": _at_year(plan, tally, year),
        "icons": of_hundred({name: int(tally.occupancy[-1, column]) for name, column in state_columns(plan)}),
        "incidence": {kind: np.round(np.cumsum(counts) / trials, 5).tolist() for kind, counts in tally.reached.items()},
        "dots": [
            None if tick is None else plan.ticks.date(tick).isoformat()
            for tick in quantile_ticks(tally.reached[main], trials)
        ],
        "marks": _marks(scenario),
        "positions": positions(plan),
        "inputs": inputs_of(scenario.file),
        "sources": sources_of(scenario.file),
    }


def moves(
    scenario: Scenario,
    plan: Plan,
    history: History,
    main: str,
    trials: int,
    seed: int,
    *,
    draws: InputDraws | None = None,
    workers: int = 1,
) -> dict[str, Any]:
    """Return what variants and inputs do to the main answer, which takes more histories.

    Parameters
    ----------
    main : the kind of agreement.
    draws : of the inputs of the run, where they are there already.
    """
    draws = draws or InputDraws(plan, seed, trials)
    reached = reached_by(first_reached(plan, history)[main], [len(plan.ticks) - 1])[:, 0]
    many = trials_moved(trials)
    return {
        "trials": many,
        "switches": switched(scenario, main, many, seed, workers),
        "inputs": inputs_moved(scenario, main, list(draws.slopes(reached)), many, seed, workers),
    }


def trials_moved(trials: int) -> int:
    """Return how many histories are played at every setting to see what moves the answer."""
    return min(max(trials // 8, LEAST_MOVED), MOST_MOVED, trials)


def settings_played(scenario: Scenario) -> int:
    """Return at how many settings a scenario is played beside the run, at most."""
    return 2 * SHOWN + 2 + (0 if scenario.variant else len(scenario.file.variants))


def main_kind(summary: Mapping[str, Any]) -> str:
    """Return the agreement that a report is about: of those that can come the one reached most often.

    A limited deal only where nothing else can come; without talks a victory, or what there is.
    """
    horizon, can_come = summary["scenario"]["horizon"], summary["possible"]
    kinds = [kind for kind in ("ceasefire", "settlement") if kind in can_come]
    kinds = kinds or [kind for kind in ("limited", "victory", "faded") if kind in can_come] or ["agreement"]
    return max(kinds, key=lambda kind: summary["reached"][kind]["by"][horizon]["p"])


def main_tracks(summary: Mapping[str, Any], main: str) -> list[str]:
    """Return the tracks that can bring the agreement a report is about, that with most signatures first."""
    kinds, terms = summary["labels"]["kinds"], summary["terms"]
    tracks = [track for track in terms if kinds[track] == main] or list(terms)
    return sorted(tracks, key=lambda track: -terms[track]["signed"])


def most_refused(summary: Mapping[str, Any], main: str) -> str | None:
    """Return the issue over which most is refused on the main track."""
    tracks = main_tracks(summary, main)
    if not tracks:
        return None
    weight: dict[str, float] = {}
    for refusal in summary["refusals"][tracks[0]].values():
        for issue, part in refusal["issues"].items():
            weight[issue] = weight.get(issue, 0.0) + part * (refusal["share"] or 0.0)
    return max(weight, key=lambda issue: weight[issue]) if weight else None


def _year(scenario: Scenario) -> str | None:
    """Return the date a year after the start, where the simulation goes on for a good while after it."""
    file = scenario.file
    date = Duration(1.0, "year").after(file.as_of)
    later = (file.end - date).days
    return date.isoformat() if later > 31 else None


def _at_year(plan: Plan, tally: Tally, year: str | None) -> dict[str, Any] | None:
    """Return the shares a year after the start: of outcomes reached by then, and of states on the day."""
    if year is None:
        return None
    tick = plan.ticks.up_to(dt.date.fromisoformat(year))
    return {
        "date": year,
        "reached": {
            kind: wilson(int(counts[: tick + 1].sum()), tally.trials) for kind, counts in tally.reached.items()
        },
        "state": {name: wilson(int(tally.occupancy[tick, at]), tally.trials) for name, at in state_columns(plan)},
    }


def _ranges(
    plan: Plan,
    history: History,
    first: Mapping[str, NDArray[np.int32]],
    draws: InputDraws,
    year: str | None,
) -> dict[str, Any]:
    """Return where nine in ten answers lie over the inputs: of outcomes by date, of final states, of questions."""
    dates = [*([year] if year else []), plan.ticks.date(len(plan.ticks) - 1).isoformat()]
    at = [plan.ticks.up_to(dt.date.fromisoformat(date)) for date in dates]
    reached = {
        kind: dict(zip(dates, _plain(draws.ranges(reached_by(ticks, at))), strict=True))
        for kind, ticks in first.items()
    }
    names, final = zip(*_final(plan, history), strict=True)
    ends = _plain(draws.ranges(np.column_stack(final)))
    asked = [question.id for question in plan.questions]
    answers = _plain(draws.ranges(history.answers.astype(np.float64))) if asked else []
    return {
        "reached": reached,
        "final": dict(zip(names, ends, strict=True)),
        "questions": dict(zip(asked, answers, strict=True)),
        "inputs": len(draws.paths),
    }


def _final(plan: Plan, history: History) -> list[tuple[str, NDArray[np.float64]]]:
    """Return by state which trials end in it, (trials,) of 0 and 1."""
    winner = {3: 1, 4: -1}
    found = []
    for name, column in state_columns(plan):
        if column in winner:
            here = history.winner == winner[column]
        elif name == "faded":
            here = history.faded >= 0
        else:
            here = history.final == column
        found.append((name, here.astype(np.float64)))
    return found


def _no_ranges(tally: Tally, plan: Plan, year: str | None) -> dict[str, Any]:
    """Return ranges of which nothing is known; see `_ranges`."""
    dates = [*([year] if year else []), plan.ticks.date(len(plan.ticks) - 1).isoformat()]
    return {
        "reached": {kind: dict.fromkeys(dates) for kind in tally.reached},
        "final": dict.fromkeys(name for name, _ in state_columns(plan)),
        "questions": dict.fromkeys(question.id for question in plan.questions),
        "inputs": None,
    }


def _plain(ranges: Sequence[InputRange]) -> list[list[float] | None]:
    return [None if item.low is None or item.high is None else [item.low, item.high] for item in ranges]


def _band(plan: Plan, first: NDArray[np.int32], draws: InputDraws) -> dict[str, Any] | None:
    """Return the range over the inputs of the main outcome over time; None where it is not seen at the end."""
    last = len(plan.ticks) - 1
    ticks = sorted({round(at * last / _BAND_POINTS) for at in range(_BAND_POINTS + 1)})
    ranges = draws.ranges(reached_by(first, ticks))
    if not ranges or not ranges[-1].is_seen:
        return None
    reached = reached_by(first, ticks).mean(axis=0)
    ends = [ends or (p, p) for ends, p in zip(_plain(ranges), reached, strict=True)]
    low, high = np.maximum.accumulate(np.array(ends, dtype=np.float64), axis=0).T
    return {
        "dates": [plan.ticks.date(tick).isoformat() for tick in ticks],
        "low": [round(float(value), 4) for value in low],
        "high": [round(float(value), 4) for value in high],
    }


def _marks(scenario: Scenario) -> list[dict[str, str]]:
    """Return the first dated events within the simulation."""
    file = scenario.file
    dated = [
        {"date": event.on.isoformat(), "title": event.title or words(name)}
        for name, event in file.events.items()
        if event.on is not None and file.as_of < event.on < file.end
    ]
    return sorted(dated, key=lambda mark: mark["date"])[:_MOST_MARKS]
