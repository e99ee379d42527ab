"""Cases: read a file of coded negotiations; whatever is wrong with it is named with its case and its line."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from negosim.experiments.hindcast.schema import MOST_YEARS, Case, CasesFile, later
from negosim.scenario.dates import parse_date
from negosim.scenario.limits import BYTES, PROBLEMS
from negosim.scenario.messages import schema_problems
from negosim.scenario.problems import Path, Problem, ScenarioError, instead
from negosim.scenario.reader import Document, read
from negosim.scenario.regular import read_regular

_WANTED = "a file of cases is a mapping with the key 'cases', a list of coded negotiations"
_YEARS = (1000, 2900)
"""Dates beyond these are slips of the pen."""
_CASE = re.compile(r"cases\.(\d+)")
_LISTED = re.compile(r"(issues|parties)\.(\d+)")


@dataclass(frozen=True)
class Cases:
    """Coded negotiations that have been read and checked.

    Attributes
    ----------
    cases : in the order of the file.
    sha256 : of the file's bytes.
    name : how messages call the file.
    """

    cases: tuple[Case, ...]
    sha256: str
    name: str


def load_cases(path: str | FilePath) -> Cases:
    """Read a file of cases.

    Raises
    ------
    ScenarioError
        With every problem of the file; each names its case, its line and its column.
    OSError
        Where the file cannot be read, or is no regular file.
    """
    return loads_cases(read_regular(path, BYTES.most), name=str(path))


def loads_cases(text: str | bytes, *, name: str = "<cases>") -> Cases:
    """Read cases from text; see `load_cases`."""
    document = read(text, name, wanted=_WANTED)
    file = None
    try:
        file = CasesFile.model_validate(document.data)
    except ValidationError as error:
        document.problems.extend(schema_problems(error, document, CasesFile))
    _check(document)
    if document.problems or file is None:
        named = [_named(problem, document.data) for problem in document.problems]
        raise ScenarioError(sorted(set(named))[: PROBLEMS.most])
    content = text.encode() if isinstance(text, str) else text
    return Cases(file.cases, hashlib.sha256(content).hexdigest(), name)


def _named(problem: Problem, data: Any) -> Problem:
    """Put the ids of the case, and of its issue or party, in the place of their numbers."""
    found = _CASE.match(problem.path)
    if found is None:
        return problem
    case = _entry(_listed(data, "cases"), int(found[1]))
    rest = problem.path[found.end() :].removeprefix(".")

    def by_id(match: re.Match[str]) -> str:
        return f"{match[1]}.{_id(_entry(_listed(case, match[1]), int(match[2])), match[2])}"

    path = ".".join(part for part in (_id(case, found[0]), _LISTED.sub(by_id, rest, count=1)) if part)
    return Problem(problem.position, path, problem.message)


def _id(entry: Any, otherwise: str) -> str:
    found = entry.get("id") if isinstance(entry, dict) else None
    return found if isinstance(found, str) and found else otherwise


def _entry(entries: list[Any], place: int) -> Any:
    return entries[place] if place < len(entries) else None


def _listed(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _mapped(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


# -- what the schema cannot say -------------------------------------------------------------------------------------


def _check(document: Document) -> None:
    """Check plain data, passing over whatever the schema has refused already."""
    cases = _listed(document.data, "cases")[: 2 * PROBLEMS.most]
    _unique(document, ("cases",), cases, "case")
    for place, case in enumerate(cases):
        if not isinstance(case, dict):
            continue
        path: Path = ("cases", place)
        _unique(document, (*path, "parties"), _listed(case, "parties"), "party")
        _unique(document, (*path, "issues"), _listed(case, "issues"), "issue")
        _dates(document, path, case)
        parties = [str(party["id"]) for party in _listed(case, "parties") if isinstance(party, dict) and "id" in party]
        for number, issue in enumerate(_listed(case, "issues")):
            if isinstance(issue, dict):
                _issue(document, (*path, "issues", number), issue, parties)
        _weights(document, path, case, parties[:2])


def _unique(document: Document, path: Path, entries: list[Any], what: str) -> None:
    """Refuse the second of two entries with one id; ids that differ only in their letters' case are one."""
    seen: dict[str, str] = {}
    for place, entry in enumerate(entries):
        name = _id(entry, "")
        if name and name.lower() in seen:
            other = seen[name.lower()]
            document.problem((*path, place, "id"), f"the {what} '{other}' is there twice (each needs an id of its own)")
        seen.setdefault(name.lower(), name)


