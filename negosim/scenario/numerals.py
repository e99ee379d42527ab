"""Numerals: numbers as people write them, in the digits 0 to 9 (Python reads those of every script)."""

from __future__ import annotations

import re
from decimal import Decimal

_WHOLE = re.compile(r"[-+]?[0-9]+(_[0-9]+)*(\.[0-9]+)?([eE]\+?[0-9]{1,2})?\Z")
_LONGEST = 40


def parse_whole(text: str) -> int:
    """Read a whole number in any usual notation.

    >>> [parse_whole(text) for text in ("10000", "10_000", "1e4", "1.5e3", "2.0")]
    [10000, 10000, 10000, 1500, 2]

    Raises
    ------
    ValueError
        Where it is anything else.
    """
    stripped = text.strip()
    number = Decimal(stripped) if len(stripped) <= _LONGEST and _WHOLE.match(stripped) else None
    if number is None or number != number.to_integral_value():
        raise ValueError(f"'{stripped[:_LONGEST]}' is not a whole number")
    return int(number)


def parse_number(text: str) -> float:
    """Read a number.

    >>> parse_number("2.5e-1")
    0.25

    Raises
    ------
    ValueError
        Where it is none, or written in the digits of another script.
    """
    if not text.isascii():
        raise ValueError(f"'{text[:_LONGEST]}' is not a number (write the digits 0 to 9)")
    return float(text)
