"""Comparison: a scenario beside its variants, or beside another one, with the same random numbers.

Every scenario is played with the same seed, so that trial k of one has the draws of trial k of the others wherever they
have the same inputs (common random numbers), and every difference is taken trial by trial.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.experiments.blocks import histories_of
from negosim.experiments.compare.result import Comparison, ComparisonRow, Names
from negosim.experiments.evaluate import Counts, counted
from negosim.experiments.metrics import metric
from negosim.experiments.paired import differences
from negosim.results.about import possible
from negosim.results.labels import labels
from negosim.results.tally import HELD
from negosim.results.trials import sides, state_columns
from negosim.scenario.load import Scenario, load

_MONTH = dt.timedelta(days=31)
"""Ends of years that lie closer than this to the start or the end say nothing of their own."""


def compare(
    scenarios: Sequence[Scenario | str | Path],
    *,
    labels: Sequence[str] = (),
    metrics: Sequence[str] = (),
    trials: int = 10_000,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Play scenarios with the same random numbers and take differences from the first, trial by trial.

    Parameters
    ----------
    scenarios : two or more, as `negosim.load` returns them, or paths of files; the first is the base.
    labels : what to call them; default: the variant, or a number.
    metrics : what to ask, as in `negosim.experiments.metrics`; default: all that the base and another can both answer.
    trials, seed, workers : as of `negosim.run`.
    progress : called now and then with the number of trials played since its last call.

    Raises
    ------
    ScenarioError
        With every problem of a file, where a path is given.
    ValueError
        Where there are fewer than two scenarios, a label stands twice, or the base knows no such metric.
    """
    if len(scenarios) < 2:
        raise ValueError("a comparison needs at least two scenarios")
    if trials < 1 or seed < 0 or workers < 1:
        raise ValueError("trials and workers must be at least 1, the seed at least 0")
    started = time.perf_counter()
    read = tuple(item if isinstance(item, Scenario) else load(item) for item in scenarios)
    called = tuple(labels) or tuple(_label(place, item) for place, item in enumerate(read))
    if len(called) != len(read) or len(set(called)) != len(called):
        raise ValueError("every scenario of a comparison needs a label of its own")
    plans = [compiled(scenario.file) for scenario in read]
    asked = _asked(read, plans, tuple(metrics))
    runs = histories_of(plans, trials, seed, workers=workers, progress=progress)
    counts = list[Counts]()
    for scenario, plan, history in zip(read, plans, runs, strict=True):
        known = [name for name in asked if scenario is read[0] or _knows(name, scenario, plan)]
        counts.append(counted(known, scenario, plan, history))
    return Comparison(
        called,
        read,
        trials,
        seed,
        time.perf_counter() - started,
        tuple(_rows(asked, counts)),
        {} if metrics else _objections(plans, runs),
        {label: _only(read[0], other) for label, other in zip(called[1:], read[1:], strict=True)},
        _words(read),
        bool(metrics),
    )


def _label(place: int, scenario: Scenario) -> str:
    return scenario.variant or ("base" if not place else f"scenario {place + 1}")


# What is asked


def _asked(scenarios: Sequence[Scenario], plans: Sequence[Plan], named: Names) -> dict[str, str]:
    """Return the metrics with their groups: those named, or all that the base and another both know."""
    if named:
        return dict.fromkeys(named, "asked")
    known = [usual(scenario, plan, _dates(scenarios)) for scenario, plan in zip(scenarios, plans, strict=True)]
    elsewhere = {metric for found in known[1:] for metric in found}
    return {metric: group for metric, group in known[0].items() if metric in elsewhere}


def _knows(name: str, scenario: Scenario, plan: Plan) -> bool:
    try:
        metric(name, scenario, plan)
    except ValueError:
        return False
    return True


def _dates(scenarios: Sequence[Scenario]) -> list[dt.date]:
    """Return the ends of years that all simulations cover, and the first of their horizons."""
    start = max(scenario.file.as_of for scenario in scenarios)
    end = min(scenario.file.end for scenario in scenarios)
    ends = (dt.date(year, 12, 31) for year in range(start.year, end.year + 1))
    return [*(date for date in ends if start + _MONTH < date < end - _MONTH), *([end] if end > start else [])]


