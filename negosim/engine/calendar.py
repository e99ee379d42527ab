"""The calendar: when each thing is done in a block of trials.

SimPy keeps the time, in days since ``as_of``. The war, events, breaches, votes, talks, deadlines and the record are
processes; each sleeps until its own next date. What falls on one tick is done in the order of `Phase`, and within a
phase by place: events by id, tracks by opening date and id. The order in which processes were started changes nothing.
Where the kernel plays a block, it is woken at the end of each stretch of ticks, and does all of that by itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Generator
from enum import IntEnum, unique
from heapq import heappush
from typing import Any

import simpy

from negosim.engine.block import Block, StretchedBlock, block_of
from negosim.engine.collector import paused
from negosim.engine.events import lifting_ticks
from negosim.engine.finite import guarded
from negosim.engine.pack import Pack
from negosim.engine.plan import ROUNDING, Plan, Ticks
from negosim.engine.record.history import History
from negosim.engine.record.trace import Trace

Process = Generator[simpy.Event, Any, None]


@unique
class Phase(IntEnum):
    """The phases of a tick, in their order."""

    CONDITIONS = 1
    EXPIRIES = 2
    EVENTS = 3
    WAR = 4
    VALUES = 5
    BREACHES = 6
    VOTES = 7
    TALKS = 8
    DEADLINES = 9
    RECORD = 10


PHASES = {
    Phase.CONDITIONS: "conditional events look at what the last tick left",
    Phase.EXPIRIES: "temporary effects and red lines whose time is up run out",
    Phase.EVENTS: "events come, by id",
    Phase.WAR: "the front moves, tolls are counted, stocks burn",
    Phase.VALUES: "parties learn, patience runs, values follow; a war may fade",
    Phase.BREACHES: "agreements whose time has come break",
    Phase.VOTES: "signed texts are voted on, by track",
    Phase.TALKS: "tracks meet, by opening and id",
    Phase.DEADLINES: "deadlines that pass unsigned lose half their credibility",
    Phase.RECORD: "the state is recorded",
}
"""What is done in each phase."""

_PLACES = 1 << 32
"""More places than any phase has."""


class Moment(simpy.Event):
    """A place in a phase of a tick; its value is the number of the tick."""


class Calendar(simpy.Environment):
    """SimPy's clock in days since ``as_of``, with ticks and phases.

    Parameters
    ----------
    ticks : the tick grid.

    Attributes
    ----------
    days : those of all ticks.
    """

    def __init__(self, ticks: Ticks) -> None:
        super().__init__()
        self.days: list[float] = ticks.days.tolist()
        self._latest: list[float] = (ticks.days + ROUNDING).tolist()
        self._booked: set[tuple[int, int]] = set()
        self._present = 0

    def step(self) -> None:
        """Go on to the next moment, and let happen what waits for it."""
        if self._queue:
            self._present = self._queue[0][1]
        super().step()

    def at(self, day: float, phase: Phase, place: int = 0) -> Moment:
        """Wait for a phase of a day.

        A day between two ticks takes effect at the later one, and so does a day whose phase is over; one past the
        horizon never comes.

        Parameters
        ----------
        day : since ``as_of``.
        phase, place : where in the tick.
        """
        priority = phase * _PLACES + place
        return self._moment(self._tick(day, priority), priority)

    def on(self, tick: int, phase: Phase, place: int = 0) -> Moment:
        """Wait for a phase of a tick that is not over; one past the last never comes."""
        return self._moment(tick, phase * _PLACES + place)

    def book(self, day: float, act: Callable[[int], None], phase: Phase, place: int = 0) -> None:
        """Have something done in a phase of a day: once, however often it is booked.

        Parameters
        ----------
        day, phase, place : as in `at`.
        act : what to do; given the tick. All that is booked for the same phase and place must be the same.
        """
        self.book_on(self._tick(day, phase * _PLACES + place), act, phase, place)

    def book_on(self, tick: int, act: Callable[[int], None], phase: Phase, place: int = 0) -> None:
        """Have something done in a phase of a tick that is not over; see `book`."""
        priority = phase * _PLACES + place
        if tick < len(self.days) and (tick, priority) not in self._booked:
            self._booked.add((tick, priority))
            moment = self._moment(tick, priority)
            assert moment.callbacks is not None
            moment.callbacks.append(lambda _: act(tick))

    def _tick(self, day: float, priority: int) -> int:
        """Return the tick at which a day takes effect, one past the last if there is none."""
        tick = bisect_left(self._latest, max(day, self._now))
        is_today = tick < len(self.days) and self.days[tick] == self._now
        return tick + 1 if is_today and self._present >= priority else tick

    def _moment(self, tick: int, priority: int) -> Moment:
        """Put a moment on the calendar, unless it lies past the horizon."""
        moment = Moment(self)
        if tick < len(self.days):
            moment._ok, moment._value = True, tick
            # `schedule` adds a delay to the clock, and such a sum may miss the day of the tick by rounding.
            entry: Any = (self.days[tick], priority, next(self._eid), moment)
            heappush(self._queue, entry)
        return moment


def play(plan: Plan, seed: int, first: int, trials: int, trace: Trace | None = None, *, zones: bool = True) -> History:
    """Play a block of trials.

    Parameters
    ----------
    plan : the compiled scenario.
    seed : of the run.
    first, trials : the block: trials ``first`` to ``first + trials - 1``.
    trace : where everything that happens is recorded; for a block of one trial only.
    zones : whether to look for zones of possible agreement in the first trials of a run.

    Raises
    ------
    ValueError
        Where several trials are to be traced.
    ScenarioError
        Where something is not a finite number, with its path.
    """
    if trace is None:
        return play_pack(Pack.alone(plan, seed, first, trials), zones=zones).of_setting(0, first)
    with guarded(), paused():
        block = Block(plan, seed, first, trials, trace, zones=zones)
        run(block)
        return block.history


def play_pack(pack: Pack, *, zones: bool = False) -> History:
    """Play the trials of several settings as one block; what each would be alone is `History.of_setting`.

    Parameters
    ----------
    zones : whether to look for zones of possible agreement in the first trials of the first setting.

    Raises
    ------
    ScenarioError
        Where something is not a finite number in one of them, with its path.
    """
    with guarded(), paused():
        return run(block_of(pack, zones=zones))


def run(block: Block | StretchedBlock) -> History:
    """Take a block from its first day to the horizon, or until every history has ended. Return what has happened."""
    calendar = Calendar(block.plan.ticks)
    if isinstance(block, StretchedBlock):
        last = stretches(calendar, block)
    else:
        last = record(calendar, block)
        for process in processes(calendar, block):
            calendar.process(process)
    calendar.run(until=calendar.process(last))
    return block.recorder.history


def processes(calendar: Calendar, block: Block) -> list[Process]:
    """Return all that goes on in a block, but for its record."""
    plan, comings = block.plan, Comings(calendar, block)
    conditional = [place for place, event in enumerate(plan.events) if event.when is not None]
    return [
        *(conditional_event(calendar, block, comings, place) for place in conditional),
        red_lines(calendar, block),
        war_and_values(calendar, block),
        talks(calendar, block),
        *(deadlines(calendar, block, index) for index in range(len(plan.tracks))),
    ]


_LINES, _EFFECTS = range(2)
"""Places in `Phase.EXPIRIES`."""


# -- the processes --------------------------------------------------------------------------------------------------


def red_lines(calendar: Calendar, block: Block) -> Process:
    """Lift red lines when their time is up."""
    for tick in lifting_ticks(block.plan, block.state):
        yield calendar.on(tick, Phase.EXPIRIES, _LINES)
        block.lift(tick)


def conditional_event(calendar: Calendar, block: Block, comings: Comings, place: int) -> Process:
    """Look at every tick whether the condition of an event has held long enough, and let it come where it has."""
    for tick in range(len(calendar.days)):
        yield calendar.on(tick, Phase.CONDITIONS, place)
        if block.scenario_events[place].look(tick):
            comings.add(tick, place)


class Comings:
    """The events that are due on each tick: they come together, by id.

    An event with a date, stated or drawn, comes on its next one, and on the one after that.
    """

    def __init__(self, calendar: Calendar, block: Block) -> None:
        self._calendar = calendar
        self._block = block
        self._due: dict[int, list[int]] = {}
        for place, event in enumerate(block.scenario_events):
            if event.event.when is None:
                self.add(event.next_tick, place)

    def add(self, tick: int, place: int) -> None:
        """Let an event, by its place, come on a tick whose events have not come yet."""
        self._due.setdefault(tick, []).append(place)
        self._calendar.book_on(tick, self._come, Phase.EVENTS)

    def _come(self, tick: int) -> None:
        """Let the events of a tick come, and book the ends of their temporary effects."""
        calendar, block = self._calendar, self._block
        for place in sorted(self._due.pop(tick, ())):
            event = block.scenario_events[place]
            if event.come(tick):
                for lasting in event.lasting:
                    calendar.book_on(block.plan.ticks.later(tick, lasting), block.expire, Phase.EXPIRIES, _EFFECTS)
            if event.event.when is None:
                self.add(event.next_tick, place)


def war_and_values(calendar: Calendar, block: Block) -> Process:
    """Fight from tick to tick, let the parties learn from it, and bring clocks and values up to date.

    One process for `Phase.WAR` and `Phase.VALUES`: nothing ever falls between them.
    """
    for tick in range(len(calendar.days)):
        yield calendar.on(tick, Phase.WAR)
        block.revalue(tick, block.fight(tick))


def talks(calendar: Calendar, block: Block) -> Process:
    """Meet on all tracks, and book the votes and breaches that their signatures lead to.

    One process for all tracks: nothing ever falls between them.
    """
    tracks = block.plan.tracks
    for tick in block.plan.meetings:
        yield calendar.on(tick, Phase.TALKS)
        signed = block.meet(tick)
        for index in signed:
            if tracks[index].bodies:
                _book_vote(calendar, block, index)
        if signed:
            _book_breach(calendar, block, tick)


def _book_vote(calendar: Calendar, block: Block, index: int) -> None:
    """Book the next vote on what has been signed on a track."""

    def vote(tick: int) -> None:
        block.agreements.ratify(index, tick)
        _book_vote(calendar, block, index)
        _book_breach(calendar, block, tick)

    calendar.book(block.agreements.ratification.next_vote(index), vote, Phase.VOTES, index)


def _book_breach(calendar: Calendar, block: Block, tick: int) -> None:
    """Book the next day on which something in force may break."""

    def breach(tick: int) -> None:
        block.agreements.check(tick)
        _book_breach(calendar, block, tick)

    calendar.book(block.agreements.next_breach(tick), breach, Phase.BREACHES)


def deadlines(calendar: Calendar, block: Block, index: int) -> Process:
    """Let each deadline of a track pass that falls after its opening."""
    track = block.plan.tracks[index]
    falls = Counter(deadline.tick for deadline in track.deadlines if deadline.tick >= track.opens)
    for tick, times in falls.items():
        yield calendar.on(tick, Phase.DEADLINES, index)
        for _ in range(times):
            block.miss_deadline(index, tick)


def record(calendar: Calendar, block: Block) -> Process:
    """Record every tick, up to the horizon or to the one that leaves no history going on."""
    for tick in range(len(calendar.days)):
        yield calendar.on(tick, Phase.RECORD)
        if not block.record(tick):
            return


def stretches(calendar: Calendar, block: StretchedBlock) -> Process:
    """Play and record a block, from the end of one stretch to that of the next."""
    first = 0
    for last in block.ends:
        yield calendar.on(last, Phase.RECORD)
        if not block.play(first, last):
            return
        first = last + 1
