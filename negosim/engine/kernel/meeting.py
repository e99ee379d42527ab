"""A meeting of a track, held by the kernel."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.foresight import Foresight
from negosim.engine.kernel.state import KernelState
from negosim.engine.kernel.structs import Filler, Pointers, Track
from negosim.engine.kernel.values import KernelValues
from negosim.engine.kernel.worth import CompiledWorth
from negosim.engine.plan import Plan
from negosim.engine.record.history import TrackHistory
from negosim.engine.streams import Array, Streams
from negosim.engine.talks.round_outcome import Answers, RoundOutcome

Rows = NDArray[np.intp]

_OF_PARTIES = {
    "preference": "time_preference",
    "distrust": "distrust",
    "exposure": "exposure",
    "concession": "concession",
    "scale": "judgement_noise",
    "judgement_memory": "judgement_memory",
}
_AFTERWARDS = {"peace_cost": "peace_cost", "hazard": "breach", "effect": "enforcement_effect"}
_OUTCOME = ("rows", "text", "worth", "consent", "signed", "pressed", "below")
_ANSWERS = ("objections", "refusals", "crossed", "value", "aspiration", "ask", "reservation", "mood")
_WRITTEN = {"rows": "reported", "signed": "signed_", "mood": "judgement"}
"""What the kernel calls otherwise of what it writes."""


class Meeting:
    """Holds the rounds of one track.

    Parameters
    ----------
    luck : (trials of the block as it began, agenda columns) what breaks ties between changes.
    foresight : what the parties foresee of their bodies.
    kept : where rounds that fail are counted.

    Attributes
    ----------
    track_struct, filler : the track and the round, as the kernel takes them.
    """

    def __init__(
        self,
        plan: Plan,
        index: int,
        streams: Streams,
        party_values: KernelValues,
        state: KernelState,
        luck: Array,
        foresight: Foresight,
        kept: TrackHistory,
    ) -> None:
        self._plan, self._index, self._streams = plan, index, streams
        self._party_values, self._state, self.luck, self._kept = party_values, state, luck, kept
        self._foresight = foresight
        self._track = plan.tracks[index]
        self._fixed = Pointers()
        self.track_struct = self._described()
        self.filler = Filler()
        self._room: dict[str, NDArray[Any]] = {}
        self._filled_in: tuple[int, bool] | None = None
        path = self._track.path
        self._consent_keys = self._keys(f"{path}.consent.")
        self._error_keys = self._keys(f"{path}.mediator_error.")
        library = kernel.library()
        assert library
        self._library, self._meet = library, library.negosim_meet

    def _keys(self, stem: str) -> NDArray[np.uint64]:
        return np.concatenate([self._streams.key(f"{stem}{party}") for party in self._plan.parties])

    def _count(self, paths: Sequence[str]) -> list[bool]:
        """Tell which numbers may be other than 0 in the block, now or later."""
        return [self._party_values.may_count(path) for path in paths]

    def _misread(self) -> list[bool]:
        """Tell about whom a mediator's error may count: nobody follows it elsewhere."""
        track, parties = self._track, self._plan.parties
        errs = track.revisions > 0 and self._party_values.may_count(f"{track.path}.mediator_error")
        heard = self._count([f"{track.path}.weights.{party}" for party in parties])
        return [errs and is_heard for is_heard in heard]

    def _described(self) -> Track:
        plan, track, fixed = self._plan, self._track, self._fixed
        agenda, parties = track.agenda, np.arange(len(plan.parties))
        place_at = np.full(len(plan.issues), -1)
        place_at[list(agenda.issues)] = np.arange(len(agenda.issues))
        slot_at = np.full(plan.columns, -1)
        slot_at[agenda.columns] = np.arange(agenda.columns.size)
        banned = [issue for combination in plan.never for issue in combination.issues]
        tied = [*plan.guarding, *banned, *(issue for linkage in plan.linkages for issue in linkage.issues)]
        lines = [place for place, line in enumerate(plan.lines) if place_at[line.issue] >= 0]
        drawn = [plan.lines[place] for place in lines]
        sway = sorted({chip for party, chip in track.holders if party not in track.signatories})
        their_lines = [line.issue for line in drawn if line.party not in track.signatories]
        bodies = [body for body in track.bodies if not body.is_own]
        return Track(
            parties=len(plan.parties),
            issues=len(plan.issues),
            places=len(agenda.issues),
            slots=agenda.columns.size,
            agenda=fixed.whole(agenda.issues),
            first=fixed.whole(np.searchsorted(agenda.place_of, np.arange(len(agenda.issues) + 1))),
            column=fixed.whole(agenda.columns),
            place_of=fixed.whole(agenda.place_of),
            place_at=fixed.whole(place_at),
            slot_at=fixed.whole(slot_at),
            guards=fixed.flags(np.isin(np.arange(len(plan.issues)), plan.guarding)),
            apart=fixed.flags((place_at < 0) & ~np.isin(np.arange(len(plan.issues)), tied)),
            banned=fixed.flags(np.isin(np.arange(len(plan.issues)), banned)),
            bans=fixed.combinations(plan.never),
            excluded=fixed.flags(np.isin(agenda.columns, track.excluded)),
            narrowed=fixed.flags(np.isin(np.arange(len(plan.issues)), plan.issue_of[track.excluded])),
            excludes=track.excluded.size > 0,
            swaying=len(sway),
            sway=fixed.whole(sway),
            touchy=fixed.flags(np.isin(np.arange(len(plan.issues)), [*sway, *their_lines])),
            all_lines=len(plan.lines),
            lines=len(lines),
            line=fixed.whole(lines),
            line_party=fixed.whole([line.party for line in drawn]),
            line_issue=fixed.whole([line.issue for line in drawn]),
            line_column=fixed.whole([line.column for line in drawn]),
            line_slot=fixed.whole([slot_at[line.column] for line in drawn]),
            consents=fixed.flags(np.isin(parties, track.consenters)),
            signs=fixed.flags(np.isin(parties, track.signatories)),
            holdings=len(track.holders),
            holding_party=fixed.whole([party for party, _ in track.holders]),
            holding_chip=fixed.whole([chip for _, chip in track.holders]),
            bodies=len(bodies),
            body_party=fixed.whole([body.party for body in bodies]),
            body_votes_as=fixed.whole([body.votes_as for body in bodies]),
            moody=fixed.flags(self._count([f"parties.{party}.judgement_noise" for party in plan.parties])),
            misread=fixed.flags(self._misread()),
            limited=track.kind == "limited",
            stops=plan.war is not None and track.kind != "limited",
            settles=track.kind == "settlement",
            takes_turns=track.protocol == "alternating_offers",
            revisions=track.revisions,
        )

    def hold(
        self,
        tick: int,
        rows: Rows,
        proposer: Rows | None,
        passed: float,
        *,
        with_answers: bool = False,
        between: bool = False,
    ) -> RoundOutcome:
        """Hold a round in some rows of the block.

        Parameters
        ----------
        tick : when.
        rows : (held,) where.
        proposer : (held,) whose turn it is; None where a mediator drafts.
        passed : p, the share of the time to the next deadline that has passed; 0 without one.
        with_answers : whether to report all of them, and not only where the text was signed.
        between : whether it is no round, but the text of the last one is asked about again.
        """
        round_ = self.filler.round
        round_.held, round_.tick, round_.passed = rows.size, tick, passed
        round_.whole, round_.day = with_answers, float(self._plan.ticks.days[tick])
        round_.between = between
        self.fill_in_state(rows)
        self.fill_in_foresight(rows, round_.day)
        self.fill_in_values()
        self.fill_in_numbers(passed > 0)
        self.fill_in_room()
        if proposer is not None:
            self.filler.point("proposer", proposer, np.intp)
        count = self._meet(ctypes.addressof(self.track_struct), ctypes.addressof(round_))

        def written(names: Sequence[str]) -> dict[str, NDArray[Any]]:
            return {name: self._room[name][:count].copy() for name in names}

        answers = Answers(**written(_ANSWERS), proposer=proposer) if with_answers else None
        return RoundOutcome(**written(_OUTCOME), answers=answers, between=between)

    def fill_in_room(self) -> None:
        """Fill in where the kernel writes what comes of a round, in arrays for all rounds, and what it counts."""
        if self._room:
            return
        many, parties, issues = self._state.trials, len(self._plan.parties), len(self._plan.issues)
        self._room = {
            "rows": np.empty(many, dtype=np.intp),
            "text": np.empty((many, issues), dtype=np.intp),
            "worth": np.empty((many, parties)),
            "consent": np.empty((many, parties), dtype=bool),
            **{name: np.empty(many, dtype=bool) for name in ("signed", "pressed", "below")},
            "objections": np.empty((many, parties), dtype=np.int32),
            **{name: np.empty((many, parties), dtype=bool) for name in ("refusals", "crossed")},
            **{name: np.empty((many, parties)) for name in ("value", "aspiration", "ask", "reservation", "mood")},
        }
        for name, array in self._room.items():
            self.filler.point(_WRITTEN.get(name, name), array, array.dtype.type)
        kept = self._kept
        for name, array in (("failed", kept.failed), ("refused", kept.refused), ("over", kept.objections)):
            self.filler.point(name, array, array.dtype.type)
        self.filler.point("trials", self._streams.trials, np.int64)
        self.filler.point("settings", kept.setting, np.intp)
        size = self._library.negosim_size_of_notes(ctypes.addressof(self.track_struct))
        notes = np.zeros((self._streams.count, size // 8), dtype=np.int64)
        notes[:, :2] = -1  # of no edition
        self.filler.point("notes", notes, np.int64)

    def fill_in_state(self, rows: Rows) -> None:
        """Fill in where the histories stand; the arrays are others only where histories have left the block."""
        filler, state, standing = self.filler, self._state, self._state.tracks[self._index]
        filler.point("rows", rows, np.intp)
        if not filler.point("origin", state.row, np.intp):
            return
        filler.point("state", state.state, np.int8)
        filler.point("quo", state.status_quo, np.intp)
        filler.point("edition", state.edition, np.int64)
        filler.point("version", self._party_values.version, np.int64)
        for name in ("fixed", "taken", "live"):
            filler.point(name, getattr(state, name), np.bool_)
        filler.point("memory", state.distrust, np.float64)
        filler.point("left", standing.credibility, np.float64)
        for name in ("clock", "toughness", "mood", "asked_on", "misreading", "misread_on"):
            filler.point(name, getattr(standing, name), np.float64)
        filler.point("drafts", standing.draft, np.intp)
        filler.point("slowed", standing.slowed, np.bool_)

    def fill_in_foresight(self, rows: Rows, day: float) -> None:
        """Fill in what bodies are expected to ask for."""
        track, values = self._track, self._party_values
        pressure = values.of_rows(values.of_track(track, "pressure"), rows)
        self.filler.point("foreseen", self._foresight.foreseen(track, rows, pressure, day), np.float64)
        expected = np.empty((rows.size, self.track_struct.bodies))
        for place, body in enumerate(body for body in track.bodies if not body.is_own):
            expected[:, place] = self._foresight.expected(body, rows, day)
        self.filler.point("expected", expected, np.float64)

    def fill_in_values(self) -> None:
        """Fill in what packages, fighting on and no deal are worth."""
        filler, party_values = self.filler, self._party_values
        worth = party_values.worth
        assert isinstance(worth, CompiledWorth)
        filler.round.packages = ctypes.addressof(worth.struct)
        filler.numbers("best_value", party_values.best_value)
        filler.point("best", party_values.best, np.intp)
        filler.round.best_step = party_values.best[0].size if party_values.best.shape[0] > 1 else 0
        filler.point("luck", self.luck, np.float64)
        filler.point("war", party_values.war, np.float64)
        filler.point("cost", party_values.cost, np.float64)
        filler.point("no_deal", party_values.no_deal(), np.float64)
        if self._track.kind == "limited":
            filler.point("undecided", party_values.phi(np.arange(self._state.trials)), np.float64)

    def fill_in_numbers(self, has_deadline: bool) -> None:
        """Fill in the numbers of the parties and of the track, where any may have changed."""
        filler, party_values, track = self.filler, self._party_values, self._track
        if self._filled_in == (party_values.edition, has_deadline):
            return
        self._filled_in = (party_values.edition, has_deadline)
        for name, key in _OF_PARTIES.items():
            filler.numbers(name, party_values.of_party(key))
        for name in ("pressure", "patience", "weights"):
            filler.numbers(name, party_values.of_track(track, name))
        for name, key in _AFTERWARDS.items():
            filler.numbers(name, party_values.after(track, key))
        filler.numbers("error", party_values.number(f"{track.path}.mediator_error"))
        filler.numbers("mediator_memory", party_values.number(f"{track.path}.mediator_memory"))
        if has_deadline:
            filler.numbers("credibility", party_values.number(f"{track.path}.deadline.credibility"))
        filler.point("consent_keys", self._consent_keys, np.uint64)
        filler.point("error_keys", self._error_keys, np.uint64)
