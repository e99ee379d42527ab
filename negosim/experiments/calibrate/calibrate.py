"""Calibrate: move the inputs that were named, inside their ranges, until answers meet given targets.

All points share their random numbers, so that a change of an answer is a change of the inputs. The fit is then played
on draws that the search has not seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.compile import compiled
from negosim.experiments.calibrate.movable import Movable, Range, movable
from negosim.experiments.calibrate.optimiser import Board, flat_direction, flat_range, near, probed, seek
from negosim.experiments.calibrate.result import MET, Calibration, Fit, Moved, Ridge
from negosim.experiments.evaluate import Counts, Evaluation, Outcome, Point
from negosim.experiments.metrics import metrics
from negosim.experiments.result import Estimate
from negosim.results.intervals import NORMAL_975
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError

Array = NDArray[np.float64]


def calibrate(
    scenario: Scenario,
    to: Mapping[str, float],
    move: Mapping[str, Range | None],
    *,
    trials: int = 2000,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Calibration:
    """Move inputs until answers meet targets.

    Parameters
    ----------
    scenario : it is left as it is.
    to : targets: questions, or metrics by name, and what they should answer.
    move : inputs by path or lever id, with the range they may move in or None; see
        `negosim.experiments.calibrate.movable`.
    trials, seed : of every point that is looked at: they all share their random numbers.
    progress : called with the number of points looked at since its last call.

    Raises
    ------
    ValueError
        Where a target or an input cannot be used, or where no point could be played.
    """
    if trials < 2 or seed < 0:
        raise ValueError("it takes at least 2 trials and a seed from 0")
    started = time.perf_counter()
    inputs = movable(scenario, move)
    wanted = _targets(scenario, to)
    search = _CalibrationSearch(scenario, inputs, wanted, Point({}, trials, seed), progress)
    board = Board(search.gaps, search.foresee)
    start = np.array([item.unit(item.start) for item in inputs])
    seek(board, start, seed)
    if not np.isfinite(board.losses()).any():
        raise ValueError(f"no point of the ranges gives an answer: {search.reason or 'there is nothing to count'}")
    return _calibration(search, board, started)


class _CalibrationSearch:
    """Plays points, and remembers what they answered."""

    def __init__(
        self,
        scenario: Scenario,
        inputs: tuple[Movable, ...],
        wanted: dict[str, float],
        point: Point,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.scenario = scenario
        self.inputs = inputs
        self.wanted = wanted
        self.point = point
        self.progress = progress
        self.looked: list[dict[str, float | None]] = []
        self.reason = ""
        self._evaluation = Evaluation(scenario, tuple(wanted))
        self._foreseen: dict[tuple[float, ...], Outcome] = {}
        asked = metrics(wanted, scenario, compiled(scenario.file))
        self.scales = np.array([_scale(wanted[item.name], is_share=item.is_share) for item in asked])
        """What gaps are measured in."""

    def settings(self, units: Array) -> dict[str, float | str]:
        """Return a point as overrides."""
        return {item.input.path: item.input.written(item.value(u)) for item, u in zip(self.inputs, units, strict=True)}

    def counts(self, settings: Mapping[str, Any], seed: int) -> Counts:
        """Play a point."""
        return self._evaluation.counts(Point(settings, self.point.trials, seed))

    def foresee(self, units: Sequence[Array]) -> None:
        """Play several points together that will be looked at one after the other."""
        points = [Point(self.settings(at), self.point.trials, self.point.seed) for at in units]
        self._foreseen.update(zip(map(tuple, units), self._evaluation.outcomes(points), strict=True))

    def _found(self, units: Array) -> Counts:
        outcome = self._foreseen.pop(tuple(units), None)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or self.counts(self.settings(units), self.point.seed)

    def gaps(self, units: Array) -> Array:
        """Return what the answers at a point lie above their targets, of a mean as a part of the target."""
        values: dict[str, float | None]
        try:
            found = self._found(units).estimates
            values = {name: found[name].value for name in self.wanted}
        except ScenarioError as error:
            self.reason = self.reason or str(error)
            values = dict.fromkeys(self.wanted)
        at = {item.input.path: item.value(u) for item, u in zip(self.inputs, units, strict=True)}
        self.looked.append({**at, **values})
        if self.progress:
            self.progress(1)
        known = np.array([np.nan if value is None else value for value in values.values()])
        gaps: Array = (known - np.array(list(self.wanted.values()))) / self.scales
        return gaps


def _scale(wanted: float, *, is_share: bool) -> float:
    return 1.0 if is_share or not wanted else abs(wanted)


def _targets(scenario: Scenario, to: Mapping[str, float]) -> dict[str, float]:
    if not to:
        raise ValueError("no target is named (write --to QUESTION=share)")
    questions = scenario.file.questions
    wanted = {(f"question.{name}" if name in questions else name): float(value) for name, value in to.items()}
    if len(wanted) < len(to):
        raise ValueError("a target is named twice")
    for item in metrics(wanted, scenario, compiled(scenario.file)):
        if not np.isfinite(wanted[item.name]) or (item.is_share and not 0 <= wanted[item.name] <= 1):
            raise ValueError(f"{item.name} is a share: its target lies between 0 and 1, not {wanted[item.name]:g}")
    return wanted


def _calibration(search: _CalibrationSearch, board: Board, started: float) -> Calibration:
    best = board.points[board.best]
    settings = search.settings(best)
    fresh_seed = search.point.seed + 1
    played = (search.counts({}, search.point.seed), search.counts(settings, search.point.seed))
    present, fitted = (counts.estimates for counts in played)
    fresh = search.counts(settings, fresh_seed).estimates
    errors = np.array([_error(fitted[name]) for name in search.wanted]) / search.scales
    gaps = board.gaps[board.best]
    reference = np.zeros(gaps.size) if (np.abs(gaps) <= errors).all() else gaps
    ridge = _ridge(search, board, reference, errors) if best.size > 1 else None
    is_near = near(board, reference, errors)
    ranges = _ranges(board, is_near, reference, errors)
    fits = tuple(
        _fit(search, name, abs(float(gap)), (present[name], fitted[name], fresh[name]))
        for name, gap in zip(search.wanted, gaps, strict=True)
    )
    moved = tuple(_moved(item, unit, ends) for item, unit, ends in zip(search.inputs, best, ranges, strict=True))
    return Calibration(
        search.scenario, fits, moved, ridge, int(is_near.sum()), tuple(search.looked), search.point.trials,
        search.point.seed, fresh_seed, time.perf_counter() - started,
    )  # fmt: skip


def _error(found: Estimate) -> float:
    """Return the standard error of an estimate."""
    if found.low is None or found.high is None:
        return np.nan
    return (found.high - found.low) / (2 * NORMAL_975)


def _ridge(search: _CalibrationSearch, board: Board, reference: Array, errors: Array) -> Ridge | None:
    direction = flat_direction(board, errors) if np.isfinite(errors).all() else None
    if direction is None:
        return None
    ends = probed(board, direction, reference, errors)
    first, last = ({item.input.path: item.value(u) for item, u in zip(search.inputs, end, strict=True)} for end in ends)
    return Ridge(first, last)


def _ranges(
    board: Board, is_near: NDArray[np.bool_], reference: Array, errors: Array
) -> list[tuple[float, float] | None]:
    inputs = board.points[0].size
    if not is_near.any():
        return [None] * inputs
    if inputs == 1:
        return [flat_range(board, reference, errors)]
    points = np.array(board.points)[is_near]
    return [(float(column.min()), float(column.max())) for column in points.T]


def _fit(search: _CalibrationSearch, name: str, gap: float, found: tuple[Estimate, Estimate, Estimate]) -> Fit:
    question = search.scenario.file.questions.get(name.removeprefix("question."))
    title = question.title or name if question and name.startswith("question.") else name
    seen = [row[name] for row in search.looked]
    known = [value for value in seen if value is not None]
    least, largest = (min(known), max(known)) if known else (None, None)
    return Fit(name, title, search.wanted[name], *found, gap <= MET, least, largest)


def _moved(item: Movable, unit: float, ends: tuple[float, float] | None) -> Moved:
    factor, value = item.input, item.value(unit)
    low, high = (item.value(end) for end in ends) if ends else (None, None)
    return Moved(
        factor.path, factor.title, item.low, item.high, item.start, item.was_uncertain, value, factor.written(value),
        low, high,
    )  # fmt: skip
