"""Run a scenario: blocks of trials, here or over several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from negosim.engine.history import History
from negosim.engine.plan import Plan
from negosim.engine.play import play

BLOCK = 2048
"""Trials in a block. The results do not depend on it."""

Progress = Callable[[int], None]
"""Told the number of trials that have been played since it was last called."""


def histories(
    plan: Plan,
    trials: int,
    seed: int,
    *,
    workers: int = 1,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> Iterator[History]:
    """Play the trials of a run, a block at a time, in the order in which blocks are done.

    Parameters
    ----------
    plan : the compiled scenario.
    trials, seed : of the run; trial k is the same whatever their number.
    workers : processes; 1 plays in this one.
    block : trials in a block.
    progress : told as blocks are done.
    """
    blocks = [(first, min(block, trials - first)) for first in range(0, trials, block)]
    if workers == 1 or len(blocks) == 1:
        for first, count in blocks:
            yield play(plan, seed, first, count)
            if progress:
                progress(count)
        return
    with _processes(min(workers, len(blocks))) as executor:
        jobs = [executor.submit(play, plan, seed, first, count) for first, count in blocks]
        for job in as_completed(jobs):
            history = job.result()
            yield history
            if progress:
                progress(history.trials)


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
