"""Where the parties stand at the opening: what no deal, the status quo and victories are worth, and how far apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from negosim.engine.initial import InitialValues
from negosim.engine.plan import Plan
from negosim.engine.streams import Array
from negosim.results.intervals import wilson
from negosim.scenario.inputs import describe
from negosim.scenario.paths import BELIEF, WAR
from negosim.scenario.schema.document import ScenarioFile

_AS_GOOD = 1e-12
"""Options whose values differ by less are equally good."""


def spread(middle: Array, drawn: Array) -> dict[str, float]:
    """Return a number with all inputs at their medians, and its 5 to 95 % range over drawn trials.

    Parameters
    ----------
    middle : (1,).
    drawn : (trials,).
    """
    p05, p95 = np.quantile(drawn, [0.05, 0.95])
    return {"at_medians": float(middle[0]), "p05": float(p05), "p95": float(p95)}


def parties(file: ScenarioFile, middle: InitialValues, drawn: InitialValues) -> dict[str, Any]:
    """Return what is at stake for every party.

    Parameters
    ----------
    middle : the opening of one trial with every uncertain input at its median.
    drawn : the opening of trials as a run would draw them.
    """
    plan = middle.plan
    found = {}
    for index, name in enumerate(plan.parties):
        worth = {"no_deal": _of(middle.no_deal, drawn.no_deal, index),
                 "status_quo": _of(middle.status_quo, drawn.status_quo, index),
                 "cost": _of(middle.cost, drawn.cost, index)}  # fmt: skip
        found[name] = {
            "name": file.parties[name].name or name,
            **worth,
            "if_wins": {
                side: _of(one, many, index)
                for side, one, many in zip(_sides(plan), middle.imposed, drawn.imposed, strict=True)
            },
            "hurting": _hurting(drawn, index) if name in _sides(plan) else None,
            "ideal": _ideal(middle, index),
            "red_lines": _red_lines(file, plan, index),
        }
    return found


def _of(middle: Array, drawn: Array, party: int) -> dict[str, float]:
    return spread(middle[:, party], drawn[:, party])


def _sides(plan: Plan) -> tuple[str, ...]:
    return (plan.parties[plan.war.first], plan.parties[plan.war.second]) if plan.war else ()


def _hurting(drawn: InitialValues, party: int) -> dict[str, Any]:
    hurt = drawn.party_values.hurting()[:, party]
    return {**wilson(int(np.count_nonzero(hurt)), hurt.size)}


def _ideal(middle: InitialValues, party: int) -> dict[str, str]:
    """Return the party's best option on every issue it gives weight to."""
    plan, table = middle.plan, middle.table
    return {
        name: plan.options[issue][int(table[0, plan.slots[issue], party].argmax())]
        for issue, name in enumerate(plan.issues)
        if _cares(middle, issue, party)
    }


def _cares(middle: InitialValues, issue: int, party: int) -> bool:
    return bool(np.ptp(middle.table[0, middle.plan.slots[issue], party]) > _AS_GOOD)


def _red_lines(file: ScenarioFile, plan: Plan, party: int) -> list[dict[str, Any]]:
    """Return the red lines of a party that stand at the opening."""
    disputed = {**file.issues, **file.chips}
    lines = []
    for place, line in enumerate(plan.lines):
        if line.party == party and place not in plan.drawn_later:
            issue = plan.issues[line.issue]
            option = plan.options[line.issue][line.column - plan.slots[line.issue].start]
            stated = disputed[issue].views[plan.parties[party]].red_lines[option]
            lifts = "never" if isinstance(stated, str) else describe(stated, duration=True)
            lines.append({"issue": issue, "option": option, "lifts": lifts})
    return lines


def distances(middle: InitialValues) -> dict[str, dict[str, float]]:
    """Return how far the ideals lie apart: what each party (row) would lose if another's (column) were the deal.

    Σ_j s_ij·(v_ij(own best) - v_ij(the other's best)), every input at its median: 0 is the same ideal, 1 the opposite
    of everything the first cares about. Where the other does not care it leaves the first its own best; linkages and
    what a deal does to war and peace are left out.
    """
    plan = middle.plan
    return {
        one: {
            other: sum(_loss(middle, issue, row, column) for issue in range(len(plan.issues)))
            for column, other in enumerate(plan.parties)
        }
        for row, one in enumerate(plan.parties)
    }


def _loss(middle: InitialValues, issue: int, party: int, other: int) -> float:
    own, theirs = (middle.table[0, middle.plan.slots[issue], who] for who in (party, other))
    liked = theirs >= theirs.max() - _AS_GOOD
    return float(own.max() - own[liked].max())


def war(middle: InitialValues, drawn: InitialValues) -> dict[str, Any] | None:
    """Return the war at the opening: the front, where it tends, what each side believes and what it gives itself."""
    plan = middle.plan
    if plan.war is None:
        return None
    stated_as = drawn.plan.quantities
    found: dict[str, Any] = {
        "between": list(_sides(plan)),
        **{
            name: {"stated": describe(stated_as[path]), **spread(middle.number(path), drawn.number(path))}
            for name, path in (("front", WAR.front()), ("drift", WAR.drift()), ("volatility", WAR.volatility()))
        },
    }
    found["win"] = _wins(middle, drawn, None)
    found["beliefs"] = {side: _belief(plan, middle, drawn, side) for side in _sides(plan)}
    return found


def _belief(plan: Plan, middle: InitialValues, drawn: InitialValues, side: str) -> dict[str, Any]:
    party = plan.parties.index(side)
    inputs = {
        name: {"stated": describe(drawn.plan.quantities[path]), **spread(middle.number(path), drawn.number(path))}
        for name, path in (
            ("optimism", BELIEF.optimism(side)),
            ("doubt", BELIEF.doubt(side)),
            ("narrative", BELIEF.narrative(side)),
        )
    }
    drift = _of(middle.state.belief, drawn.state.belief, party)
    up, down = (_of(one, many, party) for one, many in zip(middle.weights(), drawn.weights(), strict=True))
    return {
        **inputs,
        "drift": drift,
        "win": _wins(middle, drawn, party),
        "future_won_by": dict(zip(_sides(plan), (up, down), strict=True)),
    }


def _wins(middle: InitialValues, drawn: InitialValues, party: int | None) -> dict[str, dict[str, float]]:
    """Return the chance that either side wins a war fought to the end, as a party believes, or in truth."""
    chances = [
        opening.win_chances(opening.state.drift if party is None else opening.state.belief[:, party])
        for opening in (middle, drawn)
    ]
    return {side: spread(one, many) for side, one, many in zip(_sides(middle.plan), *chances, strict=True)}
