"""Play: the share of simulated histories with a deal, for every target.

A deal is a signature: the coded facts are days of signing, and what became of a deal later is not scored. One run for
each case and start, of the longest horizon; the shorter ones are read from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine import calendar
from negosim.engine.compile import compiled
from negosim.engine.pack import Pack, PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.processes import default_workers
from negosim.engine.record.history import NEVER, TrackHistory
from negosim.experiments.hindcast.constants import Constants
from negosim.experiments.hindcast.encoding import GUARANTEE, encode, opening_zone, war_age
from negosim.experiments.hindcast.schema import Case
from negosim.experiments.hindcast.targets import Target
from negosim.experiments.pool import each
from negosim.scenario.quantities import Quantity
from negosim.scenario.schema.document import ScenarioFile

Array = NDArray[np.float64]
FEATURES = ("horizon", "war age", "hurt", "leverage", "opening zones")
"""What a regression is given of a target; months, years, 0 to 100 twice, and a share of the issues."""


_TOGETHER = 25
"""Settings of a run that are played as one block: more share the cost of a tick, and take memory."""


@dataclass(frozen=True)
class Term:
    """What was signed on an issue, simulated and in fact.

    Attributes
    ----------
    case, issue : their ids.
    likeliest : place of the option that most simulated signatures have, the first of several; None where none signed.
    share : of the signatures, those that have it; 0 where none signed.
    actual : place of the option in the text that was signed in fact.
    middle : place of the middle option, the first of two.
    """

    case: str
    issue: str
    likeliest: int | None
    share: float
    actual: int
    middle: int


@dataclass(frozen=True)
class Played:
    """What a play of targets brought.

    Attributes
    ----------
    targets : what was to be forecast.
    shares : (targets,) of histories in which a deal was signed in time.
    standard_errors : (targets,) of the shares: luck of the draw only.
    terms : of the issues of cases that ended in a deal.
    signed : histories in which something was signed, of all runs.
    below : of all signatures, the share below somebody's aspiration, which moods have signed.
    trials, seed : of each run.
    """

    targets: tuple[Target, ...]
    shares: Array
    standard_errors: Array
    terms: tuple[Term, ...]
    signed: int
    below: float
    trials: int
    seed: int

    @property
    def below_aspiration(self) -> dict[str, float]:
        """How many histories signed, and the share of signatures below somebody's aspiration."""
        return {"signed": self.signed, "share": self.below}


@dataclass(frozen=True)
class _Run:
    """One case at one start, and the ends of its horizons."""

    case: Case
    start: dt.date
    ends: tuple[dt.date, ...]
    months: int


@dataclass(frozen=True)
class _Settings:
    """What all runs of a play share."""

    constants: Constants | Mapping[str, Constants]
    trials: int
    seed: int
    blinded: bool
    judgement: float | None
    rounds_every: float | None


@dataclass(frozen=True)
class _Counts:
    """What a run counted: signatures by the end of each horizon, and by issue and option; see `Played`."""

    by_end: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]
    signed: int
    signatures: int
    below: int


def play(
    cases: Sequence[Case],
    targets: Sequence[Target],
    constants: Constants | Mapping[str, Constants] | None = None,
    *,
    trials: int = 400,
    seed: int = 1,
    workers: int | None = None,
    blinded: bool = False,
    judgement: float | None = None,
    rounds_every: float | None = None,
) -> Played:
    """Play the targets of cases.

    Parameters
    ----------
    cases : all that the targets name.
    targets : what to forecast, in any order.
    constants : of the encoding, or by case; default the shipped ones.
    trials, seed : of each run; runs with the same share their luck.
    workers : processes; None: one for each processor. The results do not depend on their number.
    blinded, judgement, rounds_every : see `negosim.experiments.hindcast.encoding.encode`.
    """
    runs = _runs(cases, targets)
    settings = _Settings(constants or Constants(), trials, seed, blinded, judgement, rounds_every)
    counts = list(each(partial(_counted, settings), runs, workers=workers or default_workers()))
    counted = {
        (run.case.id, end): found.by_end[place]
        for run, found in zip(runs, counts, strict=True)
        for place, end in enumerate(run.ends)
    }
    shares = np.array([counted[target.case, target.end] / trials for target in targets])
    signatures = sum(found.signatures for found in counts)
    return Played(
        tuple(targets),
        shares,
        np.sqrt(shares * (1 - shares) / trials),
        tuple(_terms(runs, counts)),
        sum(found.signed for found in counts),
        sum(found.below for found in counts) / signatures if signatures else 0.0,
        trials,
        seed,
    )


def shares_at(
    cases: Sequence[Case],
    targets: Sequence[Target],
    constants: Sequence[Constants],
    *,
    trials: int,
    seed: int,
    workers: int,
) -> Array:
    """Return the shares of histories with a deal under several constants, (constants, targets).

    Parameters
    ----------
    cases, targets, trials, seed, workers : as for `play`.
    constants : what to play, all with the same luck.
    """
    runs = _runs(cases, targets)
    task = partial(_signed_by, [_Settings(item, trials, seed, False, None, None) for item in constants])
    counted = {
        (run.case.id, end): found[:, place]
        for run, found in zip(runs, each(task, runs, workers=workers), strict=True)
        for place, end in enumerate(run.ends)
    }
    return np.array([counted[target.case, target.end] for target in targets]).T / trials


