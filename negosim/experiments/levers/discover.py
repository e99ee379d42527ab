"""Scenario discovery: the boxes of input space in which an outcome comes (Bryant and Lempert 2010).

Every history of one run is a point: the engine draws the uncertain inputs of each from streams named by their paths,
and they can be drawn again from there. Boxes are found in the first half of the histories and measured in the second,
which had no part in finding them.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.draws import draw
from negosim.engine.plan import Plan
from negosim.engine.run import played
from negosim.engine.streams import Streams
from negosim.experiments.evaluate import counted
from negosim.experiments.inputs import Input, chosen, levers
from negosim.experiments.levers.levers import wanted
from negosim.experiments.levers.prim import BoxLimits, Flags, found_box, mattering, quasi_p
from negosim.experiments.levers.result import (
    FEWEST_HITS,
    Box,
    Discovery,
    Inside,
    Side,
    Space,
)
from negosim.experiments.result import Estimate
from negosim.results.intervals import wilson
from negosim.results.trials import joined
from negosim.scenario.load import Scenario, load


def discover(
    scenario: Scenario | str | Path,
    *,
    reach: str | None = None,
    by: str | dt.date | None = None,
    metric: str | None = None,
    over: Space = "inputs",
    names: Sequence[str] = (),
    most: int = 3,
    trials: int = 10_000,
    seed: int = 1,
    workers: int = 1,
) -> Discovery:
    """Find the boxes of input space in which an outcome comes.

    Parameters
    ----------
    scenario : as `negosim.load` returns it, or the path of its file.
    reach, by, metric : the outcome; as of `negosim.experiments.levers.levers.levers`.
    over : ``inputs``, the uncertain inputs as the scenario draws them, or ``levers``, each drawn evenly over its range
        while the other inputs are drawn as before.
    names : for levers, which; default all.
    most : boxes to look for.
    trials, seed, workers : of the run.

    Raises
    ------
    ValueError
        Where nothing varies, or the outcome is not one that a history has or has not.
    """
    started = time.perf_counter()
    if trials < 2 or seed < 0 or workers < 1:
        raise ValueError("trials must be at least 2, workers at least 1, the seed at least 0")
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    asked = wanted(reach, by, metric)
    ranged, titles = _spread(scenario, names) if over == "levers" else (scenario, _titles(scenario))
    plan = compiled(ranged.file)
    paths = _paths(plan, titles if over == "levers" else None)
    if not paths:
        raise ValueError("nothing varies: no input of the scenario is a distribution (try its levers)")
    history = joined(list(played(partial(play, zones=False), plan, trials, seed, workers=workers)))
    counts = counted([asked], ranged, plan, history)
    happens, among = counts.above[0], counts.below[0] > 0
    if not np.isin(happens[among], (0, 1)).all() or not np.isin(counts.below[0], (0, 1)).all():
        raise ValueError(f"'{asked}' is not something that a history has or has not")
    streams = Streams(seed, 0, trials)
    points = np.column_stack([draw(plan.quantities[path], path, streams) for path in paths])
    search = _Boxes(points[among], happens[among] == 1, [_named(path, titles) for path in paths])
    boxes, refused = search.found(most)
    return Discovery(
        scenario,
        asked,
        over,
        tuple(paths),
        tuple(paths[place] for place in mattering(search.learning.points, search.learning.happens)),
        _estimate(search.learning.happens),
        _estimate(search.testing.happens),
        boxes,
        refused,
        int(search.learning.happens.sum()),
        trials,
        seed,
        time.perf_counter() - started,
    )


def _spread(scenario: Scenario, names: Sequence[str]) -> tuple[Scenario, dict[str, str]]:
    """Return the scenario with its levers spread evenly over their ranges, and their titles by path."""
    factors = [factor for factor in chosen(levers(scenario), tuple(names)) if factor.range[0] < factor.range[1]]
    if not factors:
        raise ValueError("the scenario declares no levers to spread (write some under 'levers')")
    laws = {factor.path: {"uniform": [factor.written(end) for end in factor.range]} for factor in factors}
    return scenario.with_values(laws), {factor.path: factor.title for factor in factors}


def _titles(scenario: Scenario) -> dict[str, str]:
    return {factor.path: factor.title for factor in levers(scenario)}


def _paths(plan: Plan, only: dict[str, str] | None) -> list[str]:
    varying = sorted(path for path, quantity in plan.quantities.items() if not quantity.is_constant)
    return [path for path in varying if only is None or path in only]


def _named(path: str, titles: dict[str, str]) -> Input:
    return replace(Input.named(path), title=titles.get(path, path))


def _estimate(happens: Flags) -> Estimate:
    share = wilson(int(happens.sum()), happens.size)
    return Estimate(share["p"], share["low"], share["high"])


@dataclass(frozen=True)
class _Half:
    """Half of the histories, or what is left of them."""

    points: NDArray[np.float64]
    happens: Flags
    hits: int
    """In the whole half."""

    def inside(self, box: BoxLimits) -> Inside:
        within = box.inside(self.points)
        covered = wilson(int(self.happens[within].sum()), self.hits)
        return Inside(
            int(within.sum()),
            int(self.happens[within].sum()),
            _estimate(self.happens[within]),
            Estimate(covered["p"], covered["low"], covered["high"]),
            _estimate(self.happens[~within]),
        )

    def without(self, box: BoxLimits) -> _Half:
        left = ~box.inside(self.points)
        return _Half(self.points[left], self.happens[left], self.hits)


class _Boxes:
    """Looks for boxes in one half of the points and measures them in the other."""

    def __init__(self, points: NDArray[np.float64], happens: Flags, inputs: Sequence[Input]) -> None:
        middle = happens.size // 2
        self.learning = _Half(points[:middle], happens[:middle], int(happens[:middle].sum()))
        self.testing = _Half(points[middle:], happens[middle:], int(happens[middle:].sum()))
        self._all = points
        self._inputs = inputs

    def found(self, most: int) -> tuple[tuple[Box, ...], Box | None]:
        """Return the boxes that hold, and the one at which the search ended, if it did not hold."""
        learning, testing, boxes = self.learning, self.testing, list[Box]()
        while len(boxes) < most and int(learning.happens.sum()) >= FEWEST_HITS:
            limits = found_box(learning.points, learning.happens)
            if limits is None:
                break
            learned = learning.inside(limits)
            if (learned.share.value or 0.0) <= float(self.learning.happens.mean()):
                break  # commoner there only than in what the boxes before have left
            sides = self._sides(limits, learning, testing)
            box = Box(sides, learned, testing.inside(limits), float(self.testing.happens.mean()))
            if not box.holds:
                return tuple(boxes), box
            boxes.append(box)
            learning, testing = learning.without(limits), testing.without(limits)
        return tuple(boxes), None

    def _sides(self, limits: BoxLimits, learning: _Half, testing: _Half) -> tuple[Side, ...]:
        sides = []
        for place in limits.restricted:
            low, high = float(limits.low[place]), float(limits.high[place])
            column, item = self._all[:, place], self._inputs[place]
            sides.append(
                Side(
                    item.path,
                    item.title,
                    low if np.isfinite(low) else None,
                    high if np.isfinite(high) else None,
                    item.is_duration,
                    float(np.mean((column >= low) & (column <= high))),
                    quasi_p(limits, place, learning.points, learning.happens),
                    quasi_p(limits, place, testing.points, testing.happens),
                )
            )
        return tuple(sorted(sides, key=lambda side: (side.quasi_p, side.path)))
