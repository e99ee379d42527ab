"""Trials are written as they come, and the files are the same however they come."""

from __future__ import annotations

import itertools
from pathlib import Path

import pyarrow.parquet
import pytest

import negosim
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.experiments.blocks import played_block
from negosim.results import trial_files
from negosim.results.export import columns
from negosim.results.trial_files import Rows, TrialFiles, rows_of
from negosim.results.trials import joined
from negosim.scenario.load import loads
from tests.examples import MINIMAL

PLAN = compiled(loads(MINIMAL).file)
BLOCKS = ((0, 40), (40, 25), (65, 35))


def blocks() -> list[Rows]:
    played = [played_block(PLAN, 1, first, count, rows=True) for first, count in BLOCKS]
    return [block.rows for block in played if block.rows]


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_the_files_do_not_depend_on_how_the_blocks_come(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    with TrialFiles(whole, {}) as files:
        files.add(rows_of(PLAN, play(PLAN, 1, 0, 100)))
    assert files.written == (whole / "trials.csv", whole / "trials.parquet")
    for number, order in enumerate(itertools.permutations(blocks())):
        here = tmp_path / str(number)
        with TrialFiles(here, {}) as files:
            for rows in order:
                files.add(rows)
        assert contents(here) == contents(whole)


def test_the_table_is_that_of_all_trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_files, "ROW_GROUP", 30)
    with TrialFiles(tmp_path, {}) as files:
        for rows in blocks():
            files.add(rows)
    history = joined([play(PLAN, 1, first, count) for first, count in BLOCKS])
    found = pyarrow.parquet.ParquetFile(tmp_path / "trials.parquet")
    assert [found.metadata.row_group(place).num_rows for place in range(found.num_row_groups)] == [30, 30, 30, 10]
    expected = pyarrow.table(dict(columns(PLAN, history)))
    assert found.read().equals(expected)
    assert found.schema_arrow.equals(expected.schema)


def test_rows_that_wait_are_not_kept_in_memory(tmp_path: Path) -> None:
    first, second, third = blocks()
    with TrialFiles(tmp_path, {}) as files:
        files.add(third)
        files.add(second)
        assert files._waiting == {40: 25, 65: 35}
        assert {path.name for path in files._folder.iterdir()} >= {"40", "65"}
        files.add(first)
        assert not files._waiting
        assert {path.name for path in files._folder.iterdir()} == {"trials.csv", "trials.arrow"}
    assert set(contents(tmp_path)) == {"trials.csv", "trials.parquet"}


def test_what_is_broken_off_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "trials.csv").write_text("as it was")
    with pytest.raises(KeyboardInterrupt), TrialFiles(tmp_path, {}) as files:
        files.add(blocks()[0])
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"trials.csv": b"as it was"}


def test_without_pyarrow_there_is_no_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_files, "_arrow", lambda table: None)
    with TrialFiles(tmp_path, {}) as files:
        files.add(rows_of(PLAN, play(PLAN, 1, 0, 10)))
    assert files.written == (tmp_path / "trials.csv",)


def test_a_run_writes_its_trials_and_keeps_none(tmp_path: Path) -> None:
    result = negosim.run(loads(MINIMAL), trials=60, keep=False, out=tmp_path / "new" / "out")
    assert result.history is None
    assert [path.name for path in result.written] == ["summary.json", "trials.csv", "trials.parquet"]
    kept = negosim.run(loads(MINIMAL), trials=60, out=tmp_path / "kept")
    assert kept.history is not None
    written, other = contents(tmp_path / "new" / "out"), contents(tmp_path / "kept")
    assert {name: written[name] for name in ("trials.csv", "trials.parquet")} == {
        name: other[name] for name in ("trials.csv", "trials.parquet")
    }
    assert written["trials.csv"].count(b"\n") == 61
