"""Export: the results of a sweep as CSV or Parquet, whole or not at all, and answers to SQL.

CSV is written without further libraries; Parquet and SQL take DuckDB (the extra ``data``). A file says what has played
it: Parquet in its metadata under ``negosim``, CSV in a file beside it with the ending ``.origin.json``.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.errors import LibraryError, StoreError
from negosim.experiments.frames import Kind, framed
from negosim.experiments.store.atomic import whole, write_whole
from negosim.experiments.store.manifest import Manifest, value_at
from negosim.experiments.store.result import SqlAnswer, SweepRow, SweepTable, batched
from negosim.experiments.store.store import Store
from negosim.scenario.problems import one_line

Kinds = Mapping[str, type]
"""What columns hold: whole numbers, numbers or texts."""

_ESTIMATE_KINDS: Kinds = {"point": int, "metric": str, "value": float, "low": float, "high": float}
_AT_A_TIME = 10_000
"""Rows that are handed on at a time."""

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]

ENDINGS = (".csv", ".parquet")

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
"""A query fetches no extension, and sees no variable of this process."""

_BESIDE = ".origin.json"
"""What the name of the file beside a CSV file ends in."""

_MANY = 50_000
"""Trials that are handed on at a time."""


def checked_ending(path: Path) -> str:
    """Return the ending of a file to export to.

    Raises
    ------
    StoreError
        Where it is none that can be written.
    """
    if path.suffix not in ENDINGS:
        raise StoreError(f"{path}: the name must end in {' or '.join(ENDINGS)}")
    return path.suffix


def export(columns: Columns, path: str | Path, manifest: Manifest | None = None) -> None:
    """Write columns to a CSV or Parquet file, as its name says; the manifest says where they come from."""
    export_blocks(iter([columns]), path, manifest)


def export_trials(store: Store, table: SweepTable, path: str | Path) -> None:
    """Write a row per trial of the points in a table: what every metric counted, above and below."""
    export_blocks(trial_blocks(store, table), path, store.manifest)


def export_table(table: SweepTable, path: str | Path) -> None:
    """Write a row per point, as many at a time as are read."""
    export_blocks(table.blocks(), path, table.manifest, point_kinds(table.manifest))


def export_blocks(
    blocks: Iterator[Columns], path: str | Path, manifest: Manifest | None = None, kinds: Kinds | None = None
) -> None:
    """Write columns that come in blocks, all with the same names, to a CSV or Parquet file.

    Parameters
    ----------
    blocks : the columns.
    path : of the file.
    manifest : of the sweep that they come from, which the file then names together with what has played it.
    kinds : of columns, where a block alone does not show them.

    Raises
    ------
    StoreError
        Where the name ends otherwise.
    LibraryError
        Where Parquet is asked and DuckDB is not installed.
    OSError
        Where the file cannot be written; one that was there stays as it was.
    """
    path = Path(path)
    if checked_ending(path) == ".csv":
        with whole(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            for number, block in enumerate(blocks):
                if not number:
                    writer.writerow(block)
                writer.writerows(zip(*(map(_cell, _listed(values)) for values in block.values()), strict=True))
            if manifest is not None:
                origin = json.dumps(_origin(manifest), ensure_ascii=False, indent=2)
                write_whole(path.with_name(f"{path.name}{_BESIDE}"), f"{origin}\n".encode())
        return
    with _base() as base:
        _load(base, "answer", blocks, kinds or {})
        _write_parquet(base, "answer", path, manifest)


def _origin(manifest: Manifest) -> dict[str, Any]:
    """Return what an exported file says of itself: what was asked of which scenario, what has played it, the titles."""
    design = manifest.as_dict()
    run = {key: design.pop(key) for key in ("negosim", "build", "command", "trials", "seed", "variant", "set")}
    scenario = {"title": design["title"], "sha256": design["scenario"]}
    return {"scenario": scenario, "run": run, "labels": design["labels"]}


def trial_blocks(store: Store, table: SweepTable) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield the trials of the points in a table, as columns, some at a time; one block without rows if there are none.

    ``<metric>.above`` and ``<metric>.below`` are what a metric adds up: Σ above / Σ below is its value.
    """
    held: list[dict[str, NDArray[Any]]] = [_trials_of(store, table, None)]
    waiting = 0
    for row in table:
        held.append(_trials_of(store, table, row.point))
        waiting += held[-1]["trial"].size
        if waiting >= _MANY:
            yield _stacked(held)
            held, waiting = [], 0
    if held:
        yield _stacked(held)


