"""Problems of a scenario file: where, what was found, what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_MOST_TO_COMPARE = 2_000


@dataclass(frozen=True, order=True)
class Position:
    """A place in the input: a file with line and column (from 1), or a command-line option."""

    origin: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.origin}:{self.line}:{self.column}" if self.line else self.origin


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong with a scenario."""

    position: Position
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.position}: {self.path}" if self.path else str(self.position)
        return one_line(f"{where}: {self.message}")


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


def comma_hint(key: str, value: object) -> str:
    """Say what is likely wrong with a key such as ``but not now`` in ``{note: soon, but not now}``."""
    return "put a text that holds a comma in quotes" if value is None and " " in key else ""


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
