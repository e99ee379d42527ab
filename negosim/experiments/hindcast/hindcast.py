"""Hindcast: play negotiations that are over as if nobody knew how they ended, and score what the model says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from negosim.experiments.hindcast import assess
from negosim.experiments.hindcast.calibrate import Calibration
from negosim.experiments.hindcast.calibrate import calibrate as calibrated
from negosim.experiments.hindcast.cases import Cases, load_cases
from negosim.experiments.hindcast.constants import Constants, priors, reasons
from negosim.experiments.hindcast.play import Played, features, play
from negosim.experiments.hindcast.readings import remarks
from negosim.experiments.hindcast.result import Constant, Fit, Hindcast
from negosim.experiments.hindcast.schema import Case
from negosim.experiments.hindcast.scores import Forecast
from negosim.experiments.hindcast.targets import Target, targets

TRIALS = 1_000
"""Histories of each start: the error of their number is then far below that from having few cases."""

FEWEST_TO_CALIBRATE = 3
"""Cases: with fewer there are hardly any others."""

Progress = Callable[[str], None]
"""Called with what is being played."""


@dataclass(frozen=True)
class Asked:
    """What is to be played, again and again.

    Attributes
    ----------
    cases, targets : of the file.
    trials, seed, workers : of every run.
    """

    cases: tuple[Case, ...]
    targets: tuple[Target, ...]
    trials: int
    seed: int
    workers: int

    def played(
        self,
        constants: Constants | Mapping[str, Constants],
        *,
        blinded: bool = False,
        judgement: float | None = None,
        rounds_every: float | None = None,
    ) -> Played:
        """Play every case; see `negosim.experiments.hindcast.play.play`."""
        return play(
            self.cases,
            self.targets,
            constants,
            trials=self.trials,
            seed=self.seed,
            workers=self.workers,
            blinded=blinded,
            judgement=judgement,
            rounds_every=rounds_every,
        )


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
    calibrate : whether a case is played with constants that were calibrated on the other cases; else they are those
        that are shipped.
    settings : constants of the encoding to set, by name.
    trials : histories of each start.
    seed : of the draws.
    workers : processes; the results do not depend on their number. More than one starts new Python processes; a script
        that asks for them must begin with ``if __name__ == "__main__":``.
    progress : called with what is being played.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    ValueError
        Where a setting is none, constants are both set and calibrated, or the file has nothing to score.
    """
    read = cases if isinstance(cases, Cases) else load_cases(cases)
    constants = Constants().with_settings(settings or {})
    asked = Asked(read.cases, targets(read.cases), trials, seed, workers)
    say = progress or (lambda what: None)
    if not asked.targets:
        raise ValueError(f"{read.name}: there is nothing to score (a deal window lies across the end of every target)")
    if not calibrate:
        say("the cases as they are")
        return _assessed(read, asked, constants, asked.played(constants), settings or {}, None, say)
    if settings:
        raise ValueError("constants are either set or calibrated, not both")
    if len(read.cases) < FEWEST_TO_CALIBRATE:
        raise ValueError(f"{read.name}: to calibrate on the other cases takes at least {FEWEST_TO_CALIBRATE} cases")
    say("the cases at many settings of the constants")
    found = calibrated(read.cases, asked.targets, trials=trials, seed=seed, workers=workers)
    return _assessed(read, asked, found.held_out, found.played, {}, found, say)


def _assessed(
    read: Cases,
    asked: Asked,
    constants: Constants | Mapping[str, Constants],
    base: Played,
    settings: Mapping[str, float],
    calibration: Calibration | None,
    say: Progress,
) -> Hindcast:
    """Play the variations, and assess everything."""
    by_id = {case.id: case for case in read.cases}
    known = np.array([features(by_id[target.case], target) for target in asked.targets])
    titles = {case.id: case.title for case in read.cases}
    record = assess.Record.of(asked.targets, titles, known, trials=asked.trials, seed=asked.seed)
    model = Forecast(base.shares)
    shipped = Constants().with_settings(settings)
    varied = partial(assess.variation, record, model)
    scores, differences = assess.all_scores(record, model)
    opening = record.outcomes.restarts == 0
    say("the cases without their coded red lines")
    blinded = varied(asked.played(constants, blinded=True))
    say("the cases with nobody's judgement erring")
    sober = varied(asked.played(constants, judgement=0.0))
    say("the cases with rounds twice as often")
    doubled = varied(asked.played(constants, rounds_every=shipped.every_days / 2))
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
        terms=assess.terms(record, base.terms),
        below_aspiration=assess.below_aspiration(base),
        blinded=blinded,
        t_zero=sober,
        doubled_rhythm=doubled,
        monte_carlo=assess.monte_carlo(record.outcomes, model, base.standard_errors),
        said=assess.said(record, model, base.standard_errors),
        constants={name: _constant(name, shipped, settings, calibration) for name in shipped.as_dict()},
        shipped=None if calibration is None else varied(asked.played(shipped)),
        remarks=[f"{case.title}: {remark.partition(': ')[2]}" for case in read.cases for remark in remarks(case)],
        trials=asked.trials,
        seed=asked.seed,
    )


def _constant(
    name: str, shipped: Constants, settings: Mapping[str, float], calibration: Calibration | None
) -> Constant:
    """Return a constant as the result shows it."""
    prior, value = priors().get(name), getattr(shipped, name)
    words = str(prior) if prior is not None else None
    fit = None
    if calibration is not None and name in calibration.profiles:
        profile = calibration.profiles[name]
        folds = {case: getattr(one, name) for case, one in calibration.held_out.items()}
        fit = Fit(profile.best, profile.low, profile.high, profile.values, profile.log_likelihood, folds)
    return Constant(name, reasons()[name], value, words, name in settings, fit)
