"""Named streams of uniforms, drawn by the kernel where only some trials are asked for."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.streams import Array, Streams


class KernelStreams(Streams):
    """Uniforms of one run; the same draws as those of `Streams`."""

    @cached_property
    def _kernel(self) -> ctypes.CDLL:
        library = kernel.library()
        assert library
        return library

    @cached_property
    def _at_trials(self) -> int:
        """Where the numbers of the trials stand."""
        return kernel.address(self.trials)

    def _at_key(self, name: str) -> int:
        """Return where the key of a stream stands."""
        at = self._known.get(name)
        if at is None:
            at = self._known[name] = kernel.address(self.key(name))
        return at

    @cached_property
    def _known(self) -> dict[str, int]:
        return {}

    def uniform(self, name: str, tick: int = 0, lane: int = 0) -> Array:
        """Return one uniform in (0, 1) for each trial of the block, (trials,)."""
        drawn, at_trials = np.empty(self.count), self._at_trials
        self._kernel.negosim_uniforms(
            self._at_key(name), tick, lane, at_trials, self.count, None, kernel.address(drawn)
        )
        return drawn

    def uniforms(self, names: Iterable[str], lanes: Sequence[int] | None = None) -> Array:
        """Return one uniform of each of several streams for each trial of the block, (names, trials)."""
        places = self._places(tuple(names))
        which = np.zeros(places.size, dtype=np.int64) if lanes is None else np.array(lanes, dtype=np.int64)
        drawn = np.empty((places.size, self.count))
        at_keys, at_lanes, at_drawn = map(kernel.address, (places, which, drawn))
        self._kernel.negosim_uniforms_of_all(places.size, at_keys, at_lanes, self._at_trials, self.count, at_drawn)
        return drawn

    def normals(self, names: tuple[str, ...], least: Array, width: Array) -> Array:
        """Return one standard normal draw of each of several streams for each trial; see `Streams.normals`."""
        return self._drawn_of_all(self._kernel.negosim_normals_of_all, names, least, width)

    def lognormals(self, names: tuple[str, ...], least: Array, width: Array, median: Array, log_spread: Array) -> Array:
        """Return the same of lognormal draws; see `Streams.lognormals`."""
        return self._drawn_of_all(self._kernel.negosim_lognormals_of_all, names, least, width, median, log_spread)

    def exponentials(self, names: tuple[str, ...], mean: Array) -> Array:
        """Return an exponential time of each of several streams for each trial; see `Streams.exponentials`."""
        places, mean, drawn = self._places(names), np.ascontiguousarray(mean), np.empty((self.count, len(names)))
        at_places, at_mean, at_drawn = map(kernel.address, (places, mean, drawn))
        step = len(names) if len(mean) > 1 else 0
        self._kernel.negosim_exponentials_of_all(
            len(names), at_places, self._at_trials, self.count, at_mean, step, at_drawn
        )
        return drawn

    def _drawn_of_all(self, function: Callable[..., None], names: tuple[str, ...], *numbers: Array) -> Array:
        """Return draws of several streams, given some numbers of each, (names, trials)."""
        places, drawn = self._places(names), np.empty((len(names), self.count))
        at_places, at_drawn, *at = map(kernel.address, (places, drawn, *map(np.ascontiguousarray, numbers)))
        function(len(names), at_places, self._at_trials, self.count, *at, at_drawn)
        return drawn

    def _places(self, names: tuple[str, ...]) -> NDArray[np.int64]:
        """Return where the keys of several streams stand."""
        keys = self.keys(names)
        return kernel.address(keys) + keys.strides[0] * np.arange(len(keys))

    def of_rows(self, rows: NDArray[np.intp], name: str, tick: int = 0) -> Array:
        """Return one uniform in (0, 1) for some trials of the block, by their place in it as it began, (rows,)."""
        return self._drawn(self._kernel.negosim_uniforms, rows, name, tick)

    def normals_of_rows(self, rows: NDArray[np.intp], name: str, tick: int = 0) -> Array:
        """Return the same uniforms turned into standard normal draws, (rows,)."""
        return self._drawn(self._kernel.negosim_normals, rows, name, tick)

    def arrivals(
        self, rows: NDArray[np.intp], rate: Array, years: Array, name: str, tick: int, over: NDArray[np.bool_] | None
    ) -> dict[int, NDArray[np.intp]]:
        """Return by tick the trials, of those given, in which something comes; see `Streams.arrivals`."""
        found, ends = self.arrivals_in_turn(rows, rate, years, name, tick, over)
        parts = enumerate(pairwise([0, *ends.tolist()]), start=tick)
        return {one: found[begin:end] for one, (begin, end) in parts if begin < end}

    def arrivals_in_turn(
        self, rows: NDArray[np.intp], rate: Array, years: Array, name: str, tick: int, over: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return the same trials, those of one tick after those of another, and (ticks,) where those of each end."""
        ticks = years.size
        found = np.empty(rows.size * (ticks if over is None else 1), dtype=np.intp)
        ends, chances = np.empty(ticks, dtype=np.int64), np.empty(rate.size)
        at_rows, at_rate, at_years, at_chances, at_found, at_ends = map(
            kernel.address, (rows, rate, years, chances, found, ends)
        )
        self._kernel.negosim_arrivals(
            self._at_key(name), tick, ticks, at_years, self._at_trials, rows.size, at_rows, at_rate,
            int(rate.size > 1), None if over is None else kernel.address(over), at_chances, at_found, at_ends,
        )  # fmt: skip
        return found[: ends[-1]], ends

    def _drawn(self, function: Callable[..., None], rows: NDArray[np.intp], name: str, tick: int) -> Array:
        drawn, rows = np.empty(rows.size), np.ascontiguousarray(rows)
        at_rows, at_drawn = kernel.address(rows), kernel.address(drawn)
        function(self._at_key(name), tick, 0, self._at_trials, rows.size, at_rows, at_drawn)
        return drawn
