"""What a calibration answers: how well the targets are met, by which values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from negosim.experiments.calibrate.variant import settings_of, write_variant
from negosim.experiments.frames import RowsFramed
from negosim.experiments.provenance import provenance
from negosim.experiments.result import Estimate
from negosim.scenario.labels import MOST_IN_LABEL
from negosim.scenario.load import Scenario

MET = 0.01
"""A target is met within this: of a share as it is, of a mean as a part of the target."""


@dataclass(frozen=True)
class Fit:
    """How well a target is met.

    Attributes
    ----------
    metric, title, wanted : the target.
    present : the answer of the scenario as it is.
    fitted : the answer of the fit, with the draws of the search.
    fresh : its answer with other draws.
    is_met : whether `fitted` lies within `MET` of the target.
    least, largest : the answers seen anywhere in the ranges; None where there was none.
    """

    metric: str
    title: str
    wanted: float
    present: Estimate
    fitted: Estimate
    fresh: Estimate
    is_met: bool
    least: float | None
    largest: float | None


@dataclass(frozen=True)
class Moved:
    """An input that was moved.

    Attributes
    ----------
    path, title : where it stands, what it is called.
    low, high : the range it could move in; durations in days.
    present : its value before, the median where it was uncertain.
    was_uncertain : whether the scenario draws it; the fit has a single value in its place.
    value : of the fit.
    written : the same as a scenario file holds it.
    near_low, near_high : the values seen whose answers lie within one standard error; None where there is no telling.
    """

    path: str
    title: str
    low: float
    high: float
    present: float
    was_uncertain: bool
    value: float
    written: float | str
    near_low: float | None
    near_high: float | None


@dataclass(frozen=True)
class Ridge:
    """A flat direction among several inputs: two points between which the answers stay within one standard error.

    Attributes
    ----------
    first, last : the points, path: value. Where the ridge was too narrow to follow, both are the fit.
    """

    first: dict[str, float]
    last: dict[str, float]


@dataclass(frozen=True)
class Calibration(RowsFramed):
    """The outcome of a calibration.

    Attributes
    ----------
    scenario : as it was; it is not changed.
    fits, moved : the targets and the inputs, in the order given.
    ridge : with several inputs, the flat direction; None where there is none.
    near : points looked at whose answers lie within one standard error of the targets (of the fit, where it does not
        meet them so closely).
    looked : the points looked at: path: value and metric: answer.
    trials, seed, fresh_seed : of every point, of the search, of the check.
    seconds : how long it took.
    """

    scenario: Scenario
    fits: tuple[Fit, ...]
    moved: tuple[Moved, ...]
    ridge: Ridge | None
    near: int
    looked: tuple[dict[str, float | None], ...] = field(repr=False)
    trials: int
    seed: int
    fresh_seed: int
    seconds: float

    @property
    def is_met(self) -> bool:
        """Whether all targets are met."""
        return all(fit.is_met for fit in self.fits)

    @property
    def settings(self) -> dict[str, float | str]:
        """The fit as overrides, path: value."""
        return {item.path: item.written for item in self.moved}

    def write(self, path: str | Path, out: str | Path, name: str = "calibrated") -> None:
        """Write a copy of the scenario's file with the fit as a variant; see `negosim.experiments.calibrate.variant`.

        Raises
        ------
        FileExistsError
            Where there is something at ``out``.
        ValueError
            Where the name will not do or the text cannot take a variant.
        """
        write_variant(Path(path), Path(out), name, self.title, settings_of(self.scenario, self.settings))

    @property
    def title(self) -> str:
        """What the variant stands for."""
        targets = "; ".join(f"{fit.title} {fit.wanted:g}" for fit in self.fits)
        title = f"Calibrated to {targets}" if self.is_met else f"As near as could be to {targets}"
        return title if len(title) <= MOST_IN_LABEL else f"{title[: MOST_IN_LABEL - 1]}…"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, as ``negosim calibrate --json`` prints it."""
        return {
            **provenance(
                self.scenario, trials=self.trials, seed=self.seed, fresh_seed=self.fresh_seed, seconds=self.seconds
            ),
            "is_met": self.is_met,
            "targets": [asdict(fit) for fit in self.fits],
            "inputs": [asdict(item) for item in self.moved],
            "near": self.near,
            "ridge": asdict(self.ridge) if self.ridge else None,
            "looked": list(self.looked),
        }  # fmt: skip

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return the points looked at."""
        return self.looked
