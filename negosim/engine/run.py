"""Run a scenario: blocks of trials, here or over several processes."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from negosim.engine.history import History
from negosim.engine.plan import Plan
from negosim.engine.play import play

BLOCK = 8192
"""The largest number of trials in a block. The results do not depend on it."""

_WORTH_A_PROCESS = 1500
"""Fewer trials than this take less time than a process to start."""

Progress = Callable[[int], None]
"""Told the number of trials that have been played since it was last called."""


def histories(
    plan: Plan,
    trials: int,
    seed: int,
    *,
    workers: int = 1,
    first: int = 0,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> Iterator[History]:
    """Play the trials of a run, a block at a time, in the order in which blocks are done.

    Parameters
    ----------
    plan : the compiled scenario.
    trials, seed : of the run; trial k is the same whatever their number.
    workers : processes; 1 plays in this one.
    first : number of the first trial.
    block : the largest number of trials in a block.
    progress : told as blocks are done.
    """
    blocks = [(first + start, count) for start, count in _blocks(trials, workers, block)]
    if workers == 1 or len(blocks) == 1:
        for start, count in blocks:
            yield play(plan, seed, start, count)
            if progress:
                progress(count)
        return
    with _processes(min(workers, len(blocks))) as executor:
        jobs = [executor.submit(play, plan, seed, start, count) for start, count in blocks]
        for job in as_completed(jobs):
            history = job.result()
            yield history
            if progress:
                progress(history.trials)


def _blocks(trials: int, workers: int, block: int) -> list[tuple[int, int]]:
    """Return the first trial and the number of trials of each block: of like size, and as many for every process.

    >>> _blocks(10_000, 2, 4096)
    [(0, 2500), (2500, 2500), (5000, 2500), (7500, 2500)]
    """
    processes = max(min(workers, trials // _WORTH_A_PROCESS), 1)
    count = -(-trials // (block * processes)) * processes
    edges = [trials * place // count for place in range(count + 1)]
    return [(first, last - first) for first, last in itertools.pairwise(edges)]


def default_workers() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    """Give a pool of processes that is taken down at once when something goes wrong."""
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts_to_the_parent)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    executor.shutdown()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
