"""The outlook after a stretch of time: parties learn, clocks run, values follow, and wars may fade."""

from __future__ import annotations

import numpy as np

from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.talks.clocks import Clocks
from negosim.engine.values import PartyValues
from negosim.engine.war import Battlefield, Fought, Rows


class Outlook:
    """The outlook of the parties of a block."""

    def __init__(
        self, plan: Plan, battlefield: Battlefield, clocks: Clocks, party_values: PartyValues, recorder: Recorder
    ) -> None:
        self._plan = plan
        self._battlefield = battlefield
        self._clocks = clocks
        self._party_values = party_values
        self._recorder = recorder

    def revise(self, fought: Fought | None, tick: int) -> Rows:
        """Let the parties learn from the stretch up to a tick, and bring clocks and values up to date.

        Parameters
        ----------
        fought : how the front has moved; None where no time has passed or there is no war.

        Returns
        -------
        Where the war fades out, as it hurts both sides.
        """
        ticks = self._plan.ticks
        if fought is not None:
            self._battlefield.learn(fought.rows, fought.movement, ticks.years(tick))
        self._clocks.run(ticks.since_last(tick))
        self._party_values.refresh()
        self._recorder.stands(tick)
        if fought is None:
            return np.zeros(0, dtype=np.intp)
        return self._battlefield.fading(self._party_values.both_hurting(), tick)
