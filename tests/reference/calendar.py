"""Ticks and dates, as days since as_of (decisions 0001, Time)."""

from __future__ import annotations

import bisect
import datetime as dt
import math

from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.talks import Deadline, Track


class Calendar:
    """The ticks of a scenario: `step` apart, the last one the horizon."""

    def __init__(self, scenario: ScenarioFile) -> None:
        self.as_of = scenario.as_of
        length = (scenario.end - scenario.as_of).days
        self.days, count = [0.0], 1
        while count * scenario.step.days < length - 1e-6 * scenario.step.days:
            self.days.append(count * scenario.step.days)
            count += 1
        self.days.append(float(length))
        self.opens = {name: self._opening(track) for name, track in scenario.talks.items()}
        self.rounds = {name: self._rounds(track) for name, track in scenario.talks.items()}
        self.order = sorted(scenario.talks, key=lambda name: (self.opens[name], name))
        """The tracks in the order in which they meet."""

    def day_of(self, date: dt.date) -> float:
        return float((date - self.as_of).days)

    def tick_of(self, day: float) -> int:
        """The first tick at or after a day, give or take the rounding of their sums."""
        return bisect.bisect_left(self.days, day - 1e-6)

    def _opening(self, track: Track) -> int:
        """The tick at which a track opens."""
        return self.tick_of(self.day_of(track.opens)) if track.opens else 0

    def _rounds(self, track: Track) -> set[int]:
        """Ticks of the rounds; a round dated between two ticks is held at the later one."""
        start = self.day_of(track.opens) if track.opens else 0.0
        count = math.ceil((self.days[-1] - start) / track.every.days) + 1
        return {self.tick_of(start + index * track.every.days) for index in range(max(count, 0))}

    def falls(self, date: dt.date) -> float:
        """The day of the first tick on or after a date; after the horizon, the date itself."""
        tick = self.tick_of(self.day_of(date))
        return self.days[tick] if tick < len(self.days) else self.day_of(date)


class Urgency:
    """The deadlines of a track, and how often one has passed unsigned."""

    def __init__(self, deadline: Deadline, opens: int, calendar: Calendar) -> None:
        self._opens = calendar.days[opens] if opens < len(calendar.days) else calendar.days[-1]
        self._falls = _falls(deadline, calendar)
        self.passed_unsigned = 0

    def passes_unsigned(self, day: float) -> None:
        """Count the deadlines of a day; several that fall on one tick pass one after the other."""
        self.passed_unsigned += self._falls.count(day)

    def share(self, day: float) -> float:
        """p: the share of the days up to the next deadline that has passed; 0 where none is to come."""
        to_come = [at for at in self._falls if at >= day]
        if not to_come:
            return 0.0
        start = max((at for at in self._falls if at < day), default=self._opens)
        return (day - start) / (to_come[0] - start) if to_come[0] > start else 1.0


def _falls(deadline: Deadline, calendar: Calendar) -> list[float]:
    """The days on which the deadlines fall, up to the first that falls after the horizon."""
    dates = [deadline.on]
    while deadline.repeats and calendar.day_of(dates[-1]) <= calendar.days[-1]:
        dates.append(deadline.repeats.after(dates[-1]))
    return [calendar.falls(date) for date in dates]
