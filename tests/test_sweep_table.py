"""The table of a sweep: conditions, sorting, columns and frames."""

from __future__ import annotations

from pathlib import Path

import pytest

from negosim.experiments.errors import StoreError
from negosim.experiments.inputs import Input
from negosim.experiments.store.store import Store
from tests.stores import asked, filled, played


def test_a_point_of_which_part_is_there_is_told_from_that_part(store: Store) -> None:
    parts = store.missing()
    store.write(parts[0], played(parts[0]))
    first, second, *_ = store.table().rows
    assert (first.status, first.trials) == ("partial", 100)
    assert first.estimates == played(parts[0]).estimates
    assert (second.status, second.trials) == ("missing", 0)
    assert second.estimates["agreement"].value is None
    with pytest.raises(StoreError, match="nothing of point 1 is there"):
        store.counts(1)
    with pytest.raises(StoreError, match="there is no point 6"):
        store.counts(6)


@pytest.mark.parametrize(
    ("conditions", "points"),
    [
        (["war.drift > 0.25"], [3, 4, 5]),
        (["drift>=0.3", "drift != 0.4"], [3, 5]),
        (["patience <= 2.5 months"], [0, 1]),
        (["patience < 60"], [0]),
        (["agreement > 40%"], [3, 4, 5]),
        (["agreement.low > 0.4"], [4, 5]),
        (["status = complete"], [0, 1, 2, 3, 4]),
        (["status != 'complete'"], [5]),
        (["point == 2"], [2]),
        (["trials < 250"], [5]),
        (["held.ceasefire@90 days < 0"], []),
        (["message = x"], []),
    ],
)
def test_conditions(store: Store, conditions: list[str], points: list[int]) -> None:
    for part in store.missing()[:-1]:
        store.write(part, played(part))
    assert [row.point for row in store.table().where(*conditions).rows] == points


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("war.drfit > 1", "did you mean 'war.drift'"),
        ("agreement", "is no condition"),
        ("agreement > 1 < 2", "is no condition"),
        ("__import__('os') > 1", "there is no column"),
        ("agreement > many", "'many' is no number, so only = and != can be asked"),
        ("patience > soon", "'soon' is not a duration"),
    ],
)
def test_conditions_that_cannot_be_read(store: Store, condition: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        store.table().where(condition)


def test_sorting(store: Store) -> None:
    for part in store.missing():
        if part.point:
            store.write(part, played(part))
    table = store.table()
    assert [row.point for row in table.by("-agreement").rows] == [5, 4, 3, 2, 1, 0]
    assert [row.point for row in table.by("agreement").first(3).rows] == [1, 2, 3]
    assert table.by("-status").rows[0].point == 0
    with pytest.raises(StoreError, match="there is no column 'x'"):
        table.by("x")


def test_columns_that_would_share_a_name_go_by_their_paths(tmp_path: Path) -> None:
    header = asked(
        points=[{"war.drift": 0.1, "war.front": {"normal": {"mean": 0.1, "sd": 0.1}}, "war.on": True}],
        factors=(Input("agreement", "A lever with an ill name", "war.drift"),),
    )
    assert [column.id for column in header.columns] == ["war.drift", "war.front", "war.on"]
    with Store.create(tmp_path / "results", header) as store:
        table = filled(store).table()
    values = table.rows[0].values
    assert values == {"war.drift": 0.1, "war.front": '{"normal":{"mean":0.1,"sd":0.1}}', "war.on": True}
    assert [len(table.where(text).rows) for text in ("war.on = true", "war.front > 1", "war.front != 1")] == [1, 0, 1]


def test_frames(store: Store) -> None:
    filled(store)
    names = store.table().names
    pandas, polars = store.frame("pandas"), store.frame("polars")
    assert list(pandas.columns) == polars.columns == names
    assert pandas["agreement"].tolist() == polars["agreement"].to_list()
    assert len(pandas) == len(polars) == 6
    with pytest.raises(StoreError, match="'excel' is no kind of frame"):
        store.frame("excel")
