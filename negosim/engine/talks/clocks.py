"""The clocks of concession: how much of their patience the parties have spent (model 6)."""

from __future__ import annotations

import ctypes

import numpy as np

from negosim.engine import kernel
from negosim.engine.kernel.structs import Pointers
from negosim.engine.state import TrackState
from negosim.engine.streams import Array
from negosim.model.packages import Flags, of_rows


def run_clocks(standing: TrackState, days: float, waiting: Array, counting: Flags | None) -> None:
    """Let the clocks of a track run where it has been open.

    Parameters
    ----------
    standing : the track.
    days : by how much they run.
    waiting : (trials or 1, parties) by how much those of parties who wait for somebody else to move.
    counting : (trials, parties) whose clocks run; None for everybody's.
    """
    library = kernel.library()
    if library is None:
        _run(standing, days, waiting, counting)
        return
    pointers = Pointers()
    slower = pointers.numbers(waiting)
    library.negosim_run_clocks(
        *standing.clock.shape,
        days,
        ctypes.addressof(slower),
        pointers.at(standing.open, np.bool_),
        pointers.at(standing.slowed, np.bool_),
        None if counting is None else pointers.at(counting, np.bool_),
        pointers.at(standing.clock, np.float64),
    )


def _run(standing: TrackState, days: float, waiting: Array, counting: Flags | None) -> None:
    rows = np.nonzero(standing.open)[0]
    pace = np.where(standing.slowed[rows], of_rows(waiting, rows), days)
    if counting is not None:
        pace *= counting[rows]
    standing.clock[rows] += pace
