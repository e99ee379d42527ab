"""The store: results of a sweep in a directory, in which nothing is lost and nothing is half-written.

======================  =================================================================================
``design.json``         what was asked of which scenario, and every point (`negosim.experiments.header`)
``parts/ab/<id>.part``  one point over one range of trials (`negosim.experiments.parts`)
``failed/ab/<id>.json`` a part that could not be played, and why
``aside/``              part files that were cut off or altered
``index.sqlite``        a cache (`negosim.experiments.ledger`)
======================  =================================================================================

A part file is there whole or not at all. The index is worked out again wherever it is missing, damaged or behind.
Two writers on one directory write the same bytes under the same names.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from negosim.experiments.evaluate import Counts
from negosim.experiments.files import (
    directories,
    is_left_behind,
    is_temporary,
    listed,
    read_bounded,
    told_when_full,
    write_whole,
)
from negosim.experiments.header import NAME, Header, read_header, write_header
from negosim.experiments.ledger import Bounds, Entry, Kept, Ledger
from negosim.experiments.metrics import Estimate
from negosim.experiments.parts import (
    Part,
    canonical,
    checked,
    digest,
    joined,
    most_bytes,
    packed,
    unpacked,
)
from negosim.experiments.refusal import StoreError
from negosim.experiments.table import Kind, Row, Status, Table
from negosim.scenario.problems import one_line

_LONGEST_MESSAGE = 2_000


@dataclass(frozen=True)
class Progress:
    """How much of a sweep is done.

    Attributes
    ----------
    parts, done, failed : parts of the design, those that are there, those that failed and are not there.
    seconds : that the parts took to play, as far as that was kept.
    """

    parts: int
    done: int
    failed: int
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Whether every part is there."""
        return self.done == self.parts

    def as_dict(self) -> dict[str, Any]:
        """Return the progress as plain data."""
        return {
            "parts": self.parts,
            "done": self.done,
            "failed": self.failed,
            "complete": self.is_complete,
            "seconds": round(self.seconds, 3),
        }


