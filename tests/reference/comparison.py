"""What the engine and the reference report of the same trials, and where they differ."""

from __future__ import annotations

import math
from typing import Any

from negosim.engine.block import StretchedBlock, block_of
from negosim.engine.calendar import play, run
from negosim.engine.compile import compiled
from negosim.engine.finite import guarded
from negosim.engine.pack import Pack
from negosim.engine.plan import Plan
from negosim.engine.record import states
from negosim.engine.record.history import NEVER, History, Spells
from negosim.engine.run import played
from negosim.results.trials import joined
from negosim.scenario.load import Scenario
from tests.reference import interpreter
from tests.reference.outcome import CEASEFIRE, FADED, FIGHTING, SETTLEMENT, VICTORY, Outcome, TrackOutcome
from tests.reference.standing import Standing, path_of, standings_of_engine

Account = dict[str, Any]
"""What happened in a trial, or in all together, by name."""

_FINAL = {
    states.FIGHTING: FIGHTING,
    states.CEASEFIRE: CEASEFIRE,
    states.SETTLEMENT: SETTLEMENT,
}


def differing(scenario: Scenario, trials: int, seed: int, block: int) -> list[str]:
    """Say where the engine and the reference differ, trial by trial and in what is only counted."""
    plan = compiled(scenario.file)
    blocks = list(played(_play, plan, trials, seed, block=block))
    history = joined([history for history, _ in blocks])
    standings = {trial: standing for _, part in blocks for trial, standing in part.items()}
    outcomes = interpreter.play(scenario.file, seed, range(trials))
    found = []
    for trial, outcome in enumerate(outcomes):
        lines = differences(engine_account(plan, history, trial), reference_account(plan, outcome))
        lines += differences(_of_use(standings.get(trial, {}), outcome), outcome.standing or {})
        found += [f"trial {trial}: {line}" for line in lines]
    return found + differences(counted_by_engine(plan, history), counted_by_reference(plan, outcomes))


def _play(plan: Plan, seed: int, first: int, trials: int) -> tuple[History, dict[int, Standing]]:
    """Play a block; return its history, and where its trials stand at the end: those too whose settlement is final."""
    pack = Pack.alone(plan, seed, first, trials)
    block = block_of(pack, zones=False)
    go_on = block._go_on
    vars(block)["_go_on"] = lambda _, tick: go_on(block.state.state != states.ENDED, tick)
    if isinstance(block, StretchedBlock):
        block._stretches._struct.threatened = True  # then it leaves none of them, either
    with guarded():
        run(block)
    return play(plan, seed, first, trials), standings_of_engine(plan, block.state, first)


def _of_use(engine: Standing, outcome: Outcome) -> Standing:
    """Leave out moods that make no difference as the numbers are: an engine need not follow them."""
    return {
        name: found for name, found in engine.items() if not name.startswith("mood") or name in (outcome.standing or ())
    }


def differences(engine: Account, reference: Account) -> list[str]:
    """Say where two accounts differ."""
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


# -- trial by trial -----------------------------------------------------------------------------------------------


def engine_account(plan: Plan, history: History, trial: int) -> Account:
    """What the engine says of a trial, by name."""

    def day(tick: int) -> float | None:
        return None if tick == NEVER else float(plan.ticks.days[tick])

    ended = VICTORY if history.winner[trial] else FADED
    account: Account = {
        "final": _FINAL.get(int(history.final[trial]), ended),
        "winner": _winner(plan, int(history.winner[trial])),
        "victory": day(int(history.victory[trial])),
        "faded": day(int(history.faded[trial])),
        "fought": float(history.fought[trial]),
    }
    for kind, spells in history.spells.items():
        account |= {f"{kind}.{key}": value for key, value in _first_spell(spells, trial).items()}
    account |= {f"toll.{name}": float(history.tolls[trial, index]) for index, name in enumerate(plan.tolls)}
    for index, question in enumerate(plan.questions):
        account[f"answer.{question.id}"] = bool(history.answers[trial, index])
    for track, kept in zip(plan.tracks, history.tracks, strict=True):
        account[f"{track.id}.signed"] = day(int(kept.signed[trial]))
        for key in ("signatures", "below", "failed"):
            account[f"{track.id}.{key}"] = int(getattr(kept, key)[trial])
        signed = kept.signed[trial] != NEVER
        for index, issue in enumerate(plan.issues):
            column = int(kept.terms[trial, index])
            options = [option for names in plan.options for option in names]
            account[f"{track.id}.terms.{issue}"] = options[column] if signed else None
        for index, party in enumerate(plan.parties):
            account[f"{track.id}.worth.{party}"] = float(kept.worth[trial, index]) if signed else None
            account[f"{track.id}.refused.{party}"] = int(kept.refused[trial, index])
    return account


