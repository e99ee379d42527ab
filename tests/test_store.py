"""The store: nothing is lost, nothing is half-written, nothing is played twice."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Counts, Point, evaluated
from negosim.experiments.inputs import Input, uncertain
from negosim.experiments.store import index as ledger
from negosim.experiments.store.atomic import LEFT_BEHIND, write_whole
from negosim.experiments.store.chunk import Chunk, digest, packed, unpacked
from negosim.experiments.store.manifest import Manifest, read_manifest
from negosim.experiments.store.store import Store
from tests.stores import IS_SHARE, METRICS, asked, content, filled, played
from tests.worlds import BORDER, changed, load

ROOT = Path(__file__).parents[1]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "results", asked()) as made:
        yield made


def part_file(store: Store, number: int = 0) -> Path:
    return sorted(store.directory.glob("parts/*/*.part"))[number]


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


NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, -0.0, 255.0, 256.0, -1.0, 2.0**31, float("nan"), float("inf")]),
    st.integers(-40_000, 40_000).map(float),
    st.floats(),
)


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.integers(1, 3))
def test_any_numbers_come_back_bit_for_bit(values: list[float], rows: int) -> None:
    names, shares = tuple(f"m{at}" for at in range(rows)), (False,) * rows
    part = Chunk(0, {"a.b": 0.5}, 1, 0, len(values))
    above = np.array([values] * rows)
    below = np.array([[float(len(values) % 2)] * len(values)] * rows)
    made = packed(part, "id", Counts(names, shares, above, below))
    found = unpacked(made, part, "id", names, shares)
    np.testing.assert_array_equal(found.above.view(np.int64), above.view(np.int64))
    np.testing.assert_array_equal(found.below, below)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1])
def test_a_thousand_trials_of_five_rare_shares_take_little_room(share: float) -> None:
    names = ("agreement", "agreement@2026-12-31", "settlement", "victory", "question.truce_2026")
    part = Chunk(0, {f"parties.party_{at}.time_preference": 0.123456789 * at for at in range(6)}, 1, 0, 1000)
    above = (np.random.default_rng(1).random((5, 1000)) < share).astype(float)
    assert len(packed(part, "a" * 32, Counts(names, (True,) * 5, above, np.ones((5, 1000))))) < 1000


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


def test_the_id_names_all_that_the_result_depends_on() -> None:
    base = asked()
    part = next(base.chunks())
    others = [
        asked(scenario="6" * 64).chunk_id(part),
        asked(variant="hard").chunk_id(part),
        asked(set={"war.volatility": 0.5}).chunk_id(part),
        asked(negosim="9.9").chunk_id(part),
        asked(metrics=("agreement", "victory", "toll.dead")).chunk_id(part),
        base.chunk_id(Chunk(0, {**part.overrides, "war.drift": 0.1}, 3, 0, 100)),
        base.chunk_id(Chunk(0, part.overrides, 4, 0, 100)),
        base.chunk_id(Chunk(0, part.overrides, 3, 100, 100)),
        base.chunk_id(Chunk(0, part.overrides, 3, 0, 50)),
    ]
    assert len({base.chunk_id(part), *others}) == 10
    assert base.chunk_id(Chunk(5, part.overrides, 3, 0, 100)) == base.chunk_id(part)


def test_points_with_the_same_settings_are_played_once(tmp_path: Path) -> None:
    header = asked(points=[{"war.drift": 0.1}, {"war.drift": 0.2}, {"war.drift": 0.1}], factors=())
    with Store.create(tmp_path / "results", header) as store:
        assert len(store.missing()) == 6
        filled(store)
        rows = store.table().rows
        assert [row.status for row in rows] == ["complete"] * 3
        assert rows[0].estimates == rows[2].estimates != rows[1].estimates


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


# -- damaged files ------------------------------------------------------------------------------------------------


def bomb(file: bytes) -> bytes:
    payload = b"0" * 50_000_000
    return b"negosim-part 1 " + digest(payload).encode() + b"\n" + zlib.compress(payload, 9)


def emptied(file: bytes) -> bytes:
    """A file with the right hash whose rows are short."""
    line = zlib.decompress(file.partition(b"\n")[2]).partition(b"\n")[0] + b"\n"
    return b"negosim-part 1 " + digest(line).encode() + b"\n" + zlib.compress(line)


def misdescribed(file: bytes) -> bytes:
    payload = b"[" * 100_000 + b"\n"
    return b"negosim-part 1 " + digest(payload).encode() + b"\n" + zlib.compress(payload)


DAMAGE = {
    "empty": lambda file: b"",
    "head only": lambda file: file[:40],
    "cut off": lambda file: file[:-1],
    "longer": lambda file: file + b"0",
    "one bit": lambda file: file[:200] + bytes([file[200] ^ 1]) + file[201:],
    "zeros": lambda file: bytes(len(file)),
    "a bomb": bomb,
    "rows gone": emptied,
    "no description": misdescribed,
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_part_is_named_set_aside_and_played_again(store: Store, how: str) -> None:
    before = content(filled(store).directory)
    path = part_file(store, 7)
    path.write_bytes(DAMAGE[how](path.read_bytes()))
    damaged = path.read_bytes()
    with Store.open(store.directory) as reading:
        assert list(reading.damaged) == [path.stem]
        assert [row.status for row in reading.table().rows].count("partial") == 1
        assert path.read_bytes() == damaged
    with Store.resume(store.directory, store.manifest) as again:
        assert again.damaged[path.stem].startswith(f"parts/{path.parent.name}/{path.name} ")
        assert [again.manifest.chunk_id(part) for part in again.missing()] == [path.stem]
        assert (store.directory / "aside" / path.name).read_bytes() == damaged
        assert content(filled(again).directory) == before
        assert not again.damaged


def test_every_flipped_byte_is_noticed() -> None:
    part = Chunk(0, {}, 1, 0, 30)
    counts = Counts(("m",), (True,), np.arange(30.0)[None] % 2, np.ones((1, 30)))
    sound = packed(part, "id", counts)
    for at in range(len(sound)):
        altered = sound[:at] + bytes([sound[at] ^ 0x55]) + sound[at + 1 :]
        with pytest.raises(ValueError, match=r"is|cannot be unpacked"):
            unpacked(altered, part, "id", ("m",), (True,))


def test_the_file_of_another_part_is_damaged(store: Store) -> None:
    filled(store)
    first, second = part_file(store, 0), part_file(store, 1)
    first.write_bytes(second.read_bytes())
    with Store.resume(store.directory, store.manifest) as again:
        assert again.damaged[first.stem].endswith("is the file of another part")


def test_damage_behind_an_unchanged_size_and_time_is_found_by_whoever_reads(store: Store) -> None:
    filled(store)
    path = part_file(store)
    stamp = path.stat()
    altered = bytearray(path.read_bytes())
    altered[-10] ^= 1
    path.write_bytes(altered)
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with Store.open(store.directory) as reading:
        assert not reading.damaged
        reading.rebuild()
        assert list(reading.damaged) == [path.stem]
    with Store.resume(store.directory, store.manifest) as again:
        assert len(again.missing()) == 1


def test_what_is_no_regular_file_is_not_waited_for(store: Store) -> None:
    filled(store)
    path = part_file(store)
    point = store._chunks[path.stem].point
    path.unlink()
    os.mkfifo(path)
    with Store.open(store.directory) as reading:
        assert reading.counts(point).above.shape[1] < 250
        assert reading.damaged[path.stem].endswith("is no regular file")


# -- the index is a cache -----------------------------------------------------------------------------------------


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


# -- kills, full disks, two writers -------------------------------------------------------------------------------

WRITER = """
import sys, time
from pathlib import Path
from negosim.experiments.store.store import Store
from tests.stores import asked, played
directory, order = Path(sys.argv[1]), sys.argv[2]
header = asked(200)
with Store.resume(directory, header) as store:
    print("ready", flush=True)
    parts = store.missing()
    for part in parts[::-1] if order == "backwards" else parts:
        store.write(part, played(part), 0.1)
