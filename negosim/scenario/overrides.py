"""Overrides: ``--set path=value`` and the ``set`` of variants, applied to plain data before it is checked."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from negosim.scenario.problems import Position, Problem, instead
from negosim.scenario.reader import Document
from negosim.scenario.schema.base import RESERVED_IDS

_COLLECTIONS = ("parties", "issues", "chips", "talks", "events", "questions", "levers", "sources")


def overridden(document: Document, values: Mapping[str, Any], origins: Mapping[str, Position]) -> Document:
    """Return a document with some paths set to other values; the original is left as it is.

    Parameters
    ----------
    document : the file as read.
    values : path: value, as in ``{"talks.armistice.pressure.south": 0.05}``.
    origins : where each override was written, for messages.

    Notes
    -----
    A path may name a key that the file leaves at its default, but nothing new (a party, a track) can be made.
    What is wrong with a path is added to the ``problems`` of the result.
    """
    changed = Document(
        document.name,
        copy.deepcopy(document.data),
        dict(document.values),
        dict(document.keys),
        list(document.problems),
    )
    for path, value in values.items():
        problem = _set(changed, path, value, origins[path])
        if problem:
            changed.problems.append(Problem(origins[path], path, problem))
    return changed


def _set(document: Document, path: str, value: Any, origin: Position) -> str | None:
    parts = path.split(".")
    if len(parts) > 1 and parts[0] in _COLLECTIONS:
        known = document.data.get(parts[0])
        if isinstance(known, dict) and parts[1] not in known:
            return f"there is no '{parts[1]}' in {parts[0]} ({instead(parts[1], known, parts[0])})"
    here: Any = document.data
    keys: list[str | int] = []
    for index, part in enumerate(parts[:-1]):
        keys.append(int(part) if isinstance(here, list) and part.isdigit() else part)
        below = _child(here, keys[-1])
        below = _opened(below, parts, index + 1, document.data)
        if not isinstance(below, dict | list):
            return f"there is nothing below {'.'.join(parts[: index + 1])}"
        here[keys[-1]] = below
        here = below
    last: str | int = int(parts[-1]) if isinstance(here, list) and parts[-1].isdigit() else parts[-1]
    if isinstance(here, list) and not (isinstance(last, int) and last < len(here)):
        return f"the list has no item '{last}' (0 to {len(here) - 1})"
    here[last] = copy.deepcopy(value)
    _moved(document, (*keys, last), origin)
    return None


def _child(here: Any, key: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(key, {})
    if isinstance(here, list) and isinstance(key, int) and key < len(here):
        return here[key]
    return None


def _opened(value: Any, parts: list[str], depth: int, data: dict[str, Any]) -> Any:
    """Write out a shorthand, so that a path can lead into it."""
    if depth == 4 and parts[2] == "options" and isinstance(value, str):
        return {"title": value}
    if depth == 3 and parts[0] == "talks" and parts[2] == "patience":
        is_quantity = not isinstance(value, dict) or bool(RESERVED_IDS & set(value))
        parties = data.get("parties")
        if is_quantity and isinstance(parties, dict) and value is not None:
            return {party: copy.deepcopy(value) for party in parties}
    return value


def _moved(document: Document, path: tuple[str | int, ...], origin: Position) -> None:
    """Let messages about an overridden value point at the override."""
    for positions in (document.values, document.keys):
        for known in [known for known in positions if known[: len(path)] == path]:
            del positions[known]
    document.values[path] = origin
    document.keys[path] = origin
