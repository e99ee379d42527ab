"""Problems of a scenario file: where, what was found, what is allowed."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_MOST_TO_COMPARE = 2_000

MOST_IN_LINE = 300
"""Characters of a line of output, whatever a file says."""

_MOST_IN_PLACE = 160
"""Characters of the place that a line begins with."""

_LEAST_IN_MESSAGE = 100
"""Characters that are kept for what is wrong, however long the path is."""


@dataclass(frozen=True, order=True)
class Position:
    """A place in the input: a file with line and column (from 1), or a command-line option."""

    origin: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.origin}:{self.line}:{self.column}" if self.line else self.origin


DURING_PLAY = Position("during play")
"""Where a problem shows itself that only playing a scenario brings out."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a scenario."""

    position: Position
    path: str
    message: str

    def __str__(self) -> str:
        where = _folded(one_line(str(self.position)), _MOST_IN_PLACE)
        if self.path:
            rest = MOST_IN_LINE - _LEAST_IN_MESSAGE - len(where) - 2 * len(": ")
            path = _folded(one_line(self.path), rest)
            where = f"{where}: {path}" if where else path
        return f"{where}: {_folded(one_line(self.message), MOST_IN_LINE - len(where) - len(': '))}"


class ScenarioError(ValueError):
    """A scenario cannot be used.

    Attributes
    ----------
    problems : tuple of Problem
        Every problem found, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def one_line(text: str) -> str:
    r"""Escape what would break a line or steer a terminal.

    >>> one_line("two" + chr(10) + "lines")
    'two\\nlines'
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def for_terminal(text: str) -> str:
    """Write a message for a terminal: nothing in it steers the terminal, and no line is longer than `MOST_IN_LINE`."""
    return "\n".join(_folded(one_line(line), MOST_IN_LINE) for line in text.split("\n"))


def _folded(text: str, most: int) -> str:
    """Leave out the middle of a long text: what it begins with says where, what it ends with what is allowed.

    >>> _folded("the beginning, the middle and the end", 20)
    'the beginn…d the end'
    """
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"


def is_id(value: object) -> bool:
    """Tell whether a value is an id: small letters, digits and _, beginning with a letter."""
    return isinstance(value, str) and _ID.match(value) is not None


def dotted(path: Path) -> str:
    """Write a path with dots, as ``--set`` and variants do."""
    return ".".join(str(part) for part in path)


def listed(words: Iterable[str], limit: int = 12) -> str:
    """Write alternatives as ``a, b, c``, shortened when there are very many."""
    ordered = sorted(words)
    rest = len(ordered) - limit
    text = ", ".join(ordered[:limit])
    return f"{text}, … ({rest} more)" if rest > 0 else text


def comma_hint(key: str, mapping: Mapping[str, object]) -> str:
    """Say what is likely wrong with a key that the comma of a text has made, as ``b`` in ``{note: a, b}``.

    >>> comma_hint("b", {"note": "a", "b": None}), comma_hint("b", {"note": 1, "b": None})
    ('put a text that holds a comma in quotes', '')
    """
    before = list(itertools.takewhile(lambda other: other != key, mapping))
    cut = next((mapping[other] for other in reversed(before) if mapping[other] is not None), None)
    is_rest = mapping.get(key) is None and isinstance(cut, str)
    return "put a text that holds a comma in quotes" if is_rest else ""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the likeliest word that was meant, if one is near enough.

    >>> nearest("salence", ["salience", "values"])
    'salience'
    """
    by_small = {known.lower(): known for known in words}
    if len(by_small) > _MOST_TO_COMPARE:
        return None
    close = difflib.get_close_matches(word.lower(), by_small, n=1, cutoff=0.6)
    return by_small[close[0]] if close else None


def instead(word: str, allowed: Iterable[str], kind: str = "") -> str:
    """Say what may stand in place of a wrong word, the likeliest first.

    >>> instead("salence", ["salience", "values"])
    "did you mean 'salience'? allowed: salience, values"
    """
    words = list(allowed)
    if not words:
        return f"there are no {kind}" if kind else "nothing is allowed here"
    close = nearest(word, words)
    guess = f"did you mean '{close}'? " if close is not None else ""
    return f"{guess}{kind + ': ' if kind else 'allowed: '}{listed(words)}"
