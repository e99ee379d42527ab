"""Provenance: what an experiment was made of, as its JSON says it."""

from __future__ import annotations

from typing import Any

import negosim
from negosim.scenario.load import Scenario


def identity(scenario: Scenario) -> dict[str, Any]:
    """Return which scenario it was, with its variant and further settings."""
    return {
        "title": scenario.file.title,
        "sha256": scenario.sha256,
        "variant": scenario.variant,
        "set": dict(sorted(scenario.overrides.items())),
    }


def provenance(scenario: Scenario, *, seconds: float, **asked: Any) -> dict[str, Any]:
    """Return the scenario, and the run: the version, what was asked for, and how long it took."""
    run = {"negosim": negosim.__version__, **asked, "seconds": round(seconds, 3)}
    return {"scenario": identity(scenario), "run": run}
