"""What a signature leads to: votes of bodies, a text that waits for them, an agreement in force."""

from __future__ import annotations

from dataclasses import dataclass

from tests.reference.outcome import Text


@dataclass(frozen=True)
class Body:
    """A body that must approve what a party has signed, and its numbers.

    Attributes
    ----------
    party : its principal, the party that signs.
    path : where the scenario states it.
    votes_as : the party by whose values it votes.
    of : the kinds of text it votes on.
    """

    party: str
    path: str
    votes_as: str
    of: tuple[str, ...]
    delay: float
    hurdle: float
    spread: float
    foresight: float
    memory: float

    @property
    def has_values_of_its_own(self) -> bool:
        return self.votes_as != self.party


@dataclass(frozen=True)
class Vote:
    """A vote on a text, on a day or the first tick after it."""

    body: Body
    day: float


@dataclass
class Waiting:
    """A text that has been signed and waits for its votes; what it says on the issues that were open."""

    clauses: Text
    pressed: bool
    votes: list[Vote]


@dataclass
class InForce:
    """An agreement in force. It moves some issues; the others go with the status quo.

    A truce until a text is ratified is a ceasefire without terms, which does not break by itself.
    """

    track: str
    moves: Text
    breaks_on: float
    is_truce: bool = False
