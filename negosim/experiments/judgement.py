"""Judgement: how much of an answer rests on the moods of those who sign.

The first histories of a run are played a second time with the same random numbers and every `judgement_noise` at 0
(model 7): what then no longer comes about was signed by mood, not by what the texts are worth. Both are played in one
block, as settings that differ in numbers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play, play_pack
from negosim.engine.pack import Pack, PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.experiments.evaluate import Counts
from negosim.experiments.paired import differences
from negosim.scenario.paths import PARTY
from negosim.scenario.quantities import constant

Flags = NDArray[np.bool_]

SAMPLE = 500
"""Histories that a run plays again: they tell a difference of five points, and cost little."""


@dataclass(frozen=True)
class JudgementSample:
    """Which agreements some of the first histories of a run reach.

    Attributes
    ----------
    first : number of the first of them.
    there, without : (outcomes, trials) as they are, and without judgement; the outcomes are those of `_outcomes`.
    """

    first: int
    there: Flags
    without: Flags


def has_judgement(plan: Plan) -> bool:
    """Tell whether anybody's judgement is ever more than what texts are worth."""
    return any(plan.quantities[path].support[1] > 0.0 for path in PARTY.judgement_noise.each(plan.parties))


def play_sampled(
    plan: Plan, seed: int, first: int, trials: int, *, zones: bool = True, sample: int = SAMPLE
) -> tuple[History, JudgementSample | None]:
    """Play a block of trials, and those of them that belong to the sample without judgement, too.

    Parameters
    ----------
    plan, seed, first, trials, zones : as in `negosim.engine.calendar.play`.
    sample : so many histories from the first of the run are played without judgement.
    """
    many = min(trials, sample - first)
    if many <= 0:
        return play(plan, seed, first, trials, zones=zones), None
    still = dict.fromkeys(PARTY.judgement_noise.each(plan.parties), constant(0.0))
    settings = (PackedSetting(first, trials), PackedSetting(first, many, still))
    both = play_pack(Pack(plan, seed, settings), zones=zones)
    history = both.of_setting(0, first)
    there, without = _reached(plan, history)[:, :many], _reached(plan, both.of_setting(1, first))
    return history, JudgementSample(first, there, without)


def resting_on_judgement(plan: Plan, samples: Sequence[JudgementSample]) -> dict[str, Any]:
    """Return how often each agreement is reached in the first histories of a run, and how often without judgement.

    Parameters
    ----------
    plan : what was run.
    samples : all that was played of the first histories, in any order.

    Returns
    -------
    ``trials``, how many were looked at, and ``reached``: by outcome ``with`` and ``without`` judgement, shares with
    their intervals, and the paired ``difference``. Only agreements that a track of the scenario can bring are there.
    """
    names, ordered = _outcomes(plan), sorted(samples, key=lambda sample: sample.first)
    there, without = (
        _shares(names, np.concatenate([getattr(sample, which) for sample in ordered], axis=1))
        for which in ("there", "without")
    )
    found = differences(there, without)
    return {
        "trials": there.above.shape[1],
        "reached": {
            name: {
                "with": vars(there.estimates[name]),
                "without": vars(without.estimates[name]),
                "difference": {key: getattr(found[name], key) for key in ("value", "low", "high")},
            }
            for name in names
        },
    }


def _reached(plan: Plan, history: History) -> Flags:
    """Return whether each history reaches each agreement, (outcomes, trials)."""
    return np.array([history.spells[name].first != NEVER for name in _outcomes(plan)])


def _shares(names: tuple[str, ...], reached: Flags) -> Counts:
    return Counts(names, (True,) * len(names), reached.astype(np.float64), np.ones(reached.shape))


def _outcomes(plan: Plan) -> tuple[str, ...]:
    kinds = {track.kind for track in plan.tracks}
    if any(track.truce for track in plan.tracks):
        kinds.add("ceasefire")
    names = [kind for kind in ("limited", "ceasefire", "settlement") if kind in kinds]
    return (*names, "agreement") if {"ceasefire", "settlement"} <= kinds else tuple(names)
