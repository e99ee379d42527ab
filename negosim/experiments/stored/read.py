"""Reads stored results: recognises what a file or folder holds, and says where it holds something else."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from negosim.experiments.store.store import Store
from negosim.experiments.stored.result import (
    StoredCalibration,
    StoredComparison,
    StoredHindcast,
    StoredResult,
    StoredSensitivity,
    StoredSweep,
    StoredUncertainty,
)
from negosim.scenario.problems import Path as Place
from negosim.scenario.problems import Position, Problem, ScenarioError, dotted

MOST_BYTES = 64_000_000
"""Size of a file."""

MOST_POINTS = 5_000
"""Settings of a sweep that are read; more do not fit a page."""

_MOST_PROBLEMS = 5

_KINDS: tuple[tuple[frozenset[str], type[StoredResult]], ...] = (
    (frozenset({"base", "scenarios", "metrics"}), StoredComparison),
    (frozenset({"design", "progress", "points"}), StoredSweep),
    (frozenset({"scores", "forecasts", "horizons"}), StoredHindcast),
    (frozenset({"targets", "inputs", "looked"}), StoredCalibration),
    (frozenset({"answers", "inputs", "failed"}), StoredUncertainty),
    (frozenset({"scenario", "run", "metrics"}), StoredSensitivity),
)
"""The keys by which a kind of result is known, the surest first."""

WHAT = "the folder of a sweep, or what compare, sensitivity, uncertainty, calibrate, hindcast or sweep prints as JSON"
"""What a report can be made of, besides a scenario."""


def is_stored(path: str | Path) -> bool:
    """Tell whether a path is that of a result rather than of a scenario: a folder, or a file of JSON."""
    path = Path(path)
    if path.is_dir():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(4_096).removeprefix(b"\xef\xbb\xbf").lstrip()
    return path.suffix == ".json" or start[:1] in (b"{", b"[")


def read(path: str | Path) -> StoredResult:
    """Return the result that a file or folder holds.

    Raises
    ------
    ScenarioError
        Where it holds something else, with line and column.
    StoreError
        Where a folder holds no sweep.
    OSError
        Where it cannot be read.
    """
    path = Path(path)
    if path.is_dir():
        with Store.open(path) as store:
            return _of_store(store)
    text = _text(path)
    data = _parsed(text, str(path))
    keys = set(data) if isinstance(data, dict) else set()
    kind = next((kind for known, kind in _KINDS if known <= keys), None)
    if kind is None:
        _refuse(Position(str(path), 1, 1), f"this is no result that a report can be made of (write {WHAT})")
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise ScenarioError(_problems(error, text, str(path))) from None


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        _refuse(Position(str(path)), f"the file is larger than {MOST_BYTES // 1_000_000} MB, which no report holds")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(Position(str(path)), f"this is no UTF-8 text (byte {error.start})")


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        _refuse(Position(name, error.lineno, error.colno), f"this is no JSON: {error.msg}")
    except RecursionError:
        _refuse(Position(name, 1, 1), "values are nested too deep")
    except ValueError as error:
        _refuse(Position(name, 1, 1), str(error))


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


def _refuse(position: Position, message: str) -> NoReturn:
    raise ScenarioError([Problem(position, "", message)])


def _problems(error: ValidationError, text: str, name: str) -> list[Problem]:
    found = []
    for item in error.errors(include_url=False, include_context=False)[:_MOST_PROBLEMS]:
        place: Place = tuple(item["loc"])
        line, column = _line_and_column(text, position_of(text, place))
        found.append(Problem(Position(name, line, column), dotted(place), item["msg"].lower()))
    return found


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def position_of(text: str, place: Place) -> int:
    """Return where in a text of JSON a value stands; of one that is not there, where what should hold it begins.

    >>> position_of('{"a": [1, {"b": 2}]}', ("a", 1, "b"))
    16
    """
    decoder, at = json.JSONDecoder(), _after_space(text, 0)
    for part in place:
        inside = _member(decoder, text, at, part)
        if inside is None:
            return at
        at = inside
    return at


def _member(decoder: json.JSONDecoder, text: str, at: int, wanted: str | int) -> int | None:
    """Return where a member of the object or list that begins at a place stands."""
    opening, index = text[at : at + 1], 0
    if opening not in ("{", "["):
        return None
    at = _after_space(text, at + 1)
    while text[at : at + 1] not in ("}", "]", ""):
        key: Any = index
        if opening == "{":
            key, at = decoder.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        if key == wanted:
            return at
        _, at = decoder.raw_decode(text, at)
        at = _after_space(text, at)
        if text[at : at + 1] == ",":
            at = _after_space(text, at + 1)
        index += 1
    return None


def _after_space(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\n", "\r", "\t") and at < len(text):
        at += 1
    return at


def _of_store(store: Store) -> StoredSweep:
    """Return the sweep that a folder holds, its first settings."""
    manifest = store.manifest
    return StoredSweep.model_validate(
        {
            "design": manifest.as_dict(),
            "progress": store.progress().as_dict(),
            "points": list(islice(store.table().as_dicts(), MOST_POINTS)),
            "settings": len(manifest.points),
        }
    )
