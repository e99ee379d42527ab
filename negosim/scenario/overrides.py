"""Overrides: ``--set path=value`` and the ``set`` of variants, applied to plain data before it is checked."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from negosim.scenario.dates import Duration, shown
from negosim.scenario.limits import DEPTH
from negosim.scenario.numbers import spatial_values
from negosim.scenario.problems import Path, Position, Problem, instead
from negosim.scenario.quantities import is_quantity
from negosim.scenario.reader import Document

Origin = Mapping[Path, Position]
"""Where an override was written: its value, at ``()``, and the parts of that."""

_DISPUTES = ("issues", "chips")
_DECLARED = ("parties", *_DISPUTES, "talks", "events", "questions", "levers", "sources", "texts", "variants")


def overridden(document: Document, values: Mapping[str, Any], origins: Mapping[str, Origin]) -> Document:
    """Return a document with some paths set to other values; the original is left as it is.

    Parameters
    ----------
    document : the file as read.
    values : path: value, as in ``{"talks.armistice.pressure.south": 0.05}``.
    origins : where each override was written, for messages.

    Notes
    -----
    A path may name a key that the file leaves at its default, but nothing new (a party, a track) can be made.
    What is wrong with a path is added to the ``problems`` of the result; an override of something the file itself
    gets wrong is passed over.
    """
    changed = replace(
        document,
        data=dict(document.data),
        values=dict(document.values),
        keys=dict(document.keys),
        problems=list(document.problems),
        refused=set(document.refused),
    )
    for path, value in values.items():
        try:
            _set(changed, path.split("."), _plain(value), origins[path])
        except _OverrideError as error:
            changed.problems.append(Problem(origins[path][()], path, str(error)))
    return changed


class _OverrideError(ValueError):
    """An override that leads nowhere."""


def _plain(value: Any) -> Any:
    """Return a value as a file would hold it, whatever kind of number or list a program has passed."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, dt.date | Duration):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, int) and abs(value) < 10**18:
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise _OverrideError(f"{shown(value)} is not a value a scenario can hold")
    return int(number) if number.is_integer() and not isinstance(value, float) else number


def _set(document: Document, parts: list[str], value: Any, origin: Origin) -> None:
    if len(parts) > DEPTH.most:
        raise _OverrideError(f"the path has more than {DEPTH.most} parts")
    if document.lost(tuple(parts[:-1])):
        return
    _require_declared(document, parts)
    here: Any = document.data
    path: Path = ()
    for depth, part in enumerate(parts[:-1], start=1):
        key = _key(here, part)
        below = _opened(here, key, parts, depth, document)
        if not isinstance(below, dict | list):
            raise _OverrideError(f"there is nothing below {'.'.join(parts[:depth])}")
        path = (*path, key)
        if isinstance(here, dict) and key not in here:
            document.values[path] = document.keys[path] = origin[()]
        here[key] = here = copy.copy(below)  # all else is shared with the original
    last = _key(here, parts[-1])
    path = (*path, last)
    _forget(document, path)
    here[last] = value
    for sub, position in origin.items():
        document.values[path + sub] = document.keys[path + sub] = position


def _require_declared(document: Document, parts: list[str]) -> None:
    """Refuse a path to a party, issue, option, track … that the file does not declare."""
    for depth in range(1, len(parts)):
        match parts[:depth]:
            case [section] if section in _DECLARED:
                kind = section
            case [section, issue, "options"] if section in _DISPUTES:
                kind = f"options of {issue}"
            case ["war", ("stocks" | "tolls") as kind]:
                pass
            case ["war"] if document.data.get("war") is None:
                raise _OverrideError("there is no war in this scenario")
            case _:
                continue
        found = document.at(tuple(parts[:depth]))
        known = found if isinstance(found, dict) else {}
        if parts[depth] not in known:
            raise _OverrideError(f"there is no '{parts[depth]}' ({instead(parts[depth], known, kind)})")


def _key(here: Any, part: str) -> str | int:
    """Return the key or index a part of a path means in a mapping or list."""
    if not isinstance(here, list):
        return part
    if part.isascii() and part.isdigit() and len(part) <= 6 and int(part) < len(here):
        return int(part)
    raise _OverrideError(f"the list has no item '{part}' ({f'0 to {len(here) - 1}' if here else 'it is empty'})")


def _opened(here: Any, key: str | int, parts: list[str], depth: int, document: Document) -> Any:
    """Return what stands at a key, a shorthand written out so that a path can lead into it."""
    found = here.get(key) if isinstance(here, dict) else here[key]
    value = {} if found is None else found
    match parts[:depth]:
        case [section, _, "options", _] if section in _DISPUTES and isinstance(value, str):
            return {"title": value}
        case ["talks", _, "patience"] if is_quantity(value):
            parties = document.data.get("parties")
            return {party: copy.deepcopy(value) for party in parties} if isinstance(parties, dict) else value
        case ["parties", _, "ratification"] if isinstance(value, dict) and parts[depth].isdigit():
            return [value] if value else []
        case [section, issue, "views", _, "values"] if section in _DISPUTES and not value:
            return _values_of(here, document.data[section][issue])
    return value


def _values_of(view: Any, issue: Any) -> Any:
    """Return the values an ideal stands for, in its place."""
    options = issue.get("options") if isinstance(issue, dict) else None
    if not (isinstance(options, dict) and view.get("ideal", None) in (None, *options)):
        return {}
    return spatial_values(list(options), view.pop("ideal", None), view.pop("loss", "squared"))


def _forget(document: Document, path: Path) -> None:
    """Drop the positions of what an override replaces."""
    for old in _paths(document.at(path), path):
        document.values.pop(old, None)
        document.keys.pop(old, None)
        document.refused.discard(old)


def _paths(value: Any, path: Path) -> Iterator[Path]:
    yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _paths(item, (*path, key))
