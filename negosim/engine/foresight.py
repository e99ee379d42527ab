"""Foresight: what the parties foresee of the bodies that must approve what they sign (model 6)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Body, Plan, TrackPlan
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.values import PartyValues
from negosim.model.consent import ROUNDING
from negosim.model.packages import Flags
from negosim.model.ratification import expected_threshold, foreseen_demand, lesson_weight

NOBODY = -1
"""Stands for the party by whose values no body votes."""


class Foresight:
    """What the parties foresee.

    Parameters
    ----------
    state : holds what lost votes have taught; see `negosim.engine.state.State.lesson`.
    """

    def __init__(self, plan: Plan, party_values: PartyValues, state: State) -> None:
        self._plan = plan
        self._party_values = party_values
        self._state = state

    def foreseen(self, track: TrackPlan, rows: NDArray[np.intp], pressure: Array, day: float) -> Array:
        """Return by how much each party asks for more because of its own bodies, (rows, parties).

        Parameters
        ----------
        pressure : (rows or 1, parties) what the mediator makes a refusal cost.
        day : of the round.
        """
        found = np.zeros((rows.size, len(self._plan.parties)))
        for body in self._plan.bodies:
            if body.is_own and track.kind in body.kinds:
                hurdle, foresight, lesson, weight = self._known_of(body, rows, day)
                demand = foreseen_demand(hurdle, foresight, pressure[:, body.party], lesson, weight)
                found[:, body.party] = np.maximum(found[:, body.party], demand)
        return found

    def lets(self, track: TrackPlan, rows: NDArray[np.intp], value: Array, no_deal: Array, day: float) -> Flags:
        """Tell whose bodies with values other than the party's own are expected to let a text pass, (rows, parties).

        Parameters
        ----------
        value, no_deal : (rows, parties) A(x) and N of all parties.
        """
        passes: Flags = self.opponents(track, rows, value, no_deal, day) == NOBODY
        return passes

    def opponents(
        self, track: TrackPlan, rows: NDArray[np.intp], value: Array, no_deal: Array, day: float
    ) -> NDArray[np.intp]:
        """Return by whose values the first body of each party votes that is not expected to let a text pass.

        Parameters
        ----------
        value, no_deal : (rows, parties) A(x) and N of all parties.

        Returns
        -------
        (rows, parties) parties; `NOBODY` where all bodies are expected to let it pass.
        """
        found = np.full((rows.size, len(self._plan.parties)), NOBODY)
        for body in track.bodies:
            if not body.is_own:
                gain = value[:, body.votes_as] - no_deal[:, body.votes_as]
                fails = gain < self.expected(body, rows, day) - ROUNDING
                found[fails & (found[:, body.party] == NOBODY), body.party] = body.votes_as
        return found

    def expected(self, body: Body, rows: NDArray[np.intp], day: float) -> Array:
        """Return the gain from which its party expects a body to let a text pass, (rows or 1,)."""
        return expected_threshold(*self._known_of(body, rows, day))

    def _known_of(self, body: Body, rows: NDArray[np.intp], day: float) -> tuple[Array, Array, Array, Array]:
        """Return a body's hurdle, its party's foresight, the lesson of its last vote and how far that still counts."""
        number: Callable[[str], Array] = self._party_values.number
        hurdle, foresight, memory = (
            self._party_values.of_rows(number(path), rows) for path in (body.hurdle, body.foresight, body.memory)
        )
        lesson, since = self._state.lesson[rows, body.number], day - self._state.lost_on[rows, body.number]
        nobody_has_learnt = np.isnan(since).all()
        return hurdle, foresight, lesson, np.zeros(1) if nobody_has_learnt else lesson_weight(since, memory)
