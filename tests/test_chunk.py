"""Chunk files: what is written is read back, and damage is noticed."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.experiments.evaluate import Counts
from negosim.experiments.store.chunk import Chunk, digest, packed, unpacked
from negosim.experiments.store.store import Store
from tests.stores import asked, content, filled, part_file

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
