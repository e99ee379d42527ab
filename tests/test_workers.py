"""The workers of a sweep: one process, several, a lent executor; workers that die or are of another build."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from negosim.experiments.store.chunk import Part
from negosim.experiments.sweep import scheduler as loop_module
from negosim.experiments.sweep.scheduler import Scheduler, SweepProgress
from negosim.experiments.sweep.sweep import manifest_of
from negosim.experiments.sweep.task import PartOutcome, Work, WorkersError, play_parts
from negosim.experiments.sweep.workers import Processes
from tests.stores import content
from tests.sweeps import (
    METRICS,
    drifts,
    swept,
    world,
)


def test_one_process_two_and_a_lent_executor_write_the_same(tmp_path: Path) -> None:
    swept(tmp_path / "one")
    swept(tmp_path / "two", workers=2)
    with ThreadPoolExecutor(2) as executor:
        swept(tmp_path / "lent", executor=executor)
    assert content(tmp_path / "one") == content(tmp_path / "two") == content(tmp_path / "lent")


def test_points_of_few_trials_go_several_to_a_task() -> None:
    sizes = []

    class Counting(ThreadPoolExecutor):
        def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Any:
            sizes.append(len(arguments[1]))
            return super().submit(function, *arguments, **options)

    with Counting(1) as executor:
        swept(None, 60, executor=executor)
    assert sum(sizes) == 60
    assert sizes[0] > 1
    assert sizes == sorted(sizes, reverse=True)  # less and less, so that nobody is idle in the end


def started(before: list[Any]) -> list[Any]:
    """Return the processes that have been started since; those of earlier runs wait for the next."""
    return [process for process in multiprocessing.active_children() if process not in before]


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    notes, killed, before = [], [], multiprocessing.active_children()

    def watch(standing: SweepProgress) -> None:
        notes.append(standing.note)
        processes = started(before)
        if standing.done >= 5 and len(killed) < 2 and processes and not standing.note:
            os.kill(processes[0].pid or 0, signal.SIGKILL)
            killed.append(processes[0])

    result = swept(tmp_path / "out", 60, workers=2, progress=watch)
    assert result.store.progress().is_complete
    assert killed
    assert any("a worker was lost" in note for note in notes)
    swept(tmp_path / "other", 60)
    assert content(tmp_path / "out") == content(tmp_path / "other")
    assert not started(before)


def deadly(work: Work, parts: tuple[Part, ...]) -> list[PartOutcome]:
    """Play, unless a point is among them over which the process dies."""
    if any(part.point == 3 for part in parts):
        os.kill(os.getpid(), signal.SIGKILL)
    return play_parts(work, parts)


def deadly_always(work: Work, parts: tuple[Part, ...]) -> list[PartOutcome]:
    os._exit(1)


class Mortal(Processes):
    """Processes that die over a task."""

    def __init__(self, work: Work, task: Any) -> None:
        super().__init__(work, 2)
        self.task = task

    def submit(self, parts: tuple[Part, ...]) -> Any:
        return self._pool.submit(self.task, self._work, parts)


def test_a_point_that_kills_its_process_is_given_up_and_the_rest_goes_on(tmp_path: Path) -> None:
    from negosim.experiments.store.store import Store

    header = manifest_of(world(), drifts(8), metrics=METRICS, trials=40)
    with Store.create(tmp_path / "out", header) as store:
        Scheduler(store, Mortal(Work.of(world(), METRICS), deadly), store.unfinished()).run()
        rows = store.table().rows
    assert [row.point for row in rows if row.status != "complete"] == [3]
    assert rows[3].message == loop_module.GIVEN_UP


def test_processes_that_never_get_anywhere_end_the_sweep(tmp_path: Path) -> None:
    from negosim.experiments.store.store import Store

    before = multiprocessing.active_children()
    header = manifest_of(world(), drifts(40), metrics=METRICS, trials=40)
    with Store.create(tmp_path / "out", header) as store:
        loop = Scheduler(store, Mortal(Work.of(world(), METRICS), deadly_always), store.unfinished())
        with pytest.raises(WorkersError, match="died 5 times in a row"):
            loop.run()
    assert not started(before)


def test_a_worker_of_another_version_is_told() -> None:
    work = Work(Work.of(world(), METRICS).scenario, METRICS, version="0.0.1")
    with pytest.raises(WorkersError, match=r"asked for by negosim 0\.0\.1: install the same version"):
        play_parts(work, [])


def test_a_worker_of_other_sources_is_told() -> None:
    work = Work(Work.of(world(), METRICS).scenario, METRICS, sources="0123")
    with pytest.raises(WorkersError, match=r"a worker has other sources of negosim .* asked for with \(0123\)"):
        play_parts(work, [])
