"""Turn pydantic's errors into problems with positions, in the words of the format."""

from __future__ import annotations

import functools
import itertools
from typing import Any

from pydantic import BaseModel, ValidationError

from negosim.scenario.dates import shown
from negosim.scenario.limits import PROBLEMS
from negosim.scenario.problems import Path, Problem, comma_hint, dotted, instead
from negosim.scenario.reader import Document
from negosim.scenario.schema.document import ScenarioFile

_WANTED = {
    "model_type": "a mapping", "dict_type": "a mapping", "model_attributes_type": "a mapping",
    "tuple_type": "a list", "list_type": "a list", "bool_type": "true or false", "int_type": "a whole number",
    "int_from_float": "a whole number", "float_type": "a number", "float_parsing": "a number", "string_type": "a text",
    "int_parsing": "a whole number", "bool_parsing": "true or false",
}  # fmt: skip


def schema_problems(
    error: ValidationError, document: Document, schema: type[BaseModel] = ScenarioFile
) -> list[Problem]:
    """Return a problem for every error of the schema, at its place in the file.

    What is refused is marked in ``document.refused``, so that nothing is said of it again; likewise nothing is said
    here of what the reader has refused. At most `PROBLEMS` are returned.
    """
    errors = error.errors(include_url=False, include_input=False)[: 2 * PROBLEMS.most]
    for item in errors:
        if item["type"] == "extra_forbidden":
            document.refused.add(_path(item["loc"], document))
    found = (_problem(item, document, schema) for item in errors)
    return list(itertools.islice((problem for problem in found if problem), PROBLEMS.most))


def _problem(error: Any, document: Document, schema: type[BaseModel]) -> Problem | None:
    location, kind, context = error["loc"], error["type"], error.get("ctx", {})
    path = _path(location, document)
    if kind == "missing":
        return _missing(path, location[-1], document)
    is_key = location[-1:] == ("[key]",)
    if document.lost(path[:-1] if is_key or kind == "extra_forbidden" else path):
        return None
    found: Any = path[-1] if is_key else document.at(path)
    if kind == "too_short" and len(found) >= context["min_length"]:
        return None  # pydantic counts the entries it has not refused
    if kind == "extra_forbidden":
        message = _unknown(path, document, schema)
    elif kind == "negosim":
        path = (*path, *context["at"])
        message = context["message"]
    else:
        message = _plain(kind, found, context, error["msg"])
    if not is_key and (
        kind in _WANTED or kind in ("too_short", "literal_error") or not isinstance(document.at(path), dict | list)
    ):
        document.refused.add(path)
    return Problem(document.position(path, key=is_key or kind == "extra_forbidden"), dotted(path), message)


def _missing(path: Path, name: str | int, document: Document) -> Problem | None:
    if document.lost((*path, name)):
        return None
    if isinstance(name, int):  # only pairs have a fixed length
        return Problem(document.position(path), dotted(path), f"needs 2 entries (found {len(document.at(path))})")
    document.refused.add((*path, name))
    unknown = [key for key in document.at(path) if (*path, key) in document.refused and key != name]
    given = f" (found {', '.join(map(repr, unknown[:5]))})" if unknown else ""
    return Problem(document.position(path, key=True), dotted(path), f"the key '{name}' is missing{given}")


def _unknown(path: Path, document: Document, schema: type[BaseModel]) -> str:
    name = str(path[-1])
    above = document.at(path[:-1])
    cut = comma_hint(name, above) if isinstance(above, dict) else ""
    likely = cut or instead(name, _properties(path[:-1], document, schema))
    return f"unknown key '{name}' ({likely})"


def _plain(kind: str, found: Any, context: dict[str, Any], fallback: str) -> str:
    if kind in _WANTED and found is None:
        return f"nothing is given here (write {_WANTED[kind]})"
    if kind in _WANTED:
        return f"{shown(found)} is not {_WANTED[kind]}"
    match kind:
        case "literal_error":
            allowed = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
            return f"{shown(found)} is not allowed here ({instead(str(found), allowed)})"
        case "too_short" | "string_too_short" if isinstance(found, str):
            return "the text is empty"
        case "too_short":
            least = context["min_length"]
            return f"needs at least {least} {'entry' if least == 1 else 'entries'} (found {context['actual_length']})"
        case "too_long" | "string_too_long" if isinstance(found, str):
            return f"the text is longer than {context['max_length']:,} characters"
        case "too_long":
            return f"has more than {context['max_length']} entries"
        case "greater_than_equal":
            return f"{shown(found)} is out of range (at least {context['ge']:g})"
        case "less_than_equal":
            return f"{shown(found)} is out of range (at most {context['le']:g})"
        case _:
            return fallback[:1].lower() + fallback[1:]


def _path(location: tuple[str | int, ...], document: Document) -> Path:
    """Keep of pydantic's location what leads through the data, not the ``<branch>`` of a union."""
    here: Any = document.data
    path: list[str | int] = []
    for part in location:
        inside = (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        )
        if inside:
            here = here[part]
            path.append(part)
    return tuple(path)


@functools.cache
def _schema(of: type[BaseModel]) -> dict[str, Any]:
    return of.model_json_schema()


def _resolved(node: Any, schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternatives a node of the JSON Schema stands for."""
    if "$ref" in node:
        return _resolved(schema["$defs"][node["$ref"].rsplit("/", 1)[1]], schema)
    branches = node.get("anyOf") or node.get("oneOf")
    return [leaf for branch in branches for leaf in _resolved(branch, schema)] if branches else [node]


def _properties(path: Path, document: Document, of: type[BaseModel]) -> list[str]:
    """Return the keys that the format allows at a path; of several alternatives those that fit what is there best."""
    schema = _schema(of)
    nodes = _resolved(schema, schema)
    for index, part in enumerate(path):
        below = [_below(node, part) for node in nodes]
        nodes = [leaf for node in below if node is not None for leaf in _resolved(node, schema)]
        found = document.at(path[: index + 1])
        if isinstance(found, dict):
            fit = [len(set(node.get("required", ())) & set(found)) for node in nodes]
            nodes = [node for node, common in zip(nodes, fit, strict=True) if common == max(fit)]
    return sorted({key for node in nodes for key in node.get("properties", {})})


def _below(node: dict[str, Any], part: str | int) -> Any:
    if isinstance(part, int):
        items = node.get("items") or node.get("prefixItems", [None])[0]
        return items if isinstance(items, dict) else None
    if part in node.get("properties", {}):
        return node["properties"][part]
    more = node.get("additionalProperties")
    if isinstance(more, dict):
        return more
    patterns = node.get("patternProperties")
    return next(iter(patterns.values())) if patterns else None
