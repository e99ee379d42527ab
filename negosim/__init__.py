"""negosim: a scenario-simulation engine for peace negotiations.

>>> import negosim
>>> negosim.run("scenarios/ukraine-2025-12.yaml", trials=1_000).reached("agreement")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from negosim.version import __version__

if TYPE_CHECKING:
    from negosim.api import Calendar, calendar, load, run
    from negosim.experiments.calibrate.calibrate import calibrate
    from negosim.experiments.compare.compare import compare
    from negosim.experiments.hindcast.hindcast import hindcast
    from negosim.experiments.levers.discover import discover
    from negosim.experiments.levers.levers import levers
    from negosim.experiments.score.score import score
    from negosim.experiments.seal.verify import verify
    from negosim.experiments.sensitivity.sensitivity import sensitivity
    from negosim.experiments.store.store import Store
    from negosim.experiments.sweep.grid import grid
    from negosim.experiments.sweep.sampling import sample
    from negosim.experiments.sweep.sweep import sweep
    from negosim.experiments.text.text import text
    from negosim.experiments.uncertainty.uncertainty import uncertainty
    from negosim.registry import PluginError, concession, load_plugin, protocol
    from negosim.result import Result, Share
    from negosim.scenario.load import Scenario
    from negosim.scenario.problems import ScenarioError

__all__ = [
    "Calendar", "PluginError", "Result", "Scenario", "ScenarioError", "Share", "Store", "__version__", "calendar",
    "calibrate", "compare", "concession", "discover", "grid", "hindcast", "levers", "load", "load_plugin", "protocol",
    "run", "sample", "score", "sensitivity", "sweep", "text", "uncertainty", "verify",
]  # fmt: skip

_HOMES = {
    "Calendar": "negosim.api",
    "PluginError": "negosim.registry",
    "Result": "negosim.result",
    "Scenario": "negosim.scenario.load",
    "ScenarioError": "negosim.scenario.problems",
    "Share": "negosim.result",
    "Store": "negosim.experiments.store.store",
    "calendar": "negosim.api",
    "calibrate": "negosim.experiments.calibrate.calibrate",
    "compare": "negosim.experiments.compare.compare",
    "concession": "negosim.registry",
    "discover": "negosim.experiments.levers.discover",
    "grid": "negosim.experiments.sweep.grid",
    "hindcast": "negosim.experiments.hindcast.hindcast",
    "levers": "negosim.experiments.levers.levers",
    "load": "negosim.api",
    "load_plugin": "negosim.registry",
    "protocol": "negosim.registry",
    "run": "negosim.api",
    "sample": "negosim.experiments.sweep.sampling",
    "score": "negosim.experiments.score.score",
    "sensitivity": "negosim.experiments.sensitivity.sensitivity",
    "sweep": "negosim.experiments.sweep.sweep",
    "text": "negosim.experiments.text.text",
    "uncertainty": "negosim.experiments.uncertainty.uncertainty",
    "verify": "negosim.experiments.seal.verify",
}
"""Where the public names live: they are imported when first used, so that ``negosim --help`` answers at once."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'negosim' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
