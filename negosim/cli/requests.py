"""Requests: what a user asked for and cannot have is said plainly, with the exit code of bad input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
