"""Named streams of uniforms, drawn by the kernel where only some trials are asked for."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.streams import Array, Streams


class KernelStreams(Streams):
    """Uniforms of one run; the same draws as those of `Streams`."""

    def uniform(self, name: str, tick: int = 0, lane: int = 0) -> Array:
        """Return one uniform in (0, 1) for each trial of the block, (trials,)."""
        drawn = np.empty(self.count)
        at_key, at_trials, at_drawn = map(kernel.address, (self.key(name), self.trials, drawn))
        _library().negosim_uniforms(at_key, tick, lane, at_trials, self.count, None, at_drawn)
        return drawn

    def of_rows(self, rows: NDArray[np.intp], name: str, tick: int = 0) -> Array:
        """Return one uniform in (0, 1) for some trials of the block, by their place in it as it began, (rows,)."""
        return self._drawn(_library().negosim_uniforms, rows, name, tick)

    def normals_of_rows(self, rows: NDArray[np.intp], name: str, tick: int = 0) -> Array:
        """Return the same uniforms turned into standard normal draws, (rows,)."""
        return self._drawn(_library().negosim_normals, rows, name, tick)

    def arrivals(
        self, rows: NDArray[np.intp], chances: Array, name: str, tick: int, over: NDArray[np.bool_] | None
    ) -> list[NDArray[np.intp]]:
        """Return for each of some ticks the trials, of those given, in which the uniform lies below a chance."""
        ticks = len(chances)
        found = np.empty(rows.size * (ticks if over is None else 1), dtype=np.int64)
        ends = np.empty(ticks, dtype=np.int64)
        at_key, at_trials, at_rows, at_chances, at_found, at_ends = map(
            kernel.address, (self.key(name), self.trials, rows, chances, found, ends)
        )
        _library().negosim_arrivals(
            at_key, tick, ticks, at_trials, rows.size, at_rows, at_chances, int(chances.shape[1] > 1),
            None if over is None else kernel.address(over), at_found, at_ends,
        )  # fmt: skip
        last = ends.tolist()
        return [found[begin:end] for begin, end in pairwise([0, *last])]

    def _drawn(self, function: Callable[..., None], rows: NDArray[np.intp], name: str, tick: int) -> Array:
        drawn, rows = np.empty(rows.size), np.ascontiguousarray(rows)
        at_key, at_trials, at_rows, at_drawn = map(kernel.address, (self.key(name), self.trials, rows, drawn))
        function(at_key, tick, 0, at_trials, rows.size, at_rows, at_drawn)
        return drawn


def _library() -> ctypes.CDLL:
    library = kernel.library()
    assert library
    return library
