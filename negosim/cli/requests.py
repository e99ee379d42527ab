"""Requests: what a user asked for and cannot have is said plainly, with the exit code of bad input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click


class BadRequest(click.ClickException):
    """Something that cannot be had, and why."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message by itself."""
        click.echo(self.format_message(), file=file, err=file is None)


@contextmanager
def as_request() -> Iterator[None]:
    """Turn a `ValueError` about what was asked for into a message of the command line."""
    from negosim.scenario.problems import ScenarioError

    try:
        yield
    except ScenarioError:
        raise
    except ValueError as error:
        raise BadRequest(str(error)) from error


def write_new(files: Mapping[Path, bytes], *, force: bool) -> None:
    """Write files; those that are there already are overwritten only if that is asked for, and else none is written."""
    from negosim.experiments.store.atomic import write_whole

    if not force:
        for file in files:
            if file.exists() or file.is_symlink():
                raise _exists(file)
    for file, content in files.items():
        if not write_whole(file, content, only_new=not force):
            raise _exists(file)


def _exists(file: Path) -> BadRequest:
    return BadRequest(f"{file} exists already and is left as it is (--force overwrites it)")
