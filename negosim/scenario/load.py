"""Read a scenario file: text, overrides, schema, cross-references; every problem at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from negosim.scenario.checks import check
from negosim.scenario.messages import schema_problems
from negosim.scenario.notes import notes
from negosim.scenario.overrides import overridden
from negosim.scenario.problems import Position, Problem, ScenarioError, instead
from negosim.scenario.reader import MAX_BYTES, Document, read, read_value
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.support import unsupported

_UNORDERED = frozenset({"signatories", "held_by", "issues", "never", "linkages"})
"""Lists whose order means nothing."""


@dataclass(frozen=True)
class Scenario:
    """A scenario that has been read and checked.

    Attributes
    ----------
    file : its content by the schema of format 1, overrides applied.
    sha256 : hash of the content of the file itself, whatever its layout and the order of its declarations.
    variant : the variant applied, if any.
    overrides : the further overrides, path: value.
    notes : what a careful reader should know of it.
    """

    file: ScenarioFile
    sha256: str
    variant: str | None
    overrides: Mapping[str, Any]
    notes: tuple[str, ...]
    document: Document

    def with_variant(self, variant: str | None) -> Scenario:
        """Return the scenario under another variant, the further overrides kept."""
        return _checked(self.document, self.sha256, variant, self.overrides, {})

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """Return the scenario with further overrides, ``{path: value}``."""
        return _checked(self.document, self.sha256, self.variant, {**self.overrides, **values}, {})


def load(path: str | Path, *, variant: str | None = None, values: Mapping[str, Any] | None = None) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : the YAML file.
    variant : the variant to apply.
    values : further overrides, path: value; they come last.

    Raises
    ------
    ScenarioError
        With every problem of the file, of its variants and of the overrides.
    OSError
        Where the file cannot be read.
    """
    with Path(path).open("rb") as stream:
        text = stream.read(MAX_BYTES + 1)
    return loads(text, name=str(path), variant=variant, values=values)


def loads(
    text: str | bytes,
    *,
    name: str = "<scenario>",
    variant: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> Scenario:
    """Read a scenario from text; see `load`."""
    document = read(text, name)
    problems = list(document.problems)
    checked = _problems(document)
    problems += checked
    if not problems:
        problems += _variant_problems(document)
    if problems:
        raise ScenarioError(problems)
    return _checked(document, fingerprint(document.data), variant, values or {}, {})


def parse_settings(settings: Sequence[str]) -> dict[str, Any]:
    """Read ``path=value`` as given to ``--set``.

    Raises
    ------
    ScenarioError
        Where there is no ``=`` or the value is not YAML.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for setting in settings:
        path, equals, text = setting.partition("=")
        if not (equals and path.strip()):
            problems.append(Problem(Position("--set"), "", f"'{setting}' has no '=' (write path=value)"))
            continue
        try:
            values[path.strip()] = read_value(text, f"--set {setting}")
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    return values


def fingerprint(data: Any) -> str:
    """Hash the content of a scenario: layout, comments and the order of declarations do not count."""
    return hashlib.sha256(json.dumps(_canonical(data), ensure_ascii=False).encode()).hexdigest()


def _canonical(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        items = [[name, _canonical(item, name)] for name, item in value.items()]
        return items if key == "options" else sorted(items, key=lambda item: str(item[0]))
    if isinstance(value, list):
        items = [_canonical(item) for item in value]
        return sorted(items, key=json.dumps) if key in _UNORDERED else items
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _problems(document: Document) -> list[Problem]:
    """Return what is wrong with a document beyond what its reading has already found."""
    known = len(document.problems)
    try:
        file = ScenarioFile.model_validate(document.data)
    except ValidationError as error:
        schema = schema_problems(error, document)
        check(document)
        return _without_echoes(schema, document.problems[known:])
    check(document)
    return document.problems[known:] or unsupported(file, document)


def _without_echoes(schema: list[Problem], cross: list[Problem]) -> list[Problem]:
    """Keep of the cross-reference problems those that do not repeat a place the schema has refused."""
    places = {problem.path for problem in schema}
    return schema + [problem for problem in cross if problem.path not in places]


def _variant_problems(document: Document) -> list[Problem]:
    found: list[Problem] = []
    for name, variant in document.data.get("variants", {}).items():
        changed = overridden(document, variant["set"], _origins(document, name))
        new = len(document.problems)
        found += changed.problems[new:] or _problems(changed)
    return found


def _origins(document: Document, variant: str) -> dict[str, Position]:
    paths = document.data["variants"][variant]["set"]
    return {path: document.position(("variants", variant, "set", path)) for path in paths}


def _checked(
    document: Document,
    sha256: str,
    variant: str | None,
    values: Mapping[str, Any],
    origins: Mapping[str, Position],
) -> Scenario:
    changed = document
    if variant is not None:
        variants = document.data.get("variants", {})
        if variant not in variants:
            message = f"there is no variant '{variant}' ({instead(variant, variants, 'variants')})"
            raise ScenarioError([Problem(Position(document.name), "", message)])
        changed = overridden(changed, variants[variant]["set"], _origins(document, variant))
    if values:
        where = {path: origins.get(path, Position(f"--set {path}={values[path]}")) for path in values}
        changed = overridden(changed, values, where)
    problems = changed.problems or _problems(changed)
    if problems:
        raise ScenarioError(problems)
    file = ScenarioFile.model_validate(changed.data)
    return Scenario(file, sha256, variant, dict(values), notes(file), replace(document))
