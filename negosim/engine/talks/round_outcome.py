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
    value, reservation : (rows, parties) A_i(x) and N'_i.
    aspiration, ask, mood : (rows, parties) N'_i + τ_i·S_i, what each asks for in its mood, and that mood, z_i; a
        proposer makes no error about its own offer, whatever its mood.
    crossed : (rows, parties) whose live red lines the text crosses.
    proposer : (rows,) who proposed the text (alternating offers); None where a mediator did.
    """

    refusals: Flags
    objections: NDArray[np.int32]
    value: Array
    aspiration: Array
    reservation: Array
    ask: Array
    mood: Array
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
    below : (rows,) whether the text was signed although it is worth less to somebody who was asked than its
        aspiration.
    answers : what everybody said.
    between : whether it is no round, but the text of the last one was asked about again.
    """

    rows: NDArray[np.intp]
    text: Columns
    worth: Array
    consent: Flags
    signed: Flags
    pressed: Flags
    below: Flags
    answers: Answers | None
    between: bool = False