def features(case: Case, target: Target, constants: Constants | None = None) -> tuple[float, ...]:
    """Return what a regression is given of a target; see `FEATURES`."""
    zones = [opening_zone(issue, case.sides) for issue in case.issues]
    return (
        float(target.months),
        war_age(case, target.start, constants or Constants()),
        case.mhs,
        case.mediator.leverage,
        sum(zones) / len(zones),
    )


def _runs(cases: Sequence[Case], targets: Sequence[Target]) -> list[_Run]:
    by_id = {case.id: case for case in cases}
    wanted: dict[tuple[str, dt.date], list[Target]] = {}
    for target in targets:
        wanted.setdefault((target.case, target.start), []).append(target)
    return [
        _Run(by_id[case], start, tuple(target.end for target in found), max(target.months for target in found))
        for (case, start), found in wanted.items()
    ]


def _signed_by(settings: Sequence[_Settings], run: _Run) -> NDArray[np.int64]:
    """Play one run with several settings and count the signatures by the end of each horizon, (settings, ends)."""
    plans = [compiled(ScenarioFile.model_validate(_scenario(item, run))) for item in settings]
    found = []
    for begin in range(0, len(plans), _TOGETHER):
        some = plans[begin : begin + _TOGETHER]
        packed = tuple(PackedSetting(0, settings[0].trials, _differing(some[0], plan)) for plan in some)
        history = calendar.play_pack(Pack(some[0], settings[0].seed, packed))
        for place in range(len(some)):
            signed = history.of_setting(place, 0).tracks[0].signed
            last = [some[0].ticks.up_to(end) for end in run.ends]
            found.append([np.count_nonzero((signed != NEVER) & (signed <= tick)) for tick in last])
    return np.array(found, dtype=np.int64)


def _differing(plan: Plan, other: Plan) -> dict[str, Quantity]:
    """Return the numbers in which another plan of the same case and start differs."""
    return {path: number for path, number in other.quantities.items() if number != plan.quantities[path]}


def _scenario(settings: _Settings, run: _Run) -> dict[str, Any]:
    constants = settings.constants
    return encode(
        run.case,
        run.start,
        constants if isinstance(constants, Constants) else constants[run.case.id],
        horizon_months=run.months,
        blinded=settings.blinded,
        judgement=settings.judgement,
        rounds_every=settings.rounds_every,
    )


def _counted(settings: _Settings, run: _Run) -> _Counts:
    """Play one run and count."""
    scenario = _scenario(settings, run)
    plan = compiled(ScenarioFile.model_validate(scenario))
    record = calendar.play(plan, settings.seed, 0, settings.trials, zones=False).tracks[0]
    has = record.signed != NEVER
    return _Counts(
        tuple(int(np.count_nonzero(has & (record.signed <= plan.ticks.up_to(end)))) for end in run.ends),
        tuple(_options(plan, record, list(scenario["issues"]))),
        int(np.count_nonzero(has)),
        int(record.signatures.sum()),
        int(record.below.sum()),
    )


def _options(plan: Plan, record: TrackHistory, issues: Sequence[str]) -> list[tuple[int, ...]]:
    """Count the options of the coded issues in the texts first signed, in their order; the open one is left out."""
    found = []
    for name in issues:
        if name == GUARANTEE:
            continue
        issue = plan.issues.index(name)
        places = record.terms[:, issue] - plan.slots[issue].start
        has = record.terms[:, issue] >= 0
        found.append(tuple(int(count) for count in np.bincount(places[has], minlength=len(plan.options[issue]))[1:]))
    return found


def _terms(runs: Sequence[_Run], counts: Sequence[_Counts]) -> list[Term]:
    """Add up what was signed over all runs of a case, for cases that ended in a deal."""
    totals: dict[str, list[Array]] = {}
    cases = {run.case.id: run.case for run in runs}
    for run, found in zip(runs, counts, strict=True):
        added = [np.array(options, dtype=float) for options in found.options]
        known = totals.get(run.case.id)
        totals[run.case.id] = added if known is None else [one + more for one, more in zip(known, added, strict=True)]
    return [
        _term(case.id, issue.id, totals[case.id][place], issue.final)
        for case in cases.values()
        if case.outcome.deal
        for place, issue in enumerate(case.issues)
        if issue.final is not None
    ]


def _term(case: str, issue: str, counts: Array, actual: int) -> Term:
    signed = float(counts.sum())
    likeliest = int(counts.argmax()) if signed else None
    share = float(counts.max()) / signed if signed else 0.0
    return Term(case, issue, likeliest, share, actual, (counts.size - 1) // 2)