def query(store: Store, table: SweepTable, sql: str) -> SqlAnswer:
    """Ask the results in SQL.

    Parameters
    ----------
    store, table : the results, and the points that the query is to see.
    sql : one SELECT over the tables ``points`` (a row per point), ``estimates`` (a row per point and metric) and
        ``trials`` (a row per trial). It sees nothing else: no file, no network.

    Raises
    ------
    StoreError
        Where the query cannot be answered.
    LibraryError
        Where DuckDB is not installed.
    """
    with _base() as base:
        import duckdb

        try:
            statements = base.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise StoreError("the query must be one SELECT")
            asked = {name.lower() for name in base.get_table_names(sql)}
            kinds = point_kinds(store.manifest)
            _load(base, "points", table.blocks() if "points" in asked else _none_of(table), kinds)
            if "estimates" in asked:
                _load(base, "estimates", map(_estimates, batched(table, _AT_A_TIME)), _ESTIMATE_KINDS)
            if "trials" in asked:
                _load(base, "trials", trial_blocks(store, table), {})
            base.execute("SET enable_external_access = false")
            base.execute("SET lock_configuration = true")
            found = base.execute(statements[0])
            names = _apart([item[0] for item in found.description or ()])
            return SqlAnswer(names, tuple(tuple(map(_number, row)) for row in found.fetchall()))
        except duckdb.Error as error:
            message = "\n".join(one_line(line) for line in str(error).strip().splitlines())
            raise StoreError(f"the query cannot be answered: {message}") from error


