"""Ratification: bodies vote on what has been signed, in a mood that lasts; a vote that is lost teaches (model 6 and 8).

A signature of a party with bodies that vote on texts of the kind is not enough (Putnam 1988).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import ROUNDING, Body, Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.state import UNSAID, State
from negosim.engine.streams import Array, Streams
from negosim.engine.values import PartyValues
from negosim.model.moods import followed
from negosim.model.packages import Columns, Flags
from negosim.model.ratification import approves

Rows = NDArray[np.intp]


def open_issues(plan: Plan, state: State, index: int, rows: Rows) -> Flags:
    """Tell which issues are open on a track's agenda, (rows, issues)."""
    off: Flags = state.fixed[rows] | state.taken[rows]
    on_agenda = np.zeros(off.shape[1], dtype=bool)
    on_agenda[list(plan.tracks[index].agenda.issues)] = True
    return on_agenda & ~off


def text_voted_on(plan: Plan, state: State, index: int, rows: Rows) -> Columns:
    """Return a signed text as it now reads: whatever is off every agenda stands in it at its status quo."""
    said = state.tracks[index].signed_text[rows]
    stands = (said != UNSAID) & open_issues(plan, state, index, rows)
    return np.where(stands, said, state.status_quo[rows])


def body_gain(
    plan: Plan, party_values: PartyValues, state: State, index: int, body: Body, rows: Rows
) -> tuple[Array, Array]:
    """Return A and N of the party by whose values a body votes, of the text that it votes on, (rows,) each."""
    stakes = party_values.stakes(plan.tracks[index], rows)
    text = text_voted_on(plan, state, index, rows)
    value = stakes.agreement(text, stakes.utility(text))[:, body.votes_as]
    return value, party_values.no_deal()[rows, body.votes_as]


@dataclass(frozen=True)
class Decided:
    """What the votes of a tick have decided of the texts of a track.

    Attributes
    ----------
    passed : rows in which the last vote has passed.
    lost : rows in which a vote was lost.
    """

    passed: Rows
    lost: Rows


class Ratification:
    """The bodies of a block, and the texts that wait for their votes."""

    def __init__(
        self, plan: Plan, streams: Streams, party_values: PartyValues, state: State, recorder: Recorder
    ) -> None:
        self._plan = plan
        self._streams = streams
        self._party_values = party_values
        self._state = state
        self._recorder = recorder

    def votes_needed(self, index: int, rows: Rows, consent: Flags, tick: int) -> Array:
        """Return the day of each vote that a signature calls for, (rows, bodies), NaN for none.

        Parameters
        ----------
        consent : (rows, parties) whose consent the text has.
        """
        bodies = self._plan.tracks[index].bodies
        votes = np.full((rows.size, len(bodies)), np.nan)
        for place, body in enumerate(bodies):
            day = self._plan.ticks.days[tick] + self._number(body.delay, rows)
            votes[:, place] = np.where(consent[:, body.party], day, np.nan)
        return votes

    def wait(self, index: int, rows: Rows, text: Columns, pressed: Flags, votes: Array) -> None:
        """Let signed texts of a track wait for their votes."""
        standing = self._state.tracks[index]
        standing.waiting[rows] = True
        standing.signed_text[rows] = np.where(open_issues(self._plan, self._state, index, rows), text, UNSAID)
        standing.pressed[rows] = pressed
        standing.votes[rows] = votes

    def next_vote(self, index: int) -> float:
        """Return the day of the next vote on a text of a track, infinite if none is due."""
        standing = self._state.tracks[index]
        if not self._plan.tracks[index].bodies:
            return np.inf
        return float(np.fmin.reduce(standing.votes[standing.waiting], axis=None, initial=np.inf))

    def hold(self, index: int, tick: int) -> Decided:
        """Hold the votes on texts of a track whose time has come; one that is lost ends the waiting."""
        standing, lost = self._state.tracks[index], np.zeros(self._state.trials, dtype=bool)
        day = float(self._plan.ticks.days[tick])
        for place, body in enumerate(self._plan.tracks[index].bodies):
            rows = np.nonzero(standing.waiting & (standing.votes[:, place] <= day + ROUNDING))[0]
            if rows.size:
                approved = self._vote(index, body, rows, tick)
                standing.votes[rows, place] = np.nan
                standing.waiting[rows[~approved]] = False
                lost[rows[~approved]] = True
                self._recorder.voted(index, place, rows, approved)
        passed = np.nonzero(standing.waiting & np.isnan(standing.votes).all(axis=1))[0]
        standing.waiting[passed] = False
        return Decided(passed, np.nonzero(lost)[0])

    def _vote(self, index: int, body: Body, rows: Rows, tick: int) -> Flags:
        """Tell where a body approves: A(x) - N + spread·z is not below the hurdle; a vote that is lost is a lesson."""
        hurdle, shift = self._number(body.hurdle, rows), self._number(body.spread, rows) * self._mood(body, rows, tick)
        value, no_deal = body_gain(self._plan, self._party_values, self._state, index, body, rows)
        approved = approves(value, no_deal, shift, hurdle)
        self._state.lesson[rows, body.number] = np.where(approved, np.nan, hurdle - shift)
        self._state.lost_on[rows, body.number] = np.where(approved, np.nan, self._plan.ticks.days[tick])
        return approved

    def _mood(self, body: Body, rows: Rows, tick: int) -> Array:
        """Return z, the mood of a body on the day of a vote: one on whatever track it votes."""
        state, day, number = self._state, float(self._plan.ticks.days[tick]), body.number
        innovation = self._streams.normals_of_rows(state.row[rows], body.spread, tick)
        days = day - state.voted_on[rows, number]
        mood = followed(state.body_mood[rows, number], days, self._number(body.memory, rows), innovation)
        state.body_mood[rows, number], state.voted_on[rows, number] = mood, day
        return mood

    def _number(self, path: str, rows: Rows) -> Array:
        return self._party_values.of_rows(self._party_values.number(path), rows)
