"""Packed counts: many small whole numbers as one short text, which the front end takes apart again."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def packed(surfaces: Iterable[Counts]) -> str:
    """Return counts as text: differences between neighbours in as few bytes as each takes, deflated, in base64.

    Parameters
    ----------
    surfaces : of each the counts by series, date and setting, (series, dates, settings).
    """
    found = np.concatenate([_differences(counts).ravel() for counts in surfaces])
    return base64.b64encode(zlib.compress(bytes(_in_bytes(found)), 9)).decode()


def _differences(counts: Counts) -> Counts:
    """Return what is added from date to date, less what is added there at the setting before.

    >>> _differences(np.array([[[5, 6], [7, 9]]])).tolist()
    [[[5, 1], [2, 1]]]
    """
    by_date = np.diff(counts, axis=1, prepend=0)
    found: Counts = np.diff(by_date, axis=2, prepend=0)
    return found


def _in_bytes(numbers: Counts) -> Iterable[int]:
    """Yield numbers seven bits to a byte, the lowest first, the eighth bit set where more follow; the sign comes first.

    >>> list(_in_bytes(np.array([0, -1, 1, 64])))
    [0, 1, 2, 128, 1]
    """
    for number in np.where(numbers < 0, -2 * numbers - 1, 2 * numbers).tolist():
        rest = number
        while rest > 127:
            yield rest & 127 | 128
            rest >>= 7
        yield rest
