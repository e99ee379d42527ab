"""The page of the scenario format, from its pydantic models."""

from __future__ import annotations

import datetime as dt
import inspect
import re
import types
import typing
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from docs.generate.introduction import INTRODUCTION
from docs.generate.writing import NOTE, anchor, code, flow, listed, table
from negosim.scenario.dates import DAYS_PER_YEAR, Duration
from negosim.scenario.domains import Domain
from negosim.scenario.ids import Ids
from negosim.scenario.paths import Family, declared_paths
from negosim.scenario.quantities import Quantity
from negosim.scenario.schema import base
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.events import EFFECTS, Effect
from negosim.scenario.schema.issues import Chip, Issue

_NAMED = {
    "parties": "<party>", "issues": "<issue>", "chips": "<chip>", "options": "<option>", "views": "<party>",
    "talks": "<track>", "events": "<event>", "variants": "<variant>", "questions": "<question>", "levers": "<lever>",
    "sources": "<source>", "beliefs": "<party>", "stocks": "<stock>", "tolls": "<toll>",
}  # fmt: skip
"""What stands for the ids that a scenario chooses."""

_KINDS: tuple[tuple[Any, str], ...] = (
    (base.Concession, "quantity from 0.001 to 1000, or `boulware`, `linear`, `conceder`"),
    (base.PositiveSpan, "quantity of time above 0"),
    (base.Span, "quantity of time"),
    (base.PositiveDuration, "duration"),
    (base.DateOrDuration, "date or duration"),
    (base.Id, "id"),
    (base.PartyId, "id"),
    (base.Name, "id"),
    (base.Label, "label"),
    (base.Address, "web address"),
    (base.Prose, "text in Markdown"),
    (base.Text, "text"),
    (base.Date, "date"),
    (base.PlainNumber, "number"),
)
_TEXTS = ("label", "web address", "text in Markdown", "text")
"""What the introduction of the page says the bounds of."""

_SPANS = tuple(get_args(alias)[1] for alias in (base.Span, base.PositiveSpan))
_HEAD = ("Key", "Value", "Unit", "Default", "Meaning", "Example")


def page() -> str:
    """Return the page."""
    parts = [NOTE, INTRODUCTION]
    for path, model in sections():
        parts.append(_section(path, model))
        if model is Effect:
            parts += [_effect(effect) for effect in EFFECTS.values()]
    return "\n".join([*parts, _numbers()])


# -- what there is ----------------------------------------------------------------------------------------------


def sections() -> list[tuple[str, type[base.Model]]]:
    """Return every mapping of the format with its path, each model once, in the order of the file."""
    found: dict[type[base.Model], str] = {}
    for path, model in _below("", ScenarioFile):
        if model is Effect:  # stands where events stand, though stocks have effects too
            found.pop(model, None)
        found.setdefault(model, path)
    return [(path, model) for model, path in found.items()]


def keys(model: type[base.Model]) -> Iterator[tuple[str, FieldInfo, Any]]:
    """Yield the keys of a mapping, as a file writes them, with their fields and types."""
    hints = typing.get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        yield field.alias or name, field, hints[name]


def _below(path: str, model: type[base.Model]) -> Iterator[tuple[str, type[base.Model]]]:
    yield path, model
    for key, _, hint in keys(model):
        for suffix, inner in _models(hint):
            name = suffix.replace("<id>", _NAMED.get(key, "<id>"))
            yield from _below(f"{path}.{key}{name}".lstrip("."), inner)


def _models(hint: Any) -> Iterator[tuple[str, type[base.Model]]]:
    """Yield the models within a type, with how a path leads to them."""
    kind, _ = _bare(hint)
    origin, arguments = get_origin(kind), get_args(kind)
    if inspect.isclass(kind) and issubclass(kind, base.Model):
        yield "", kind
    elif origin is dict:
        for suffix, model in _models(arguments[1]):
            yield f".<id>{suffix}", model
    elif origin is tuple:
        for suffix, model in _models(arguments[0]):
            yield f"[]{suffix}", model
    elif origin in (types.UnionType, typing.Union):
        for part in arguments:
            yield from _models(part)


def _bare(hint: Any) -> tuple[Any, list[Any]]:
    """Return a type without its annotations, and those, with what fields add to them; the outermost come last."""
    if get_origin(hint) is not Annotated:
        return hint, []
    kind, *metadata = get_args(hint)
    found = []
    for item in metadata:
        found += item.metadata if isinstance(item, FieldInfo) else [item]
    below, first = _bare(kind)
    return below, [*first, *found]


# -- how it is said ---------------------------------------------------------------------------------------------


def _section(path: str, model: type[base.Model]) -> str:
    said = inspect.cleandoc(model.__doc__ or "")
    heading = code(path) if path else "The whole file"
    if model is Effect:
        said = "An effect does exactly one thing, named by the key that the tables below have first. Those in"
        return (
            f"## {heading}\n\n{said} `war.stocks.<stock>.when_empty` may only `set`, `add` or `scale`, without `for`.\n"
        )
    if model is Chip:
        said += f"\n\nBesides `held_by` a chip has all the keys of [an issue](#{anchor('issues.<issue>')})."
    shared = Issue.model_fields if model is Chip else {}
    return f"## {heading}\n\n{said}\n\n" + table(
        _HEAD, [_row(key, field, hint) for key, field, hint in keys(model) if key not in shared]
    )


