"""What simpler models say of the terms, issue by issue, beside what the histories sign.

All of them look at the opening, every uncertain input at its median. The mean, the median and the challenge model take
one issue at a time, as a line on which the options stand side by side in their order, and the best option of each party
as its position. Those who count are the parties that may have to consent on the track, and its mediator where it is a
party. The Nash bargaining solution takes whole texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from negosim.engine.initial import InitialValues, at_medians, initial_values
from negosim.engine.plan import Plan, TrackPlan
from negosim.engine.zopa import TooLargeError, nash_text
from negosim.experiments.baselines.challenge import challenged
from negosim.experiments.baselines.mean import weighted_mean
from negosim.experiments.baselines.median import weighted_median
from negosim.scenario.load import Scenario

EQUAL = "equal"
"""The proxy for capabilities: the format has none."""

RESPECTED, IGNORED, NONE, TOO_LARGE = "respected", "ignored", "none", "too large"
"""How the Nash bargaining solution treats red lines, that no text leaves all better off, or that it was not found."""

_HALF_WAY = 1e-9


def baselines(scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """Return what simpler models say of the terms on each track for a ceasefire or a settlement.

    Returns
    -------
    ``capabilities``, the proxy; and by track ``parties`` that count, ``nash`` and ``issues``.
    """
    middle = initial_values(at_medians(plan), 0, 1)
    return {
        "capabilities": EQUAL,
        "tracks": {
            track.id: _track(scenario, middle, index)
            for index, track in enumerate(plan.tracks)
            if track.kind != "limited"
        },
    }


def _track(scenario: Scenario, middle: InitialValues, index: int) -> dict[str, Any]:
    plan, track = middle.plan, middle.plan.tracks[index]
    parties = _counting(scenario, plan, track)
    nash, text = _nash(middle, index)
    return {
        "parties": [plan.parties[party] for party in parties],
        "nash": nash,
        "issues": {
            plan.issues[issue]: {**_lines(middle, issue, parties), "nash": text.get(plan.issues[issue])}
            for issue in track.agenda.issues
        },
    }


def _counting(scenario: Scenario, plan: Plan, track: TrackPlan) -> list[int]:
    mediator = scenario.file.talks[track.id].mediator
    return sorted({*track.consenters, *([plan.parties.index(mediator)] if mediator in plan.parties else [])})


def _lines(middle: InitialValues, issue: int, parties: Sequence[int]) -> dict[str, Any]:
    """Return what the models of one line say of an issue."""
    plan, values = middle.plan, middle.party_values
    salience = np.array([values.salience[0, issue, party] for party in parties])
    greatest = np.array([values.salience[0, :, party].max() for party in parties])
    first = plan.slots[issue].start
    positions = np.array([float(values.best[0, issue, party] - first) for party in parties])
    weighing = salience > 0.0
    if not weighing.any():
        return {"ideals": {}, "mean": None, "median": None, "challenge": None}
    positions, salience, attention = positions[weighing], salience[weighing], (salience / greatest)[weighing]
    options = plan.options[issue]
    played = challenged(positions, np.ones_like(attention), attention)
    who = [plan.parties[party] for party, counts in zip(parties, weighing, strict=True) if counts]
    return {
        "ideals": {
            party: {"option": options[int(at)], "weight": float(weight / salience.sum())}
            for party, at, weight in zip(who, positions, salience, strict=True)
        },
        "mean": _said(weighted_mean(positions, salience), options),
        "median": _said(weighted_median(positions, salience), options),
        "challenge": {**_said(played.forecast, options), "rounds": played.rounds, "settled": played.settled},
    }


def _said(position: float, options: Sequence[str]) -> dict[str, Any]:
    """Return a position, and the option nearest to it, or the two between which it stands half way."""
    near = [at for at in range(len(options)) if abs(at - position) <= 0.5 + _HALF_WAY]
    return {"position": round(position, 6), "options": [options[at] for at in near]}


def _nash(middle: InitialValues, index: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the Nash bargaining solution, red lines left out of account where they leave none, and its options."""
    plan, ground, position = middle.plan, middle.ground(index), middle.position(index)
    try:
        found, lines = nash_text(ground, position), RESPECTED
        if found is None:
            found, lines = nash_text(ground, position.without_red_lines()), IGNORED
    except TooLargeError:
        return {"red_lines": TOO_LARGE, "is_exact": None, "gains": {}}, {}
    if found is None:
        return {"red_lines": NONE, "is_exact": None, "gains": {}}, {}
    gains = {plan.parties[party]: float(found.gains[party]) for party in ground.signatories}
    text = {
        plan.issues[issue]: plan.options[issue][int(found.text[issue]) - plan.slots[issue].start]
        for issue in plan.tracks[index].agenda.issues
    }
    return {"red_lines": lines, "is_exact": found.is_exact, "gains": gains}, text
