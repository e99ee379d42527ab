"""Open chunks: those of which parts come in, until all are there and the file is written."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from negosim.experiments.evaluate import Counts
from negosim.experiments.store.chunk import Chunk, Content


@dataclass(eq=False)
class OpenChunk:
    """A chunk that is being filled.

    Attributes
    ----------
    chunk, content : which, and what is there of it.
    waiting : places of points that had failed, and are to be played again before the file is written.
    changed : whether something is there that no file holds.
    seconds : that it took to play what has come in.
    written : when a file was last written, by the clock of `time.monotonic`.
    known : size and time of the file that holds what was there when it was last read or written; None where none does.
    """

    chunk: Chunk
    content: Content
    waiting: set[int] = field(default_factory=set)
    changed: bool = False
    seconds: float = 0.0
    written: float = field(default_factory=time.monotonic)
    known: tuple[int, int] | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing is waited for."""
        return self.content.is_whole and not self.waiting

    def take(self, point: int, counts: Counts, seconds: float | None) -> bool:
        """Take in what a point has come to; tell whether it is what was there, if something was."""
        place, content = point - self.chunk.start, self.content
        above, below = (np.asarray(side, dtype=np.float64) for side in (counts.above, counts.below))
        if content.there[place]:
            there = zip((content.above[:, place], content.below[:, place]), (above, below), strict=True)
            return all(_bits(mine) == _bits(theirs) for mine, theirs in there)
        content.above[:, place], content.below[:, place] = above, below
        content.there[place] = True
        content.failed.pop(place, None)
        self._came(place, seconds)
        return True

    def fail(self, point: int, message: str) -> None:
        """Take in why a point could not be played, unless it was played before."""
        place = point - self.chunk.start
        if not self.content.there[place]:
            self.content.failed[place] = message
            self._came(place, None)

    def merge(self, other: Content) -> None:
        """Take in what somebody else has written of the same chunk."""
        mine, new = self.content, other.there & ~self.content.there
        for side, theirs in ((mine.above, other.above), (mine.below, other.below)):
            side[:, new] = theirs[:, new]
        mine.there |= new
        for place in np.flatnonzero(new).tolist():
            mine.failed.pop(place, None)
            self.waiting.discard(place)
        for place, message in other.failed.items():
            if not mine.there[place]:
                mine.failed.setdefault(place, message)

    def _came(self, place: int, seconds: float | None) -> None:
        self.waiting.discard(place)
        self.changed = True
        self.seconds += seconds or 0.0


def _bits(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bytes:
    return np.ascontiguousarray(values).tobytes()
