"""The index: an SQLite index of the chunks of a store, and of what every point comes to.

It is a cache. Whatever it says can be worked out again from the chunk files, and where it cannot be read or written the
store keeps one in memory.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import weakref
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from negosim.experiments.store.manifest import PointCells

NAME = "index.sqlite"

_LAYOUT = 2
_BUSY_MILLISECONDS = 10_000
_AT_A_TIME = 2_000
_OUT_OF_REACH = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_FULL,
}
"""Errors that do not mean that the index is damaged."""

_FIXED = ("point", "chunks", "status", "trials", "message")

Found = TypeVar("Found")


class IndexDamagedError(Exception):
    """A row of the index is not what was written."""


@dataclass(frozen=True)
class Entry:
    """What the index knows of a chunk.

    Attributes
    ----------
    size, modified : of the file, in bytes and nanoseconds; where they differ the file is read again.
    is_whole : whether every point was played or has failed.
    there, failed : points that were played, and that failed.
    seconds : it took to play; None where that was not kept.
    """

    size: int
    modified: int
    is_whole: bool
    there: int
    failed: int
    seconds: float | None = None

    def is_of(self, size: int, modified: int) -> bool:
        """Tell whether a file is still the one that was read."""
        return (self.size, self.modified) == (size, modified)


class ChunkIndex:
    """An index in a directory, or in memory where the directory does not take one.

    Parameters
    ----------
    directory : of the store.
    design : hash of the design the index belongs to.
    inputs, metrics : how many columns of each there are.
    """

    def __init__(self, directory: Path, design: str, inputs: int, metrics: int) -> None:
        self._lock = threading.Lock()
        self._design = design
        self._names = [
            *_FIXED,
            *(f"i{at}" for at in range(inputs)),
            *(f"{end}{at}" for at in range(metrics) for end in "vlh"),
        ]
        self._path = directory / NAME
        self._connection = self._opened()
        self._end = weakref.finalize(self, self._connection.close)

    @property
    def is_kept(self) -> bool:
        """Whether the index lies on the disk."""
        return bool(self._connection.execute("PRAGMA database_list").fetchone()[2])

    def close(self) -> None:
        """Close the index."""
        self._end()

    # Chunks

    def entries(self) -> dict[int, Entry]:
        """Return what is known of every chunk, by its number."""
        sql = "SELECT number, size, modified, whole, there, failed, seconds FROM chunk"
        rows = self._tried(lambda base: base.execute(sql).fetchall())
        return {
            number: Entry(size, modified, bool(whole), there, failed, seconds)
            for number, size, modified, whole, there, failed, seconds in rows
            if all(isinstance(item, int) for item in (size, modified, whole, there, failed)) and _is_number(seconds)
        }

    def add(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Enter chunks by number. What is known of the seconds is kept."""
        rows = [
            (number, item.size, item.modified, int(item.is_whole), item.there, item.failed, item.seconds)
            for number, item in entries
        ]
        self._tried(
            lambda base: base.executemany(
                "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET size = "
                "excluded.size, modified = excluded.modified, whole = excluded.whole, there = excluded.there, "
                "failed = excluded.failed, seconds = coalesce(excluded.seconds, seconds)",
                rows,
            )
        )

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget chunks."""
        rows = [(number,) for number in numbers]
        self._tried(lambda base: base.executemany("DELETE FROM chunk WHERE number = ?", rows))

    def clear(self) -> None:
        """Forget everything."""
        self._tried(lambda base: [base.execute(f"DELETE FROM {name}") for name in ("chunk", "basis", "point")])

    # Points

    def bases(self) -> dict[int, str]:
        """Return what the rows of every group of points rest on."""
        return dict(self._tried(lambda base: base.execute("SELECT number, basis FROM basis").fetchall()))

    def keep(self, group: int, basis: str, rows: Iterable[PointCells]) -> None:
        """Keep the rows of a group of points, and what they rest on."""
        marks = ", ".join("?" * (len(self._names) + 1))

        def kept(base: sqlite3.Connection) -> None:
            base.executemany(
                f"INSERT OR REPLACE INTO point VALUES ({marks})", ((*row, _mark(row)) for row in map(_storable, rows))
            )
            base.execute("INSERT OR REPLACE INTO basis VALUES (?, ?)", (group, basis))

        self._tried(kept)

    def measured(self, asked: str, conditions: str, arguments: Sequence[Any]) -> PointCells:
        """Return what is asked of the points that meet conditions, in SQL: one row."""
        sql = f"SELECT {asked} FROM point WHERE {conditions}"
        found: PointCells = self._tried(lambda base: base.execute(sql, arguments).fetchone())
        return found

    def rows(self, conditions: str, arguments: Sequence[Any], order: str, limit: int | None) -> Iterator[PointCells]:
        """Yield the rows of points that meet conditions, some at a time.

        Raises
        ------
        IndexDamagedError
            Where one is not what was written.
        """
        columns = ", ".join([*self._names, "mark"])
        sql = f"SELECT {columns} FROM point WHERE {conditions} ORDER BY {order} LIMIT {-1 if limit is None else limit}"
        cursor = self._tried(lambda base: base.execute(sql, arguments))
        while found := self._tried(lambda base: cursor.fetchmany(_AT_A_TIME)):
            for *row, mark in found:
                if mark != _mark(tuple(row)):
                    raise IndexDamagedError(row[1] if isinstance(row[1], int) else 0)
                yield tuple(row)

    # How

    def _tried(self, act: Callable[[sqlite3.Connection], Found]) -> Found:
        """Do something in one transaction; where the index fails, go on with an empty one in memory.

        Raises
        ------
        IndexDamagedError
            Where it has failed: what was known is to be worked out again.
        """
        with self._lock:
            try:
                with self._connection:
                    return act(self._connection)
            except sqlite3.Error as error:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.close()
                self._connection = self._connected(":memory:")
                raise IndexDamagedError(str(error)) from error

    def _opened(self) -> sqlite3.Connection:
        """Open the index, make a new one where it is damaged, one in memory where there can be none on the disk."""
        with contextlib.suppress(sqlite3.Error, OSError):
            try:
                return self._connected(str(self._path))
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OUT_OF_REACH:
                    raise
                _removed(self._path)
                return self._connected(str(self._path))
        return self._connected(":memory:")

    def _connected(self, where: str) -> sqlite3.Connection:
        base = sqlite3.connect(where, timeout=_BUSY_MILLISECONDS / 1000, check_same_thread=False)
        try:
            # The file may come from anybody: nothing in its schema is trusted to run.
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("PRAGMA cell_size_check = ON")
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            if base.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("the index is damaged")
            base.executescript(self._schema())
            with base:
                base.execute("INSERT OR IGNORE INTO meta VALUES ('layout', ?)", (str(_LAYOUT),))
                base.execute("INSERT OR IGNORE INTO meta VALUES ('design', ?)", (self._design,))
            known = dict(base.execute("SELECT key, value FROM meta").fetchall())
            if known != {"layout": str(_LAYOUT), "design": self._design}:
                raise sqlite3.DatabaseError("the index is of another store")
            self._probed(base)
        except BaseException:
            base.close()
            raise
        return base

    def _schema(self) -> str:
        columns = ", ".join(self._names[1:])
        return (
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS chunk (number INTEGER PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT "
            "NULL, whole INTEGER NOT NULL, there INTEGER NOT NULL, failed INTEGER NOT NULL, seconds REAL);"
            "CREATE TABLE IF NOT EXISTS basis (number INTEGER PRIMARY KEY, basis TEXT NOT NULL);"
            f"CREATE TABLE IF NOT EXISTS point (point INTEGER PRIMARY KEY, {columns}, mark INTEGER);"
        )

    def _probed(self, base: sqlite3.Connection) -> None:
        """Fail where a table has other columns than it should."""
        base.execute("SELECT number, size, modified, whole, there, failed, seconds FROM chunk LIMIT 1").fetchall()
        base.execute("SELECT number, basis FROM basis LIMIT 1").fetchall()
        base.execute(f"SELECT {', '.join(self._names)}, mark FROM point LIMIT 1").fetchall()


def _is_number(value: object) -> bool:
    """Tell whether a value is a number or nothing; a column of SQLite may hold anything."""
    return value is None or isinstance(value, float)


def _storable(row: PointCells) -> PointCells:
    """Return a row as SQLite gives it back: truths as numbers, whole numbers beyond its reach as others, no NaN."""
    return tuple(
        (int(value) if -(2**63) <= value < 2**63 else float(value))
        if isinstance(value, int)
        else None
        if value != value
        else value
        for value in row
    )


def _mark(row: PointCells) -> int:
    """Return a checksum of a row, which shows a value that was altered on the disk."""
    return zlib.crc32(repr(row).encode(errors="replace"))


def _removed(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(name).unlink()