def _winner(plan: Plan, winner: int) -> str | None:
    if not winner:
        return None
    assert plan.war
    return plan.parties[plan.war.first if winner > 0 else plan.war.second]


def _first_spell(spells: Spells, trial: int) -> dict[str, float | None]:
    if spells.first[trial] == NEVER:
        return {"since": None, "until": None}
    return {"since": float(spells.since[trial]), "until": float(spells.until[trial])}


def reference_account(plan: Plan, outcome: Outcome) -> Account:
    """What the reference says of a trial, by name."""
    account: Account = {key: getattr(outcome, key) for key in ("final", "winner", "victory", "faded", "fought")}
    for kind, spells in outcome.spells.items():
        account[f"{kind}.since"] = spells[0].since if spells else None
        account[f"{kind}.until"] = spells[0].until if spells else None
    account |= {f"toll.{name}": toll for name, toll in outcome.tolls.items()}
    account |= {f"answer.{name}": answer for name, answer in outcome.answers.items()}
    for name, track in outcome.tracks.items():
        account |= {f"{name}.{key}": value for key, value in _account_of_track(plan, track).items()}
    return account


def _account_of_track(plan: Plan, track: TrackOutcome) -> Account:
    terms = {f"terms.{issue}": track.terms[issue] if track.terms else None for issue in plan.issues}
    worth = {f"worth.{party}": track.worth.get(party) for party in plan.parties}
    refused = {f"refused.{party}": track.refused.get(party, 0) for party in plan.parties}
    counted = {key: getattr(track, key) for key in ("signatures", "below", "failed")}
    return {"signed": track.signed, **counted, **terms, **worth, **refused}


# -- in all trials together ---------------------------------------------------------------------------------------


def counted_by_engine(plan: Plan, history: History) -> Account:
    """Refusals by track, party and issue; votes by track and body; states at every tick."""
    counted: Account = {}
    for track, kept in zip(plan.tracks, history.tracks, strict=True):
        for at, party in enumerate(plan.parties):
            for over, issue in enumerate(plan.issues):
                counted[f"{track.id}.objections.{party}.{issue}"] = int(kept.objections[at, over])
        for at, body in enumerate(track.bodies):
            counted[f"{track.id}.votes.{path_of(body)}"] = int(kept.votes[at])
            counted[f"{track.id}.approved.{path_of(body)}"] = int(kept.approved[at])
    for at, name in enumerate(_states(plan)):
        counted[f"{name} at each tick"] = history.occupancy[:, at].tolist()
    return _without_zeros(counted)


def counted_by_reference(plan: Plan, outcomes: list[Outcome]) -> Account:
    """As `counted_by_engine`."""
    counted: Account = {f"{name} at each tick": [0] * len(plan.ticks) for name in _states(plan)}

    def count(key: str, number: int) -> None:
        counted[key] = counted.get(key, 0) + number

    for outcome in outcomes:
        for name, track in outcome.tracks.items():
            for (party, issue), refusals in track.objections.items():
                count(f"{name}.objections.{party}.{issue}", refusals)
            for body, votes in track.votes.items():
                count(f"{name}.votes.{body}", len(votes))
                count(f"{name}.approved.{body}", sum(votes))
        for tick in range(len(plan.ticks)):
            at = outcome.states[min(tick, len(outcome.states) - 1)]
            counted[f"{outcome.winner if at == VICTORY else at} at each tick"][tick] += 1
    return _without_zeros(counted)


def _states(plan: Plan) -> list[str]:
    """The states of `History.occupancy`; a victory is called by its winner."""
    winners = [_winner(plan, 1), _winner(plan, -1)] if plan.war else ["nobody", "nobody else"]
    return [FIGHTING, CEASEFIRE, SETTLEMENT, *(str(winner) for winner in winners), FADED]


def _without_zeros(counted: Account) -> Account:
    return {key: value for key, value in counted.items() if value}
