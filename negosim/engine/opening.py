"""The opening: where the parties stand before the first day, in a block of trials that nobody plays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from negosim.engine import battle
from negosim.engine.cells import Cells
from negosim.engine.draws import quantile
from negosim.engine.happenings import draw_red_lines
from negosim.engine.outlook import Outlook
from negosim.engine.plan import Plan
from negosim.engine.state import State, opening
from negosim.engine.streams import Array, Streams
from negosim.engine.zones import ground_of, posture_on
from negosim.model.front import win_chance
from negosim.model.packages import Columns
from negosim.model.zopa import Ground, Posture
from negosim.scenario.quantities import constant


@dataclass(frozen=True)
class Opening:
    """The values of the parties at the opening, before any event.

    Attributes
    ----------
    no_deal : (trials, parties) N.
    status_quo : (trials, parties) u of the status quo.
    cost : (trials, parties) c.
    imposed : u of the terms of the first and of the second belligerent, (trials, parties) each; none without a war.
    table : (trials or 1, columns, parties) weighted values.
    standing : (trials, issues) the status quo.
    """

    plan: Plan
    cells: Cells
    state: State
    outlook: Outlook
    no_deal: Array
    status_quo: Array
    cost: Array
    imposed: tuple[Array, ...]
    table: Array
    standing: Columns

    @property
    def rows(self) -> NDArray[np.intp]:
        """The places of all trials."""
        return np.arange(self.state.trials)

    def number(self, path: str) -> Array:
        """Return a number by its path, (trials,)."""
        return np.broadcast_to(self.cells[path], (self.state.trials,))

    def ground(self, track: int) -> Ground:
        """Return what a track may agree on."""
        return ground_of(self.plan, self.plan.tracks[track])

    def position(self, track: int) -> Posture:
        """Return where the parties stand on a track, whether or not it is open yet."""
        return posture_on(self.plan, self.plan.tracks[track], self.outlook, self.state, self.rows, self.no_deal)

    def win_chances(self, drift: Array) -> tuple[Array, Array]:
        """Return the chances that the first and that the second belligerent wins a war fought to the end.

        Parameters
        ----------
        drift : (trials,) what somebody believes it to be.
        """
        return win_chance(self.state.front, drift, self.number("war.volatility"))

    def weights(self) -> tuple[Array, Array]:
        """Return how much of the future each party sees spent won and lost, (trials, parties)."""
        return self.outlook.war_weights()


def opening_of(plan: Plan, seed: int, trials: int) -> Opening:
    """Return the opening in the first trials of a run: the draws are those of the run."""
    streams = Streams(seed, 0, trials)
    cells = Cells(plan, streams, trials)
    state = opening(plan, trials)
    battle.begin(plan, cells, state)
    draw_red_lines(plan, cells, state, streams)
    outlook = Outlook(plan, cells, state)
    outlook.refresh()
    return Opening(
        plan=plan,
        cells=cells,
        state=state,
        outlook=outlook,
        no_deal=outlook.no_deal(),
        status_quo=outlook.status_quo,
        cost=outlook.cost,
        imposed=outlook.imposed_worth(),
        table=outlook.worth.table,
        standing=state.status_quo,
    )


def at_medians(plan: Plan) -> Plan:
    """Return a plan in which every uncertain number stands at its median."""
    middle = np.array([0.5])
    quantities = {
        path: quantity if quantity.is_constant else constant(float(quantile(quantity, middle)[0]))
        for path, quantity in plan.quantities.items()
    }
    return replace(plan, quantities=quantities)
