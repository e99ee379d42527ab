"""Trace: everything that happens in one trial, in order, in the engine's own terms.

What a trace is made of; `negosim.engine.record.tracer` writes it. Places are those of the plan, days count from
``as_of``.
"""

from __future__ import annotations

from dataclasses import dataclass

from negosim.engine.plan import EffectPlan

Package = tuple[int, ...]
"""The column of every issue."""


@dataclass(frozen=True)
class Standing:
    """Where a history stands once the values of a tick are up to date; before breaches, votes and talks.

    Attributes
    ----------
    state : FIGHTING, CEASEFIRE or SETTLEMENT, as in `negosim.engine.state`.
    front, drift, volatility : where the front stands, and how it truly moves.
    beliefs : by party, what it believes of the drift.
    war, status_quo : by party, W and u(status quo).
    hurting : by party, whether it is in a hurting stalemate.
    """

    tick: int
    state: int
    front: float
    drift: float
    volatility: float
    beliefs: tuple[float, ...]
    war: tuple[float, ...]
    status_quo: tuple[float, ...]
    hurting: tuple[bool, ...]


@dataclass(frozen=True)
class Seen:
    """What an effect did: to a number, the front, a stock, a red line (1 while it stands) or a status quo (column).

    Both are None for an effect that breaks agreements, which is written down as a breach.
    """

    effect: EffectPlan
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Happened:
    """An event."""

    tick: int
    event: str
    effects: tuple[Seen, ...]


@dataclass(frozen=True)
class LineMoved:
    """A red line that has lifted by itself."""

    tick: int
    line: int


@dataclass(frozen=True)
class QuoMoved:
    """A status quo that has gone with the front; ``before`` and ``after`` are columns."""

    tick: int
    issue: int
    before: int
    after: int


@dataclass(frozen=True)
class StockMoved:
    """A stock that has run out, or is no longer empty."""

    tick: int
    stock: int
    empty: bool


@dataclass(frozen=True)
class Opened:
    """Talks that open, or go on after a break, with the draft that lies on the table and the status quo of the day."""

    tick: int
    track: int
    draft: Package
    status_quo: Package
    again: bool


@dataclass(frozen=True)
class Answer:
    """What somebody who was asked made of a text.

    Attributes
    ----------
    accepts : whether it would sign.
    value : A(x).
    ask, aspiration : what it asks for in its mood, and what it would ask for without one.
    no_deal, reservation : N, and N', which is N less the pressure on the party, plus what its bodies will ask.
    mood : z, how its judgement stands; above 0 it asks for less.
    worth : u(x).
    over : the issue it refuses over, None where it accepts.
    crosses : whether the text crosses a red line of its own there.
    """

    party: int
    accepts: bool
    value: float
    ask: float
    aspiration: float
    no_deal: float
    reservation: float
    mood: float
    worth: float
    over: int | None
    crosses: bool


@dataclass(frozen=True)
class Round:
    """A round of talks: the text, the status quo of the day, and what those who were asked made of it.

    ``put`` tells whether there was a text that could be put to them; if not, the round counts as none. ``proposer`` is
    the party that made the offer, None where a mediator drafts. ``closed`` are the issues that are not open: settled
    unilaterally, or agreed in a limited deal. ``between`` marks a text that was signed between two rounds.
    """

    tick: int
    track: int
    text: Package
    status_quo: Package
    closed: frozenset[int]
    answers: tuple[Answer, ...]
    put: bool
    signed: bool
    pressed: bool
    proposer: int | None
    between: bool


@dataclass(frozen=True)
class AwaitsVotes:
    """A signed text that goes to ratification; by body the day of its vote, None for none."""

    tick: int
    track: int
    votes: tuple[float | None, ...]


@dataclass(frozen=True)
class Voted:
    """A vote on ratification.

    Attributes
    ----------
    value, no_deal : A and N on the day, of the party by whose values the body votes.
    hurdle : how much better than no deal the text must be.
    threshold : by how much it had to be better on that day: the hurdle, less what the body's mood gave.
    memory : days for which a vote that is lost is remembered.
    """

    tick: int
    track: int
    body: int
    approved: bool
    value: float
    no_deal: float
    hurdle: float
    threshold: float
    memory: float


@dataclass(frozen=True)
class TextLapsed:
    """A signed text that lapses before its votes, the talks of its kind being over."""

    tick: int
    track: int


@dataclass(frozen=True)
class TruceBegun:
    """The fighting stops until the votes on a signed text."""

    tick: int
    track: int


@dataclass(frozen=True)
class TruceOver:
    """A truce that ends without a breach: a vote was lost, or the text that has passed does not stop the fighting.

    ``closed_until`` is the day until which the talks are closed, None where they are not.
    """

    tick: int
    track: int
    closed_until: float | None


@dataclass(frozen=True)
class InForce:
    """An agreement that comes into force."""

    tick: int
    track: int
    terms: Package


@dataclass(frozen=True)
class Broken:
    """An agreement that breaks down: by itself ("time"), by a belligerent's choice ("choice") or by an event.

    Attributes
    ----------
    day : on which exactly; what follows comes at the tick.
    cause : "time", "choice" or "event".
    is_truce : whether it is a truce until a vote, which only events break.
    closed_until : the day until which talks of the track are closed, None where they are not.
    """

    tick: int
    track: int
    day: float
    cause: str
    is_truce: bool
    closed_until: float | None


@dataclass(frozen=True)
class DeadlinePassed:
    """A deadline that passes with the talks still open, and what is left of its stated credibility."""

    tick: int
    track: int
    left: float


@dataclass(frozen=True)
class Won:
    """A victory of a party."""

    tick: int
    party: int


@dataclass(frozen=True)
class Faded:
    """A war that ends without a text."""

    tick: int


Record = (
    Standing | Happened | LineMoved | QuoMoved | StockMoved | Opened | Round | AwaitsVotes | Voted | TextLapsed
    | TruceBegun | TruceOver | InForce | Broken | DeadlinePassed | Won | Faded
)  # fmt: skip
Trace = list[Record]
