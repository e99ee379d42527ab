"""Variants: what is wrong with them, and where their settings are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from negosim.scenario.ids import declared
from negosim.scenario.judgement import judged
from negosim.scenario.limits import PROBLEMS, REPEATED
from negosim.scenario.overrides import Origin, overridden
from negosim.scenario.problems import Path, Position, Problem
from negosim.scenario.reader import Document
from negosim.scenario.references import References, mapping
from negosim.scenario.scope import WHOLE, kinds_of, scope_of


def variant_problems(document: Document) -> list[Problem]:
    """Return what the variants of a document get wrong, apart from what the file itself does.

    Of most variants only the entries that they touch are judged again. One that changes what is declared, or when the
    simulation begins and ends, has the whole file judged again; there may be only so many of these.
    """
    known = {(problem.position, problem.path) for problem in document.problems}
    ids, kinds, names, written = (
        declared(document.data),
        kinds_of(document.data),
        References(document),
        _written(document),
    )
    found: list[Problem] = []
    repeated = 0
    for name, settings in _settings(document):
        if len(found) > PROBLEMS.most:
            break
        origins = _origins(document, name, settings, written.get(name, {}))
        changed = overridden(document, settings, origins)
        scope = scope_of(settings, ids, kinds, changed.data)
        repeated += len(document.values) if scope is WHOLE else 0
        if scope is WHOLE and repeated > REPEATED.most:
            continue
        misdirected = changed.problems[len(document.problems) :]
        rejudged = judged(changed, scope, None if scope is WHOLE else names).document.problems
        new = [problem for problem in (*misdirected, *rejudged) if (problem.position, problem.path) not in known]
        found += at_origins(new, origins, document.position(("variants", name), key=True), f"variants.{name}")
    if repeated > REPEATED.most:
        position = document.position(("variants",), key=True)
        found.append(Problem(position, "variants", f"{repeated:,} {REPEATED.what} ({REPEATED.advice})"))
    return found


def origins_of(document: Document, variant: str) -> dict[str, Origin]:
    """Return where the settings of a variant are written."""
    settings = mapping(mapping(mapping(document.data.get("variants")).get(variant)).get("set"))
    return _origins(document, variant, settings, _written(document).get(variant, {}))


def at_origins(
    problems: Iterable[Problem], origins: Mapping[str, Origin], position: Position, path: str
) -> list[Problem]:
    """Let the problems that overrides cause elsewhere in the file point at the overrides."""
    written = {place for origin in origins.values() for place in origin.values()}
    return [
        problem
        if problem.position in written
        else Problem(position, path, f"{problem.path}: {problem.message}" if problem.path else problem.message)
        for problem in problems
    ]


def _settings(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, variant in mapping(document.data.get("variants")).items():
        yield name, mapping(mapping(variant).get("set"))


_Written = dict[str, dict[Path, Position]]
"""By setting, where its value and the parts of it are written."""


def _written(document: Document) -> dict[str, _Written]:
    """Return where the settings of every variant are written."""
    found: dict[str, _Written] = {}
    for place in document.values:
        match place:
            case ("variants", str() as variant, "set", str() as path, *rest):
                found.setdefault(variant, {}).setdefault(path, {})[tuple(rest)] = document.position(place)
    return found


def _origins(document: Document, variant: str, settings: Mapping[str, Any], written: _Written) -> dict[str, Origin]:
    top = ("variants", variant, "set")
    return {path: {(): document.position((*top, path)), **written.get(path, {})} for path in settings}
