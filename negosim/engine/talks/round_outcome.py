"""The outcome of a round of talks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.streams import Array
from negosim.model.packages import Columns, Flags


@dataclass(frozen=True)
class Answers:
    """What everybody said to a text, and why.

    Attributes
    ----------
    refusals : (rows, parties) who refused.
    objections : (rows, parties) the issue over which a party refuses, -1 where it does not.
    value, aspiration, reservation, noise : (rows, parties) A_i(x), what each asks for, N'_i, and T·logit(U).
    crossed : (rows, parties) whose live red lines the text crosses.
    proposer : (rows,) who proposed the text (alternating offers); None where a mediator did.
    """

    refusals: Flags
    objections: NDArray[np.int32]
    value: Array
    aspiration: Array
    reservation: Array
    noise: Array
    crossed: Flags
    proposer: NDArray[np.intp] | None


@dataclass(frozen=True)
class RoundOutcome:
    """What a round brought, in the histories in which it was held; without answers, only in those that signed the text.

    Attributes
    ----------
    rows : their places in the block.
    text : (rows, issues) put to the parties.
    worth : (rows, parties) u_i of the text.
    consent : (rows, parties) who was asked.
    signed : (rows,) whether all who were asked consented.
    pressed : (rows,) whether somebody who consented was under pressure.
    answers : what everybody said.
    """

    rows: NDArray[np.intp]
    text: Columns
    worth: Array
    consent: Flags
    signed: Flags
    pressed: Flags
    answers: Answers | None
