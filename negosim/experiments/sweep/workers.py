"""Crews: who plays the tasks of a sweep. This process, several processes here, or an executor that was given."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Protocol

from negosim.engine.processes import begin_process, default_workers, interrupts_held
from negosim.experiments.store.chunk import Part
from negosim.experiments.sweep.task import PartOutcome, Work, WorkersError, play_parts

Played = Future[list[PartOutcome]]


class Workers(Protocol):
    """Who plays."""

    def ready(self) -> int:
        """Return how many tasks may be handed out at a time: those played and those that wait for their turn."""
        ...

    def submit(self, parts: tuple[Part, ...]) -> Played:
        """Hand out a task."""
        ...

    def lost(self, error: BaseException) -> bool:
        """Tell whether an error means that a worker died again and again over a task."""
        ...

    def renew(self) -> None:
        """Make ready again after workers were lost.

        Raises
        ------
        WorkersError
            Where that cannot be.
        """
        ...

    def glance(self) -> str:
        """Look after the worker_pool while nothing comes back; return what there is to say, or nothing.

        Raises
        ------
        WorkersError
            Where nothing can come any more.
        """
        ...

    def close(self, *, at_once: bool) -> None:
        """Let everybody go; at once where what is being played is not wanted any more."""
        ...


class Here:
    """One task at a time, played by the process that asks."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def ready(self) -> int:
        """Return 1."""
        return 1

    def submit(self, parts: tuple[Part, ...]) -> Played:
        """Play now."""
        future: Played = Future()
        future.set_result(play_parts(self._work, parts))
        return future

    def lost(self, error: BaseException) -> bool:
        """Return False: who is lost here takes everything along."""
        return False

    def renew(self) -> None:
        """Do nothing."""

    def glance(self) -> str:
        """Return nothing."""
        return ""

    def close(self, *, at_once: bool) -> None:
        """Do nothing."""


class Processes:
    """Several processes of this machine play.

    Parameters
    ----------
    work : what all tasks share.
    workers : processes.
    """

    def __init__(self, work: Work, workers: int) -> None:
        self._work = work
        self._workers = workers
        self._others = set(multiprocessing.active_children())
        self._pool = self._made()

    def ready(self) -> int:
        """Return two tasks a process."""
        return 2 * self._workers

    def submit(self, parts: tuple[Part, ...]) -> Played:
        """Hand out a task; where that starts a process, an interrupt is not for it, however early it comes."""
        with interrupts_held():
            return self._pool.submit(play_parts, self._work, parts)

    def lost(self, error: BaseException) -> bool:
        """Return False: a pool that has lost a process is broken as a whole."""
        return False

    def renew(self) -> None:
        """Make a new pool in the place of a broken one."""
        self.close(at_once=True)
        self._pool = self._made()

    def glance(self) -> str:
        """Return nothing: the pool itself notices when a process is lost."""
        return ""

    def close(self, *, at_once: bool) -> None:
        """Let the processes go."""
        self._pool.shutdown(wait=not at_once, cancel_futures=True)
        if at_once:
            mine = [process for process in multiprocessing.active_children() if process not in self._others]
            for process in mine:
                process.kill()
            for process in mine:
                process.join()

    def _made(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=begin_process)


class Lent:
    """An executor plays that whoever asks has given; it is not taken down afterwards.

    Parameters
    ----------
    work : what all tasks share; it is sent with every task, and unpacked once by each process.
    executor : any executor of `concurrent.futures`, or one that behaves like it.
    """

    def __init__(self, work: Work, executor: Executor) -> None:
        self._work = work
        self._executor = executor

    def ready(self) -> int:
        """Return two tasks for each of its workers, as far as it says how many it has."""
        return 2 * int(getattr(self._executor, "_max_workers", None) or default_workers())

    def submit(self, parts: tuple[Part, ...]) -> Played:
        """Hand out a task."""
        return self._executor.submit(play_parts, self._work, parts)

    def lost(self, error: BaseException) -> bool:
        """Return False."""
        return False

    def renew(self) -> None:
        """Refuse: only its owner can make a new one."""
        raise WorkersError("the executor that was given has lost its workers and cannot go on")

    def glance(self) -> str:
        """Return nothing."""
        return ""

    def close(self, *, at_once: bool) -> None:
        """Leave it to its owner."""
