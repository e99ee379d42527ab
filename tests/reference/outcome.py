"""What the interpreter tells of a trial."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

FIGHTING, CEASEFIRE, SETTLEMENT, VICTORY, FADED = "fighting", "ceasefire", "settlement", "victory", "faded"

Text = dict[str, str]
"""An option for every issue and chip."""


@dataclass
class Spell:
    """An agreement of some kind, in force from a day to a day."""

    since: float
    until: float = math.inf


@dataclass
class TrackOutcome:
    """What a track brought."""

    signed: float | None = None
    terms: Text | None = None
    worth: dict[str, float] = field(default_factory=dict)
    failed: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    objections: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass
class Outcome:
    """What happened in a trial; days since as_of."""

    final: str
    spells: dict[str, list[Spell]]
    winner: str | None
    victory: float | None
    faded: float | None
    fought: float
    tolls: dict[str, float]
    answers: dict[str, bool]
    tracks: dict[str, TrackOutcome]
