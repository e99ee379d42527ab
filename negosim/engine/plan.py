"""The plan: a scenario compiled to indices and paths, everything in an order that declarations do not change."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negosim.model.consent import RedLine
from negosim.model.packages import Columns, Combination
from negosim.model.talks.text_changes import Agenda
from negosim.registry import Plugins
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.paths import Family
from negosim.scenario.quantities import Quantity
from negosim.scenario.schema.base import Kind
from negosim.scenario.schema.events import Breaks, Draw, Fix, Lift

ROUNDING = 1e-6
"""Days by which a sum of durations may pass a tick and still fall on it: floating-point rounding only."""


@dataclass(frozen=True)
class Ticks:
    """The tick grid: day 0 is ``as_of``, the last tick is the horizon.

    Whatever is dated between two ticks takes effect at the later one.
    """

    as_of: dt.date
    days: NDArray[np.float64]

    def __len__(self) -> int:
        return self.days.size

    def at(self, date: dt.date) -> int:
        """Return the first tick on or after a date; one past the last if there is none."""
        return int(np.searchsorted(self.days, (date - self.as_of).days - ROUNDING))

    def up_to(self, date: dt.date) -> int:
        """Return the last tick on or before a date; -1 if there is none."""
        return int(np.searchsorted(self.days, (date - self.as_of).days + ROUNDING, side="right")) - 1

    def later(self, tick: int, days: float) -> int:
        """Return the first tick so many days or more after another, at least the next; one past the last if none is."""
        return max(tick + 1, bisect_left(self._days, self._days[tick] + days - ROUNDING))

    def date(self, tick: int) -> dt.date:
        """Return the date of a tick."""
        return self.as_of + dt.timedelta(days=int(self.days[tick]))

    def since_last(self, tick: int) -> float:
        """Return the time since the tick before, in days."""
        return float(self.days[tick] - self.days[tick - 1]) if tick else 0.0

    def years(self, tick: int) -> float:
        """Return the time since the tick before, in years."""
        return self._years[tick]

    @cached_property
    def _days(self) -> list[float]:
        days: list[float] = self.days.tolist()
        return days

    @cached_property
    def all_years(self) -> NDArray[np.float64]:
        """(ticks,) the years from the tick before to each; 0 at the first."""
        return np.diff(self.days, prepend=self.days[0]) / DAYS_PER_YEAR

    @cached_property
    def _years(self) -> list[float]:
        years: list[float] = self.all_years.tolist()
        return years


@dataclass(frozen=True)
class StatusQuo:
    """What holds for an issue while there is no deal: an option, or one for every stretch of the front."""

    columns: Columns
    thresholds: NDArray[np.float64]
    """Front values from which the second and later columns hold; none for a fixed status quo."""


TAKES_BEST = -1
"""Stands for the winner's best option in imposed terms."""

KEEPS_STATUS_QUO = -2
"""Stands for the status quo in imposed terms: a chip in other hands is not the winner's to move."""


@dataclass(frozen=True)
class WarPlan:
    """The belligerents and the terms each would impose.

    Attributes
    ----------
    first, second : indices of the parties.
    imposed : for either winner, (issues,) columns, `TAKES_BEST` or `KEEPS_STATUS_QUO`.
    """

    first: int
    second: int
    imposed: tuple[Columns, Columns]


@dataclass(frozen=True)
class DeadlinePlan:
    """One falling of a deadline; the days are those of the ticks it runs from and falls on."""

    tick: int
    starts: float
    falls: float

    def passed(self, day: float) -> float:
        """Return p, the share of the time to the deadline that has passed."""
        if self.falls <= self.starts:
            return 1.0
        return min(max((day - self.starts) / (self.falls - self.starts), 0.0), 1.0)


