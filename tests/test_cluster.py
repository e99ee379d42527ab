"""Sweeps on Dask: a real scheduler with two workers on this machine, some of which die."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from negosim.experiments.store.store import Store
from negosim.experiments.sweep import cluster as cluster_module
from negosim.experiments.sweep import scheduler as loop_module
from negosim.experiments.sweep.cluster import Cluster, checked_address
from negosim.experiments.sweep.scheduler import Scheduler, SweepProgress
from negosim.experiments.sweep.sweep import SweepResult, manifest_of, sweep
from negosim.experiments.sweep.task import Work, WorkersError, play_parts
from negosim.results.build_identity import build_identity
from tests.stores import content
from tests.sweeps import METRICS, ROOT, asked, drifts, finished, pretend, world, written

POINTS = 80


class Machines:
    """A Dask scheduler and workers, each a process of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.workers: list[subprocess.Popen[bytes]] = []
        file = directory / "scheduler.json"
        where = ("--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        self.scheduler = self._begun("dask_scheduler", "--no-dashboard", *where)
        self.address = str(self._read(file)["address"])

    def join(self, number: int) -> None:
        """Let more workers join, and wait until they have."""
        from distributed import Client

        for _ in range(number):
            there = ("--host", "127.0.0.1", "--local-directory", str(self.directory))
            alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
            self.workers.append(self._begun("dask_worker", self.address, *alone, *there))
        alive = sum(worker.poll() is None for worker in self.workers)
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(alive, timeout=30)

    def kill(self, worker: int) -> None:
        self.workers[worker].kill()
        self.workers[worker].wait()

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _begun(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=self.directory,
        )

    def _read(self, file: Path) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                told: dict[str, Any] = json.loads(file.read_text())
                return told
            except (FileNotFoundError, json.JSONDecodeError):
                time.sleep(0.05)
        raise AssertionError("the scheduler does not start")


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    (tmp_path / "dask").mkdir()
    found = Machines(tmp_path / "dask")
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the sweep writes that is played by one process."""
    out = tmp_path_factory.mktemp("reference") / "out"
    swept(out)
    return content(out)


def swept(out: Path, **options: Any) -> SweepResult:
    return sweep(world(), drifts(POINTS), metrics=METRICS, trials=40, out=out, **options)


def at(number: int, act: Callable[[], None]) -> tuple[Callable[[SweepProgress], None], list[str]]:
    """Do something once when so many parts are done; the notes are kept."""
    notes: list[str] = []
    waiting = [act]

    def watch(standing: SweepProgress) -> None:
        if standing.note:
            notes.append(standing.note)
        if standing.done >= number and waiting:
            waiting.pop()()

    return watch, notes


def test_two_workers_one_of_them_killed_write_the_same(
    machines: Machines, tmp_path: Path, reference: dict[str, str]
) -> None:
    machines.join(2)
    watch, _ = at(5, lambda: machines.kill(0))
    result = swept(tmp_path / "out", cluster=machines.address, progress=watch)
    assert machines.workers[0].returncode == -9
    assert result.store.progress().is_complete
    assert content(tmp_path / "out") == reference


def test_a_cluster_without_workers_is_waited_for_and_that_is_said(
    machines: Machines, tmp_path: Path, reference: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_LONELY", 1.0)
    machines.join(1)
    kill, notes = at(5, lambda: machines.kill(0))

    def watch(standing: SweepProgress) -> None:
        kill(standing)
        if "no workers" in standing.note and len(machines.workers) == 1:
            machines.join(1)

    assert swept(tmp_path / "out", cluster=machines.address, progress=watch).failed == {}
    assert f"there are no workers at {machines.address}; waiting for some" in notes
    assert content(tmp_path / "out") == reference


def test_a_scheduler_that_is_gone_ends_the_sweep_and_loses_nothing(
    machines: Machines, tmp_path: Path, reference: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_CONNECT", 5.0)
    monkeypatch.setattr(cluster_module, "_RECONNECT", 2.0)
    machines.join(1)
    watch, _ = at(5, machines.scheduler.kill)
    with pytest.raises(WorkersError, match=f"the Dask scheduler at {machines.address} is gone"):
        swept(tmp_path / "out", cluster=machines.address, progress=watch)
    with Store.open(tmp_path / "out") as store:
        assert 5 <= store.progress().done < POINTS
    swept(tmp_path / "out", resume=True)
    assert content(tmp_path / "out") == reference


def noted(address: str) -> str:
    """What a cluster has to say when it begins."""
    crew = Cluster(Work.of(world(), METRICS), address)
    try:
        note = crew.glance()
        assert crew.glance() == ""
        return note
    finally:
        crew.close(at_once=True)


def let_differ(machines: Machines, workers: int, **changes: str | None) -> None:
    """Let some of the workers be of another build."""
    from distributed import Client

    with Client(machines.address, set_as_default=False) as client:
        client.run(pretend, changes, workers=list(client.scheduler_info(n_workers=-1)["workers"])[:workers])


def test_nothing_is_said_where_all_are_alike(machines: Machines) -> None:
    machines.join(2)
    assert noted(machines.address) == ""
    assert noted("local:1") == ""


def test_a_cluster_is_started_beside_another_one() -> None:
    """Dask has one port for the pages of all, and warns where it is taken, which is an error here."""
    with socket.socket() as taken:
        with contextlib.suppress(OSError):  # taken all the same
            taken.bind(("127.0.0.1", 8787))
            taken.listen()
        assert noted("local:1") == ""


def test_a_worker_with_other_packages_is_told_once(machines: Machines) -> None:
    machines.join(2)
    let_differ(machines, 1, id="another", numpy="1.0", kernel=None)
    here = build_identity()
    note = noted(machines.address)
    assert note.startswith("worker tcp://127.0.0.1:")
    assert f"numpy: 1.0 there, {here['numpy']} now" in note
    assert f"compiled kernel: none there, {here['kernel']} now" in note
    assert note.endswith(" now: results may differ in their last digits")
    let_differ(machines, 2, id="another", numpy="1.0")
    assert "(and 1 worker more)" in noted(machines.address)


def test_other_sources_are_refused(machines: Machines, tmp_path: Path) -> None:
    machines.join(2)
    let_differ(machines, 1, id="another", sources="0123")
    with pytest.raises(WorkersError, match=r"has another negosim, with sources 0123, .*: install the same negosim"):
        swept(tmp_path / "out", cluster=machines.address)
    assert not (tmp_path / "out").exists()


def test_a_worker_that_cannot_tell_its_build_is_refused() -> None:
    with pytest.raises(WorkersError, match=r"worker tcp://a:1 has another negosim, with sources that it cannot tell"):
        cluster_module._compared({"tcp://a:1": ModuleNotFoundError("no module")})


def test_other_versions_are_refused(machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machines.join(1)
    monkeypatch.setattr(cluster_module, "__version__", "9.9")
    with pytest.raises(
        WorkersError, match=r"has negosim \S+ .*this is negosim 9\.9: install the same version everywhere"
    ):
        swept(tmp_path / "out", cluster=machines.address)
    assert not (tmp_path / "out").exists()
    assert cluster_module._mismatch("negosim", "1", {"the scheduler": None}).startswith("the scheduler has no negosim")


def test_a_cluster_is_started_here(tmp_path: Path) -> None:
    scenario = written(tmp_path)
    for out, where in (("here", ["--cluster", "local:2"]), ("alone", [])):
        code, answer, errors = finished(asked(scenario, tmp_path / out, *where, number=POINTS))
        assert (code, errors) == (0, "")
        assert json.loads(answer)["played"] == POINTS
    assert content(tmp_path / "here") == content(tmp_path / "alone")


def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "_CONNECT", 0.5)
    with pytest.raises(WorkersError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        swept(tmp_path / "out", cluster="tcp://127.0.0.1:9")
    assert not (tmp_path / "out").exists()


def test_dask_is_asked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"pip install 'negosim\[cluster\]'"):
        swept(tmp_path / "out", cluster="tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    "address", ["", "local", "local:0", "local:x", "localhost:8786", "http://host:1", "tcp://host"]
)
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(ValueError, match="is no cluster"):
        checked_address(address)


class KilledWorker(Exception):  # noqa: N818  (Dask's name)
    """What Dask says when workers die over a task."""


class Fatal:
    """A crew that loses every worker over point 3, as Dask tells it."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.work = Work.of(world(), METRICS)

    def ready(self) -> int:
        return 2

    def submit(self, parts: Any) -> Future[Any]:
        def task() -> Any:
            if any(part.point == 3 for part in parts):
                raise KilledWorker("dead")
            return play_parts(self.work, parts)

        return self.pool.submit(task)

    def lost(self, error: BaseException) -> bool:
        return type(error).__name__ == "KilledWorker"

    def renew(self) -> None:
        raise AssertionError("one task was lost, not the crew")

    def glance(self) -> str:
        return ""

    def close(self, *, at_once: bool) -> None:
        self.pool.shutdown()


def test_a_point_over_which_workers_die_is_given_up(tmp_path: Path) -> None:
    header = manifest_of(world(), drifts(40), metrics=METRICS, trials=40)
    with Store.create(tmp_path / "out", header) as store:
        Scheduler(store, Fatal(), store.unfinished()).run()
        rows = store.table().rows
    assert {row.point: row.message for row in rows if row.status != "complete"} == {3: loop_module.GIVEN_UP}
