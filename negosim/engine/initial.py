"""The opening: where the parties stand before the first day, in a block of trials that nobody plays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from negosim.engine import war
from negosim.engine.draws import finite_quantile
from negosim.engine.events import draw_red_lines
from negosim.engine.finite import guarded
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.record.history import blank
from negosim.engine.state import State, initial_state
from negosim.engine.streams import Array, Streams
from negosim.engine.talks.held_round import HeldRound
from negosim.engine.talks.rounds import Talks
from negosim.engine.values import PartyValues
from negosim.engine.zopa import positions_on, problem_of
from negosim.model.front import win_chance
from negosim.model.packages import Columns
from negosim.model.zopa.zone import AgreementProblem, PartyPositions
from negosim.scenario.paths import PARTY, WAR
from negosim.scenario.quantities import constant


@dataclass(frozen=True)
class InitialValues:
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
    streams: Streams
    parameters: Parameters
    state: State
    party_values: PartyValues
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
        return np.broadcast_to(self.parameters[path], (self.state.trials,))

    def ground(self, track: int) -> AgreementProblem:
        """Return what a track may agree on."""
        return problem_of(self.plan, self.plan.tracks[track])

    def position(self, track: int) -> PartyPositions:
        """Return where the parties stand on a track, whether or not it is open yet."""
        return positions_on(self.plan, self.plan.tracks[track], self.party_values, self.state, self.rows, self.no_deal)

    def meeting(self, track: int) -> HeldRound:
        """Return what everybody would ask for if the track met at the opening, whether or not it is open yet."""
        kept = blank(self.plan, 0, np.zeros_like(self.rows)).tracks[track]
        talks = Talks(self.plan, track, self.streams, self.party_values, self.state, kept)
        return talks.open_round(0, self.rows, None)

    def win_chances(self, drift: Array) -> tuple[Array, Array]:
        """Return the chances that the first and that the second belligerent wins a war fought to the end.

        Parameters
        ----------
        drift : (trials,) what somebody believes it to be.
        """
        return win_chance(self.state.front, drift, self.number(WAR.volatility()))

    def weights(self) -> tuple[Array, Array]:
        """Return how much of the future each party sees spent won and lost, (trials, parties)."""
        return self.party_values.war_weights()


def initial_values(plan: Plan, seed: int, trials: int) -> InitialValues:
    """Return the opening values in the first trials of a run: the draws are those of the run.

    Raises
    ------
    ScenarioError
        Where something is not a finite number, with its path.
    """
    with guarded():
        return _opening_of(plan, seed, trials)


def _opening_of(plan: Plan, seed: int, trials: int) -> InitialValues:
    streams = Streams(seed, 0, trials)
    parameters = Parameters(plan, streams, trials)
    state = initial_state(plan, trials)
    war.begin(plan, parameters, state)
    draw_red_lines(plan, parameters, state, streams)
    party_values = PartyValues(plan, parameters, state)
    party_values.refresh()
    used = parameters.group(PARTY.patience_used.each(plan.parties))
    for standing in state.tracks:
        standing.clock[:] = used
    return InitialValues(
        plan=plan,
        streams=streams,
        parameters=parameters,
        state=state,
        party_values=party_values,
        no_deal=party_values.no_deal(),
        status_quo=party_values.status_quo,
        cost=party_values.cost,
        imposed=tuple(party_values.imposed) if plan.war is not None else (),
        table=party_values.worth.table,
        standing=state.status_quo,
    )


def at_medians(plan: Plan) -> Plan:
    """Return a plan in which every uncertain number stands at its median."""
    middle = np.array([0.5])
    quantities = {
        path: quantity if quantity.is_constant else constant(float(finite_quantile(quantity, path, middle)[0]))
        for path, quantity in plan.quantities.items()
    }
    return replace(plan, quantities=quantities)
