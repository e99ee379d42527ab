"""A small store and what is played into it, for the tests of stores."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from negosim.experiments.evaluate import Counts
from negosim.experiments.inputs import Input
from negosim.experiments.store.chunk import Part
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.store import Store

METRICS = ("agreement", "held.ceasefire@90 days", "toll.dead")
IS_SHARE = (True, True, False)


def asked(number: int = 6, **other: Any) -> Manifest:
    """A design of some points, three parts each, in chunks of two points."""
    told: dict[str, Any] = {
        "scenario": "5" * 64,
        "title": "A border",
        "metrics": METRICS,
        "is_share": IS_SHARE,
        "seed": 3,
        "trials": 250,
        "part_trials": 100,
        "chunk_points": 2,
        "points": [
            {"war.drift": at / 10, "parties.north.patience": f"{30.0 * (at + 1):.6f} days"} for at in range(number)
        ],
        "factors": (
            Input("drift", "Drift of the front", "war.drift"),
            Input("patience", "Patience", "parties.north.patience", is_duration=True),
        ),
        "set": {"war.volatility": 0.4},
        "design": {"kind": "grid"},
    }
    return Manifest(**{**told, **other})


def played(part: Part) -> Counts:
    """Something that depends on the point and the trials alone, in place of a run."""
    draws = np.random.default_rng([part.point, part.first]).random((3, part.trials))
    reached = (draws[0] < 0.1 * (part.point + 1)).astype(float)
    above = np.array([reached, reached * (draws[1] < 0.5), 1000 * draws[2]])
    return Counts(METRICS, IS_SHARE, above, np.array([np.ones(part.trials), reached, np.ones(part.trials)]))


def everything(manifest: Manifest) -> list[Part]:
    """Every part of a design, in the order of the points and their trials."""
    return [manifest.part(point, *span) for point in range(len(manifest.points)) for span in manifest.ranges]


def filled(store: Store) -> Store:
    """Play what is missing."""
    for part in store.missing():
        store.write(part, played(part), 0.1)
    store.flush()
    return store


def content(directory: Path) -> dict[str, str]:
    """The hashes of all files that are results, the command left out: the index and what was set aside are not."""
    kept = [directory / "design.json", *sorted(directory.glob("chunks/*"))]
    return {str(path.relative_to(directory)): hashlib.sha256(_without_command(path)).hexdigest() for path in kept}


def _without_command(path: Path) -> bytes:
    """Return what a file holds, but for the command that asked for it."""
    lines = path.read_bytes().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(b'  "command": '))


def chunk_file(store: Store, number: int = 0) -> Path:
    return sorted(store.directory.glob("chunks/*.chunk"))[number]
