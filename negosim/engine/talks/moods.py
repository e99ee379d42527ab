"""What lasts from round to round of a track: the judgement of the parties, and how the mediator misreads them."""

from __future__ import annotations

import numpy as np

from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams
from negosim.engine.talks.held_round import Rows
from negosim.engine.values import PartyValues
from negosim.model.moods import followed
from negosim.model.packages import Flags


class Moods:
    """The moods of one track.

    Parameters
    ----------
    index : of the track.
    """

    def __init__(self, plan: Plan, index: int, streams: Streams, party_values: PartyValues, state: State) -> None:
        self._plan = plan
        self._track = plan.tracks[index]
        self._index = index
        self._streams = streams
        self._party_values = party_values
        self._state = state

    def judge(self, rows: Rows, asked: Flags, tick: int) -> None:
        """Follow the judgement of everybody who is asked in a round.

        Parameters
        ----------
        rows : (held,) where the round is held.
        asked : (held, parties) who is asked about a text.
        """
        standing, day = self._state.tracks[self._index], float(self._plan.ticks.days[tick])
        memory = self._party_values.of_rows(self._party_values.of_party("judgement_memory"), rows)
        for party in self._track.consenters:
            at = asked[:, party]
            there = rows[at]
            if there.size:
                days = day - standing.asked_on[there, party]
                luck = self._luck(there, f"consent.{self._plan.parties[party]}", tick)
                lasts = np.broadcast_to(memory[:, party], rows.shape)[at]
                standing.mood[there, party] = followed(standing.mood[there, party], days, lasts, luck)
                standing.asked_on[there, party] = day

    def misread(self, rows: Rows, tick: int) -> None:
        """Follow the mediator's error about everybody, wherever a round is held."""
        standing, day = self._state.tracks[self._index], float(self._plan.ticks.days[tick])
        memory = self._party_values.of_rows(self._party_values.number(f"{self._track.path}.mediator_memory"), rows)
        days = day - standing.misread_on[rows]
        for party, name in enumerate(self._plan.parties):
            luck = self._luck(rows, f"mediator_error.{name}", tick)
            standing.misreading[rows, party] = followed(standing.misreading[rows, party], days, memory, luck)
        standing.misread_on[rows] = day

    def _luck(self, rows: Rows, name: str, tick: int) -> Array:
        """Return ε of a stream of the track, (rows,)."""
        return self._streams.normals_of_rows(self._state.row[rows], f"{self._track.path}.{name}", tick)
