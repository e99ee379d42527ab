"""A round that is being held: what is open, and what everybody asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.streams import Array
from negosim.model.packages import Columns, Flags
from negosim.model.stakes import Stakes

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class HeldRound:
    """A round, in the trials in which it is held.

    Attributes
    ----------
    tick : when.
    rows, origin : (held,) their places in the block as it is and as it began.
    status_quo, free : (held, issues) the status quo, and which issues are open.
    live : (held, lines) which red lines stand. One is live where its issue is open: nobody signs what is not on the
        table.
    stakes : what a text means to the parties.
    no_deal : (held, parties) N.
    pressure, toughness : (held or 1, parties) the pressure on each, and τ.
    reservation, best : (held, parties) N' and A*, the value of the best agreement.
    aspiration : (held, parties) N' + τ·S.
    proposer : (held,) whose turn it is; None where nobody takes turns.
    between : whether it is no round, but the text of the last one is asked about again.
    """

    tick: int
    rows: Rows
    origin: Rows
    status_quo: Columns
    free: Flags
    live: Flags
    stakes: Stakes
    no_deal: Array
    pressure: Array
    toughness: Array
    reservation: Array
    best: Array
    aspiration: Array
    proposer: Rows | None
    between: bool
