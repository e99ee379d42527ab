"""Chunks: what one file of a store holds, many points of an experiment over one range of trials, as bytes and back.

A file is a line with the SHA-256 of what follows before compression, then a zlib stream. In it stand one line of JSON
(what was played, what has failed, and how each metric is packed) and the packed metrics, point after point. The bytes
depend on the content alone: no dates, no times, no names of machines.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Counts
from negosim.scenario.problems import one_line

Array = NDArray[np.float64]

MOST_VALUES = 4_000_000
"""Metrics times points times trials that a chunk may hold: 64 MB at the worst."""

LONGEST_LINE = 16_000_000
"""Bytes that the line of JSON in a chunk may have."""

LONGEST_MESSAGE = 500
"""Letters that are kept of why a point failed."""

_MAGIC = b"negosim-chunk 2 "
_ID = 32
_LEVEL = 6
_WIDTHS = {"b": 0, "B": 1, "h": 2, "i": 4, "d": 8}
_KINDS = {"B": "|u1", "h": "<i2", "i": "<i4", "d": "<f8"}


def canonical(value: Any) -> str:
    """Write plain data as JSON, always in the same way.

    >>> canonical({"b": 1, "a": [0.5]})
    '{"a":[0.5],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(content: bytes | str) -> str:
    """Return the SHA-256 of a content in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


@dataclass(frozen=True)
class Part:
    """One point of an experiment over one range of trials: what is played, and can fail, by itself.

    Attributes
    ----------
    point : number of the point in the design, from 0.
    overrides : the point's settings, path: value.
    seed : of the draws.
    first, trials : the trials ``first`` to ``first + trials - 1``.
    """

    point: int
    overrides: Mapping[str, Any]
    seed: int
    first: int
    trials: int


@dataclass(frozen=True)
class Chunk:
    """What one file of a store holds: consecutive points over one range of trials.

    Attributes
    ----------
    number : of the chunk in the design, from 0.
    start, stop : the points ``start`` to ``stop - 1``.
    first, trials : the trials ``first`` to ``first + trials - 1`` of each.
    """

    number: int
    start: int
    stop: int
    first: int
    trials: int

    @property
    def points(self) -> int:
        """How many points there are."""
        return self.stop - self.start

    @property
    def name(self) -> str:
        """What its file is called, but for the ending."""
        return f"{self.start:07d}-{self.first:010d}"

    def id(self, identity: str) -> str:
        """Return what its file says it is: the hash of all that its content depends on.

        Parameters
        ----------
        identity : of the manifest; see `Manifest.identity`.
        """
        return digest(canonical([identity, self.start, self.stop, self.first, self.trials]))[:_ID]


@dataclass(eq=False)
class Content:
    """What is there of a chunk.

    Attributes
    ----------
    above, below : (metrics, points, trials); nothing is meant where a point is not there.
    there : (points), whether a point was played.
    failed : why points could not be played, by their place in the chunk.
    """

    above: Array
    below: Array
    there: NDArray[np.bool_]
    failed: dict[int, str]

    @classmethod
    def empty(cls, chunk: Chunk, metrics: int) -> Content:
        """Return the content of a chunk of which nothing is there."""
        shape = (metrics, chunk.points, chunk.trials)
        return cls(np.zeros(shape), np.zeros(shape), np.zeros(chunk.points, dtype=bool), {})

    @property
    def is_whole(self) -> bool:
        """Whether every point was played or has failed."""
        return int(np.count_nonzero(self.there)) + len(self.failed) == self.there.size


def packed(chunk: Chunk, chunk_id: str, names: Sequence[str], content: Content) -> bytes:
    """Return the bytes of a chunk file."""
    is_all = bool(content.there.all())
    sides = [
        [_packed(np.ascontiguousarray(rows if is_all else rows[content.there]).reshape(-1)) for rows in side]
        for side in (content.above, content.below)
    ]
    line = canonical(
        {
            **_description(chunk, chunk_id, names),
            "there": _runs(content.there),
            "failed": {str(place): content.failed[place] for place in sorted(content.failed)},
            "above": "".join(kind for kind, _ in sides[0]),
            "below": "".join(kind for kind, _ in sides[1]),
        }
    )
    payload = b"".join([line.encode(), b"\n", *(data for side in sides for _, data in side)])
    return _MAGIC + digest(payload).encode() + b"\n" + zlib.compress(payload, _LEVEL)


def unpacked(content: bytes, chunk: Chunk, chunk_id: str, names: Sequence[str]) -> Content:
    """Read a chunk file back.

    Parameters
    ----------
    content : its bytes, which may come from anybody.
    chunk, chunk_id, names : what it must be.

    Raises
    ------
    ValueError
        Where it is truncated, altered or another chunk.
    """
    line, body = _opened(content, len(names) * chunk.points * chunk.trials)
    description = _described(line)
    kinds = [description.pop("above", None), description.pop("below", None)]
    there, failed = description.pop("there", None), description.pop("failed", None)
    if description != _description(chunk, chunk_id, names):
        raise ValueError("is the file of another chunk")
    for row in kinds:
        if not isinstance(row, str) or len(row) != len(names) or set(row) - {"0", "1", "c", *_WIDTHS}:
            raise ValueError("is packed in no known way")
    found = Content.empty(chunk, len(names))
    _take_runs(found.there, there)
    found.failed = _failures(failed, found.there)
    number = int(np.count_nonzero(found.there)) * chunk.trials
    sizes = [_size(kind, number) for kind in "".join(kinds)]
    if sum(sizes) != len(body):
        raise ValueError("has rows of another length")
    ends = np.cumsum([0, *sizes])
    places = [(side, at) for side in (found.above, found.below) for at in range(len(names))]
    for (side, at), kind, start, end in zip(places, "".join(kinds), ends[:-1], ends[1:], strict=True):
        side[at, found.there] = _row(kind, body[start:end], number).reshape(-1, chunk.trials)
    return found


def most_bytes(values: int) -> int:
    """Return how long the file of a chunk with so many values can be."""
    return 17 * values + LONGEST_LINE


def joined(chunks: Sequence[Counts]) -> Counts:
    """Join the counts of consecutive ranges of trials, in the order given."""
    if len(chunks) == 1:
        return chunks[0]
    above, below = (np.concatenate([getattr(chunk, side) for chunk in chunks], axis=1) for side in ("above", "below"))
    return Counts(chunks[0].names, chunks[0].is_share, above, below)


def checked(counts: Counts, part: Part, names: Sequence[str], is_share: Sequence[bool]) -> Counts:
    """Return counts as they are written, or refuse those that do not fit the part.

    Raises
    ------
    StoreError
        Where the metrics or the number of trials are others.
    """
    shape = (len(names), part.trials)
    if tuple(counts.names) != tuple(names) or tuple(counts.is_share) != tuple(is_share):
        raise StoreError(f"these results count {', '.join(counts.names)}; the store keeps {', '.join(names)}")
    if counts.above.shape != shape or counts.below.shape != shape:
        raise StoreError(f"point {part.point} has results of shape {counts.above.shape}, not {shape}")
    return counts


def _description(chunk: Chunk, chunk_id: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "id": chunk_id,
        "start": chunk.start,
        "stop": chunk.stop,
        "first": chunk.first,
        "trials": chunk.trials,
        "metrics": list(names),
    }


def _runs(there: NDArray[np.bool_]) -> list[list[int]]:
    """Return where there is something: begins and ends.

    >>> _runs(np.array([True, True, False, True]))
    [[0, 2], [3, 4]]
    """
    turns = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return [[int(begin), int(end)] for begin, end in zip(turns[::2], turns[1::2], strict=True)]


def _take_runs(there: NDArray[np.bool_], runs: Any) -> None:
    before = 0
    if not isinstance(runs, list):
        raise ValueError("does not say which points it holds")
    for run in runs:
        is_sound = isinstance(run, list) and len(run) == 2 and all(type(end) is int for end in run)
        if not (is_sound and before <= run[0] < run[1] <= there.size):
            raise ValueError("does not say which points it holds")
        there[run[0] : run[1]] = True
        before = run[1]


def _failures(failed: Any, there: NDArray[np.bool_]) -> dict[int, str]:
    found = dict[int, str]()
    if not isinstance(failed, dict):
        raise ValueError("does not say why points failed")
    for place, message in failed.items():
        is_place = len(place) < 10 and place.isascii() and place.isdigit() and int(place) < there.size
        if not is_place or there[int(place)] or not isinstance(message, str):
            raise ValueError("does not say why points failed")
        found[int(place)] = one_line(message)[:LONGEST_MESSAGE]
    return found


def _opened(content: bytes, values: int) -> tuple[bytes, bytes]:
    """Return the line and the rows of a chunk file whose content hash is right."""
    head, _, stream = content.partition(b"\n")
    if not head.startswith(_MAGIC) or len(head) != len(_MAGIC) + 64:
        raise ValueError("is no chunk file of this version, or is cut off")
    most = 16 * values + LONGEST_LINE
    inflating = zlib.decompressobj()
    try:
        payload = inflating.decompress(stream, most + 1)
    except zlib.error as error:
        raise ValueError("cannot be unpacked") from error
    if len(payload) > most or not inflating.eof or inflating.unused_data:
        raise ValueError("is cut off or has more in it than it should")
    if digest(payload).encode() != head[len(_MAGIC) :]:
        raise ValueError("is not what was written")
    line, newline, body = payload.partition(b"\n")
    if not newline or len(line) > LONGEST_LINE:
        raise ValueError("is no chunk file")
    return line, body


def _described(line: bytes) -> dict[str, Any]:
    try:
        description = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("says nothing readable of itself") from error
    if not isinstance(description, dict):
        raise ValueError("says nothing readable of itself")
    return description


def _packed(row: Array) -> tuple[str, bytes]:
    """Pack a row in the smallest way that gives back the same bits."""
    exact = row.view(np.int64)
    if not exact.any():
        return "0", b""
    if np.array_equal(row, np.ones(row.size)):
        return "1", b""
    if (exact == exact[0]).all():
        return "c", row[:1].tobytes()
    with np.errstate(invalid="ignore"):
        if _same(row, row.astype(np.bool_)):
            return "b", np.packbits(row.astype(np.bool_)).tobytes()
        for kind in ("B", "h", "i"):
            if _same(row, row.astype(_KINDS[kind])):
                return kind, _by_place(row.astype(_KINDS[kind]))
    return "d", _by_place(row)


def _same(row: Array, cast: NDArray[Any]) -> bool:
    return np.array_equal(cast.astype("<f8").view(np.int64), row.view(np.int64))


def _by_place(row: NDArray[Any]) -> bytes:
    """Return the first byte of every number, then the second of every number: they compress better."""
    return row.view(np.uint8).reshape(row.size, row.itemsize).T.tobytes()


def _size(kind: str, trials: int) -> int:
    if kind in "01":
        return 0
    if kind == "c":
        return 8
    return -(-trials // 8) if kind == "b" else _WIDTHS[kind] * trials


def _row(kind: str, data: bytes, trials: int) -> Array:
    if kind in "01":
        return np.full(trials, float(kind))
    if kind == "c":
        return np.full(trials, np.frombuffer(data, "<f8")[0])
    raw = np.frombuffer(data, np.uint8)
    if kind == "b":
        return np.unpackbits(raw, count=trials).astype(np.float64)
    numbers = np.ascontiguousarray(raw.reshape(_WIDTHS[kind], trials).T).view(_KINDS[kind])
    return numbers.reshape(trials).astype(np.float64)
