"""The state of a block, for the kernel: with what tells it where its notes are out of date."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from negosim.engine.kernel import address, library, structs
from negosim.engine.kernel.structs import Pointing, TrackState
from negosim.engine.plan import Plan
from negosim.engine.state import State, initial_state
from negosim.engine.streams import Array


@dataclass
class KernelState(State):
    """Where each history of a block stands.

    Attributes
    ----------
    edition : (trials,) rises whenever ``status_quo``, ``taken`` or ``fixed`` may have changed.
    drawing : (trials,) rises whenever ``live`` may have changed.
    next_lift : (trials,) the earliest day on which a red line may lift by itself.
    """

    edition: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    drawing: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    next_lift: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        found = library()
        assert found
        self._restate, self._lift, self._draw_line = found.negosim_restate, found.negosim_lift, found.negosim_draw_line
        self._tracks = (TrackState * len(self.tracks))()
        tracks, issues = ctypes.addressof(self._tracks), self.own_quo.shape[1]
        lines = self.live.shape[1]
        self._struct = structs.State(issues=issues, lines=lines, tracks=len(self.tracks), track=tracks)
        self._pointing = Pointing(self._struct)
        self._pointing_tracks = [Pointing(track) for track in self._tracks]
        self._row: NDArray[np.intp] | None = None
        self.at = ctypes.addressof(self._struct)
        self.tracks_at = [ctypes.addressof(track) for track in self._tracks]

    def follow(self) -> bool:
        """Let the kernel know where everything stands; return whether that has changed, as histories have left."""
        if self._row is self.row:
            return False
        self._row, self._struct.trials = self.row, self.trials
        self._pointing.at(self)
        for pointing, standing in zip(self._pointing_tracks, self.tracks, strict=True):
            pointing.at(standing)
        return True

    def restate(self, rows: NDArray[np.intp]) -> None:
        """Bring the status quo up to date, and note where."""
        self.follow()
        rows = np.ascontiguousarray(rows)
        self._restate(self.at, rows.size, address(rows))

    def draw_line(self, line: int, rows: NDArray[np.intp]) -> None:
        """Let a red line stand in some histories, and note where."""
        self._set_line(line, rows, stands=True)

    def lift_line(self, line: int, rows: NDArray[np.intp]) -> None:
        """Lift a red line in some histories, and note where."""
        self._set_line(line, rows, stands=False)

    def _set_line(self, line: int, rows: NDArray[np.intp], *, stands: bool) -> None:
        self.follow()
        rows = np.ascontiguousarray(rows)
        self._draw_line(self.at, line, stands, rows.size, address(rows))

    def lift_lines(self, day: float) -> None:
        """Lift the red lines whose time has come, and note where."""
        self.follow()
        self._lift(self.at, day, 0, self.trials)


def initial_kernel_state(plan: Plan, trials: int) -> KernelState:
    """Return the state in which every history begins; see `initial_state`."""
    edition, drawing = np.zeros((2, trials), dtype=np.int64)
    return KernelState(
        **vars(initial_state(plan, trials)), edition=edition, drawing=drawing, next_lift=np.full(trials, -np.inf)
    )
