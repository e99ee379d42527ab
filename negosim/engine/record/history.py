"""History: what happened in each trial of a block, written down as it happens."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import EventPlan, Plan
from negosim.engine.record.states import CEASEFIRE, ENDED, FIGHTING, SETTLEMENT
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.model.packages import Columns, Flags

AGREEMENTS = ("ceasefire", "settlement", "agreement")
"""Kinds of agreement that stop fighting; ``agreement`` is a ceasefire or a settlement."""

KINDS = ("limited", *AGREEMENTS)
"""Kinds of agreement whose spells are kept."""

NEVER = -1
"""Stands for a tick that did not come."""


@dataclass
class Spells:
    """When a kind of agreement was first reached, and how long it lasted.

    Attributes
    ----------
    first : (trials,) tick at which it was first reached, `NEVER` if it was not.
    since, until : (trials,) days of the first spell; ``until`` is infinite where it held to the horizon.
    current : (trials,) day since which the spell now running has held, NaN where there is none.
    """

    first: NDArray[np.int32]
    since: Array
    until: Array
    current: Array


@dataclass
class TrackHistory:
    """What a track brought.

    Attributes
    ----------
    signed : (trials,) tick of the first signature, `NEVER` if there was none.
    terms : (trials, issues) columns of the text first signed, -1 if none was.
    worth : (trials, parties) u_i of that text, NaN if none was.
    failed : (trials,) rounds in which a text was put to the parties and somebody refused.
    refused : (trials, parties) of them, those in which the party refused.
    objections : (parties, issues) refusals by the issue they were over, in all trials together.
    votes, approved : (bodies,) votes on ratification, and those that approved, in all trials together.
    """

    signed: NDArray[np.int32]
    terms: NDArray[np.int32]
    worth: Array
    failed: NDArray[np.int32]
    refused: NDArray[np.int32]
    objections: NDArray[np.int64]
    votes: NDArray[np.int64]
    approved: NDArray[np.int64]

    def count_failures(self, at: NDArray[np.intp], refusals: Flags, over: NDArray[np.int32]) -> None:
        """Count a round without a signature in some trials, by their place in the block as it began.

        Parameters
        ----------
        refusals : (at, parties) who refused.
        over : (at, parties) the issues they were over, -1 for none.
        """
        self.failed[at] += 1
        self.refused[at] += refusals
        parties, issues = self.objections.shape
        # One place for each issue of each party; those of nothing come after them all.
        counted = np.where(over < 0, parties * issues, over + issues * np.arange(parties)).reshape(-1)
        self.objections += np.bincount(counted, minlength=parties * issues + 1)[:-1].reshape(parties, issues)


@dataclass
class History:
    """What happened in the trials of a block.

    Attributes
    ----------
    first : number of the first trial.
    spells : by kind of agreement.
    victory : (trials,) tick at which either side won, `NEVER` if neither did.
    winner : (trials,) +1 the first belligerent, -1 the second, 0 neither.
    faded : (trials,) tick at which the war faded out.
    final : (trials,) state at the horizon, as in `negosim.engine.state`.
    fought : (trials,) years of fighting (or impasse).
    occupancy : (ticks, 6) trials in each state: fighting, ceasefire, settlement, either victory, faded.
    tolls : (trials, tolls).
    answers : (trials, questions) whether each came true.
    ripe : (quarters, 2, 4) trials at the end of each quarter, at war and in a ceasefire: all, those in which the first
        belligerent is in a hurting stalemate, the second, both.
    zones : (quarters, tracks, 2, 3) trials looked at, with a zone of possible agreement, undecided; red lines
        respected and ignored.
    zone_trials : in how many trials zones were looked for.
    tracks : by track, in the order of the plan.
    """

    first: int
    spells: dict[str, Spells]
    victory: NDArray[np.int32]
    winner: NDArray[np.int8]
    faded: NDArray[np.int32]
    final: NDArray[np.int8]
    fought: Array
    occupancy: NDArray[np.int64]
    tolls: Array
    answers: Flags
    ripe: NDArray[np.int64]
    zones: NDArray[np.int64]
    zone_trials: int = 0
    tracks: list[TrackHistory] = field(default_factory=list)

    @property
    def trials(self) -> int:
        """The number of trials."""
        return int(self.victory.size)


OCCUPANCY = 6
"""Columns of `History.occupancy`: the three states that go on, first and second belligerent won, faded."""


def blank(plan: Plan, first: int, trials: int) -> History:
    """Return a history in which nothing has happened yet."""
    parties, issues = len(plan.parties), len(plan.issues)

    def never() -> NDArray[np.int32]:
        return np.full(trials, NEVER, dtype=np.int32)

    def days(value: float) -> Array:
        return np.full(trials, value)

    return History(
        first=first,
        spells={kind: Spells(never(), days(np.nan), days(np.inf), days(np.nan)) for kind in KINDS},
        victory=never(),
        winner=np.zeros(trials, dtype=np.int8),
        faded=never(),
        final=np.full(trials, FIGHTING, dtype=np.int8),
        fought=days(0.0),
        occupancy=np.zeros((len(plan.ticks), OCCUPANCY), dtype=np.int64),
        tolls=np.zeros((trials, len(plan.tolls))),
        answers=np.zeros((trials, len(plan.questions)), dtype=bool),
        ripe=np.zeros((len(plan.quarters), 2, 4), dtype=np.int64),
        zones=np.zeros((len(plan.quarters), len(plan.tracks), 2, 3), dtype=np.int64),
        tracks=[
            TrackHistory(
                signed=never(),
                terms=np.full((trials, issues), NEVER, dtype=np.int32),
                worth=np.full((trials, parties), np.nan),
                failed=np.zeros(trials, dtype=np.int32),
                refused=np.zeros((trials, parties), dtype=np.int32),
                objections=np.zeros((parties, issues), dtype=np.int64),
                votes=np.zeros(len(track.bodies), dtype=np.int64),
                approved=np.zeros(len(track.bodies), dtype=np.int64),
            )
            for track in plan.tracks
        ],
    )


class Recorder:
    """Writes the history of a block.

    Rows are always those of the block as it now is; `State.row` leads to where it began. What a history does not keep
    it is told as well, for `negosim.engine.record.tracer`, which writes down everything.
    """

    def __init__(self, plan: Plan, history: History, state: State) -> None:
        self._plan = plan
        self._state = state
        self.history = history

    @property
    def wants_answers(self) -> bool:
        """Whether it is to be told what everybody says in every round."""
        return False

    def event(self, event: EventPlan, rows: NDArray[np.intp], tick: int) -> AbstractContextManager[None]:
        """Return the context in which an event has its effects."""
        return nullcontext()

    def stands(self, tick: int) -> None:
        """Take note that the values of a tick are up to date."""

    def drafted(self, track: int) -> None:
        """Take note of the first draft of a track."""

    def met(self, track: int, outcome: RoundOutcome, tick: int) -> None:
        """Take note of a round."""

    def signed(self, track: int, rows: NDArray[np.intp], text: Columns, worth: Array, tick: int) -> None:
        """Write down a signature in some rows of the block; only the first of a track keeps its terms."""
        kept = self.history.tracks[track]
        at = self._state.row[rows]
        new = kept.signed[at] == NEVER
        kept.signed[at[new]] = tick
        kept.terms[at[new]] = text[new]
        kept.worth[at[new]] = worth[new]

    def voted(self, track: int, body: int, votes: int, approved: int) -> None:
        """Write down votes on ratification."""
        self.history.tracks[track].votes[body] += votes
        self.history.tracks[track].approved[body] += approved

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
        """Write down that agreements of some kinds end on the given days."""
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

    def count(self, tick: int) -> None:
        """Count the trials in each state."""
        row = self.history.occupancy[tick]
        for state in (FIGHTING, CEASEFIRE, SETTLEMENT):
            row[state] = np.count_nonzero(self._state.state == state)
        row[3] = np.count_nonzero(self.history.winner == 1)
        row[4] = np.count_nonzero(self.history.winner == -1)
        row[5] = np.count_nonzero(self.history.faded != NEVER)

    def close(self, tick: int) -> None:
        """Write down the end: final states, spells still running, questions.

        Parameters
        ----------
        tick : the last one played; where every trial has ended it may lie before the horizon.
        """
        state, history = self._state, self.history
        history.occupancy[tick + 1 :] = history.occupancy[tick]
        ended = (history.victory != NEVER) | (history.faded != NEVER)
        history.final[ended] = ENDED
        history.final[state.row] = state.state
        self.fought()
        horizon = float(self._plan.ticks.days[-1])
        for kind, spells in history.spells.items():
            running = np.nonzero(~np.isnan(spells.current))[0]
            self._answer(kind, running, np.full(running.size, horizon))
        self._answer_absorbing()

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
