"""What a store answers: the table of a sweep, a row per point, to be filtered, sorted and turned into a frame."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.errors import StoreError
from negosim.experiments.frames import Kind, dataset, framed, numbers
from negosim.experiments.result import Estimate
from negosim.experiments.store.manifest import Manifest, PointCells, value_at
from negosim.plots import plots
from negosim.scenario.dates import parse_duration
from negosim.scenario.numerals import parse_number
from negosim.scenario.problems import instead, one_line

Status = Literal["complete", "partial", "failed", "missing"]

_AT_A_TIME = 10_000
"""Rows that are held at a time."""

_KINDS = "('integer', 'real')", "('text')"

Item = TypeVar("Item")

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
class MetricEnds:
    """How far the answers of the points lie apart.

    Attributes
    ----------
    least, greatest : of the estimates of the points.
    error : how far the end of a point's 95 % interval lies from its estimate, at most: Monte-Carlo error only.
    """

    least: float
    greatest: float
    error: float


class RowSource(Protocol):
    """Who knows what every point comes to."""

    def cells(self, conditions: str, arguments: Sequence[Any], order: str, limit: int | None) -> Iterator[PointCells]:
        """Yield the rows that meet conditions, in SQL; see `negosim.experiments.store.index`."""
        ...

    def measured(self, asked: str, conditions: str, arguments: Sequence[Any]) -> PointCells:
        """Return what is asked of the rows that meet conditions, in SQL."""
        ...


@dataclass(frozen=True, eq=False)
class SweepTable:
    """The rows of a sweep, a row per point. They are read when they are asked for, some at a time.

    Attributes
    ----------
    manifest : of what.
    source : that knows them.
    conditions, arguments : that a row meets, in SQL.
    order : in which they come, in SQL.
    limit : rows at most; None where there is no limit.
    """

    manifest: Manifest
    source: RowSource
    conditions: str = "1"
    arguments: tuple[Any, ...] = ()
    order: str = "point"
    limit: int | None = None

    @property
    def rows(self) -> tuple[SweepRow, ...]:
        """All rows. Of a large sweep rather take them one after the other: the table can be iterated."""
        return tuple(self)

    def __iter__(self) -> Iterator[SweepRow]:
        return map(self._row, self.source.cells(self.conditions, self.arguments, self.order, self.limit))

    def __len__(self) -> int:
        count = int(self.source.measured("count(*)", self.conditions, self.arguments)[0])
        return count if self.limit is None else min(count, self.limit)

    @property
    def names(self) -> list[str]:
        """The names of the columns of `columns`."""
        metrics = [f"{name}{end}" for name in self.manifest.metrics for end in ("", ".low", ".high")]
        return ["point", *(item.id for item in self.manifest.columns), "status", "trials", *metrics, "message"]

    def as_dicts(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as plain data."""
        for row in self:
            metrics = {
                name: {"value": found.value, "low": found.low, "high": found.high}
                for name, found in row.estimates.items()
            }
            settings = {"set": dict(self.manifest.points[row.point]), "values": dict(row.values)}
            state = {"status": row.status, "trials": row.trials, "metrics": metrics, "message": row.message}
            yield {"point": row.point, **settings, **state}

    def columns(self) -> dict[str, list[Any]]:
        """Return the table flat, by column: a row per point, as it is exported."""
        found: dict[str, list[Any]] = {name: [] for name in self.names}
        for block in self.blocks():
            for name, values in block.items():
                found[name] += values
        return found

    def blocks(self) -> Iterator[dict[str, list[Any]]]:
        """Yield the table flat, by column, some rows at a time; one block without rows where there are none."""
        given = False
        for rows in batched(self, _AT_A_TIME):
            cells = [row.cells() for row in rows]
            yield {name: [row[name] for row in cells] for name in self.names}
            given = True
        if not given:
            yield {name: [] for name in self.names}

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
        rows = self.rows
        found = [[row.estimates.get(name, nothing) for name in metrics] for row in rows]
        shape = (len(rows), len(metrics))
        variables: dict[str, tuple[tuple[str, ...], NDArray[Any]]] = {
            end: (("setting", "metric"), numbers([getattr(one, end) for row in found for one in row]).reshape(shape))
            for end in ("value", "low", "high")
        }
        variables["trials"] = (("setting",), np.array([row.trials for row in rows], dtype=int))
        coordinates: dict[str, Any] = {"setting": [row.point for row in rows], "metric": list(metrics)}
        for column in self.manifest.columns:
            name = column.path if column.id in (*coordinates, *variables) else column.id
            coordinates[name] = ("setting", numbers([row.values[column.id] for row in rows]))
        about = {"title": self.manifest.title, "sha256": self.manifest.scenario, "seed": self.manifest.seed,
                 "variant": self.manifest.variant, "negosim": self.manifest.negosim,
                 "command": self.manifest.command}  # fmt: skip
        return dataset(variables, coordinates, about)

    def where(self, *conditions: str) -> SweepTable:
        """Return the rows that meet all conditions, such as ``war.drift > 0.05`` or ``agreement >= 0.2``.

        Conditions compare a column or the path of an input with a number, a duration or a word. A row that has no value
        there does not meet them.

        Raises
        ------
        StoreError
            Where a condition cannot be read.
        """
        found = self
        for text in conditions:
            sql, argument = self._condition(text)
            arguments = (*found.arguments, *(argument,) * sql.count("?"))
            found = replace(found, conditions=f"{found.conditions} AND ({sql})", arguments=arguments)
        return found

    def by(self, name: str) -> SweepTable:
        """Return the rows sorted by a column, the greatest first with a ``-`` before the name; no value comes last."""
        column = self._stored(self._column(name.removeprefix("-").strip()))
        order = f"{column} IS NULL, {column}{' DESC' if name.startswith('-') else ''}, point"
        return replace(self, order=order)

    def first(self, number: int) -> SweepTable:
        """Return the first rows only."""
        return replace(self, limit=number if self.limit is None else min(number, self.limit))

    def unmoved(self) -> list[str]:
        """Return the metrics that come out the same at all points that were played."""
        columns = [self._stored(name) for name in self.manifest.metrics]
        asked = ", ".join(f"min({name}), max({name}), count({name})" for name in columns)
        many, *found = self.source.measured(f"count(*), {asked}", f"{self.conditions} AND trials > 0", self.arguments)
        if many < 2:
            return []
        ends = zip(self.manifest.metrics, found[::3], found[1::3], found[2::3], strict=True)
        return [name for name, low, high, known in ends if low == high and known in (0, many)]

    def ends(self) -> dict[str, MetricEnds]:
        """Return the least and the greatest answer over the points that were played, by metric; limits do not count."""
        stored = [[self._stored(f"{name}{end}") for end in ("", ".low", ".high")] for name in self.manifest.metrics]
        asked = ", ".join(f"min({v}), max({v}), max({v} - {low}), max({high} - {v})" for v, low, high in stored)
        found = self.source.measured(asked, f"{self.conditions} AND trials > 0", self.arguments) if asked else ()
        quarters = (found[at : at + 4] for at in range(0, len(found), 4))
        return {
            name: MetricEnds(least, greatest, max(below or 0.0, above or 0.0))
            for name, (least, greatest, below, above) in zip(self.manifest.metrics, quarters, strict=True)
            if least is not None
        }

    def _row(self, cells: PointCells) -> SweepRow:
        point, _, status, trials, message, *rest = cells
        settings, columns = self.manifest.points[point], self.manifest.columns
        bounds = iter(rest[len(columns) :])
        return SweepRow(
            point=point,
            values={column.id: value_at(column, settings) for column in columns},
            status=status,
            trials=trials,
            estimates={
                name: Estimate(*ends)
                for name, ends in zip(self.manifest.metrics, zip(bounds, bounds, bounds, strict=True), strict=True)
            },
            message=message,
        )

    def _column(self, name: str) -> str:
        paths = {item.path: item.id for item in self.manifest.columns}
        if name in self.names:
            return name
        if name not in paths:
            raise StoreError(one_line(f"there is no column '{name}' ({instead(name, [*self.names, *paths])})"))
        return paths[name]

    def _stored(self, name: str) -> str:
        """Return what a column is called in the index."""
        stored = {item.id: f"i{at}" for at, item in enumerate(self.manifest.columns)}
        for at, metric in enumerate(self.manifest.metrics):
            stored |= {metric: f"v{at}", f"{metric}.low": f"l{at}", f"{metric}.high": f"h{at}"}
        return stored.get(name, name)

    def _condition(self, text: str) -> tuple[str, float | str]:
        """Return a condition in SQL, and what it compares with at every question mark."""
        found = _CONDITION.match(text)
        if not found:
            raise StoreError(f"'{text}' is no condition (write e.g. agreement > 0.2)")
        name, sign = self._column(found["name"]), found["sign"]
        wanted = self._wanted(name, found["value"])
        if isinstance(wanted, str) and sign not in ("=", "==", "!="):
            raise StoreError(f"'{text}': '{wanted}' is no number, so only = and != can be asked")
        column = self._stored(name)
        mine, other = _KINDS if isinstance(wanted, float) else _KINDS[::-1]
        sql = f"typeof({column}) IN {mine} AND {column} {sign} ?"
        return (f"{sql} OR typeof({column}) IN {other}" if sign == "!=" else sql), wanted

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


def batched(rows: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield rows in lists of so many."""
    left = iter(rows)
    while found := list(itertools.islice(left, size)):
        yield found


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
    parts, done, failed : parts of the design (a point over a range of trials each), those that are there, those that
        failed.
    seconds : that the parts took to play, as far as that was kept.
    """

    parts: int
    done: int
    failed: int
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Whether every part is there."""
        return self.done == self.parts

    def as_dict(self) -> dict[str, Any]:
        """Return the progress as plain data."""
        return {
            "parts": self.parts,
            "done": self.done,
            "failed": self.failed,
            "complete": self.is_complete,
            "seconds": round(self.seconds, 3),
        }
