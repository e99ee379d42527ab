"""How a section of the terminal report is laid out: a heading, what its numbers are, tables without frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

INDENT = 2
GAP = 2
"""Characters between columns, one of them the frame's."""

BLANK = Text("")
"""An empty line between the parts of a section."""


@dataclass(frozen=True)
class Section:
    """A heading, a line that says what the numbers are, and what stands below."""

    title: str
    caption: str
    body: Sequence[Table | Text]


def table(*headers: str, fixed: Sequence[int] = (), right: Sequence[int] = ()) -> Table:
    """Return an empty table without frame, and without a head where no column has one.

    Parameters
    ----------
    headers : heads of the columns.
    fixed : places of the columns that never wrap.
    right : places of the columns that align right.
    """
    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    grid.show_header = any(headers)
    for place, header in enumerate(headers):
        grid.add_column(
            Text(header, style="bold"),
            no_wrap=place in fixed,
            justify="right" if place in right else "left",
            overflow="fold",
        )
    return grid


def add(grid: Table, *cells: str, style: str = "", inset: int = 0) -> None:
    """Add a row of plain texts, in which brackets and colons mean nothing, the first one inset."""
    first, *rest = (Text(cell, style=style) for cell in cells)
    grid.add_row(Padding(first, (0, 0, 0, inset)) if inset else first, *rest)


def stacked(parts: Sequence[Sequence[Table | Text]]) -> list[Table | Text]:
    """Return parts one below the other with an empty line between."""
    body: list[Table | Text] = []
    for part in parts:
        if part:
            body += [BLANK, *part] if body else part
    return body
