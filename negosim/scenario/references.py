"""What the parts of a scenario refer to: which names exist, and how a wrong one is reported.

References are read from plain data and say nothing where what they refer to has itself been refused, so that one
mistake is reported once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from negosim.scenario.dates import parse_date, parse_duration
from negosim.scenario.ids import Ids, declared
from negosim.scenario.limits import PROBLEMS
from negosim.scenario.paths import Family, declared_paths
from negosim.scenario.problems import Path, instead, is_id, nearest
from negosim.scenario.reader import Document


def mapping(value: Any) -> dict[str, Any]:
    """Return a value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return a value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


class TooManyProblemsError(Exception):
    """More problems have been found than are reported."""


class References:
    """The names a scenario declares, and the problems of those that refer to them.

    A list of names is None where it cannot be known, because what declares it has been refused.

    Parameters
    ----------
    known : references of a document that declares the same.
    """

    def __init__(self, document: Document, known: References | None = None) -> None:
        self.document = document
        self._known = known
        self.data = document.data
        self.ids: Ids = declared(document.data)
        self.as_of = self.date(self.data.get("as_of"))
        self.end = self._end()

    def say(self, path: Path, message: str, *, key: bool = False) -> None:
        """Note a problem, unless the value at the path has been refused already.

        Raises
        ------
        TooManyProblemsError
            Where there are more problems than are reported.
        """
        if len(self.document.problems) > PROBLEMS.most:
            raise TooManyProblemsError
        if not any(path[:depth] in self.document.refused for depth in range(1, len(path) + 1)):
            self.document.problem(path, message, key=key)

    # -- what exists --------------------------------------------------------------------------------------------

    @property
    def parties(self) -> list[str] | None:
        """The ids of the parties."""
        return self._unless_lost(self.ids.parties, "parties")

    @property
    def issues(self) -> list[str] | None:
        """The ids of issues and chips."""
        lost = self.document.lost(("issues",)) or self.document.lost(("chips",))
        return None if lost else self.ids.issues

    def options(self, issue: str) -> list[str] | None:
        """Return the options of a declared issue."""
        return self._unless_lost(self.ids.options[issue], self.ids.sections[issue], issue, "options")

    @property
    def belligerents(self) -> list[str] | None:
        """The ids of the parties at war."""
        return self._unless_lost(self.ids.belligerents, "war", "between")

    @property
    def stocks(self) -> list[str] | None:
        """The ids of the stocks."""
        return self._unless_lost(self.ids.stocks, "war", "stocks")

    @property
    def no_war(self) -> bool:
        """Whether there surely is no war."""
        return not self.ids.has_war and not self.document.lost(("war",))

    @property
    def kinds(self) -> set[str] | None:
        """The kinds of agreement that the tracks can bring; a truce until a vote is a ceasefire."""
        if any(self.document.lost(("talks", track, "kind")) for track in self.ids.tracks):
            return None
        tracks = [mapping(track) for track in mapping(self.data.get("talks")).values()]
        kinds = {str(track.get("kind")) for track in tracks}
        if any(track.get("until_ratified") == "truce" for track in tracks):
            kinds.add("ceasefire")
        return None if self.document.lost(("talks",)) else kinds

    @cached_property
    def families(self) -> dict[str, Family]:
        """The family of every number of the scenario, by path."""
        return self._known.families if self._known else declared_paths(self.ids)

    def _unless_lost(self, names: list[str], *path: str) -> list[str] | None:
        return None if self.document.lost(path) else names

    # -- names --------------------------------------------------------------------------------------------------

    def known(
        self, path: Path, names: Iterable[Any], known: Iterable[str] | None, kind: str, *, key: bool = False
    ) -> None:
        """Check that names exist; those of a mapping stand at its keys, those of a list at its items."""
        allowed = None if known is None else set(known)
        for index, name in enumerate(names):
            self.one_of((*path, name if key else index), name, allowed, kind, key=key)

    def one_of(self, path: Path, name: Any, known: Iterable[str] | None, kind: str, *, key: bool = False) -> bool:
        """Check that a name exists, and tell whether it does."""
        if known is None or not isinstance(name, str):
            return False
        allowed = known if isinstance(known, set) else set(known)
        noun, of, owner = kind.partition(" of ")
        if name not in allowed and nearest(name, [known for known in allowed if not is_id(known)]) is None:
            likely = instead(name, allowed, f"{_plural(noun)}{of}{owner}")
            self.say(path, f"there is no {noun} '{name}'{of}{owner} ({likely})", key=key)
        return name in allowed

    def once(self, path: Path, names: list[Any]) -> None:
        """Check that a list names nothing twice."""
        seen = set()
        for index, name in enumerate(names):
            if isinstance(name, str) and name in seen:
                self.say((*path, index), f"'{name}' is given twice")
            if isinstance(name, str):
                seen.add(name)

    def package(self, path: Path, package: Any, within: list[str] | None = None) -> None:
        """Check a mapping of issue: option."""
        for issue, option in mapping(package).items():
            here = (*path, issue)
            if not self.one_of(here, issue, self.issues, "issue", key=True):
                continue
            if within is not None and issue not in within:
                self.say(here, f"'{issue}' is not on the agenda ({instead(issue, within, 'agenda')})", key=True)
            else:
                self.one_of(here, option, self.options(issue), f"option of {issue}")

    def number(self, path: Path, target: str, kind: str = "a number") -> Family | None:
        """Check that a path leads to a number, and return its family."""
        family = self.families.get(target)
        parts = target.split(".")
        if family is None and self._complete and not self.document.lost(tuple(parts)):
            starts = [".".join([*parts[:depth], ""]) for depth in range(len(parts) - 1, 0, -1)]
            close = ([name for name in self.families if name.startswith(start)] for start in starts)
            near = next((names for names in close if names), list(self.families))
            self.say(path, f"'{target}' is not {kind} ({instead(target, near, 'numbers')})")
        return family

    @cached_property
    def _complete(self) -> bool:
        """Whether all that numbers are made of is known."""
        lists = [self.parties, self.issues, self.belligerents, *(self.options(issue) for issue in self.ids.issues)]
        return all(names is not None and all(map(is_id, names)) for names in lists)

    # -- dates --------------------------------------------------------------------------------------------------

    @staticmethod
    def date(value: Any) -> dt.date | None:
        """Return a date if the value is one."""
        try:
            return parse_date(value)
        except ValueError:
            return None

    def not_before_start(self, path: Path, value: Any) -> None:
        """Check that a date does not lie before as_of."""
        date = self.date(value)
        if date and self.as_of and date < self.as_of:
            self.say(path, f"{date} lies before as_of ({self.as_of})")

    def _end(self) -> dt.date | None:
        horizon = self.data.get("horizon")
        try:
            return parse_duration(horizon).after(self.as_of) if self.as_of else self.date(horizon)
        except ValueError:
            return self.date(horizon)
        except OverflowError:
            self.say(("horizon",), "the horizon lies beyond the calendar (9999-12-31)")
            return None


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
