"""A registry of its own for a test, and the rules that the page on extending shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from negosim import registry

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"


def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test begin with what is built in, and leave nothing behind."""
    monkeypatch.setattr(registry, "_files_by_module", {})
    for kind in (registry.PROTOCOLS, registry.CONCESSIONS):
        monkeypatch.setattr(kind, "_own", {})
        monkeypatch.setattr(kind, "_hashes", {})


def example_rules() -> str:
    """Return the file that the page tells its readers to save."""
    found = re.search(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]
