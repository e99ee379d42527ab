"""Sweeps that are killed, interrupted or written twice end with the same bytes.

``NEGOSIM_KILLS=50 pytest tests/test_interrupted_sweeps.py -k kill_9`` is the long run of the kills.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from negosim.experiments.store import manifest
from tests.stores import content
from tests.sweeps import (
    CHUNK,
    asked,
    begun,
    chunks,
    finished,
    swept,
    wait_for_chunks,
    written,
)

CHUNKS = 200 // CHUNK
KILLS = int(os.environ.get("NEGOSIM_KILLS", "5"))
POINTS = 40 * KILLS
"""Of the sweep that is killed: so many that it is not done before the last kill."""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an uninterrupted sweep of 200 points writes."""
    return left_alone(tmp_path_factory.mktemp("reference") / "out", 200)


def left_alone(out: Path, points: int) -> dict[str, str]:
    """Play a sweep without interruption, and return what it writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "MOST_CHUNK_POINTS", CHUNK)
        assert swept(out, points).store.progress().is_complete
    assert chunks(out) == points // CHUNK
    return content(out)


def children(process: subprocess.Popen[str]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in found.read_text().split()] if found.exists() else []


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_kill_9_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    """Kill a sweep again and again; what is left, resumed, is what one that was left alone writes."""
    luck = random.Random(5)
    out, scenario, all_chunks = tmp_path / "out", written(tmp_path), POINTS // CHUNK
    command = [*asked(scenario, out, number=POINTS), "--resume", "--workers", "2"]
    kills, orphans = 0, []
    while kills < KILLS and chunks(out) < all_chunks:
        process = begun(command, start_new_session=True, silent=True)
        if luck.random() < 0.25:  # while it starts, most likely
            time.sleep(luck.random())
        else:
            step = max(1, (all_chunks - chunks(out)) // (4 * (KILLS - kills + 1)))
            wait_for_chunks(out, min(chunks(out) + luck.randrange(1, step + 1), all_chunks), process)
            time.sleep(luck.random() * 0.02)
        orphans += children(process)
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    print(f"{kills} kills, {chunks(out)} chunks of {all_chunks} done by then")
    assert kills >= min(KILLS, 3)
    deadline = time.monotonic() + 20
    while any(map(is_alive, orphans)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [orphan for orphan in orphans if is_alive(orphan)]
    code, answer, errors = finished(command)
    assert (code, errors) == (0, "")
    assert json.loads(answer)["progress"]["complete"]
    assert content(out) == left_alone(tmp_path / "reference", POINTS)


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path, reference: dict[str, str]) -> None:
    out, scenario = tmp_path / "out", written(tmp_path)
    process = begun([*asked(scenario, out), "--workers", "2"], start_new_session=True)
    wait_for_chunks(out, 3, process)
    os.killpg(process.pid, signal.SIGINT)
    answer, errors = process.communicate(timeout=30)
    assert (process.returncode, answer) == (130, "")
    assert errors.strip() == "Interrupted. What is finished is safe. To go on: the same command with --resume."
    assert 3 <= chunks(out) < CHUNKS
    assert not list(out.glob("**/.*.new"))
    assert finished([*asked(scenario, out), "--resume"])[0] == 0
    assert content(out) == reference


def test_two_writers_at_once_do_no_harm(tmp_path: Path, reference: dict[str, str]) -> None:
    out, scenario = tmp_path / "out", written(tmp_path)
    writers = [begun([*asked(scenario, out), "--resume", "--workers", "1"]) for _ in range(2)]
    told = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], told
    played = [json.loads(answer)["played"] for answer, _ in told]
    assert 200 <= sum(played) < 400
    assert content(out) == reference
