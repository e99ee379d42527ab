"""The clocks of concession, run by the kernel."""

from __future__ import annotations

from negosim.engine.kernel import library
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.talks.clocks import Clocks
from negosim.engine.values import PartyValues


class KernelClocks(Clocks):
    """The clocks of all tracks of a block.

    Parameters
    ----------
    block : as the kernel takes it.
    """

    def __init__(
        self, plan: Plan, parameters: Parameters, party_values: PartyValues, state: State, block: KernelBlock
    ) -> None:
        super().__init__(plan, parameters, party_values, state)
        found = library()
        assert found
        self._run_clocks, self._set_clocks, self._block = found.negosim_run_clocks, found.negosim_set_clocks, block

    def run(self, days: float) -> None:
        """Let the clocks run where talks have been open; those of parties that wait for a move run slower."""
        if days:  # at the first tick there are no values yet
            self._run_clocks(self._block.settled(), days, 0, self._state.trials)

    def set(self, tick: int) -> None:
        """Say where there is fighting, which talks are open and whose clocks count, until the next tick."""
        self._set_clocks(self._block.settled(), tick, float(self._plan.ticks.days[tick]), 0, self._state.trials)