class Store:
    """The results of a sweep in a directory; use `create`, `resume` or `open`.

    Attributes
    ----------
    directory, header : where, and of what.
    damaged : what is wrong with part files that cannot be used, by part id.
    differing : ids of parts that were played twice with different results, which should never be; the first is kept.
    """

    def __init__(self, directory: Path, header: Header) -> None:
        self.directory = directory
        self.header = header
        self.damaged: dict[str, str] = {}
        self.differing: list[str] = []
        self._ids = [
            tuple(header.part_id(part) for part in header.parts_of(point)) for point in range(len(header.points))
        ]
        self._parts = dict(zip((part_id for ids in self._ids for part_id in ids), header.parts(), strict=True))
        self._ledger = Ledger(directory, digest(header.content()))
        self._known: dict[str, Entry] = {}

    @classmethod
    def create(cls, directory: str | Path, header: Header) -> Store:
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
        with told_when_full():
            write_header(directory, header)
        return cls(directory, header)

    @classmethod
    def open(cls, directory: str | Path) -> Store:
        """Open a store to read it. Files that came, went or changed since it was last open are noticed.

        Raises
        ------
        StoreError
            Where there is no store.
        """
        directory = Path(directory)
        store = cls(directory, read_header(directory))
        store._look()
        return store

    @classmethod
    def resume(cls, directory: str | Path, header: Header) -> Store:
        """Open a store to go on with it. Every part file is read; one that is damaged is set aside.

        Raises
        ------
        StoreError
            Where there is no store, or one of another scenario, version or design.
        """
        directory = Path(directory)
        there = read_header(directory)
        differences = there.differences(header)
        if differences:
            told = "\n".join(f"  {one_line(text)}" for text in differences)
            raise StoreError(f"{directory} holds the results of something else, and cannot be resumed:\n{told}")
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
        self._ledger.close()

    # What is there

    def done(self) -> set[str]:
        """Return the ids of the parts that are there."""
        self._look()
        return set(self._known)

    def missing(self) -> list[Part]:
        """Return the parts still to be played, in the order of the design; those that failed are among them."""
        done = self.done()
        return [part for part_id, part in self._parts.items() if part_id not in done]

    def has(self, part: Part) -> bool:
        """Tell whether a part is there by now, whoever wrote it; quick."""
        return self._file(self._own(part)).exists()

    def failures(self) -> dict[str, str]:
        """Return why parts failed, by part id; those that were played since are left out."""
        found = {}
        for part_id, entry in listed(self.directory / "failed", ".json"):
            if part_id in self._parts and part_id not in self._known:
                message = self._failure(Path(entry.path), part_id)
                if message is not None:
                    found[part_id] = message
        return {part_id: found[part_id] for part_id in self._parts if part_id in found}

    def progress(self) -> Progress:
        """Return how much is done."""
        seconds = sum(entry.seconds or 0.0 for entry in self._known.values())
        return Progress(len(self._parts), len(self._known), len(self.failures()), seconds)

    def counts(self, point: int) -> Counts:
        """Return what was counted of a point, the parts joined in the order of their trials.

        Raises
        ------
        StoreError
            Where there is no such point, or nothing of it is there.
        """
        if not 0 <= point < len(self.header.points):
            raise StoreError(f"there is no point {point} (there are {len(self.header.points):,}, from 0)")
        found = [counts for _, counts in self.trials(point)]
        if not found:
            raise StoreError(f"nothing of point {point} is there")
        return joined(found)

    def trials(self, point: int) -> list[tuple[Part, Counts]]:
        """Return the parts of a point that are there, in the order of their trials, with what was counted in each."""
        read = [(self._parts[part_id], self._read(part_id)) for part_id in self._ids[point]]
        return [(part, counts) for part, counts in read if counts is not None]

    def table(self) -> Table:
        """Return a row per point: what it sets, how far it is, what it comes to."""
        self._look()
        kept, new = self._ledger.estimates(), dict[int, Kept]()
        failures, rows = self.failures(), []
        for point, ids in enumerate(self._ids):
            basis, bounds = kept.get(point, ("", {}))
            if basis != self._basis(ids) or len(bounds) != len(self.header.metrics):
                bounds = self._estimated(point)
                # What was found damaged just now is out of the basis.
                new[point] = (self._basis(ids), bounds)
            rows.append(self._row(point, bounds, failures))
        self._ledger.keep(new)
        return Table(self.header, tuple(rows))

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return the table as a frame of pandas or polars."""
        return self.table().frame(kind)

    def _estimated(self, point: int) -> dict[str, Bounds]:
        known = [part_id for part_id in self._ids[point] if part_id in self._known]
        counted = [counts for part_id in known if (counts := self._read(part_id)) is not None]
        if not counted:
            return {}
        found = joined(counted).estimates
        return {name: (found[name].value, found[name].low, found[name].high) for name in self.header.metrics}

    def _row(self, point: int, bounds: Mapping[str, Bounds], failures: Mapping[str, str]) -> Row:
        done = [part_id for part_id in self._ids[point] if part_id in self._known]
        message = next((failures[part_id] for part_id in self._ids[point] if part_id in failures), None)
        status: Status = "complete" if len(done) == len(self._ids[point]) else "partial" if done else "missing"
        return Row(
            point=point,
            values={column.id: column.value(self.header.points[point]) for column in self.header.columns},
            status="failed" if message is not None else status,
            trials=sum(self._parts[part_id].trials for part_id in done),
            estimates={name: Estimate(*bounds.get(name, (None, None, None))) for name in self.header.metrics},
            message=message,
        )

    # Writing

    def write(self, part: Part, counts: Counts, seconds: float | None = None) -> None:
        """Write what a part has come to. To write it again does no harm.

        Parameters
        ----------
        part, counts : what was played, and what was counted.
        seconds : it took.

        Raises
        ------
        StoreError
            Where the part is none of this store's.
        OSError
            Where it cannot be written, as on a full disk; then nothing of it is left, and the store is as it was.
        """
        part_id = self._own(part)
        content = packed(part, part_id, checked(counts, part, self.header.metrics, self.header.is_share))
        path = self._file(part_id)
        there = self._read(part_id)
        if there is None:
            with told_when_full():
                write_whole(path, content)
        elif packed(part, part_id, there) != content:
            self.differing.append(part_id)
        found = path.stat()
        self._enter({part_id: Entry(found.st_size, found.st_mtime_ns, seconds)})
        self.damaged.pop(part_id, None)
        with contextlib.suppress(FileNotFoundError):
            self._failed_file(part_id).unlink()

    def fail(self, part: Part, message: str) -> None:
        """Keep why a part could not be played; to write the part takes this away."""
        part_id = self._own(part)
        if part_id in self._known:
            return
        told = {"id": part_id, "message": one_line(message)[:_LONGEST_MESSAGE], "set": dict(part.overrides)}
        with told_when_full():
            write_whole(self._failed_file(part_id), f"{canonical(told)}\n".encode())

    def rebuild(self) -> None:
        """Work out the index again from the part files alone."""
        self._ledger.clear()
        self._known = {}
        self._look(closely=True)

    # How

    def _own(self, part: Part) -> str:
        part_id = self.header.part_id(part)
        if part_id not in self._parts:
            raise StoreError(f"point {part.point}, trials from {part.first}, is no part of {self.directory}")
        return part_id

    def _file(self, part_id: str) -> Path:
        return self.directory / "parts" / part_id[:2] / f"{part_id}.part"

    def _failed_file(self, part_id: str) -> Path:
        return self.directory / "failed" / part_id[:2] / f"{part_id}.json"

    def _failure(self, path: Path, part_id: str) -> str | None:
        """Return why a part failed; None where the file cannot be read, which then counts as not played."""
        try:
            told = json.loads(read_bounded(path, 1_000_000))
        except (OSError, ValueError, RecursionError):
            return None
        is_sound = isinstance(told, dict) and told.get("id") == part_id and isinstance(told.get("message"), str)
        return one_line(told["message"])[:_LONGEST_MESSAGE] if is_sound else None

    def _look(self, *, closely: bool = False) -> None:
        """Compare the index with the files: read what is new or changed; closely, everything."""
        indexed = self._known or self._ledger.entries()
        files = {
            part_id: entry for part_id, entry in listed(self.directory / "parts", ".part") if part_id in self._parts
        }
        known, new = dict[str, Entry](), dict[str, Entry]()
        for part_id, file in files.items():
            try:
                found = file.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            entry = indexed.get(part_id)
            if not closely and entry and (entry.size, entry.modified) == (found.st_size, found.st_mtime_ns):
                known[part_id] = entry
            elif self._read(part_id, set_aside=closely) is not None:
                seconds = entry.seconds if entry else None
                known[part_id] = Entry(found.st_size, found.st_mtime_ns, seconds)
                if known[part_id] != entry:
                    new[part_id] = known[part_id]
        self._known = known
        gone = [part_id for part_id in indexed if part_id not in known]
        if gone:
            self._ledger.drop(gone)
        self._enter(new)

    def _read(self, part_id: str, *, set_aside: bool = False) -> Counts | None:
        """Return what was counted in a part; None where it is not there or damaged, which is noted."""
        part, path, names = self._parts[part_id], self._file(part_id), self.header.metrics
        try:
            content = read_bounded(path, most_bytes(len(names) * part.trials))
            counts = unpacked(content, part, part_id, names, self.header.is_share)
        except FileNotFoundError:
            self._known.pop(part_id, None)
            return None
        except ValueError as error:
            self._known.pop(part_id, None)
            self.damaged[part_id] = f"{path.relative_to(self.directory)} {error}"
            if set_aside:
                self._set_aside(path)
            return None
        self.damaged.pop(part_id, None)
        return counts

    def _set_aside(self, path: Path) -> None:
        aside = self.directory / "aside"
        aside.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.replace(aside / path.name)

    def _enter(self, entries: dict[str, Entry]) -> None:
        self._known.update(entries)
        if entries:
            parts = self._parts
            self._ledger.add(
                (part_id, parts[part_id].point, parts[part_id].first, parts[part_id].trials, entry)
                for part_id, entry in entries.items()
            )

    def _clear_up(self) -> None:
        """Take away temporary files whose writers are gone, and the failures of parts that were played since."""
        tops = [self.directory / "parts", self.directory / "failed"]
        for directory in [self.directory, *(below for top in tops for below in directories(top))]:
            with os.scandir(directory) as entries:
                gone = [Path(entry.path) for entry in entries if is_left_behind(entry)]
            for path in gone:
                path.unlink(missing_ok=True)
        for part_id, entry in list(listed(self.directory / "failed", ".json")):
            if part_id in self._known:
                Path(entry.path).unlink(missing_ok=True)

    def _basis(self, ids: Sequence[str]) -> str:
        """Return what the estimates of a point rest on: which parts, and the state of their files."""
        entries = [(part_id, self._known[part_id]) for part_id in ids if part_id in self._known]
        return digest(repr([(part_id, entry.size, entry.modified) for part_id, entry in entries]))[:32]
