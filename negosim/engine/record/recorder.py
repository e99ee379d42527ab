"""The recorder: writes down what happens in a block, as it happens."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import EventPlan, Plan
from negosim.engine.record.history import AGREEMENTS, NEVER, History
from negosim.engine.record.states import CEASEFIRE, ENDED, FIGHTING, SETTLEMENT
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.model.packages import Columns, Flags

_STATES = (FIGHTING, CEASEFIRE, SETTLEMENT, ENDED)


class Recorder:
    """Writes the history of a block.

    Rows are always those of the block as it now is; `State.row` leads to where it began. What a history does not keep
    it is given as well, for `negosim.engine.record.tracer`, which writes down everything.

    Attributes
    ----------
    history : of the whole block, its settings together.
    settled : (settings,) histories that have left the block with a settlement.
    """

    def __init__(self, plan: Plan, history: History, state: State) -> None:
        self._plan = plan
        self._state = state
        self.settled = np.zeros(len(history.occupancy), dtype=np.int64)
        self._row: NDArray[np.intp] | None = None
        self._first_state = np.zeros(0, dtype=np.intp)
        self.history = history

    @property
    def wants_answers(self) -> bool:
        """Whether it asks for what everybody says in every round."""
        return False

    def event(self, event: EventPlan, rows: NDArray[np.intp], tick: int) -> AbstractContextManager[None]:
        """Return the context in which an event has its effects."""
        return nullcontext()

    def stands(self, tick: int) -> None:
        """Take note that the values of a tick are up to date."""

    def drafted(self, track: int) -> None:
        """Take note of the first draft of a track."""

    def met(self, track: int, outcome: RoundOutcome, tick: int) -> None:
        """Count the signatures of a round, and those that judgement signed."""
        kept, at = self.history.tracks[track], self._state.row[outcome.rows]
        kept.signatures[at] += outcome.signed
        kept.below[at] += outcome.below

    def signed(self, track: int, rows: NDArray[np.intp], text: Columns, worth: Array, tick: int) -> None:
        """Write down a signature in some rows of the block; only the first of a track keeps its terms."""
        kept = self.history.tracks[track]
        at = self._state.row[rows]
        new = kept.signed[at] == NEVER
        kept.signed[at[new]] = tick
        kept.terms[at[new]] = text[new]
        kept.worth[at[new]] = worth[new]

    def voted(self, track: int, body: int, rows: NDArray[np.intp], approved: Flags) -> None:
        """Write down votes on ratification, one in each of some trials."""
        self.history.tracks[track].count_votes(body, self._state.row[rows], approved)

    def entered(self, kind: str, rows: NDArray[np.intp], tick: int) -> None:
        """Write down that an agreement comes into force where none of its kind is."""
        spells = self.history.spells[kind]
        at = self._state.row[rows]
        at = at[np.isnan(spells.current[at])]
        day = float(self._plan.ticks.days[tick])
        spells.current[at] = day
        new = at[spells.first[at] == NEVER]
        spells.first[new] = tick
        spells.since[new] = day

    def broken(self, rows: NDArray[np.intp], days: Array, kinds: Sequence[str]) -> None:
        """Write down that agreements of some kinds break on the given days."""
        self._end_spells(rows, days, kinds)

    def truce_over(self, rows: NDArray[np.intp], days: Array) -> None:
        """Write down that truces end on the given days without a breach."""
        self._end_spells(rows, days, AGREEMENTS)

    def _end_spells(self, rows: NDArray[np.intp], days: Array, kinds: Sequence[str]) -> None:
        at = self._state.row[rows]
        for kind in kinds:
            spells = self.history.spells[kind]
            running = ~np.isnan(spells.current[at])
            ended, when = at[running], days[running]
            self._answer(kind, ended, when)
            first = spells.since[ended] == spells.current[ended]
            spells.until[ended[first]] = when[first]
            spells.current[ended] = np.nan

    def won(self, rows: NDArray[np.intp], outcome: NDArray[np.int8], tick: int) -> None:
        """Write down victories."""
        at = self._state.row[rows]
        self.history.victory[at] = tick
        self.history.winner[at] = outcome

    def faded(self, rows: NDArray[np.intp], tick: int) -> None:
        """Write down wars that ended without a text."""
        self.history.faded[self._state.row[rows]] = tick

    def fought(self) -> None:
        """Write down how long there was fighting in the histories still in the block."""
        self.history.fought[self._state.row] = self._state.fought

    def left(self, rows: Flags) -> None:
        """Write down where some histories stand that leave the block: they have ended, or nothing is left to happen."""
        state, history = self._state, self.history
        self.fought()
        history.final[state.row[rows]] = state.state[rows]
        settled = state.row[rows & (state.state == SETTLEMENT)]
        self.settled += np.bincount(history.setting[settled], minlength=self.settled.size)

    def count(self, tick: int) -> None:
        """Count the trials in each state that goes on; those that have ended are counted in the end."""
        occupancy, state = self.history.occupancy, self._state
        if self._row is not state.row:  # histories have left the block
            self._row, self._first_state = state.row, len(_STATES) * self.history.setting[state.row]
        counts = np.bincount(self._first_state + state.state, minlength=len(_STATES) * len(occupancy))
        occupancy[:, tick, :ENDED] = counts.reshape(-1, len(_STATES))[:, :ENDED]
        occupancy[:, tick, SETTLEMENT] += self.settled

    def close(self, tick: int) -> None:
        """Write down the end: final states, spells still running, questions.

        Parameters
        ----------
        tick : the last one played; where every trial has ended it may lie before the horizon.
        """
        state, history = self._state, self.history
        history.occupancy[:, tick + 1 :] = history.occupancy[:, tick, None]
        ends = ((history.victory, history.winner == 1), (history.victory, history.winner == -1),
                (history.faded, history.faded != NEVER))  # fmt: skip
        for column, (when, there) in enumerate(ends, start=ENDED):
            history.occupancy[:, :, column] = self._ended_by(when, there)
        ended = (history.victory != NEVER) | (history.faded != NEVER)
        history.final[ended] = ENDED
        history.final[state.row] = state.state
        self.fought()
        horizon = float(self._plan.ticks.days[-1])
        for kind, spells in history.spells.items():
            running = np.nonzero(~np.isnan(spells.current))[0]
            self._answer(kind, running, np.full(running.size, horizon))
        self._answer_absorbing()

    def _ended_by(self, when: NDArray[np.int32], there: Flags) -> NDArray[np.int64]:
        """Return in how many trials of each setting something has come by each tick, (settings, ticks)."""
        settings, ticks, _ = self.history.occupancy.shape
        at = self.history.setting[there] * ticks + when[there]
        return np.bincount(at, minlength=settings * ticks).reshape(settings, ticks).cumsum(axis=1)

    def _answer(self, kind: str, at: NDArray[np.intp], until: Array) -> None:
        """Answer the questions about spells of a kind that end, or are cut off by the horizon."""
        since = self.history.spells[kind].current[at]
        for index, question in enumerate(self._plan.questions):
            if question.reach == kind:
                in_time = since <= self._plan.ticks.days[question.tick]
                self.history.answers[at, index] |= in_time & (until - since >= question.lasting)

    def _answer_absorbing(self) -> None:
        history, war = self.history, self._plan.war
        names = (
            {f"victory:{self._plan.parties[war.first]}": 1, f"victory:{self._plan.parties[war.second]}": -1}
            if war
            else {}
        )
        for index, question in enumerate(self._plan.questions):
            if question.reach == "faded":
                when = history.faded
            elif question.reach == "victory":
                when = history.victory
            elif question.reach in names:
                when = np.where(history.winner == names[question.reach], history.victory, NEVER)
            else:
                continue
            history.answers[:, index] = (when != NEVER) & (when <= question.tick)
