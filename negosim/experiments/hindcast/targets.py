"""Targets: whether there was a deal within 3, 6 and 12 months of the opening of talks, or of an anniversary of it.

The horizons are the same for every case, since those that a coder picks give the answer away. What counts as a deal:

- a *dated deal*: ``outcome.date`` and ``outcome.first_deal`` of a case whose outcome is a deal;
- a *deal window*: a window with ``deal: true`` in which no dated deal lies. It says that a deal came between two days,
  and not on which.

A target runs from its start, that day included, to the same day of the month 3, 6 or 12 months on, that day included.

1. A dated deal within it: there was a deal.
2. Else a deal window wholly within it: there was a deal.
3. Else a deal window that it overlaps only in part: nobody can tell, and the target is left out.
4. Else there was none.

Starts are the opening of talks and each anniversary of it before the case ended (``outcome.date``; where there is none,
the end of the last window). A deal that came after the end of talks, such as one dictated after a bombing campaign,
counts where it falls within a horizon: the question is whether there was a deal, not whether these talks made it. An
interim deal does not end a case. Windows with ``deal: false`` are not read: they say no more than that none is coded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from negosim.experiments.hindcast.schema import Case, Window, later

HORIZONS = (3, 6, 12)
"""Months."""


@dataclass(frozen=True)
class Target:
    """One thing to be forecast.

    Attributes
    ----------
    case : id of the case.
    start : from when on the forecast runs; nothing later is known to it.
    restart : years since the opening of talks: 0 is the opening itself.
    months : how far it looks.
    deal : whether there was a deal within that time.
    """

    case: str
    start: dt.date
    restart: int
    months: int
    deal: bool

    @property
    def end(self) -> dt.date:
        """The last day that counts."""
        return later(self.start, self.months)


def targets(cases: Iterable[Case]) -> tuple[Target, ...]:
    """Return the targets of cases, in their order, by start and by horizon."""
    return tuple(target for case in cases for target in targets_of(case))


def targets_of(case: Case) -> tuple[Target, ...]:
    """Return the targets of a case."""
    found = []
    for restart, start in enumerate(starts(case)):
        for months in HORIZONS:
            deal = deal_between(case, start, later(start, months))
            if deal is not None:
                found.append(Target(case.id, start, restart, months, deal))
    return tuple(found)


def starts(case: Case) -> tuple[dt.date, ...]:
    """Return the opening of talks and each of its anniversaries before the case ended."""
    found, day = [case.talks_began], later(case.talks_began, 12)
    while day < case.end:
        found.append(day)
        day = later(case.talks_began, 12 * len(found))
    return tuple(found)


def dated_deals(case: Case) -> tuple[dt.date, ...]:
    """Return the days on which deals of a case were made, as far as they are coded."""
    outcome = case.outcome
    days = (outcome.first_deal, outcome.date) if outcome.deal else ()
    return tuple(day for day in days if day is not None)


def deal_windows(case: Case) -> tuple[Window, ...]:
    """Return the windows in which a deal came on a day that is not coded."""
    days = dated_deals(case)
    return tuple(
        window for window in case.windows if window.deal and not any(window.start <= day <= window.end for day in days)
    )


def deal_between(case: Case, start: dt.date, end: dt.date) -> bool | None:
    """Tell whether there was a deal from one day to another, both included; None where nobody can tell."""
    if any(start <= day <= end for day in dated_deals(case)):
        return True
    windows = deal_windows(case)
    if any(start <= window.start and window.end <= end for window in windows):
        return True
    return None if any(window.start < end and start < window.end for window in windows) else False
