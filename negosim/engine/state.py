"""The state of a block: where each of its histories stands."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.states import FIGHTING
from negosim.engine.streams import Array
from negosim.model.packages import Columns, Flags

UNSAID = -1
"""Stands for what a text that waits for ratification says on an issue that was not open."""

MOST_DISTRUST = 1e12
"""No breaches and no narrative multiply distrust by more: every agreement is then expected to break at once."""

States = NDArray[np.int8]


@dataclass
class TrackState:
    """Where a track stands; all with a leading trial axis.

    Attributes
    ----------
    draft : (trials, issues) the text on the table.
    clock : (trials, parties) days that count towards concession.
    open : (trials,) whether talks were open since the last tick.
    toughness : (trials, parties) τ at the last round, NaN before the first.
    slowed : (trials, parties) whether no other signatory moved in the last round.
    rounds : (trials,) rounds held so far.
    credibility : (trials,) what deadlines that passed unsigned have left of a deadline's credibility.
    agreed : (trials,) whether a limited deal of the track is in force.
    deal, moved : (trials, issues) its terms, and the issues it moves.
    deal_breaks : (trials,) the day on which it will break down.
    waiting : (trials,) whether a signed text waits for ratification.
    signed_text : (trials, issues) what it says on the issues that were open, `UNSAID` on the others.
    pressed : (trials,) whether it was signed under pressure.
    votes : (trials, bodies) the day of each vote still to come, NaN for none.
    closed_until : (trials,) the day until which talks are closed after a breach; minus infinity where they never were.
    mood, asked_on : (trials, parties) z of each party's judgement, and the day on which it was last asked, NaN before.
    misreading, misread_on : (trials, parties) the mediator's error about each party, in standard deviations, and
        (trials,) the day of the last round, NaN before.
    """

    draft: Columns
    clock: Array
    open: Flags
    toughness: Array
    slowed: Flags
    rounds: NDArray[np.int32]
    credibility: Array
    agreed: Flags
    deal: Columns
    moved: Flags
    deal_breaks: Array
    waiting: Flags
    signed_text: Columns
    pressed: Flags
    votes: Array
    closed_until: Array
    mood: Array
    asked_on: Array
    misreading: Array
    misread_on: Array


@dataclass
class State:
    """Where each history of a block stands; every array has a leading trial axis.

    Attributes
    ----------
    row : position in the block as it began.
    state : FIGHTING, CEASEFIRE, SETTLEMENT or ENDED.
    fighting : whether the last stretch of time, up to this tick, was spent fighting (or in the impasse).
    fought : years so spent since the start.
    front : in (-1, 1).
    drift : true drift as last made known.
    belief, variance : (trials, parties) what each party believes of the drift.
    own_quo : (trials, issues) columns of the status quo, limited deals aside.
    status_quo : (trials, issues) columns of the status quo.
    taken : (trials, issues) issues agreed in a limited deal, off every agenda while it holds.
    fixed : (trials, issues) issues settled unilaterally, off every agenda.
    live : (trials, red lines) whether each red line stands.
    lifts : (trials, red lines) the day on which it lifts by itself.
    distrust : (trials, parties) factor that breaches and narratives have put on each party's distrust.
    counting : (trials, parties) whose clocks run on tracks that follow ripeness.
    terms : (trials, issues) of the agreement in force, where there is one.
    left : (trials, issues) issues that it left at their status quo.
    under : the track under which it was signed, -1 for none.
    breaks : the day on which it will break down.
    stocks : (trials, stocks) how much of each is left.
    truce : (trials,) whether the ceasefire in force is one that holds until a vote, without terms.
    body_mood, voted_on : (trials, bodies) z of each body's mood, and the day of its last vote, NaN before.
    lesson, lost_on : (trials, bodies) the threshold that each body's last vote showed, and its day, where it was lost;
        NaN elsewhere.
    """

    row: NDArray[np.intp]
    state: States
    fighting: Flags
    fought: Array
    front: Array
    drift: Array
    belief: Array
    variance: Array
    own_quo: Columns
    status_quo: Columns
    taken: Flags
    fixed: Flags
    live: Flags
    lifts: Array
    distrust: Array
    counting: Flags
    terms: Columns
    left: Flags
    under: NDArray[np.int8]
    breaks: Array
    stocks: Array
    truce: Flags
    body_mood: Array
    voted_on: Array
    lesson: Array
    lost_on: Array
    tracks: list[TrackState]

    @property
    def trials(self) -> int:
        """The number of histories still in the block."""
        return int(self.row.size)

    def restate(self, rows: NDArray[np.intp]) -> None:
        """Bring the status quo up to date with the front, with what events have fixed and with limited deals.

        An agreement in force that left an issue at its status quo goes with it.
        """
        status_quo, fixed = self.own_quo[rows], self.fixed[rows]
        taken = np.zeros_like(fixed)
        for track in self.tracks:
            if track.agreed.any():
                places = np.nonzero(track.agreed[rows])[0]
                moved = track.moved[rows[places]] & ~fixed[places]
                status_quo[places] = np.where(moved, track.deal[rows[places]], status_quo[places])
                taken[places] |= moved
        bound = np.nonzero(self.under[rows] >= 0)[0]
        if bound.size:
            at = rows[bound]
            goes_with = self.left[at] | fixed[bound]
            self.terms[at] = np.where(goes_with, status_quo[bound], self.terms[at])
        self.status_quo[rows], self.taken[rows] = status_quo, taken

    def draw_line(self, line: int, rows: NDArray[np.intp]) -> None:
        """Let a red line stand in some histories, until an event lifts it."""
        self.live[rows, line], self.lifts[rows, line] = True, np.inf

    def lift_line(self, line: int, rows: NDArray[np.intp]) -> None:
        """Lift a red line in some histories."""
        self.live[rows, line] = False

    def lift_lines(self, day: float) -> None:
        """Lift the red lines whose time has come."""
        self.live &= self.lifts > day

    def keep(self, rows: Flags) -> None:
        """Leave only some histories in the block."""
        parts: list[State | TrackState] = [self, *self.tracks]
        for part in parts:
            for field in dataclasses.fields(part):
                value = getattr(part, field.name)
                if isinstance(value, np.ndarray):
                    setattr(part, field.name, value[rows])


def initial_state(plan: Plan, trials: int) -> State:
    """Return the state in which every history begins; what depends on draws is filled in by the engine."""
    parties, issues, lines = len(plan.parties), len(plan.issues), len(plan.lines)
    first = np.array([item.columns[0] for item in plan.status_quo], dtype=np.intp)
    status_quo = np.tile(first, (trials, 1)).reshape(trials, issues)
    return State(
        row=np.arange(trials),
        state=np.full(trials, FIGHTING, dtype=np.int8),
        fighting=np.ones(trials, dtype=bool),
        fought=np.zeros(trials),
        front=np.zeros(trials),
        drift=np.zeros(trials),
        belief=np.zeros((trials, parties)),
        variance=np.zeros((trials, parties)),
        own_quo=status_quo,
        status_quo=status_quo.copy(),
        taken=np.zeros((trials, issues), dtype=bool),
        fixed=np.zeros((trials, issues), dtype=bool),
        live=np.ones((trials, lines), dtype=bool),
        lifts=np.full((trials, lines), np.inf),
        distrust=np.ones((trials, parties)),
        counting=np.zeros((trials, parties), dtype=bool),
        terms=status_quo.copy(),
        left=np.zeros((trials, issues), dtype=bool),
        under=np.full(trials, -1, dtype=np.int8),
        breaks=np.full(trials, np.inf),
        stocks=np.zeros((trials, len(plan.stocks))),
        truce=np.zeros(trials, dtype=bool),
        body_mood=np.zeros((trials, len(plan.bodies))),
        voted_on=np.full((trials, len(plan.bodies)), np.nan),
        lesson=np.full((trials, len(plan.bodies)), np.nan),
        lost_on=np.full((trials, len(plan.bodies)), np.nan),
        tracks=[
            TrackState(
                draft=status_quo.copy(),
                clock=np.zeros((trials, parties)),
                open=np.zeros(trials, dtype=bool),
                toughness=np.full((trials, parties), np.nan),
                slowed=np.zeros((trials, parties), dtype=bool),
                rounds=np.zeros(trials, dtype=np.int32),
                credibility=np.ones(trials),
                agreed=np.zeros(trials, dtype=bool),
                deal=status_quo.copy(),
                moved=np.zeros((trials, issues), dtype=bool),
                deal_breaks=np.full(trials, np.inf),
                waiting=np.zeros(trials, dtype=bool),
                signed_text=status_quo.copy(),
                pressed=np.zeros(trials, dtype=bool),
                votes=np.full((trials, len(track.bodies)), np.nan),
                closed_until=np.full(trials, -np.inf),
                mood=np.zeros((trials, parties)),
                asked_on=np.full((trials, parties), np.nan),
                misreading=np.zeros((trials, parties)),
                misread_on=np.full(trials, np.nan),
            )
            for track in plan.tracks
        ],
    )
