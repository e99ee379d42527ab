"""Answers: results as JSON, with the command line that asked for them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from negosim.cli.output import print_json as print_plain
from negosim.cli.output import print_listed

COMMAND = "negosim.command"
"""Where the context of the command line keeps what was typed."""

_WITHOUT_EFFECT = ("--workers", "--cluster")
"""Options with a value on which no result depends: they are left out, so that no number of workers changes a byte."""


def typed(arguments: Sequence[str]) -> str:
    """Return a command line as a shell would read it, without the options on which no result depends.

    >>> typed(["run", "my war.yaml", "--workers", "2", "--seed", "7"])
    "negosim run 'my war.yaml' --seed 7"
    """
    parts: list[str] = []
    left = iter(arguments)
    for word in left:
        if word in _WITHOUT_EFFECT:
            next(left, None)
        elif not word.startswith(tuple(f"{option}=" for option in _WITHOUT_EFFECT)):
            parts.append(word)
    # What is not UTF-8 comes from the shell as half a character, which no JSON can hold.
    return shlex.join(["negosim", *parts]).encode(errors="backslashreplace").decode()


def command_line() -> str | None:
    """Return what was typed to start the command that is running."""
    context = click.get_current_context(silent=True)
    return context.meta.get(COMMAND) if context else None


def with_command(answer: Mapping[str, Any], key: str | None = "run") -> dict[str, Any]:
    """Return an answer with the command line in it.

    Parameters
    ----------
    answer : as the Python interface gives it.
    key : of the object that says what was asked for; None where that is the answer itself.
    """
    if key is None:
        return {**answer, "command": command_line()}
    return {**answer, key: {**answer[key], "command": command_line()}}


def print_json(answer: Mapping[str, Any], key: str | None = "run") -> None:
    """Print an answer as one JSON object, with the command line in it; see `with_command`."""
    print_plain(with_command(answer, key))


def print_rows(answer: Mapping[str, Any], key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Print an answer as one JSON object, with rows in the place of an empty list in it, as they come."""
    print_listed(with_command(answer, None), key, rows)
