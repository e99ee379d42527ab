"""The inputs of a scenario: what was stated, where it comes from, what was filled in and what was overridden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.load import Scenario
from negosim.scenario.numbers import numbers
from negosim.scenario.overrides import overridden
from negosim.scenario.paths import TRACK, VIEW, NumberPath, is_duration
from negosim.scenario.problems import Position
from negosim.scenario.quantities import Quantity
from negosim.scenario.reader import Document
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.issues import View

_MONTH = DAYS_PER_YEAR / 12
_NOTHING = "not stated"

KINDS = {
    "parties": "the parties",
    "salience": "weights of issues",
    "values": "values of options",
    "red_lines": "red lines",
    "enforcement": "strength of guarantees",
    "linkages": "linkages",
    "war": "the war",
    "talks": "the talks",
    "events": "events",
}
"""Kinds of input, by the key or section they stand under, and what they are called."""


def describe(quantity: Quantity, *, duration: bool = False) -> str:
    """Write a quantity as its file would.

    >>> from negosim.scenario.quantities import parse_quantity
    >>> describe(parse_quantity({"triangular": [0.1, 0.2, 0.4]})), describe(parse_quantity(0.5))
    ('triangular 0.1, 0.2, 0.4', '0.5')
    """

    def written(number: float) -> str:
        return span(number) if duration else f"{number:g}"

    parameters = [written(number) for number in quantity.parameters]
    match quantity.kind:
        case "constant":
            return parameters[0]
        case "normal":
            text = f"normal, mean {parameters[0]}, sd {parameters[1]}"
        case "lognormal":
            text = f"lognormal, median {parameters[0]}, spread {quantity.parameters[1]:g}"
        case "beta":
            text = f"beta, a {quantity.parameters[0]:g}, b {quantity.parameters[1]:g}"
        case "choice":
            pairs = zip(parameters, quantity.weights, strict=True)
            text = "choice of " + ", ".join(f"{value} ({100 * weight:g} %)" for value, weight in pairs)
        case "uniform":
            text = f"uniform {parameters[0]} to {parameters[1]}"
        case kind:
            text = f"{kind} {', '.join(parameters)}"
    return text


def span(days: float) -> str:
    """Write a duration.

    >>> span(913.125), span(45)
    ('30 months', '45 days')
    """
    months = days / _MONTH
    if days and abs(months - round(months)) < 1e-6:
        return f"{round(months)} month{'' if round(months) == 1 else 's'}"
    return f"{days:g} day{'' if days == 1 else 's'}"


# What is stated, and on what grounds


def stated(file: ScenarioFile) -> dict[str, Quantity | str]:
    """Return every number and red line that a scenario states, by path."""
    return {".".join(path): value for path, value in _leaves(file, ())}


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Quantity | str]]:
    if isinstance(value, BaseModel):
        items = [(name, getattr(value, name)) for name in type(value).model_fields if name in value.model_fields_set]
    elif isinstance(value, Mapping):
        items = list(value.items())
    elif isinstance(value, tuple):
        items = [(str(index), item) for index, item in enumerate(value)]
    elif isinstance(value, Quantity) or (value == "never" and "red_lines" in path):
        yield path, value
        return
    else:
        return
    for name, item in items:
        yield from _leaves(item, (*path, name))


def grounds(file: ScenarioFile) -> dict[str, Any]:
    """Count the stated inputs by kind and by what they rest on.

    A red line that is ``never`` counts. ``uncertain`` is how many are distributions.
    """
    by_kind = {kind: {"source": 0, "judgement": 0, "nothing": 0, "uncertain": 0} for kind in KINDS}
    for path, value in stated(file).items():
        if path.partition(".")[0] in ("variants", "levers"):
            continue
        place = NumberPath.parse(path)
        counts = by_kind[place.family.kind]
        source = source_of(file, place, value)
        counts["nothing" if source is None else "judgement" if source == "judgement" else "source"] += 1
        counts["uncertain"] += isinstance(value, Quantity) and not value.is_constant
    total = {
        key: sum(counts[key] for counts in by_kind.values()) for key in ("source", "judgement", "nothing", "uncertain")
    }
    return {"kinds": {kind: counts for kind, counts in by_kind.items() if any(counts.values())}, "total": total}


def source_of(file: ScenarioFile, place: NumberPath, value: Quantity | str) -> str | None:
    """Return where a stated input comes from: its own source, else that of the view it is part of."""
    if isinstance(value, Quantity) and value.source is not None:
        return value.source
    if place.family in (VIEW.salience, VIEW.value, VIEW.red_line):
        section, issue, party, *_ = place.ids
        view: View = getattr(file, section)[issue].views[party]
        return view.source
    return None


# What was filled in


def defaults(file: ScenarioFile) -> list[dict[str, Any]]:
    """Return the defaults that were filled in: keys with a star for ids, the value, and whose they are.

    Numbers nobody has a view on (weight 0) are reported as such, once for all issues of a party.
    """
    found: dict[tuple[str, str], list[str]] = {}
    left = left_at_default(file)
    every: dict[str, int] = {}
    sizes = {
        "talks": len(file.talks),
        "issues": len(file.issues) * len(file.parties),
        "chips": len(file.chips) * len(file.parties),
    }
    for path, quantity in numbers(file).items():
        place = NumberPath.parse(path)
        key = place.key
        every[key] = every.get(key, 0) + 1
        if path in left:
            found.setdefault((key, _default_value(place, quantity)), []).append(place.of)
    for key, value, owner in _other_defaults(file):
        found.setdefault((key, value), []).append(owner)
        every[key] = sizes.get(key.partition(".")[0], 1)
    return [
        {"key": key, "value": value, "of": sorted(owners), "all": len(owners) == every[key], "among": every[key]}
        for (key, value), owners in sorted(found.items())
    ]


def left_at_default(file: ScenarioFile) -> dict[str, Quantity]:
    """Return the numbers that a file leaves at their default, by path; not those that follow from others."""
    written = stated(file)
    return {
        path: quantity
        for path, quantity in numbers(file).items()
        if path not in written and path.rpartition(".")[0] not in written and not _is_moot(file, NumberPath.parse(path))
    }


def _is_moot(file: ScenarioFile, path: NumberPath) -> bool:
    """Tell numbers that follow from a view that is not there, or from an ideal."""
    match path.family, path.ids:
        case VIEW.value, _:
            return True
        case VIEW.salience, (section, name, party):
            return party not in getattr(file, section)[name].views
        case TRACK.patience, (name, _):
            return isinstance(file.talks[name].patience, Quantity)
        case _:
            return False


def _default_value(path: NumberPath, quantity: Quantity) -> str:
    if path.family == TRACK.patience:
        return "the party's own"
    return describe(quantity, duration=path.family.is_duration)


def _other_defaults(file: ScenarioFile) -> Iterator[tuple[str, str, str]]:
    """Return defaults that are no numbers: key, value, whose."""
    if "step" not in file.model_fields_set:
        yield "step", str(file.step), ""
    for name, stated in file.parties.items():
        if "concession_law" not in stated.model_fields_set:
            yield "parties.*.concession_law", stated.concession_law, name
    for name, track in file.talks.items():
        words = {"opens": file.as_of.isoformat(), "issues": "all issues and chips", "first_draft": "the status quo"}
        for key in (
            "opens",
            "every",
            "protocol",
            "issues",
            "first_draft",
            "revisions",
            "between_rounds",
            "until_ratified",
        ):
            if key not in track.model_fields_set:
                yield f"talks.*.{key}", words.get(key, str(getattr(track, key))), name
        if "ripeness" not in track.model_fields_set and file.war:
            yield "talks.*.ripeness", track.ripeness, name
    for section, issues in (("issues", file.issues), ("chips", file.chips)):
        for name, issue in issues.items():
            for party in file.parties:
                view = issue.views.get(party)
                if view is None:
                    yield f"{section}.*.views.*", "no view, weight 0", f"{name}.{party}"
                elif view.values is None and view.ideal is not None:
                    yield f"{section}.*.views.*.values", f"falling from the ideal, {view.loss} loss", f"{name}.{party}"
    if file.war:
        named = {side: set(file.war.victory.get(side, {})) for side in file.war.between}
        for side in file.war.between:
            missing = sorted({*file.issues, *file.chips} - named[side])
            if missing:
                yield f"war.victory.{side}", "the winner's best option; a chip in other hands stays", ", ".join(missing)


# What was overridden


def overrides(scenario: Scenario) -> list[dict[str, str]]:
    """Return what a variant and further settings change, in the order in which they do: path, old, new and origin."""
    document, changes = scenario.document, list[dict[str, str]]()
    variants = document.data.get("variants") or {}
    steps = [(f"variant {scenario.variant}", variants[scenario.variant]["set"])] if scenario.variant else []
    for origin, settings in [*steps, ("--set", scenario.overrides)]:
        for path, value in settings.items():
            changes.append({"path": path, "old": _written_at(document, path), "new": flow(value), "origin": origin})
            document = overridden(document, {path: value}, {path: {(): Position(origin)}})
    return changes


def _written_at(document: Document, path: str) -> str:
    """Return what a file says at a path, or the default that holds there."""
    here: Any = document.data
    for part in path.split("."):
        if isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            here = here.get(part) if isinstance(here, dict) else None
        if here is None:
            break
    if here is not None:
        return flow(here)
    file = ScenarioFile.model_validate(document.data)
    default = numbers(file).get(path)
    return f"{describe(default, duration=is_duration(path))} (default)" if default else _NOTHING


def flow(value: Any) -> str:
    """Write a value of a file on one line, its source and note left out.

    >>> flow({"triangular": [0, 0.03, 0.06], "source": "judgement"}), flow({"value": "2 months", "note": "…"})
    ('triangular 0, 0.03, 0.06', '2 months')
    """
    if isinstance(value, Mapping):
        content = {key: item for key, item in value.items() if key not in ("source", "note")}
        if list(content) == ["value"]:
            return flow(content["value"])
        if len(content) == 1 and isinstance(next(iter(content.values())), list):
            key, items = next(iter(content.items()))
            return f"{key} {', '.join(map(flow, items))}"
        return ", ".join(f"{key}: {_enclosed(item)}" for key, item in content.items()) or "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _enclosed(value: Any) -> str:
    return f"{{{flow(value)}}}" if isinstance(value, Mapping) else flow(value)