"""


def writer(directory: Path, order: str = "forwards") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(directory), order]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=60)
    return process.returncode


@pytest.fixture(scope="module")
def whole_store(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with Store.create(tmp_path_factory.mktemp("whole") / "results", asked(200)) as store:
        return content(filled(store).directory)


def test_killed_at_any_moment_and_resumed_it_ends_the_same(tmp_path: Path, whole_store: dict[str, str]) -> None:
    directory, chance = tmp_path / "results", random.Random(5)
    Store.create(directory, asked(200)).close()
    done = [0]
    for _ in range(4):
        process = writer(directory)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.005, 0.12))
        process.send_signal(signal.SIGKILL)
        finished(process)
        with Store.open(directory) as store:
            done.append(len(store.done()))
            assert not store.damaged
    assert done == sorted(done)
    assert finished(writer(directory)) == 0
    assert content(directory) == whole_store
    assert not [*directory.rglob("*.new")]


def test_two_writers_at_once_do_no_harm(tmp_path: Path, whole_store: dict[str, str]) -> None:
    directory = tmp_path / "results"
    Store.create(directory, asked(200)).close()
    both = [writer(directory), writer(directory, "backwards")]
    assert [finished(process) for process in both] == [0, 0]
    assert content(directory) == whole_store
    with Store.open(directory) as store:
        assert store.progress().is_complete


@pytest.mark.parametrize("calls", range(4))
def test_a_full_disk_leaves_nothing_half_written(store: Store, monkeypatch: pytest.MonkeyPatch, calls: int) -> None:
    """The disk is full from the first, second ... time on that something is brought to it."""
    real, left = os.fsync, [calls]

    def full(handle: int) -> None:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= 1
        real(handle)

    part, other, *_ = store.missing()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left on device; what is finished is safe") as found:
            store.write(part, played(part))
        with pytest.raises(OSError, match="No space left"):
            store.fail(other, "it failed")
    assert found.value.errno == errno.ENOSPC
    assert str(found.value.filename).startswith(str(store.directory))
    assert not [*store.directory.rglob("*.new")]
    with Store.resume(store.directory, store.manifest) as again:
        assert not again.damaged
        assert len(again.missing()) == (17 if calls == 3 else 18)
        assert filled(again).progress().is_complete


LIMITED = """
import resource, sys
from pathlib import Path
from negosim.experiments.store.store import Store
from tests.stores import asked, played
store = Store.resume(Path(sys.argv[1]), asked())
parts = store.missing()
store.write(parts[0], played(parts[0]))
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
for part in parts[1:]:
    try:
        store.write(part, played(part))
    except OSError as error:
        print(error.errno, error)
