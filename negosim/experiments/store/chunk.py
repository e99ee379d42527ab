"""Parts: what one file of a store holds, one point of an experiment over one range of trials, as bytes and back.

A file is a line with the SHA-256 of what follows before compression, then a zlib stream. In it stand one line of JSON
(what was played, and how each row is packed) and the packed rows. The bytes depend on the content alone: no dates, no
times, no names of machines.
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

Array = NDArray[np.float64]

MOST_VALUES = 4_000_000
"""Metrics times trials that a chunk may hold: 64 MB at the worst."""

LONGEST_LINE = 4_000_000
"""Bytes that the line of JSON in a chunk may have."""

_MAGIC = b"negosim-part 1 "
_ID = 32
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
class Chunk:
    """One point of an experiment over one range of trials.

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

    def id(self, origin: str, metrics: Sequence[str]) -> str:
        """Return what names the chunk wherever it is played: the hash of all that its content depends on.

        Parameters
        ----------
        origin : hash of the scenario, variant, settings and version; see `Manifest.origin`.
        metrics : names of what is counted, in order.
        """
        content = [origin, dict(self.overrides), self.seed, self.first, self.trials, list(metrics)]
        return digest(canonical(content))[:_ID]


def packed(chunk: Chunk, chunk_id: str, counts: Counts) -> bytes:
    """Return the bytes of a chunk file."""
    above = [_packed(row) for row in counts.above]
    below = [_packed(row) for row in counts.below]
    line = canonical(
        {
            **_description(chunk, chunk_id, counts.names),
            "above": "".join(kind for kind, _ in above),
            "below": "".join(kind for kind, _ in below),
        }
    )
    payload = b"".join([line.encode(), b"\n", *(data for _, data in above), *(data for _, data in below)])
    return _MAGIC + digest(payload).encode() + b"\n" + zlib.compress(payload, 9)


def unpacked(content: bytes, chunk: Chunk, chunk_id: str, names: Sequence[str], is_share: Sequence[bool]) -> Counts:
    """Read a chunk file back.

    Parameters
    ----------
    content : its bytes, which may come from anybody.
    chunk, chunk_id, names, is_share : what it must be.

    Raises
    ------
    ValueError
        Where it is truncated, altered or another chunk.
    """
    line, body = _opened(content, len(names) * chunk.trials)
    description = _described(line)
    kinds = [description.pop("above", None), description.pop("below", None)]
    if description != _description(chunk, chunk_id, names):
        raise ValueError("is the file of another part")
    for row in kinds:
        if not isinstance(row, str) or len(row) != len(names) or set(row) - {"0", "1", "c", *_WIDTHS}:
            raise ValueError("is packed in no known way")
    sizes = [_size(kind, chunk.trials) for kind in "".join(kinds)]
    if sum(sizes) != len(body):
        raise ValueError("has rows of another length")
    ends = np.cumsum([0, *sizes])
    rows = [
        _row(kind, body[start:end], chunk.trials)
        for kind, start, end in zip("".join(kinds), ends[:-1], ends[1:], strict=True)
    ]
    shape = (len(names), chunk.trials)
    above, below = (np.array(half).reshape(shape) for half in (rows[: len(names)], rows[len(names) :]))
    return Counts(tuple(names), tuple(is_share), above, below)


def most_bytes(values: int) -> int:
    """Return how long the file of a chunk with so many values can be."""
    return 17 * values + LONGEST_LINE


def joined(chunks: Sequence[Counts]) -> Counts:
    """Join the counts of consecutive ranges of trials, in the order given."""
    if len(chunks) == 1:
        return chunks[0]
    above, below = (np.concatenate([getattr(chunk, side) for chunk in chunks], axis=1) for side in ("above", "below"))
    return Counts(chunks[0].names, chunks[0].is_share, above, below)


def checked(counts: Counts, chunk: Chunk, names: Sequence[str], is_share: Sequence[bool]) -> Counts:
    """Return counts as they are written, or refuse those that do not fit the chunk.

    Raises
    ------
    StoreError
        Where the metrics or the number of trials are others.
    """
    shape = (len(names), chunk.trials)
    if tuple(counts.names) != tuple(names) or tuple(counts.is_share) != tuple(is_share):
        raise StoreError(f"these results count {', '.join(counts.names)}; the store keeps {', '.join(names)}")
    if counts.above.shape != shape or counts.below.shape != shape:
        raise StoreError(f"point {chunk.point} has results of shape {counts.above.shape}, not {shape}")
    above, below = (np.ascontiguousarray(side, dtype="<f8") for side in (counts.above, counts.below))
    return Counts(tuple(names), tuple(is_share), above, below)


def _description(chunk: Chunk, chunk_id: str, names: Sequence[str]) -> dict[str, Any]:
    return {
        "id": chunk_id,
        "set": dict(chunk.overrides),
        "seed": chunk.seed,
        "first": chunk.first,
        "trials": chunk.trials,
        "metrics": list(names),
    }


def _opened(content: bytes, values: int) -> tuple[bytes, bytes]:
    """Return the line and the rows of a chunk file whose content hash is right."""
    head, _, stream = content.partition(b"\n")
    if not head.startswith(_MAGIC) or len(head) != len(_MAGIC) + 64:
        raise ValueError("is no part file of this version, or is cut off")
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
        raise ValueError("is no part file")
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
