"""What a look at the two uncertainties of an answer comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from negosim.experiments.frames import RowsFramed
from negosim.experiments.provenance import provenance
from negosim.scenario.load import Scenario

_CLEAR = 0.05
"""The chance of so large a spread from Monte-Carlo error alone, below which the spread over inputs is taken as seen."""

_LEAST_CASES = 1.0
"""Cases a point below which the chi-square law of the variance between points no longer holds (Cochran 1954)."""


@dataclass(frozen=True)
class Parts:
    """A metric over a sample of inputs, its two uncertainties apart.

    Attributes
    ----------
    value, low, high : the mean over the points with its 95 % interval: what more points and trials would change.
    between : the variance of the point means.
    monte_carlo : what of it is Monte-Carlo error, the mean over points of the variance of a point's mean.
    inputs : what of it comes from the inputs: the difference, 0 where that is negative.
    chance : the chance of a variance between points as large as this if the inputs did nothing.
    range_low, range_high : 5 % and 95 % points over the inputs, Monte-Carlo error taken off; None with a single point.
    at_most : the largest standard deviation over the inputs that the data leave possible (one-sided 95 %).
    points : those in which there was something to count.
    cases : of a share, how often a point has the rarer of yes and no on average; None for a mean.
    """

    value: float | None
    low: float | None
    high: float | None
    between: float
    monte_carlo: float
    inputs: float
    chance: float
    range_low: float | None
    range_high: float | None
    at_most: float
    points: int
    cases: float | None = None

    @property
    def is_rare(self) -> bool:
        """Whether yes (or no) is too rare at a point for anything to be said of the inputs."""
        return self.cases is not None and self.between > 0 and self.cases < _LEAST_CASES

    @property
    def is_seen(self) -> bool:
        """Whether what the inputs do stands out from Monte-Carlo error."""
        return self.chance < _CLEAR and not self.is_rare


@dataclass(frozen=True)
class Apart:
    """What a metric answers.

    Attributes
    ----------
    metric, title : its name, and the question's title where it is one.
    is_share : whether it lies in [0, 1].
    full, half : over all points, and over the first half of them.
    benchmarks : published forecasts of the question: ``p``, ``on``, ``source``, ``note``.
    """

    metric: str
    title: str
    is_share: bool
    full: Parts
    half: Parts
    benchmarks: tuple[dict[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "metric": self.metric,
            "title": self.title,
            "is_share": self.is_share,
            **asdict(self.full),
            "is_seen": self.full.is_seen,
            "is_rare": self.full.is_rare,
            "half": {key: getattr(self.half, key) for key in ("points", "value", "range_low", "range_high")},
            "benchmarks": list(self.benchmarks),
        }


@dataclass(frozen=True)
class Uncertainty(RowsFramed):
    """The two uncertainties of a scenario's answers.

    Attributes
    ----------
    scenario : what was played.
    inputs : the paths of those that vary, sorted; empty where none does.
    answers : a metric each.
    points, trials, seed : of the sample, of each point, of both.
    failed : points that the scenario refused, with the reason.
    seconds : how long it took.
    """

    scenario: Scenario
    inputs: tuple[str, ...]
    answers: tuple[Apart, ...]
    points: int
    trials: int
    seed: int
    failed: tuple[tuple[int, str], ...]
    seconds: float

    frame_columns: ClassVar[Sequence[str]] = ("metric", *(item.name for item in fields(Parts)))
    frame_index: ClassVar[str | None] = "metric"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, as ``negosim uncertainty --json`` prints it."""
        return {
            **provenance(
                self.scenario, points=self.points, trials=self.trials, seed=self.seed, seconds=self.seconds
            ),
            "inputs": list(self.inputs),
            "failed": [{"point": place, "reason": reason} for place, reason in self.failed],
            "answers": [answer.as_dict() for answer in self.answers],
        }  # fmt: skip

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return the answers, a row for every metric, which is the index of a pandas frame."""
        return [{"metric": item.metric, **asdict(item.full)} for item in self.answers]
