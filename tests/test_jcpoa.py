"""Iran, August 2013: a first step before a large deal, and dates that hurry those who believe them."""

from __future__ import annotations

import datetime as dt

import pytest

from negosim.engine.record.history import NEVER, History
from negosim.scenario.notes import notes
from tests.paired import Flags, by, played, scenario_named, signed_across, surely_more, tick_of

SCENARIO = scenario_named("jcpoa-2013")
TRIALS = 1000
NOVEMBER_2014 = tick_of(SCENARIO, dt.date(2014, 11, 30))
OCTOBER_2015 = tick_of(SCENARIO, dt.date(2015, 10, 31))


def deal(history: History, last: int) -> Flags:
    return by(history.spells["settlement"].first, last)


@pytest.fixture(scope="module")
def base() -> History:
    return played(SCENARIO, TRIALS)[1]


def test_nothing_to_remark() -> None:
    assert not notes(SCENARIO.file)


def test_the_first_step_comes_first(base: History) -> None:
    step, large = (base.spells[kind].first for kind in ("limited", "settlement"))
    before = (step != NEVER) & ((large == NEVER) | (step < large))
    assert before.mean() > 0.9
    assert (step != NEVER).mean() > 0.9
    assert 0.5 < (large != NEVER).mean() < 1


def test_dates_bring_signatures_forward_where_they_are_believed(base: History) -> None:
    firm, half = (played(SCENARIO, TRIALS, variant)[1] for variant in ("firm_deadlines", "half_believed_deadlines"))
    for date in (NOVEMBER_2014, OCTOBER_2015):
        assert surely_more(deal(firm, date), deal(half, date))
        assert surely_more(deal(half, date), deal(base, date))


def test_a_first_step_helps_the_large_deal_a_little() -> None:
    """About a point by November 2014: it takes more histories than the others to be sure of it."""
    first, without = (played(SCENARIO, 5 * TRIALS, variant)[1] for variant in (None, "no_first_step"))
    assert (without.spells["limited"].first == NEVER).all()
    assert surely_more(deal(first, NOVEMBER_2014), deal(without, NOVEMBER_2014))
    assert deal(first, OCTOBER_2015).mean() - deal(without, OCTOBER_2015).mean() < 0.04


def test_a_treaty_hurdle_stops_the_large_deal_and_leaves_the_first_step(base: History) -> None:
    """Congress votes on settlements alone."""
    hostile = played(SCENARIO, TRIALS, "hostile_congress")[1]
    lost = {kind: 1 - (hostile.spells[kind].first != NEVER).mean() / (base.spells[kind].first != NEVER).mean()
            for kind in ("limited", "settlement")}  # fmt: skip
    assert abs(lost["limited"]) < 0.02
    assert lost["settlement"] > 0.4


def test_where_no_enrichment_is_insisted_on_there_is_a_deal_only_if_iran_gives_it_up(base: History) -> None:
    plan, insisted = played(SCENARIO, TRIALS, "zero_enrichment")
    assert surely_more(deal(base, len(plan.ticks)), deal(insisted, len(plan.ticks)))
    without = signed_across(plan, insisted, "comprehensive", "iran.centrifuges.none")
    assert 0 < without.size < 0.6 * TRIALS
    assert without.all()


@pytest.mark.parametrize("line", ["iran.centrifuges.none", "us.sanctions.all_gone"])
def test_what_one_side_has_ruled_out_is_rarely_signed(line: str) -> None:
    crossed = signed_across(*played(SCENARIO, TRIALS), "comprehensive", line)
    assert crossed.size > 0.5 * TRIALS
    assert crossed.mean() < 0.2