def usual(scenario: Scenario, plan: Plan, dates: Iterable[dt.date]) -> dict[str, str]:
    """Return every metric that a comparison asks of a scenario by itself, with its group."""
    can_come = set(possible(plan))
    kinds = [kind for kind in ("limited", "ceasefire", "settlement") if kind in can_come]
    outcomes = [*kinds, *(["agreement"] if {"ceasefire", "settlement"} <= can_come else [])]
    outcomes += [f"victory:{party}" for party, _ in sides(plan)]
    outcomes += ["faded"] if "faded" in can_come else []
    asked = {f"{outcome}@{date}": "reached" for outcome in outcomes for date in dates}
    asked |= {f"question.{name}": "questions" for name in scenario.file.questions}
    asked |= {f"final.{state}": "final" for state, _ in state_columns(plan) if state in can_come}
    asked |= {f"held.{kind}@{days:.0f} days": "held" for kind in kinds for days in HELD.values()}
    for track in plan.tracks:
        asked[f"signed.{track.id}"] = "terms"
        asked |= {f"worth.{track.id}.{plan.parties[party]}": "terms" for party in track.consenters}
        for issue in track.agenda.issues:
            name = plan.issues[issue]
            asked |= {f"terms.{track.id}.{name}.{option}": "terms" for option in plan.options[issue]}
    for track in plan.tracks:
        asked |= {f"refused.{track.id}.{plan.parties[party]}": "refusals" for party in track.consenters}
    asked |= {f"toll.{toll}": "tolls" for toll in plan.tolls}
    return {**asked, "years": "tolls"}


# What is answered


def _rows(asked: dict[str, str], counts: Sequence[Counts]) -> Iterable[ComparisonRow]:
    changes = [differences(counts[0], other) for other in counts[1:]]
    for place, (name, group) in enumerate(asked.items()):
        estimates = tuple(found.estimates.get(name) for found in counts)
        yield ComparisonRow(
            name, group, counts[0].is_share[place], estimates, tuple(change.get(name) for change in changes)
        )


def _objections(plans: Sequence[Plan], runs: Sequence[History]) -> dict[str, dict[str, tuple[dict[str, float], ...]]]:
    """Return by track and party, for each scenario, the parts of its refusals by the issue they were over."""
    found = [_parts(plan, history) for plan, history in zip(plans, runs, strict=True)]
    return {
        track: {party: tuple(there.get(track, {}).get(party, {}) for there in found) for party in parties}
        for track, parties in found[0].items()
    }


def _parts(plan: Plan, history: History) -> dict[str, dict[str, dict[str, float]]]:
    found: dict[str, dict[str, dict[str, float]]] = {}
    for track, record in zip(plan.tracks, history.tracks, strict=True):
        found[track.id] = {}
        for party in track.consenters:
            total = int(record.objections[party].sum())
            over = {
                plan.issues[at]: int(record.objections[party, at]) / total
                for at in record.objections[party].nonzero()[0]
            }
            found[track.id][plan.parties[party]] = dict(sorted(over.items(), key=lambda item: (-item[1], item[0])))
    return found


def _only(base: Scenario, other: Scenario) -> dict[str, dict[str, list[str]]]:
    """Return what the base has and the other lacks, and what only the other has, by group."""
    mine, theirs = _declared(base), _declared(other)
    lost = {group: sorted(mine[group] - theirs[group]) for group in mine if mine[group] - theirs[group]}
    new = {group: sorted(theirs[group] - mine[group]) for group in mine if theirs[group] - mine[group]}
    return {"lacks": lost, "adds": new}


def _declared(scenario: Scenario) -> dict[str, set[str]]:
    file = scenario.file
    disputed = {**file.issues, **file.chips}
    return {
        "parties": set(file.parties),
        "issues": set(disputed),
        "options": {f"{name}.{option}" for name, issue in disputed.items() for option in issue.options},
        "tracks": set(file.talks),
        "questions": set(file.questions),
        "tolls": set(file.war.tolls) if file.war else set(),
    }


def _words(scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Return what the output calls things, the base having the first word."""
    words: dict[str, Any] = {}
    for scenario in reversed(scenarios):
        for group, names in labels(scenario.file).items():
            words[group] = {**words.get(group, {}), **names}
    return words
