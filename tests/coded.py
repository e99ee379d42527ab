"""Coded negotiations made up for tests of the hindcast."""

from __future__ import annotations

from pathlib import Path

from negosim.experiments.hindcast.cases import loads_cases
from negosim.experiments.hindcast.schema import Case

FILE = (Path(__file__).parent / "coded.yaml").read_text(encoding="utf-8")
"""A sound file with two cases."""


def coded() -> tuple[Case, Case]:
    """Return the two cases."""
    ships, quarry = loads_cases(FILE).cases
    return ships, quarry
