"""Metrics: what an experiment asks of every run, trial by trial.

A metric is Σ above / Σ below over the trials: a share (below is 1), a share of those that count (``held``), or a mean.

=========================  =================================================================================
``agreement``              share of histories that reach an outcome by the horizon (the outcomes of ``reach``)
``agreement@2026-12-31``   the same, by a date
``question.<id>``          share in which the answer to a question is yes
``held.<kind>@<time>``     of those that reached a kind of agreement early enough to tell, how many held so long
``final.<state>``          share that end in a state
``signed.<track>``         share in which a text is signed on a track
``terms.<track>.<issue>.<option>``   of the texts first signed on a track, those with an option
``worth.<track>.<party>``  mean worth to a party of the text first signed on a track
``refused.<track>.<party>``          of the rounds that fail on a track, those in which a party refuses
``toll.<id>``              mean of a toll
``years``                  mean years of fighting (or impasse)
=========================  =================================================================================
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.record.states import ENDED
from negosim.experiments.result import Estimate
from negosim.results.intervals import NORMAL_975, mean_interval, ratio_interval, wilson
from negosim.results.trials import first_reached, kinds_of, state_columns
from negosim.scenario.dates import parse_duration
from negosim.scenario.load import Scenario
from negosim.scenario.problems import instead
from negosim.scenario.schema.document import ScenarioFile

Array = NDArray[np.float64]
Counted = tuple[Array, Array]
"""Above and below, (trials,) each."""

Bounds = tuple[float | None, float | None, float | None]
"""A value with the ends of its interval."""


_FORMS = {
    "question": "question.<id>",
    "held": "held.<kind>@<time>",
    "final": "final.<state>",
    "signed": "signed.<track>",
    "terms": "terms.<track>.<issue>.<option>",
    "worth": "worth.<track>.<party>",
    "refused": "refused.<track>.<party>",
    "toll": "toll.<id>",
}
"""How metrics are written that name something of the scenario."""


@dataclass(frozen=True)
class Metric:
    """Something to ask of every run.

    Attributes
    ----------
    name : as written.
    is_share : whether it is a share of trials or of things in them, in [0, 1]; else a mean.
    count : what it adds up, above and below.
    """

    name: str
    is_share: bool
    count: Callable[[Plan, History], Counted]


def metric(name: str, scenario: Scenario, plan: Plan) -> Metric:
    """Return a metric by its name.

    Parameters
    ----------
    name : as in the table above.
    scenario, plan : whose tracks, parties and outcomes it may name.

    Raises
    ------
    ValueError
        Where the scenario has nothing of that name.
    """
    head, _, rest = name.partition(".")
    if name == "years":
        return Metric(name, False, lambda plan, history: _all(history.fought))
    if head in _KINDS:
        if not rest:
            raise ValueError(f"the metric '{name}' does not say of what (write {_FORMS[head]})")
        return _KINDS[head](name, rest, scenario.file, plan)
    return _reached(name, scenario.file, plan)


def metrics(names: Iterable[str], scenario: Scenario, plan: Plan) -> tuple[Metric, ...]:
    """Return metrics by their names; see `metric`."""
    return tuple(metric(name, scenario, plan) for name in names)


def estimate(above: Array, below: Array, *, is_share: bool) -> Estimate:
    """Return Σ above / Σ below with its 95 % interval, trials being the unit of sampling.

    Wilson's interval where every trial counts once, else the one of a ratio of sums (Cochran 1977, 6.4).
    """
    counted = below > 0
    if not is_share:
        found = mean_interval(above[counted])
        return Estimate(found["mean"], found["low"], found["high"])
    if np.array_equal(below, counted):
        share = wilson(round(float(above.sum())), int(np.count_nonzero(counted)))
        return Estimate(share["p"], share["low"], share["high"])
    ratio = ratio_interval(above, below)
    return Estimate(ratio["share"], ratio["low"], ratio["high"])


def bounds_of(above: Array, below: Array, *, is_share: bool) -> list[Bounds]:
    """Return value and interval of many points at once: to the last bit what `estimate` says of each.

    Parameters
    ----------
    above, below : (points, trials).
    is_share : whether the metric is a share.
    """
    counted = below > 0
    if is_share:
        plain = (below == counted).all(axis=1)
        hits, trials = above.sum(axis=1), np.count_nonzero(counted, axis=1)
        return [
            _share(round(hits[at]), int(trials[at])) if plain[at] else _one(above[at], below[at], is_share=True)
            for at in range(len(above))
        ]
    if above.shape[1] < 2 or not counted.all():
        return [_one(above[at], below[at], is_share=False) for at in range(len(above))]
    means = above.mean(axis=1)
    halves = NORMAL_975 * above.std(axis=1, ddof=1) / math.sqrt(above.shape[1])
    return list(zip(means.tolist(), (means - halves).tolist(), (means + halves).tolist(), strict=True))


def _one(above: Array, below: Array, *, is_share: bool) -> Bounds:
    found = estimate(above, below, is_share=is_share)
    return found.value, found.low, found.high


@lru_cache(maxsize=4096)
def _share(hits: int, trials: int) -> Bounds:
    share = wilson(hits, trials)
    return share["p"], share["low"], share["high"]


def _all(values: NDArray[Any]) -> Counted:
    return values.astype(np.float64), np.ones(values.size)


def _among(flags: NDArray[np.bool_], counted: NDArray[np.bool_]) -> Counted:
    return (flags & counted).astype(np.float64), counted.astype(np.float64)


def _place(what: str, name: str, known: Iterable[str]) -> int:
    names = list(known)
    if name not in names:
        raise ValueError(f"there is no {what} '{name}' ({instead(name, names)})")
    return names.index(name)


def _reached(name: str, file: ScenarioFile, plan: Plan) -> Metric:
    outcome, at, text = name.partition("@")
    outcomes = [*kinds_of(plan)]
    if plan.war:
        outcomes += [
            "victory",
            *(f"victory:{party}" for party in sorted(file.war.between if file.war else ())),
            "faded",
        ]
    if outcome not in outcomes:
        known = [*outcomes, "years", *_FORMS.values()]
        raise ValueError(f"there is no metric '{name}' ({instead(outcome, known)})")
    last = plan.ticks.up_to(_date(name, text, file)) if at else len(plan.ticks) - 1

    def count(plan: Plan, history: History) -> Counted:
        first = first_reached(plan, history)[outcome]
        return _all((first != NEVER) & (first <= last))

    return Metric(name, True, count)


def _date(name: str, text: str, file: ScenarioFile) -> dt.date:
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a date, in the metric '{name}' (write e.g. {file.end})") from None
    if not file.as_of <= date <= file.end:
        raise ValueError(f"the date of '{name}' lies outside the simulation, {file.as_of} to {file.end}")
    return date


def _question(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    place = _place("question", rest, (question.id for question in plan.questions))
    return Metric(name, True, lambda plan, history: _all(history.answers[:, place]))


def _held(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    kind, at, text = rest.partition("@")
    _place("kind of agreement", kind, kinds_of(plan))
    if not at:
        raise ValueError(f"'{name}' does not say for how long (write e.g. held.{kind}@90 days)")
    days = parse_duration(text).days

    def count(plan: Plan, history: History) -> Counted:
        spells = history.spells[kind]
        counted = (spells.first != NEVER) & (spells.since + days <= float(plan.ticks.days[-1]))
        with np.errstate(invalid="ignore"):
            return _among(spells.until - spells.since >= days, counted)

    return Metric(name, True, count)


def _final(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    states = dict(state_columns(plan))
    _place("final state", rest, states)
    code = states[rest]

    def count(plan: Plan, history: History) -> Counted:
        if code < ENDED:
            return _all(history.final == code)
        side = {3: 1, 4: -1}.get(code)
        return _all(history.faded != NEVER if side is None else history.winner == side)

    return Metric(name, True, count)


def _signed(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    track = _track(rest, plan)
    return Metric(name, True, lambda plan, history: _all(history.tracks[track].signed != NEVER))


def _terms(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    track_id, issue_id, option = _parts(name, rest)
    track = _track(track_id, plan)
    issue = _place("issue", issue_id, plan.issues)
    column = plan.slots[issue].start + _place("option", option, plan.options[issue])

    def count(plan: Plan, history: History) -> Counted:
        record = history.tracks[track]
        return _among(record.terms[:, issue] == column, record.signed != NEVER)

    return Metric(name, True, count)


def _worth(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    track_id, party_id = _parts(name, rest)
    track, party = _track(track_id, plan), _place("party", party_id, plan.parties)

    def count(plan: Plan, history: History) -> Counted:
        record = history.tracks[track]
        return np.nan_to_num(record.worth[:, party]), (record.signed != NEVER).astype(np.float64)

    return Metric(name, False, count)


def _refused(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    track_id, party_id = _parts(name, rest)
    track, party = _track(track_id, plan), _place("party", party_id, plan.parties)

    def count(plan: Plan, history: History) -> Counted:
        record = history.tracks[track]
        return record.refused[:, party].astype(np.float64), record.failed.astype(np.float64)

    return Metric(name, True, count)


def _toll(name: str, rest: str, file: ScenarioFile, plan: Plan) -> Metric:
    place = _place("toll", rest, plan.tolls)
    return Metric(name, False, lambda plan, history: _all(history.tolls[:, place]))


def _track(name: str, plan: Plan) -> int:
    return _place("track", name, (track.id for track in plan.tracks))


def _parts(name: str, rest: str) -> list[str]:
    parts, shape = rest.split("."), _FORMS[name.partition(".")[0]]
    if len(parts) != shape.count("."):
        raise ValueError(f"'{name}' is not a metric (write {shape})")
    return parts


_KINDS = {
    "question": _question,
    "held": _held,
    "final": _final,
    "signed": _signed,
    "terms": _terms,
    "worth": _worth,
    "refused": _refused,
    "toll": _toll,
}
