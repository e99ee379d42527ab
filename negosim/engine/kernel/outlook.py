"""The outlook after a stretch of time, by the kernel."""

from __future__ import annotations

from negosim.engine import kernel
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.clocks import KernelClocks
from negosim.engine.kernel.values import KernelValues
from negosim.engine.kernel.war import KernelBattlefield
from negosim.engine.outlook import Outlook
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.war import Fought, Rows


class KernelOutlook(Outlook):
    """The outlook of the parties of a block, before the kernel. A recorder that asks for answers looks at every step.

    Parameters
    ----------
    block : as the kernel takes it.
    """

    def __init__(
        self,
        plan: Plan,
        battlefield: KernelBattlefield,
        clocks: KernelClocks,
        party_values: KernelValues,
        recorder: Recorder,
        block: KernelBlock,
    ) -> None:
        super().__init__(plan, battlefield, clocks, party_values, recorder)
        library = kernel.library()
        assert library
        self._revise, self._field, self._values = library.negosim_revise, battlefield, party_values
        self._block, self._is_plain = block, recorder.wants_answers

    def revise(self, fought: Fought | None, tick: int) -> Rows:
        """Let the parties learn from a stretch, and bring clocks and values up to date; see `Outlook.revise`."""
        if fought is None or self._is_plain:
            return super().revise(fought, tick)
        values, field, ticks = self._values.settled(), self._field.settled(), self._plan.ticks
        days, years = ticks.since_last(tick), ticks.years(tick)
        count = self._revise(self._block.settled(), field, values, tick, days, years, self._field.at_faded)
        if count < 0:
            self._values.require_finite()
        return self._field.faded[:count]
