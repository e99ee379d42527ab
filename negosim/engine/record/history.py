"""History: what happened in each trial of a block.

A block may hold trials of several settings. What is counted in all trials together (the occupancy, for one) is then
counted for each setting, and has a leading axis of settings; `History.of_setting` takes that away.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.states import FIGHTING
from negosim.engine.streams import Array
from negosim.model.packages import Flags

AGREEMENTS = ("ceasefire", "settlement", "agreement")
"""Kinds of agreement that stop fighting; ``agreement`` is a ceasefire or a settlement."""

KINDS = ("limited", *AGREEMENTS)
"""Kinds of agreement whose spells are kept."""

NEVER = -1
"""Stands for a tick that did not come."""

Part = TypeVar("Part", "Spells", "TrackHistory")


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
    signatures : (trials,) signatures in all.
    below : (trials,) of them, those of a text that is worth less to somebody who signed than its aspiration: judgement
        signed it.
    failed : (trials,) rounds in which a text was put to the parties and somebody refused.
    refused : (trials, parties) of them, those in which the party refused.
    objections : (parties, issues) refusals by the issue they were over, in all trials together.
    votes, approved : (bodies,) votes on ratification, and those that approved, in all trials together.
    lost_votes : (trials,) votes that were lost.
    setting : (trials,) the place of each trial's setting in the block.
    """

    signed: NDArray[np.int32]
    terms: NDArray[np.int32]
    worth: Array
    signatures: NDArray[np.int32]
    below: NDArray[np.int32]
    failed: NDArray[np.int32]
    refused: NDArray[np.int32]
    objections: NDArray[np.int64]
    votes: NDArray[np.int64]
    approved: NDArray[np.int64]
    lost_votes: NDArray[np.int32]
    setting: NDArray[np.intp]

    def count_failures(self, at: NDArray[np.intp], refusals: Flags, over: NDArray[np.int32]) -> None:
        """Count a round without a signature in some trials, by their place in the block as it began.

        Parameters
        ----------
        refusals : (at, parties) who refused.
        over : (at, parties) the issues they were over, -1 for none.
        """
        self.failed[at] += 1
        self.refused[at] += refusals
        shape, refused = self.objections.shape, over >= 0
        place = (self.setting[at][:, None] * shape[1] + np.arange(shape[1])) * shape[2] + over
        self.objections += np.bincount(place[refused], minlength=self.objections.size).reshape(shape)

    def count_votes(self, body: int, at: NDArray[np.intp], approved: Flags) -> None:
        """Count the votes of a body in some trials, by their place in the block as it began."""
        setting, settings = self.setting[at], len(self.votes)
        self.votes[:, body] += np.bincount(setting, minlength=settings)
        self.approved[:, body] += np.bincount(setting[approved], minlength=settings)
        self.lost_votes[at[~approved]] += 1


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
    setting : (trials,) the place of each trial's setting in the block.
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
    setting: NDArray[np.intp]
    zone_trials: int = 0
    tracks: list[TrackHistory] = field(default_factory=list)

    @property
    def trials(self) -> int:
        """The number of trials."""
        return int(self.victory.size)

    def of_setting(self, place: int, first: int) -> History:
        """Return what happened in the trials of one setting of a block.

        Parameters
        ----------
        place : of the setting.
        first : number of its first trial.
        """
        ends = np.searchsorted(self.setting, (place, place + 1))
        rows = slice(int(ends[0]), int(ends[1]))
        spells = {kind: _part(spells, place, rows) for kind, spells in self.spells.items()}
        tracks = [_part(track, place, rows) for track in self.tracks]
        arrays = _arrays(self, place, rows)
        return History(first=first, spells=spells, zone_trials=self.zone_trials, tracks=tracks, **arrays)


_TOTALS = frozenset({"occupancy", "ripe", "zones", "objections", "votes", "approved"})
"""What is counted in all trials of a setting together."""


def _part(whole: Part, place: int, rows: slice) -> Part:
    return type(whole)(**_arrays(whole, place, rows))


def _arrays(whole: History | Spells | TrackHistory, place: int, rows: slice) -> dict[str, NDArray[Any]]:
    """Return all arrays, of one setting."""
    named = ((field.name, getattr(whole, field.name)) for field in fields(whole))
    arrays = {name: array for name, array in named if isinstance(array, np.ndarray)}
    return {name: array[place] if name in _TOTALS else array[rows] for name, array in arrays.items()}


OCCUPANCY = 6
"""Columns of `History.occupancy`: the three states that go on, first and second belligerent won, faded."""


def blank(plan: Plan, first: int, setting: NDArray[np.intp]) -> History:
    """Return the history of a block in which nothing has happened yet.

    Parameters
    ----------
    first : number of the first trial.
    setting : (trials,) the place of each trial's setting: those of a setting stand together.
    """
    parties, issues, quarters = len(plan.parties), len(plan.issues), len(plan.quarters)
    trials, settings = setting.size, int(setting[-1]) + 1

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
        occupancy=np.zeros((settings, len(plan.ticks), OCCUPANCY), dtype=np.int64),
        tolls=np.zeros((trials, len(plan.tolls))),
        answers=np.zeros((trials, len(plan.questions)), dtype=bool),
        ripe=np.zeros((settings, quarters, 2, 4), dtype=np.int64),
        zones=np.zeros((settings, quarters, len(plan.tracks), 2, 3), dtype=np.int64),
        setting=setting,
        tracks=[
            TrackHistory(
                signed=never(),
                terms=np.full((trials, issues), NEVER, dtype=np.int32),
                worth=np.full((trials, parties), np.nan),
                signatures=np.zeros(trials, dtype=np.int32),
                below=np.zeros(trials, dtype=np.int32),
                failed=np.zeros(trials, dtype=np.int32),
                refused=np.zeros((trials, parties), dtype=np.int32),
                objections=np.zeros((settings, parties, issues), dtype=np.int64),
                votes=np.zeros((settings, len(track.bodies)), dtype=np.int64),
                approved=np.zeros((settings, len(track.bodies)), dtype=np.int64),
                lost_votes=np.zeros(trials, dtype=np.int32),
                setting=setting,
            )
            for track in plan.tracks
        ],
    )