"""


def test_a_file_that_may_not_grow_is_not_left_half_written(store: Store) -> None:
    """The system itself cuts the file off, in the middle of the write."""
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, str(store.directory)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = told.stdout.splitlines()
    assert len(lines) == 17
    assert all(line.startswith(f"{errno.EFBIG} ") and "what is finished is safe" in line for line in lines)
    assert len(content(store.directory)) == 2
    assert not [*store.directory.rglob("*.new")]
    assert len(filled(store).done()) == 18


def test_a_temporary_file_that_was_cleared_away_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, []

    def cleared(handle: int) -> None:
        if not calls:
            for path in tmp_path.glob("sub/.*.new"):
                path.unlink()
        calls.append(handle)
        real(handle)

    (tmp_path / "sub").mkdir()
    monkeypatch.setattr(os, "fsync", cleared)
    write_whole(tmp_path / "sub" / "file", b"told")
    assert (tmp_path / "sub" / "file").read_bytes() == b"told"


def test_what_a_killed_writer_left_is_cleared_away_and_what_a_living_one_writes_is_not(store: Store) -> None:
    filled(store)
    beside = part_file(store).parent
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    host = os.uname().nodename
    dead, mine, foreign, old = (
        beside / f".x.part~{host}~{child.pid}~0.new",
        beside / f".x.part~{host}~{os.getpid()}~0.new",
        beside / ".x.part~elsewhere~1~0.new",
        beside / ".x.part~elsewhere~1~1.new",
    )
    for path in (dead, mine, foreign, old):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * LEFT_BEHIND,) * 2)
    Store.resume(store.directory, store.manifest).close()
    assert [path.exists() for path in (dead, mine, foreign, old)] == [False, True, True, False]


# -- which directory ----------------------------------------------------------------------------------------------


def test_a_directory_that_holds_something_is_not_taken(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds results already: resume them"):
        Store.create(store.directory, asked(7))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="has other files in it"):
        Store.create(tmp_path, asked())
    with pytest.raises(StoreError, match="is no directory"):
        Store.create(tmp_path / "notes.txt", asked())
    with pytest.raises(StoreError, match=r"holds no results of a sweep \(it has no design.json\)"):
        Store.open(tmp_path)
    with pytest.raises(StoreError, match="holds no results"):
        Store.resume(tmp_path / "nowhere", asked())
    assert read_manifest(store.directory) == asked()


OTHERS = {
    "version of negosim: 0.0 there": {"negosim": "0.0"},
    r"content of the scenario \(SHA-256\): 666": {"scenario": "6" * 64},
    "variant: hard there, none now": {"variant": "hard"},
    "settings: {} there, {'war.volatility': 0.4} now": {"set": {}},
    "seed: 4 there, 3 now": {"seed": 4},
    "trials a point: 300 there, 250 now": {"trials": 300},
    "trials a part: 50 there, 100 now": {"part_trials": 50},
    "metrics: agreement, victory, toll.dead there": {"metrics": ("agreement", "victory", "toll.dead")},
    "points: 7 there, 6 now": {"points": asked(7).points},
    r"point 0, war.drift: 0.7 there, 0.0 now \(and 5 points more\)": {
        "points": [{**point, "war.drift": 0.7} for point in asked().points]
    },
    "inputs that vary: drift there, drift, patience now": {"factors": asked().factors[:1]},
    "design: {'kind': 'lhs'} there": {"design": {"kind": "lhs"}},
}


@pytest.mark.parametrize("message", OTHERS)
def test_a_directory_of_something_else_is_refused_and_says_what_differs(tmp_path: Path, message: str) -> None:
    Store.create(tmp_path / "results", asked(**OTHERS[message])).close()
    with pytest.raises(StoreError, match=f"cannot be resumed.*:\n(.*\n)*  {message}"):
        Store.resume(tmp_path / "results", asked())


def test_the_header_comes_back_from_its_file(store: Store) -> None:
    assert read_manifest(store.directory) == store.manifest
    told = json.loads((store.directory / "design.json").read_text())
    assert told["points"] == [dict(point) for point in store.manifest.points]
    assert asked(design={"seed": np.int64(4), "ranges": [(0, np.float64(1.5))]}).design == {
        "seed": 4, "ranges": [[0, 1.5]],
    }  # fmt: skip


BAD_HEADERS = {
    "damaged": lambda text: text[:200],
    "no number": lambda text: text.replace("0.4", "NaN"),
    "another version of the store": lambda text: text.replace('"format": 1', '"format": 2'),
    "'title'": lambda text: text.replace('"title": "A border"', '"titel": "A border"'),
    "is no int": lambda text: text.replace('"seed": 3', '"seed": "3"'),
    "at most 5,000,000": lambda text: text.replace('"trials": 250', '"trials": 250000000'),
    "at least one trial": lambda text: text.replace('"trials": 250', '"trials": -1'),
    r"\\x1b": lambda text: text.replace('"seed": 3', '"seed": "\\u001b[31m"'),
    "each named once": lambda text: text.replace('"toll.dead"', '"agreement"'),
    "kept in a store": lambda text: text.replace('"war.drift":0.0', '"war.drift":1e999'),
    "recursion": lambda text: "[" * 1_000_000,
}


@pytest.mark.parametrize("message", BAD_HEADERS)
def test_a_header_from_anybody_is_read_with_care(store: Store, message: str) -> None:
    path = store.directory / "design.json"
    path.write_text(BAD_HEADERS[message](path.read_text()))
    with pytest.raises(StoreError, match=message):
        Store.open(store.directory)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"points": []}, "at least one part"),
        ({"metrics": (), "is_share": ()}, "needs metrics"),
        ({"trials": 10**7, "part_trials": 10**7}, "fewer trials a part"),
        ({"set": {"a": object()}}, "cannot be kept"),
        ({"factors": (Input("a", "a", "x"), Input("a", "a", "y"))}, "varies twice"),
    ],
)
def test_what_cannot_be_kept_is_refused(other: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        asked(**other)


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


# -- the table ----------------------------------------------------------------------------------------------------


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
    for part in store.missing()[3:]:
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


def test_a_header_says_which_parts_there_are() -> None:
    header: Manifest = asked(2)
    assert [(part.point, part.first, part.trials) for part in header.chunks()] == [
        (0, 0, 100), (0, 100, 100), (0, 200, 50), (1, 0, 100), (1, 100, 100), (1, 200, 50),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["parts", "failed", "aside", "index.sqlite", "design.json", "parts/ab"])
def test_a_packed_store_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    """Results from a stranger may hold links: nothing outside is read, written or taken away."""
    with Store.create(tmp_path / "store", asked()) as store:
        filled(store)
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "store" / name
    elsewhere.mkdir()
    if name == "design.json":
        place.rename(elsewhere / name)
        place.symlink_to(elsewhere / name)
    elif name == "index.sqlite":
        place.unlink()
        base = sqlite3.connect(elsewhere / name)
        base.execute("CREATE TABLE mine (word TEXT)")
        base.close()
        place.symlink_to(elsewhere / name)
    else:
        shutil.rmtree(place, ignore_errors=True)
        place.symlink_to(elsewhere)
    before = {path: path.read_bytes() for path in elsewhere.iterdir()}
    for opened in (lambda: Store.open(tmp_path / "store"), lambda: Store.resume(tmp_path / "store", asked())):
        with pytest.raises(StoreError, match="symbolic link"):
            opened()
    assert {path: path.read_bytes() for path in elsewhere.iterdir()} == before
