"""The store: nothing is lost and nothing is played twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Counts, Point, evaluated
from negosim.experiments.inputs import uncertain
from negosim.experiments.store.chunk import Part
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.store import Store
from tests.stores import IS_SHARE, METRICS, asked, content, everything, filled, played
from tests.worlds import BORDER, changed, load

# -- what is written is read back ---------------------------------------------------------------------------------


def test_what_is_written_is_read_back(store: Store) -> None:
    filled(store)
    parts = everything(store.manifest)
    assert len(parts) == 18
    assert not store.missing()
    with Store.open(store.directory) as again:
        for point in range(6):
            mine = [played(part) for part in parts if part.point == point]
            found = again.counts(point)
            np.testing.assert_array_equal(found.above, np.concatenate([one.above for one in mine], axis=1))
            np.testing.assert_array_equal(found.below, np.concatenate([one.below for one in mine], axis=1))
            assert again.table().rows[point].estimates == found.estimates
        assert again.progress().as_dict() == {
            "parts": 18, "done": 18, "failed": 0, "complete": True, "seconds": 1.8,
        }  # fmt: skip


def test_a_scenario_played_in_parts_comes_to_what_it_comes_to_whole(tmp_path: Path) -> None:
    """Inputs that are drawn, durations among them, go through the store and into the scenario and back."""
    scenario = load(changed(BORDER, {"parties.north.patience": {"uniform": ["3 months", "9 months"]}}))
    factors = uncertain(scenario)
    assert any(item.is_duration for item in factors)
    points = [{item.path: item.written(float(item.at(np.array([u]))[0])) for item in factors} for u in (0.123, 0.77)]
    names = ("agreement", "held.ceasefire@90 days", "years")
    header = Manifest(
        scenario=scenario.sha256, title=scenario.file.title, metrics=names, is_share=(True, True, False), seed=2,
        trials=50, part_trials=30, points=tuple(points), factors=factors,
    )  # fmt: skip
    with Store.create(tmp_path / "results", header) as store:
        for part in store.missing():
            at = Point(part.overrides, part.trials, part.seed, part.first)
            store.write(part, evaluated(scenario, at, names))
        for number, row in enumerate(store.table().rows):
            whole = evaluated(scenario, Point(points[number], 50, 2), names)
            np.testing.assert_array_equal(store.counts(number).above, whole.above)
            assert row.estimates == whole.estimates
            drawn = next(item for item in factors if item.is_duration)
            assert row.values[drawn.id] == pytest.approx(float(drawn.at(np.array([(0.123, 0.77)[number]]))[0]))


def test_the_bytes_depend_on_the_content_alone(tmp_path: Path) -> None:
    forwards, backwards = (Store.create(tmp_path / name, asked()) for name in ("forwards", "backwards"))
    for part in everything(asked()):
        forwards.write(part, played(part), 1.0)
    for part in everything(asked())[::-1]:
        backwards.write(part, played(part), 2.0)
        backwards.write(part, played(part), 3.0)
    assert forwards.table().rows == backwards.table().rows
    assert content(forwards.directory) == content(backwards.directory)
    assert not backwards.differing
    forwards.close()
    backwards.close()


def test_what_does_not_belong_here_is_refused(store: Store) -> None:
    part = everything(store.manifest)[0]
    counts = played(part)
    with pytest.raises(StoreError, match="is no part of"):
        store.write(Part(0, {"war.drift": 9.0}, 3, 0, 100), counts)
    with pytest.raises(StoreError, match=r"shape \(3, 50\)"):
        store.write(part, Counts(METRICS, IS_SHARE, counts.above[:, :50], counts.below[:, :50]))
    with pytest.raises(StoreError, match="these results count a, b, c"):
        store.write(part, Counts(("a", "b", "c"), IS_SHARE, counts.above, counts.below))
    assert content(store.directory).keys() == {"design.json"}


def test_a_part_with_another_result_is_named_and_the_first_kept(store: Store) -> None:
    filled(store)
    before, part = content(store.directory), everything(store.manifest)[0]
    other = played(part)
    other.above[0] = 1 - other.above[0]
    store.write(part, other)
    assert store.differing == [0]
    store.flush()
    assert content(store.directory) == before


# -- failures -----------------------------------------------------------------------------------------------------


def test_failed_points_are_kept_and_named_until_they_are_played(store: Store) -> None:
    parts = store.missing()
    for part in parts[3:5]:
        store.fail(part, "ValueError: no\nroom")
    for part in [*parts[:3], *parts[5:]]:
        store.write(part, played(part))
    store.flush()
    with Store.open(store.directory) as reading:
        row = reading.table().rows[1]
        assert (row.status, row.trials, row.message) == ("failed", 150, "ValueError: no\\nroom")
        assert reading.progress().as_dict() == {
            "parts": 18, "done": 16, "failed": 2, "complete": False, "seconds": 0.0,
        }  # fmt: skip
    with Store.resume(store.directory, store.manifest) as again:
        assert again.missing() == parts[3:5]
        filled(again)
        assert not again.failures()
        assert again.table().rows[1].status == "complete"


def test_a_part_that_is_there_cannot_fail(store: Store) -> None:
    before = content(filled(store).directory)
    store.fail(everything(store.manifest)[4], "too late")
    store.flush()
    assert content(store.directory) == before


def test_points_that_fail_again_leave_the_same_bytes(store: Store) -> None:
    for part in store.missing():
        store.fail(part, f"point {part.point} failed")
    before = content(store.directory)
    assert store.failures()[5] == "point 5 failed"
    with Store.resume(store.directory, store.manifest) as again:
        assert len(again.missing()) == 18
        for part in again.missing():
            again.fail(part, f"point {part.point} failed")
    assert content(store.directory) == before


# -- chunks of which points are still to come ---------------------------------------------------------------------


def test_what_is_not_finished_is_kept_when_the_store_is_closed_and_gone_when_it_is_finished(tmp_path: Path) -> None:
    header = asked(chunk_points=6)
    with Store.create(tmp_path / "one", header) as store:
        for part in store.missing()[2:12]:
            store.write(part, played(part), 0.5)
    assert sorted(path.suffix for path in (tmp_path / "one" / "chunks").iterdir()) == [".chunk", ".partial"]
    with Store.resume(tmp_path / "one", header) as again:
        assert (len(again.missing()), again.progress().done, again.progress().seconds) == (8, 10, 5.0)
        filled(again)
    with Store.create(tmp_path / "other", header) as store:
        filled(store)
    assert content(tmp_path / "one") == content(tmp_path / "other")


def test_what_has_come_in_is_written_after_a_while(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("negosim.experiments.store.store.FLUSH", -1.0)
    store.write(store.missing()[0], played(store.missing()[0]))
    with Store.open(store.directory) as reading:
        assert reading.progress().done == 1


def test_two_writers_of_one_chunk_lose_nothing_to_each_other(store: Store) -> None:
    parts = store.missing()
    with Store.resume(store.directory, store.manifest) as other:
        store.write(parts[0], played(parts[0]))
        other.write(parts[1], played(parts[1]))
        other.fail(parts[2], "it failed here")
        store.flush()
        other.flush()
        store.write(parts[3], played(parts[3]))
        store.flush()
        assert other.progress().done == 3
        assert filled(other).progress().is_complete
    assert store.progress().is_complete
    assert not [*store.directory.glob("chunks/*.partial")]


def test_the_disk_holds_few_files(tmp_path: Path) -> None:
    header = asked(1000, trials=100, chunk_points=0)
    with Store.create(tmp_path / "results", header) as store:
        filled(store)
    assert header.chunk_points == 1000
    assert sorted(path.name for path in (tmp_path / "results").rglob("*")) == [
        "0000000-0000000000.chunk", "chunks", "design.json", "index.sqlite",
    ]  # fmt: skip
