"""Chunk files: what is written is read back, and damage is noticed."""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.experiments.store.chunk import Chunk, Content, digest, packed, unpacked
from negosim.experiments.store.store import Store
from tests.stores import asked, chunk_file, content, filled

NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, -0.0, 255.0, 256.0, -1.0, 2.0**31, float("nan"), float("inf")]),
    st.integers(-40_000, 40_000).map(float),
    st.floats(),
)


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.integers(1, 3), st.integers(1, 3))
def test_any_numbers_come_back_bit_for_bit(values: list[float], rows: int, points: int) -> None:
    names = tuple(f"m{at}" for at in range(rows))
    chunk = Chunk(0, 0, points + 1, 0, len(values))
    above = np.array([[values] * (points + 1)] * rows)
    above[:, 1:] = 1.0
    there = np.array([True] * points + [False])
    whole = Content(above, above[..., ::-1].copy(), there, {points: "it failed"})
    found = unpacked(packed(chunk, "id", names, whole), chunk, "id", names)
    for mine, theirs in ((found.above, whole.above), (found.below, whole.below)):
        np.testing.assert_array_equal(mine[:, there].view(np.int64), theirs[:, there].view(np.int64))
    assert (found.there.tolist(), found.failed, found.is_whole) == (there.tolist(), whole.failed, True)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1])
def test_a_thousand_trials_of_five_rare_shares_take_little_room(share: float) -> None:
    names = ("agreement", "agreement@2026-12-31", "settlement", "victory", "question.truce_2026")
    chunk = Chunk(0, 0, 50, 0, 20)
    above = (np.random.default_rng(1).random((5, 50, 20)) < share).astype(float)
    content = Content(above, np.ones((5, 50, 20)), np.ones(50, dtype=bool), {})
    assert len(packed(chunk, "a" * 32, names, content)) < 1000


def test_the_id_names_all_that_the_result_depends_on() -> None:
    base = asked()
    chunk = base.chunk(0)
    others = [
        asked(scenario="6" * 64),
        asked(variant="hard"),
        asked(set={"war.volatility": 0.5}),
        asked(negosim="9.9"),
        asked(metrics=("agreement", "victory", "toll.dead")),
        asked(seed=4),
        asked(points=[{**point, "war.drift": 0.1} for point in base.points]),
    ]
    ids = {chunk.id(manifest.identity) for manifest in (base, *others)} | {base.chunk(1).id(base.identity)}
    assert len(ids) == 9
    assert chunk.id(asked(command="negosim sweep").identity) in ids


def test_points_with_the_same_settings_come_to_the_same(tmp_path: Path) -> None:
    header = asked(points=[{"war.drift": 0.1}, {"war.drift": 0.2}, {"war.drift": 0.1}], factors=())
    with Store.create(tmp_path / "results", header) as store:
        assert len(store.missing()) == 9
        filled(store)
        assert [row.status for row in store.table()] == ["complete"] * 3


def bomb(file: bytes) -> bytes:
    payload = b"0" * 50_000_000
    return b"negosim-chunk 2 " + digest(payload).encode() + b"\n" + zlib.compress(payload, 9)


def emptied(file: bytes) -> bytes:
    """A file with the right hash whose rows are short."""
    line = zlib.decompress(file.partition(b"\n")[2]).partition(b"\n")[0] + b"\n"
    return b"negosim-chunk 2 " + digest(line).encode() + b"\n" + zlib.compress(line)


def misdescribed(file: bytes) -> bytes:
    payload = b"[" * 100_000 + b"\n"
    return b"negosim-chunk 2 " + digest(payload).encode() + b"\n" + zlib.compress(payload)


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
def test_a_damaged_chunk_is_named_set_aside_and_played_again(store: Store, how: str) -> None:
    before = content(filled(store).directory)
    path = chunk_file(store, 7)
    path.write_bytes(DAMAGE[how](path.read_bytes()))
    damaged = path.read_bytes()
    with Store.open(store.directory) as reading:
        assert list(reading.damaged) == [path.stem]
        assert [row.status for row in reading.table().rows].count("partial") == 2
        assert path.read_bytes() == damaged
    with Store.resume(store.directory, store.manifest) as again:
        assert again.damaged[path.stem].startswith(f"chunks/{path.name} ")
        assert again.unfinished() == [7]
        assert (store.directory / "aside" / path.name).read_bytes() == damaged
        assert content(filled(again).directory) == before
        assert not again.damaged


def test_every_flipped_byte_is_noticed() -> None:
    chunk = Chunk(0, 0, 3, 0, 10)
    ones = np.ones((1, 3, 10))
    sound = packed(chunk, "id", ("m",), Content(np.arange(30.0).reshape(ones.shape) % 2, ones, ones[0, :, 0] > 0, {}))
    for at in range(len(sound)):
        altered = sound[:at] + bytes([sound[at] ^ 0x55]) + sound[at + 1 :]
        with pytest.raises(ValueError, match=r"is|cannot be unpacked"):
            unpacked(altered, chunk, "id", ("m",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"there": [[0, 9]]}, "which points"),
        ({"there": [[1, 1]]}, "which points"),
        ({"there": "all"}, "which points"),
        ({"failed": {"0": "x"}}, "why points failed"),
        ({"failed": {"7": "x"}}, "why points failed"),
        ({"failed": []}, "why points failed"),
        ({"above": "x"}, "in no known way"),
        ({"above": "d"}, "another length"),
        ({"start": 1}, "another chunk"),
    ],
)
def test_a_chunk_from_anybody_is_read_with_care(change: dict[str, Any], message: str) -> None:
    chunk, ones = Chunk(0, 0, 2, 0, 5), np.ones((1, 2, 5))
    file = packed(chunk, "id", ("m",), Content(ones, ones, np.array([True, False]), {1: "it failed"}))
    line, _, rows = zlib.decompress(file.partition(b"\n")[2]).partition(b"\n")
    payload = json.dumps({**json.loads(line), **change}).encode() + b"\n" + rows
    altered = b"negosim-chunk 2 " + digest(payload).encode() + b"\n" + zlib.compress(payload)
    with pytest.raises(ValueError, match=message):
        unpacked(altered, chunk, "id", ("m",))


def test_the_file_of_another_chunk_is_damaged(store: Store) -> None:
    filled(store)
    first, second = chunk_file(store, 0), chunk_file(store, 1)
    first.write_bytes(second.read_bytes())
    with Store.resume(store.directory, store.manifest) as again:
        assert again.damaged[first.stem].endswith("is the file of another chunk")


def test_damage_behind_an_unchanged_size_and_time_is_found_by_whoever_reads(store: Store) -> None:
    filled(store)
    path = chunk_file(store)
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
        assert len(again.missing()) == 2


def test_what_is_no_regular_file_is_not_waited_for(store: Store) -> None:
    filled(store)
    path = chunk_file(store)
    path.unlink()
    os.mkfifo(path)
    with Store.open(store.directory) as reading:
        assert reading.counts(0).above.shape[1] < 250
        assert reading.damaged[path.stem].endswith("is no regular file")
