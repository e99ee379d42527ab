"""Variant: a copy of a scenario's text with one more variant, every other byte as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from negosim.results.export import replace
from negosim.scenario.limits import BYTES
from negosim.scenario.load import Scenario, loads
from negosim.scenario.problems import Position, is_id
from negosim.scenario.reader import read
from negosim.scenario.regular import read_regular

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_MARK = "\ufeff"


def settings_of(scenario: Scenario, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a variant must set to stand for a scenario, its own variant and overrides, and further values."""
    merged: dict[str, Any] = {}
    own = scenario.document.data["variants"][scenario.variant]["set"] if scenario.variant else {}
    for settings in (own, scenario.overrides, values):
        for path, value in settings.items():
            merged.pop(path, None)
            merged[path] = value
    return merged


def with_variant(text: bytes, name: str, title: str, settings: Mapping[str, Any]) -> bytes:
    """Return the text of a scenario with a variant added.

    Parameters
    ----------
    text : of a sound scenario file.
    name, title, settings : of the variant.

    Raises
    ------
    ValueError
        Where the name is no id or taken, or where the text is laid out so that nothing can be added to it.
    """
    content = text.decode("utf-8")
    mark, content = (_MARK, content[1:]) if content.startswith(_MARK) else ("", content)
    document = read(content, "the scenario")
    check_name(name, document.data)
    place, added = _insertion(content, document.data, document.values, document.keys, name, title, settings)
    found = (mark + content[:place] + added + content[place:]).encode()
    try:
        loads(found, variant=name)
    except ValueError as error:
        raise ValueError(f"the variant cannot be added to a file of this layout: {error}") from None
    return found


def check_name(name: str, data: Mapping[str, Any]) -> None:
    """Refuse a name that is no id or that a variant of the scenario has already.

    Raises
    ------
    ValueError
        Where it is so.
    """
    if not is_id(name):
        raise ValueError(f"'{name}' is not a name for a variant (write small letters, digits and _)")
    if name in (data.get("variants") or {}):
        raise ValueError(f"the scenario has a variant '{name}' already (choose another name)")


def write_variant(path: Path, out: Path, name: str, title: str, settings: Mapping[str, Any]) -> None:
    """Write a copy of a scenario file with a variant added; the file itself is only read.

    Raises
    ------
    FileExistsError
        Where there is something at ``out``.
    ValueError
        See `with_variant`.
    """
    content = with_variant(read_regular(path, BYTES.most), name, title, settings)
    if out.exists():
        raise FileExistsError(17, "the file exists already, and is left as it is", str(out))
    replace(out, content)


def _insertion(
    content: str,
    data: Mapping[str, Any],
    values: Mapping[Any, Position],
    keys: Mapping[Any, Position],
    name: str,
    title: str,
    settings: Mapping[str, Any],
) -> tuple[int, str]:
    """Return where to put what: first in the variants there are, or as a new section."""
    flow = f'"{name}": {{"title": {_json(title)}, "set": {_json(dict(settings))}}}'
    starts = [0, *(found.end() for found in _LINE_BREAK.finditer(content))]
    newline = next((found[0] for found in _LINE_BREAK.finditer(content)), "\n")

    def offset(position: Position) -> int:
        return starts[position.line - 1] + position.column - 1

    top = offset(values[()])
    if "variants" not in data:
        if content[top] == "{":
            return top + 1, f'"variants": {{{flow}}}, '
        margin = " " * (values[()].column - 1)
        gap = "" if content.endswith(("\n", "\r")) else newline
        block = _block(name, title, settings, margin + "  ", newline)
        return len(content), f"{gap}{newline}{margin}variants:{newline}{block}"
    existing = offset(values[("variants",)])
    if content[existing] == "{":
        rest = ", " if data["variants"] else ""
        return existing + 1, flow + rest
    first = keys[("variants", next(iter(data["variants"])))]
    return starts[first.line - 1], _block(name, title, settings, " " * (first.column - 1), newline)


def _block(name: str, title: str, settings: Mapping[str, Any], margin: str, newline: str) -> str:
    lines = [f"{name}:", f"  title: {_json(title)}", "  set:"]
    lines += [f"    {path if _is_plain(path) else _json(path)}: {_json(value)}" for path, value in settings.items()]
    return "".join(f"{margin}{line}{newline}" for line in lines)


def _is_plain(path: str) -> bool:
    return re.fullmatch(r"[a-z_][a-z0-9_.]*", path) is not None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
