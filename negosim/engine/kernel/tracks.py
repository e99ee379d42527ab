"""Tracks as the kernel takes them: what they talk about, and who must consent."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from negosim.engine.itself import Itself
from negosim.engine.kernel.structs import WORD, Pointers, Track, words_of
from negosim.engine.plan import Plan, TrackPlan

_KEPT = 8
"""Plans whose tracks are kept described."""


@dataclass(frozen=True)
class DescribedTracks:
    """The tracks of a plan as the kernel takes them, side by side.

    Attributes
    ----------
    tracks : the structures.
    fixed : keeps the arrays that they point to.
    """

    tracks: ctypes.Array[Track]
    fixed: Pointers


def described(plan: Plan) -> DescribedTracks:
    """Return the tracks of a plan; they are described once, however many blocks are played."""
    return _described(Itself(plan))


@lru_cache(maxsize=_KEPT)
def _described(plan: Itself[Plan]) -> DescribedTracks:
    fixed, item = Pointers(), plan.item
    tracks = (Track * len(item.tracks))(*(_track(item, track, fixed) for track in item.tracks))
    return DescribedTracks(tracks, fixed)


def _track(plan: Plan, track: TrackPlan, fixed: Pointers) -> Track:
    agenda, issues = track.agenda, range(len(plan.issues))
    slots = agenda.columns.size
    place_at = np.full(len(plan.issues), -1)
    place_at[list(agenda.issues)] = np.arange(len(agenda.issues))
    slot_at = np.full(plan.columns, -1)
    slot_at[agenda.columns] = np.arange(slots)
    banned = [issue for combination in plan.never for issue in combination.issues]
    tied = [*plan.guarding, *(issue for linkage in plan.linkages for issue in linkage.issues)]
    takes_turns = track.protocol == "alternating_offers"
    line_party = np.array([line.party for line in plan.lines], dtype=int)
    line_place = np.array([place_at[line.issue] for line in plan.lines], dtype=int)
    line_slot = np.array([slot_at[line.column] for line in plan.lines], dtype=int)
    binds = [line.party in (track.consenters if takes_turns else track.signatories) for line in plan.lines]
    varies = [line.party in track.consenters and not binds[place] for place, line in enumerate(plan.lines)]
    bans = [combination for combination in plan.never if (place_at[list(combination.issues)] >= 0).any()]
    links = {place % WORD for place, linkage in enumerate(plan.linkages) if (place_at[list(linkage.issues)] >= 0).any()}
    sway = sorted({chip for party, chip in track.holders if party not in track.signatories})
    holders = {chip: [party for party, held in track.holders if held == chip] for chip in sway}
    their_lines = [
        line.issue for line in plan.lines if place_at[line.issue] >= 0 and line.party not in track.signatories
    ]
    bodies = [body for body in track.bodies if not body.is_own]
    watched = [plan.war.first, plan.war.second] if plan.war else track.signatories
    own = [body for body in plan.bodies if body.is_own and track.kind in body.kinds]
    return Track(
        parties=len(plan.parties),
        issues=len(plan.issues),
        places=len(agenda.issues),
        slots=slots,
        agenda=fixed.whole(agenda.issues),
        first=fixed.whole(np.searchsorted(agenda.place_of, np.arange(len(agenda.issues) + 1))),
        column=fixed.whole(agenda.columns),
        place_of=fixed.whole(agenda.place_of),
        place_at=fixed.whole(place_at),
        slot_at=fixed.whole(slot_at),
        guards=fixed.flags([issue in plan.guarding for issue in issues]),
        apart=fixed.flags([issue not in {*agenda.issues, *tied, *banned} for issue in issues]),
        tied=fixed.flags([issue in tied for issue in issues]),
        banned=fixed.flags([issue in banned for issue in issues]),
        bans=fixed.combinations(bans),
        links=fixed.sets(np.isin(np.arange(WORD), list(links))),
        words=words_of(slots),
        line_words=words_of(len(plan.lines)),
        slots_of=fixed.sets(np.equal.outer(np.arange(len(agenda.issues)), agenda.place_of)),
        guarding=fixed.sets(np.isin(plan.issue_of[agenda.columns], plan.guarding)),
        excluded=fixed.sets(np.isin(agenda.columns, track.excluded)),
        first_draft=fixed.whole([track.first_draft.get(issue, -1) for issue in issues]),
        swaying=len(sway),
        sway=fixed.whole(sway),
        sway_holders=fixed.sets(
            np.array([np.isin(np.arange(len(plan.parties)), holders[chip]) for chip in sway], dtype=bool).reshape(
                len(sway), len(plan.parties)
            )
        ),
        touchy=fixed.flags([issue in sway or issue in their_lines for issue in issues]),
        lines=len(plan.lines),
        line_party=fixed.whole(line_party),
        line_place=fixed.whole(line_place),
        line_slot=fixed.whole(line_slot),
        lines_of=fixed.sets(np.equal.outer(np.arange(len(agenda.issues)), line_place)),
        lines_by=fixed.sets(np.equal.outer(np.arange(len(plan.parties)), line_party)),
        lines_behind=fixed.sets(np.equal.outer(np.arange(slots), line_slot)),
        binding=fixed.sets(np.array(binds, dtype=bool)),
        varying=fixed.sets(np.array(varies, dtype=bool)),
        consents=fixed.flags([party in track.consenters for party in range(len(plan.parties))]),
        signs=fixed.flags([party in track.signatories for party in range(len(plan.parties))]),
        holdings=len(track.holders),
        holding_party=fixed.whole([party for party, _ in track.holders]),
        holding_chip=fixed.whole([chip for _, chip in track.holders]),
        own_bodies=len(own),
        own_body=fixed.whole([body.number for body in own]),
        own_body_party=fixed.whole([body.party for body in own]),
        bodies=len(bodies),
        body=fixed.whole([body.number for body in bodies]),
        body_party=fixed.whole([body.party for body in bodies]),
        body_votes_as=fixed.whole([body.votes_as for body in bodies]),
        voting=len(track.bodies),
        voting_body=fixed.whole([body.number for body in track.bodies]),
        voting_party=fixed.whole([body.party for body in track.bodies]),
        voting_as=fixed.whole([body.votes_as for body in track.bodies]),
        truce=track.truce,
        watching=len(watched),
        watched=fixed.whole(watched),
        opens=track.opens,
        signatories=len(track.signatories),
        limited=track.kind == "limited",
        ceasefire=track.kind == "ceasefire",
        settles=track.kind == "settlement",
        stops=plan.war is not None and track.kind != "limited",
        takes_turns=takes_turns,
        revisions=track.revisions,
        ripeness=track.ripeness,
    )
