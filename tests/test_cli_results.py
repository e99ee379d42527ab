"""``negosim results`` and the exports, as their users meet them."""

from __future__ import annotations

import builtins
import csv
import errno
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negosim.cli.main import _run
from negosim.experiments.errors import LibraryError, StoreError
from negosim.experiments.inputs import Input
from negosim.experiments.store import export
from negosim.experiments.store.store import Store
from tests.stores import METRICS, asked, filled, played


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    with Store.create(tmp_path / "whole", asked()) as store:
        return filled(store).directory


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Point 1 has failed, point 2 is there in part, point 5 not at all, and a file of point 3 is cut off."""
    with Store.create(tmp_path / "broken", asked(chunk_points=1)) as store:
        for part in store.missing():
            if (part.point, part.first) == (1, 100):
                store.fail(part, "ValueError: the front ran off")
            elif (part.point, part.first) != (2, 200) and part.point != 5:
                store.write(part, played(part), 0.25)
        store.flush()
        cut = store.directory / "chunks" / "0000003-0000000000.chunk"
        cut.write_bytes(cut.read_bytes()[:50])
        return store.directory


def told(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> str:
    assert _run(["results", *map(str, words)]) == code
    out, err = capsys.readouterr()
    other = err if code == 0 else out
    assert other == "" or ("broken" in str(words[0]) and other.endswith("cut off\n"))
    return out if code == 0 else err


# -- on the terminal ----------------------------------------------------------------------------------------------


def test_a_row_per_point(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, whole, "--full")
    with Store.open(whole) as store:
        found = store.table().rows[4]
    assert "6 points of 250 trials each. Complete." in text
    assert "Changed: Front: volatility = 0.4" in text
    (line,) = [line for line in text.splitlines() if line.startswith("      4")]
    share = found.estimates["agreement"]
    assert share.value is not None and share.low is not None and share.high is not None
    assert line.split()[:3] == ["4", "0.4", "150"]
    assert f"{100 * share.value:.0f} % ({100 * share.low:.0f} to {100 * share.high:.0f})" in line
    assert "State" not in text and "Failed" not in text


def test_what_failed_is_missing_or_damaged_is_named(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = " ".join(told(capsys, broken).split())
    assert "Not complete: 12 of 18 parts done, 6 left, 1 of them failed." in short
    assert "Point 1 failed: ValueError: the front ran off" in short and "1 damaged file" in short
    text = told(capsys, broken, "--full")
    assert "Not complete: 12 of 18 parts done, 6 left, 1 of them failed." in text
    assert "Point 1 (Drift of the front = 0.1, Patience = 60 days): ValueError: the front ran off" in text
    states = {line.split()[0]: line for line in text.splitlines() if line.strip()[:1].isdigit()}
    assert states["2"].endswith("200 trials so far")
    assert states["5"].endswith("missing")
    assert any(
        line.split()[0] == "5" and "not known" in line for line in text.splitlines() if line.strip()[:1].isdigit()
    )
    assert "Damaged files" in text and "or is cut off" in " ".join(text.split())


def test_a_narrow_terminal_gets_several_tables(
    whole: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, told(capsys, whole).splitlines())) <= 60
    text = told(capsys, whole, "--full")
    assert max(map(len, text.splitlines())) <= 60
    heads = [line.split()[1:] for line in text.splitlines() if line.strip().startswith("Point ")]
    assert len(heads) > 1
    said = " ".join(text.split())
    assert all(words in said for words in ("Ceasefire or settlement by the", "Ceasefire lasting 90", "dead"))


def test_filter_sort_and_limit(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(
        capsys, whole, "--where", "war.drift>0.05", "--where", "patience < 5 months", "--sort", "-agreement",
        "--limit", 2, "--full",
    )  # fmt: skip
    assert [line.split()[0] for line in text.splitlines() if line.strip()[:1].isdigit()][-2:] == ["4", "3"]
    assert "2 of 4 points" in text
    assert "No point meets the conditions." in told(capsys, whole, "--where", "agreement > 2")


def test_long_tables_are_cut_and_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store.create(tmp_path / "many", asked(70)).close()
    assert "0 of 210 parts done" in told(capsys, tmp_path / "many")
    text = told(capsys, tmp_path / "many", "--full")
    assert "40 of 70 points" in text
    assert "0 of 210 parts done" in text


def test_texts_of_a_store_steer_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = asked(title="A \x1b[2J title", points=[{"a.\x1b[31mb": 1.0}], factors=())
    with Store.create(tmp_path / "odd", header) as store:
        store.fail(store.missing()[0], "bad \x1b[2J \u202e message")
    for words in ([], ["--full"], ["--where", "x > 1"], ["--sql", "select nothing from points"]):
        _run(["results", str(tmp_path / "odd"), *words])
        out, err = capsys.readouterr()
        assert "\x1b[2J" not in out + err and "\x1b[31m" not in out + err and "\u202e" not in out + err


LABELS = {
    "tolls": {"dead": "People killed"},
    "parties": {"north": "The North"},
    "variants": {"costly": "A war that costs more"},
}


def test_titles_come_from_the_store_and_names_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = [{"parties.north.war_cost": at / 10} for at in range(2)]
    factors = (Input.named("parties.north.war_cost"),)
    with Store.create(tmp_path / "named", asked(points=points, factors=factors, labels=LABELS, variant="costly")) as it:
        filled(it)
    for words in ([], ["--full"]):
        text = told(capsys, tmp_path / "named", *words)
        assert "The North: war cost" in " ".join(text.split())
        assert "People killed" in text and "Variant: A war that costs more" in text
    names = [line.split("  ") for line in text.splitlines() if "toll.dead" in line or "parties." in line]
    assert [[cell.strip() for cell in line if cell.strip()] for line in names] == [
        ["The North: war cost", "parties.north.war_cost"],
        ["People killed", "toll.dead"],
    ]
    query = "select metric, value from estimates where point = 1 order by 1"
    text = told(capsys, tmp_path / "named", "--sql", query)
    assert "People killed" in text and "toll.dead" not in text
    text = told(capsys, tmp_path / "named", "--sql", 'select "toll.dead.low" from points')
    assert text.splitlines()[0].strip() == "People killed, low"
    answer = json.loads(told(capsys, tmp_path / "named", "--sql", query, "--json"))
    assert [row[0] for row in answer["rows"]] == sorted(METRICS) and answer["design"]["labels"] == LABELS


# -- as JSON ------------------------------------------------------------------------------------------------------


def test_json(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(told(capsys, broken, "--json", "--sort", "point", "--limit", 2))
    assert set(answer) == {"design", "progress", "damaged", "points", "command"}
    assert answer["progress"] == {"parts": 18, "done": 12, "failed": 1, "complete": False, "seconds": 3.0}
    assert len(answer["damaged"]) == 1
    assert answer["design"]["metrics"][2] == {"name": "toll.dead", "is_share": False}
    first, second = answer["points"]
    assert first["set"] == {"war.drift": 0.0, "parties.north.patience": "30.000000 days"}
    assert first["values"] == {"drift": 0.0, "patience": 30.0}
    assert set(first["metrics"]["agreement"]) == {"value", "low", "high"}
    assert (second["status"], second["message"]) == ("failed", "ValueError: the front ran off")


# -- exports ------------------------------------------------------------------------------------------------------


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_and_parquet_say_the_same(broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas

    for ending in ("csv", "parquet"):
        assert told(capsys, broken, "--export", tmp_path / f"points.{ending}").startswith("Written: ")
    table = pandas.read_parquet(tmp_path / "points.parquet")
    with Store.open(broken) as store:
        assert list(table.columns) == store.table().names
        known = store.table().columns()
    written = rows(tmp_path / "points.csv")
    assert [row["status"] for row in written] == list(table["status"]) == known["status"]
    for name in ("drift", "patience", "agreement", "agreement.low", "toll.dead.high"):
        assert [float(row[name]) if row[name] else None for row in written] == known[name]
        np.testing.assert_array_equal(table[name].to_numpy(float), np.array(known[name], dtype=float))
    assert written[5]["agreement"] == ""
    assert written[1]["message"] == "ValueError: the front ran off"


def test_a_row_per_trial(broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas

    for ending in ("csv", "parquet"):
        told(capsys, broken, "--where", "point < 3", "--trials", "--export", tmp_path / f"trials.{ending}")
    written, table = rows(tmp_path / "trials.csv"), pandas.read_parquet(tmp_path / "trials.parquet")
    assert [row["point"] for row in written] == ["0"] * 250 + ["1"] * 150 + ["2"] * 200
    assert [int(row["trial"]) for row in written[250:400]] == [*range(100), *range(200, 250)]
    assert {row["agreement.above"] for row in written} == {"0", "1"}
    with Store.open(broken) as store:
        counts = store.counts(2)
    for at, name in enumerate(METRICS):
        for side in ("above", "below"):
            mine = [float(row[f"{name}.{side}"]) for row in written[400:]]
            assert mine == getattr(counts, side)[at].tolist() == table[f"{name}.{side}"].tolist()[400:]


def test_no_rows_are_a_file_with_its_columns(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas

    for words in ([], ["--trials"]):
        for ending in ("csv", "parquet"):
            told(capsys, whole, "--where", "point > 9", *words, "--export", tmp_path / f"none.{ending}")
        names = (tmp_path / "none.csv").read_text().strip().split(",")
        assert list(pandas.read_parquet(tmp_path / "none.parquet").columns) == names
        assert "drift" in names


def test_trials_come_in_blocks(whole: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with Store.open(whole) as store:
        export.export_trials(store, store.table(), tmp_path / "once.csv")
        monkeypatch.setattr(export, "_MANY", 300)
        assert len(list(export.trial_blocks(store, store.table()))) == 3
        export.export_trials(store, store.table(), tmp_path / "blocks.csv")
        assert len(export.trials_frame(store, "polars")) == 1500
    assert (tmp_path / "once.csv").read_bytes() == (tmp_path / "blocks.csv").read_bytes()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_export_that_fails_leaves_the_file_that_was_there(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    (tmp_path / f"old.{ending}").write_text("old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    text = told(capsys, whole, "--export", tmp_path / f"old.{ending}", code=2)
    assert text == f"{tmp_path}/old.{ending}: No space left on device\n"
    assert (tmp_path / f"old.{ending}").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"old.{ending}", "whole"]


def test_csv_needs_no_duckdb_and_the_rest_says_what_it_needs(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name in ("duckdb", "pandas", "polars", "pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    told(capsys, whole, "--export", tmp_path / "points.csv")
    told(capsys, whole, "--trials", "--export", tmp_path / "trials.csv")
    assert len(rows(tmp_path / "trials.csv")) == 1500
    for words in (["--export", tmp_path / "points.parquet"], ["--sql", "select 1"]):
        assert told(capsys, whole, *words, code=2) == "Parquet and SQL need DuckDB: pip install 'negosim[data]'\n"
    monkeypatch.setitem(sys.modules, "polars", None)
    with Store.open(whole) as store, pytest.raises(LibraryError, match="a frame needs polars"):
        store.frame("polars")


# -- SQL ----------------------------------------------------------------------------------------------------------


def test_sql(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = 'select p.point, p.drift, value, sum("agreement.above") as reached from points p '
    query += "join estimates e on p.point = e.point join trials t on t.point = p.point "
    query += "where metric = 'agreement' group by all order by p.drift desc"
    answer = json.loads(told(capsys, whole, "--where", "drift > 0.3", "--sql", query, "--json"))
    assert answer["columns"] == ["point", "drift", "value", "reached"]
    with Store.open(whole) as store:
        table = store.table()
        wanted = [
            [point, point / 10, table.rows[point].estimates["agreement"].value, store.counts(point).above[0].sum()]
            for point in (5, 4)
        ]
        assert export.query(store, table, "from points").frame("polars").shape == (6, len(table.names))
    assert answer["rows"] == wanted
    text = told(capsys, whole, "--sql", "select drift, status from points order by 1 limit 1")
    assert text.splitlines()[-1].split() == ["0", "complete"]
    told(capsys, whole, "--sql", "select drift, status from points order by 1", "--export", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines()[:2] == ["drift,status", "0,complete"]
    assert "finds no rows" in told(capsys, whole, "--sql", "select * from points where drift > 7")


def test_columns_of_one_name_and_decimal_numbers_in_sql(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = "select a.drift, b.drift, 2.5 as x from points a join points b on b.point = a.point + 1 order by 1 limit 1"
    answer = json.loads(told(capsys, whole, "--sql", query, "--json"))
    assert (answer["columns"], answer["rows"]) == (["drift", "drift_2", "x"], [[0, 0.1, 2.5]])
    told(capsys, whole, "--sql", query, "--export", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines() == ["drift,drift_2,x", "0,0.1,2.5"]
    assert "one SELECT" in told(capsys, whole, "--sql", "", code=2)


def test_an_export_says_what_is_missing_from_it(
    broken: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["--export", tmp_path / "out.csv"], ["--sql", "select count(*) from trials"]):
        assert _run(["results", *map(str, (broken, *words))]) == 0
        assert capsys.readouterr().err.startswith("12 of 18 parts are there; chunks/0000003-0000000000.chunk is ")


def test_damage_that_the_size_and_time_of_a_file_do_not_show(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads the file finds it: from then on it counts as missing."""
    told(capsys, whole)  # the index is worked out
    path = next((whole / "chunks").iterdir())
    stat, held = path.stat(), bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert "Complete" in told(capsys, whole)
    assert _run(["results", str(whole), "--trials", "--export", str(tmp_path / "out.csv")]) == 0
    assert f"parts are there; chunks/{path.name} " in capsys.readouterr().err


