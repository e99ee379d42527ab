"""Strict YAML: plain data with the position of every key and value.

The reader takes the YAML 1.2 core schema (so ``no``, ``on`` and ``12:30`` are text and ``010`` is ten), refuses
tags, anchors, aliases, merge keys, duplicate keys and several documents in one file, and bounds size, depth and the
number of nodes, so that a file from a stranger can cost nothing but a message.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from negosim.scenario import limits
from negosim.scenario.dates import shown
from negosim.scenario.problems import Path, Position, Problem, ScenarioError, dotted, is_id, nearest

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_SPECIAL_FLOAT = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

_TOO_DEEP = f"values are nested more than {limits.DEPTH.most} deep"
_NO_MAPPING = "a scenario is a mapping that begins with 'negosim: 1'"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Document:
    """A scenario file as plain data, with the place each part of it came from.

    Attributes
    ----------
    data : the mapping at the top of the file.
    values, keys : positions of values and of mapping keys, by path.
    problems : what the reader itself found wrong, short of a syntax error.
    refused : paths whose values are not to be relied on, because a problem of them has been noted already.
    text : what was read.
    """

    name: str
    data: dict[str, Any]
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)
    text: str = field(default="", repr=False, compare=False)

    def position(self, path: Path, *, key: bool = False) -> Position:
        """Return where a path stands; for one that does not exist, where its nearest parent does.

        A scalar is pointed at itself, a mapping or list at the key that names it.
        """
        while path:
            value_at, key_at = self.values.get(path), self.keys.get(path)
            if value_at or key_at:
                scalar = not isinstance(self.at(path), dict | list)
                chosen = value_at if scalar and not key else key_at or value_at
                return chosen or value_at or Position(self.name, 1, 1)
            path = path[:-1]
        return self.values.get((), Position(self.name, 1, 1))

    def at(self, path: Path) -> Any:
        """Return the data at a path, or None where there is nothing."""
        here: Any = self.data
        for part in path:
            match here, part:
                case dict(), _ if part in here:
                    here = here[part]
                case list(), int() if 0 <= part < len(here):
                    here = here[part]
                case _:
                    return None
        return here

    def problem(self, path: Path, message: str, *, key: bool = False) -> None:
        """Note a problem at a path."""
        self.problems.append(Problem(self.position(path, key=key), dotted(path), message))

    def lost(self, path: Path) -> bool:
        """Tell whether what belongs at a path, or above it, was refused, merged in or written under a wrong key."""
        here: Any = self.data
        for depth, name in enumerate(path):
            above = path[:depth]
            if self.refused and (*above, name) in self.refused:
                return True
            match here, name:
                case dict(), _ if name in here:
                    here = here[name]
                case dict(), str() if self._merged_or_misspelt(here, above, name):
                    return True
                case list(), int() if 0 <= name < len(here):
                    here = here[name]
                case _:
                    here = None
        return False

    def _merged_or_misspelt(self, parent: dict[str, Any], above: Path, name: str) -> bool:
        unknown = [str(key) for key in parent if (*above, key) in self.refused or not is_id(key)]
        return (*above, "<<") in self.refused or nearest(name, unknown) is not None


def read(text: str | bytes, name: str, *, wanted: str = _NO_MAPPING) -> Document:
    """Read the text of a scenario file into plain data with positions.

    Parameters
    ----------
    text : the content; bytes must be UTF-8.
    name : how messages call the file.
    wanted : the message for a file that is no mapping.

    Raises
    ------
    ScenarioError
        For text that is not YAML at all or is larger than the bounds. Lesser faults are kept in
        ``Document.problems`` so that they are reported along with those of the schema.
    """
    content = _decoded(text, name)
    reader = _Reader(name)
    try:
        data = reader.document(yaml.parse(content, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ScenarioError([*reader.problems, Problem(Position(name, line, column), "", _reason(error))]) from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        problem = Problem(Position(name, 1, 1), "", f"this is not YAML: {reason}")
        raise ScenarioError([*reader.problems, problem]) from None
    if not isinstance(data, dict):
        raise ScenarioError([*reader.problems, Problem(Position(name, 1, 1), "", wanted)])
    return Document(name, data, reader.values, reader.keys, reader.problems, reader.refused, content)


def read_value(text: str, origin: str) -> Any:
    """Read one YAML value, as on the right of ``--set path=value``.

    >>> read_value("{normal: {mean: 0.1, sd: 0.2}}", "--set")
    {'normal': {'mean': 0.1, 'sd': 0.2}}
    """
    try:
        document = read(f"value: {text}", origin)
    except ScenarioError:
        document = None
    if document is None or document.problems or set(document.data) != {"value"}:
        raise ScenarioError([Problem(Position(origin), "", f"{shown(text)} is not a value (write it as in the file)")])
    return document.data["value"]


def _decoded(text: str | bytes, name: str) -> str:
    if len(text) > limits.BYTES.most:
        message = f"the file is larger than {limits.BYTES.most:,} bytes"
        raise ScenarioError([Problem(Position(name, 1, 1), "", message)])
    try:
        content = text.removeprefix("\ufeff") if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before, byte = error.object[: error.start].decode("utf-8-sig"), error.object[error.start]
        message = f"the file is not UTF-8 text (byte 0x{byte:02x})"
        raise ScenarioError([Problem(_end_of(before, name), "", message)]) from None
    if unprintable := _UNPRINTABLE.search(content):
        message = f"the character U+{ord(unprintable[0]):04X} is not allowed in a text file (remove it)"
        raise ScenarioError([Problem(_end_of(content[: unprintable.start()], name), "", message)])
    return content


def _reason(error: yaml.MarkedYAMLError) -> str:
    """Say why a text is not YAML.

    From version 0.2.6 on, libyaml reads ahead of the reader and stops at a nesting depth of its own, 1,000.
    """
    if "maximum nesting depth" in (error.problem or ""):
        return _TOO_DEEP
    return "this is not YAML: " + " ".join(part for part in (error.context, error.problem) if part)


def _end_of(text: str, name: str) -> Position:
    """Return the place just behind a text."""
    lines = _LINE_BREAK.split(text)
    return Position(name, len(lines), len(lines[-1]) + 1)


class _Reader:
    """Composes the events of the YAML parser into plain data."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[Path, Position] = {}
        self.keys: dict[Path, Position] = {}
        self.problems: list[Problem] = []
        self.refused: set[Path] = set()
        self._nodes = 0

    def document(self, events: Iterator[Any]) -> Any:
        self._events = events
        self._next(yaml.StreamStartEvent)
        event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            return None
        data = self._node(next(self._events), ())
        self._next(yaml.DocumentEndEvent)
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            self._stop(event, "", "a second document begins here (one scenario a file)")
        return data

    def _next(self, kind: type) -> Any:
        event = next(self._events)
        assert isinstance(event, kind)
        return event

    def _at(self, event: Any) -> Position:
        return Position(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _problem(self, event: Any, path: Path, message: str) -> None:
        self.problems.append(Problem(self._at(event), dotted(path), message))
        if len(self.problems) > limits.PROBLEMS.most:
            raise ScenarioError(self.problems)

    def _stop(self, event: Any, path: str, message: str) -> NoReturn:
        raise ScenarioError([*self.problems, Problem(self._at(event), path, message)])

    def _node(self, event: Any, path: Path) -> Any:
        self._nodes += 1
        if self._nodes > limits.NODES.most:
            self._stop(event, "", f"the file has more than {limits.NODES.most:,} values")
        if len(path) > limits.DEPTH.most:
            self._stop(event, "", _TOO_DEEP)
        self.values[path] = self._at(event)
        if isinstance(event, yaml.AliasEvent):
            self.refused.add(path)
            self._problem(event, path, f"'*{event.anchor}': aliases are not part of the format (write the value out)")
            return None
        if event.anchor is not None:
            self._problem(event, path, f"'&{event.anchor}': anchors are not part of the format (remove it)")
        if event.tag is not None:
            self.refused.add(path)
            self._problem(event, path, f"the tag '{_tag(event)}' is not part of the format (remove it)")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._stop(event, dotted(path), "a key must be a single word or number")
            key = event.value
            if len(key) > limits.KEY.most:
                self._stop(event, dotted(path), f"a key is longer than {limits.KEY.most} characters")
            here = (*path, key)
            if event.anchor is not None or event.tag is not None:
                self._problem(event, here, "keys may not carry tags or anchors (remove it)")
            if key == "<<" and event.implicit[0]:
                self._problem(event, here, "merge keys are not part of the format (write the keys out)")
                self._passed_over(here, aliases=False)
                self.refused.add(here)
            elif key in mapping:
                first = self.keys[here].line
                self._problem(event, here, f"the key '{key}' is given twice (first on line {first})")
                self._passed_over(here)
            else:
                self.keys[here] = self._at(event)
                mapping[key] = self._node(next(self._events), here)
        return mapping

    def _passed_over(self, path: Path, *, aliases: bool = True) -> None:
        """Read a value that is not kept; of a merge key's aliases the merge key has spoken already."""
        values, keys, refused = self.values, self.keys, self.refused
        self.values, self.keys, self.refused = {}, {}, set()
        known = len(self.problems)
        event = next(self._events)
        self._node(event, path)
        if not aliases and isinstance(event, yaml.AliasEvent):
            del self.problems[known:]
        self.values, self.keys, self.refused = values, keys, refused

    def _scalar(self, event: Any, path: Path) -> Any:
        text: str = event.value
        if len(text) > limits.SCALAR.most:
            self._stop(event, dotted(path), f"a text is longer than {limits.SCALAR.most:,} characters")
        if not event.implicit[0]:  # quoted, block or tagged
            return text
        try:
            value = resolve(text)
        except ValueError as error:
            self.refused.add(path)
            self._problem(event, path, str(error))
            return None
        return value


def _tag(event: Any) -> str:
    """Write a tag as the file does."""
    standard = "tag:yaml.org,2002:"
    tag: str = event.tag
    return f"!!{tag.removeprefix(standard)}" if tag.startswith(standard) else tag


def resolve(text: str) -> str | bool | int | float | None:
    """Give a plain scalar its YAML 1.2 core value.

    >>> [resolve(text) for text in ("no", "010", "1e3", "12:30", "true", "~")]
    ['no', 10, 1000.0, '12:30', True, None]

    Raises
    ------
    ValueError
        For numbers that are not finite or too large to mean anything.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text) and len(text) <= 18:
        return int(text)
    if _OCTAL.match(text) and len(text) <= 18:
        return int(text[2:], 8)
    if _HEXADECIMAL.match(text) and len(text) <= 16:
        return int(text[2:], 16)
    if _SPECIAL_FLOAT.match(text):
        raise ValueError(f"'{text}' is not a finite number")
    if _FLOAT.match(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(f"'{text[:20]}' is too large a number")
        return number
    if _OCTAL.match(text) or _HEXADECIMAL.match(text):
        raise ValueError(f"'{text[:20]}…' is too large a number")
    return text
