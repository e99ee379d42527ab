"""The store: nothing is lost and nothing is played twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Counts, Point, evaluated
from negosim.experiments.inputs import uncertain
from negosim.experiments.store.chunk import Chunk
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.store import Store
from tests.stores import IS_SHARE, METRICS, asked, content, filled, part_file, played
from tests.worlds import BORDER, changed, load

# -- what is written is read back ---------------------------------------------------------------------------------


def test_what_is_written_is_read_back(store: Store) -> None:
    filled(store)
    parts = list(store.manifest.chunks())
    assert len(parts) == 18
    assert store.done() == {store.manifest.chunk_id(part) for part in parts}
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
    for part in asked().chunks():
        forwards.write(part, played(part), 1.0)
    for part in [*asked().chunks()][::-1]:
        backwards.write(part, played(part), 2.0)
        backwards.write(part, played(part), 3.0)
    assert content(forwards.directory) == content(backwards.directory)
    assert forwards.table() == backwards.table()
    assert not backwards.differing
    forwards.close()
    backwards.close()


def test_what_does_not_belong_here_is_refused(store: Store) -> None:
    part = next(store.manifest.chunks())
    counts = played(part)
    with pytest.raises(StoreError, match="is no part of"):
        store.write(Chunk(0, {"war.drift": 9.0}, 3, 0, 100), counts)
    with pytest.raises(StoreError, match=r"shape \(3, 50\)"):
        store.write(part, Counts(METRICS, IS_SHARE, counts.above[:, :50], counts.below[:, :50]))
    with pytest.raises(StoreError, match="these results count a, b, c"):
        store.write(part, Counts(("a", "b", "c"), IS_SHARE, counts.above, counts.below))
    assert content(store.directory).keys() == {"design.json"}


def test_a_part_with_another_result_is_named_and_the_first_kept(store: Store) -> None:
    filled(store)
    before, part = content(store.directory), next(store.manifest.chunks())
    other = played(part)
    other.above[0] = 1 - other.above[0]
    store.write(part, other)
    assert store.differing == [store.manifest.chunk_id(part)]
    assert content(store.directory) == before


# -- failures -----------------------------------------------------------------------------------------------------


def test_failed_points_are_kept_and_named_until_they_are_played(store: Store) -> None:
    parts = store.missing()
    for part in parts[3:5]:
        store.fail(part, "ValueError: no\nroom")
    for part in [*parts[:3], *parts[5:]]:
        store.write(part, played(part))
    with Store.open(store.directory) as reading:
        row = reading.table().rows[1]
        assert (row.status, row.trials, row.message) == ("failed", 50, "ValueError: no\\nroom")
        assert reading.progress().as_dict() == {
            "parts": 18, "done": 16, "failed": 2, "complete": False, "seconds": 0.0,
        }  # fmt: skip
    with Store.resume(store.directory, store.manifest) as again:
        assert again.missing() == parts[3:5]
        filled(again)
        assert not again.failures()
        assert again.table().rows[1].status == "complete"
    assert not [*store.directory.glob("failed/*/*")]


def test_a_part_that_is_there_cannot_fail(store: Store) -> None:
    part = filled(store)._chunks[part_file(store).stem]
    before = content(store.directory)
    store.fail(part, "too late")
    assert content(store.directory) == before


def test_the_failure_of_a_part_that_a_kill_left_beside_its_file_is_cleared_away(store: Store) -> None:
    part = store.missing()[0]
    store.fail(part, "it failed")
    (path,) = store.directory.glob("failed/*/*")
    left = path.read_bytes()
    filled(store)
    path.write_bytes(left)
    with Store.resume(store.directory, store.manifest) as again:
        assert not again.failures()
    assert not path.exists()


def test_an_unreadable_failure_counts_as_not_played(store: Store) -> None:
    store.fail(store.missing()[0], "it failed")
    (path,) = store.directory.glob("failed/*/*")
    path.write_text("[" * 200_000)
    assert not store.failures()
    assert len(store.missing()) == 18