def test_answers_to_sql_are_whole(
    whole: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    long = "".join(f"'{letter * 25}' as {letter * 20}, " for letter in "abcd")
    text = told(capsys, whole, "--sql", f"select point, {long} drift from points order by 1 limit 2")
    assert max(map(len, text.splitlines())) <= 60
    for letter in "abcd":
        assert text.count(letter * 25) == 2
    assert len([line for line in text.splitlines() if line.strip().startswith("point")]) == 4


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("drop table points", "must be one SELECT"),
        ("select 1; select 2", "must be one SELECT"),
        ("copy points to '{0}/stolen.csv'", "must be one SELECT"),
        ("selct 1", "syntax error"),
        ("select * from read_csv('{0}/secret.csv')", "disabled"),
        ("select * from '{0}/secret.csv'", "disabled"),
        ("select * from secret", "does not exist"),
        ("select getenv('HOME')", "cannot be answered"),
        ("select agreement from nowhere", "does not exist"),
    ],
)
def test_sql_sees_the_results_and_nothing_else(whole: Path, tmp_path: Path, query: str, message: str) -> None:
    import pandas

    (tmp_path / "secret.csv").write_text("a\n1\n")
    secret = pandas.DataFrame({"a": [1]})
    with Store.open(whole) as store, pytest.raises(StoreError, match=message):
        export.query(store, store.table(), query.format(tmp_path))
    assert len(secret) == 1
    assert not (tmp_path / "stolen.csv").exists()


# -- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--export", "points.xlsx"], "points.xlsx: the name must end in .csv or .parquet"),
        (["--trials"], "--trials goes with --export"),
        (["--trials", "--export", "a.csv", "--sql", "select 1"], "not with --sql"),
        (["--where", "agreemnt > 1"], "did you mean 'agreement'?"),
        (["--sort", "nothing"], "there is no column 'nothing'"),
        (["--limit", "0"], "Invalid value for '--limit'"),
    ],
)
def test_what_cannot_be_asked(whole: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in told(capsys, whole, *words, code=2)


def test_a_directory_without_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, tmp_path, code=2) == f"{tmp_path} holds no results of a sweep (it has no design.json)\n"
    assert "does not exist" in told(capsys, tmp_path / "nowhere", code=2)