@dataclass(frozen=True)
class Body:
    """Somebody who must approve what a party has signed.

    Attributes
    ----------
    number : its place among all bodies of the scenario.
    party : whose signature it votes on.
    votes_as : by whose values it votes; the party itself unless it is another's (``as``).
    name : how the output calls it.
    kinds : the kinds of texts that it votes on.
    delay, hurdle, spread, foresight, memory : the paths of its numbers; ``spread`` is the stream of its mood.
    """

    number: int
    party: int
    votes_as: int
    name: str
    kinds: tuple[Kind, ...]
    delay: str
    hurdle: str
    spread: str
    foresight: str
    memory: str

    @property
    def is_own(self) -> bool:
        """Whether it votes by the values of the party itself."""
        return self.votes_as == self.party


@dataclass(frozen=True)
class TrackPlan:
    """One series of talks."""

    id: str
    kind: Kind
    opens: int
    rounds: tuple[int, ...]
    signatories: tuple[int, ...]
    holders: tuple[tuple[int, int], ...]
    consenters: tuple[int, ...]
    agenda: Agenda
    first_draft: dict[int, int]
    protocol: str
    revisions: int
    stands: bool
    """Whether a text that was refused can be signed between rounds."""
    ripeness: bool
    deadlines: tuple[DeadlinePlan, ...]
    excluded: Columns
    """Options that no text may contain while their issue is open."""
    truce: bool
    """Whether the fighting stops between a signature and the last vote on it."""
    bodies: tuple[Body, ...]
    """Those of everybody who may have to consent that vote on texts of this kind."""

    @property
    def path(self) -> str:
        """The path of the track."""
        return f"talks.{self.id}"

    def has_round(self, tick: int) -> bool:
        """Tell whether there is a round at a tick."""
        return tick in self._rounds

    def asks_again(self, tick: int) -> bool:
        """Tell whether a text that stands is asked about at a tick that has no round."""
        return self.stands and tick >= self.opens and not self.has_round(tick)

    def passed(self, tick: int, day: float) -> float:
        """Return p, the share of the time to the next deadline that has passed; 0 without one.

        Parameters
        ----------
        day : of the tick.
        """
        due = next((deadline for deadline in self.deadlines if deadline.tick >= tick), None)
        return due.passed(day) if due else 0.0

    @cached_property
    def _rounds(self) -> frozenset[int]:
        return frozenset(self.rounds)


@dataclass(frozen=True)
class Change:
    """An effect on a number."""

    kind: str
    target: str
    amount: str
    days: float | None
    """How long it lasts; None for good."""


@dataclass(frozen=True)
class FrontJump:
    """An effect that moves the front, for good."""

    amount: str


@dataclass(frozen=True)
class Refilling:
    """An effect on a stock."""

    stock: int
    amount: str


@dataclass(frozen=True)
class StockPlan:
    """Something that burns while there is fighting."""

    id: str
    when_empty: tuple[Change, ...]


@dataclass(frozen=True)
class ConditionPlan:
    """What an event waits for."""

    state: str | None
    front_above: float | None
    front_below: float | None
    days: float
    """How long it must have held."""


EffectPlan = Change | FrontJump | Refilling | Lift | Draw | Fix | Breaks


@dataclass(frozen=True)
class EventPlan:
    """Something that may happen."""

    id: str
    tick: int | None
    between: tuple[float, float] | None
    when: ConditionPlan | None
    repeats: bool
    effects: tuple[EffectPlan, ...]

    @property
    def is_random(self) -> bool:
        """Whether it comes at a rate."""
        return self.tick is None and self.between is None and self.when is None

    @property
    def path(self) -> str:
        """The path of the event."""
        return f"events.{self.id}"


def changes_of(events: Sequence[EventPlan], stocks: Sequence[StockPlan]) -> tuple[Change, ...]:
    """Return the effects on numbers: those of events, and then those of empty stocks."""
    effects = [effect for event in events for effect in event.effects if isinstance(effect, Change)]
    return (*effects, *(effect for stock in stocks for effect in stock.when_empty))


