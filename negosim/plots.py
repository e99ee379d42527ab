"""Plots by name: what draws the figures of a result. It knows of names alone, so that no result knows a figure."""

from __future__ import annotations

import importlib
from typing import Any

_HOMES = {
    "sensitivity": ("negosim.report.figures.tornado", "SensitivityPlots"),
    "sweep": ("negosim.report.figures.heat", "SweepPlots"),
}


def plots(kind: str, found: object) -> Any:
    """Return what draws the figures of a result.

    Parameters
    ----------
    kind : of experiment.
    found : what came of it.
    """
    module, name = _HOMES[kind]
    return getattr(importlib.import_module(module), name)(found)
