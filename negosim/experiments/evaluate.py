"""Evaluation: play points of an experiment, those that differ in numbers alone together, and count their metrics."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play_pack
from negosim.engine.pack import Pack, PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.run import BLOCK, block_of, parts_of
from negosim.experiments.inputs import Overrides
from negosim.experiments.metrics import Metric, estimate, metrics
from negosim.experiments.pool import each
from negosim.experiments.result import Estimate
from negosim.experiments.settings import CompiledSetting, Settings
from negosim.scenario.load import Scenario

Array = NDArray[np.float64]

_KEPT = 4
"""Scenarios that a process keeps unpacked."""


@dataclass(frozen=True)
class Counts:
    """What the metrics of a point counted, trial by trial.

    Attributes
    ----------
    names, is_share : of the metrics.
    above, below : (metrics, trials).
    """

    names: tuple[str, ...]
    is_share: tuple[bool, ...]
    above: Array
    below: Array

    @cached_property
    def estimates(self) -> dict[str, Estimate]:
        """The metrics with their 95 % intervals: Monte-Carlo error only."""
        return {
            name: estimate(self.above[place], self.below[place], is_share=self.is_share[place])
            for place, name in enumerate(self.names)
        }


@dataclass(frozen=True)
class Point:
    """One setting of the inputs, to be played with given draws.

    Attributes
    ----------
    overrides : further settings of the scenario.
    trials, seed, first : the trials ``first`` to ``first + trials - 1`` of a run with this seed: points that share them
        share their draws, which makes differences between them sharp (common random numbers).
    """

    overrides: Overrides = field(default_factory=dict)
    trials: int = 1000
    seed: int = 1
    first: int = 0


Outcome = Counts | Exception
"""What came of a point: counts, or why there are none."""


class Evaluation:
    """Plays points of a scenario; what it has compiled it keeps for the next ones.

    Parameters
    ----------
    scenario : as loaded; the overrides of a point come on top of its own.
    names : of the metrics, as in `negosim.experiments.metrics`.
    """

    def __init__(self, scenario: Scenario, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._settings = Settings(scenario)
        self._known: tuple[Plan, tuple[Metric, ...]] | None = None

    def counts(self, point: Point) -> Counts:
        """Play a point and count its metrics.

        Raises
        ------
        ScenarioError
            Where an override is refused, or something is not a finite number.
        ValueError
            Where there is no such metric.
        """
        return _raised(self.outcomes([point])[0])

    def outcomes(self, points: Sequence[Point]) -> list[Outcome]:
        """Play points and count the metrics of each, in their order. One that fails takes no other with it."""
        found: dict[int, Outcome] = {}
        waiting: dict[tuple[int, int], _Waiting] = {}
        for place, point in enumerate(points):
            try:
                setting = self._settings.compiled(point.overrides)
                asked = self._asked(setting)
            except Exception as error:  # what is wrong with a point is reported in its place
                found[place] = error
                continue
            group = waiting.setdefault((id(setting.plan), point.seed), _Waiting(setting.plan, point.seed, asked))
            found.update(group.add(place, PackedSetting(point.first, point.trials, setting.numbers)))
        for group in waiting.values():
            found.update(group.play())
        return [found[place] for place in range(len(points))]

    def _asked(self, setting: CompiledSetting) -> tuple[Metric, ...]:
        """Return the metrics as they are counted of a plan: looked up once for settings that follow each other."""
        known = self._known
        if known is None or known[0] is not setting.plan:
            known = self._known = (setting.plan, metrics(self._names, setting.scenario, setting.plan))
        return known[1]


class _Waiting:
    """Points of one plan that wait until there are enough of them for a block."""

    def __init__(self, plan: Plan, seed: int, asked: tuple[Metric, ...]) -> None:
        self._plan, self._seed, self._asked = plan, seed, asked
        self._room = block_of(plan)
        self._points: list[tuple[int, PackedSetting]] = []
        self._trials = 0

    def add(self, place: int, setting: PackedSetting) -> dict[int, Outcome]:
        """Take a point, and return what came of those that had to be played to make room for it."""
        found = self.play() if self._trials + setting.trials > self._room else {}
        self._points.append((place, setting))
        self._trials += setting.trials
        return found

    def play(self) -> dict[int, Outcome]:
        """Play all that wait."""
        places, settings = [place for place, _ in self._points], tuple(setting for _, setting in self._points)
        self._points, self._trials = [], 0
        return dict(zip(places, self._played(settings), strict=True))

    def _played(self, settings: tuple[PackedSetting, ...]) -> list[Outcome]:
        """Play settings together; where one of them fails, the two halves by themselves."""
        try:
            return self._counted(settings)
        except Exception as error:
            if len(settings) == 1:
                return [error]
        half = len(settings) // 2
        return [*self._played(settings[:half]), *self._played(settings[half:])]

    def _counted(self, settings: tuple[PackedSetting, ...]) -> list[Outcome]:
        if not settings:
            return []
        if sum(setting.trials for setting in settings) <= self._room:
            pack = Pack(self._plan, self._seed, settings)
            return [*_split(counted_all(self._asked, self._plan, play_pack(pack)), pack.counts)]
        (setting,) = settings  # it fills several blocks by itself
        parts = parts_of(setting.trials, self._room)
        packs = (
            Pack(self._plan, self._seed, (PackedSetting(setting.first + start, count, setting.numbers),))
            for start, count in parts
        )
        counts = [counted_all(self._asked, self._plan, play_pack(pack)) for pack in packs]
        above, below = (np.concatenate([getattr(part, side) for part in counts], axis=1) for side in ("above", "below"))
        return [Counts(counts[0].names, counts[0].is_share, above, below)]


def _split(counts: Counts, trials: NDArray[np.intp]) -> Iterator[Counts]:
    """Yield the counts of each setting of a block."""
    ends = np.cumsum(trials)[:-1]
    above, below = (np.split(side, ends, axis=1) for side in (counts.above, counts.below))
    for mine, theirs in zip(above, below, strict=True):
        yield Counts(counts.names, counts.is_share, mine.copy(), theirs.copy())


def counted_settings(
    names: Sequence[str], scenario: Scenario, plan: Plan, seed: int, settings: Sequence[PackedSetting]
) -> list[Counts]:
    """Play settings of a plan that are known by their numbers, and count metrics of each."""
    group, found = _Waiting(plan, seed, metrics(names, scenario, plan)), dict[int, Outcome]()
    for place, setting in enumerate(settings):
        found.update(group.add(place, setting))
    found.update(group.play())
    return [_raised(found[place]) for place in range(len(settings))]


def evaluated(scenario: Scenario, point: Point, names: Sequence[str]) -> Counts:
    """Play a point and count metrics; see `Evaluation.counts`."""
    return Evaluation(scenario, names).counts(point)


def evaluated_all(
    scenario: Scenario, points: Sequence[Point], names: Sequence[str], *, workers: int = 1
) -> list[Counts]:
    """Play points and count metrics of each, in their order; see `Evaluation.counts`.

    Parameters
    ----------
    workers : processes; 1 plays in this one.
    """
    return [_raised(outcome) for outcome in outcomes(scenario, points, names, workers=workers)]


def outcomes(
    scenario: Scenario, points: Sequence[Point], names: Sequence[str], *, workers: int = 1
) -> Iterator[Outcome]:
    """Yield what came of each point, in their order: counts, or why there are none."""
    function = partial(packed_outcomes, packed(scenario), tuple(names))
    return chain.from_iterable(each(function, _batches(points, workers), workers=workers))


def packed(scenario: Scenario) -> bytes:
    """Return a scenario as it is handed to processes; see `packed_outcomes`."""
    return zlib.compress(pickle.dumps(scenario), 1)


def packed_outcomes(scenario: bytes, names: tuple[str, ...], points: Sequence[Point]) -> list[Outcome]:
    """Play points of a scenario, wherever this runs; see `Evaluation.outcomes`. A process unpacks a scenario once."""
    return _evaluation(scenario, names).outcomes(points)


@lru_cache(maxsize=_KEPT)
def _evaluation(scenario: bytes, names: tuple[str, ...]) -> Evaluation:
    unpacked: Scenario = pickle.loads(zlib.decompress(scenario))
    return Evaluation(unpacked, names)


def _batches(points: Sequence[Point], workers: int) -> list[Sequence[Point]]:
    """Return points in batches that are worth a task: a block of trials, or less where workers would be idle."""
    size = BLOCK if workers == 1 else min(BLOCK, -(-sum(point.trials for point in points) // workers))
    batches, begin, trials = list[Sequence[Point]](), 0, 0
    for place, point in enumerate(points):
        if trials and trials + point.trials > size:
            batches.append(points[begin:place])
            begin, trials = place, 0
        trials += point.trials
    return [*batches, points[begin:]]


def _raised(outcome: Outcome) -> Counts:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def counted(names: Sequence[str], scenario: Scenario, plan: Plan, history: History) -> Counts:
    """Count metrics of a run that has been played.

    Parameters
    ----------
    names : of the metrics, as in `negosim.experiments.metrics`.
    scenario, plan, history : what was played, and what came of it.

    Raises
    ------
    ValueError
        Where there is no such metric.
    """
    return counted_all(metrics(names, scenario, plan), plan, history)


def counted_all(asked: Sequence[Metric], plan: Plan, history: History) -> Counts:
    """Count metrics of a run, or of the settings of a block together."""
    found = [item.count(plan, history) for item in asked]
    return Counts(
        tuple(item.name for item in asked),
        tuple(item.is_share for item in asked),
        np.array([above for above, _ in found]).reshape(len(asked), history.trials),
        np.array([below for _, below in found]).reshape(len(asked), history.trials),
    )
