"""What the short answers of all commands share: how long they may be, their first lines, and what inputs are called."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from rich.console import Console

from negosim.report.paths import path_words
from negosim.report.prose import prose
from negosim.report.writing import clean, long_date, name
from negosim.results.labels import labels, words
from negosim.scenario.inputs import flow

SCREEN = 40
"""Lines that a command may print before somebody asks for more with ``--full``."""


def print_fitting(console: Console, sizes: Iterable[int], draw: Callable[[Console, int], None]) -> None:
    """Print an answer in the largest size that fits on one screen, or in the last size where none does.

    Parameters
    ----------
    sizes : that may be drawn, the largest first: rows of a table, say.
    draw : prints the answer in a size.
    """
    size = 0
    for size in sizes:
        stream = io.StringIO()
        draw(Console(file=stream, width=console.width), size)
        if stream.getvalue().count("\n") <= SCREEN:
            break
    draw(console, size)


class Played(Protocol):
    """A scenario as an experiment has it: what it was read from, its variant, and the numbers that were set."""

    @property
    def file(self) -> Any:
        """The scenario."""
        ...

    @property
    def variant(self) -> str | None:
        """The variant that was applied."""
        ...

    @property
    def overrides(self) -> Mapping[str, Any]:
        """What was set, by path."""
        ...


def print_head(console: Console, scenario: Played, said: str) -> None:
    """Print what was asked of what: title, dates and size, the variant, and every number that was set.

    Parameters
    ----------
    said : how much was played or looked at.
    """
    file = scenario.file
    prose(console, clean(file.title), "bold")
    span = f"{long_date(file.as_of.isoformat())} to {long_date(file.end.isoformat())}"
    prose(console, f"{span}: {said}", hanging=2)
    for line in changes(scenario):
        prose(console, line, hanging=2)


def changes(scenario: Played) -> list[str]:
    """Return how a scenario differs from its file: its variant and the numbers that were set."""
    return changed(labels(scenario.file), scenario.variant, scenario.overrides)


def changed(named: Mapping[str, Any], variant: str | None, values: Mapping[str, Any]) -> list[str]:
    """Return a variant and the numbers that were set, a line each.

    Parameters
    ----------
    named : as `negosim.results.labels.labels` returns it.

    >>> changed({"variants": {"dear": "A dear war"}}, "dear", {"war.drift": 0.05})
    ['Variant: A dear war', 'Changed: Front: drift a year = 0.05']
    """
    found = [f"Variant: {name({'labels': named}, 'variants', variant)}"] if variant else []
    return [*found, *(f"Changed: {input_words(named, path)} = {_written(value)}" for path, value in values.items())]


def _written(value: Any) -> str:
    return clean(flow(value))


def variant_title(file: Any, variant: str) -> str:
    """Return what a variant is called."""
    stated = file.variants.get(variant)
    return clean((stated and stated.title) or words(variant))


def input_words(named: Mapping[str, Any], path: str) -> str:
    """Return what an input is called: by what it belongs to, and what it is.

    Parameters
    ----------
    named : as `negosim.results.labels.labels` returns it.
    """
    return clean(path_words({"labels": named}, path))


def input_title(named: Mapping[str, Any], key: str, title: str) -> str:
    """Return the title of an input, in words where it is only its path or the id of a lever.

    Parameters
    ----------
    key : the path or the id of a lever that an experiment calls it by.
    title : what the experiment calls it, which may say more behind the key.

    >>> input_title({"parties": {"north": "The North"}}, "parties.north.war_cost", "parties.north.war_cost")
    'The North: war cost'
    >>> input_title({}, "aid_flow", "aid_flow"), input_title({}, "aid", "Where the aid goes")
    ('aid flow', 'Where the aid goes')
    """
    if not title.startswith(key):
        return clean(title)
    return (input_words(named, key) if "." in key else clean(words(key))) + clean(title[len(key) :])
