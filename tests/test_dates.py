"""Dates and durations."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.scenario.dates import Duration, parse_date, parse_duration, shown


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("14 days", 14), ("1 day", 1), ("6 weeks", 42), ("12 months", 365.25), ("2 years", 730.5), ("0 days", 0),
        ("1.5 months", 1.5 * 365.25 / 12), ("18  months", 18 * 365.25 / 12),
    ],
)  # fmt: skip
def test_durations_in_days(text: str, days: float) -> None:
    assert parse_duration(text).days == pytest.approx(days)


@pytest.mark.parametrize(
    "value",
    ["soon", "18", "18months", "-3 days", "3 Days", "1e3 days", " 3 days", "3 days ago", "٣ days", "3\ndays", 18, 1.5,
     None, True, [], {}, "1,5 months", "9999999 days"],
)  # fmt: skip
def test_what_is_no_duration(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a duration \(write e\.g\. 18 months\)"):
        parse_duration(value)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2025-01-31", "1 month", "2025-02-28"), ("2024-01-31", "1 month", "2024-02-29"),
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"), ("2025-03-31", "6 months", "2025-09-30"),
        ("2025-12-15", "1 month", "2026-01-15"),
        ("2025-01-01", "2 weeks", "2025-01-15"), ("2025-01-01", "0.5 years", "2025-07-03"),
        ("2025-01-01", "0 days", "2025-01-01"),
    ],
)  # fmt: skip
def test_durations_follow_the_calendar(start: str, duration: str, end: str) -> None:
    assert str(parse_duration(duration).after(dt.date.fromisoformat(start))) == end


@pytest.mark.parametrize("duration", ["999999 years", "999999 months", "999999 weeks", "9000.5 years"])
def test_the_calendar_ends(duration: str) -> None:
    with pytest.raises(OverflowError):
        parse_duration(duration).after(dt.date(2025, 1, 1))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 600))
def test_months_stay_within_a_day_and_a_half_a_month_of_their_mean(start: dt.date, months: int) -> None:
    duration = Duration(months, "month")
    end = duration.after(start)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day
    assert abs((end - start).days - duration.days) < 4


@given(st.dates())
def test_dates_read_back(date: dt.date) -> None:
    assert parse_date(date.isoformat()) == date


@pytest.mark.parametrize(
    "value", ["2025-1-1", "20250101", "tomorrow", "2025-01-01T00:00", "２０２５-01-01", 20250101, None, [], ""]
)
def test_what_is_no_date(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a date \(write e\.g\. 2025-12-19\)"):
        parse_date(value)


@pytest.mark.parametrize("value", ["2025-02-29", "2025-13-01", "0000-01-01", "2025-00-10"])
def test_days_the_calendar_does_not_have(value: str) -> None:
    with pytest.raises(ValueError, match="is not a day of the calendar"):
        parse_date(value)


def test_found_values_are_quoted_short() -> None:
    assert [shown(value) for value in (True, 1.0, 0.1, 3, [1])] == ["true", "1.0", "0.1", "3", "a list"]
    assert shown("x" * 100) == f"'{'x' * 60}…'"
    assert len(shown(10**1000)) == 61
    assert shown(dt.date(2025, 1, 1)) == "a date"
