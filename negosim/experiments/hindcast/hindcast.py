"""Hindcast: play negotiations that are over as if nobody knew how they ended, and score what the model says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from negosim.experiments.hindcast import assess
from negosim.experiments.hindcast.cases import Cases, load_cases
from negosim.experiments.hindcast.constants import Constants, priors, reasons
from negosim.experiments.hindcast.play import Played, features, play
from negosim.experiments.hindcast.readings import remarks
from negosim.experiments.hindcast.result import Constant, Hindcast
from negosim.experiments.hindcast.schema import Case
from negosim.experiments.hindcast.scores import Forecast
from negosim.experiments.hindcast.targets import Target, targets

TRIALS = 1_000
"""Histories of each start: the error of their number is then far below that from having few cases."""

Progress = Callable[[str], None]
"""Called with what is being played."""


@dataclass(frozen=True)
class Asked:
    """What is to be played, again and again.

    Attributes
    ----------
    cases, targets : of the file.
    constants : by case.
    trials, seed, workers : of every run.
    """

    cases: tuple[Case, ...]
    targets: tuple[Target, ...]
    constants: Mapping[str, Constants]
    trials: int
    seed: int
    workers: int

    def played(
        self, *, blinded: bool = False, judgement: float | None = None, faster: float = 1.0
    ) -> tuple[Forecast, list[Played]]:
        """Play every case with its constants: what is said of each target, and the plays.

        Parameters
        ----------
        blinded, judgement : see `negosim.experiments.hindcast.encoding.encode`.
        faster : how many times as often rounds are held.
        """
        shares = np.zeros(len(self.targets))
        plays = []
        for constants in dict.fromkeys(self.constants.values()):
            some = [place for place, one in enumerate(self.targets) if self.constants[one.case] == constants]
            found = play(
                self.cases,
                [self.targets[place] for place in some],
                constants,
                trials=self.trials,
                seed=self.seed,
                workers=self.workers,
                blinded=blinded,
                judgement=judgement,
                rounds_every=None if faster == 1.0 else constants.every_days / faster,
            )
            shares[some] = found.shares
            plays.append(found)
        return Forecast(shares), plays


def hindcast(
    cases: Cases | str | Path,
    *,
    calibrate: bool = False,
    settings: Mapping[str, float] | None = None,
    trials: int = TRIALS,
    seed: int = 1,
    workers: int = 1,
    progress: Progress | None = None,
) -> Hindcast:
    """Play coded negotiations of the past and score what the model says of them.

    Parameters
    ----------
    cases : as read, or the path of their file.
    settings : constants of the encoding to set, by name.
    trials : histories of each start.
    seed : of the draws.
    workers : processes; the results do not depend on their number.
    progress : called with what is being played.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    ValueError
        Where a setting is none, or the file has nothing to score.
    """
    read = cases if isinstance(cases, Cases) else load_cases(cases)
    constants = Constants().with_settings(settings or {})
    asked = targets(read.cases)
    if not asked:
        raise ValueError(f"{read.name}: there is nothing to score (a deal window lies across the end of every target)")
    all_alike = dict.fromkeys((case.id for case in read.cases), constants)
    return assessed(
        read,
        Asked(read.cases, asked, all_alike, trials, seed, workers),
        {name: shipped_constant(name, constants, settings or {}) for name in constants.as_dict()},
        progress=progress or (lambda what: None),
    )


def assessed(
    read: Cases,
    asked: Asked,
    constants: Mapping[str, Constant],
    *,
    progress: Progress,
    profiles: Mapping[str, Any] | None = None,
) -> Hindcast:
    """Play all that is asked for, and assess it.

    Parameters
    ----------
    read : the file.
    asked : what is to be played.
    constants : as the result shows them.
    progress : called with what is being played.
    profiles : of the held-out calibration, where there was one.
    """
    by_id = {case.id: case for case in read.cases}
    known = np.array([features(by_id[target.case], target) for target in asked.targets])
    titles = {case.id: case.title for case in read.cases}
    record = assess.Record.of(asked.targets, titles, known, trials=asked.trials, seed=asked.seed)
    progress("the cases as they are")
    model, plays = asked.played()
    progress("the cases without their coded red lines")
    blinded, _ = asked.played(blinded=True)
    progress("the cases with nobody's judgement erring")
    sober, _ = asked.played(judgement=0.0)
    progress("the cases with rounds twice as often")
    doubled, _ = asked.played(faster=2.0)
    scores, differences = assess.all_scores(record, model)
    opening = record.outcomes.restarts == 0
    errors = np.sqrt(model.shares * (1 - model.shares) / asked.trials)
    return Hindcast(
        name=read.name,
        sha256=read.sha256,
        cases=len(record.places),
        targets=len(record.targets),
        deals=int(record.outcomes.deals.sum()),
        scores=scores,
        differences=differences,
        horizons=record.horizons(model),
        first_starts=assess.part(record, model, opening),
        restarts=assess.part(record, model, ~opening),
        calibration=assess.calibration(record, model),
        terms=assess.terms(record, [term for one in plays for term in one.terms]),
        below_aspiration=assess.below_aspiration(plays),
        blinded=assess.variation(record, model, blinded),
        t_zero=assess.variation(record, model, sober),
        doubled_rhythm=assess.variation(record, model, doubled),
        monte_carlo=assess.monte_carlo(record.outcomes, model, errors),
        said=assess.said(record, model, errors),
        constants=constants,
        is_held_out=profiles is not None,
        profiles=profiles,
        remarks=[f"{case.title}: {remark.partition(': ')[2]}" for case in read.cases for remark in remarks(case)],
        trials=asked.trials,
        seed=asked.seed,
    )


def shipped_constant(
    name: str, constants: Constants, settings: Mapping[str, float], folds: Mapping[str, float] | None = None
) -> Constant:
    """Return a constant as the result shows it."""
    prior = priors().get(name)
    words = str(prior) if prior is not None else None
    return Constant(name, reasons()[name], constants.as_dict()[name], words, name in settings, folds or {})
