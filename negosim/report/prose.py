"""Prose on a terminal: running text and sections that wrap well, with or without colour."""

from __future__ import annotations

import re

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from negosim.report.layout import BLANK, INDENT, Section
from negosim.report.writing import MONTHS

WIDEST = 100
"""The longest line of prose: longer ones are hard to read."""

_GLUE = "\ue000"
_TOGETHER = re.compile(
    r"(?<=\d) (?=%)|(?<=%) (?=±)|(?<=\d) (?=±\d)|(?<=\d) (?=to \d)|(?<=\d to) (?=\d)|"
    r"(?<=\d) (?=(?:" + "|".join(MONTHS) + r") \d{4})"
)
"""Spaces inside a share, an interval or a date, where no line should break."""


def prose(console: Console, text: str, style: str = "", *, indent: int = 0, hanging: int = 0, before: str = "") -> None:
    """Print running text in lines that break neither a share nor an interval nor a date.

    Parameters
    ----------
    indent : characters before every line.
    hanging : further characters before every line but the first.
    before : what stands in the place of the first line's indent.
    """
    for number, words in enumerate(prose_lines(console, text, indent + hanging)):
        margin = " " * (indent + hanging) if number else before.ljust(indent)
        show(console, Text.assemble(margin, (words, style)))


def prose_lines(console: Console, text: str, taken: int = 0) -> list[str]:
    """Return running text as lines, beside so many characters that are taken."""
    width = max(min(console.width, WIDEST) - taken, 10)
    lines = Text(_TOGETHER.sub(_GLUE, text)).wrap(console, width)
    return [line.plain.replace(_GLUE, " ").rstrip() for line in lines]


def show(console: Console, body: RenderableType) -> None:
    """Print something without the blanks that rich leaves at the ends of lines."""
    for segments in console.render_lines(body, console.options, pad=False):
        line = Text.assemble(*((segment.text, segment.style or "") for segment in segments))
        line.rstrip()
        console.print(line, highlight=False, no_wrap=True, crop=False, overflow="ignore")


def show_section(console: Console, section: Section) -> None:
    """Print a section: heading, caption, body."""
    console.print()
    prose(console, section.title, "bold")
    prose(console, section.caption, "dim" if section.body else "", indent=INDENT)
    if section.body:
        console.print()
    for body in section.body:
        if body is BLANK:
            console.print()
        else:
            show(console, Padding(body, (0, 0, 0, INDENT), expand=False))
