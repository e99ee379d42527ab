"""Points of a design, held by column: a million take a few megabytes, and none is made before it is asked for."""

from __future__ import annotations

import hashlib
import itertools
import json
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, overload

import numpy as np

from negosim.experiments.inputs import Overrides

MOST = 5_000_000
"""Points that a design may have, whatever else bounds it."""


class _Absent:
    """Stands in a column where a point does not set the input."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


@dataclass(frozen=True, eq=False)
class PointColumn:
    """What an input is set to, point by point.

    Attributes
    ----------
    path : of the input.
    values : taken in turn, again from the start after the last one.
    each : points in a row that take the same value.
    """

    path: str
    values: Sequence[Any]
    each: int = 1

    def at(self, place: int) -> Any:
        """Return the value at a place of the design."""
        return self.values[place // self.each % len(self.values)]

    def same(self, other: PointColumn) -> bool:
        """Tell whether another column is written alike."""
        return self.path == other.path and self.each == other.each and _listed(self.values) == _listed(other.values)

    def as_dict(self) -> dict[str, Any]:
        """Return the column as plain data."""
        values = _listed(self.values)
        absent = [] if isinstance(self.values, array) else [at for at, value in enumerate(values) if value is ABSENT]
        for at in absent:
            values[at] = None
        return {"path": self.path, "each": self.each, "values": values, **({"absent": absent} if absent else {})}

    def digest(self) -> str:
        """Return a hash of the column."""
        values = self.values
        content = values.tobytes() if isinstance(values, array) else json.dumps(self.as_dict(), sort_keys=True).encode()
        return hashlib.sha256(f"{self.path}\n{self.each}\n{len(values)}\n".encode() + content).hexdigest()


class Points(Sequence[Overrides]):
    """The settings of every point, path: value.

    Parameters
    ----------
    columns : of the inputs that are set.
    of : points of the whole design.
    first, step : of the whole design these are the points `first`, `first + step`, and so on.
    """

    def __init__(self, columns: Sequence[PointColumn], of: int, *, first: int = 0, step: int = 1) -> None:
        self.columns = tuple(columns)
        self.of, self.first, self.step = of, first, step
        self._length = max(-(-(of - first) // step), 0)

    @classmethod
    def listed(cls, points: Sequence[Overrides]) -> Points:
        """Return points that are given one by one."""
        if isinstance(points, Points):
            return points
        paths = dict.fromkeys(itertools.chain.from_iterable(points))
        columns = [PointColumn(path, _held([point.get(path, ABSENT) for point in points])) for path in paths]
        return cls(columns, len(points))

    @classmethod
    def product(cls, levels: Mapping[str, Sequence[Any]]) -> Points:
        """Return every combination of some values, the last input changing fastest; none where there is no input."""
        columns, each = list[PointColumn](), 1
        for path, values in reversed(list(levels.items())):
            columns.append(PointColumn(path, _held(values), each))
            each *= len(values)
        return cls(columns[::-1], each if columns else 0)

    def crossed(self, other: Points) -> Points:
        """Return each of these points with each of some others, which change faster."""
        mine = [PointColumn(item.path, item.values, item.each * len(other)) for item in self.columns]
        return Points([*mine, *other.columns], len(self) * len(other))

    def share(self, number: int, of: int) -> Points:
        """Return one of several shares of the points, counted from 1: every so many-th point."""
        return Points(self.columns, self.of, first=self.first + self.step * (number - 1), step=self.step * of)

    @property
    def whole(self) -> Points:
        """All points of the design that these are a share of."""
        return Points(self.columns, self.of)

    @property
    def are_finite(self) -> bool:
        """Whether every number is one."""
        packed = (column.values for column in self.columns if isinstance(column.values, array))
        return all(bool(np.isfinite(values).all()) for values in packed)

    @property
    def paths(self) -> tuple[str, ...]:
        """The inputs that are set."""
        return tuple(column.path for column in self.columns)

    def values(self, path: str) -> list[Any]:
        """Return the different values that an input takes, in their order; those of the whole design."""
        column = next((item for item in self.columns if item.path == path), None)
        if column is None:
            return []
        known = {repr(value): value for value in column.values if value is not ABSENT}
        return list(known.values())

    def mapped(self, function: Callable[[Any], Any]) -> Points:
        """Return the points with every value replaced."""
        columns = [
            item
            if isinstance(item.values, array)
            else PointColumn(
                item.path, _held([value if value is ABSENT else function(value) for value in item.values]), item.each
            )
            for item in self.columns
        ]
        return Points(columns, self.of, first=self.first, step=self.step)

    def digest(self) -> str:
        """Return a hash of the points."""
        content = [self.of, self.first, self.step, *(column.digest() for column in self.columns)]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return the points as plain data."""
        columns = [column.as_dict() for column in self.columns]
        return {"of": self.of, "first": self.first, "step": self.step, "columns": columns}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Read points back.

        Raises
        ------
        TypeError, KeyError
            Where they are written in no known way.
        """
        whole = [data["of"], data["first"], data["step"]]
        is_sound = all(type(item) is int for item in whole) and isinstance(data["columns"], list)
        if not (is_sound and 0 <= whole[0] <= MOST and whole[1] >= 0 and whole[2] > 0):
            raise TypeError("the points are written in no known way")
        columns = [_column(item) for item in data["columns"]]
        if len({item.path for item in columns}) < len(columns):
            raise TypeError("the points set an input twice")
        return cls(columns, whole[0], first=whole[1], step=whole[2])

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Overrides: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Overrides, ...]: ...
    def __getitem__(self, place: int | slice) -> Overrides | tuple[Overrides, ...]:
        if isinstance(place, slice):
            return tuple(self[at] for at in range(*place.indices(self._length)))
        if not -self._length <= place < self._length:
            raise IndexError(place)
        at = self.first + self.step * (place % self._length)
        found = {column.path: column.at(at) for column in self.columns}
        return {path: value for path, value in found.items() if value is not ABSENT}

    def __iter__(self) -> Iterator[Overrides]:
        return (self[place] for place in range(self._length))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        if len(self) != len(other):
            return False
        if isinstance(other, Points) and self.is_written_like(other):
            return True
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash((self.of, self.first, self.step, self.paths))

    def is_written_like(self, other: Points) -> bool:
        """Tell whether other points are these, by their columns alone: quick, and sure only where the answer is yes."""
        mine, theirs = (self.of, self.first, self.step), (other.of, other.first, other.step)
        return (
            mine == theirs
            and len(self.columns) == len(other.columns)
            and all(one.same(another) for one, another in zip(self.columns, other.columns, strict=True))
        )


def _held(values: Sequence[Any]) -> Sequence[Any]:
    """Return values as they are kept: plain numbers packed."""
    if isinstance(values, array):
        return values
    return array("d", values) if set(map(type, values)) == {float} else list(values)


def _listed(values: Sequence[Any]) -> list[Any]:
    return values.tolist() if isinstance(values, array) else list(values)


def _column(data: Any) -> PointColumn:
    """Read a column back."""
    path, each, values, absent = data["path"], data["each"], data["values"], data.get("absent", [])
    is_sound = isinstance(path, str) and type(each) is int and each > 0 and isinstance(values, list) and values
    if not is_sound or not isinstance(absent, list):
        raise TypeError("a column of the points is written in no known way")
    for at in absent:
        if type(at) is not int or not 0 <= at < len(values):
            raise TypeError("a column of the points is written in no known way")
        values[at] = ABSENT
    return PointColumn(path, _held(values), each)
