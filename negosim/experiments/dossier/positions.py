"""Positions: what every option is worth to every party at the opening, and which red lines stand before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from negosim.engine.initial import at_medians, initial_values
from negosim.engine.plan import Plan

_CARES = 1e-12
"""Options whose values differ by less are the same to a party."""


def positions(plan: Plan) -> dict[str, Any]:
    """Return by track, issue, option and party ``worth`` and ``red_line``, every input at its median.

    ``worth`` is the value of the option over that of the party's best option on the issue, in [0, 1]; None where all
    options are the same to it.
    """
    middle = initial_values(at_medians(plan), 1, 1)
    found: dict[str, Any] = {}
    for index, track in enumerate(plan.tracks):
        position, issues = middle.position(index), dict[str, Any]()
        for place, issue in enumerate(track.agenda.issues):
            options = zip(plan.options[issue], range(*_slot(track.agenda.slots(place))), strict=True)
            table = middle.table[0, plan.slots[issue]]
            issues[plan.issues[issue]] = {
                option: {
                    plan.parties[party]: {
                        "worth": _worth(table[:, party], at),
                        "red_line": bool(position.crossed[0, slot, party]),
                    }
                    for party in track.consenters
                }
                for at, (option, slot) in enumerate(options)
            }
        found[track.id] = issues
    return found


def _slot(slots: slice) -> tuple[int, int]:
    return slots.start, slots.stop


def _worth(values: np.ndarray[Any, Any], at: int) -> float | None:
    best = float(values.max())
    if np.ptp(values) < _CARES or best <= 0:
        return None
    return max(float(values[at]) / best, 0.0)
