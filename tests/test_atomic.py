"""Writing to a store: kills, full disks and two writers leave nothing half-written."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from negosim.experiments.store.atomic import LEFT_BEHIND, write_whole
from negosim.experiments.store.store import Store
from tests.stores import asked, chunk_file, content, filled, played

ROOT = Path(__file__).parents[1]


WRITER = """
import sys, time
from pathlib import Path
from negosim.experiments.store.store import Store
from tests.stores import asked, played
directory, order = Path(sys.argv[1]), sys.argv[2]
header = asked(200)
with Store.resume(directory, header) as store:
    print("ready", flush=True)
    parts = store.missing()
    for part in parts[::-1] if order == "backwards" else parts:
        store.write(part, played(part), 0.1)
"""


def writer(directory: Path, order: str = "forwards") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(directory), order]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=60)
    return process.returncode


@pytest.fixture(scope="module")
def whole_store(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with Store.create(tmp_path_factory.mktemp("whole") / "results", asked(200)) as store:
        return content(filled(store).directory)


def test_killed_at_any_moment_and_resumed_it_ends_the_same(tmp_path: Path, whole_store: dict[str, str]) -> None:
    directory, chance = tmp_path / "results", random.Random(5)
    Store.create(directory, asked(200)).close()
    done = [0]
    for _ in range(4):
        process = writer(directory)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.005, 0.12))
        process.send_signal(signal.SIGKILL)
        finished(process)
        with Store.open(directory) as store:
            done.append(store.progress().done)
            assert not store.damaged
    assert done == sorted(done)
    assert finished(writer(directory)) == 0
    assert content(directory) == whole_store
    assert not [*directory.rglob("*.new")]


def test_two_writers_at_once_do_no_harm(tmp_path: Path, whole_store: dict[str, str]) -> None:
    directory = tmp_path / "results"
    Store.create(directory, asked(200)).close()
    both = [writer(directory), writer(directory, "backwards")]
    assert [finished(process) for process in both] == [0, 0]
    assert content(directory) == whole_store
    with Store.open(directory) as store:
        assert store.progress().is_complete


@pytest.mark.parametrize("calls", range(3))
def test_a_full_disk_leaves_nothing_half_written(store: Store, monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    """The disk is full from the first, second ... time on that something is brought to it."""
    real, left = os.fsync, [calls]

    def full(handle: int) -> None:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        real(handle)

    part, other, *_ = store.missing()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left on device; what is finished is safe") as found:
            store.write(part, played(part))
            store.flush()
        with pytest.raises(OSError, match="No space left"):
            store.fail(other, "it failed")
            store.flush()
    assert found.value.errno == errno.ENOSPC
    assert str(found.value.filename).startswith(str(store.directory))
    assert not [*store.directory.rglob("*.new")]
    with Store.resume(store.directory, store.manifest) as again:
        assert not again.damaged
        assert len(again.missing()) == (17 if calls == 2 else 18)
        assert filled(again).progress().is_complete


LIMITED = """
import resource, sys
from pathlib import Path
from negosim.experiments.store.store import Store
from tests.stores import asked, played
store = Store.resume(Path(sys.argv[1]), asked())
parts = store.missing()
for part in parts[:2]:
    store.write(part, played(part))
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
for part in parts[2:]:
    try:
        store.write(part, played(part))
    except OSError as error:
        print(error.errno, error)
"""


def test_a_file_that_may_not_grow_is_not_left_half_written(store: Store) -> None:
    """The system itself cuts the file off, in the middle of the write."""
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, str(store.directory)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = told.stdout.splitlines()
    assert len(lines) == 8
    assert all(line.startswith(f"{errno.EFBIG} ") and "what is finished is safe" in line for line in lines)
    assert len(content(store.directory)) == 2
    assert not [*store.directory.rglob("*.new")]
    assert filled(store).progress().done == 18


def test_a_temporary_file_that_was_cleared_away_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, []

    def cleared(handle: int) -> None:
        if not calls:
            for path in tmp_path.glob("sub/.*.new"):
                path.unlink()
        calls.append(handle)
        real(handle)

    (tmp_path / "sub").mkdir()
    monkeypatch.setattr(os, "fsync", cleared)
    write_whole(tmp_path / "sub" / "file", b"told")
    assert (tmp_path / "sub" / "file").read_bytes() == b"told"


def test_what_a_killed_writer_left_is_cleared_away_and_what_a_living_one_writes_is_not(store: Store) -> None:
    filled(store)
    beside = chunk_file(store).parent
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    host = os.uname().nodename
    dead, mine, foreign, old = (
        beside / f".x.chunk~{host}~{child.pid}~0.new",
        beside / f".x.chunk~{host}~{os.getpid()}~0.new",
        beside / ".x.chunk~elsewhere~1~0.new",
        beside / ".x.chunk~elsewhere~1~1.new",
    )
    for path in (dead, mine, foreign, old):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * LEFT_BEHIND,) * 2)
    Store.resume(store.directory, store.manifest).close()
    assert [path.exists() for path in (dead, mine, foreign, old)] == [False, True, True, False]
