"""Turn pydantic's errors into problems with positions, in the words of the format."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from negosim.scenario.dates import shown
from negosim.scenario.problems import Path, Problem, dotted, instead
from negosim.scenario.reader import Document
from negosim.scenario.schema.document import ScenarioFile

_WANTED = {
    "model_type": "a mapping", "dict_type": "a mapping", "model_attributes_type": "a mapping",
    "tuple_type": "a list", "list_type": "a list", "bool_type": "true or false", "int_type": "a whole number",
    "int_from_float": "a whole number", "float_type": "a number", "float_parsing": "a number", "string_type": "a text",
    "int_parsing": "a whole number", "bool_parsing": "true or false",
}  # fmt: skip


def schema_problems(error: ValidationError, document: Document) -> list[Problem]:
    """Return a problem for every error of the schema, at its place in the file."""
    return [_problem(item, document) for item in error.errors(include_url=False)]


def _problem(error: Any, document: Document) -> Problem:
    path, is_key = _path(error["loc"], document)
    context: dict[str, Any] = error.get("ctx", {})
    kind: str = error["type"]
    if kind == "missing":
        name = str(error["loc"][-1])
        found = document.at(path)
        near = [key for key in found if key not in _properties(path, document)] if isinstance(found, dict) else []
        given = f" (found {', '.join(map(repr, near[:5]))})" if near else ""
        return Problem(document.position(path, key=True), dotted(path), f"the key '{name}' is missing{given}")
    if kind == "extra_forbidden":
        name = str(path[-1])
        allowed = [key for key in _properties(path[:-1], document) if key not in (document.at(path[:-1]) or {})]
        return Problem(
            document.position(path, key=True),
            dotted(path),
            f"unknown key '{name}' ({instead(name, allowed)})",
        )
    if kind == "negosim":
        path = (*path, *context["at"])
        return Problem(document.position(path, key=is_key), dotted(path), context["message"])
    found = document.at(path)
    return Problem(document.position(path, key=is_key), dotted(path), _plain(kind, found, context, error["msg"]))


def _plain(kind: str, found: Any, context: dict[str, Any], fallback: str) -> str:
    if kind in _WANTED:
        return f"{shown(found)} is not {_WANTED[kind]}"
    match kind:
        case "literal_error":
            allowed = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
            return f"{shown(found)} is not allowed here ({instead(str(found), allowed)})"
        case "too_short":
            return f"needs at least {context['min_length']} (found {context['actual_length']})"
        case "too_long":
            return f"has more than {context['max_length']} entries"
        case "greater_than_equal":
            return f"{shown(found)} is out of range (at least {context['ge']:g})"
        case "less_than_equal":
            return f"{shown(found)} is out of range (at most {context['le']:g})"
        case "string_too_short":
            return "the text is empty"
        case "string_too_long":
            return f"the text is longer than {context['max_length']} characters"
        case _:
            return fallback[:1].lower() + fallback[1:]


def _path(location: tuple[str | int, ...], document: Document) -> tuple[Path, bool]:
    """Keep of pydantic's location what leads through the data: it also names the branches of unions."""
    here: Any = document.data
    path: list[str | int] = []
    for part in location:
        inside = (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        )
        if inside:
            here = here[part]
            path.append(part)
    return tuple(path), location[-1:] == ("[key]",)


def _properties(path: Path, document: Document) -> list[str]:
    """Return the keys that the format allows at a path."""
    schema = ScenarioFile.model_json_schema()
    definitions = schema.get("$defs", {})

    def resolved(node: Any) -> list[dict[str, Any]]:
        if "$ref" in node:
            return resolved(definitions[node["$ref"].rsplit("/", 1)[1]])
        branches = node.get("anyOf") or node.get("oneOf")
        return [leaf for branch in branches for leaf in resolved(branch)] if branches else [node]

    nodes = resolved(schema)
    for index, part in enumerate(path):
        below = [_below(node, part) for node in nodes]
        nodes = [leaf for node in below if node is not None for leaf in resolved(node)]
        found = document.at(path[: index + 1])
        if isinstance(found, dict):
            fitting = [node for node in nodes if set(node.get("required", ())) <= set(found)]
            nodes = fitting or nodes
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