@dataclass(frozen=True)
class QuestionPlan:
    """A dated forecast question."""

    id: str
    reach: str
    tick: int
    lasting: float
    """In days; 0 where it need not last."""


@dataclass(frozen=True)
class Plan:
    """A scenario as the engine plays it. Parties, issues, tracks and events are sorted by id."""

    parties: tuple[str, ...]
    issues: tuple[str, ...]
    sections: dict[str, str]
    options: tuple[tuple[str, ...], ...]
    slots: tuple[slice, ...]
    issue_of: Columns
    ticks: Ticks
    quantities: dict[str, Quantity]
    families: dict[str, Family]
    """Of every number that an effect may change, by path."""
    aliases: dict[str, str]
    status_quo: tuple[StatusQuo, ...]
    lines: tuple[RedLine, ...]
    line_paths: tuple[str, ...]
    line_ids: dict[str, int]
    drawn_later: tuple[int, ...]
    linkages: tuple[Combination, ...]
    linkage_paths: tuple[tuple[str | None, ...], ...]
    never: tuple[Combination, ...]
    guarding: tuple[int, ...]
    war: WarPlan | None
    tolls: tuple[str, ...]
    stocks: tuple[StockPlan, ...]
    tracks: tuple[TrackPlan, ...]
    events: tuple[EventPlan, ...]
    bodies: tuple[Body, ...]
    """Those of all parties."""
    questions: tuple[QuestionPlan, ...]
    quarter_ends: tuple[dt.date, ...]
    """The ends of quarters after ``as_of`` and up to the horizon."""
    laws: tuple[str, ...]
    """The law of concession of each party."""
    plugins: Plugins
    """What has registered rules that are not built in, for the processes that play."""

    @cached_property
    def quarters(self) -> tuple[int, ...]:
        """The last tick on or before the end of each quarter."""
        return tuple(self.ticks.up_to(date) for date in self.quarter_ends)

    @property
    def cells(self) -> int:
        """How much room a history takes: options seen by parties, and effects."""
        return max(self.columns * len(self.parties) + len(self.changes), 1)

    @property
    def columns(self) -> int:
        """The number of options of all issues."""
        return int(self.issue_of.size)

    @cached_property
    def meetings(self) -> tuple[int, ...]:
        """The ticks at which a track meets, in a round or to be asked again."""
        every = range(len(self.ticks))
        return tuple(
            tick for tick in every if any(track.has_round(tick) or track.asks_again(tick) for track in self.tracks)
        )

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """All effects on numbers."""
        return changes_of(self.events, self.stocks)

    @cached_property
    def drawn(self) -> int:
        """How many numbers are drawn once a trial."""
        return sum(not quantity.is_constant for quantity in self.quantities.values())

    @cached_property
    def salience_paths(self) -> tuple[str, ...]:
        """The paths of all saliences, issue by issue and party by party."""
        parties = range(len(self.parties))
        return tuple(f"{self.view(issue, party)}.salience" for issue in range(len(self.issues)) for party in parties)

    @cached_property
    def value_paths(self) -> tuple[str, ...]:
        """The paths of all values, option by option and party by party."""
        views = [[self.view(issue, party) for party in range(len(self.parties))] for issue in range(len(self.issues))]
        return tuple(
            f"{view}.values.{option}"
            for of_issue, options in zip(views, self.options, strict=True)
            for option in options
            for view in of_issue
        )

    @cached_property
    def enforcement_paths(self) -> tuple[str, ...]:
        """The paths of the enforcement of all options."""
        return tuple(
            f"{self.sections[name]}.{name}.options.{option}.enforcement"
            for name, options in zip(self.issues, self.options, strict=True)
            for option in options
        )

    def view(self, issue: int, party: int) -> str:
        """Return the path of a party's view of an issue."""
        name = self.issues[issue]
        return f"{self.sections[name]}.{name}.views.{self.parties[party]}"
