"""The engine against a second, slow reading of the model, trial by trial, over random scenarios.

For a longer run: NEGOSIM_REFERENCE_SCENARIOS=400 pytest tests/test_reference.py
"""

from __future__ import annotations

import copy
import json
import math
import os
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from negosim.engine import state
from negosim.engine.history import NEVER, History, Spells
from negosim.engine.plan import Plan
from tests import worlds
from tests.reference import interpreter
from tests.reference.outcome import CEASEFIRE, FADED, FIGHTING, SETTLEMENT, VICTORY, Outcome, TrackOutcome
from tests.reference.scenarios import scenarios

SCENARIOS = int(os.environ.get("NEGOSIM_REFERENCE_SCENARIOS", "60"))
TRIALS = int(os.environ.get("NEGOSIM_REFERENCE_TRIALS", "20"))
SEED = 7
BLOCK = 13
"""Trials in a block, so that the engine's blocks are cut somewhere."""

_FINAL = {
    state.FIGHTING: FIGHTING,
    state.CEASEFIRE: CEASEFIRE,
    state.SETTLEMENT: SETTLEMENT,
}


@settings(
    max_examples=SCENARIOS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(scenarios())
def test_engine_agrees_with_the_reference(data: dict[str, Any]) -> None:
    assert_same_histories(data)


def test_the_latest_of_several_passing_values_holds() -> None:
    """Two events that set one number for a time, in either order: the order is each history's own."""
    target = "war.tolls.dead.per_year"
    data = copy.deepcopy(worlds.WAR_ONLY) | {"horizon": "2 years"}
    data["war"]["tolls"] = {"dead": {"per_year": 1}}
    data["events"] = {
        name: {"rate": 4, "repeats": True, "effects": [{"set": target, "to": value, "for": "90 days"}]}
        for name, value in (("lull", 0), ("offensive", 50))
    }
    assert_same_histories(data)


def assert_same_histories(data: dict[str, Any]) -> None:
    scenario = worlds.load(data).file
    plan, history = worlds.play(data, TRIALS, seed=SEED, block=BLOCK)
    played = [interpreter.play(scenario, SEED, trial) for trial in range(TRIALS)]
    found = [
        f"trial {trial}: {line}"
        for trial, outcome in enumerate(played)
        for line in differences(told_by_engine(plan, history, trial), told_by_reference(plan, outcome))
    ]
    found += differences(engine_objections(plan, history), reference_objections(played))
    said = "\n".join(["engine | reference", *found])
    assert not found, f"{said}\nin\n{json.dumps(data, indent=1)}"


def differences(engine: dict[str, Any], reference: dict[str, Any]) -> list[str]:
    """Say where two accounts of a trial differ."""
    keys = sorted({*engine, *reference})
    return [
        f"{key}: {engine.get(key)} | {reference.get(key)}"
        for key in keys
        if not same(engine.get(key), reference.get(key))
    ]


def same(engine: Any, reference: Any) -> bool:
    if isinstance(engine, float) and isinstance(reference, float):
        return engine == reference or math.isclose(engine, reference, rel_tol=1e-9, abs_tol=1e-9)
    return bool(engine == reference)


def told_by_engine(plan: Plan, history: History, trial: int) -> dict[str, Any]:
    """What the engine says of a trial, by name."""

    def day(tick: int) -> float | None:
        return None if tick == NEVER else float(plan.ticks.days[tick])

    ended = VICTORY if history.winner[trial] else FADED
    told: dict[str, Any] = {
        "final": _FINAL.get(int(history.final[trial]), ended),
        "winner": _winner(plan, int(history.winner[trial])),
        "victory": day(int(history.victory[trial])),
        "faded": day(int(history.faded[trial])),
        "fought": float(history.fought[trial]),
    }
    for kind, spells in history.spells.items():
        told |= {f"{kind}.{key}": value for key, value in _first_spell(spells, trial).items()}
    told |= {f"toll.{name}": float(history.tolls[trial, index]) for index, name in enumerate(plan.tolls)}
    for index, question in enumerate(plan.questions):
        told[f"answer.{question.id}"] = bool(history.answers[trial, index])
    for track, kept in zip(plan.tracks, history.tracks, strict=True):
        told[f"{track.id}.signed"] = day(int(kept.signed[trial]))
        told[f"{track.id}.failed"] = int(kept.failed[trial])
        signed = kept.signed[trial] != NEVER
        for index, issue in enumerate(plan.issues):
            column = int(kept.terms[trial, index])
            options = [option for names in plan.options for option in names]
            told[f"{track.id}.terms.{issue}"] = options[column] if signed else None
        for index, party in enumerate(plan.parties):
            told[f"{track.id}.worth.{party}"] = float(kept.worth[trial, index]) if signed else None
            told[f"{track.id}.refused.{party}"] = int(kept.refused[trial, index])
    return told


def _winner(plan: Plan, winner: int) -> str | None:
    if not winner:
        return None
    assert plan.war
    return plan.parties[plan.war.first if winner > 0 else plan.war.second]


def _first_spell(spells: Spells, trial: int) -> dict[str, float | None]:
    if spells.first[trial] == NEVER:
        return {"since": None, "until": None}
    return {"since": float(spells.since[trial]), "until": float(spells.until[trial])}


def told_by_reference(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """What the reference says of a trial, by name."""
    told: dict[str, Any] = {key: getattr(outcome, key) for key in ("final", "winner", "victory", "faded", "fought")}
    for kind, spells in outcome.spells.items():
        told[f"{kind}.since"] = spells[0].since if spells else None
        told[f"{kind}.until"] = spells[0].until if spells else None
    told |= {f"toll.{name}": toll for name, toll in outcome.tolls.items()}
    told |= {f"answer.{name}": answer for name, answer in outcome.answers.items()}
    for name, track in outcome.tracks.items():
        told |= {f"{name}.{key}": value for key, value in _told_of_track(plan, track).items()}
    return told


def _told_of_track(plan: Plan, track: TrackOutcome) -> dict[str, Any]:
    terms = {f"terms.{issue}": track.terms[issue] if track.terms else None for issue in plan.issues}
    worth = {f"worth.{party}": track.worth.get(party) for party in plan.parties}
    refused = {f"refused.{party}": track.refused.get(party, 0) for party in plan.parties}
    return {"signed": track.signed, "failed": track.failed, **terms, **worth, **refused}


def engine_objections(plan: Plan, history: History) -> dict[str, int]:
    """Refusals in all trials together, by track, party and issue."""
    return {
        f"{track.id}.objections.{party}.{issue}": int(kept.objections[at, over])
        for track, kept in zip(plan.tracks, history.tracks, strict=True)
        for at, party in enumerate(plan.parties)
        for over, issue in enumerate(plan.issues)
        if kept.objections[at, over]
    }


def reference_objections(played: list[Outcome]) -> dict[str, int]:
    """Refusals in all trials together, by track, party and issue."""
    counted: dict[str, int] = {}
    for outcome in played:
        for name, track in outcome.tracks.items():
            for (party, issue), count in track.objections.items():
                key = f"{name}.objections.{party}.{issue}"
                counted[key] = counted.get(key, 0) + count
    return counted