def _issue(document: Document, path: Path, issue: dict[str, Any], parties: list[str]) -> None:
    options = _listed(issue, "options")
    written = [str(option) for option in options]
    for place, option in enumerate(written):
        if option in written[:place]:
            document.problem((*path, "options", place), f"the option '{option}' is there twice")
    for key in ("ideal", "red", "w"):
        given = _mapped(issue, key)
        for name in given:
            if name not in parties and not document.lost((*path, key, name)):
                message = f"'{name}' is no party of this case ({instead(name, parties, 'parties')})"
                document.problem((*path, key, name), message, key=True)
        for name in parties[:2]:
            if key in issue and isinstance(issue[key], dict) and name not in given:
                document.problem((*path, key), f"nothing is given for '{name}' (both sides need it)", key=True)
        if key != "w":
            for name, place in given.items():
                _within(document, (*path, key, name), place, options)
    _within(document, (*path, "final"), issue.get("final"), options)


def _within(document: Document, path: Path, place: Any, options: list[Any]) -> None:
    is_place = isinstance(place, int) and not isinstance(place, bool)
    if is_place and place >= len(options) > 0 and not document.lost(path):
        last = len(options) - 1
        document.problem(path, f"there is no option {place}: the options count from 0 to {last}")


def _weights(document: Document, path: Path, case: dict[str, Any], sides: list[str]) -> None:
    """Refuse a side to which nothing matters."""
    for name in sides:
        weights = [_mapped(issue, "w").get(name) for issue in _listed(case, "issues")]
        if weights and all(isinstance(weight, int | float) and weight == 0 for weight in weights):
            document.problem((*path, "issues"), f"no issue has a weight for '{name}' (one must be above 0)", key=True)


def _dates(document: Document, path: Path, case: dict[str, Any]) -> None:
    for place in _dated(case):
        day = _day(case, place)
        if day is not None and not _YEARS[0] <= day.year <= _YEARS[1]:
            message = f"the year {day.year} is out of range ({_YEARS[0]} to {_YEARS[1]})"
            document.problem((*path, *place), message)
    outcome = ("outcome", "date") if _day(case, ("outcome", "date")) else ("outcome",)
    began, end = _day(case, ("talks_began",)), _day(case, ("outcome", "date")) or _last(case)
    if end is None and _mapped(case, "outcome").get("date") is None and "outcome" in case:
        document.problem((*path, "outcome"), "neither 'date' nor a window says when the case ended", key=True)
    if began is None or end is None:
        return
    if end < began:
        document.problem((*path, *outcome), f"the case ends on {end}, and its talks begin on {began}")
    elif end.year - began.year > MOST_YEARS:
        document.problem((*path, *outcome), f"talks of more than {MOST_YEARS} years are not played")
    war = _day(case, ("war_began",))
    if war is not None and war > end:
        document.problem((*path, "war_began"), f"the war begins after the case has ended ({end})")


def _dated(case: dict[str, Any]) -> Iterator[Path]:
    yield from (("war_began",), ("talks_began",))
    yield from (("outcome", key) for key in ("date", "first_deal", "peace"))
    yield from (("windows", place, "from") for place in range(len(_listed(case, "windows"))))


def _day(case: Any, path: Path) -> dt.date | None:
    here: Any = case
    for part in path:
        match here:
            case dict():
                here = here.get(part)
            case list():
                here = here[part] if isinstance(part, int) and part < len(here) else None
            case _:
                return None
    try:
        return parse_date(here)
    except ValueError:
        return None


def _last(case: dict[str, Any]) -> dt.date | None:
    """Return when the last window of a case ends."""
    ends = []
    for place, window in enumerate(_listed(case, "windows")):
        start = _day(case, ("windows", place, "from"))
        months = window.get("months") if isinstance(window, dict) else None
        if start and start.year <= _YEARS[1] and isinstance(months, int | float) and 0 < months <= 12 * MOST_YEARS:
            ends.append(later(start, months))
    return max(ends, default=None)
