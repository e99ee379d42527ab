"""The manifest of a store: what was asked of which scenario, and the points of the design."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from negosim.experiments.errors import StoreError
from negosim.experiments.inputs import Input
from negosim.experiments.store.atomic import read_bounded, write_whole
from negosim.experiments.store.chunk import MOST_VALUES, Chunk, canonical, digest
from negosim.results.build_identity import Build, build_identity, differences
from negosim.scenario.dates import parse_duration
from negosim.scenario.problems import one_line
from negosim.version import __version__

FORMAT = 1
"""Version of the layout of a store."""

NAME = "design.json"
LARGEST = 256_000_000
"""Bytes that ``design.json`` may have."""

_MOST_TRIALS = 1_000_000_000
_MOST_PARTS = 5_000_000
_MOST_SHOWN = 4
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
    points : the settings of every point, path: value.
    factors : what varies, in the order of the columns.
    design : how the points were chosen, in plain data.
    part_trials : trials that a chunk holds at most.
    negosim : version that plays.
    build : identity of the build that plays; empty where a store notes none, as those of older versions.
    command : line that asked for the sweep, where there was one.
    """

    scenario: str
    title: str
    metrics: tuple[str, ...]
    is_share: tuple[bool, ...]
    seed: int
    trials: int
    points: tuple[Mapping[str, Any], ...]
    factors: tuple[Input, ...] = ()
    variant: str | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    design: Mapping[str, Any] = field(default_factory=dict)
    part_trials: int = 1000
    negosim: str = __version__
    build: Build = field(default_factory=build_identity)
    command: str | None = None
    format: int = FORMAT

    def __post_init__(self) -> None:
        for name in ("set", "design", "points"):
            object.__setattr__(self, name, _plain(getattr(self, name)))
        object.__setattr__(self, "points", tuple(self.points))
        if not self.metrics or len(self.metrics) != len(self.is_share) or len(set(self.metrics)) != len(self.metrics):
            raise StoreError("a store needs metrics, each named once")
        if len({item.id for item in self.columns}) != len(self.columns):
            raise StoreError("an input varies twice")
        if not (0 < self.trials <= _MOST_TRIALS and self.part_trials > 0):
            raise StoreError("a store needs at least one trial a point")
        if not self.points or len(self.points) * -(-self.trials // self.part_trials) > _MOST_PARTS:
            raise StoreError(f"a store holds at least one part and at most {_MOST_PARTS:,}")
        if min(self.trials, self.part_trials) * len(self.metrics) > MOST_VALUES:
            raise StoreError(f"a part may hold {MOST_VALUES:,} values at most: take fewer trials a part")

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

    def chunk_id(self, chunk: Chunk) -> str:
        """Return the id of a chunk."""
        return chunk.id(self.origin, self.metrics)

    def chunks(self) -> Iterator[Chunk]:
        """Yield every chunk of the design, in the order of the points and their trials."""
        for point in range(len(self.points)):
            yield from self.chunks_of(point)

    def chunks_of(self, point: int) -> Iterator[Chunk]:
        """Yield the chunks of a point, in the order of their trials."""
        for first, trials in self.ranges:
            yield Chunk(point, self.points[point], self.seed, first, trials)

    @cached_property
    def columns(self) -> tuple[Input, ...]:
        """The factors, and what else the points set. One whose id is the name of something else goes by its path."""
        taken = {*_TAKEN, *self.metrics}
        factors = [replace(item, id=item.path) if item.id in taken else item for item in self.factors]
        known = {column.path for column in factors}
        further = dict.fromkeys(path for point in self.points for path in point if path not in known)
        return (*factors, *(Input(path, path, path) for path in further))

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
            "metrics": [
                {"name": name, "is_share": share} for name, share in zip(self.metrics, self.is_share, strict=True)
            ],
            "factors": [
                {"id": item.id, "title": item.title, "path": item.path, "is_duration": item.is_duration}
                for item in self.factors
            ],
            "design": dict(self.design),
        }

    def content(self) -> bytes:
        """Return ``design.json``: the manifest, then a point a line."""
        head = json.dumps(self.as_dict(), indent=2, sort_keys=True, allow_nan=False)
        points = ",\n".join(canonical(dict(point)) for point in self.points)
        return f'{head[:-2]},\n  "points": [\n{points}\n]\n}}\n'.encode()

    def build_differences(self, other: Manifest) -> list[str]:
        """Return what plays otherwise in another manifest, in words: what this store has, then what there is now."""
        versions = f"version of negosim: {_short(self.negosim)} there, {_short(other.negosim)} now"
        return [versions] * (self.negosim != other.negosim) + differences(self.build, other.build)

    def differences(self, other: Manifest) -> list[str]:
        """Return what another manifest asks otherwise, in words: what this store has, then what is wanted."""
        found = [
            f"{words}: {_short(getattr(self, name))} there, {_short(getattr(other, name))} now"
            for name, words in _WORDS.items()
            if getattr(self, name) != getattr(other, name)
        ]
        if len(self.points) != len(other.points):
            found.append(f"points: {len(self.points):,} there, {len(other.points):,} now")
            return found
        apart = [at for at, pair in enumerate(zip(self.points, other.points, strict=True)) if pair[0] != pair[1]]
        for at in apart[:1]:
            mine, wanted = self.points[at], other.points[at]
            path = next(path for path in sorted({*mine, *wanted}) if mine.get(path) != wanted.get(path))
            more = f" (and {len(apart) - 1:,} points more)" if len(apart) > 1 else ""
            found.append(f"point {at}, {path}: {_short(mine.get(path))} there, {_short(wanted.get(path))} now{more}")
        return found


