"""What the interpreter reports of a trial."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

FIGHTING, LIMITED, CEASEFIRE, SETTLEMENT = "fighting", "limited", "ceasefire", "settlement"
VICTORY, FADED = "victory", "faded"

AGREEMENT = "agreement"
"""A ceasefire or a settlement."""

Text = dict[str, str]
"""An option for every issue and chip."""


@dataclass
class Spell:
    """An agreement of some kind, in force from a day to a day."""

    since: float
    until: float = math.inf

    @property
    def runs(self) -> bool:
        return math.isinf(self.until)


@dataclass
class TrackOutcome:
    """What a track brought; by body, whether it approved at each of its votes.

    `below` counts the signatures at which the text was worth less to somebody who was asked than its aspiration.
    """

    signed: float | None = None
    terms: Text | None = None
    worth: dict[str, float] = field(default_factory=dict)
    signatures: int = 0
    below: int = 0
    failed: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    objections: dict[tuple[str, str], int] = field(default_factory=dict)
    votes: dict[str, list[bool]] = field(default_factory=dict)

    def refuses(self, party: str, over: str) -> None:
        self.refused[party] = self.refused.get(party, 0) + 1
        self.objections[party, over] = self.objections.get((party, over), 0) + 1

    def votes_on(self, body: str, approves: bool) -> None:
        self.votes.setdefault(body, []).append(approves)


@dataclass
class Outcome:
    """What happened in a trial; days since as_of.

    `states` has one for each tick up to the last that was played; `standing` is where a trial that goes on stands at
    the horizon.
    """

    final: str
    states: list[str]
    spells: dict[str, list[Spell]]
    winner: str | None
    victory: float | None
    faded: float | None
    fought: float
    tolls: dict[str, float]
    answers: dict[str, bool]
    tracks: dict[str, TrackOutcome]
    standing: dict[str, float | str | bool] | None
