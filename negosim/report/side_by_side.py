"""Rows of scenarios side by side: a heading over the whole width, and below it a line a scenario."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.text import Text

from negosim.experiments.compare.result import Comparison, ComparisonRow
from negosim.experiments.result import Difference
from negosim.report.compare_short import title_of
from negosim.report.layout import GAP
from negosim.report.metric_words import difference_text, estimate_text
from negosim.report.writing import aligned

_INSET = 2
_LEAST_LABEL = 10

WIDE = 96
"""Columns of a terminal that has room for the numbers of histories changed."""

_HEADS = ("", "Difference", "Changed", "To tell")
_CHANGED = 2

NONE_SEEN = "none seen"
"""What stands in place of a number of trials where the two are equal, but not history by history."""


@dataclass(frozen=True)
class _Line:
    inset: int
    words: str
    cells: tuple[str, ...] = ()
    style: str = ""


@dataclass
class Block:
    """Lines that share their columns."""

    found: Comparison
    width: int
    lines: list[_Line] = field(default_factory=list)

    def heading(self, words: str, *, inset: int = 0, style: str = "bold") -> None:
        """Add a line over the whole width."""
        self.lines.append(_Line(inset, words, style=style))

    def row(self, row: ComparisonRow, words: str, *, inset: int = 0, style: str = "bold") -> None:
        """Add a metric: its name, and below it a line for each scenario."""
        self.heading(words, inset=inset, style=style)
        for at, label in enumerate(self.labels):
            written = estimate_text(row.estimates[at], is_share=row.is_share)
            change = row.differences[at - 1] if at else None
            less = (difference_text(change, is_share=row.is_share), *_remarks(change)) if at else ("", "", "")
            self.lines.append(_Line(inset + _INSET, label, (written, *less)))

    @property
    def labels(self) -> list[str]:
        """What the lines are called: the base, and what it is compared with."""
        many = len(self.found.labels) - 1
        return ["Base", *(["With it"] if many == 1 else [title_of(self.found, place) for place in range(many)])]

    def rows(
        self,
        rows: Sequence[ComparisonRow],
        words: Callable[[ComparisonRow], str],
        *,
        inset: int = 0,
        style: str = "bold",
    ) -> None:
        """Add metrics."""
        for row in rows:
            self.row(row, words(row), inset=inset, style=style)

    def texts(self) -> list[Text]:
        """Return the lines as they are printed, the heads of the columns first."""
        data = [line for line in self.lines if line.cells]
        if not data:
            return [text for line in self.lines for text in self._heading(line)]
        columns = [list(column) for column in zip(*(line.cells for line in data), strict=True)]
        columns[0] = aligned(columns[0], " %")
        columns = [[head, *column] for head, column in zip(_HEADS, columns, strict=True)]
        if self.width < WIDE:
            del columns[_CHANGED]
        widths = [max(map(len, column)) for column in columns]
        room = max(self.width - sum(GAP + width for width in widths), _LEAST_LABEL)
        first = min(max(line.inset + len(line.words) for line in data), room)
        head, *rows = zip(*columns, strict=True)
        remaining = iter(rows)
        texts = [Text(_laid("", first, head, widths), style="dim")]
        for line in self.lines:
            if line.cells:
                *above, last = _wrapped(line, first)
                texts += [*map(Text, above), Text(_laid(last, first, next(remaining), widths))]
            else:
                texts += self._heading(line)
        return texts

    def _heading(self, line: _Line) -> list[Text]:
        return [Text(words, style=line.style) for words in _wrapped(line, self.width)]


def _wrapped(line: _Line, width: int) -> list[str]:
    """Return the words of a line over as many as they take, further ones set in."""
    start = " " * line.inset
    return textwrap.wrap(line.words, width, initial_indent=start, subsequent_indent=f"{start}  ") or [""]


def _laid(label: str, first: int, cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return (" " * GAP).join([label.ljust(first), *padded]).rstrip()


def _remarks(change: Difference | None) -> tuple[str, str]:
    """Return in how many histories it changed which way, and how many trials would tell the difference."""
    if change is None or change.value is None:
        return "", ""
    if change.same:
        return "none", ""
    moved = f"+{change.gained:,} -{change.lost:,}" if change.gained is not None else ""
    if change.significant:
        return moved, ""
    return moved, f"{change.needed:,}" if change.needed is not None else NONE_SEEN
