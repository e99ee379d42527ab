"""Tracks as the kernel takes them: what they talk about, and who must consent."""

from __future__ import annotations

import numpy as np

from negosim.engine.agreements import may_tempt
from negosim.engine.kernel.structs import Pointers, Track
from negosim.engine.kernel.values import KernelValues
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan, TrackPlan
from negosim.scenario.paths import PARTY


def described(
    plan: Plan, track: TrackPlan, parameters: Parameters, party_values: KernelValues, fixed: Pointers
) -> Track:
    """Return a track as the kernel takes it.

    Parameters
    ----------
    parameters, party_values : tell which numbers may ever count.
    fixed : keeps the arrays that it points to.
    """
    agenda, issues = track.agenda, range(len(plan.issues))
    excluded, narrowed = set(track.excluded.tolist()), set(plan.issue_of[track.excluded].tolist())
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
    watched = [plan.war.first, plan.war.second] if plan.war else track.signatories
    own = [body for body in plan.bodies if body.is_own and track.kind in body.kinds]
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
        guards=fixed.flags([issue in plan.guarding for issue in issues]),
        apart=fixed.flags([issue not in agenda.issues and issue not in tied for issue in issues]),
        banned=fixed.flags([issue in banned for issue in issues]),
        bans=fixed.combinations(plan.never),
        excluded=fixed.flags([column in excluded for column in agenda.columns.tolist()]),
        narrowed=fixed.flags([issue in narrowed for issue in issues]),
        excludes=track.excluded.size > 0,
        swaying=len(sway),
        sway=fixed.whole(sway),
        touchy=fixed.flags([issue in sway or issue in their_lines for issue in issues]),
        all_lines=len(plan.lines),
        lines=len(lines),
        line=fixed.whole(lines),
        line_party=fixed.whole([line.party for line in drawn]),
        line_issue=fixed.whole([line.issue for line in drawn]),
        line_column=fixed.whole([line.column for line in drawn]),
        line_slot=fixed.whole([slot_at[line.column] for line in drawn]),
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
        moody=fixed.flags([party_values.may_count(path) for path in PARTY.judgement_noise.each(plan.parties)]),
        misread=fixed.flags(_misread(plan, track, party_values)),
        voting=len(track.bodies),
        voting_body=fixed.whole([body.number for body in track.bodies]),
        voting_party=fixed.whole([body.party for body in track.bodies]),
        voting_as=fixed.whole([body.votes_as for body in track.bodies]),
        truce=track.truce,
        may_tempt=may_tempt(parameters, track),
        watching=len(watched),
        watched=fixed.whole(watched),
        opens=track.opens,
        signatories=len(track.signatories),
        limited=track.kind == "limited",
        ceasefire=track.kind == "ceasefire",
        settles=track.kind == "settlement",
        stops=plan.war is not None and track.kind != "limited",
        takes_turns=track.protocol == "alternating_offers",
        revisions=track.revisions,
        ripeness=track.ripeness,
    )


def _misread(plan: Plan, track: TrackPlan, party_values: KernelValues) -> list[bool]:
    """Tell about whom a mediator's error may count: nobody follows it elsewhere."""
    errs = track.revisions > 0 and party_values.may_count(f"{track.path}.mediator_error")
    return [errs and party_values.may_count(f"{track.path}.weights.{party}") for party in plan.parties]
