"""A small sweep, and negosim as a process of its own that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from negosim.experiments.sweep.design import Design
from negosim.experiments.sweep.grid import grid
from negosim.experiments.sweep.sweep import SweepResult, sweep
from negosim.scenario.load import Scenario
from tests.worlds import WAR_ONLY, changed, load

ROOT = Path(__file__).parents[1]
WORLD: dict[str, Any] = changed(WAR_ONLY, {"horizon": "2 years"})
DRIFT, COST = "war.drift", "parties.north.war_cost"
METRICS = ("victory:north", "years")

CHUNK = 4
"""Points of a chunk, so that small sweeps have many of them."""

SMALL_CHUNKS = (
    "from negosim.experiments.store import manifest; from negosim.cli.main import main; "
    f"manifest.MOST_CHUNK_POINTS = {CHUNK}; main()"
)


def world() -> Scenario:
    return load(WORLD)


def drifts(number: int) -> Design:
    return grid(world(), {DRIFT: f"-0.4:0.4:{number}"})


def swept(out: Path | None, number: int = 12, **options: Any) -> SweepResult:
    told = {"metrics": METRICS, "trials": 40, **options}
    return sweep(world(), drifts(number), out=out, **told)


def written(directory: Path, data: dict[str, Any] = WORLD) -> Path:
    """Write a world as a file."""
    path = directory / "world.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False))
    return path


def asked(scenario: Path, out: Path, *arguments: str, number: int = 200) -> list[str]:
    """The command that sweeps over the drift of the front, in chunks of a few points."""
    told = [sys.executable, "-c", SMALL_CHUNKS, "sweep", str(scenario), "--vary", f"{DRIFT}=-0.4:0.4:{number}"]
    metrics = [word for name in METRICS for word in ("--metric", name)]
    return [*told, *metrics, "--trials", "40", "--out", str(out), "--json", *arguments]


def begun(command: list[str], *, silent: bool = False, **options: Any) -> subprocess.Popen[str]:
    """Start a command; silent where nobody will read what it says, for which it would wait."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    stream = subprocess.DEVNULL if silent else subprocess.PIPE
    return subprocess.Popen(command, stdout=stream, stderr=stream, text=True, env=environment, **options)


def finished(command: list[str], timeout: float = 120) -> tuple[int, str, str]:
    """Run a command to its end: exit code, standard output, standard error."""
    process = begun(command)
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err


def chunks(directory: Path) -> int:
    return len(list(directory.glob("chunks/*.chunk")))


def wait_for_chunks(directory: Path, number: int, process: subprocess.Popen[str], timeout: float = 60) -> None:
    """Wait until a sweep has written so many chunks, or has ended."""
    deadline = time.monotonic() + timeout
    while chunks(directory) < number and process.poll() is None:
        assert time.monotonic() < deadline, f"{chunks(directory)} of {number} chunks after {timeout} s"
        time.sleep(0.005)


def pretend(changes: dict[str, str | None]) -> None:
    """Let a worker be of another build."""
    from negosim.results import build_identity as module

    build = {**module._identity(), **changes}
    patch.object(module, "_identity", lambda plugins=None: build).start()  # for good: in a process of its own
