"""Trial files: the trials of a run written as they come, so that memory does not grow with their number.

The blocks of a run come back in any order. Their rows are kept beside the files until those before them are there, and
the files are moved to their places whole once everything is written, or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.results.export import Column, columns

if TYPE_CHECKING:
    import pyarrow

ROW_GROUP = 50_000
"""Rows of a row group of the Parquet file, whatever the blocks: the file does not depend on the number of workers."""

_LENGTH = struct.Struct("<q")


@dataclass(frozen=True)
class Rows:
    """The rows of a block, as the files have them.

    Attributes
    ----------
    first, count : the first trial, and how many there are.
    header : the first line of the CSV file.
    lines : the lines of the trials.
    arrow : the columns as an Arrow stream; None where pyarrow is not installed.
    """

    first: int
    count: int
    header: bytes
    lines: bytes
    arrow: bytes | None


def rows_of(plan: Plan, history: History) -> Rows:
    """Return the rows of the trials of a block."""
    table = columns(plan, history)
    return Rows(history.first, history.trials, *_written(table), _arrow(table))


def csv_of(plan: Plan, history: History) -> tuple[bytes, bytes]:
    """Return the header of ``trials.csv``, and the lines of the trials of a block."""
    return _written(columns(plan, history))


class TrialFiles:
    """Writes ``trials.csv``, and ``trials.parquet`` where pyarrow is installed, into a directory.

    Used as a context: the files are in their places once it ends well, and nothing is left of them where it does not.

    Parameters
    ----------
    directory : where the files go.
    heading : what was run by which build; the Parquet file has it in its metadata, under ``negosim``.

    Raises
    ------
    OSError
        Where the directory cannot be made or written to.
    """

    def __init__(self, directory: Path, heading: Mapping[str, Any]) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._heading = json.dumps(heading, ensure_ascii=False, allow_nan=False)
        self._folder = Path(tempfile.mkdtemp(dir=directory, prefix=".trials."))
        self._next = 0
        self._waiting: dict[int, int] = {}
        self._types: dict[str, pyarrow.DataType] = {}
        self.written: tuple[Path, ...] = ()

    def __enter__(self) -> TrialFiles:
        self._csv = (self._folder / "trials.csv").open("xb")
        self._arrow = (self._folder / "trials.arrow").open("xb")
        return self

    def add(self, rows: Rows) -> None:
        """Write the rows of a block, or keep them until those before them have come."""
        if rows.first != self._next:
            _spill(self._folder / str(rows.first), rows)
            self._waiting[rows.first] = rows.count
            return
        self._append(rows)
        while self._next in self._waiting:
            path = self._folder / str(self._next)
            del self._waiting[self._next]
            self._append(_spilled(path, self._next))
            path.unlink()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._csv.close()
            self._arrow.close()
            if kind is None:
                self._finish()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _append(self, rows: Rows) -> None:
        if not self._next:
            self._csv.write(rows.header)
        self._csv.write(rows.lines)
        if rows.arrow is not None:
            _put(self._arrow, rows.arrow)
            self._learn_types(rows.arrow)
        self._next = rows.first + rows.count

    def _learn_types(self, arrow: bytes) -> None:
        """Note of what type each column is: a column in which nothing has happened yet has none."""
        import pyarrow

        with pyarrow.ipc.open_stream(arrow) as stream:
            for field in stream.schema:
                if self._types.get(field.name, pyarrow.null()) == pyarrow.null():
                    self._types[field.name] = field.type

    def _finish(self) -> None:
        names = ["trials.csv"]
        if self._types:
            self._write_parquet(self._folder / "trials.parquet")
            names.append("trials.parquet")
        for name in names:
            path = self._folder / name
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
            path.replace(self._directory / name)
        self.written = tuple(self._directory / name for name in names)

    def _write_parquet(self, path: Path) -> None:
        """Write the Parquet file from the blocks, in row groups of one size."""
        import pyarrow
        import pyarrow.parquet

        schema = pyarrow.schema(list(self._types.items()), metadata={"negosim": self._heading})
        with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for group in _regrouped(self._folder / "trials.arrow", schema):
                writer.write_table(group, row_group_size=ROW_GROUP)


def _written(table: Mapping[str, Column]) -> tuple[bytes, bytes]:
    return _csv([list(table)]), _csv(zip(*table.values(), strict=True))


def _csv(rows: Any) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def _arrow(table: Mapping[str, Column]) -> bytes | None:
    try:
        import pyarrow
    except ImportError:
        return None
    found = pyarrow.table(dict(table))
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, found.schema) as writer:
        writer.write_table(found)
    return bytes(sink.getvalue())


def _regrouped(path: Path, schema: pyarrow.Schema) -> Iterator[pyarrow.Table]:
    """Yield the rows of a file of Arrow streams, so many at a time, in columns of one type."""
    import pyarrow

    waiting: list[pyarrow.Table] = []
    count = 0
    with path.open("rb") as file:
        while (arrow := _got(file)) is not None:
            waiting.append(pyarrow.ipc.open_stream(arrow).read_all().cast(schema))
            count += waiting[-1].num_rows
            while count >= ROW_GROUP:
                whole = pyarrow.concat_tables(waiting)
                yield whole.slice(0, ROW_GROUP).combine_chunks()
                waiting = [whole.slice(ROW_GROUP)]
                count -= ROW_GROUP
    if count:
        yield pyarrow.concat_tables(waiting).combine_chunks()


def _put(stream: IO[bytes], content: bytes) -> None:
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)


def _got(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    return stream.read(_LENGTH.unpack(head)[0]) if head else None


def _spill(path: Path, rows: Rows) -> None:
    with path.open("xb") as stream:
        for content in (str(rows.count).encode(), rows.header, rows.lines, rows.arrow or b""):
            _put(stream, content)


def _spilled(path: Path, first: int) -> Rows:
    with path.open("rb") as stream:
        count, header, lines, arrow = (_got(stream) or b"" for _ in range(4))
    return Rows(first, int(count), header, lines, arrow or None)
