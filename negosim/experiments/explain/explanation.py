"""The explanation of a scenario: the object that ``negosim explain --json`` prints."""

from __future__ import annotations

from typing import Any

from negosim.engine.initial import at_medians, initial_values
from negosim.engine.plan import Plan
from negosim.experiments.explain.opening_parties import distances, parties, war
from negosim.experiments.explain.opening_zopa import DEFINITION, MOVES, room
from negosim.registry import CONCESSIONS
from negosim.results.build_identity import origin
from negosim.results.labels import labels
from negosim.scenario.inputs import defaults, describe, flow, grounds, overrides
from negosim.scenario.load import Scenario
from negosim.scenario.numbers import agenda
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.talks import Track

TRIALS = 500
"""Draws of the uncertain inputs that ranges and shares are taken over."""

SEED = 1


def explained(scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """Explain a scenario before it is run.

    Parameters
    ----------
    scenario, plan : what is to be explained, overrides applied.

    Returns
    -------
    An object with everything the explanation says: numbers at the medians of the inputs, ranges and shares over
    `TRIALS` draws of them, before any event.
    """
    file = scenario.file
    middle, drawn = initial_values(at_medians(plan), SEED, 1), initial_values(plan, SEED, TRIALS)
    return {
        "scenario": {
            "title": file.title,
            "sha256": scenario.sha256,
            "as_of": file.as_of.isoformat(),
            "horizon": file.end.isoformat(),
            "step": str(file.step),
            "variant": scenario.variant,
            "set": dict(sorted(scenario.overrides.items())),
        },
        "size": {
            name: len(getattr(file, name)) for name in ("parties", "issues", "chips", "talks", "events", "variants")
        },
        "drawn": {**origin(), "trials": TRIALS, "seed": SEED},
        "overrides": overrides(scenario),
        "inputs": grounds(file),
        "defaults": defaults(file),
        "parties": parties(file, middle, drawn),
        "distances": distances(middle),
        "status_quo": {
            issue: plan.options[index][int(middle.standing[0, index]) - plan.slots[index].start]
            for index, issue in enumerate(plan.issues)
        },
        "war": war(middle, drawn),
        "tracks": {track.id: _track(file, plan, index) for index, track in enumerate(plan.tracks)},
        "zones": {
            "definition": DEFINITION,
            "moves": MOVES,
            "tracks": {track.id: room(middle, drawn, index) for index, track in enumerate(plan.tracks)},
        },
        "events": {name: event.title or name for name, event in sorted(file.events.items())},
        "questions": _questions(file),
        "levers": _levers(scenario),
        "labels": labels(file),
        "notes": list(scenario.notes),
    }


def _track(file: ScenarioFile, plan: Plan, index: int) -> dict[str, Any]:
    track, compiled = file.talks[plan.tracks[index].id], plan.tracks[index]
    held: dict[str, list[str]] = {}
    for party, chip in compiled.holders:
        held.setdefault(plan.parties[party], []).append(plan.issues[chip])
    bodies: dict[str, list[str]] = {}
    for body in compiled.bodies:
        bodies.setdefault(plan.parties[body.party], []).append(body.name)
    return {
        "kind": track.kind,
        "protocol": track.protocol,
        "opens": (track.opens or file.as_of).isoformat(),
        "every": str(track.every),
        "rounds": len(compiled.rounds),
        "revisions": track.revisions,
        "mediator": track.mediator,
        "signatories": sorted(track.signatories),
        "holders": held,
        "ratification": bodies,
        "issues": agenda(file, track),
        "first_draft": _first_draft(file, track),
        "first_text": track.first_draft if isinstance(track.first_draft, str) else None,
        "exclude": {issue: list(options) for issue, options in sorted(track.exclude.items())},
        "between_rounds": track.between_rounds,
        "until_ratified": track.until_ratified,
        "deadline": {
            "on": track.deadline.on.isoformat(),
            "credibility": describe(track.deadline.credibility),
            "repeats": str(track.deadline.repeats) if track.deadline.repeats else None,
        }
        if track.deadline
        else None,
        "concession_laws": {
            name: law
            for name, law in zip(plan.parties, plan.laws, strict=True)
            if not CONCESSIONS.is_built_in(law) and plan.parties.index(name) in compiled.consenters
        },
        "pressure": {name: describe(quantity) for name, quantity in sorted(track.pressure.items())},
    }


def _first_draft(file: ScenarioFile, track: Track) -> dict[str, str]:
    """Return what the first draft says on the agenda beyond the status quo."""
    draft, issues = track.first_draft, agenda(file, track)
    options = file.texts[draft].options if isinstance(draft, str) else draft
    return {issue: option for issue, option in sorted(options.items()) if issue in issues}


def _questions(file: ScenarioFile) -> dict[str, Any]:
    return {
        name: {
            "title": question.title or name,
            "reach": question.reach,
            "by": question.by.isoformat(),
            "lasting": str(question.lasting) if question.lasting else None,
        }
        for name, question in sorted(file.questions.items())
    }


def _levers(scenario: Scenario) -> dict[str, Any]:
    return {
        name: {"title": lever.title or name, "path": lever.path, "range": [flow(end) for end in lever.range]}
        for name, lever in sorted(scenario.file.levers.items())
    }
