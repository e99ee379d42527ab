from __future__ import annotations

import datetime as dt

import pytest

from negosim.experiments.hindcast.schema import Case, Window
from negosim.experiments.hindcast.targets import (
    dated_deals,
    deal_between,
    deal_windows,
    starts,
    targets,
    targets_of,
)
from tests.coded import coded


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_starts_are_the_opening_and_its_anniversaries_before_the_end() -> None:
    ships, quarry = coded()
    assert [str(start) for start in starts(ships)] == ["1950-01-15", "1951-01-15"]
    assert [str(start) for start in starts(quarry)] == ["1960-05-31", "1961-05-31"]


def test_a_window_around_a_dated_deal_says_nothing_more() -> None:
    ships, quarry = coded()
    assert dated_deals(ships) == (day("1951-02-01"),)
    assert deal_windows(ships) == ()
    assert dated_deals(quarry) == ()
    assert [str(window.start) for window in deal_windows(quarry)] == ["1960-12-01"]


def test_what_a_deal_window_overlaps_in_part_is_left_out() -> None:
    """The window runs from 1960-12-01 to 1961-03-01; horizons from 1960-05-31 end in August, November and May."""
    _, quarry = coded()
    found = {(target.restart, target.months): target.deal for target in targets_of(quarry)}
    assert found == {(0, 3): False, (0, 6): False, (0, 12): True, (1, 3): False, (1, 6): False, (1, 12): False}
    assert deal_between(quarry, day("1960-12-15"), day("1961-06-15")) is None
    assert deal_between(quarry, day("1961-01-01"), day("1961-02-01")) is None
    assert deal_between(quarry, day("1961-03-01"), day("1961-06-01")) is False


@pytest.mark.parametrize(
    ("start", "end", "deal"),
    [
        ("1950-01-15", "1951-01-15", False),
        ("1951-01-15", "1951-04-15", True),
        ("1951-02-01", "1951-05-01", True),
        ("1950-11-01", "1951-02-01", True),
        ("1951-02-02", "1951-05-02", False),
    ],
)
def test_a_dated_deal_counts_on_the_first_and_on_the_last_day(start: str, end: str, deal: bool) -> None:
    assert deal_between(coded()[0], day(start), day(end)) is deal


def test_a_dated_deal_decides_before_any_window() -> None:
    ships, _ = coded()
    window = Window.model_validate({"from": "1950-12-01", "months": 1, "deal": True})
    both: Case = ships.model_copy(update={"windows": (*ships.windows, window)})
    assert deal_between(both, day("1950-12-15"), day("1951-03-15")) is True
    assert deal_between(both, day("1950-12-15"), day("1951-01-15")) is None


def test_an_earlier_deal_counts_and_does_not_end_a_case() -> None:
    ships, _ = coded()
    outcome = ships.outcome.model_copy(update={"first_deal": day("1950-02-01")})
    early = ships.model_copy(update={"outcome": outcome})
    assert [target.deal for target in targets_of(early)] == [True] * 6
    without = ships.model_copy(update={"outcome": outcome.model_copy(update={"deal": False})})
    assert dated_deals(without) == ()


def test_targets_come_in_the_order_of_the_cases() -> None:
    cases = coded()
    assert [target.case for target in targets(cases)] == ["ships_1950"] * 6 + ["quarry"] * 6
    assert [target.months for target in targets(cases)][:6] == [3, 6, 12, 3, 6, 12]