def _effect(model: type[Effect]) -> str:
    said = inspect.cleandoc(model.__doc__ or "")
    example = {key: field.examples[0] for key, field, _ in keys(model) if field.examples and key != "for"}
    rows = [_row(key, field, hint) for key, field, hint in keys(model)]
    return f"### {code(rows[0][0].strip('`'))}\n\n{said} Example: {code(flow(example))}\n\n" + table(_HEAD, rows)


def _row(key: str, field: FieldInfo, hint: Any) -> list[str]:
    _, metadata = _bare(hint)
    unit = next((item.text for item in metadata if isinstance(item, base.Unit)), "")
    example = code(flow(field.examples[0])) if field.examples else ""
    return [code(key), value(hint, field), unit, _default(field, metadata), field.description or "", example]


def _default(field: FieldInfo, metadata: list[Any]) -> str:
    unstated = next((item.text for item in metadata if isinstance(item, base.Unstated)), None)
    if field.is_required():
        return "**required**"
    if unstated is not None:
        return unstated
    match field.default:
        case Quantity() as quantity if _is_time(metadata):
            return code(_days(quantity.value))
        case Quantity() as quantity:
            return code(f"{quantity.value:g}")
        case Duration() as duration:
            return code(str(duration))
        case bool() | str() | int() as plain:
            return code(flow(plain))
        case base.Model():
            return "its defaults"
        case _:
            return "none"


def _is_time(metadata: list[Any]) -> bool:
    return any(words in metadata for words in _SPANS)


def _days(days: float) -> str:
    months = days / DAYS_PER_YEAR * 12
    return f"{months:g} months" if months and months == round(months) else f"{days:g} days"


def value(hint: Any, field: FieldInfo | None = None) -> str:
    """Return in words what may stand at a key."""
    kind, metadata = _bare(hint)
    metadata = [*metadata, *(field.metadata if field else ())]
    named = next((words for alias, words in _KINDS if get_args(alias)[1] in metadata), None)
    if named is None and (number := next((item for item in metadata if isinstance(item, base.NumberIn)), None)):
        named = _within("quantity", number.domain or Domain())
    if named is None and (rule := next((item for item in metadata if isinstance(item, base.RuleIn)), None)):
        named = listed([*(code(name) for name in rule.registry.names()), "one that is registered"])
    if named in (None, "number"):
        short = any(isinstance(item, base.Shorthand) for item in metadata)
        named = _structure(kind, named, short)
    return _bounded(named, metadata)


def _within(noun: str, domain: Domain) -> str:
    return str(domain).replace("any number", noun).replace("a number", noun)


def _structure(kind: Any, named: str | None, short: bool) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, typing.Union):
        parts = dict.fromkeys(value(part) for part in arguments if part is not types.NoneType)
        return listed(sorted(parts, key=lambda part: "→" in part))
    if named:
        return named
    if origin is Literal:
        return listed([code(flow(item)) for item in arguments])
    if origin is dict:
        return f"{value(arguments[0])} → {value(arguments[1])}"
    if origin is tuple:
        inner = value(arguments[0])
        whole = f"list of {_plural(inner)}" if arguments[-1] is ... else f"two {_plural(inner)}"
        return f"{inner} or {whole}" if short else whole
    if inspect.isclass(kind) and issubclass(kind, base.Model):
        path = next(path for path, model in sections() if model is kind)
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower()
        return ("label or " if short else "") + f"[{words}](#{anchor(path)})"
    return {int: "whole number", bool: "`true` or `false`", dt.date: "date", Any: "value"}[kind]


def _plural(words: str) -> str:
    return {"id": "ids", "date": "dates", "value": "values"}.get(words, words)


def _bounded(words: str, metadata: list[Any]) -> str:
    bounds: dict[type, Any] = {type(item): item for item in metadata if isinstance(item, Ge | Le | MinLen | MaxLen)}
    if Ge in bounds and Le in bounds:
        return f"{words} from {bounds[Ge].ge} to {bounds[Le].le}"
    if words in _TEXTS:
        return words
    least = bounds[MinLen].min_length if MinLen in bounds else 0
    most = bounds[MaxLen].max_length if MaxLen in bounds else None
    if least and least == most:
        return f"{words}, exactly {least}"
    said = [f"at least {least}"] if least else []
    said += [f"at most {most}"] if most else []
    return ", ".join([words, *said])


# -- numbers by path ----------------------------------------------------------------------------------------------

_NUMBERS = """## Every number by its path

`--set`, the `set` of variants, the effects of events and levers name numbers by these paths. `--set` and variants may
also name any other key that the file declares or leaves at its default (`talks.armistice.every=7 days`). The stream of
random numbers a distribution is drawn from is named by the same path.
"""


def _numbers() -> str:
    ids = Ids(
        parties=["<party>"],
        sections={"<issue>": "issues"},
        options={"<issue>": ["<option>"]},
        tracks=["<track>"],
        events=["<event>"],
        belligerents=["<party>"],
        stocks=["<stock>"],
        tolls=["<toll>"],
        has_war=True,
        deadlines=["<track>"],
        rates=["<event>"],
    )
    rows = [
        [code(path), _allowed(family), "no, read once at the start" if family.is_initial else "yes"]
        for path, family in declared_paths(ids).items()
    ]
    chips = "Paths below `issues` are the same below `chips`. The rate of an event exists where the file gives one.\n"
    return _NUMBERS + "\n" + table(("Path", "What it may be", "Can events change it"), rows) + "\n" + chips


def _allowed(family: Family) -> str:
    if family.is_duration:
        return "a duration above 0" if family.domain.open_low else "a duration"
    return str(family.domain)
