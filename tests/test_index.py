"""The index of a store is a cache: it is worked out again where it is lost or damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from negosim.experiments.store import index as ledger
from negosim.experiments.store.files import ChunkFiles
from negosim.experiments.store.store import Store
from tests.stores import chunk_file, content, filled, played


def garbled(path: Path) -> None:
    path.write_bytes(b"no database at all" * 500)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def of_another_store(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("UPDATE meta SET value = 'other' WHERE key = 'design'")
        base.execute("DELETE FROM chunk")
    base.close()


def with_other_tables(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("DROP TABLE chunk")
        base.execute("CREATE TABLE chunk (id TEXT)")
    base.close()


def behind(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("DELETE FROM chunk WHERE number > 2")
        base.execute("DELETE FROM basis WHERE number > 0")
        base.execute("DELETE FROM point WHERE point > 1")
    base.close()


def with_another_number(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("UPDATE point SET v0 = 0.99 WHERE point > 2")
    base.close()


def with_words_for_numbers(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("UPDATE chunk SET seconds = 'long' WHERE number = 1")
        base.execute("UPDATE chunk SET size = 'big', modified = 'x' WHERE number = 2")
        base.execute("UPDATE point SET v0 = 'high', trials = 'many' WHERE point = 3")
    base.close()


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


LOSSES = [
    Path.unlink,
    garbled,
    cut_off,
    of_another_store,
    with_other_tables,
    behind,
    with_another_number,
    with_words_for_numbers,
    a_directory,
]


@pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__)
def test_the_index_is_worked_out_again(store: Store, lose: Any) -> None:
    filled(store)
    table, before = store.table().rows, content(store.directory)
    store.close()
    lose(store.directory / "index.sqlite")
    with Store.open(store.directory) as again:
        assert again.table().rows == table
        assert again.progress().is_complete
        assert not again.damaged
    assert content(store.directory) == before


def test_the_index_keeps_what_was_worked_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    table = filled(store).table().rows
    with Store.open(store.directory) as again:
        monkeypatch.setattr(ChunkFiles, "read", lambda *_: pytest.fail("a chunk was read"))
        assert again.table().rows == table


def test_the_index_can_be_asked_in_sql(store: Store) -> None:
    assert len(filled(store).table()) == 6
    store.close()
    base = sqlite3.connect(store.directory / "index.sqlite")
    assert base.execute("SELECT count(*), sum(there) FROM chunk").fetchone() == (9, 18)
    assert base.execute("SELECT count(*), sum(trials) FROM point WHERE v0 > 0").fetchone() == (6, 1500)
    base.close()


def test_a_chunk_whose_row_was_lost_and_a_row_whose_chunk_was_lost(store: Store) -> None:
    filled(store)
    path = chunk_file(store)
    moved = path.read_bytes()
    path.unlink()
    with Store.open(store.directory) as again:
        assert again.progress().done == 16
    path.write_bytes(moved)
    assert store.progress().done == 18


def test_an_index_that_others_hold_is_done_without(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(store)
    table = store.table().rows
    store.close()
    monkeypatch.setattr(ledger, "_BUSY_MILLISECONDS", 50)
    holder = sqlite3.connect(store.directory / "index.sqlite", isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    with Store.open(store.directory) as again:
        assert again.table().rows == table
    holder.execute("ROLLBACK")
    assert holder.execute("SELECT count(*) FROM chunk").fetchone() == (9,)
    holder.close()


def test_an_index_that_fails_on_the_way_loses_no_part(store: Store) -> None:
    parts = store.missing()
    store.write(parts[0], played(parts[0]))
    store._index._connection.close()
    store.write(parts[1], played(parts[1]))
    assert store.progress().done == 2
    assert [row.trials for row in store.table()][:2] == [100, 100]
    with Store.open(store.directory) as again:
        assert again.progress().done == 2
