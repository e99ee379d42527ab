"""Output: what is printed reaches any terminal, pipe or file, or ends quietly where nobody reads it."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

CLOSED = 141
"""Exit code where whoever read the output has gone: 128 and the number of SIGPIPE, as shells count it."""

_REPLACING = "negosim.replacing"
_ASCII = {"–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "×": "x", "·": ".", "≥": ">=", "≤": "<=",
          "‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"'}  # fmt: skip


class ReaderGoneError(Exception):
    """Nobody reads the output any more."""


@contextmanager
def reader_may_go() -> Iterator[None]:
    """Tell a pipe that nobody reads any more from files that cannot be written, and from an end that was meant."""
    try:
        yield
    except BrokenPipeError:
        raise ReaderGoneError from None
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):
            raise ReaderGoneError from None
        raise


def print_json(data: Mapping[str, Any]) -> None:
    """Print plain data as one JSON object, which stays one whatever characters the output can hold."""
    from negosim.results.export import as_json

    text = as_json(data)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = as_json(data, ascii_only=True)
    click.echo(text, nl=False)


def print_listed(data: Mapping[str, Any], key: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Print plain data as one JSON object whose list under a key is empty, and fill the list row by row."""
    from negosim.results.export import as_json

    ascii_only = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "") != "utf8"
    # Within a text quotes are escaped, so this is the list itself.
    before, empty, after = as_json(data, ascii_only=ascii_only).partition(f'\n  "{key}": []')
    click.echo(before + empty.removesuffix("]"), nl=False)
    first = True
    for row in rows:
        text = "    " + as_json(row, ascii_only=ascii_only).rstrip().replace("\n", "\n    ")
        click.echo("\n" + text if first else ",\n" + text, nl=False)
        first = False
    click.echo(("]" if first else "\n  ]") + after, nl=False)


def prepare() -> None:
    """Make standard output and standard error fit to be written to.

    One that is closed leads nowhere: otherwise the next file that is opened would take its place. One that cannot
    hold a character is given the nearest it can hold.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115, kept open to the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115, kept open to the end
    codecs.register_error(_REPLACING, _replaced)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_REPLACING)


def abandon_output() -> int:
    """Let what nobody reads any more go nowhere, and return the exit code for it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return CLOSED


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """Give the nearest characters of ASCII in place of those that an encoding does not have."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(nearest_ascii, error.object[error.start : error.end])), error.end


def nearest_ascii(sign: str) -> str:
    """Return a character, or what comes nearest to it in ASCII.

    >>> [nearest_ascii(sign) for sign in ("é", "–", "界")]
    ['e', '-', '?']
    """
    if sign in _ASCII:
        return _ASCII[sign]
    return unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode() or "?"
