"""The store: results of a sweep in a directory, in which nothing is lost and nothing is half-written.

=====================  ==================================================================================
``design.json``        what was asked of which scenario, and every point (`negosim.experiments.store.manifest`)
``chunks/*.chunk``     many points over one range of trials (`negosim.experiments.store.chunk`)
``chunks/*.partial``   a chunk of which points are still to be played
``aside/``             chunk files that were cut off or altered
``index.sqlite``       a cache (`negosim.experiments.store.index`)
=====================  ==================================================================================

A chunk file is there whole or not at all. The index is worked out again wherever it is missing, damaged or behind.
Two writers on one directory write the same bytes under the same names. A symbolic link in it is refused.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Counts
from negosim.experiments.frames import Kind
from negosim.experiments.store.atomic import confined, full_disk_explained, is_temporary
from negosim.experiments.store.chunk import LONGEST_MESSAGE, Chunk, Content, Part, checked, digest, joined
from negosim.experiments.store.design_file import NAME, read_manifest, refuse_others, write_manifest
from negosim.experiments.store.files import ChunkFiles
from negosim.experiments.store.index import ChunkIndex, Entry, IndexDamagedError
from negosim.experiments.store.manifest import Manifest, PointCells
from negosim.experiments.store.open_chunk import OpenChunk
from negosim.experiments.store.result import Progress, SweepTable
from negosim.experiments.store.rows import group_rows
from negosim.scenario.problems import one_line

FLUSH = 20.0
"""Seconds after which what has come in of a chunk is written, finished or not: as much may be lost by a kill."""

_MOST_OPEN = 8
_TRIES = 3


class Store:
    """The results of a sweep in a directory; use `create`, `resume` or `open`.

    What is written stands in the files when its chunk is finished, after `FLUSH` seconds, and when the store is asked
    for anything or closed.

    Attributes
    ----------
    directory, manifest : where, and of what.
    differing : points that were played twice with different results, which should never be; the first are kept.
    """

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self.directory = directory
        self.manifest = manifest
        self.differing: list[int] = []
        self._files = ChunkFiles(directory, manifest)
        self._index = ChunkIndex(directory, manifest.identity, len(manifest.columns), len(manifest.metrics))
        self._entries: dict[int, Entry] = {}
        self._open: OrderedDict[int, OpenChunk] = OrderedDict()

    @classmethod
    def create(cls, directory: str | Path, manifest: Manifest) -> Store:
        """Make a store in a new or empty directory.

        Raises
        ------
        StoreError
            Where the directory has something in it.
        OSError
            Where it cannot be written to.
        """
        directory = Path(directory)
        if directory.exists() and not directory.is_dir():
            raise StoreError(f"{directory} is no directory")
        held = [path.name for path in directory.iterdir()] if directory.exists() else []
        if NAME not in held and any(not is_temporary(name) for name in held):
            raise StoreError(f"{directory} has other files in it: choose a new or empty directory")
        with full_disk_explained():
            write_manifest(directory, manifest)
        return cls(directory, manifest)

    @classmethod
    def open(cls, directory: str | Path) -> Store:
        """Open a store to read it. Files that came, went or changed since it was last open are noticed.

        Raises
        ------
        StoreError
            Where there is no store.
        """
        directory = Path(directory)
        confined(directory)
        store = cls(directory, read_manifest(directory))
        store._look()
        return store

    @classmethod
    def resume(cls, directory: str | Path, manifest: Manifest) -> Store:
        """Open a store to go on with it. Every chunk file is read; one that is damaged is set aside.

        Raises
        ------
        StoreError
            Where there is no store, or one of another scenario, version or design.
        """
        directory = Path(directory)
        confined(directory)
        there = read_manifest(directory)
        refuse_others(directory, there, manifest)
        store = cls(directory, there)
        store._files.clear_up()
        store._look(closely=True)
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Write what has come in, and close the index."""
        try:
            self.flush()
        finally:
            self._index.close()

    # What is there

    @property
    def damaged(self) -> dict[str, str]:
        """What is wrong with chunk files that cannot be used, by the name of the chunk."""
        return {self.manifest.chunk(number).name: message for number, message in sorted(self._files.damaged.items())}

    def unfinished(self) -> list[int]:
        """Return the numbers of the chunks in which points are still to be played; those that failed are among them."""
        self._look()
        known = self._entries
        return [
            number
            for number in range(self.manifest.chunks)
            if number not in known or not known[number].is_whole or known[number].failed
        ]

    def lacking(self, number: int) -> list[Part]:
        """Return the parts of a chunk that are still to be played, whoever wrote the others; quick."""
        chunk, held = self.manifest.chunk(number), self._open.get(number)
        content = held.content if held else self._files.read(chunk)
        places = range(chunk.points) if content is None else (~content.there).nonzero()[0].tolist()
        return [self.manifest.part(chunk.start + place, chunk.first, chunk.trials) for place in places]

    def wanting(self, number: int) -> int:
        """Return how many points of a chunk were missing when the files were last looked at."""
        entry = self._entries.get(number)
        return self.manifest.chunk(number).points - (entry.there if entry else 0)

    def missing(self) -> list[Part]:
        """Return the parts still to be played, in the order of the design; those that failed are among them."""
        return [part for number in self.unfinished() for part in self.lacking(number)]

    def failures(self) -> dict[int, str]:
        """Return why points failed, by their number; those that were played since are left out."""
        self._look()
        found = dict[int, str]()
        for number in sorted(number for number, entry in self._entries.items() if entry.failed):
            chunk = self.manifest.chunk(number)
            content = self._files.read(chunk)
            for place, message in sorted(content.failed.items()) if content else ():
                found.setdefault(chunk.start + place, message)
        return found

    def progress(self) -> Progress:
        """Return how much is done."""
        self._look()
        entries = self._entries.values()
        there, failed = sum(entry.there for entry in entries), sum(entry.failed for entry in entries)
        return Progress(self.manifest.parts, there, failed, sum(entry.seconds or 0.0 for entry in entries))

    def counts(self, point: int) -> Counts:
        """Return what was counted of a point, its ranges of trials joined in their order.

        Raises
        ------
        StoreError
            Where there is no such point, or nothing of it is there.
        """
        if not 0 <= point < len(self.manifest.points):
            raise StoreError(f"there is no point {point} (there are {len(self.manifest.points):,}, from 0)")
        found = [counts for _, counts in self.trials(point)]
        if not found:
            raise StoreError(f"nothing of point {point} is there")
        return joined(found)

    def trials(self, point: int) -> list[tuple[Part, Counts]]:
        """Return the parts of a point that are there, in the order of their trials, with what was counted in each."""
        self.flush()
        found = []
        for chunk in self.manifest.group(point // self.manifest.chunk_points):
            content, place = self._files.read(chunk), point - chunk.start
            if content is not None and content.there[place]:
                above, below = content.above[:, place], content.below[:, place]
                counts = Counts(self.manifest.metrics, self.manifest.is_share, above, below)
                found.append((self.manifest.part(point, chunk.first, chunk.trials), counts))
        return found

    def content(self, point: int, first: int) -> tuple[Chunk, Content]:
        """Return the chunk that holds a point over the trials from `first` on, and what is there of it.

        Raises
        ------
        StoreError
            Where nothing is.
        """
        for chunk in self.manifest.group(point // self.manifest.chunk_points):
            if chunk.first == first:
                content = self._files.read(chunk)
                if content is not None:
                    return chunk, content
        raise StoreError(f"{self.directory}: nothing is there of point {point}, trials from {first}")

    def table(self) -> SweepTable:
        """Return a row per point, as long as the store is open: what it sets, how far it is, what it comes to."""
        return SweepTable(self.manifest, self)

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return the table as a frame of pandas, polars or Arrow."""
        return self.table().frame(kind)

    @property
    def plot(self) -> Any:
        """The figures: ``plot.heatmap(x, y)``."""
        return self.table().plot

    def to_xarray(self) -> Any:
        """Return the table as an `xarray.Dataset`; see `negosim.experiments.store.result.SweepTable.to_xarray`."""
        return self.table().to_xarray()

    # What tables ask

    def cells(self, conditions: str, arguments: Sequence[Any], order: str, limit: int | None) -> Iterator[PointCells]:
        """Yield the rows of the index that meet conditions; see `ChunkIndex.rows`."""
        given = 0
        for tried in itertools.count():
            try:
                self._refresh()
                for row in itertools.islice(self._index.rows(conditions, arguments, order, limit), given, None):
                    yield row
                    given += 1
            except IndexDamagedError as error:
                if tried == _TRIES:
                    raise StoreError(f"the index of {self.directory} cannot be read ({error})") from error
                with contextlib.suppress(IndexDamagedError):
                    self._index.clear()
            else:
                return

    def measured(self, asked: str, conditions: str, arguments: Sequence[Any]) -> PointCells:
        """Return what a SELECT over the rows of the index comes to, one row."""
        for tried in itertools.count():
            try:
                self._refresh()
                return self._index.measured(asked, conditions, arguments)
            except IndexDamagedError as error:
                if tried == _TRIES:
                    raise StoreError(f"the index of {self.directory} cannot be read ({error})") from error
        raise AssertionError

    # Writing

    def write(self, part: Part, counts: Counts, seconds: float | None = None) -> None:
        """Take in what a part has come to. To do it again does no harm.

        Parameters
        ----------
        part, counts : what was played, and what was counted.
        seconds : it took.

        Raises
        ------
        StoreError
            Where the part is none of this store's.
        OSError
            Where a file cannot be written, as on a full disk; then nothing of it is left, and the store is as it was.
        """
        chunk = self._own(part)
        held = self._held(chunk)
        if not held.take(part.point, checked(counts, part, self.manifest.metrics, self.manifest.is_share), seconds):
            self.differing.append(part.point)
        self._settle(held)

    def fail(self, part: Part, message: str) -> None:
        """Keep why a part could not be played; to write the part takes this away."""
        held = self._held(self._own(part))
        held.fail(part.point, one_line(message)[:LONGEST_MESSAGE])
        self._settle(held)

    def adopt(self, chunk: Chunk, content: Content, seconds: float | None = None) -> None:
        """Write a chunk that comes whole, in the place of what is there of it.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        self._open.pop(chunk.number, None)
        self._files.write(chunk, content)
        stamp = self._files.stamp(chunk)
        if stamp:
            self._enter({chunk.number: _entry(stamp[0], content, seconds)})

    def flush(self) -> None:
        """Write what has come in, finished or not."""
        for held in self._open.values():
            if held.changed:
                self._put(held)

    def examine(self) -> None:
        """Read every chunk file, whatever the index says of it: one that is damaged counts as missing from then on."""
        self._look(closely=True, set_aside=False)

    def rebuild(self) -> None:
        """Work out the index again from the chunk files alone."""
        with contextlib.suppress(IndexDamagedError):
            self._index.clear()
        self._entries = {}
        self.examine()
        self._refresh()

    # How

    def _own(self, part: Part) -> Chunk:
        try:
            return self.manifest.chunk_of(part)
        except StoreError:
            raise StoreError(f"point {part.point}, trials from {part.first}, is no part of {self.directory}") from None

    def _held(self, chunk: Chunk) -> OpenChunk:
        """Return a chunk that takes in parts."""
        held = self._open.get(chunk.number)
        if held is None:
            there, stamp = self._files.read(chunk), self._files.stamp(chunk)
            held = OpenChunk(chunk, Content.empty(chunk, len(self.manifest.metrics)))
            if there is not None:
                held.merge(there)
                held.waiting = set(there.failed)
                held.known = stamp[0] if stamp else None
            while len(self._open) >= _MOST_OPEN:
                oldest = next(iter(self._open.values()))
                if oldest.changed:
                    self._put(oldest)
                self._open.pop(oldest.chunk.number, None)
            self._open[chunk.number] = held
        return held

    def _settle(self, held: OpenChunk) -> None:
        """Write a chunk that is finished, or was not written for long."""
        if (held.is_finished and held.changed) or (held.changed and time.monotonic() - held.written > FLUSH):
            self._put(held)
        if held.is_finished:
            self._open.pop(held.chunk.number, None)

    def _put(self, held: OpenChunk) -> None:
        """Write what is there of a chunk, with what somebody else may have written of it meanwhile."""
        chunk, stamp = held.chunk, self._files.stamp(held.chunk)
        if stamp and stamp[0] != held.known:
            there = self._files.read(chunk)
            if there is not None:
                held.merge(there)
        self._files.write(chunk, held.content)
        held.changed, held.written = False, time.monotonic()
        stamp = self._files.stamp(chunk)
        if stamp:
            held.known = stamp[0]
            before = self._entries.get(chunk.number)
            seconds = held.seconds + ((before.seconds or 0.0) if before else 0.0)
            held.seconds = 0.0
            self._enter({chunk.number: _entry(stamp[0], held.content, seconds)})

    def _look(self, *, closely: bool = False, set_aside: bool = True) -> None:
        """Compare the index with the files: read what is new or changed; closely, everything."""
        self.flush()
        indexed = self._entries
        if not indexed:
            with contextlib.suppress(IndexDamagedError):
                indexed = self._index.entries()
        known, new = dict[int, Entry](), dict[int, Entry]()
        for number, (stamp, _) in self._files.stamps().items():
            entry = indexed.get(number)
            if entry and entry.is_of(*stamp) and not closely and number not in self._files.damaged:
                known[number] = entry
                continue
            chunk = self.manifest.chunk(number)
            content = self._files.read(chunk, set_aside=closely and set_aside, again=closely)
            found = self._files.stamp(chunk)
            if content is not None and found is not None:
                known[number] = _entry(found[0], content, entry.seconds if entry else None)
                if known[number] != entry:
                    new[number] = known[number]
        self._entries = known
        gone = [number for number in indexed if number not in known]
        with contextlib.suppress(IndexDamagedError):
            if gone:
                self._index.drop(gone)
        self._enter(new)

    def _enter(self, entries: dict[int, Entry]) -> None:
        self._entries.update(entries)
        if entries:
            with contextlib.suppress(IndexDamagedError):
                self._index.add(entries.items())

    def _refresh(self) -> None:
        """Work out the rows of the index that do not rest on the files as they are."""
        self._look()
        kept = self._index.bases()
        for group in range(self.manifest.groups):
            chunks = self.manifest.group(group)
            if kept.get(group) != self._basis(chunks):
                contents = [self._files.read(chunk) if chunk.number in self._entries else None for chunk in chunks]
                for chunk, content in zip(chunks, contents, strict=True):
                    if content is None:
                        self._entries.pop(chunk.number, None)
                self._index.keep(group, self._basis(chunks), group_rows(self.manifest, chunks, contents))

    def _basis(self, chunks: Sequence[Chunk]) -> str:
        """Return what the rows of a group of points rest on: the state of the files of its chunks."""
        entries = [self._entries.get(chunk.number) for chunk in chunks]
        return digest(repr([entry and (entry.size, entry.modified) for entry in entries]))[:32]


def _entry(stamp: tuple[int, int], content: Content, seconds: float | None) -> Entry:
    return Entry(*stamp, content.is_whole, int(content.there.sum()), len(content.failed), seconds)
