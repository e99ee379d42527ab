"""Input ranges: how far an answer moves over a scenario's own input ranges, read off the draws of one run.

A run draws every uncertain input again in each trial. A regression of what came of a trial on what was drawn in it
tells apart what the inputs explain from what is luck, without another run. It finds less than there is, never more:
what inputs do only together, or in the middle of their range, stays with luck. `negosim uncertainty` plays for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.draws import quantile
from negosim.engine.kernel.streams import KernelStreams
from negosim.engine.plan import Plan
from negosim.engine.streams import Streams
from negosim.scenario.quantities import Quantity

Array = NDArray[np.float64]

MOST = 20_000
"""Trials of a run that are looked at, the first ones."""

LEAST = 200
"""Trials below which nothing is said of the inputs."""

FEWEST_CASES = 20
"""Yes and no answers that there must be of each."""

_TOGETHER = 16
"""Inputs whose draws, or errors, are worked out at a time."""

_FOLDS = 5
_THRESHOLDS = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0)
"""Strengths of evidence that are tried: what is weaker counts as noise, what is stronger is drawn towards 0."""

_NINE_TENTHS = (0.05, 0.95)
_STANDARD = Quantity("normal", (0.0, 1.0))
_CHANCE = 6.634896601021213
"""The 99 % point of the chi-square law with one degree of freedom."""

_NEWTON_STEPS = 25


@dataclass(frozen=True)
class InputRange:
    """Where nine in ten answers lie when the inputs move over their ranges.

    Attributes
    ----------
    low, high : the ends, in [0, 1]; None where the inputs are not seen to move the answer.
    """

    low: float | None
    high: float | None

    @property
    def is_seen(self) -> bool:
        """Whether the inputs are seen to move the answer."""
        return self.low is not None


NOT_SEEN = InputRange(None, None)


@dataclass(frozen=True)
class InputSlope:
    """What one input does to an answer, the others being as they are.

    Attributes
    ----------
    path : of the input.
    change : of the answer, from the input's 5 % point to its 95 % point.
    strength : that change over its standard error.
    """

    path: str
    change: float
    strength: float


class InputDraws:
    """What was drawn in the trials of a run, input by input, on a scale on which every input is standard normal.

    Parameters
    ----------
    plan, seed : of the run.
    trials : those to look at, the first ones.
    """

    def __init__(self, plan: Plan, seed: int, trials: int) -> None:
        self.paths = tuple(sorted(path for path, quantity in plan.quantities.items() if not quantity.is_constant))
        self.trials = min(trials, MOST)
        streams = (KernelStreams if kernel.library() else Streams)(seed, 0, self.trials)
        self._design = np.ones((self.trials, 1 + len(self.paths)))
        self.scores: Array = self._design[:, 1:]
        for begin in range(0, len(self.paths), _TOGETHER):
            paths = self.paths[begin : begin + _TOGETHER]
            least, width = np.array([[[0.0]], [[1.0]]]).repeat(len(paths), axis=1)
            self.scores[:, begin : begin + _TOGETHER] = streams.normals(paths, least, width).T

    def ranges(self, answers: Array) -> list[InputRange]:
        """Return the ranges of several answers over the inputs.

        Parameters
        ----------
        answers : (trials, answers) of 0 and 1, trial by trial, of the same run.
        """
        answers = answers[: self.trials]
        if self.trials < LEAST or not self.paths:
            return [NOT_SEEN] * answers.shape[1]
        every = np.ascontiguousarray(answers.T)
        different = {answer.tobytes(): answer for answer in every}  # some are asked for under several names
        held_out = self._held_out(np.column_stack(list(different.values())))
        found = dict(zip(different, map(_range, np.ascontiguousarray(held_out.T), different.values()), strict=True))
        return [found[answer.tobytes()] for answer in every]

    def _held_out(self, answers: Array) -> Array:
        """Return what each fifth of the trials is predicted to answer from the others, (trials, answers).

        Inputs are drawn independently of each other, so that each has a regression of its own, on its score and on its
        square. Weak slopes are noise: they are shrunk by the non-negative garrote (Breiman 1995), as strongly as
        predicts best what was left out.
        """
        # A fold is every fifth trial. What the others sum up to is the sum of all, less its own.
        answered, products, sums = [answers[fold::_FOLDS] for fold in range(_FOLDS)], list[Array](), list[Array]()
        # New memory costs as much as what is done in it: one array holds the features of each fold in turn.
        room = np.empty((len(answered[0]), 2 * len(self.paths)))
        for fold, y in enumerate(answered):
            x = self._features(fold, room)
            products.append((y.T @ x).T)
            sums.append(x.sum(axis=0))
        product, total, yes = sum(products), sum(sums), answers.sum(axis=0)
        found = np.empty((len(answers), len(_THRESHOLDS), answers.shape[1]))
        errors = np.zeros(found.shape[1:])
        for fold, y in enumerate(answered):
            count = len(answers) - len(y)
            mean = (yes - y.sum(axis=0)) / count
            deviation = np.sqrt(mean * (1 - mean))
            slopes = (product - products[fold] - np.outer(total - sums[fold], mean)) / count
            strength = np.abs(slopes) * np.sqrt(count) / np.where(deviation > 0, deviation, np.inf)
            kept = [np.maximum(1 - (least / np.maximum(strength, 1e-12)) ** 2, 0.0) for least in _THRESHOLDS]
            shrunk = self._features(fold, room) @ np.hstack([slopes * share for share in kept])
            predicted = mean + shrunk.reshape(len(y), *errors.shape)
            found[fold::_FOLDS] = predicted
            errors += ((predicted - y[:, None]) ** 2).sum(axis=0)
        best: Array = np.take_along_axis(found, errors.argmin(axis=0)[None, None, :], axis=1)[:, 0]
        return best

    def _features(self, fold: int, room: Array) -> Array:
        """Return the scores of a fold of the trials, and their squares on the same scale, (trials, 2 inputs).

        Parameters
        ----------
        room : an array that holds them until it is used for the next.
        """
        scores = self.scores[fold::_FOLDS]
        features = room[: len(scores)]
        straight, squares = np.hsplit(features, 2)
        straight[:] = scores
        np.square(scores, out=squares)
        squares -= 1
        squares /= np.sqrt(2)
        return features

    def slopes(self, answer: Array) -> Iterator[InputSlope]:
        """Yield what each input does to an answer, the largest change first; see `InputSlope`."""
        answer = answer[: self.trials]
        count, inputs = self.scores.shape
        if count < max(LEAST, 2 * inputs) or not inputs or np.ptp(answer) == 0:
            return
        x = self._design
        inverted = np.linalg.inv(x.T @ x)
        weights = inverted @ (x.T @ answer)
        squares = (answer - x @ weights) ** 2
        span = float(np.ptp(quantile(_STANDARD, np.array(_NINE_TENTHS))))
        order = 1 + np.argsort(-np.abs(weights[1:]), kind="stable")
        for begin in range(0, inputs, _TOGETHER):
            places = order[begin : begin + _TOGETHER]
            # Errors that hold whatever the variance of an answer depends on (White 1980).
            errors = np.sqrt(squares @ (x @ inverted[:, places]) ** 2)
            for place, error in zip(places.tolist(), errors.tolist(), strict=True):
                yield InputSlope(self.paths[place - 1], span * float(weights[place]), float(weights[place]) / error)


def _range(predicted: Array, answer: Array) -> InputRange:
    """Return where nine in ten chances lie, the predictions turned into chances that fit what was left out of them."""
    if min(answer.sum(), answer.size - answer.sum()) < FEWEST_CASES or np.ptp(predicted) == 0:
        return NOT_SEEN
    x = (predicted - predicted.mean()) / predicted.std()
    level, slope = _logistic(x, answer)
    chances = _chance(level + slope * x)
    gain = 2 * (_likelihood(chances, answer) - _likelihood(np.full_like(answer, answer.mean()), answer))
    if slope <= 0 or gain < _CHANCE:
        return NOT_SEEN
    low, high = np.quantile(chances, _NINE_TENTHS)
    return InputRange(float(low), float(high))


def _logistic(x: Array, y: Array) -> tuple[float, float]:
    """Return the level and the slope of the logistic regression of y on x, by Newton's method."""
    mean = float(y.mean())
    level, slope = float(np.log(mean / (1 - mean))), 0.0
    for _ in range(_NEWTON_STEPS):
        p = _chance(level + slope * x)
        weight, rest = p * (1 - p), y - p
        a, b, c = float(weight.sum()), float(weight @ x), float(weight @ (x * x))
        step = np.linalg.solve([[a, b], [b, c]], [float(rest.sum()), float(rest @ x)])
        level, slope = level + float(step[0]), slope + float(step[1])
        if np.abs(step).max() < 1e-9:
            break
    return level, slope


def _chance(logit: Array) -> Array:
    chance: Array = 1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0)))
    return chance


def _likelihood(chance: Array, y: Array) -> float:
    return float(np.log(np.where(y > 0, chance, 1 - chance)).sum())


def reached_by(first: NDArray[np.int32], ticks: Sequence[int]) -> Array:
    """Return whether trials had first reached something by each of some ticks, (trials, ticks) of 0 and 1.

    >>> reached_by(np.array([3, -1, 0], dtype=np.int32), [0, 5])
    array([[0., 1.],
           [0., 0.],
           [1., 1.]])
    """
    at = np.asarray(ticks)
    return ((first[:, None] >= 0) & (first[:, None] <= at)).astype(np.float64)
