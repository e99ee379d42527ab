"""The manifest of a store: what was asked of which scenario, and the points of the design."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from negosim.experiments.errors import StoreError
from negosim.experiments.inputs import Input, Overrides
from negosim.experiments.points import Points
from negosim.experiments.store.chunk import MOST_VALUES, Chunk, Part, canonical, digest
from negosim.results.build_identity import Build, build_identity, differences
from negosim.scenario.dates import parse_duration
from negosim.version import __version__

FORMAT = 2
"""Version of the layout of a store."""

_MOST_TRIALS = 1_000_000_000
_MOST_PARTS = 5_000_000
_MOST_COLUMNS = 600
_MOST_SHOWN = 4

PointCells = tuple[Any, ...]
"""A row of the index: point, first chunk of its group, status, trials, message, inputs, metrics with intervals."""

MOST_CHUNK_POINTS, _LEAST_CHUNK_POINTS = 5_000, 500
_CHUNK_TRIALS = 200_000
_CHUNK_VALUES = 2_000_000
"""What a chunk holds at most: points, trials that are worth fewer points, metrics times points times trials."""


def chunk_points(part_trials: int, metrics: int) -> int:
    """Return how many points a chunk should have, so many trials each.

    >>> chunk_points(20, 3), chunk_points(300, 3), chunk_points(1000, 3), chunk_points(4096, 3)
    (5000, 666, 500, 162)
    """
    worth = max(_CHUNK_TRIALS // part_trials, _LEAST_CHUNK_POINTS)
    return max(min(worth, MOST_CHUNK_POINTS, _CHUNK_VALUES // (part_trials * metrics)), 1)


_TAKEN = {"point", "status", "trials", "message"}


def value_at(item: Input, point: Mapping[str, Any]) -> Any:
    """Return the value of an input at a point: a duration as days, more than one number as JSON; None if not set."""
    value = point.get(item.path)
    if isinstance(value, list | dict):
        return canonical(value)
    if item.is_duration and isinstance(value, str):
        try:
            return parse_duration(value).days
        except ValueError:
            return value
    return value


@dataclass(frozen=True)
class Manifest:
    """What a store holds the results of.

    Attributes
    ----------
    scenario, title : SHA-256 and title of the scenario.
    variant, set : what was applied to it before the points.
    metrics, is_share : names of what is counted, and whether each is a share.
    seed, trials : of every point.
    points : the settings of every point, path: value; held as `negosim.experiments.points.Points`.
    factors : what varies, in the order of the columns.
    design : how the points were chosen, in plain data.
    part_trials : trials of a point that a chunk holds at most.
    chunk_points : points that a chunk holds at most; what suits the trials where it is 0.
    shard : which share of the points this is, counted from 1, and of how many; None where it is all of them.
    negosim : version that plays.
    build : identity of the build that plays; empty where a store notes none, as those of older versions.
    command : line that asked for the sweep, where there was one.
    labels : what the scenario calls things, as `negosim.results.labels.labels` returns it; empty where a store notes
        none, as those of older versions.
    """

    scenario: str
    title: str
    metrics: tuple[str, ...]
    is_share: tuple[bool, ...]
    seed: int
    trials: int
    points: Sequence[Overrides]
    factors: tuple[Input, ...] = ()
    variant: str | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    design: Mapping[str, Any] = field(default_factory=dict)
    part_trials: int = 1000
    chunk_points: int = 0
    shard: tuple[int, int] | None = None
    negosim: str = __version__
    build: Build = field(default_factory=build_identity)
    command: str | None = None
    labels: Mapping[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    def __post_init__(self) -> None:
        for name in ("set", "design", "labels"):
            object.__setattr__(self, name, _plain(getattr(self, name)))
        points = Points.listed(self.points).mapped(_plain)
        object.__setattr__(self, "points", points)
        if not points.are_finite:
            raise StoreError("a setting that is no finite number cannot be kept in a store")
        if not self.metrics or len(self.metrics) != len(self.is_share) or len(set(self.metrics)) != len(self.metrics):
            raise StoreError("a store needs metrics, each named once")
        if len({item.id for item in self.columns}) != len(self.columns):
            raise StoreError("an input varies twice")
        if not (self.trials > 0 and self.part_trials > 0):
            raise StoreError("a store needs at least one trial a point")
        if self.trials > _MOST_TRIALS:
            raise StoreError(
                f"a store holds at most {_MOST_TRIALS:,} trials a point, those of all replications together, not "
                f"{self.trials:,}"
            )
        if not self.points or len(self.points) * -(-self.trials // self.part_trials) > _MOST_PARTS:
            raise StoreError(f"a store holds at least one part and at most {_MOST_PARTS:,}")
        if len(self.metrics) + len(self.columns) > _MOST_COLUMNS:
            raise StoreError(f"a store keeps {_MOST_COLUMNS:,} inputs and metrics at most")
        values = min(self.trials, self.part_trials) * len(self.metrics)
        if values > MOST_VALUES or values * self.chunk_points > MOST_VALUES or self.chunk_points < 0:
            raise StoreError(f"a chunk may hold {MOST_VALUES:,} values at most: take fewer trials a part")
        if not self.chunk_points:
            suitable = chunk_points(min(self.trials, self.part_trials), len(self.metrics))
            object.__setattr__(self, "chunk_points", min(suitable, len(self.points)))

    @cached_property
    def origin(self) -> str:
        """The hash of what all points share: scenario, variant, settings, version, build."""
        build = [self.build["id"]] if self.build else []
        return digest(canonical([self.scenario, self.variant, dict(self.set), self.negosim, self.format, *build]))

    @cached_property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The ranges of trials of every point: number of the first, and how many."""
        return tuple(
            (first, min(self.part_trials, self.trials - first)) for first in range(0, self.trials, self.part_trials)
        )

    @cached_property
    def identity(self) -> str:
        """The hash of all that the results depend on: what all points share, and the points."""
        asked = [self.origin, self.seed, self.trials, self.part_trials, self.chunk_points, list(self.metrics)]
        return digest(canonical([*asked, self.settings.digest()]))

    @property
    def settings(self) -> Points:
        """The points, held by column."""
        return Points.listed(self.points)

    @property
    def chunks(self) -> int:
        """How many chunks there are."""
        return self.groups * len(self.ranges)

    @property
    def groups(self) -> int:
        """How many groups of points there are: those of one chunk, with all their trials."""
        return -(-len(self.points) // self.chunk_points)

    @property
    def parts(self) -> int:
        """How many parts there are: a point over a range of trials each."""
        return len(self.points) * len(self.ranges)

    def chunk(self, number: int) -> Chunk:
        """Return a chunk by its number: the ranges of trials of the first points, then those of the next."""
        group, place = divmod(number, len(self.ranges))
        start = group * self.chunk_points
        return Chunk(number, start, min(start + self.chunk_points, len(self.points)), *self.ranges[place])

    def group(self, number: int) -> list[Chunk]:
        """Return the chunks of a group of points, in the order of their trials."""
        many = len(self.ranges)
        return [self.chunk(place) for place in range(number * many, (number + 1) * many)]

    def chunk_of(self, part: Part) -> Chunk:
        """Return the chunk that holds a part.

        Raises
        ------
        StoreError
            Where there is no such part.
        """
        if 0 <= part.point < len(self.points) and part == self.part(part.point, part.first, part.trials):
            for place, span in enumerate(self.ranges):
                if span == (part.first, part.trials):
                    return self.chunk(part.point // self.chunk_points * len(self.ranges) + place)
        raise StoreError(f"point {part.point}, trials from {part.first}, is no part of these results")

    def part(self, point: int, first: int, trials: int) -> Part:
        """Return a part."""
        return Part(point, self.points[point], self.seed, first, trials)

    @cached_property
    def columns(self) -> tuple[Input, ...]:
        """The factors, and what else the points set. One whose id is the name of something else goes by its path."""
        taken = {*_TAKEN, *self.metrics}
        factors = [replace(item, id=item.path) if item.id in taken else item for item in self.factors]
        known = {column.path for column in factors}
        return (*factors, *(Input(path, path, path) for path in self.settings.paths if path not in known))

    def as_dict(self) -> dict[str, Any]:
        """Return the manifest as plain data, the points left out."""
        return {
            "format": self.format,
            "negosim": self.negosim,
            "build": dict(self.build),
            "command": self.command,
            "scenario": self.scenario,
            "title": self.title,
            "variant": self.variant,
            "set": dict(self.set),
            "seed": self.seed,
            "trials": self.trials,
            "part_trials": self.part_trials,
            "chunk_points": self.chunk_points,
            "shard": None if self.shard is None else list(self.shard),
            "metrics": [
                {"name": name, "is_share": share} for name, share in zip(self.metrics, self.is_share, strict=True)
            ],
            "factors": [
                {"id": item.id, "title": item.title, "path": item.path, "is_duration": item.is_duration}
                for item in self.factors
            ],
            "design": dict(self.design),
            "labels": dict(self.labels),
        }

    def content(self) -> bytes:
        """Return ``design.json``: the manifest, then the points, a column a line."""
        head = json.dumps(self.as_dict(), indent=2, sort_keys=True, allow_nan=False)
        points = self.settings.as_dict()
        columns = ",\n".join(map(canonical, points.pop("columns")))
        rest = canonical(points)[1:-1]
        return f'{head[:-2]},\n  "points": {{{rest},"columns":[\n{columns}\n]}}\n}}\n'.encode()

    def build_differences(self, other: Manifest) -> list[str]:
        """Return what plays otherwise in another manifest, in words: what this store has, then what there is now."""
        versions = f"version of negosim: {short(self.negosim)} there, {short(other.negosim)} now"
        return [versions] * (self.negosim != other.negosim) + differences(self.build, other.build)

    def differences(self, other: Manifest) -> list[str]:
        """Return what another manifest asks otherwise, in words: what this store has, then what is wanted."""
        found = [
            f"{words}: {short(getattr(self, name))} there, {short(getattr(other, name))} now"
            for name, words in _WORDS.items()
            if getattr(self, name) != getattr(other, name)
        ]
        if len(self.points) != len(other.points):
            found.append(f"points: {len(self.points):,} there, {len(other.points):,} now")
            return found
        if self.settings.is_written_like(other.settings):
            return found
        apart = [at for at, pair in enumerate(zip(self.points, other.points, strict=True)) if pair[0] != pair[1]]
        for at in apart[:1]:
            mine, wanted = self.points[at], other.points[at]
            path = next(path for path in sorted({*mine, *wanted}) if mine.get(path) != wanted.get(path))
            more = f" (and {len(apart) - 1:,} points more)" if len(apart) > 1 else ""
            found.append(f"point {at}, {path}: {short(mine.get(path))} there, {short(wanted.get(path))} now{more}")
        return found


_WORDS = {
    "format": "version of the store",
    "scenario": "content of the scenario (SHA-256)",
    "variant": "variant",
    "set": "settings",
    "seed": "seed",
    "trials": "trials a point",
    "part_trials": "trials a part",
    "chunk_points": "points a chunk",
    "shard": "shard",
    "metrics": "metrics",
    "is_share": "kinds of metrics",
    "factors": "inputs that vary",
    "design": "design",
}


def _plain(value: Any) -> Any:
    """Return data as JSON holds it: NumPy numbers as Python's, tuples as lists.

    Raises
    ------
    StoreError
        Where JSON cannot hold it.
    """
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise StoreError(f"{short(value)} cannot be kept in a store")


def short(value: object, most: int = 60) -> str:
    """Return a value as a message shows it."""
    shorten: Callable[[object], str] = str if isinstance(value, str) else repr
    if isinstance(value, tuple):
        shown = ", ".join(short(getattr(item, "id", item)) for item in value[:_MOST_SHOWN])
        return shown + (f" and {len(value) - _MOST_SHOWN} more" if len(value) > _MOST_SHOWN else "")
    text = "none" if value is None else shorten(value)
    return text if len(text) <= most else f"{text[:most]}…"
