"""The store: results of a sweep in a directory, in which nothing is lost and nothing is half-written.

======================  =================================================================================
``design.json``         what was asked of which scenario, and every point (`negosim.experiments.store.manifest`)
``chunks/ab/<id>.chunk``  one point over one range of trials (`negosim.experiments.store.chunk`)
``failed/ab/<id>.json`` a chunk that could not be played, and why
``aside/``              chunk files that were cut off or altered
``index.sqlite``        a cache (`negosim.experiments.store.index`)
======================  =================================================================================

A chunk file is there whole or not at all. The index is worked out again wherever it is missing, damaged or behind.
Two writers on one directory write the same bytes under the same names. A symbolic link in it is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Counts
from negosim.experiments.frames import Kind
from negosim.experiments.result import Estimate
from negosim.experiments.store.atomic import (
    confined,
    directories,
    full_disk_explained,
    is_left_behind,
    is_temporary,
    listed,
    read_bounded,
    write_whole,
)
from negosim.experiments.store.chunk import (
    Chunk,
    canonical,
    checked,
    digest,
    joined,
    most_bytes,
    packed,
    unpacked,
)
from negosim.experiments.store.index import Bounds, ChunkIndex, Entry, Kept
from negosim.experiments.store.manifest import NAME, Manifest, read_manifest, refuse_others, value_at, write_manifest
from negosim.experiments.store.result import Progress, Status, SweepRow, SweepTable
from negosim.scenario.problems import one_line

_LONGEST_MESSAGE = 2_000


class Store:
    """The results of a sweep in a directory; use `create`, `resume` or `open`.

    Attributes
    ----------
    directory, manifest : where, and of what.
    damaged : what is wrong with chunk files that cannot be used, by chunk id.
    differing : ids of chunks that were played twice with different results, which should never be; the first is kept.
    """

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self.directory = directory
        self.manifest = manifest
        self.damaged: dict[str, str] = {}
        self.differing: list[str] = []
        self._ids = [
            tuple(manifest.chunk_id(chunk) for chunk in manifest.chunks_of(point))
            for point in range(len(manifest.points))
        ]
        self._chunks = dict(zip((chunk_id for ids in self._ids for chunk_id in ids), manifest.chunks(), strict=True))
        self._index = ChunkIndex(directory, digest(manifest.content()))
        self._known: dict[str, Entry] = {}

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
        store._look(closely=True)
        store._clear_up()
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    # What is there

    def done(self) -> set[str]:
        """Return the ids of the chunks that are there."""
        self._look()
        return set(self._known)

    def missing(self) -> list[Chunk]:
        """Return the chunks still to be played, in the order of the design; those that failed are among them."""
        done = self.done()
        return [chunk for chunk_id, chunk in self._chunks.items() if chunk_id not in done]

    def has(self, chunk: Chunk) -> bool:
        """Tell whether a chunk is there by now, whoever wrote it; quick."""
        return self._file(self._own(chunk)).exists()

    def failures(self) -> dict[str, str]:
        """Return why chunks failed, by chunk id; those that were played since are left out."""
        found = {}
        for chunk_id, entry in listed(self.directory / "failed", ".json"):
            if chunk_id in self._chunks and chunk_id not in self._known:
                message = self._failure(Path(entry.path), chunk_id)
                if message is not None:
                    found[chunk_id] = message
        return {chunk_id: found[chunk_id] for chunk_id in self._chunks if chunk_id in found}

    def progress(self) -> Progress:
        """Return how much is done."""
        seconds = sum(entry.seconds or 0.0 for entry in self._known.values())
        return Progress(len(self._chunks), len(self._known), len(self.failures()), seconds)

    def counts(self, point: int) -> Counts:
        """Return what was counted of a point, the chunks joined in the order of their trials.

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

    def trials(self, point: int) -> list[tuple[Chunk, Counts]]:
        """Return the chunks of a point that are there, in the order of their trials, with what was counted in each."""
        read = [(self._chunks[chunk_id], self._read(chunk_id)) for chunk_id in self._ids[point]]
        return [(chunk, counts) for chunk, counts in read if counts is not None]

    def table(self) -> SweepTable:
        """Return a row per point: what it sets, how far it is, what it comes to."""
        self._look()
        recorded, new = self._index.estimates(), dict[int, Kept]()
        failures, rows = self.failures(), []
        for point, ids in enumerate(self._ids):
            basis, bounds = recorded.get(point, ("", {}))
            if basis != self._basis(ids) or len(bounds) != len(self.manifest.metrics):
                bounds = self._estimated(point)
                # What was found damaged just now is out of the basis.
                new[point] = (self._basis(ids), bounds)
            rows.append(self._row(point, bounds, failures))
        self._index.keep(new)
        return SweepTable(self.manifest, tuple(rows))

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

    def _estimated(self, point: int) -> dict[str, Bounds]:
        known = [chunk_id for chunk_id in self._ids[point] if chunk_id in self._known]
        counted = [counts for chunk_id in known if (counts := self._read(chunk_id)) is not None]
        if not counted:
            return {}
        found = joined(counted).estimates
        return {name: (found[name].value, found[name].low, found[name].high) for name in self.manifest.metrics}

    def _row(self, point: int, bounds: Mapping[str, Bounds], failures: Mapping[str, str]) -> SweepRow:
        done = [chunk_id for chunk_id in self._ids[point] if chunk_id in self._known]
        message = next((failures[chunk_id] for chunk_id in self._ids[point] if chunk_id in failures), None)
        status: Status = "complete" if len(done) == len(self._ids[point]) else "partial" if done else "missing"
        return SweepRow(
            point=point,
            values={column.id: value_at(column, self.manifest.points[point]) for column in self.manifest.columns},
            status="failed" if message is not None else status,
            trials=sum(self._chunks[chunk_id].trials for chunk_id in done),
            estimates={name: Estimate(*bounds.get(name, (None, None, None))) for name in self.manifest.metrics},
            message=message,
        )

    # Writing

    def write(self, chunk: Chunk, counts: Counts, seconds: float | None = None) -> None:
        """Write what a chunk has come to. To write it again does no harm.

        Parameters
        ----------
        chunk, counts : what was played, and what was counted.
        seconds : it took.

        Raises
        ------
        StoreError
            Where the chunk is none of this store's.
        OSError
            Where it cannot be written, as on a full disk; then nothing of it is left, and the store is as it was.
        """
        chunk_id = self._own(chunk)
        content = packed(chunk, chunk_id, checked(counts, chunk, self.manifest.metrics, self.manifest.is_share))
        path = self._file(chunk_id)
        there = self._read(chunk_id)
        if there is None:
            with full_disk_explained():
                write_whole(path, content)
        elif packed(chunk, chunk_id, there) != content:
            self.differing.append(chunk_id)
        found = path.stat()
        self._enter({chunk_id: Entry(found.st_size, found.st_mtime_ns, seconds)})
        self.damaged.pop(chunk_id, None)
        with contextlib.suppress(FileNotFoundError):
            self._failed_file(chunk_id).unlink()

    def fail(self, chunk: Chunk, message: str) -> None:
        """Keep why a chunk could not be played; to write the chunk takes this away."""
        chunk_id = self._own(chunk)
        if chunk_id in self._known:
            return
        failure = {"id": chunk_id, "message": one_line(message)[:_LONGEST_MESSAGE], "set": dict(chunk.overrides)}
        with full_disk_explained():
            write_whole(self._failed_file(chunk_id), f"{canonical(failure)}\n".encode())

    def rebuild(self) -> None:
        """Work out the index again from the chunk files alone."""
        self._index.clear()
        self._known = {}
        self._look(closely=True)

    # How

    def _own(self, chunk: Chunk) -> str:
        chunk_id = self.manifest.chunk_id(chunk)
        if chunk_id not in self._chunks:
            raise StoreError(f"point {chunk.point}, trials from {chunk.first}, is no part of {self.directory}")
        return chunk_id

    def _file(self, chunk_id: str) -> Path:
        return self.directory / "parts" / chunk_id[:2] / f"{chunk_id}.part"

    def _failed_file(self, chunk_id: str) -> Path:
        return self.directory / "failed" / chunk_id[:2] / f"{chunk_id}.json"

    def _failure(self, path: Path, chunk_id: str) -> str | None:
        """Return why a chunk failed; None where the file cannot be read, which then counts as not played."""
        try:
            failure = json.loads(read_bounded(path, 1_000_000))
        except (OSError, ValueError, RecursionError):
            return None
        is_sound = (
            isinstance(failure, dict) and failure.get("id") == chunk_id and isinstance(failure.get("message"), str)
        )
        return one_line(failure["message"])[:_LONGEST_MESSAGE] if is_sound else None

    def _look(self, *, closely: bool = False) -> None:
        """Compare the index with the files: read what is new or changed; closely, everything."""
        indexed = self._known or self._index.entries()
        files = {
            chunk_id: entry for chunk_id, entry in listed(self.directory / "parts", ".part") if chunk_id in self._chunks
        }
        known, new = dict[str, Entry](), dict[str, Entry]()
        for chunk_id, file in files.items():
            try:
                found = file.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            entry = indexed.get(chunk_id)
            if not closely and entry and (entry.size, entry.modified) == (found.st_size, found.st_mtime_ns):
                known[chunk_id] = entry
            elif self._read(chunk_id, set_aside=closely) is not None:
                seconds = entry.seconds if entry else None
                known[chunk_id] = Entry(found.st_size, found.st_mtime_ns, seconds)
                if known[chunk_id] != entry:
                    new[chunk_id] = known[chunk_id]
        self._known = known
        gone = [chunk_id for chunk_id in indexed if chunk_id not in known]
        if gone:
            self._index.drop(gone)
        self._enter(new)

    def _read(self, chunk_id: str, *, set_aside: bool = False) -> Counts | None:
        """Return what was counted in a chunk; None where it is not there or damaged, which is noted."""
        chunk, path, names = self._chunks[chunk_id], self._file(chunk_id), self.manifest.metrics
        try:
            content = read_bounded(path, most_bytes(len(names) * chunk.trials))
            counts = unpacked(content, chunk, chunk_id, names, self.manifest.is_share)
        except FileNotFoundError:
            self._known.pop(chunk_id, None)
            return None
        except ValueError as error:
            self._known.pop(chunk_id, None)
            self.damaged[chunk_id] = f"{path.relative_to(self.directory)} {error}"
            if set_aside:
                self._set_aside(path)
            return None
        self.damaged.pop(chunk_id, None)
        return counts

    def _set_aside(self, path: Path) -> None:
        aside = self.directory / "aside"
        aside.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.replace(aside / path.name)

    def _enter(self, entries: dict[str, Entry]) -> None:
        self._known.update(entries)
        if entries:
            chunks = self._chunks
            self._index.add(
                (chunk_id, chunks[chunk_id].point, chunks[chunk_id].first, chunks[chunk_id].trials, entry)
                for chunk_id, entry in entries.items()
            )

    def _clear_up(self) -> None:
        """Take away temporary files whose writers are gone, and the failures of chunks that were played since."""
        tops = [self.directory / "parts", self.directory / "failed"]
        for directory in [self.directory, *(below for top in tops for below in directories(top))]:
            with os.scandir(directory) as entries:
                gone = [Path(entry.path) for entry in entries if is_left_behind(entry)]
            for path in gone:
                path.unlink(missing_ok=True)
        for chunk_id, entry in list(listed(self.directory / "failed", ".json")):
            if chunk_id in self._known:
                Path(entry.path).unlink(missing_ok=True)

    def _basis(self, ids: Sequence[str]) -> str:
        """Return what the estimates of a point rest on: which chunks, and the state of their files."""
        entries = [(chunk_id, self._known[chunk_id]) for chunk_id in ids if chunk_id in self._known]
        return digest(repr([(chunk_id, entry.size, entry.modified) for chunk_id, entry in entries]))[:32]
