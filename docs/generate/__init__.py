"""The reference pages, written from the program itself: ``python -m docs.generate``."""

from __future__ import annotations

from pathlib import Path

from docs.generate import cases, commands, limits, output, scenario

FOLDER = Path(__file__).parents[1] / "reference"


def pages() -> dict[Path, str]:
    """Return the text of every generated page by where it stands."""
    return {
        FOLDER / "format.md": scenario.page(),
        FOLDER / "cases.md": cases.page(),
        FOLDER / "output.md": output.page(),
        FOLDER / "commands.md": commands.page(),
        FOLDER / "limits.md": limits.page(),
    }
