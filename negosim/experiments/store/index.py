"""The index: an SQLite index of the chunks of a store.

It is a cache. Whatever it says can be worked out again from the chunk files, and where it cannot be read or written the
store does without it.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import weakref
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

NAME = "index.sqlite"

_LAYOUT = 1
_BUSY_MILLISECONDS = 10_000
_OUT_OF_REACH = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_FULL,
}
"""Errors that do not mean that the index is damaged."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS part (
    id TEXT PRIMARY KEY, point INTEGER NOT NULL, first INTEGER NOT NULL, trials INTEGER NOT NULL,
    size INTEGER NOT NULL, modified INTEGER NOT NULL, seconds REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS estimate (
    point INTEGER NOT NULL, metric TEXT NOT NULL, basis TEXT NOT NULL,
    value REAL, low REAL, high REAL, mark INTEGER NOT NULL, PRIMARY KEY (point, metric)
) WITHOUT ROWID;
"""

Found = TypeVar("Found")
Bounds = tuple[float | None, float | None, float | None]
"""A value with the ends of its interval."""

Kept = tuple[str, Mapping[str, Bounds]]
"""What the estimates of a point rest on, and the estimates by metric."""


@dataclass(frozen=True)
class Entry:
    """What the index knows of a chunk.

    Attributes
    ----------
    size, modified : of the file, in bytes and nanoseconds; where they differ the file is read again.
    seconds : it took to play; None where that was not kept.
    """

    size: int
    modified: int
    seconds: float | None = None


class ChunkIndex:
    """An index in a directory, or in memory where the directory does not take one.

    Parameters
    ----------
    directory : of the store.
    design : hash of the design the index belongs to.
    """

    def __init__(self, directory: Path, design: str) -> None:
        self._lock = threading.Lock()
        self._has_failed = False
        self._design = design
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

    def entries(self) -> dict[str, Entry]:
        """Return what is known of every chunk, by id."""
        rows = self._tried(
            lambda base: base.execute("SELECT id, size, modified, seconds FROM part").fetchall(), list[Any]()
        )
        return {
            chunk_id: Entry(size, modified, seconds)
            for chunk_id, size, modified, seconds in rows
            if isinstance(size, int) and isinstance(modified, int) and _is_number(seconds)
        }

    def add(self, rows: Iterable[tuple[str, int, int, int, Entry]]) -> None:
        """Enter chunks: id, point, first trial, trials and entry of each. What is known of the seconds is kept."""
        entries = [(*row[:4], row[4].size, row[4].modified, row[4].seconds) for row in rows]
        self._tried(
            lambda base: base.executemany(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET size = excluded.size, "
                "modified = excluded.modified, seconds = coalesce(excluded.seconds, seconds)",
                entries,
            ),
            None,
        )

    def drop(self, ids: Iterable[str]) -> None:
        """Forget chunks."""
        entries = [(item,) for item in ids]
        self._tried(lambda base: base.executemany("DELETE FROM part WHERE id = ?", entries), None)

    def clear(self) -> None:
        """Forget everything."""
        self._tried(lambda base: [base.execute(f"DELETE FROM {name}") for name in ("part", "estimate")], None)

    def estimates(self) -> dict[int, Kept]:
        """Return by point the estimates that were kept, and what they rest on. Altered rows are left out."""
        rows = self._tried(
            lambda base: base.execute("SELECT point, metric, basis, value, low, high, mark FROM estimate").fetchall(),
            list[Any](),
        )
        found: dict[int, Kept] = {}
        for point, metric, basis, *bounds, mark in rows:
            if mark == _mark(point, metric, basis, bounds) and all(map(_is_number, bounds)):
                known, values = found.get(point, (basis, {}))
                if known == basis:
                    found[point] = basis, {**values, metric: (bounds[0], bounds[1], bounds[2])}
        return found

    def keep(self, estimates: Mapping[int, Kept]) -> None:
        """Keep estimates by point, with what they rest on."""
        entries = [
            (point, metric, basis, *bounds, _mark(point, metric, basis, bounds))
            for point, (basis, values) in estimates.items()
            for metric, bounds in values.items()
        ]
        self._tried(
            lambda base: base.executemany("INSERT OR REPLACE INTO estimate VALUES (?, ?, ?, ?, ?, ?, ?)", entries), None
        )

    def _tried(self, act: Callable[[sqlite3.Connection], Found], otherwise: Found) -> Found | Any:
        """Do something in one transaction; where the index fails, do without it from then on."""
        with self._lock:
            if self._has_failed:
                return otherwise
            try:
                with self._connection:
                    return act(self._connection)
            except sqlite3.Error:
                self._has_failed = True
                return otherwise

    def _opened(self) -> sqlite3.Connection:
        """Open the index, make a new one where it is damaged, go without one on the disk where there can be none."""
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
            base.executescript(_SCHEMA)
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

    @staticmethod
    def _probed(base: sqlite3.Connection) -> None:
        """Fail where a table has other columns than it should."""
        base.execute("SELECT id, point, first, trials, size, modified, seconds FROM part LIMIT 1").fetchall()
        base.execute("SELECT point, metric, basis, value, low, high, mark FROM estimate LIMIT 1").fetchall()


def _is_number(value: object) -> bool:
    """Tell whether a value is a number or nothing; a column of SQLite may hold anything."""
    return value is None or isinstance(value, float)


def _mark(point: int, metric: str, basis: str, bounds: Sequence[float | None]) -> int:
    """Return a checksum of a row, which shows a value that was altered on the disk."""
    return zlib.crc32(repr((point, metric, basis, *bounds)).encode())


def _removed(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(name).unlink()
