"""Provenance: what an experiment was made of, as its JSON says it."""

from __future__ import annotations

from typing import Any

from negosim.results.build_identity import origin
from negosim.results.labels import labels
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
    """Return the scenario, what things are called in it, and the run: what played, what was asked, how long it took."""
    run = {**origin(), **asked, "seconds": round(seconds, 3)}
    return {"scenario": identity(scenario), "run": run, "labels": labels(scenario.file)}
