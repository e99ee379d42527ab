"""Camp David, September 1978: what one text, a closing date and the mediator's means do for a deal."""

from __future__ import annotations

import datetime as dt

import pytest

from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.scenario.notes import notes
from tests.paired import Flags, by, played, scenario_named, signed_across, surely_more, tick_of

SCENARIO = scenario_named("camp-david-1978")
TRIALS = 800
OCTOBER = tick_of(SCENARIO, dt.date(1978, 10, 31))
SUMMIT_ENDS = tick_of(SCENARIO, dt.date(1978, 9, 15))


def approved(history: History) -> Flags:
    """Which histories have frameworks approved by the end of October."""
    return by(history.spells["settlement"].first, OCTOBER)


@pytest.fixture(scope="module")
def base() -> tuple[Plan, History]:
    return played(SCENARIO, TRIALS)


def test_nothing_to_remark() -> None:
    assert not notes(SCENARIO.file)


@pytest.mark.parametrize("variant", ["no_side_payments", "ultimatum", "no_deadline"])
def test_side_payments_revisions_and_a_date_bring_signatures(base: tuple[Plan, History], variant: str) -> None:
    assert surely_more(approved(base[1]), approved(played(SCENARIO, TRIALS, variant)[1]))


def test_pressure_does_most_where_there_is_nothing_to_give(base: tuple[Plan, History]) -> None:
    free, unpaid, neither = (
        approved(played(SCENARIO, TRIALS, variant)[1]) for variant in ("no_pressure", "no_side_payments", "bare_hands")
    )
    assert surely_more(unpaid, neither)
    assert surely_more(free, neither)
    assert approved(base[1]).mean() - free.mean() < unpaid.mean() - neither.mean()


def test_the_line_on_the_settlements_decides(base: tuple[Plan, History]) -> None:
    assert surely_more(approved(base[1]), approved(played(SCENARIO, TRIALS, "settlements_line_holds")[1]))


def test_what_comes_by_october_is_signed_at_the_summit(base: tuple[Plan, History]) -> None:
    early = by(base[1].tracks[0].signed, OCTOBER)
    assert early.sum() > 50
    assert by(base[1].tracks[0].signed, SUMMIT_ENDS).sum() > 0.9 * early.sum()


@pytest.mark.parametrize("line", ["egypt.sinai.line_of_1975", "egypt.sinai_settlements.stay_israeli"])
def test_sadat_signs_no_text_that_leaves_israel_in_the_sinai(base: tuple[Plan, History], line: str) -> None:
    crossed = signed_across(*base, "summit", line)
    assert crossed.size > 0.3 * TRIALS
    assert not crossed.any()
