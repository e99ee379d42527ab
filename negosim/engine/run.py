"""Run a scenario: blocks of trials, here or over several processes."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import lru_cache
from queue import SimpleQueue
from typing import TypeVar

from negosim.engine.calendar import play
from negosim.engine.plan import Plan
from negosim.engine.processes import WORTH_A_PROCESS, processes
from negosim.engine.record.history import History

BLOCK = 5000
"""The largest number of trials in a block. The results do not depend on it."""

_MOST_CELLS = 10_000_000
"""Options seen by parties, and effects, in all trials of a block together: each takes up to 40 bytes."""

_ENOUGH_CELLS, _WORTH_A_BLOCK = 520_000, 500
"""So many of them make a block in which what is done once hardly counts; fewer trials than this are not worth one."""

_KEPT = 4
"""Plans that a process keeps: what is known of one is then found out once, however many of its blocks it plays."""

Progress = Callable[[int], None]
"""Called with the number of trials that have been played since its last call."""

T = TypeVar("T")

Task = Callable[[Plan, int, int, int], T]
"""What is done with a block: given the plan, the seed, the first trial and the number of trials."""


def histories(
    plan: Plan,
    trials: int,
    seed: int,
    *,
    workers: int = 1,
    first: int = 0,
    block: int | None = None,
    progress: Progress | None = None,
) -> Iterator[History]:
    """Play the trials of a run and return their histories; see `played`."""
    return played(play, plan, trials, seed, workers=workers, first=first, block=block, progress=progress)


def played(
    task: Task[T],
    plan: Plan,
    trials: int,
    seed: int,
    *,
    workers: int = 1,
    first: int = 0,
    block: int | None = None,
    progress: Progress | None = None,
) -> Iterator[T]:
    """Play the trials of a run, a block at a time, in the order in which blocks are done.

    Parameters
    ----------
    task : what to do with a block; a function that processes can find by its name.
    plan : the compiled scenario.
    trials, seed : of the run; trial k is the same whatever their number.
    workers : processes; 1 plays in this one. They stay for the next run.
    first : number of the first trial.
    block : the largest number of trials in a block; default as many as `block_of` says.
    progress : called as blocks are done.
    """
    processes_used = max(min(workers, trials // WORTH_A_PROCESS), 1)
    size = block or block_of(plan)
    blocks = [(first + start, count) for start, count in parts_of(trials, size, processes_used)]
    if workers == 1 or len(blocks) == 1:
        for start, count in blocks:
            yield task(plan, seed, start, count)
            if progress:
                progress(count)
        return
    with processes(workers) as executor:
        # `concurrent.futures.wait` takes the locks of all jobs, and an interrupt may leave them taken: then the pool,
        # which needs them to end, never ends.
        done: SimpleQueue[Future[T]] = SimpleQueue()
        sent = pickle.dumps(plan)
        jobs = {executor.submit(_done, task, sent, seed, start, count): count for start, count in blocks}
        for job in jobs:
            job.add_done_callback(done.put)
        while jobs:
            job = done.get()
            count = jobs.pop(job)
            yield job.result()
            if progress:
                progress(count)


def _done(task: Task[T], sent: bytes, seed: int, first: int, trials: int) -> T:
    """Do what is asked with a block of a plan that has been sent here, perhaps not for the first time."""
    return task(_arrived(sent), seed, first, trials)


@lru_cache(maxsize=_KEPT)
def _arrived(sent: bytes) -> Plan:
    plan: Plan = pickle.loads(sent)
    return plan


def block_of(plan: Plan, again: int = 0) -> int:
    """Return the largest number of trials in a block of a scenario: fewer where every trial has many numbers.

    Parameters
    ----------
    again : so many trials of a block, if it has as many, are played twice in it.
    """
    room = _MOST_CELLS // plan.cells
    quick = max(_ENOUGH_CELLS // plan.cells, _WORTH_A_BLOCK)
    return max(min(BLOCK, quick, max(room - again, room // 2)), 1)


def parts_of(trials: int, block: int, processes: int = 1) -> list[tuple[int, int]]:
    """Return the first trial and the number of trials of each block: of like size, and as many for every process.

    >>> parts_of(10_000, 4096, 2)
    [(0, 2500), (2500, 2500), (5000, 2500), (7500, 2500)]
    """
    count = -(-trials // (block * processes)) * processes
    edges = [trials * place // count for place in range(count + 1)]
    return [(first, last - first) for first, last in itertools.pairwise(edges)]
