"""The outcome of a round of talks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.streams import Array
from negosim.model.packages import Columns, Flags


@dataclass(frozen=True)
class Outcome:
    """What a round brought, in the histories in which it was held.

    Attributes
    ----------
    rows : (held,) their places in the block.
    text : (held, issues) put to the parties.
    worth : (held, parties) u_i of the text.
    consent : (held, parties) who was asked.
    signed : (held,) whether all who were asked consented.
    refusals : (held, parties) who refused.
    objections : (held, parties) the issue over which a party refuses, -1 where it does not.
    pressed : (held,) whether somebody who consented was under pressure.
    value, aspiration, no_deal, noise : (held, parties) A_i(x), what each asks for, N'_i, and T·logit(U).
    crossed : (held, parties) whose live red lines the text crosses.
    proposer : (held,) who proposed the text (alternating offers); None where a mediator did.
    """

    rows: NDArray[np.intp]
    text: Columns
    worth: Array
    consent: Flags
    signed: Flags
    refusals: Flags
    objections: NDArray[np.int32]
    pressed: Flags
    value: Array
    aspiration: Array
    no_deal: Array
    noise: Array
    crossed: Flags
    proposer: NDArray[np.intp] | None
