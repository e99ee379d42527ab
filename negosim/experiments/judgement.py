"""Judgement: how much of an answer rests on the moods of those who sign.

A sample of a run is played again with the same random numbers and every `judgement_noise` at 0 (model 7): what then no
longer comes about was signed by mood, not by what the texts are worth.
"""

from __future__ import annotations

from typing import Any

from negosim.engine.pack import PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.experiments.evaluate import Counts, counted, counted_settings
from negosim.experiments.paired import differences
from negosim.scenario.load import Scenario
from negosim.scenario.paths import PARTY
from negosim.scenario.quantities import constant

SAMPLE = 500
"""Histories that a run plays again: they tell a difference of five points, and cost little."""


def has_judgement(plan: Plan) -> bool:
    """Tell whether anybody's judgement is ever more than what texts are worth."""
    return any(plan.quantities[path].support[1] > 0.0 for path in PARTY.judgement_noise.each(plan.parties))


def without_judgement(
    scenario: Scenario, plan: Plan, history: History | None, trials: int, seed: int
) -> dict[str, Any]:
    """Return how often each agreement is reached in the first histories of a run, and how often without judgement.

    Parameters
    ----------
    scenario, plan : what was run.
    history : of the run, where it was kept; else the sample is played again as it was, too.
    trials, seed : of the run.

    Returns
    -------
    ``trials``, how many were looked at, and ``reached``: by outcome ``with`` and ``without`` judgement, shares with
    their intervals, and the paired ``difference``. Only agreements that a track of the scenario can bring are there.
    """
    many = min(trials, SAMPLE)
    names = _outcomes(plan)
    still = dict.fromkeys(PARTY.judgement_noise.each(plan.parties), constant(0.0))
    settings = [PackedSetting(0, many, still), *([PackedSetting(0, many)] if history is None else [])]
    without, *rest = counted_settings(names, scenario, plan, seed, settings)
    there = rest[0] if history is None else _first(counted(names, scenario, plan, history), many)
    found = differences(there, without)
    return {
        "trials": many,
        "reached": {
            name: {
                "with": vars(there.estimates[name]),
                "without": vars(without.estimates[name]),
                "difference": {key: getattr(found[name], key) for key in ("value", "low", "high")},
            }
            for name in names
        },
    }


def _first(counts: Counts, many: int) -> Counts:
    return Counts(counts.names, counts.is_share, counts.above[:, :many], counts.below[:, :many])


def _outcomes(plan: Plan) -> tuple[str, ...]:
    kinds = {track.kind for track in plan.tracks}
    if any(track.truce for track in plan.tracks):
        kinds.add("ceasefire")
    names = [kind for kind in ("limited", "ceasefire", "settlement") if kind in kinds]
    return (*names, "agreement") if {"ceasefire", "settlement"} <= kinds else tuple(names)
