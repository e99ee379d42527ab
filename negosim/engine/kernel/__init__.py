"""The kernel: compiled code that, where it is built, plays all phases of several ticks in one call (`stretch.py`).

It also searches for zones of possible agreement, and draws. It does what arrays do elsewhere, with the same draws and
tolerances, 20 to 100 times faster. It is built when the package is installed on a machine with a C compiler
(`build.py`). Elsewhere, or where a scenario is larger than it has room for or names a rule of a user's own, arrays do
the work; tests hold the two to the same histories.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negosim.engine.kernel.build import LIBRARY, WIDE, is_current
from negosim.registry import CONCESSIONS, PROTOCOLS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from negosim.engine.plan import Plan

MOST_PARTIES, MOST_ISSUES, MOST_OPTIONS, MOST_LINES, MOST_TRACKS, MOST_BODIES = 64, 128, 512, 512, 64, 128
"""What the kernel has room for, as in lanes.h, packages.h and state.h."""

SWITCH = "NEGOSIM_KERNEL"
"""The environment variable that switches the kernel off where it is 0."""

SLOWER_WITHOUT = "20 to 100"
"""How many times as long NumPy alone takes: 20 (a teaching scenario) to 100 (the flagship); docs/decisions/0003."""

_WITHOUT_ANSWER = (
    "utility", "unguaranteed", "uniforms", "uniforms_of_all", "normals", "run_clocks", "set_clocks", "arrivals",
    "fight", "learn", "expire", "publish", "restate", "lift", "draw_line", "pursue", "redraft", "normals_of_all",
    "lognormals_of_all", "exponentials_of_all", "lay_out", "find_best",
)  # fmt: skip


@cache
def library() -> ctypes.CDLL | None:
    """Return the kernel, the wide one if the processor can run it.

    None where none has been built from these sources, or where the environment says ``NEGOSIM_KERNEL=0``.
    """
    found = None if is_switched_off() else _loaded(LIBRARY)
    if found is None:
        return None
    if found.negosim_can_run_wide():
        found = _loaded(WIDE) or found
    at, whole, real = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double
    if not _has_the_layout(found):
        return None
    found.negosim_hold.argtypes = [at, whole, whole, real, real, whole, whole, whole, whole]
    found.negosim_hold.restype = whole
    found.negosim_play.argtypes, found.negosim_play.restype = [at, *[whole] * 4], whole
    found.negosim_size_of_notes.argtypes, found.negosim_size_of_notes.restype = [at], whole
    found.negosim_size_of_terms.argtypes, found.negosim_size_of_terms.restype = [at], whole
    found.negosim_room_of_pursuit.argtypes, found.negosim_room_of_pursuit.restype = [at, at], whole
    found.negosim_pursue.argtypes = found.negosim_redraft.argtypes = [at, at, at]
    found.negosim_utility.argtypes = found.negosim_unguaranteed.argtypes = [at, whole, at, at, at]
    found.negosim_uniforms.argtypes = found.negosim_normals.argtypes = [at, whole, whole, at, whole, at, at]
    found.negosim_run_clocks.argtypes = [at, real, whole, whole]
    found.negosim_set_clocks.argtypes = [at, whole, real, whole, whole]
    found.negosim_uniforms_of_all.argtypes = [whole, at, at, at, whole, at]
    found.negosim_normals_of_all.argtypes = [whole, at, at, whole, at, at, at]
    found.negosim_lognormals_of_all.argtypes = [whole, at, at, whole, at, at, at, at, at]
    found.negosim_exponentials_of_all.argtypes = [whole, at, at, whole, at, whole, at]
    found.negosim_find_best.argtypes = [at, whole]
    found.negosim_arrivals.argtypes = [at, whole, whole, at, at, whole, at, at, whole, at, at, at, at]
    found.negosim_fight.argtypes, found.negosim_learn.argtypes = [at, whole, real, whole, whole], [at, real]
    found.negosim_publish.argtypes = [at, whole, at]
    found.negosim_fade.argtypes, found.negosim_fade.restype = [at, whole, at, whole, real, at], whole
    found.negosim_lay_out.argtypes = [whole, at, at, at, at, whole, at, at, at]
    found.negosim_affect.argtypes = [at, whole, at, at, whole, at, whole]
    found.negosim_affect.restype = whole
    found.negosim_expire.argtypes = [at, whole, at, whole, at, at]
    found.negosim_restate.argtypes = [at, whole, at]
    found.negosim_lift.argtypes = [at, real, whole, whole]
    found.negosim_draw_line.argtypes = [at, whole, whole, whole, at]
    found.negosim_refresh.argtypes, found.negosim_refresh.restype = [at, whole, whole], whole
    for name in _WITHOUT_ANSWER:
        getattr(found, f"negosim_{name}").restype = None
    return found


def _has_the_layout(found: ctypes.CDLL) -> bool:
    """Tell whether the structures of a library are as large as those that were read from the headers."""
    from negosim.engine.kernel.structs import STRUCTURES

    found.negosim_size_of.argtypes, found.negosim_size_of.restype = [ctypes.c_char_p], ctypes.c_int64
    return all(found.negosim_size_of(kind.__name__.encode()) == ctypes.sizeof(kind) for kind in STRUCTURES)


def is_switched_off() -> bool:
    """Tell whether the environment says that the kernel is not to be used."""
    return os.environ.get(SWITCH) == "0"


def _loaded(path: Path) -> ctypes.CDLL | None:
    """Return a library; None where there is none that has been built from this source."""
    if not is_current(path):
        return None
    try:
        return ctypes.CDLL(str(path))
    except OSError:
        return None


_NO_BYTES = ctypes.c_char * 0


def address(array: NDArray[Any]) -> int:
    """Return where an array stands whose numbers stand side by side."""
    try:
        return ctypes.addressof(_NO_BYTES.from_buffer(array.data))
    except TypeError:  # it may not be written to: asking the array takes five times as long
        return int(array.__array_interface__["data"][0])


def has_room(plan: Plan) -> bool:
    """Tell whether there is a kernel, with room for a scenario, all of whose rules are built in."""
    return (
        library() is not None
        and all(PROTOCOLS.is_built_in(track.protocol) for track in plan.tracks)
        and all(CONCESSIONS.is_built_in(law) for law in plan.laws)
        and len(plan.parties) <= MOST_PARTIES
        and len(plan.issues) <= MOST_ISSUES
        and plan.columns <= MOST_OPTIONS
        and len(plan.lines) <= MOST_LINES
        and len(plan.tracks) <= MOST_TRACKS
        and len(plan.bodies) <= MOST_BODIES
    )
