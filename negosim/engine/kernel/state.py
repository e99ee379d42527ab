"""The state of a block, for the kernel: with what tells it where its notes are out of date."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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

    def restate(self, rows: NDArray[np.intp]) -> None:
        """Bring the status quo up to date, and note where."""
        super().restate(rows)
        self.edition[rows] += 1


def initial_kernel_state(plan: Plan, trials: int) -> KernelState:
    """Return the state in which every history begins; see `initial_state`."""
    return KernelState(**vars(initial_state(plan, trials)), edition=np.zeros(trials, dtype=np.int64))
