"""Levers: what it would take to lift the share of an outcome.

Every setting is played with the same random numbers as the base, and every lift is a difference history by history. A
lever set to a value stands there in every history: where the scenario has a distribution, its spread is gone too, so
that one of the values tried is its middle, which tells the two apart.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from negosim.experiments.levers.moves import moves
from negosim.experiments.levers.result import LeverReport
from negosim.experiments.levers.search import Field, LeverSearch
from negosim.scenario.load import Scenario, load


def levers(
    scenario: Scenario | str | Path,
    *,
    reach: str | None = None,
    by: str | dt.date | None = None,
    metric: str | None = None,
    lift: float = 0.10,
    names: Sequence[str] = (),
    red_lines: bool = False,
    defaults: bool = False,
    trials: int = 2000,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> LeverReport:
    """Find what it would take to lift the share of an outcome.

    Parameters
    ----------
    scenario : as `negosim.load` returns it, or the path of its file.
    reach, by : the outcome (as in `negosim.result.Result.reached`) and the date; default the horizon.
    metric : in their place, any share of histories, as in `negosim.experiments.metrics`.
    lift : by how much the share should rise, as a share (0.10: ten points); below 0 to fall.
    names : ids of levers and red lines (``party.issue.option``); default all levers of the scenario.
    red_lines : whether to try the lifting of each red line too; alone where no levers are named.
    defaults : whether to move the inputs that the file leaves at their default too, over nine tenths of the ranges of
        `negosim.scenario.priors`.
    trials, seed, workers : as of `negosim.run`; every setting is a run of its own.
    progress : called with what is being played.

    Raises
    ------
    ValueError
        Where nothing can be moved, the outcome is none of the scenario's, or the lift leads out of 0 to 1.
    """
    started = time.perf_counter()
    if trials < 1 or seed < 0 or workers < 1:
        raise ValueError("trials and workers must be at least 1, the seed at least 0")
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    asked = wanted(reach, by, metric)
    found = moves(scenario, names, red_lines=red_lines, defaults=defaults)
    field = Field(scenario, asked, trials, seed, workers, progress)
    base = field.base.estimates[asked]
    if not field.base.is_share[0] or base.value is None or not np.all(field.base.below == 1):
        raise ValueError(f"'{asked}' is not a share of all histories, so that there is nothing to lift")
    if not lift or not 0 <= base.value + lift <= 1:
        raise ValueError(f"a share of {100 * base.value:.3g} % cannot change by {100 * lift:+.3g} points")
    search = LeverSearch(field, lift)
    effects = search.effects(found)
    singles = search.singles(effects)
    tried, pairs = ((), ()) if singles else search.pairs(effects)
    everything = [*(effect.best for effect in effects), *tried, *(change.tried for change in (*singles, *pairs))]
    furthest = max(everything, key=search.gain)
    return LeverReport(
        scenario,
        asked,
        lift,
        base,
        effects,
        singles,
        pairs,
        len(tried),
        field.tried([furthest.settings], "the furthest on fresh draws", again=True)[0],
        trials,
        seed,
        time.perf_counter() - started,
    )


def wanted(reach: str | None, by: str | dt.date | None, metric: str | None) -> str:
    """Return the metric that is asked about.

    Raises
    ------
    ValueError
        Where neither or both an outcome and a metric are named.
    """
    if (reach is None) == (metric is None) or (metric is not None and by is not None):
        raise ValueError("name either an outcome (reach: settlement, by: a date) or a metric")
    if metric is not None:
        return metric
    return f"{reach}@{by}" if by is not None else str(reach)
