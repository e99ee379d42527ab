"""What a block has its tracks played with, where the kernel plays."""

from __future__ import annotations

from negosim.engine.kernel.agreements import KernelAgreements
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.clocks import KernelClocks
from negosim.engine.kernel.closing import KernelClosing
from negosim.engine.kernel.meetings import KernelMeetings
from negosim.engine.kernel.outlook import KernelOutlook
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.talks import KernelTalks
from negosim.engine.kernel.values import KernelValues
from negosim.engine.kernel.war import KernelBattlefield
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.state import State
from negosim.engine.streams import Streams
from negosim.engine.talks.tables import Tables
from negosim.engine.values import PartyValues
from negosim.engine.war import Battlefield


def kernel_tables(
    plan: Plan,
    parameters: Parameters,
    streams: Streams,
    party_values: PartyValues,
    state: State,
    battlefield: Battlefield,
    recorder: Recorder,
) -> Tables:
    """Return the tables of a block; see `negosim.engine.talks.tables.plain_tables`."""
    assert isinstance(party_values, KernelValues)
    assert isinstance(state, KernelState)
    assert isinstance(battlefield, KernelBattlefield)
    block, kept = KernelBlock(plan, parameters, streams, party_values, state, recorder), recorder.history.tracks
    talks = [
        KernelTalks(plan, index, streams, party_values, state, kept[index], block) for index in range(len(plan.tracks))
    ]
    agreements = KernelAgreements(plan, parameters, streams, party_values, state, recorder, block)
    clocks = KernelClocks(plan, parameters, party_values, state, block)
    meetings = KernelMeetings(plan, talks, agreements, recorder, block)
    closing = KernelClosing(plan, state, clocks, agreements, recorder, block)
    outlook = KernelOutlook(plan, battlefield, clocks, party_values, recorder, block)
    return Tables(talks, meetings, clocks, agreements, outlook, closing)
