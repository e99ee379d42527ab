"""The calendar of a scenario: the object that ``negosim explain --calendar --json`` prints."""

from __future__ import annotations

from typing import Any

from negosim.engine.calendar import PHASES, Phase
from negosim.engine.plan import EventPlan, Plan
from negosim.results.labels import titles
from negosim.scenario.inputs import describe
from negosim.scenario.load import Scenario
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.events import When


def timetable(scenario: Scenario, plan: Plan) -> dict[str, Any]:
    """Say when everything in a scenario may happen.

    Parameters
    ----------
    scenario, plan : overrides applied.

    Returns
    -------
    An object with the ticks, the phases of a tick in their order, the tracks in the order in which they meet, the
    votes and the events. Dates are those stated; ``takes_effect`` is the tick on which they count, None past the
    horizon.
    """
    file = scenario.file
    return {
        "title": file.title,
        "as_of": file.as_of.isoformat(),
        "horizon": file.end.isoformat(),
        "step": str(file.step),
        "ticks": len(plan.ticks),
        "phases": [
            {"phase": phase.name.lower(), "what": PHASES[phase], "number": number}
            for phase, number in _numbers(plan).items()
        ],
        "tracks": {track.id: _track(file, plan, index) for index, track in enumerate(plan.tracks)},
        "votes": _votes(file, plan),
        "events": {event.id: _event(file, plan, event) for event in plan.events},
        "labels": {
            "parties": {name: party.name or name for name, party in sorted(file.parties.items())},
            "tracks": titles(file.talks),
            "events": titles(file.events),
        },
    }


def _numbers(plan: Plan) -> dict[Phase, int]:
    """Return how much a scenario has for each phase to do."""
    conditional = sum(event.when is not None for event in plan.events)
    lifting = sum(path in plan.quantities for path in plan.line_paths)
    passing = sum(getattr(effect, "days", None) is not None for event in plan.events for effect in event.effects)
    voting = sum(bool(track.bodies) for track in plan.tracks)
    return {
        Phase.CONDITIONS: conditional,
        Phase.EXPIRIES: passing + lifting,
        Phase.EVENTS: len(plan.events),
        Phase.WAR: int(plan.war is not None),
        Phase.VALUES: len(plan.parties),
        Phase.BREACHES: len(plan.tracks),
        Phase.VOTES: voting,
        Phase.TALKS: len(plan.tracks),
        Phase.DEADLINES: sum(len(_deadlines(plan, index)) for index in range(len(plan.tracks))),
        Phase.RECORD: len(plan.ticks),
    }


def _deadlines(plan: Plan, index: int) -> list[str]:
    """Return the dates on which the deadlines of a track fall, up to the horizon."""
    track, ticks = plan.tracks[index], plan.ticks
    falls = [deadline.tick for deadline in track.deadlines if track.opens <= deadline.tick < len(ticks)]
    return [ticks.date(tick).isoformat() for tick in falls]


def _track(file: ScenarioFile, plan: Plan, index: int) -> dict[str, Any]:
    compiled = plan.tracks[index]
    track, rounds = file.talks[compiled.id], compiled.rounds
    return {
        "kind": track.kind,
        "opens": (track.opens or file.as_of).isoformat(),
        "every": str(track.every),
        "rounds": len(rounds),
        "text_stands": compiled.stands,
        "first_round": plan.ticks.date(rounds[0]).isoformat() if rounds else None,
        "last_round": plan.ticks.date(rounds[-1]).isoformat() if rounds else None,
        "deadlines": _deadlines(plan, index),
    }


def _votes(file: ScenarioFile, plan: Plan) -> list[dict[str, Any]]:
    """Return who votes on which tracks, and how long after a signature."""
    tracks: dict[tuple[int, str, str], list[str]] = {}
    for track in plan.tracks:
        for body in track.bodies:
            tracks.setdefault((body.party, body.name, body.delay), []).append(track.id)
    return [
        {
            "party": plan.parties[party],
            "by": name,
            "delay": describe(plan.quantities[delay], duration=True),
            "tracks": on,
        }
        for (party, name, delay), on in tracks.items()
    ]


def _event(file: ScenarioFile, plan: Plan, event: EventPlan) -> dict[str, Any]:
    """Return when an event comes; of ``on``, ``between``, ``rate`` and ``when`` one is not None."""
    stated, ticks = file.events[event.id], plan.ticks
    due = event.tick is not None and event.tick < len(ticks)
    return {
        "on": stated.on.isoformat() if stated.on else None,
        "takes_effect": ticks.date(event.tick).isoformat() if due and event.tick is not None else None,
        "between": [date.isoformat() for date in stated.between] if stated.between else None,
        "rate": describe(stated.rate) if stated.rate is not None else None,
        "when": _condition(stated.when) if stated.when else None,
        "chance": describe(stated.chance),
        "repeats": event.repeats,
    }


def _condition(when: When) -> dict[str, Any]:
    return {
        "state": when.state,
        "front_above": when.front_above,
        "front_below": when.front_below,
        "for": str(when.lasting) if when.lasting else None,
    }
