"""The kernel: a round of talks as compiled code, where it has been built.

It does what `negosim.engine.rounds` does with arrays, with the same draws and tolerances, some ten times faster. It is
built when the package is installed on a machine with a C compiler (`build.py`); elsewhere, or where a scenario is
larger than it has room for, the arrays do the work. Tests hold the two to the same histories.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING

from negosim.engine.kernel.build import LIBRARY, version

if TYPE_CHECKING:
    from negosim.engine.plan import Plan

MOST_PARTIES, MOST_ISSUES, MOST_COLUMNS, MOST_LINES = 64, 128, 512, 512
"""What the kernel has room for, as in talks.h."""


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
    at = ctypes.c_void_p
    found.negosim_meet.argtypes = [at, at]
    found.negosim_utility.argtypes = found.negosim_unguaranteed.argtypes = [at, ctypes.c_int64, at, at, at]
    whole = ctypes.c_int64
    found.negosim_uniforms.argtypes = found.negosim_normals.argtypes = [at, whole, whole, whole, whole, at, at]
    found.negosim_run_clocks.argtypes = [whole, whole, ctypes.c_double, at, at, at, at, at]
    found.negosim_comings.argtypes = [at, whole, whole, whole, whole, at, at, whole, at, at, at]
    for name in ("meet", "utility", "unguaranteed", "uniforms", "normals", "comings", "run_clocks"):
        getattr(found, f"negosim_{name}").restype = None
    return found


def has_room(plan: Plan) -> bool:
    """Tell whether there is a kernel, with room for a scenario."""
    return (
        library() is not None
        and len(plan.parties) <= MOST_PARTIES
        and len(plan.issues) <= MOST_ISSUES
        and plan.columns <= MOST_COLUMNS
        and len(plan.lines) <= MOST_LINES
    )
