"""What a store answers: the table of a sweep, a row per point, to be filtered, sorted and turned into a frame."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.errors import StoreError
from negosim.experiments.frames import Kind, dataset, framed, numbers
from negosim.experiments.result import Estimate
from negosim.experiments.store.manifest import Manifest
from negosim.plots import plots
from negosim.scenario.dates import parse_duration
from negosim.scenario.numerals import parse_number
from negosim.scenario.problems import instead, one_line

Status = Literal["complete", "partial", "failed", "missing"]

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "==": operator.eq,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_CONDITION = re.compile(r"\s*(?P<name>[^<>=!]+?)\s*(?P<sign><=|>=|!=|==|=|<|>)\s*(?P<value>[^<>=!]+?)\s*\Z")


@dataclass(frozen=True)
class SweepRow:
    """A point and what it comes to.

    Attributes
    ----------
    point : its number.
    values : by input that varies; durations in days.
    status : how far it is: ``complete``, ``partial`` (some of its trials), ``failed`` or ``missing``.
    trials : played.
    estimates : by metric, with 95 % intervals that are Monte-Carlo error only.
    message : why it failed.
    """

    point: int
    values: Mapping[str, Any]
    status: Status
    trials: int
    estimates: Mapping[str, Estimate]
    message: str | None = None

    def cells(self) -> dict[str, Any]:
        """Return the row flat: ``<metric>``, ``<metric>.low`` and ``<metric>.high`` for each metric."""
        cells = {"point": self.point, **self.values, "status": self.status, "trials": self.trials}
        for name, found in self.estimates.items():
            cells |= {name: found.value, f"{name}.low": found.low, f"{name}.high": found.high}
        return {**cells, "message": self.message}


@dataclass(frozen=True)
class SweepTable:
    """The rows of a sweep.

    Attributes
    ----------
    manifest : of what.
    rows : a row per point, those that a filter left.
    """

    manifest: Manifest
    rows: tuple[SweepRow, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns of `columns`."""
        metrics = [f"{name}{end}" for name in self.manifest.metrics for end in ("", ".low", ".high")]
        return ["point", *(item.id for item in self.manifest.columns), "status", "trials", *metrics, "message"]

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as plain data."""
        return [
            {
                "point": row.point,
                "set": dict(self.manifest.points[row.point]),
                "values": dict(row.values),
                "status": row.status,
                "trials": row.trials,
                "metrics": {
                    name: {"value": found.value, "low": found.low, "high": found.high}
                    for name, found in row.estimates.items()
                },
                "message": row.message,
            }
            for row in self.rows
        ]

    def columns(self) -> dict[str, list[Any]]:
        """Return the table flat, by column: a row per point, as it is exported."""
        cells = [row.cells() for row in self.rows]
        return {name: [row[name] for row in cells] for name in self.names}

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return the table as a frame of pandas, polars or Arrow."""
        return framed(self.columns(), kind)

    @property
    def plot(self) -> Any:
        """The figures: ``plot.heatmap(x, y)``."""
        return plots("sweep", self)

    def to_xarray(self) -> Any:
        """Return the table as an `xarray.Dataset`.

        Returns
        -------
        ``value``, ``low`` and ``high`` over ``setting`` (the number of the point) and ``metric``; ``trials`` and every
        input that varies over ``setting``. In a grid ``.set_index(setting=[...]).unstack("setting")`` makes dimensions
        of the inputs.

        Raises
        ------
        LibraryError
            Where xarray is not installed.
        """
        metrics, nothing = self.manifest.metrics, Estimate(None, None, None)
        found = [[row.estimates.get(name, nothing) for name in metrics] for row in self.rows]
        shape = (len(self.rows), len(metrics))
        variables: dict[str, tuple[tuple[str, ...], NDArray[Any]]] = {
            end: (("setting", "metric"), numbers([getattr(one, end) for row in found for one in row]).reshape(shape))
            for end in ("value", "low", "high")
        }
        variables["trials"] = (("setting",), np.array([row.trials for row in self.rows], dtype=int))
        coordinates: dict[str, Any] = {"setting": [row.point for row in self.rows], "metric": list(metrics)}
        for column in self.manifest.columns:
            name = column.path if column.id in (*coordinates, *variables) else column.id
            coordinates[name] = ("setting", numbers([row.values[column.id] for row in self.rows]))
        about = {"title": self.manifest.title, "sha256": self.manifest.scenario, "seed": self.manifest.seed,
                 "variant": self.manifest.variant, "negosim": self.manifest.negosim,
                 "command": self.manifest.command}  # fmt: skip
        return dataset(variables, coordinates, about)

    def where(self, *conditions: str) -> SweepTable:
        """Return the rows that meet all conditions, such as ``war.drift > 0.05`` or ``agreement >= 0.2``.

        A condition names an input (by id or path), a metric, ``<metric>.low`` or ``.high``, ``point``, ``trials`` or
        ``status``. A row that has no value there meets none.

        Raises
        ------
        StoreError
            Where a condition cannot be read, or names nothing here.
        """
        rows = self.rows
        for condition in conditions:
            meets = self._condition(condition)
            rows = tuple(row for row in rows if meets(row))
        return replace(self, rows=rows)

    def by(self, name: str) -> SweepTable:
        """Return the rows sorted by a column, the greatest first with a ``-`` before the name; no value comes last."""
        column = self._column(name.removeprefix("-").strip())
        cells = [(row.cells()[column], row) for row in self.rows]
        known = [pair for pair in cells if pair[0] is not None]
        texts = any(isinstance(value, str) for value, _ in known)
        known.sort(key=lambda pair: str(pair[0]) if texts else pair[0], reverse=name.startswith("-"))
        return replace(self, rows=tuple(row for _, row in known) + tuple(row for value, row in cells if value is None))

    def first(self, number: int) -> SweepTable:
        """Return the first rows only."""
        return replace(self, rows=self.rows[:number])

    def _column(self, name: str) -> str:
        paths = {item.path: item.id for item in self.manifest.columns}
        if name in self.names:
            return name
        if name not in paths:
            raise StoreError(one_line(f"there is no column '{name}' ({instead(name, [*self.names, *paths])})"))
        return paths[name]

    def _condition(self, text: str) -> Callable[[SweepRow], bool]:
        found = _CONDITION.match(text)
        if not found:
            raise StoreError(f"'{text}' is no condition (write e.g. agreement > 0.2)")
        name, compare = self._column(found["name"]), _OPERATORS[found["sign"]]
        wanted = self._wanted(name, found["value"])
        if isinstance(wanted, str) and found["sign"] not in ("=", "==", "!="):
            raise StoreError(f"'{text}': '{wanted}' is no number, so only = and != can be asked")

        def meets(row: SweepRow) -> bool:
            value = row.cells()[name]
            if value is None or isinstance(value, str) != isinstance(wanted, str):
                return value is not None and found["sign"] == "!="
            return compare(value, wanted)

        return meets

    def _wanted(self, name: str, text: str) -> float | str:
        """Return what a condition compares with: a number, a duration in days, or a text."""
        text = text.strip("'\"")
        if text.lower() in ("true", "false"):
            return float(text.lower() == "true")
        try:
            return parse_number(text.removesuffix("%")) / 100 if text.endswith("%") else parse_number(text)
        except ValueError:
            pass
        if any(item.id == name and item.is_duration for item in self.manifest.columns):
            try:
                return parse_duration(text).days
            except ValueError as error:
                raise StoreError(str(error)) from error
        return text


@dataclass(frozen=True)
class SqlAnswer:
    """What a query in SQL comes to.

    Attributes
    ----------
    names : of the columns.
    rows : as they come.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def columns(self) -> dict[str, list[Any]]:
        """Return the answer by column."""
        return {name: [row[at] for row in self.rows] for at, name in enumerate(self.names)}

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return the answer as a frame of pandas, polars or Arrow."""
        return framed(self.columns(), kind)


@dataclass(frozen=True)
class Progress:
    """How much of a sweep is done.

    Attributes
    ----------
    chunks, done, failed : chunks of the design, those that are there, those that failed and are not there.
    seconds : that the chunks took to play, as far as that was kept.
    """

    chunks: int
    done: int
    failed: int
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Whether every chunk is there."""
        return self.done == self.chunks

    def as_dict(self) -> dict[str, Any]:
        """Return the progress as plain data."""
        return {
            "parts": self.chunks,
            "done": self.done,
            "failed": self.failed,
            "complete": self.is_complete,
            "seconds": round(self.seconds, 3),
        }
