"""How the generated pages write tables, headings and values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

NOTE = "<!-- Written by `python -m docs.generate`; change the program, not this page. -->\n"

_PLAIN = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.:/ √·'-]*\Z")
_SPECIAL = re.compile(r": |\Atrue\Z|\Afalse\Z|\Anull\Z|\A[0-9.]+\Z| \Z")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def code(text: str) -> str:
    """Write a word of the format."""
    return f"`{text}`"


def listed(words: Sequence[str], last: str = "or") -> str:
    """Write a, b or c."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub and Sphinx give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def flow(value: Any) -> str:
    """Write a value as YAML on one line, as an author would."""
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            return value if _PLAIN.match(value) and not _SPECIAL.search(value) else f'"{value}"'
        case _:
            return f"{value}"
