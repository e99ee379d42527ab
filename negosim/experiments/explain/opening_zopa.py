"""The room for agreement at the opening: zones of possible agreement, what closes them, and issues without one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from negosim.engine.initial import InitialValues
from negosim.engine.plan import Plan
from negosim.engine.zopa import Exact, PartyPositions, closing_lines, counted_zones, exact_zone, harmless_moves
from negosim.results.intervals import wilson

MOST_SETS = 30
"""Sets of red lines named that would open a zone."""

_EXACT_TRIALS = 10
"""Drawn trials that the bounds leave open and that are settled exactly, of each question asked."""

DEFINITION = (
    "An issue has no opening zone on a track if the red lines of those who may have to consent there (signatories, and "
    "holders of chips on the agenda) leave none of its options, or none but today's state."
)
MOVES = (
    "An issue with more left can move by itself if one of these options makes nobody whose consent it needs worse off, "
    "all else staying as it is; otherwise it moves only in a trade for something else."
)

CLOSED, HELD, TRADE, SHARED = "closed", "only_status_quo", "only_in_a_trade", "moves_by_itself"
"""What an issue's options at the opening come to."""


def room(middle: InitialValues, drawn: InitialValues, index: int) -> dict[str, Any]:
    """Return the room for agreement on a track at the opening.

    Parameters
    ----------
    middle : the opening of one trial with every uncertain input at its median; its answers are exact.
    drawn : the opening of trials as a run would draw them.
    index : of the track.
    """
    plan, ground = middle.plan, middle.ground(index)
    position, many = middle.position(index), drawn.position(index)
    respected, ignored = exact_zone(ground, position), exact_zone(ground, position.without_red_lines())
    sets: list[tuple[int, ...]] = []
    if respected.is_zone is False and ignored.is_zone:
        sets = closing_lines(plan, ground, position, MOST_SETS + 1)
    issues = _issues(middle, index)
    return {
        "respected": {**_exact(plan, respected, position), "share": _share(drawn, index, many)},
        "ignored": {**_exact(plan, ignored, position), "share": _share(drawn, index, many.without_red_lines())},
        "opened_by": {**_grouped(plan, sets[:MOST_SETS]), "more": len(sets) > MOST_SETS},
        "issues": issues,
        "no_opening_zone": [name for name, issue in issues.items() if issue["zone"] in (CLOSED, HELD)],
    }


def _share(drawn: InitialValues, index: int, position: PartyPositions) -> dict[str, Any]:
    found, undecided = counted_zones(drawn.ground(index), position, _EXACT_TRIALS)
    least, most = wilson(found, position.trials), wilson(found + undecided, position.trials)
    return {"p": least["p"], "low": least["low"], "high": most["high"], "undecided": undecided / position.trials}


def _exact(plan: Plan, answer: Exact, position: PartyPositions) -> dict[str, Any]:
    if answer.text is None or answer.gains is None or answer.asked is None:
        return {"at_medians": answer.is_zone, "text": None, "gains": None}
    moved = np.nonzero(answer.text != position.status_quo[0])[0]
    return {
        "at_medians": answer.is_zone,
        "text": {plan.issues[issue]: _option(plan, issue, int(answer.text[issue])) for issue in moved.tolist()},
        "gains": {plan.parties[party]: float(answer.gains[party]) for party in np.nonzero(answer.asked)[0].tolist()},
    }


def _option(plan: Plan, issue: int, column: int) -> str:
    option: str = plan.options[issue][column - plan.slots[issue].start]
    return option


def _grouped(plan: Plan, sets: list[tuple[int, ...]]) -> dict[str, Any]:
    """Return sets of red lines by their size, pairs given by the line that most of them share."""
    pairs, grouped = [set(chosen) for chosen in sets if len(chosen) == 2], []
    while pairs:
        counts = Counter(place for pair in pairs for place in pair)
        shared = min(counts, key=lambda place: (-counts[place], place))
        others = sorted(place for pair in pairs if shared in pair for place in pair - {shared})
        grouped.append({"line": _line(plan, shared), "with": [_line(plan, place) for place in others]})
        pairs = [pair for pair in pairs if shared not in pair]
    return {
        "single": [_line(plan, place) for place in sorted(chosen[0] for chosen in sets if len(chosen) == 1)],
        "pairs": grouped,
        "larger": [[_line(plan, place) for place in chosen] for chosen in sorted(sets) if len(chosen) > 2],
    }


def _line(plan: Plan, place: int) -> dict[str, str]:
    line = plan.lines[place]
    return {
        "party": plan.parties[line.party],
        "issue": plan.issues[line.issue],
        "option": _option(plan, line.issue, line.column),
    }


def _issues(middle: InitialValues, index: int) -> dict[str, Any]:
    """Return what red lines and values leave of every issue of a track at the opening."""
    plan, track = middle.plan, middle.plan.tracks[index]
    position = middle.position(index)
    harmless = harmless_moves(middle.ground(index), position)
    found = {}
    for place, issue in enumerate(track.agenda.issues):
        slots = track.agenda.slots(place)
        options = list(plan.options[issue])
        standing = _option(plan, issue, int(position.status_quo[0, issue]))
        behind = {
            option: [plan.parties[party] for party in track.consenters if position.crossed[0, slot, party]]
            for option, slot in zip(options, range(slots.start, slots.stop), strict=True)
        }
        left = [option for option in options if not behind[option]]
        liked = [
            option for option, fine in zip(options, harmless[slots], strict=True)
            if fine and option in left and option != standing
        ]  # fmt: skip
        found[plan.issues[issue]] = {
            "zone": CLOSED if not left else HELD if left == [standing] else SHARED if liked else TRADE,
            "status_quo": standing,
            "left": left,
            "liked": liked,
            "behind": {option: names for option, names in behind.items() if names},
        }
    return found
