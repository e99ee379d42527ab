"""The page of the format of coded cases, from its pydantic models."""

from __future__ import annotations

import datetime as dt
import inspect
import types
import typing
from typing import Annotated, Any, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from docs.generate.scenario import keys
from docs.generate.writing import NOTE, anchor, code, flow, listed, table
from negosim.experiments.hindcast import schema
from negosim.experiments.hindcast.constants import Constants, priors, reasons
from negosim.scenario.schema import base

_HEAD = ("Key", "Value", "Default", "Meaning", "Example")
_SECTIONS: dict[str, type[base.Model]] = {
    "": schema.CasesFile,
    "meta": schema.Meta,
    "cases[]": schema.Case,
    "cases[].parties[]": schema.CaseParty,
    "cases[].mediator": schema.Mediator,
    "cases[].issues[]": schema.CaseIssue,
    "cases[].windows[]": schema.Window,
    "cases[].outcome": schema.CaseOutcome,
    "cases[].confidence": schema.Confidence,
}
_KINDS: dict[Any, str] = {
    get_args(schema.Name)[1]: "name",
    get_args(schema.Word)[1]: "word",
    get_args(schema.Note)[1]: "text",
    get_args(base.Label)[1]: "label",
    get_args(base.Date)[1]: "date",
}
_PLAIN = {float: "number", int: "whole number", bool: "`true` or `false`", str: "text", dt.date: "date"}

_INTRODUCTION = f"""# The format of coded cases

Coded cases are negotiations of the past, read for `negosim hindcast`, which encodes each by
[one rule](../explanation/encoding.md) and scores the model against what came of them. `negosim schema --cases` prints
the format as a JSON Schema, for editors.

A file is YAML of the same strict kind as [a scenario](format.md): unknown keys, anchors, tags and keys given twice are
errors. Everything that is wrong with a file is reported at once, each with its case, line and column, and nothing is
played then; a case is never left out.

- A *name* has letters, digits, `_`, `-`, `+` and `.`, begins with a letter or digit and has at most
  {schema.MOST_IN_NAME} characters. Two that differ only in capitals are the same.
- A *word* is a line of at most 200 characters; the words of `battlefield`, `bias` and `guarantor` are read by how they
  begin, so that `stalemate_at_sea` is a stalemate. One that says nothing to the rule is named in the output. A *text*
  is a line of at most {schema.MOST_IN_NOTE:,} characters.
- The options of an issue stand in order, from best for the first side to best for the second, and are counted from 0.
- What is "for the reader" is checked and then not used.
- Dates look like `1999-02-06`, and lie between the years 1000 and 2900. Talks of more than {schema.MOST_YEARS} years
  are refused, since every year of them is played.
"""

_CONSTANTS = """## The constants of the encoding

`negosim hindcast --set constant=value` sets any of them; those with a prior are what `--calibrate` calibrates. The rule
itself stands in [conventions of encoding](../explanation/encoding.md).

"""

_TARGETS = """## What is scored

{said}
"""


def page() -> str:
    """Return the page."""
    from negosim.experiments.hindcast import targets

    said = inspect.cleandoc(targets.__doc__ or "").split("\n\n", 1)[1].replace("``", "`")
    parts = [_section(path, model) for path, model in _SECTIONS.items()]
    return "\n".join([NOTE, _INTRODUCTION, *parts, _TARGETS.format(said=said), _constants()])


def _constants() -> str:
    """Return the table of constants, with the reason and the prior of each."""
    known = priors()
    rows = [
        [code(name), f"{value:g}", str(known.get(name, "")), reasons()[name]]
        for name, value in Constants().as_dict().items()
    ]
    return _CONSTANTS + table(["Constant", "Value", "Prior", "Why"], rows)


def _section(path: str, model: type[base.Model]) -> str:
    heading = code(path) if path else "The whole file"
    rows = [_row(key, field, hint) for key, field, hint in keys(model)]
    return f"## {heading}\n\n{inspect.cleandoc(model.__doc__ or '')}\n\n" + table(_HEAD, rows)


def _row(key: str, field: FieldInfo, hint: Any) -> list[str]:
    example = code(flow(field.examples[0])) if field.examples and field.examples[0] is not None else ""
    return [code(key), _value(hint, field.metadata), _default(field), field.description or "", example]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    match field.default:
        case None | ():
            return "none"
        case base.Model():
            return code("none")
        case plain:
            return code(flow(plain))


def _value(hint: Any, further: list[Any] | None = None) -> str:
    """Return in words what may stand at a key."""
    metadata: list[Any] = list(further or [])
    while get_origin(hint) is Annotated:
        hint, *more = get_args(hint)
        metadata += [item for one in more for item in (one.metadata if isinstance(one, FieldInfo) else [one])]
    named = next((words for kind, words in _KINDS.items() if kind in metadata), None)
    return _bounded(named or _structure(hint), metadata)


def _structure(kind: Any) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        words = [_value(part) for part in arguments if part is not types.NoneType]
        return listed([*words, "`null`"] if types.NoneType in arguments else words)
    if origin is dict:
        return f"{_value(arguments[0])} → {_value(arguments[1])}"
    if origin is tuple:
        return f"list of {_value(arguments[0])}"
    path = next((path for path, model in _SECTIONS.items() if model is kind), None)
    return f"[mapping](#{anchor(path)})" if path is not None else _PLAIN[kind]


def _bounded(words: str, metadata: list[Any]) -> str:
    bounds: dict[type, Any] = {type(item): item for item in metadata}
    said = []
    if Ge in bounds and Le in bounds:
        return f"{words} from {bounds[Ge].ge:g} to {bounds[Le].le:g}"
    if Gt in bounds and Le in bounds:
        return f"{words} above {bounds[Gt].gt:g}, at most {bounds[Le].le:g}"
    if words in ("name", "word", "text", "label"):
        return words
    if MinLen in bounds and bounds[MinLen].min_length:
        said.append(f"at least {bounds[MinLen].min_length}")
    if MaxLen in bounds:
        said.append(f"at most {bounds[MaxLen].max_length}")
    return ", ".join([words, *said])
