"""Where one trial stands: time, state, what is in force, the status quo."""

from __future__ import annotations

import math

from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.numbers import agenda, holders
from negosim.scenario.schema.issues import FollowsFront, Issue
from tests.reference.calendar import Calendar
from tests.reference.formulas import ROUNDING, TIE, contains, standard_normal
from tests.reference.ledger import Ledger, Luck, Stated
from tests.reference.moods import Moods
from tests.reference.outcome import (
    AGREEMENT,
    CEASEFIRE,
    FIGHTING,
    LIMITED,
    SETTLEMENT,
    Spell,
    Text,
    TrackOutcome,
)
from tests.reference.signed import InForce, Waiting

MOST_DISTRUST = 1e12
"""Nothing multiplies distrust by more (afterwards.md)."""

_OPEN_IN = {CEASEFIRE: (FIGHTING,), SETTLEMENT: (FIGHTING, CEASEFIRE), LIMITED: (FIGHTING, CEASEFIRE)}
"""The states in which talks of a kind have something to bring (decisions 0001, Talks and Limited deals)."""


class World:
    """Where a trial stands. What the rules change is here; the rules are in the other modules."""

    def __init__(self, stated: Stated, calendar: Calendar, luck: Luck) -> None:
        self.scenario = stated.scenario
        self.luck = luck
        self.ledger = Ledger(stated, luck)
        self.calendar = calendar
        self.tick = 0
        self.issues: dict[str, Issue] = {**self.scenario.issues, **self.scenario.chips}
        self.section = {name: "chips" if name in self.scenario.chips else "issues" for name in self.issues}
        self.agenda = {name: agenda(self.scenario, track) for name, track in self.scenario.talks.items()}
        self.might_be_asked = {
            name: sorted({*track.signatories, *holders(self.scenario, track)})
            for name, track in self.scenario.talks.items()
        }
        self.state = FIGHTING
        self.agreement: InForce | None = None
        self.deals: dict[str, InForce] = {}
        self.waiting: dict[str, Waiting] = {}
        self.fixed: Text = {}
        self.front = self.ledger["war.front"] if self.scenario.war else 0.0
        self.years_fought = 0.0
        self.distrust = dict.fromkeys(self.scenario.parties, 1.0)
        self.belief: dict[str, float] = {}
        self.war_value: dict[str, float] = {}
        self.hurting: dict[str, bool] = {}
        self.spells: dict[str, list[Spell]] = {LIMITED: [], CEASEFIRE: [], SETTLEMENT: [], AGREEMENT: []}
        self.outcomes = {name: TrackOutcome() for name in self.scenario.talks}
        self.closed_until = dict.fromkeys(self.scenario.talks, 0.0)
        self.moods = Moods(luck)

    # -- time -----------------------------------------------------------------------------------------------------

    @property
    def day(self) -> float:
        return self.calendar.days[self.tick]

    @property
    def days_passed(self) -> float:
        """The days since the last tick."""
        return self.day - self.calendar.days[self.tick - 1] if self.tick else 0.0

    @property
    def stretch(self) -> float:
        """Δt in years since the last tick."""
        return self.days_passed / DAYS_PER_YEAR

    def normal(self, name: str) -> float:
        return standard_normal(self.luck.uniform(name, self.tick))

    def mood(self, stream: str, memory: float) -> float:
        """z of a mood or an error that lasts, a step on from when it was last followed."""
        return self.moods.follow(stream, memory, self.tick, self.day)

    def tie_luck(self, track: str, issue: str, option: str) -> float:
        """What breaks ties between changes of a draft: luck, one draw an option and trial."""
        lane = list(self.issues[issue].options).index(option)
        return TIE * self.luck.uniform(f"talks.{track}.tie.{issue}", 0, lane)

    def comes(self, rate: float, name: str) -> bool:
        """Whether what comes at a rate has come since the last tick."""
        return self.luck.uniform(name, self.tick) < 1 - math.exp(-rate * self.stretch)

    # -- parties --------------------------------------------------------------------------------------------------

    def belligerents(self) -> tuple[str, ...]:
        return self.scenario.war.between if self.scenario.war else ()

    def holders_of(self, name: str) -> tuple[str, ...]:
        return self.scenario.chips[name].held_by if name in self.scenario.chips else ()

    def distrusts(self, party: str, factor: float) -> None:
        """Multiply the distrust of a party."""
        self.distrust[party] = min(self.distrust[party] * factor, MOST_DISTRUST)

    # -- the status quo -------------------------------------------------------------------------------------------

    def status_quo(self) -> Text:
        """What holds while there is no ceasefire or settlement."""
        return {name: self.status_quo_of(name) for name in self.issues}

    def status_quo_of(self, name: str) -> str:
        if name in self.fixed:
            return self.fixed[name]
        for deal in self.deals.values():
            if name in deal.moves:
                return deal.moves[name]
        status_quo = self.issues[name].status_quo
        if not isinstance(status_quo, FollowsFront):
            return status_quo
        stretches = sorted((from_, option) for option, from_ in status_quo.follows_front.items())
        holding = [option for from_, option in stretches if from_ <= self.front]
        return holding[-1] if holding else stretches[0][1]

    def with_clauses(self, clauses: Text) -> Text:
        """A text with these clauses: whatever is off every agenda stands in it at its status quo."""
        return {
            name: clauses[name] if name in clauses and not self.is_settled(name) else self.status_quo_of(name)
            for name in self.issues
        }

    def terms_in_force(self) -> Text:
        """The ceasefire or settlement in force."""
        assert self.agreement
        moves = {name: option for name, option in self.agreement.moves.items() if name not in self.fixed}
        return {**self.status_quo(), **moves}

    # -- talks ----------------------------------------------------------------------------------------------------

    def is_settled(self, name: str) -> bool:
        """Whether an issue is off every agenda: fixed by an event, or agreed in a limited deal."""
        return name in self.fixed or any(name in deal.moves for deal in self.deals.values())

    def open_issues(self, track: str) -> list[str]:
        return [name for name in self.agenda[track] if not self.is_settled(name)]

    def is_excluded(self, track: str, name: str, option: str) -> bool:
        """Whether no text of a track may contain an option."""
        return option in self.scenario.talks[track].exclude.get(name, ())

    def forbidden(self, track: str, text: Text) -> list[Text]:
        """Combinations in a text that `never` forbids, of its own doing: one of their issues is open."""
        still_open = self.open_issues(track)
        return [
            never for never in self.scenario.never if contains(text, never) and not never.keys().isdisjoint(still_open)
        ]

    def asked(self, track: str, text: Text) -> list[str]:
        """Whom a text asks: signatories, and holders of chips that it moves from the status quo."""
        moved = [name for name in self.scenario.chips if text[name] != self.status_quo_of(name)]
        asking = (party for name in moved for party in self.holders_of(name))
        return sorted({*self.scenario.talks[track].signatories, *asking})

    def kind(self, track: str) -> str:
        return self.scenario.talks[track].kind

    def in_season(self, track: str) -> bool:
        """Whether talks of the track's kind have something to bring."""
        return self.state in _OPEN_IN[self.kind(track)]

    def is_open(self, track: str, tick: int) -> bool:
        """Whether a track is open in the present state, and not closed at a tick."""
        idle = track in self.waiting or track in self.deals or self.is_closed(track, tick)
        return tick >= self.calendar.opens[track] and self.in_season(track) and not idle

    def is_closed(self, track: str, tick: int) -> bool:
        """Whether a track pauses after a breach."""
        return self.calendar.days[tick] < self.closed_until[track] - ROUNDING

    def close(self, track: str, days: float) -> None:
        """Close a track for a while from now on."""
        self.closed_until[track] = max(self.closed_until[track], self.day + days)
