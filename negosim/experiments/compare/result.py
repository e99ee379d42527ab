"""What a comparison answers: the metrics of every scenario, and their differences from the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from negosim.experiments.frames import RowsFramed
from negosim.experiments.provenance import identity
from negosim.experiments.result import Difference, Estimate
from negosim.results.build_identity import origin
from negosim.scenario.load import Scenario

Names = tuple[str, ...]

_COLUMNS = ("metric", "group", "scenario", "base", "base_low", "base_high", "value", "low", "high", "difference",
            "difference_low", "difference_high", "gained", "lost", "significant", "needed")  # fmt: skip


@dataclass(frozen=True)
class ComparisonRow:
    """A metric in every scenario.

    Attributes
    ----------
    metric : its name, as in `negosim.experiments.metrics`.
    group : what it belongs to: ``reached``, ``questions``, ``final``, ``held``, ``terms``, ``refusals`` or ``tolls``.
    is_share : whether it lies in [0, 1].
    estimates : in each scenario, the base first; None in one that does not know the metric.
    differences : of each alternative from the base; None where it cannot be taken.
    """

    metric: str
    group: str
    is_share: bool
    estimates: tuple[Estimate | None, ...]
    differences: tuple[Difference | None, ...]

    @property
    def same(self) -> bool:
        """Whether every history counts the same in every scenario."""
        return all(found is not None and found.same for found in self.differences)

    @property
    def significant(self) -> bool:
        """Whether any alternative differs significantly from the base."""
        return any(found is not None and found.significant for found in self.differences)


@dataclass(frozen=True)
class Comparison(RowsFramed):
    """Scenarios side by side.

    Attributes
    ----------
    labels : what each scenario is called, the base first.
    scenarios : as they were played.
    trials, seed, seconds : of the runs.
    rows : the metrics.
    objections : track: party: for each scenario, the parts of its refusals by the issue they were over.
    only : label: group: what that scenario has and another lacks (the base), or the base has and that one lacks.
    words : what the output calls things.
    chosen : whether the metrics were named by the user.
    """

    labels: Names
    scenarios: tuple[Scenario, ...]
    trials: int
    seed: int
    seconds: float
    rows: tuple[ComparisonRow, ...]
    objections: dict[str, dict[str, tuple[dict[str, float], ...]]]
    only: dict[str, dict[str, dict[str, list[str]]]]
    words: dict[str, Any]
    chosen: bool

    frame_columns: ClassVar[Sequence[str]] = _COLUMNS

    def row(self, metric: str) -> ComparisonRow:
        """Return the row of a metric.

        Raises
        ------
        KeyError
            Where there is none.
        """
        for found in self.rows:
            if found.metric == metric:
                return found
        raise KeyError(metric)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``negosim compare --json`` prints."""
        return {
            "base": self.labels[0],
            "scenarios": {
                label: {
                    **identity(scenario),
                    "variant_title": _variant_title(scenario),
                    "as_of": scenario.file.as_of.isoformat(),
                    "horizon": scenario.file.end.isoformat(),
                }
                for label, scenario in zip(self.labels, self.scenarios, strict=True)
            },
            "run": {
                **origin(),
                "trials": self.trials,
                "seed": self.seed,
                "seconds": round(self.seconds, 3),
            },
            "metrics": {row.metric: self._metric(row) for row in self.rows},
            "refusals_over": {
                track: {party: dict(zip(self.labels, parts, strict=True)) for party, parts in parties.items()}
                for track, parties in self.objections.items()
            },
            "only": self.only,
            "labels": self.words,
        }

    def _metric(self, row: ComparisonRow) -> dict[str, Any]:
        alternatives = {}
        for label, found, change in zip(self.labels[1:], row.estimates[1:], row.differences, strict=True):
            alternatives[label] = {**_plain(found), "difference": change.as_dict() if change else None}
        return {"group": row.group, "base": _plain(row.estimates[0]), "alternatives": alternatives}

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return a row for every metric and alternative."""
        return [cells for row in self.rows for cells in self._cells(row)]

    def _cells(self, row: ComparisonRow) -> list[dict[str, Any]]:
        base = row.estimates[0] or Estimate(None, None, None)
        cells = []
        for label, found, change in zip(self.labels[1:], row.estimates[1:], row.differences, strict=True):
            here, less = found or Estimate(None, None, None), change or Difference(None, None, None)
            values = (row.metric, row.group, label, base.value, base.low, base.high, here.value, here.low, here.high,
                      less.value, less.low, less.high, less.gained, less.lost, less.significant,
                      less.needed)  # fmt: skip
            cells.append(dict(zip(_COLUMNS, values, strict=True)))
        return cells


def _variant_title(scenario: Scenario) -> str | None:
    variant = scenario.file.variants.get(scenario.variant or "")
    return variant.title if variant else None


def _plain(found: Estimate | None) -> dict[str, float | None]:
    found = found or Estimate(None, None, None)
    return {"value": found.value, "low": found.low, "high": found.high}
