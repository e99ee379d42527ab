"""Pool: the same function for many items, here or over several processes, in the order of the items."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from negosim.engine.run import begin_process

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Sequence[Item], *, workers: int = 1) -> Iterator[Result]:
    """Yield what a function makes of each item.

    Parameters
    ----------
    function : one that processes can be told the name of, where there are several.
    items : what it is given, one at a time.
    workers : processes; 1 works in this one. The results do not depend on their number.
    """
    workers = min(workers, len(items))
    if workers <= 1:
        yield from map(function, items)
        return
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=begin_process)
    try:
        yield from executor.map(function, items)
    except BaseException:
        processes = list((executor._processes or {}).values())
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        raise
    executor.shutdown()
