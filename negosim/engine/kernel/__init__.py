"""The kernel: a round of talks as compiled code, where it has been built.

It does what `negosim.engine.rounds` does with arrays, with the same draws and tolerances, some ten times faster. It is
built when the package is installed on a machine with a C compiler (`hatch_build.py`); elsewhere, or where a scenario is
larger than it has room for, the arrays do the work. Tests hold the two to the same histories.
"""

from __future__ import annotations

import ctypes
import hashlib
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SOURCES = ("talks.c", "draws.c", "talks.h", "draws.h")
LIBRARY = HERE / "kernel.so"

MOST_PARTIES, MOST_ISSUES, MOST_SLOTS, MOST_LINES = 64, 128, 512, 512
"""What the kernel has room for, as in talks.h."""


def version() -> str:
    """Return the version of the source: a hash of it, which the library carries."""
    text = b"".join((HERE / name).read_bytes() for name in SOURCES)
    return hashlib.sha256(text).hexdigest()[:16]


@cache
def library() -> ctypes.CDLL | None:
    """Return the kernel; None where it has not been built from this source."""
    if not LIBRARY.exists():
        return None
    try:
        found = ctypes.CDLL(str(LIBRARY))
        built_from = ctypes.c_char_p.in_dll(found, "negosim_version").value
    except (OSError, ValueError):
        return None
    if built_from != version().encode():
        return None
    found.negosim_meet.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    found.negosim_meet.restype = None
    return found
