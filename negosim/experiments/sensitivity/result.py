"""What a sensitivity analysis answers: the effects of the inputs on the metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from negosim.experiments.frames import RowsFramed
from negosim.experiments.provenance import provenance
from negosim.experiments.result import Difference, Estimate
from negosim.plots import plots
from negosim.scenario.load import Scenario


@dataclass(frozen=True)
class Index:
    """A measure of sensitivity with its 95 % interval, and what half of the sample says."""

    value: float
    low: float
    high: float
    half: float | None = None

    @property
    def significant(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0


@dataclass(frozen=True)
class InputEffect:
    """What an input does to a metric; what its method does not give is None.

    Attributes
    ----------
    input, title : the lever or path, and what it is called.
    first : share of the variance that the input accounts for by itself.
    total : share that would be left if all else were known (sobol).
    strength : root mean square change of the metric over the range of the input (morris).
    low, high : the metric where the input lies in its lowest and its highest fifth (main).
    at_low, at_high : change of the metric at the low and the high end of the input (tornado).
    ends : those ends.
    significant : whether the effect stands out from Monte-Carlo noise.
    """

    input: str
    title: str
    first: Index | None = None
    total: Index | None = None
    strength: Index | None = None
    low: Estimate | None = None
    high: Estimate | None = None
    at_low: Difference | None = None
    at_high: Difference | None = None
    ends: tuple[float | str, float | str] | None = None
    significant: bool = False

    @property
    def size(self) -> float:
        """By which effects are ordered."""
        if self.at_low and self.at_high:
            return max(abs(end.value or 0.0) for end in (self.at_low, self.at_high))
        best = self.total or self.strength or self.first
        return best.value if best else 0.0


def plain(effect: InputEffect) -> dict[str, Any]:
    """Return an effect as plain data: what its method gives."""
    data: dict[str, Any] = {"title": effect.title, "significant": effect.significant}
    for key in ("first", "total", "strength", "low", "high"):
        found = getattr(effect, key)
        if found is not None:
            data[key] = dict(vars(found))
    for key, change in (("at_low", effect.at_low), ("at_high", effect.at_high)):
        if change is not None:
            data[key] = change.as_dict()
    if effect.ends is not None:
        data["ends"] = list(effect.ends)
    return data


Method = Literal["main", "morris", "sobol", "tornado"]


Over = Literal["inputs", "levers"]

METHODS: tuple[Method, ...] = ("main", "morris", "sobol", "tornado")


@dataclass(frozen=True)
class Sensitivity(RowsFramed):
    """Which inputs the answers of a scenario depend on.

    Attributes
    ----------
    effects : by metric, the effects in the order of their size.
    base : by metric, the answer itself: of the base (tornado), else over the sample.
    noise : by metric, the share of the variance between points that was Monte-Carlo noise; None for main and tornado.
    points, trials : how many settings were played, and how many trials at each.
    """

    scenario: Scenario
    method: Method
    over: Over
    effects: dict[str, tuple[InputEffect, ...]]
    base: dict[str, Estimate]
    noise: dict[str, float | None]
    points: int
    trials: int
    seed: int
    seconds: float

    @property
    def plot(self) -> Any:
        """The figures: ``plot.tornado()``."""
        return plots("sensitivity", self)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            **provenance(
                self.scenario, method=self.method, over=self.over, points=self.points, trials=self.trials,
                seed=self.seed, seconds=self.seconds,
            ),
            "metrics": {
                name: {
                    "base": vars(self.base[name]),
                    "noise": self.noise[name],
                    "inputs": {effect.input: plain(effect) for effect in effects},
                }
                for name, effects in self.effects.items()
            },
        }  # fmt: skip

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return a row for every metric and input."""
        rows = []
        for name, effects in self.effects.items():
            for effect in effects:
                row: dict[str, Any] = {"metric": name, "input": effect.input, "significant": effect.significant}
                for key in ("first", "total", "strength", "low", "high", "at_low", "at_high"):
                    found = getattr(effect, key)
                    row |= {key: getattr(found, "value", None)}
                    row |= {f"{key}_{end}": getattr(found, end, None) for end in ("low", "high")}
                rows.append(row)
        return rows
