"""Dates and durations as scenario files write them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

DAYS_PER_YEAR = 365.25
"""The mean Gregorian (Julian-calendar) year, by which rates per year meet the calendar."""

_UNITS = {"day": 1.0, "week": 7.0, "month": DAYS_PER_YEAR / 12, "year": DAYS_PER_YEAR}
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) +(day|week|month|year)s?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@dataclass(frozen=True)
class Duration:
    """A length of time, such as ``18 months``.

    As a number it is a count of days, a month being a twelfth of 365.25 days; added to a date it follows the
    calendar.
    """

    count: float
    unit: str

    @property
    def days(self) -> float:
        """The length in days."""
        return self.count * _UNITS[self.unit]

    def after(self, start: dt.date) -> dt.date:
        """Return the date this long after another; a month from its 31st is the last day of the next.

        >>> str(Duration(1, "month").after(dt.date(2025, 1, 31)))
        '2025-02-28'

        Raises
        ------
        OverflowError
            Where the calendar ends (9999-12-31).
        """
        whole = int(self.count)
        if whole != self.count or self.unit in ("day", "week"):
            return start + dt.timedelta(days=round(self.days))
        months = start.year * 12 + start.month - 1 + whole * (12 if self.unit == "year" else 1)
        year, month = divmod(months, 12)
        if not dt.MINYEAR <= year <= dt.MAXYEAR:
            raise OverflowError("date value out of range")
        day = min(start.day, calendar.monthrange(year, month + 1)[1])
        return dt.date(year, month + 1, day)

    def __str__(self) -> str:
        return f"{self.count:g} {self.unit}{'' if self.count == 1 else 's'}"


def parse_duration(value: object) -> Duration:
    """Read ``14 days``, ``6 weeks``, ``18 months`` or ``2 years``.

    Raises
    ------
    ValueError
        Where the value is anything else.
    """
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{shown(value)} is not a duration (write e.g. 18 months)")
    return Duration(float(match[1]), match[2])


def parse_date(value: object) -> dt.date:
    """Read a date such as ``2025-12-19``.

    Raises
    ------
    ValueError
        Where the value is anything else, or no day of the calendar.
    """
    if not (isinstance(value, str) and _DATE.match(value)):
        raise ValueError(f"{shown(value)} is not a date (write e.g. 2025-12-19)")
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"'{value}' is not a day of the calendar (write year-month-day)") from None


def shown(value: object, limit: int = 60) -> str:
    """Quote a found value for a message, shortened.

    >>> shown("soon"), shown({"a": 1}), shown(None)
    ("'soon'", 'a mapping', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value if len(value) <= limit else value[:limit] + '…'}'"
    text = repr(value) if isinstance(value, int | float) else f"a {type(value).__name__}"
    return text if len(text) <= limit else text[:limit] + "…"


def quarter_ends(start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the last days of the quarters from one date to another.

    >>> [str(date) for date in quarter_ends(dt.date(2025, 1, 15), dt.date(2025, 7, 1))]
    ['2025-03-31', '2025-06-30']
    """
    ends = [
        dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        for year in range(start.year, end.year + 1)
        for month in (3, 6, 9, 12)
    ]
    return [date for date in ends if start < date <= end]
