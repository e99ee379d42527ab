"""A block of histories, as the kernel takes it: filled in once, and again only where something stands elsewhere."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.agreements import GAINS, may_tempt
from negosim.engine.itself import Itself
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.structs import Block, Bound, Numbers, Pointers, Pointing, Round, Spells
from negosim.engine.kernel.tracks import described
from negosim.engine.kernel.values import KernelValues
from negosim.engine.kernel.worth import CompiledWorth
from negosim.engine.parameters import Parameters
from negosim.engine.plan import ROUNDING, Plan, TrackPlan
from negosim.engine.record.history import KINDS
from negosim.engine.record.recorder import Recorder
from negosim.engine.state import MOST_DISTRUST
from negosim.engine.streams import Streams
from negosim.engine.talks.rounds import order_of_turns, tie_breakers
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.paths import AFTER, DEADLINE, PARTY

_OF_PARTIES = {
    "preference": PARTY.time_preference,
    "distrust": PARTY.distrust,
    "exposure": PARTY.exposure,
    "concession": PARTY.concession,
    "scale": PARTY.judgement_noise,
    "judgement_memory": PARTY.judgement_memory,
    "reciprocity": PARTY.reciprocity,
}
_OF_TRACKS = ("pressure", "patience", "weights")
_AFTERWARDS = {
    "hazard": AFTER.breach,
    "effect": AFTER.enforcement_effect,
    "peace_cost": AFTER.peace_cost,
    "shape": AFTER.shape,
    "penalty": AFTER.pressure_penalty,
    "pause": AFTER.pause,
    "breach_memory": AFTER.breach_memory,
    "opportunism": AFTER.opportunism,
    "defection_cost": AFTER.defection_cost,
}
_OF_BODIES = {"hurdle": "hurdle", "spread": "spread", "foresight": "foresight", "body_memory": "memory"}
_VALUES = ("version", "war", "cost", "decided", "status_quo")

_KEPT = 8
"""Plans whose paths are kept."""

Room = dict[str, NDArray[Any]]
"""Where the kernel writes what comes of a round."""


@dataclass(frozen=True)
class _TrackPaths:
    """Where the numbers of a track stand in the scenario.

    Attributes
    ----------
    of_parties : the fields of what all parties have a number of, and the paths of these.
    single : the fields of single numbers, and their paths.
    delays : the paths of the delays of the bodies that vote.
    weights : the paths of what each party weighs with the mediator.
    consent, errors : the streams of each party's judgement, and of the mediator's error about it.
    """

    of_parties: tuple[tuple[str, tuple[str, ...]], ...]
    single: tuple[tuple[str, str], ...]
    delays: tuple[str, ...]
    weights: tuple[str, ...]
    consent: tuple[str, ...]
    errors: tuple[str, ...]


@lru_cache(maxsize=_KEPT)
def _paths(plan: Itself[Plan]) -> tuple[_TrackPaths, ...]:
    """Return where the numbers of all tracks stand."""

    def of_parties(track: TrackPlan, name: str) -> tuple[str, ...]:
        return tuple(f"{track.path}.{name}.{party}" for party in plan.item.parties)

    def single(track: TrackPlan) -> dict[str, str]:
        return {
            **{name: family(track.id) for name, family in _AFTERWARDS.items()},
            "error": f"{track.path}.mediator_error",
            "mediator_memory": f"{track.path}.mediator_memory",
            **({"credibility": DEADLINE.credibility(track.id)} if track.deadlines else {}),
        }

    return tuple(
        _TrackPaths(
            tuple((name, of_parties(track, name)) for name in _OF_TRACKS),
            tuple(single(track).items()),
            tuple(body.delay for body in track.bodies),
            of_parties(track, "weights"),
            of_parties(track, "consent"),
            of_parties(track, "mediator_error"),
        )
        for track in plan.item.tracks
    )


class KernelBlock:
    """A block of histories.

    Attributes
    ----------
    room : where the kernel writes what comes of a round, in arrays for all rounds of all tracks.
    """

    def __init__(
        self,
        plan: Plan,
        parameters: Parameters,
        streams: Streams,
        party_values: KernelValues,
        state: KernelState,
        recorder: Recorder,
    ) -> None:
        self._plan, self._parameters, self._streams = plan, parameters, streams
        self._party_values, self._state, self._history = party_values, state, recorder.history
        self._fixed = Pointers()
        self._talks = (Round * len(plan.tracks))()
        self._tracks, self._paths = described(plan), _paths(Itself(plan))
        self._struct = self._described()
        self._values_at = Pointing(self._struct, _VALUES)
        self._bound = self._numbers()
        self.room = _blank(state.trials, len(plan.parties), len(plan.issues))
        written = {
            _WRITTEN.get(name, name): self._fixed.at(array, array.dtype.type) for name, array in self.room.items()
        }
        noise = PARTY.judgement_noise.each(plan.parties)
        self._moody = self._fixed.flags([parameters.may_count(path) for path in noise])
        for index in range(len(plan.tracks)):
            self._describe_talks(index, written)
        self._rows: NDArray[np.intp] | None = None
        self._valued: NDArray[np.intp] | None = None
        self._worth: CompiledWorth | None = None
        self._at = ctypes.addressof(self._struct)

    def _described(self) -> Block:
        plan, fixed = self._plan, self._fixed
        spells = (Spells * len(KINDS))()
        for struct, kind in zip(spells, KINDS, strict=True):
            Pointing(struct).at(self._history.spells[kind])
        fixed.kept.append(spells)
        asked = [KINDS.index(question.reach) if question.reach in KINDS else -1 for question in plan.questions]
        days = [plan.ticks.days[question.tick] for question in plan.questions]
        return Block(
            parties=len(plan.parties),
            issues=len(plan.issues),
            lines=len(plan.lines),
            all_bodies=len(plan.bodies),
            tracks=len(plan.tracks),
            state=self._state.at,
            track=ctypes.addressof(self._tracks.tracks),
            talks=ctypes.addressof(self._talks),
            numbers=fixed.at(self._streams.trials, np.int64),
            settings=fixed.at(self._history.setting, np.intp),
            body_keys=fixed.at(self._streams.keys(tuple(body.spread for body in plan.bodies)), np.uint64),
            first=plan.war.first if plan.war else -1,
            second=plan.war.second if plan.war else -1,
            ripeness=plan.war is not None and any(track.ripeness for track in plan.tracks),
            reciprocal=any(map(self._parameters.may_count, PARTY.reciprocity.each(plan.parties))),
            rounding=ROUNDING,
            gains=GAINS,
            most_distrust=MOST_DISTRUST,
            days_per_year=DAYS_PER_YEAR,
            spells=ctypes.addressof(spells),
            questions=len(plan.questions),
            question_kind=fixed.whole(asked),
            question_day=fixed.at(np.array(days, dtype=np.float64), np.float64),
            question_lasting=fixed.at(np.array([one.lasting for one in plan.questions], dtype=np.float64), np.float64),
            answers=fixed.at(self._history.answers, np.bool_),
        )

    # -- what may come to stand elsewhere --------------------------------------------------------------------------

    def settled(self) -> int:
        """Return where the block stands, after looking whether anything in it now stands elsewhere."""
        self.followed()
        if self._valued is not self._state.row:
            self._valued = self._state.row
            self._values_at.at(self._party_values)
        if self._worth is not self._party_values.worth:
            self._point_to_worth()
        return self._at

    def followed(self) -> int:
        """Return the same after a look at all but the values of the parties, which there may not be yet."""
        if self._rows is not self._state.row:  # histories have left
            self._rows = self._state.row
            self._state.follow()
            for numbers in self._bound:
                numbers.renew()
        return self._at

    def _point_to_worth(self) -> None:
        values, struct = self._party_values, self._struct
        assert isinstance(values.worth, CompiledWorth)
        self._worth = values.worth
        struct.packages = ctypes.addressof(values.worth.struct)
        if not struct.in_force:
            library = kernel.library()
            assert library
            struct.in_force = self._blank(library.negosim_size_of_terms(struct.packages))
        self._best = Pointers()
        struct.best = self._best.at(values.best, np.intp)
        struct.best_step = values.best[0].size if len(values.best) > 1 else 0
        struct.best_value = self._best.numbers(values.best_value_side_by_side)

    def _numbers(self) -> list[Bound]:
        """Return all numbers of the parties, of their bodies and of the tracks."""
        plan, struct, group = self._plan, self._struct, self._parameters.side_by_side
        bound = [
            Bound([getattr(struct, name)], group(family.each(plan.parties))) for name, family in _OF_PARTIES.items()
        ]
        single = list[tuple[Numbers, str]]()
        for name, key in _OF_BODIES.items():
            numbers = self._of_each(plan.bodies)
            setattr(struct, name, ctypes.addressof(numbers))
            single += zip(numbers, (getattr(body, key) for body in plan.bodies), strict=True)
        bound.append(self._one_by_one(single))
        for paths, talks in zip(self._paths, self._talks, strict=True):
            bound += [Bound([getattr(talks, name)], group(numbers)) for name, numbers in paths.of_parties]
            delays = self._of_each(paths.delays)
            talks.delay = ctypes.addressof(delays)
            single = [(getattr(talks, name), path) for name, path in paths.single]
            bound.append(self._one_by_one([*single, *zip(delays, paths.delays, strict=True)]))
        return bound

    def _of_each(self, bodies: Sequence[object]) -> ctypes.Array[Numbers]:
        """Return room for where a number of each of some bodies stands."""
        numbers = (Numbers * len(bodies))()
        self._fixed.kept.append(numbers)
        return numbers

    def _one_by_one(self, single: Sequence[tuple[Numbers, str]]) -> Bound:
        """Return single numbers, by where the kernel looks for each; they are kept side by side."""
        return Bound([at for at, _ in single], self._parameters.side_by_side([path for _, path in single]))

    # -- what stays where it is ------------------------------------------------------------------------------------

    def _describe_talks(self, index: int, written: dict[str, int]) -> None:
        """Fill in where the kernel writes what comes of a round, what it counts, and what luck it has."""
        talks, track, kept = self._talks[index], self._plan.tracks[index], self._history.tracks[index]
        fixed, paths = self._fixed, self._paths[index]
        talks.standing = self._state.tracks_at[index]
        talks.moody = self._moody
        talks.misread = fixed.flags(_misread(track, paths, self._parameters))
        talks.may_tempt = may_tempt(self._parameters, track)
        for name, at in written.items():
            setattr(talks, name, at)
        for name, counted in _COUNTED.items():
            array = getattr(kept, counted)
            setattr(talks, name, fixed.at(array, array.dtype.type))
        talks.luck = fixed.at(tie_breakers(self._plan, index, self._streams), np.float64)
        talks.consent_keys = fixed.at(self._streams.keys(paths.consent), np.uint64)
        talks.error_keys = fixed.at(self._streams.keys(paths.errors), np.uint64)
        talks.breach_key = fixed.at(self._streams.key(AFTER.breach(track.id)), np.uint64)
        talks.opportunism_key = fixed.at(self._streams.key(AFTER.opportunism(track.id)), np.uint64)
        if self._tracks.tracks[index].takes_turns:
            talks.order = fixed.at(order_of_turns(self._plan, index, self._streams), np.intp)
        library = kernel.library()
        assert library
        talks.notes = self._blank(library.negosim_size_of_notes(ctypes.addressof(self._tracks.tracks[index])))

    def _blank(self, size: int) -> int:
        """Return where the kernel may remember so many bytes of every history: editions and versions come first."""
        remembered = np.zeros((self._streams.count, size // 8), dtype=np.int64)
        remembered[:, :3] = -1  # of no edition
        return self._fixed.at(remembered, np.int64)


_COUNTED = {
    "signatures": "signatures",
    "by_judgement": "below",
    "failed": "failed",
    "refused": "refused",
    "over": "objections",
    "signed_at": "signed",
    "first_terms": "terms",
    "first_worth": "worth",
    "votes": "votes",
    "approved": "approved",
    "lost_votes": "lost_votes",
}
"""Where the kernel counts, and what the history of a track calls it."""

_WRITTEN = {"signed": "signed_", "mood": "judgement"}
"""What the kernel calls otherwise of what it writes."""


def _blank(many: int, parties: int, issues: int) -> Room:
    return {
        "rows": np.empty(many, dtype=np.intp),
        "text": np.empty((many, issues), dtype=np.intp),
        "worth": np.empty((many, parties)),
        "consent": np.empty((many, parties), dtype=bool),
        **{name: np.empty(many, dtype=bool) for name in ("signed", "pressed", "below")},
        "objections": np.empty((many, parties), dtype=np.int32),
        **{name: np.empty((many, parties), dtype=bool) for name in ("refusals", "crossed")},
        **{name: np.empty((many, parties)) for name in ("value", "aspiration", "ask", "reservation", "mood")},
        "proposer": np.empty(many, dtype=np.intp),
    }


def _misread(track: TrackPlan, paths: _TrackPaths, parameters: Parameters) -> list[bool]:
    """Tell about whom a mediator's error may count: nobody follows it elsewhere."""
    errs = track.revisions > 0 and parameters.may_count(f"{track.path}.mediator_error")
    return [errs and parameters.may_count(path) for path in paths.weights]