def _apart(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns that all differ: one that has stood before gets a number behind it.

    >>> _apart(["point", "agreement", "agreement"])
    ('point', 'agreement', 'agreement_2')
    """
    found: list[str] = []
    for name in names:
        unlike = (f"{name}_{number}" for number in itertools.count(2))
        found.append(name if name not in found else next(other for other in unlike if other not in {*names, *found}))
    return tuple(found)


def _number(value: Any) -> Any:
    """Return a decimal number of SQL as any other."""
    return float(value) if isinstance(value, Decimal) else value


def trials_frame(store: Store, kind: Kind = "pandas") -> Any:
    """Return a row per trial as a frame of pandas, polars or Arrow; `Store.frame` has a row per point."""
    columns = _stacked(list(trial_blocks(store, store.table())))
    return framed({name: values.tolist() for name, values in columns.items()}, kind)


def _trials_of(store: Store, table: SweepTable, point: int | None) -> dict[str, NDArray[Any]]:
    """Return the trials of a point as columns; of no point, the columns without rows."""
    manifest = table.manifest
    chunks = [] if point is None else store.trials(point)
    trials = np.concatenate(
        [np.arange(0), *(np.arange(chunk.first, chunk.first + chunk.trials) for chunk, _ in chunks)]
    )
    columns: dict[str, NDArray[Any]] = {"point": np.full(trials.size, -1 if point is None else point)}
    for item in manifest.columns:
        value = value_at(item, manifest.points[point or 0])
        columns[item.id] = np.full(trials.size, value, dtype=None if isinstance(value, int | float) else object)
    columns["trial"] = trials
    for at, name in enumerate(manifest.metrics):
        for side in ("above", "below"):
            rows = [np.empty(0), *(getattr(counts, side)[at] for _, counts in chunks)]
            columns[f"{name}.{side}"] = np.concatenate(rows)
    return columns


def _stacked(blocks: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    filled = [block for block in blocks if block["trial"].size] or blocks[:1]
    return {name: np.concatenate([block[name] for block in filled]) for name in filled[0]}


def _estimates(rows: Sequence[SweepRow]) -> dict[str, list[Any]]:
    cells = [(row.point, name, found) for row in rows for name, found in row.estimates.items()]
    return {
        "point": [point for point, _, _ in cells],
        "metric": [name for _, name, _ in cells],
        "value": [found.value for _, _, found in cells],
        "low": [found.low for _, _, found in cells],
        "high": [found.high for _, _, found in cells],
    }


def _listed(values: Sequence[Any] | NDArray[Any]) -> list[Any]:
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def _cell(value: Any) -> Any:
    """Return a value as CSV holds it: nothing for None, whole numbers without a decimal."""
    return repr(value).removesuffix(".0") if isinstance(value, float) else value


# DuckDB


def _base() -> Any:
    """Return an empty DuckDB in memory, which fetches nothing from anywhere."""
    try:
        import duckdb
    except ImportError as error:
        raise LibraryError("Parquet and SQL need DuckDB: pip install 'negosim[data]'") from error
    return duckdb.connect(":memory:", config=_SETTINGS)


def point_kinds(manifest: Manifest) -> Kinds:
    """Return the kinds of the columns of a row per point; inputs that are not all numbers are left to be seen."""
    metrics = [f"{name}{end}" for name in manifest.metrics for end in ("", ".low", ".high")]
    kinds: dict[str, type] = {"point": int, "status": str, "trials": int, "message": str}
    kinds |= dict.fromkeys(metrics, float)
    for column in manifest.columns:
        values = [value_at(column, {column.path: value}) for value in manifest.settings.values(column.path)]
        is_set = all(column.path in point for point in manifest.points[:1])
        kind = {type(value) for value in values}
        if kind <= {int, float} and len(manifest.points) > _AT_A_TIME:
            kinds[column.id] = float
        elif len(manifest.points) > _AT_A_TIME and not (kind <= {bool} and is_set):
            kinds[column.id] = str
    return kinds


def _none_of(table: SweepTable) -> Iterator[Columns]:
    return iter([{name: [] for name in table.names}])


def _load(base: Any, name: str, blocks: Iterator[Columns], kinds: Kinds) -> None:
    """Load columns into a table. Where no kind is named the first block shows it; one without values holds texts."""
    for number, block in enumerate(blocks):
        base.register("block", {key: _array(values, kinds.get(key)) for key, values in block.items()})
        base.execute(f"INSERT INTO {name} SELECT * FROM block" if number else f"CREATE TABLE {name} AS FROM block")
        base.unregister("block")


def _array(values: Sequence[Any] | NDArray[Any], kind: type | None = None) -> NDArray[Any]:
    """Return values as numbers where they all are, truths where they all are, texts otherwise; None stays."""
    if kind is float:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if kind is int:
        return np.array(values, dtype=np.int64)
    if kind is str:
        return np.array([None if value is None else str(value) for value in values], dtype=object)
    known = [value for value in _listed(values) if value is not None]
    if isinstance(values, np.ndarray) and values.dtype != object:
        return values
    if known and all(isinstance(value, bool) for value in known):
        return np.array(list(values), dtype=bool if len(known) == len(values) else object)
    if known and all(isinstance(value, int) for value in known) and len(known) == len(values):
        return np.array(known)
    if all(isinstance(value, int | float) for value in known):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _write_parquet(base: Any, name: str, path: Path, manifest: Manifest | None) -> None:
    with whole(path) as temporary:
        import duckdb

        target = str(temporary).replace("'", "''")
        origin = "" if manifest is None else json.dumps(_origin(manifest), ensure_ascii=False).replace("'", "''")
        metadata = f", KV_METADATA {{negosim: '{origin}'}}" if origin else ""
        try:
            base.execute(f"COPY {name} TO '{target}' (FORMAT parquet, COMPRESSION zstd{metadata})")
        except duckdb.IOException as error:
            raise OSError(5, f"cannot be written ({error})", str(path)) from error
