"""Read a scenario file: text, overrides, schema, cross-references; every problem at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from negosim.registry import Plugins, plugins
from negosim.scenario.checks_events import check_lifts
from negosim.scenario.dates import shown
from negosim.scenario.judgement import judged
from negosim.scenario.limits import BYTES
from negosim.scenario.notes import notes
from negosim.scenario.overrides import Origin, overridden
from negosim.scenario.problems import Position, Problem, ScenarioError, instead
from negosim.scenario.reader import Document, read, read_value
from negosim.scenario.regular import read_regular
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.shipped import scenario_file
from negosim.scenario.variants import at_origins, origins_of, variant_problems

_ORDERED_MAPPINGS = (("issues", "*", "options"), ("chips", "*", "options"))
_UNORDERED_LISTS = (
    ("talks", "*", "signatories"), ("talks", "*", "issues"), ("chips", "*", "held_by"), ("never",), ("linkages",),
)  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """A scenario that has been read and checked.

    Attributes
    ----------
    file : its content by the schema of format 1, overrides applied.
    sha256 : hash of the content of the file itself, whatever its layout and the order of its declarations.
    variant : the variant applied, if any.
    overrides : the further overrides, path: value.
    plugins : what has registered rules that are not built in; it comes along to other processes.
    """

    file: ScenarioFile
    sha256: str
    variant: str | None
    overrides: Mapping[str, Any]
    document: Document
    plugins: Plugins = field(default_factory=plugins, repr=False, compare=False)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a careful reader should know of it."""
        return notes(self.file)

    def with_variant(self, variant: str | None) -> Scenario:
        """Return the scenario under another variant, the further overrides kept."""
        return _checked(self.document, self.sha256, variant, self.overrides)

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """Return the scenario with further overrides, ``{path: value}``."""
        return _checked(self.document, self.sha256, self.variant, {**self.overrides, **values})


def load(path: str | FilePath, *, variant: str | None = None, values: Mapping[str, Any] | None = None) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path : the YAML file, or the name of a scenario that comes with negosim.
    variant : the variant to apply.
    values : further overrides, path: value; they come last.

    Raises
    ------
    ScenarioError
        With every problem of the file, of its variants and of the overrides.
    OSError
        Where the file cannot be read, or is no regular file.
    """
    text = read_regular(scenario_file(path), BYTES.most)
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
    judgement = judged(document)
    if not judgement.too_large:
        check_lifts(judgement.document)
    problems = [*document.problems, *judgement.document.problems]
    if not judgement.too_large:
        problems += variant_problems(judgement.document)
    if problems:
        raise ScenarioError(problems)
    if variant is None and not values and judgement.file is not None:
        return Scenario(judgement.file, fingerprint(document.data), None, {}, document)
    return _checked(document, fingerprint(document.data), variant, values or {})


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
            lacks = "no path before '='" if equals else "no '='"
            problems.append(Problem(Position("--set"), "", f"{shown(setting)} has {lacks} (write path=value)"))
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
    return hashlib.sha256(json.dumps(_canonical(data, ()), ensure_ascii=False).encode()).hexdigest()


def _canonical(value: Any, path: tuple[str, ...]) -> Any:
    """Write a value so that only what means something is left; the path of an override is the path it leads to."""
    if isinstance(value, dict):
        items = [[name, _canonical(item, _below(path, name))] for name, item in value.items()]
        return (
            {"in order": items} if _matches(path, _ORDERED_MAPPINGS) else sorted(items, key=lambda item: str(item[0]))
        )
    if isinstance(value, list):
        items = [_canonical(item, (*path, "*")) for item in value]
        return {"list": sorted(items, key=json.dumps) if _matches(path, _UNORDERED_LISTS) else items}
    return float(value) + 0.0 if isinstance(value, int | float) and not isinstance(value, bool) else value


def _below(path: tuple[str, ...], name: str) -> tuple[str, ...]:
    is_setting = path[:1] == ("variants",) and path[2:] == ("set",)
    return tuple(name.split(".")) if is_setting else (*path, name)


def _matches(path: tuple[str, ...], patterns: Iterable[tuple[str, ...]]) -> bool:
    return any(
        len(path) == len(pattern) and all(want in ("*", part) for part, want in zip(path, pattern, strict=True))
        for pattern in patterns
    )


def _checked(document: Document, sha256: str, variant: str | None, values: Mapping[str, Any]) -> Scenario:
    """Apply a variant and then further values to a sound document."""
    changed, origins = document, dict[str, Origin]()
    if variant is not None:
        variants = document.data.get("variants", {})
        if variant not in variants:
            message = f"there is no variant '{variant}' ({instead(variant, variants, 'variants')})"
            raise ScenarioError([Problem(Position(document.name), "", message)])
        origins.update(origins_of(document, variant))
        changed = overridden(changed, variants[variant]["set"], origins)
    further: dict[str, Origin] = {path: {(): Position(f"--set {path}={_short(values[path])}")} for path in values}
    changed = overridden(changed, values, further)
    judgement = judged(changed)
    problems = [*changed.problems, *judgement.document.problems]
    if problems or judgement.file is None:
        last = next(reversed(further.values()), {(): Position(document.name)})
        raise ScenarioError(at_origins(problems, {**origins, **further}, last[()], ""))
    return Scenario(judgement.file, sha256, variant, dict(values), document)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
