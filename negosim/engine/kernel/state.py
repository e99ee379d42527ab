"""The state of a block, for the kernel: with what tells it where its notes are out of date."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from negosim.engine.kernel import address, library
from negosim.engine.kernel.structs import Deal, Kept, StatusQuo
from negosim.engine.plan import Plan
from negosim.engine.state import State, initial_state


@dataclass
class KernelState(State):
    """Where each history of a block stands.

    Attributes
    ----------
    edition : (trials,) rises whenever ``status_quo``, ``taken`` or ``fixed`` may have changed.
    """

    edition: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        found = library()
        assert found
        self._restate = found.negosim_restate
        self._deals = (Deal * max(len(self.tracks), 1))()
        self._kept_deals = [Kept(deal) for deal in self._deals]
        self._kept = Kept(StatusQuo(tracks=len(self.tracks), deal=ctypes.addressof(self._deals)))
        self._kept.struct.issues = self.own_quo.shape[1]

    def restate(self, rows: NDArray[np.intp]) -> None:
        """Bring the status quo up to date, and note where."""
        if self._kept.point("own_quo", self.own_quo, np.intp):
            self._follow()
        rows = np.ascontiguousarray(rows)
        self._restate(self._kept.at, rows.size, address(rows))

    def _follow(self) -> None:
        """Fill in where the histories stand: the arrays are others only where histories have left the block."""
        kept = self._kept
        for name in ("status_quo", "terms"):
            kept.point(name, getattr(self, name), np.intp)
        for name in ("fixed", "taken", "left"):
            kept.point(name, getattr(self, name), np.bool_)
        kept.point("under", self.under, np.int8)
        kept.point("edition", self.edition, np.int64)
        for standing, deal in zip(self.tracks, self._kept_deals, strict=False):
            deal.point("agreed", standing.agreed, np.bool_)
            deal.point("moved", standing.moved, np.bool_)
            deal.point("deal", standing.deal, np.intp)


def initial_kernel_state(plan: Plan, trials: int) -> KernelState:
    """Return the state in which every history begins; see `initial_state`."""
    return KernelState(**vars(initial_state(plan, trials)), edition=np.zeros(trials, dtype=np.int64))
