"""Zones of possible agreement in a block of histories: what each track may agree on, and where the parties stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.engine.state import State
from negosim.engine.streams import Array
from negosim.engine.values import PartyValues
from negosim.model.consent import ROUNDING, asked
from negosim.model.packages import Columns, Flags
from negosim.model.stakes import Stakes
from negosim.model.zopa.exact import Line, TooLargeError, best_text, smallest_openings
from negosim.model.zopa.nash import NashText, nash_text
from negosim.model.zopa.zone import NONE, SOME, UNDECIDED, AgreementProblem, PartyPositions, zone

__all__ = [
    "Exact",
    "NashText",
    "PartyPositions",
    "TooLargeError",
    "closing_lines",
    "counted_zones",
    "exact_zone",
    "harmless_moves",
    "nash_text",
    "positions_on",
    "problem_of",
]


def problem_of(plan: Plan, track: TrackPlan) -> AgreementProblem:
    """Return what a track may agree on."""
    return AgreementProblem(track.agenda, track.signatories, track.holders, plan.never, tuple(track.excluded.tolist()))


def positions_on(
    plan: Plan,
    track: TrackPlan,
    party_values: PartyValues,
    state: State,
    rows: NDArray[np.intp],
    no_deal: Array,
    stakes: Stakes | None = None,
) -> PartyPositions:
    """Return where the parties stand on a track, in some rows of the block.

    Pressure is left out of account: a zone is what parties prefer to no deal by themselves.

    Parameters
    ----------
    no_deal : N of the whole block, (trials, parties).
    stakes : what a text means to the parties, where that is known already.
    """
    agenda = track.agenda
    free = ~(state.fixed | state.taken)[rows][:, agenda.issues]
    crossed = np.zeros((rows.size, agenda.columns.size, len(plan.parties)), dtype=bool)
    for index, line in enumerate(plan.lines):
        if line.issue in agenda.issues:
            place = agenda.issues.index(line.issue)
            slot = int(np.searchsorted(agenda.columns, line.column))
            crossed[:, slot, line.party] |= state.live[rows, index] & free[:, place]
    brings = np.zeros(rows.size, dtype=bool)
    if plan.war is not None and track.kind != "limited":
        brings |= state.state[rows] == FIGHTING
    if track.kind == "settlement":
        brings |= state.state[rows] == CEASEFIRE
    return PartyPositions(
        stakes=party_values.stakes(track, rows).alone() if stakes is None else stakes,
        no_deal=no_deal[rows],
        status_quo=state.status_quo[rows],
        free=free,
        crossed=crossed,
        must_move=~brings,
    )


@dataclass(frozen=True)
class Exact:
    """The exact answer in one trial.

    Attributes
    ----------
    is_zone : whether there is a zone; None where it is too close to call or too large to be settled.
    text : (issues,) the text whose least satisfied consenter gains most, by m of `negosim.model.zopa.zone`; None where
        red lines, fixed issues and `never` leave no text at all.
    gains : (parties,) A_i(x) - N_i of that text.
    asked : (parties,) who must consent to it.
    """

    is_zone: bool | None
    text: Columns | None
    gains: Array | None
    asked: Flags | None


def exact_zone(ground: AgreementProblem, position: PartyPositions) -> Exact:
    """Return the exact answer in the only trial of a position."""
    try:
        best = best_text(ground, position)
    except TooLargeError:
        return Exact(None, None, None, None)
    if best.text is None:
        return Exact(best.is_zone, None, None, None)
    text = best.text[None]
    gains = position.stakes.agreement(text, position.stakes.utility(text)) - position.no_deal
    needed = asked(text, position.status_quo, ground.signatories, ground.holders, gains.shape[1])
    is_zone = best.is_zone
    if is_zone is None and bool((~needed | (gains >= -ROUNDING)).all()):
        is_zone = True  # too near 0 for the solver, but the text itself meets every no-deal value
    return Exact(is_zone, best.text, gains[0], needed[0])


def counted_zones(ground: AgreementProblem, position: PartyPositions, most: int) -> tuple[int, int]:
    """Return in how many trials there is a zone, and in how many that stays undecided.

    Parameters
    ----------
    most : trials in which an exact answer is sought where the bounds leave it open: it takes longer.
    """
    known = zone(ground, position).known
    for row in np.nonzero(known == UNDECIDED)[0][:most]:
        answer = exact_zone(ground, position.only(row[None])).is_zone
        if answer is not None:
            known[row] = SOME if answer else NONE
    return int(np.count_nonzero(known == SOME)), int(np.count_nonzero(known == UNDECIDED))


def closing_lines(plan: Plan, ground: AgreementProblem, position: PartyPositions, most: int) -> list[tuple[int, ...]]:
    """Return the smallest sets of red lines without which there is a zone: single ones, then pairs, or else more.

    Parameters
    ----------
    position : the only trial; its red lines are those that are live.
    most : sets to return.

    Returns
    -------
    Places among the red lines of the plan.
    """
    places, lines = [], []
    for place, line in enumerate(plan.lines):
        if line.issue in ground.agenda.issues:
            slot = int(np.searchsorted(ground.agenda.columns, line.column))
            if position.crossed[0, slot, line.party]:
                places.append(place)
                lines.append(Line(line.party, slot))
    try:
        sets = smallest_openings(ground, position.without_red_lines(), lines, most, least=2)
    except TooLargeError:
        return []
    return [tuple(places[at] for at in chosen) for chosen in sets]


def harmless_moves(ground: AgreementProblem, position: PartyPositions) -> list[bool]:
    """Tell which single changes of the status quo leave nobody worse off whose consent they need.

    Worse off by A_i, in the only trial of a position; one entry for each column of the agenda.
    """
    agenda, stakes = ground.agenda, position.stakes
    quo = position.status_quo
    still = stakes.agreement(quo, stakes.utility(quo))[0]
    harmless = []
    for slot, column in enumerate(agenda.columns):
        text = quo.copy()
        text[0, agenda.issue_of[slot]] = column
        gains = stakes.agreement(text, stakes.utility(text))[0] - still
        needed = asked(text, quo, ground.signatories, ground.holders, gains.size)[0]
        harmless.append(bool((~needed | (gains >= -ROUNDING)).all()))
    return harmless
