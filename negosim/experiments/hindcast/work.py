"""The work of a hindcast, estimated before it begins, so that a file of cases does not decide what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from negosim.engine.compile import compiled
from negosim.engine.work import Work, work_of
from negosim.experiments.hindcast.calibrate import POINT_TRIALS, POINTS
from negosim.experiments.hindcast.encoding import encode
from negosim.experiments.hindcast.schema import Case
from negosim.experiments.hindcast.targets import HORIZONS, targets_of
from negosim.scenario.schema.document import ScenarioFile

_PLAYS = 4
"""As it is, and the three variations."""
_ENCODE = 0.08
"""Seconds to encode and compile a start, each time it is played."""


def hindcast_work(cases: Sequence[Case], trials: int, *, calibrate: bool) -> Work:
    """Estimate the work of a hindcast: each case at its opening, times its starts and how often they are played.

    Parameters
    ----------
    cases : to be played.
    trials : histories of each start.
    calibrate : whether the constants are to be calibrated.
    """
    plays = _PLAYS + (1 + POINTS) * calibrate
    histories = trials * (_PLAYS + calibrate) + POINTS * POINT_TRIALS * calibrate
    total = Work()
    for case in cases:
        starts = Counter(target.start for target in targets_of(case))
        plan = compiled(ScenarioFile.model_validate(encode(case, case.talks_began, horizon_months=max(HORIZONS))))
        total += (work_of(plan, histories, zones=False) + Work(time=_ENCODE * plays)).times(len(starts))
    return total
