"""Beliefs: the chance that a side wins the war if it is fought to the end, in truth and as either side believes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.plan import Plan, WarPlan
from negosim.engine.record.states import FIGHTING
from negosim.engine.record.trace import Standing, Trace
from negosim.experiments.pool import each
from negosim.model.front import win_chance
from negosim.results.intervals import mean_interval

SAMPLE = 24
"""Histories that are played again for it."""

_LEAST = 8
"""Histories that must still be at war for a mean of theirs to be given."""


def beliefs(plan: Plan, seed: int, trials: int, *, workers: int = 1) -> dict[str, Any] | None:
    """Return by quarter how likely the first belligerent is to win, on average over histories still at war.

    Parameters
    ----------
    seed, trials : of the run; its first histories are looked at.
    workers : processes.

    Returns
    -------
    ``side``, whose chance it is; ``trials`` looked at; ``by``: by date ``n`` still at war, the ``truth`` and what each
    belligerent believes, means with 95 % intervals; None without a war.
    """
    war = plan.war
    if war is None:
        return None
    ticks = dict.fromkeys((0, *plan.quarters))
    many = min(trials, SAMPLE)
    found: dict[int, list[NDArray[np.float64]]] = {tick: [] for tick in ticks}
    for standings in each(partial(_at_war, plan, seed, frozenset(ticks)), range(many), workers=workers):
        for standing in standings:
            found[standing.tick].append(_chances(war, standing))
    names = ("truth", plan.parties[war.first], plan.parties[war.second])
    return {
        "side": plan.parties[war.first],
        "sides": list(names[1:]),
        "trials": many,
        "by": {
            plan.ticks.date(tick).isoformat(): {
                "n": len(rows),
                **dict(zip(names, (mean_interval(column) for column in np.array(rows).T), strict=True)),
            }
            for tick, rows in found.items()
            if len(rows) >= _LEAST
        },
    }


def _at_war(plan: Plan, seed: int, ticks: frozenset[int], trial: int) -> list[Standing]:
    """Return where a history stands at some ticks, as long as there is fighting."""
    trace: Trace = []
    play(plan, seed, trial, 1, trace, zones=False)
    standings = (record for record in trace if isinstance(record, Standing))
    return [standing for standing in standings if standing.tick in ticks and standing.state == FIGHTING]


def _chances(war: WarPlan, standing: Standing) -> NDArray[np.float64]:
    """Return the chance that the first side wins, in truth and as both sides believe, (3,)."""
    drifts = np.array([standing.drift, standing.beliefs[war.first], standing.beliefs[war.second]])
    chances: NDArray[np.float64] = win_chance(np.array(standing.front), drifts, np.array(standing.volatility))[0]
    return chances
