"""Camp David, September 1978: what one text, a closing date and the mediator's means do for a deal."""

from __future__ import annotations

import datetime as dt

import pytest

from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.scenario.notes import notes
from tests.paired import Flags, by, played, scenario_named, signed_across, surely_more, tick_of

SCENARIO = scenario_named("camp-david-1978")
TRIALS = 400
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


@pytest.mark.parametrize("variant", ["no_pressure", "no_side_payments", "ultimatum", "no_deadline"])
def test_each_of_the_mediators_means_brings_signatures(base: tuple[Plan, History], variant: str) -> None:
    assert surely_more(approved(base[1]), approved(played(SCENARIO, TRIALS, variant)[1]))


def test_pressure_and_side_payments_do_more_together_than_either(base: tuple[Plan, History]) -> None:
    neither = approved(played(SCENARIO, TRIALS, "bare_hands")[1])
    for variant in ("no_pressure", "no_side_payments"):
        assert surely_more(approved(played(SCENARIO, TRIALS, variant)[1]), neither)


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
