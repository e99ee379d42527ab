"""Peace: agreements come into force and break down (model 9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from negosim.engine.history import Scribe
from negosim.engine.outlook import Outlook
from negosim.engine.plan import Plan
from negosim.engine.rounds import Outcome
from negosim.engine.state import CEASEFIRE, FIGHTING, SETTLEMENT, State
from negosim.engine.streams import Array, Streams
from negosim.model.durability import breach_time, chance_within
from negosim.model.packages import Flags
from negosim.scenario.dates import DAYS_PER_YEAR

_STATES = {"ceasefire": CEASEFIRE, "settlement": SETTLEMENT}


class Peace:
    """The agreements of a block."""

    def __init__(self, plan: Plan, streams: Streams, outlook: Outlook, state: State, scribe: Scribe) -> None:
        self._plan = plan
        self._streams = streams
        self._outlook = outlook
        self._state = state
        self._scribe = scribe

    def sign(self, index: int, outcome: Outcome, tick: int) -> None:
        """Bring into force what a round of a track has signed."""
        rows = outcome.rows[outcome.signed]
        if not rows.size:
            return
        track, state = self._plan.tracks[index], self._state
        text = outcome.text[outcome.signed]
        self._scribe.signed(index, rows, text, outcome.worth[outcome.signed], tick)
        state.terms[rows] = text
        state.under[rows] = index
        state.state[rows] = _STATES[track.kind]
        state.breaks[rows] = self._plan.ticks.days[tick] + DAYS_PER_YEAR * self._lasts(index, outcome, tick)
        self._scribe.entered(track.kind, rows, tick)
        self._scribe.entered("agreement", rows, tick)

    def _lasts(self, index: int, outcome: Outcome, tick: int) -> Array:
        """Return how long each new agreement lasts, in years."""
        track, outlook = self._plan.tracks[index], self._outlook
        rows = outcome.rows[outcome.signed]
        penalty = outlook.of_rows(outlook.after(track, "pressure_penalty"), rows)
        hazard = outcome.breakdown[outcome.signed] * np.where(outcome.pressed[outcome.signed], penalty, 1.0)
        u = self._streams.uniform(f"{track.path}.after.breach", tick)[self._state.row[rows]]
        return breach_time(u, hazard, outlook.of_rows(outlook.after(track, "shape"), rows))

    def check(self, tick: int) -> None:
        """Break down whatever has reached its time, or pays somebody to break."""
        state, day = self._state, float(self._plan.ticks.days[tick])
        holding = (state.state == CEASEFIRE) | (state.state == SETTLEMENT)
        if not holding.any():
            return
        due = np.nonzero(holding & (state.breaks <= day))[0]
        self._break(due, state.breaks[due])
        for index in range(len(self._plan.tracks)):
            tempted = self._tempted(index, tick)
            self._break(tempted, np.full(tempted.size, day))

    def broken_by_event(self, kind: str, rows: Flags, tick: int) -> None:
        """Break agreements of a kind in some trials: a spoiler's work."""
        kinds = _STATES.values() if kind == "agreement" else (_STATES[kind],)
        hit = np.nonzero(rows & np.isin(self._state.state, list(kinds)))[0]
        self._break(hit, np.minimum(self._state.breaks[hit], self._plan.ticks.days[tick]))

    def _tempted(self, index: int, tick: int) -> NDArray[np.intp]:
        """Return where a belligerent breaks an agreement because fighting is worth more to it."""
        plan, outlook, state = self._plan, self._outlook, self._state
        track = plan.tracks[index]
        hazard = outlook.after(track, "opportunism")
        rows = np.nonzero(state.under == index)[0]
        if not (hazard.any() and rows.size):
            return rows[:0]
        watching = [plan.war.first, plan.war.second] if plan.war else list(track.signatories)
        temptation = outlook.war[rows] - outlook.in_force(track, rows)
        cost = outlook.of_rows(outlook.after(track, "defection_cost"), rows)
        pays = (temptation[:, watching] > cost[:, None]).any(axis=1)
        chance = chance_within(outlook.of_rows(hazard, rows), plan.ticks.years(tick))
        u = self._streams.uniform(f"{track.path}.after.opportunism", tick)[state.row[rows]]
        return rows[pays & (u < chance)]

    def _break(self, rows: NDArray[np.intp], days: Array) -> None:
        """Let agreements lapse: fighting resumes (or the impasse), and distrust grows."""
        if not rows.size:
            return
        state, outlook = self._state, self._outlook
        self._scribe.broken(rows, days)
        for index, track in enumerate(self._plan.tracks):
            mine = rows[state.under[rows] == index]
            state.distrust[mine] *= outlook.of_rows(outlook.after(track, "breach_memory"), mine)
        state.state[rows] = FIGHTING
        state.under[rows] = -1
        state.breaks[rows] = np.inf
