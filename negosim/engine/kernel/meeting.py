"""A meeting of a track, held by the kernel."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel.structs import Pointers, Round, Track
from negosim.engine.kernel.worth import CompiledWorth
from negosim.engine.outcome import Outcome
from negosim.engine.outlook import Outlook
from negosim.engine.plan import Plan
from negosim.engine.state import State
from negosim.engine.streams import Array, Streams

Rows = NDArray[np.intp]


class Meeting:
    """Holds the rounds of one track.

    Parameters
    ----------
    luck : (trials of the block as it began, agenda columns) what breaks ties between changes.
    """

    def __init__(self, plan: Plan, index: int, streams: Streams, outlook: Outlook, state: State, luck: Array) -> None:
        self._plan, self._index, self._streams = plan, index, streams
        self._outlook, self._state, self._luck = outlook, state, luck
        self._track = plan.tracks[index]
        self._fixed = Pointers()
        self._struct = self._described()
        path = self._track.path
        self._consent_keys = self._keys(f"{path}.consent.")
        self._error_keys = self._keys(f"{path}.mediator_error.")
        library = kernel.library()
        assert library
        self._meet = library.negosim_meet

    def _keys(self, stem: str) -> NDArray[np.uint64]:
        return np.concatenate([self._streams.key(f"{stem}{party}") for party in self._plan.parties])

    def _described(self) -> Track:
        plan, track, fixed = self._plan, self._track, self._fixed
        agenda, parties = track.agenda, np.arange(len(plan.parties))
        place_at = np.full(len(plan.issues), -1)
        place_at[list(agenda.issues)] = np.arange(len(agenda.issues))
        slot_at = np.full(plan.columns, -1)
        slot_at[agenda.columns] = np.arange(agenda.columns.size)
        lines = [place for place, line in enumerate(plan.lines) if place_at[line.issue] >= 0]
        drawn = [plan.lines[place] for place in lines]
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
            bans=fixed.combinations(plan.never),
            all_lines=len(plan.lines),
            lines=len(lines),
            line=fixed.whole(lines),
            line_party=fixed.whole([line.party for line in drawn]),
            line_issue=fixed.whole([line.issue for line in drawn]),
            line_column=fixed.whole([line.column for line in drawn]),
            line_slot=fixed.whole([slot_at[line.column] for line in drawn]),
            consents=fixed.flags(np.isin(parties, track.consenters)),
            signs=fixed.flags(np.isin(parties, track.signatories)),
            signatories=len(track.signatories),
            holdings=len(track.holders),
            holding_party=fixed.whole([party for party, _ in track.holders]),
            holding_chip=fixed.whole([chip for _, chip in track.holders]),
            limited=track.kind == "limited",
            stops=plan.war is not None and track.kind != "limited",
            takes_turns=track.protocol == "alternating_offers",
            revisions=track.revisions,
        )

    def hold(self, tick: int, rows: Rows, proposer: Rows | None, passed: float) -> Outcome:
        """Hold a round in some rows of the block.

        Parameters
        ----------
        tick : when.
        rows : (held,) where.
        proposer : (held,) whose turn it is; None where a mediator drafts.
        passed : p, the share of the time to the next deadline that has passed; 0 without one.
        """
        held, parties, issues = rows.size, len(self._plan.parties), len(self._plan.issues)
        outcome = Outcome(
            rows=rows,
            text=np.empty((held, issues), dtype=np.intp),
            worth=np.empty((held, parties)),
            consent=np.empty((held, parties), dtype=bool),
            signed=np.empty(held, dtype=bool),
            refusals=np.empty((held, parties), dtype=bool),
            objections=np.empty((held, parties), dtype=np.int32),
            pressed=np.empty(held, dtype=bool),
            value=np.empty((held, parties)),
            aspiration=np.empty((held, parties)),
            no_deal=np.empty((held, parties)),
            noise=np.empty((held, parties)),
            crossed=np.empty((held, parties), dtype=bool),
            proposer=proposer,
        )
        pointers = Pointers()
        told = Round(held=held, first=self._streams.first, tick=tick, passed=passed)
        self._tell_state(told, pointers, rows)
        self._tell_values(told, pointers)
        self._tell_numbers(told, pointers, tick)
        if proposer is not None:
            told.proposer = pointers.at(proposer, np.intp)
        for name in ("worth", "value", "aspiration", "noise"):
            setattr(told, name, pointers.at(getattr(outcome, name), np.float64))
        told.refusal = pointers.at(outcome.no_deal, np.float64)
        for name in ("consent", "refusals", "crossed", "signed", "pressed"):
            setattr(told, name, pointers.at(getattr(outcome, name), np.bool_))
        told.text = pointers.at(outcome.text, np.intp)
        told.objections = pointers.at(outcome.objections, np.int32)
        self._meet(ctypes.addressof(self._struct), ctypes.addressof(told))
        return outcome

    def _tell_state(self, told: Round, pointers: Pointers, rows: Rows) -> None:
        state, standing = self._state, self._state.tracks[self._index]
        told.rows, told.origin = pointers.at(rows, np.intp), pointers.at(state.row, np.intp)
        told.state = pointers.at(state.state, np.int8)
        told.quo = pointers.at(state.status_quo, np.intp)
        for name in ("fixed", "taken", "live"):
            setattr(told, name, pointers.at(getattr(state, name), np.bool_))
        told.memory, told.left = pointers.at(state.distrust, np.float64), pointers.at(standing.credibility, np.float64)
        told.clock, told.toughness = (pointers.at(held, np.float64) for held in (standing.clock, standing.toughness))
        told.draft, told.slowed = pointers.at(standing.draft, np.intp), pointers.at(standing.slowed, np.bool_)

    def _tell_values(self, told: Round, pointers: Pointers) -> None:
        outlook = self._outlook
        worth = outlook.worth
        assert isinstance(worth, CompiledWorth)
        told.packages = ctypes.addressof(worth.struct)
        told.best_value = pointers.numbers(outlook.best_value)
        told.best = pointers.at(outlook.best, np.intp)
        told.best_step = outlook.best[0].size if outlook.best.shape[0] > 1 else 0
        told.luck = pointers.at(self._luck, np.float64)
        values: dict[str, Any] = {"war": outlook.war, "cost": outlook.cost, "no_deal": outlook.no_deal()}
        if self._track.kind == "limited":
            values["undecided"] = outlook.undecided()
        for name, value in values.items():
            setattr(told, name, pointers.at(value, np.float64))

    def _tell_numbers(self, told: Round, pointers: Pointers, tick: int) -> None:
        outlook, track = self._outlook, self._track
        of_party = {
            "preference": "time_preference", "distrust": "distrust", "exposure": "exposure",
            "concession": "concession", "scale": "judgement_noise",
        }  # fmt: skip
        for name, key in of_party.items():
            setattr(told, name, pointers.numbers(outlook.of_party(key)))
        for name in ("pressure", "patience", "weights"):
            setattr(told, name, pointers.numbers(outlook.of_track(track, name)))
        for name, key in {"peace_cost": "peace_cost", "hazard": "breach", "effect": "enforcement_effect"}.items():
            setattr(told, name, pointers.numbers(outlook.after(track, key)))
        told.error = pointers.numbers(outlook.number(f"{track.path}.mediator_error"))
        if told.passed:
            told.credibility = pointers.numbers(outlook.number(f"{track.path}.deadline.credibility"))
        told.consent_keys = pointers.at(self._consent_keys, np.uint64)
        told.error_keys = pointers.at(self._error_keys, np.uint64)
