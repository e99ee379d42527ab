"""Reports as a terminal or a pipe gets them."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from negosim.report import print_summary


def printed(summary: dict[str, Any], width: int = 80, *, terminal: bool = False, encoding: str = "utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=file, width=width, force_terminal=terminal, color_system="truecolor" if terminal else None)
    print_summary(summary, console)
    file.seek(0)
    return file.read()


def flat(text: str) -> str:
    return " ".join(text.split())
