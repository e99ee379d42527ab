"""What a traced block has its tracks played with, where the kernel plays."""

from __future__ import annotations

from negosim.engine.agreements import Agreements
from negosim.engine.closing import Closing
from negosim.engine.kernel.block import KernelBlock
from negosim.engine.kernel.clocks import KernelClocks
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.talks import KernelTalks
from negosim.engine.kernel.values import KernelValues
from negosim.engine.outlook import Outlook
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.state import State
from negosim.engine.streams import Streams
from negosim.engine.talks.meetings import Meetings
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
    block, kept = KernelBlock(plan, parameters, streams, party_values, state, recorder), recorder.history.tracks
    talks = [
        KernelTalks(plan, index, streams, party_values, state, kept[index], block) for index in range(len(plan.tracks))
    ]
    agreements = Agreements(plan, parameters, streams, party_values, state, recorder)
    clocks = KernelClocks(plan, parameters, party_values, state, block)
    meetings, closing = Meetings(plan, talks, agreements, recorder), Closing(clocks, agreements, recorder)
    outlook = Outlook(plan, battlefield, clocks, party_values, recorder)
    return Tables(talks, meetings, clocks, agreements, outlook, closing)
