"""Results as frames of pandas, polars or Arrow, and as labelled arrays."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import negosim
from negosim.experiments.errors import LibraryError, StoreError
from negosim.experiments.frames import KINDS, Kind, framed, rows_framed
from negosim.results.intervals import wilson

LESSON = Path(__file__).parent.parent / "scenarios" / "teaching" / "hurting-stalemate.yaml"


@pytest.fixture(scope="module")
def result() -> negosim.Result:
    return negosim.run(LESSON, trials=120, seed=3, zones=False, judgement=False)


@pytest.fixture(scope="module")
def swept() -> Iterator[Any]:
    scenario = negosim.load(LESSON)
    design = negosim.grid(scenario, {"parties.north.war_cost": [0.1, 0.2], "parties.south.war_cost": [0.1, 0.2, 0.3]})
    found = negosim.sweep(scenario, design, trials=20, metrics=["settlement", "ceasefire"])
    yield found
    found.store.close()


def rows_of(frame: Any) -> int:
    return frame.num_rows if hasattr(frame, "num_rows") else len(frame)


def nulls(column: Any) -> int:
    if hasattr(column, "isna"):
        return int(column.isna().sum())
    return int(column.null_count() if callable(column.null_count) else column.null_count)


@pytest.mark.parametrize("kind", KINDS)
def test_trials_say_the_same_in_every_kind(result: negosim.Result, kind: Kind) -> None:
    frame = result.frame(kind)
    assert rows_of(frame) == 120
    for name, column in (("settlement_date", "date"), ("settlement_days", "days")):
        missing = np.isnat if column == "date" else np.isnan
        assert nulls(frame[name]) == np.count_nonzero(missing(result.trials[name])) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_experiment_has_a_frame(swept: Any, kind: Kind) -> None:
    scenario = negosim.load(LESSON)
    varied = scenario.with_values({"parties.north.war_cost": 0.4})
    found: list[Any] = [
        swept,
        swept.replications(),
        negosim.compare([scenario, varied], trials=20),
        negosim.sensitivity(scenario, trials=60, metrics=("settlement",), defaults=True),
    ]
    for one in found:
        frame = one.frame(kind)
        assert rows_of(frame) > 0
        assert rows_of(frame) == rows_of(one.frame())


@pytest.mark.parametrize("kind", ["polars", "arrow"])
def test_a_column_that_mixes_texts_and_numbers_holds_texts(kind: Kind) -> None:
    frame = framed({"mixed": [1, "a", None], "number": [1, None, 2.5], "whole": [1, None, 3]}, kind)
    listed = (lambda name: frame[name].to_pylist()) if kind == "arrow" else (lambda name: frame[name].to_list())
    assert listed("mixed") == ["1", "a", None]
    assert listed("number") == [1.0, None, 2.5]
    assert listed("whole") == [1, None, 3]


def test_no_rows_still_have_their_columns() -> None:
    assert list(rows_framed([], names=("a", "b")).columns) == ["a", "b"]


def test_what_is_not_there_is_said_with_its_extra(result: negosim.Result, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, extra in (("pandas", "pandas"), ("polars", "polars"), ("pyarrow", "arrow")):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(LibraryError, match=rf"{module}: pip install 'negosim\[{extra}\]'"):
            result.frame(extra)
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(LibraryError, match=r"negosim\[xarray\]"):
        result.to_xarray()
    with pytest.raises(StoreError, match="'excel' is no kind of frame"):
        result.frame("excel")


def test_shares_over_time_as_labelled_arrays(result: negosim.Result) -> None:
    data = result.to_xarray()
    assert data.sizes == {"date": len(result.plan.ticks), "state": 6, "outcome": len(result.tally.reached)}
    assert np.allclose(data.occupancy.sum("state"), 1)
    share = wilson(int(result.tally.occupancy[-1, 0]), 120)
    last = data.isel(date=-1).sel(state="war")
    assert [float(last[name]) for name in ("occupancy", "occupancy_low", "occupancy_high")] == pytest.approx(
        [share["p"], share["low"], share["high"]]
    )
    reached = data.reached.sel(outcome="settlement").isel(date=-1)
    assert float(reached) == result.reached("settlement").p
    assert data.attrs["trials"] == 120


def test_a_sweep_as_labelled_arrays(swept: Any) -> None:
    data = swept.to_xarray()
    assert data.sizes == {"setting": 6, "metric": 2}
    row = swept.table().rows[4]
    assert float(data.value.sel(setting=4, metric="settlement")) == row.estimates["settlement"].value
    names = [column.id for column in swept.store.manifest.columns]
    grid = data.set_index(setting=names).unstack("setting")
    assert [grid.sizes[name] for name in names] == [2, 3]


def test_the_core_imports_none_of_them() -> None:
    code = (
        "import sys, negosim; negosim.run(sys.argv[1], trials=2, seed=1); import negosim.experiments.sweep.sweep; "
        "print([name for name in ('pandas', 'polars', 'pyarrow', 'xarray', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(LESSON)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
