"""Numbers on the command line: ``1e4`` and ``10_000`` count as 10000 does, in the digits 0 to 9."""

from __future__ import annotations

from typing import Any

import click

from negosim.scenario.numerals import parse_number, parse_whole


class Count(click.IntRange):
    """A whole number within a range, in any usual notation."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a count.

        >>> Count(1, 20_000).convert("1e4", None, None)
        10000
        """
        if isinstance(value, str):
            try:
                value = parse_whole(value)
            except ValueError as error:
                self.fail(f"{error} (write e.g. 10000, 10_000 or 1e4).", param, ctx)
        return super().convert(value, param, ctx)


class Number(click.types.FloatParamType):
    """A number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a number."""
        if isinstance(value, str):
            try:
                value = parse_number(value)
            except ValueError:
                self.fail(f"{value!r} is not a valid float.", param, ctx)
        return super().convert(value, param, ctx)
