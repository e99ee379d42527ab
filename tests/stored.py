"""Stored results that several tests look at: one of each kind, as its command writes it."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import negosim
from negosim.experiments.hindcast.cases import load_cases
from negosim.experiments.hindcast.hindcast import hindcast
from negosim.experiments.stored.read import read
from negosim.report.html.stored.page import result_page
from tests.hindcasts import many
from tests.reports import HOSTILE, border
from tests.worlds import load

KINDS = ("compare", "tornado", "main", "uncertainty", "calibrate", "line", "heat", "dots", "hindcast")

COSTS = {f"parties.{side}.war_cost": [0.05, 0.2, 0.5] for side in ("north", "south")}

_KEPT = {"group", "method", "over", "status", "sha256", "negosim", "model_is", "metric", "variant", "id", "base"}
"""Keys whose values say what kind of thing it is."""


@cache
def written(which: str) -> str:
    """Return a result as JSON."""
    return json.dumps(_made(which))


def _made(which: str) -> Any:
    scenario = load(border())
    match which:
        case "compare":
            costly = scenario.with_variant("costly")
            return negosim.compare([scenario, costly], labels=["base", "costly"], trials=150).as_dict()
        case "tornado":
            return negosim.sensitivity(scenario, metrics=["agreement"], method="tornado", trials=300).as_dict()
        case "main":
            return negosim.sensitivity(scenario, metrics=["agreement"], method="main", trials=300).as_dict()
        case "uncertainty":
            return negosim.uncertainty(scenario, points=12, trials=40).as_dict()
        case "calibrate":
            moved = {"parties.south.war_cost": (0.05, 0.6)}
            return negosim.calibrate(scenario, {"ceasefire": 0.5}, moved, trials=60).as_dict()
        case "hindcast":
            return _hindcast()
    return _swept(which)


def _hindcast() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.yaml"
        path.write_text(many())
        return hindcast(load_cases(path), trials=20).to_json()


def _swept(which: str) -> Any:
    scenario = load(border())
    if which == "dots":
        design = negosim.sample(scenario, "lhs", 20, over=["levers"])
    else:
        design = negosim.grid(scenario, {path: COSTS[path] for path in list(COSTS)[: 2 if which == "heat" else 1]})
    swept = negosim.sweep(scenario, design, trials=30)
    answer = {
        "design": swept.store.manifest.as_dict(),
        "progress": swept.store.progress().as_dict(),
        "damaged": [],
        "points": list(swept.table().as_dicts()),
    }
    swept.store.close()
    return answer


def hostile(which: str) -> str:
    """Return the same with every text a piece of markup."""
    return json.dumps(_spoilt(json.loads(written(which))))


def _spoilt(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _spoilt(inside, name) for name, inside in value.items()}
    if isinstance(value, list):
        return [_spoilt(inside, key) for inside in value]
    return HOSTILE if isinstance(value, str) and key not in _KEPT and not key.startswith("name") else value


@cache
def html(which: str) -> str:
    """Return the report of a result; ``hostile-…`` for one whose texts are markup."""
    text = hostile(which.removeprefix("hostile-")) if which.startswith("hostile-") else written(which)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{which}.json"
        path.write_text(text)
        return result_page(read(path))
