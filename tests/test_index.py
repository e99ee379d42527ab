"""The index of a store is a cache: it is worked out again where it is lost or damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from negosim.experiments.store import index as ledger
from negosim.experiments.store.store import Store
from tests.stores import content, filled, part_file, played


def garbled(path: Path) -> None:
    path.write_bytes(b"no database at all" * 500)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def of_another_store(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("UPDATE meta SET value = 'other' WHERE key = 'design'")
        base.execute("DELETE FROM part")
    base.close()


def with_other_tables(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("DROP TABLE part")
        base.execute("CREATE TABLE part (id TEXT)")
    base.close()


def behind(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("DELETE FROM part WHERE point > 2")
    base.close()


def with_another_number(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("UPDATE estimate SET value = 0.99 WHERE metric = 'agreement'")
    base.close()


def with_words_for_numbers(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("UPDATE part SET seconds = 'long' WHERE point = 1")
        base.execute("UPDATE part SET size = 'big', modified = 'x' WHERE point = 2 AND first = 0")
        rows = base.execute("SELECT point, metric, basis FROM estimate").fetchall()
        for row in rows:
            mark = ledger._mark(*row, ("high",) * 3)
            base.execute(
                "UPDATE estimate SET value = 'high', low = 'high', high = 'high', mark = ? "
                "WHERE point = ? AND metric = ?",
                (mark, *row[:2]),
            )
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
    table, before = store.table(), content(store.directory)
    store.close()
    lose(store.directory / "index.sqlite")
    with Store.open(store.directory) as again:
        assert again.table() == table
        assert again.progress().is_complete
        assert not again.damaged
    assert content(store.directory) == before


def test_the_index_keeps_what_was_worked_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    table = filled(store).table()
    with Store.open(store.directory) as again:
        monkeypatch.setattr(Store, "_read", lambda *_: pytest.fail("a part was read"))
        assert again.table() == table


def test_the_index_can_be_asked_in_sql(store: Store) -> None:
    filled(store).table()
    store.close()
    base = sqlite3.connect(store.directory / "index.sqlite")
    assert base.execute("SELECT count(*), sum(trials) FROM part").fetchone() == (18, 1500)
    assert base.execute("SELECT count(*) FROM estimate WHERE metric = 'agreement'").fetchone() == (6,)
    base.close()


def test_a_part_whose_row_was_lost_and_a_row_whose_part_was_lost(store: Store) -> None:
    filled(store)
    path = part_file(store)
    moved = path.read_bytes()
    path.unlink()
    with Store.open(store.directory) as again:
        assert again.progress().done == 17
    path.write_bytes(moved)
    assert len(store.done()) == 18


def test_an_index_that_others_hold_is_done_without(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(store)
    table = store.table()
    store.close()
    monkeypatch.setattr(ledger, "_BUSY_MILLISECONDS", 50)
    holder = sqlite3.connect(store.directory / "index.sqlite", isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    with Store.open(store.directory) as again:
        assert again.table() == table
    holder.execute("ROLLBACK")
    assert holder.execute("SELECT count(*) FROM part").fetchone() == (18,)
    holder.close()


def test_an_index_that_fails_on_the_way_loses_no_part(store: Store) -> None:
    parts = store.missing()
    store.write(parts[0], played(parts[0]))
    store._index._connection.close()
    store.write(parts[1], played(parts[1]))
    assert len(store.done()) == 2
    with Store.open(store.directory) as again:
        assert len(again.done()) == 2
