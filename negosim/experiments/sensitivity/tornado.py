"""Both ends of every input; see `negosim.experiments.sensitivity.sensitivity`."""

from __future__ import annotations

import numpy as np

from negosim.experiments.evaluate import Point, evaluated_all
from negosim.experiments.paired import difference
from negosim.experiments.sensitivity.effects import Ask, Found
from negosim.experiments.sensitivity.result import InputEffect

_ENDS = np.array([0.05, 0.5, 0.95])
"""Where the ends of an input stand in its distribution; levers and uniform inputs go to the ends of their range."""


def tornado(ask: Ask, points: int | None, trials: int | None) -> Found:
    """Move each input to its ends."""
    if points is not None:
        raise ValueError("the method tornado plays both ends of every input and has no points (say --trials)")
    many = trials or 4_000
    asked, ends = [Point({}, many, ask.seed)], []
    for factor in ask.factors:
        low, _, high = factor.at(_ENDS)
        if factor.law.kind == "uniform":
            low, high = factor.range
        ends.append((factor.written(low), factor.written(high)))
        asked += [Point({factor.path: end}, many, ask.seed) for end in ends[-1]]
    base, *moved = evaluated_all(ask.scenario, asked, ask.metrics, workers=ask.workers)
    found: dict[str, list[InputEffect]] = {}
    for place, name in enumerate(base.names):
        found[name] = []
        for k, factor in enumerate(ask.factors):
            low_end, high_end = (
                difference(
                    (base.above[place], base.below[place]), (other.above[place], other.below[place]),
                    is_share=base.is_share[place],
                )
                for other in moved[2 * k : 2 * k + 2]
            )  # fmt: skip
            significant = low_end.significant or high_end.significant
            found[name].append(
                InputEffect(
                    factor.id, factor.title, at_low=low_end, at_high=high_end, ends=ends[k], significant=significant
                )
            )
    return found, base.estimates, dict.fromkeys(base.names), len(asked), many