_WORDS = {
    "format": "version of the store",
    "scenario": "content of the scenario (SHA-256)",
    "variant": "variant",
    "set": "settings",
    "seed": "seed",
    "trials": "trials a point",
    "part_trials": "trials a part",
    "metrics": "metrics",
    "is_share": "kinds of metrics",
    "factors": "inputs that vary",
    "design": "design",
}


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write the manifest of a new store.

    Raises
    ------
    StoreError
        Where there is one already.
    """
    if not write_whole(directory / NAME, manifest.content(), only_new=True):
        raise StoreError(f"{directory} holds results already: resume them, or choose another directory")


def read_manifest(directory: Path) -> Manifest:
    """Read the manifest of a store.

    Raises
    ------
    StoreError
        Where there is none, or it is damaged or of another version.
    """
    path = directory / NAME
    try:
        data = json.loads(read_bounded(path, LARGEST), parse_constant=_refused)
    except FileNotFoundError:
        raise StoreError(f"{directory} holds no results of a sweep (it has no {NAME})") from None
    except (ValueError, RecursionError) as error:
        raise StoreError(one_line(f"{path} is damaged: {error}")) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise StoreError(f"{path} is of another version of the store than {FORMAT}, which this negosim reads")
    try:
        return _manifest(data)
    except (KeyError, TypeError, RecursionError, StoreError) as error:
        raise StoreError(one_line(f"{path} is damaged: {error}")) from error


def refuse_others(directory: Path, there: Manifest, now: Manifest) -> None:
    """Refuse to go on with a store that answers something else, or that another build has played.

    Raises
    ------
    StoreError
        With everything that differs.
    """
    asked, played = there.differences(now), there.build_differences(now)
    differing = "".join(f"\n  {one_line(text)}" for text in (*asked, *played))
    if asked:
        raise StoreError(f"{directory} holds the results of something else, and cannot be resumed:{differing}")
    if played:
        raise StoreError(
            f"{directory} was played by another build, and cannot be resumed without mixing the results of two:"
            f"{differing}\nInstall again what was there, or give the sweep another directory and play all of it with "
            "this build. 'negosim results' still reads what is there."
        )


def _manifest(data: dict[str, Any]) -> Manifest:
    metrics, points = _all(data["metrics"], dict), _all(data["points"], dict)
    return Manifest(
        scenario=_is(data["scenario"], str),
        title=_is(data["title"], str),
        metrics=tuple(_is(item["name"], str) for item in metrics),
        is_share=tuple(_is(item["is_share"], bool) for item in metrics),
        seed=_is(data["seed"], int),
        trials=_is(data["trials"], int),
        points=tuple(points),
        factors=tuple(
            Input(
                id=_is(item["id"], str),
                title=_is(item["title"], str),
                path=_is(item["path"], str),
                is_duration=_is(item["is_duration"], bool),
            )
            for item in _all(data["factors"], dict)
        ),
        variant=None if data["variant"] is None else _is(data["variant"], str),
        set=_is(data["set"], dict),
        design=_is(data["design"], dict),
        part_trials=_is(data["part_trials"], int),
        negosim=_is(data["negosim"], str),
        build=_build(data.get("build", {})),
        command=None if data.get("command") is None else _is(data["command"], str),
    )


def _build(data: Any) -> Build:
    found = {key: None if value is None else _is(value, str) for key, value in _is(data, dict).items()}
    if found:
        _is(found.get("id"), str)
    return found


def _is(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{_short(value)} is no {kind.__name__}")
    return value


def _all(values: Any, kind: type) -> list[Any]:
    return [_is(value, kind) for value in _is(values, list)]


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


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
    raise StoreError(f"{_short(value)} cannot be kept in a store")


def _short(value: object, most: int = 60) -> str:
    shorten: Callable[[object], str] = str if isinstance(value, str) else repr
    if isinstance(value, tuple):
        shown = ", ".join(_short(getattr(item, "id", item)) for item in value[:_MOST_SHOWN])
        return shown + (f" and {len(value) - _MOST_SHOWN} more" if len(value) > _MOST_SHOWN else "")
    text = "none" if value is None else shorten(value)
    return text if len(text) <= most else f"{text[:most]}…"
