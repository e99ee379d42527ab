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


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an uninterrupted sweep of 200 points writes."""
    out = tmp_path_factory.mktemp("reference") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "MOST_CHUNK_POINTS", CHUNK)
        assert swept(out, 200).store.progress().is_complete
    assert chunks(out) == CHUNKS
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


def test_kill_9_at_random_moments_loses_nothing(tmp_path: Path, reference: dict[str, str]) -> None:
    """Kill sweeps of 200 points again and again; what they leave, resumed, is what one that was left alone writes."""
    luck = random.Random(5)
    out, scenario = tmp_path / "out", written(tmp_path)
    command = [*asked(scenario, out), "--resume", "--workers", "2"]
    kills, orphans = 0, []
    while kills < KILLS and chunks(out) < CHUNKS:
        process = begun(command, start_new_session=True, silent=True)
        if luck.random() < 0.25:  # while it starts, most likely
            time.sleep(luck.random())
        else:
            step = max(1, (CHUNKS - chunks(out)) // (KILLS - kills + 1))
            wait_for_chunks(out, min(chunks(out) + luck.randrange(1, step + 1), CHUNKS), process)
            time.sleep(luck.random() * 0.02)
        orphans += children(process)
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    print(f"{kills} kills, {chunks(out)} chunks of {CHUNKS} done by then")
    assert kills >= min(KILLS, 3)
    deadline = time.monotonic() + 20
    while any(map(is_alive, orphans)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [orphan for orphan in orphans if is_alive(orphan)]
    code, answer, errors = finished(command)
    assert (code, errors) == (0, "")
    assert json.loads(answer)["progress"]["complete"]
    assert content(out) == reference


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
