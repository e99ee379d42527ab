"""Processes: they are started once, stay for whoever asks next, and do not outlive this one.

A command may start them before it knows what they are to play, so that they are ready when it does. On Linux they are
forked off a process that has imported what they need, once for all of them, and has no threads.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from negosim.engine.collector import paused
from negosim.threads import start_no_threads


def default_workers() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


WORTH_A_PROCESS = 500
"""Fewer trials than this are not worth another process."""

_pools: dict[int, ProcessPoolExecutor] = {}
"""The processes that have been started, by their number; they wait for the next run."""


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Give so many processes: they stay for the next who asks, and are taken down when something goes wrong."""
    executor = _pools.get(workers)
    if executor is None:
        context = multiprocessing.get_context("forkserver" if _forks() else "spawn")
        executor = ProcessPoolExecutor(workers, mp_context=context, initializer=begin_process)
        _pools[workers] = executor
    try:
        yield executor
    except BaseException:
        if _pools.pop(workers, None) is not None:  # else whoever is inside has taken them down
            _take_down(executor)
        raise


def _take_down(executor: ProcessPoolExecutor) -> None:
    running, answers = list((executor._processes or {}).values()), vars(executor).get("_result_queue")
    executor.shutdown(wait=False, cancel_futures=True)
    for process in running:
        process.terminate()
    if answers is not None:  # who reads one in which its process was cut off must see that it ends there
        answers._writer.close()


@contextmanager
def started(workers: int, trials: int, modules: Sequence[str]) -> Iterator[None]:
    """Let processes start meanwhile that will play some trials; they are taken down when something goes wrong.

    Parameters
    ----------
    workers : as `processes` will be asked for; only as many start as the trials are worth.
    trials : to be played; 0 if that is not known to be worth it.
    modules : what a process is to import.
    """
    many = min(workers, trials // WORTH_A_PROCESS)
    if many < 2:
        yield
        return
    forks = _forks(modules)
    with processes(workers) as executor:
        if not forks:
            with interrupts_held():
                for _ in range(many):
                    executor.submit(_import, modules)
        yield


def _forks(modules: Sequence[str] = ()) -> bool:
    """Start the process from which others are forked off, unless it runs; tell whether there can be one.

    Parameters
    ----------
    modules : what it imports once it has started; those forked off it begin with them, in a moment.
    """
    if sys.platform != "linux":  # the libraries of other systems may not be safe to fork
        return False
    from multiprocessing import forkserver, resource_tracker

    if modules:
        multiprocessing.set_forkserver_preload(list(modules))
    resource_tracker.ensure_running()  # which lets interrupts through once it is started: so before they are held
    try:
        with interrupts_held():
            forkserver.ensure_running()
    except OSError:  # no room for its socket: the path of temporary files is too long, or they are not allowed
        return False
    return True


def _import(modules: Sequence[str]) -> None:
    with paused():
        for module in modules:
            importlib.import_module(module)
        gc.freeze()  # they stay to the end: nobody need look for garbage among them, and least of all then


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Keep interrupts for afterwards, and for good from processes that are started meanwhile: see `begin_process`."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_process() -> None:
    """Prepare a process: interrupts are the parent's business, and it does not outlive the parent."""
    start_no_threads()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """End this process when its parent is gone, be it by kill -9: the pool itself would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
