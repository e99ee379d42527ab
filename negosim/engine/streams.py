"""Named streams of uniforms, addressed by counter.

A draw depends on the seed, the name of its stream, the trial, the tick and the lane, and on nothing else: not on the
size of blocks, the number of workers, or what else was drawn. The generator is Philox 4x64-10 (Salmon et al. 2011).
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from negosim.model import elementary, inverse
from negosim.model.durability import chance_within

Array = NDArray[np.float64]

_WORDS = 4
"""Numbers that one value of the Philox counter gives."""

_KEPT = 256
"""Sets of streams whose keys are kept together."""

_BELOW_ONE = 1.0 - 2.0**-53
"""The largest number below 1."""


class Streams:
    """Uniforms of one run.

    Parameters
    ----------
    seed : of the run, 0 to 2**63 - 1.
    first, count : the trials of the block, by number.

    Attributes
    ----------
    trials : (count,) the numbers of the trials; in a block of several settings they come again.
    """

    def __init__(self, seed: int, first: int, count: int) -> None:
        self._seed = seed
        self.count = count
        self.trials = np.arange(first, first + count)
        self._keys: dict[str, NDArray[np.uint64]] = {}

    @cached_property
    def _philox(self) -> np.random.Philox:
        return np.random.Philox(key=np.zeros(2, dtype=np.uint64))

    @cached_property
    def _state(self) -> Any:
        return self._philox.state

    @classmethod
    def of_trials(cls, seed: int, trials: NDArray[np.int64]) -> Self:
        """Return the uniforms of trials that need not be consecutive, and may come again."""
        streams = cls(seed, 0, 0)
        streams.count, streams.trials = trials.size, trials
        return streams

    def uniform(self, name: str, tick: int = 0, lane: int = 0) -> Array:
        """Return one uniform in (0, 1) for each trial of the block, (trials,).

        Parameters
        ----------
        name : of the stream: the path of what it drives.
        tick : when it is drawn.
        lane : tells apart several draws at one tick.
        """
        self._state["state"]["key"][:] = self.key(name)
        runs, places = self._runs
        raw = np.concatenate([self._raw(first, count, tick, lane) for first, count in runs])
        if places is not None:
            raw = raw[places]
        # The middle of one of 2**53 equal cells: never 0, never 1, to which the last would be rounded.
        uniforms: Array = ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
        return np.minimum(uniforms, _BELOW_ONE, out=uniforms)

    def uniforms(self, names: Iterable[str], lanes: Sequence[int] | None = None) -> Array:
        """Return one uniform of each of several streams for each trial of the block, (names, trials).

        Parameters
        ----------
        names : of the streams.
        lanes : of each; None for 0.
        """
        places = zip(names, itertools.repeat(0) if lanes is None else lanes, strict=False)
        return np.stack([self.uniform(name, 0, lane) for name, lane in places])

    def normals(self, names: tuple[str, ...], least: Array, width: Array) -> Array:
        """Return one standard normal draw of each of several streams for each trial of the block, (names, trials).

        Parameters
        ----------
        names : of the streams.
        least, width : (names, 1) the least uniform that is turned, and up to how much more it may be.
        """
        return inverse.normal(least + width * self.uniforms(names))

    def lognormals(self, names: tuple[str, ...], least: Array, width: Array, median: Array, log_spread: Array) -> Array:
        """Return the same of lognormal draws, given the median of each stream and the logarithm of its spread."""
        return median * elementary.exp(log_spread * self.normals(names, least, width))

    def exponentials(self, names: tuple[str, ...], mean: Array) -> Array:
        """Return an exponential time of each of several streams for each trial, given means, (trials, names)."""
        return inverse.exponential(self.uniforms(names).T, mean)

    @cached_property
    def _runs(self) -> tuple[list[tuple[int, int]], NDArray[np.intp] | None]:
        """The stretches of consecutive numbers, and where each trial stands among them; None where all are in turn."""
        known, places = np.unique(self.trials, return_inverse=True)
        starts = np.nonzero(np.diff(known, prepend=-2) != 1)[0]
        counts = np.diff(starts, append=known.size)
        runs = list(zip(known[starts].tolist(), counts.tolist(), strict=True))
        return runs, None if np.array_equal(known, self.trials) else places

    def _raw(self, first: int, count: int, tick: int, lane: int) -> NDArray[np.uint64]:
        """Return the words that the generator gives for consecutive trials, (count,)."""
        self._state["state"]["counter"][:] = (first // _WORDS, tick, lane, 0)
        self._state["buffer_pos"] = _WORDS
        self._philox.state = self._state
        skipped = first % _WORDS
        return self._philox.random_raw(skipped + count)[skipped:]

    def of_rows(self, rows: NDArray[np.intp], name: str, tick: int = 0) -> Array:
        """Return one uniform in (0, 1) for some trials of the block, by their place in it as it began, (rows,)."""
        return self.uniform(name, tick)[rows]

    def normals_of_rows(self, rows: NDArray[np.intp], name: str, tick: int = 0) -> Array:
        """Return the same uniforms turned into standard normal draws, (rows,)."""
        return inverse.normal(self.of_rows(rows, name, tick))

    def arrivals(
        self, rows: NDArray[np.intp], rate: Array, years: Array, name: str, tick: int, over: NDArray[np.bool_] | None
    ) -> dict[int, NDArray[np.intp]]:
        """Return by tick the trials, of those given, in which something comes that may come at any time.

        Parameters
        ----------
        rows : the trials, by their place in the block as it began.
        rate : (rows or 1,) how often it comes in a year.
        years : (ticks,) from the tick before to the first tick, and to each of those after it.
        over : by trial, where nothing comes any more: set wherever it has come; None where it comes again.
        """
        arrivals = {}
        chances = {length: chance_within(rate, length) for length in np.unique(years).tolist()}
        for one, length in enumerate(years.tolist(), start=tick):
            comes = self.of_rows(rows, name, one) < chances[length]
            if over is not None:
                comes &= ~over[rows]
                over[rows[comes]] = True
            if comes.any():
                arrivals[one] = rows[comes]
        return arrivals

    def key(self, name: str) -> NDArray[np.uint64]:
        """Return the key of a stream, (2,)."""
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = _key(self._seed, name)
        return key

    def keys(self, names: tuple[str, ...]) -> NDArray[np.uint64]:
        """Return the keys of several streams, (names, 2)."""
        return _keys(self._seed, names)


@lru_cache(maxsize=_KEPT)
def _keys(seed: int, names: tuple[str, ...]) -> NDArray[np.uint64]:
    keys = np.array([_key(seed, name) for name in names], dtype=np.uint64).reshape(-1, 2)
    keys.setflags(write=False)
    return keys


@lru_cache(maxsize=1 << 14)
def _key(seed: int, name: str) -> NDArray[np.uint64]:
    digest = hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=16).digest()
    key = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
    key.setflags(write=False)
    return key
