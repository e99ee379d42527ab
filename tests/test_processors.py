"""The same bytes on any processor: processes that are told to do without its newer instructions find the same."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"
PLAYED = f"""
import dataclasses, hashlib
import numpy as np
from negosim.engine import kernel
from negosim.engine.compile import compiled
from negosim.engine.calendar import play
from negosim.engine.streams import Streams
from negosim.model import durability, elementary, front, inverse
from negosim.scenario.load import load

digest = hashlib.sha256()

def add(found):
    if isinstance(found, np.ndarray):
        digest.update(found.tobytes())
    elif dataclasses.is_dataclass(found):
        add([getattr(found, field.name) for field in dataclasses.fields(found)])
    elif isinstance(found, dict):
        add(list(found.values()))
    elif isinstance(found, list | tuple):
        for item in found:
            add(item)

streams, rows = Streams(1, 0, 200_000), np.arange(200_000)
u, v = streams.uniform("u"), streams.uniform("v")
add(streams.normals_of_rows(rows, "n"))
add([inverse.normal(u), inverse.logistic(u), inverse.exponential(u, v), durability.breach_time(u, v, 0.1 + v)])
add([durability.chance_within(u, v), np.array([elementary.erfc(x) for x in np.linspace(-9, 9, 999).tolist()])])
add(front.war_weights(2.0 * u - 1.0, v - 0.5, u, 0.1 + v))
add(play(compiled(load({str(SCENARIO)!r}).file), 3, 0, 100))
print(kernel.library() is not None, digest.hexdigest())
"""


def disabled_in_numpy() -> str:
    """Return the newer instructions that NumPy uses on this processor."""
    numpy = importlib.import_module("numpy._core._multiarray_umath")
    return " ".join(name for name in numpy.__cpu_dispatch__ if numpy.__cpu_features__.get(name))


def played(**environment: str) -> str:
    command = [sys.executable, "-W", "error", "-c", PLAYED]
    outcome = subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, text=True)
    return outcome.stdout.strip()


OLDER = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4,-AVX,-ERMS",
    "NPY_DISABLE_CPU_FEATURES": disabled_in_numpy(),
}


@pytest.mark.compiled
def test_an_older_processor_finds_the_same_bytes() -> None:
    newer = played()
    assert newer.startswith("True")
    assert played(**OLDER) == newer


def test_an_older_processor_finds_the_same_bytes_without_the_kernel() -> None:
    newer = played(NEGOSIM_KERNEL="0")
    assert newer.startswith("False")
    assert played(NEGOSIM_KERNEL="0", **OLDER) == newer
