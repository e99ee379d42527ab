"""Pool: the same function for many items, here or over several processes, in the order of the items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from negosim.engine.processes import processes

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(function: Callable[[Item], Result], items: Sequence[Item], *, workers: int = 1) -> Iterator[Result]:
    """Yield what a function makes of each item.

    Parameters
    ----------
    function : one that processes can find by its name, where there are several.
    items : what it is given, one at a time.
    workers : processes; 1 works in this one. The results do not depend on their number.
    """
    if workers == 1 or len(items) < 2:
        yield from map(function, items)
        return
    with processes(workers) as executor:
        yield from executor.map(function, items)
