"""Random scenarios meet every rule that the engine and the reference are compared on."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.reference.scenarios import written


def _parties(data: dict[str, Any]) -> list[dict[str, Any]]:
    return list(data["parties"].values())


def _tracks(data: dict[str, Any]) -> list[dict[str, Any]]:
    return list(data["talks"].values())


def _bodies(data: dict[str, Any]) -> list[dict[str, Any]]:
    stated = [party.get("ratification", []) for party in _parties(data)]
    return [body for bodies in stated for body in (bodies if isinstance(bodies, list) else [bodies])]


def _effects(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [effect for event in data["events"].values() for effect in event["effects"]]


def _thinned(data: dict[str, Any], *, repeats: bool) -> bool:
    thinned = [event for event in data["events"].values() if "rate" in event and "chance" in event]
    return any(event.get("repeats", False) == repeats for event in thinned)


_USES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "judgement without memory": lambda data: any(party.get("judgement_memory") == "0 days" for party in _parties(data)),
    "several bodies": lambda data: any(isinstance(party.get("ratification"), list) for party in _parties(data)),
    "voters": lambda data: any("as" in body for body in _bodies(data)),
    "bodies without memory": lambda data: any(body.get("memory") == "0 days" for body in _bodies(data)),
    "no foresight": lambda data: any(body.get("foresight") == 0 for body in _bodies(data)),
    "full foresight": lambda data: any(body.get("foresight") == 1 for body in _bodies(data)),
    "kinds of texts": lambda data: any("of" in body for body in _bodies(data)),
    "excluded options": lambda data: any("exclude" in track for track in _tracks(data)),
    "named drafts": lambda data: any(isinstance(track.get("first_draft"), str) for track in _tracks(data)),
    "truces": lambda data: any(track.get("until_ratified") == "truce" for track in _tracks(data)),
    "texts that stand": lambda data: any(track["between_rounds"] == "stands" for track in _tracks(data)),
    "errors that last": lambda data: any("mediator_memory" in track for track in _tracks(data)),
    "pauses": lambda data: any("pause" in track["after"] for track in _tracks(data)),
    "erosion": lambda data: any("erosion" in belief for belief in data.get("war", {}).get("beliefs", {}).values()),
    "jumps of the front": lambda data: any(effect.get("add") == "war.front" for effect in _effects(data)),
    "thinned events that repeat": lambda data: _thinned(data, repeats=True),
    "thinned events that come once": lambda data: _thinned(data, repeats=False),
    "linear losses": lambda data: "linear" in str(data["issues"]),
}


def test_random_scenarios_use_what_they_are_to_compare() -> None:
    """Each rule that only some keys bring into play is met in a good share of the random scenarios."""
    drawn = [written(random.Random(number)) for number in range(200)]
    met = {name: sum(map(uses, drawn)) for name, uses in _USES.items()}
    assert {name for name, count in met.items() if count < 20} == set()
