"""What a block has its tracks played with: the table of each, the clocks, and what comes of signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from negosim.engine.agreements import Agreements
from negosim.engine.closing import Closing
from negosim.engine.outlook import Outlook
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.state import State
from negosim.engine.streams import Streams
from negosim.engine.talks.clocks import Clocks
from negosim.engine.talks.meetings import Meetings
from negosim.engine.talks.rounds import Talks
from negosim.engine.values import PartyValues
from negosim.engine.war import Battlefield


class Tables(NamedTuple):
    """What the tracks of a block are played with."""

    talks: Sequence[Talks]
    meetings: Meetings
    clocks: Clocks
    agreements: Agreements
    outlook: Outlook
    closing: Closing


def plain_tables(
    plan: Plan,
    parameters: Parameters,
    streams: Streams,
    party_values: PartyValues,
    state: State,
    battlefield: Battlefield,
    recorder: Recorder,
) -> Tables:
    """Return the tables of a block as the model is described: arrays of all histories at once."""
    kept = recorder.history.tracks
    talks = [Talks(plan, index, streams, party_values, state, kept[index]) for index in range(len(plan.tracks))]
    agreements = Agreements(plan, parameters, streams, party_values, state, recorder)
    clocks = Clocks(plan, parameters, party_values, state)
    meetings, closing = Meetings(plan, talks, agreements, recorder), Closing(clocks, agreements, recorder)
    outlook = Outlook(plan, battlefield, clocks, party_values, recorder)
    return Tables(talks, meetings, clocks, agreements, outlook, closing)
