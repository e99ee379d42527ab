"""Scenario discovery: the boxes of input space in which an outcome comes (Bryant and Lempert 2010).

Every history of one run is a point: the engine draws the uncertain inputs of each from streams named by their paths,
and they can be drawn again from there. Boxes are found in the first half of the histories and measured in the second,
which had no part in finding them.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.draws import draw
from negosim.engine.plan import Plan
from negosim.engine.run import played
from negosim.engine.streams import Streams
from negosim.experiments.evaluate import counted
from negosim.experiments.frames import as_frame
from negosim.experiments.inputs import chosen, levers
from negosim.experiments.levers.levers import wanted
from negosim.experiments.levers.prim import BoxLimits, Flags, found_box, mattering, quasi_p
from negosim.experiments.metrics import Estimate
from negosim.experiments.provenance import provenance
from negosim.results.intervals import wilson
from negosim.results.trials import joined
from negosim.scenario.load import Scenario, load

if TYPE_CHECKING:
    import pandas

Space = Literal["inputs", "levers"]

FEWEST_HITS = 20
"""Histories of the first half in which it must happen; below that a box would be a tale about a few of them."""

_COLUMNS = ("box", "path", "title", "low", "high", "part", "quasi_p", "tested_quasi_p", "share", "share_low",
            "share_high", "coverage", "coverage_low", "coverage_high")  # fmt: skip


@dataclass(frozen=True)
class Side:
    """The limits of a box on one input.

    Attributes
    ----------
    path, title : of the input.
    low, high : its least and largest value in the box; None where there is no limit. Durations are in days.
    is_duration : whether it is a duration.
    part : share of all points within these limits alone.
    quasi_p, tested_quasi_p : how likely chance alone explains them, in the half that found the box and in the other.
    """

    path: str
    title: str
    low: float | None
    high: float | None
    is_duration: bool
    part: float
    quasi_p: float
    tested_quasi_p: float


@dataclass(frozen=True)
class Inside:
    """What happens in a box, of the points that no earlier box has.

    Attributes
    ----------
    points, hits : histories in the box, and those of them in which it happens.
    share : of the histories in the box, those in which it happens.
    coverage : of all histories in which it happens, those in the box.
    rest : the share among the points outside it.
    """

    points: int
    hits: int
    share: Estimate
    coverage: Estimate
    rest: Estimate


@dataclass(frozen=True)
class Box:
    """A box of input space.

    Attributes
    ----------
    sides : its limits, those that matter most first.
    learned, tested : what happens in it in the half that found it, and in the other.
    overall : the share among all points of the other half.
    """

    sides: tuple[Side, ...]
    learned: Inside
    tested: Inside
    overall: float

    @property
    def holds(self) -> bool:
        """Whether the half that had no part in finding it bears it out: more happens inside than in all of it."""
        return self.tested.share.low is not None and self.tested.share.low > self.overall

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "holds": self.holds,
            "sides": [
                {
                    "path": side.path,
                    "title": side.title,
                    "low": side.low,
                    "high": side.high,
                    "days": side.is_duration,
                    "part": side.part,
                    "quasi_p": side.quasi_p,
                    "tested_quasi_p": side.tested_quasi_p,
                }
                for side in self.sides
            ],
            "learned": _plain(self.learned),
            "tested": _plain(self.tested),
        }


@dataclass(frozen=True)
class Discovery:
    """The boxes in which an outcome comes.

    Attributes
    ----------
    scenario : what was played.
    metric : what is to happen.
    space : whether the inputs vary as the scenario has them, or the levers evenly over their ranges.
    paths : the inputs that vary.
    matter : of them, those whose values differ between histories of the first half with and without the outcome.
    learned, tested : the share in each half of the histories.
    boxes : those that the second half bears out, in the order in which they were found; the points of an earlier box
        are left out of the later ones.
    refused : the box at which the search ended because the second half does not bear it out, if there was one.
    hits : histories of the first half in which it happens.
    trials, seed, seconds : of the run.
    """

    scenario: Scenario
    metric: str
    space: Space
    paths: tuple[str, ...]
    matter: tuple[str, ...]
    learned: Estimate
    tested: Estimate
    boxes: tuple[Box, ...]
    refused: Box | None
    hits: int
    trials: int
    seed: int
    seconds: float

    def __iter__(self) -> Iterator[Box]:
        return iter(self.boxes)

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def is_thin(self) -> bool:
        """Whether it happens in too few histories to look for boxes."""
        return self.hits < FEWEST_HITS

    def as_dict(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``negosim levers --discover --json`` prints."""
        return {
            **provenance(self.scenario, trials=self.trials, seed=self.seed, seconds=self.seconds),
            "metric": self.metric,
            "space": self.space,
            "inputs": list(self.paths),
            "matter": list(self.matter),
            "learned": _share(self.learned),
            "tested": _share(self.tested),
            "boxes": [box.as_dict() for box in self.boxes],
            "refused": self.refused.as_dict() if self.refused else None,
        }

    def frame(self) -> pandas.DataFrame:
        """Return a row for every box and limit as a pandas data frame; shares are those of the second half.

        Raises
        ------
        ImportError
            Where pandas is not installed.
        """
        rows = []
        for number, box in enumerate(self.boxes, start=1):
            share, coverage = box.tested.share, box.tested.coverage
            for side in box.sides:
                cells = (number, side.path, side.title, side.low, side.high, side.part, side.quasi_p,
                         side.tested_quasi_p, share.value, share.low, share.high, coverage.value, coverage.low,
                         coverage.high)  # fmt: skip
                rows.append(dict(zip(_COLUMNS, cells, strict=True)))
        return as_frame(rows, _COLUMNS)


def _share(found: Estimate) -> dict[str, float | None]:
    return {"p": found.value, "low": found.low, "high": found.high}


def _plain(inside: Inside) -> dict[str, Any]:
    return {
        "points": inside.points,
        "hits": inside.hits,
        "share": _share(inside.share),
        "coverage": _share(inside.coverage),
        "rest": _share(inside.rest),
    }


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
    search = _Boxes(points[among], happens[among] == 1, [_named(plan, path, titles) for path in paths])
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


def _named(plan: Plan, path: str, titles: dict[str, str]) -> tuple[str, str, bool]:
    return path, titles.get(path, path), plan.is_duration(path)


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

    def __init__(self, points: NDArray[np.float64], happens: Flags, inputs: Sequence[tuple[str, str, bool]]) -> None:
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
            column = self._all[:, place]
            sides.append(
                Side(
                    *self._inputs[place][:2],
                    low if np.isfinite(low) else None,
                    high if np.isfinite(high) else None,
                    self._inputs[place][2],
                    float(np.mean((column >= low) & (column <= high))),
                    quasi_p(limits, place, learning.points, learning.happens),
                    quasi_p(limits, place, testing.points, testing.happens),
                )
            )
        return tuple(sorted(sides, key=lambda side: (side.quasi_p, side.path)))
