"""The file of a manifest: ``design.json``, written once and read with care."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from negosim.experiments.errors import StoreError
from negosim.experiments.inputs import Input
from negosim.experiments.points import Points
from negosim.experiments.store.atomic import read_bounded, write_whole
from negosim.experiments.store.manifest import FORMAT, Manifest, short
from negosim.results.build_identity import Build
from negosim.scenario.problems import one_line

NAME = "design.json"
LARGEST = 256_000_000
"""Bytes that ``design.json`` may have."""


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
    if isinstance(data, dict) and data.get("format") == 1:
        raise StoreError(one_line(
            f"{directory} was written by an older negosim ({short(data.get('negosim'))}), a file a point, which this "
            "one does not read: show or export it with that version, or play the sweep again into another directory"
        ))  # fmt: skip
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise StoreError(f"{path} is of another version of the store than {FORMAT}, which this negosim reads")
    try:
        return _manifest(data)
    except (KeyError, TypeError, ValueError, RecursionError, StoreError) as error:
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
    metrics = _all(data["metrics"], dict)
    return Manifest(
        scenario=_is(data["scenario"], str),
        title=_is(data["title"], str),
        metrics=tuple(_is(item["name"], str) for item in metrics),
        is_share=tuple(_is(item["is_share"], bool) for item in metrics),
        seed=_is(data["seed"], int),
        trials=_is(data["trials"], int),
        points=Points.from_dict(_is(data["points"], dict)),
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
        chunk_points=_is(data["chunk_points"], int),
        shard=_shard(data["shard"]),
        negosim=_is(data["negosim"], str),
        build=_build(data.get("build", {})),
        command=None if data.get("command") is None else _is(data["command"], str),
        labels=_labels(data.get("labels", {})),
    )


def _labels(data: Any) -> dict[str, Any]:
    """Return what things are called: by group and id, of options by issue and id."""
    for group, named in _is(data, dict).items():
        each = _is(named, dict).values()
        for text in itertools.chain(*(_is(inside, dict).values() for inside in each)) if group == "options" else each:
            _is(text, str)
    return dict(data)


def _shard(data: Any) -> tuple[int, int] | None:
    if data is None:
        return None
    number, of = _all(data, int)
    return number, of


def _build(data: Any) -> Build:
    found = {key: None if value is None else _is(value, str) for key, value in _is(data, dict).items()}
    if found:
        _is(found.get("id"), str)
    return found


def _is(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{short(value)} is no {kind.__name__}")
    return value


def _all(values: Any, kind: type) -> list[Any]:
    return [_is(value, kind) for value in _is(values, list)]


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
