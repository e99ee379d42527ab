"""Check 2 of the model: the value of an agreement against numerical integration."""

import numpy as np
import pytest
from scipy import integrate

from negosim.engine.block import Block
from negosim.engine.compile import compiled
from negosim.model.stakes import Stakes, Worth
from negosim.model.values import agreement_value, breakdown_rate, war_value
from tests.worlds import load, pie


@pytest.mark.parametrize(("rate", "breakdown"), [(0.1, 0.0), (0.15, 0.4), (0.5, 3.0)])
def test_agreement_value_is_the_discounted_average(rate: float, breakdown: float) -> None:
    utility, going_on, fallback = 0.7, 0.06, 0.2

    def flow(t: float) -> float:
        holds = np.exp(-breakdown * t)
        return rate * np.exp(-rate * t) * (holds * (utility - going_on) + (1 - holds) * fallback)

    integral, _ = integrate.quad(flow, 0, 400, limit=500, points=[1, 10, 50])
    value = agreement_value(*(np.array([x]) for x in (utility, going_on, fallback, breakdown, rate)))
    assert value[0] == pytest.approx(integral, abs=1e-9)


def test_war_value_weighs_fighting_winning_losing() -> None:
    value = war_value(*(np.array([x]) for x in (0.2, 0.1, 0.5, 0.3, 1.0, 0.0)))
    assert value[0] == pytest.approx(0.7 * 0.2 + 0.2 * 1.0)


def test_guarantees_cut_the_breakdown_rate() -> None:
    rates = breakdown_rate(np.array([0.5]), np.array([0.7]), np.array([1.0, 0.2, 0.0]))
    np.testing.assert_allclose(rates, [0.5, 0.5 * (1 - 0.7 * 0.8), 0.5 * 0.3])


def test_many_texts_are_valued_as_one_by_one() -> None:
    rng = np.random.default_rng(1)
    worth = Worth(table=rng.random((4, 5, 3)), gaps=rng.random((4, 5)), guarding=(0, 1), linkages=(), additions=())
    stakes = Stakes(
        worth=worth,
        rows=None,
        going_on=rng.random((4, 3)),
        fallback=rng.random((4, 3)),
        distrust=rng.random((4, 3)),
        time_preference=rng.random((1, 3)),
        hazard=rng.random(1),
        effect=rng.random(1),
    )
    text = np.array([[0, 2], [1, 3], [1, 4], [0, 4]])
    utility, gap = stakes.utility(text), stakes.unguaranteed(text)
    every = stakes.agreement(text, utility)
    twice = stakes.values(np.stack([utility, utility + 1], axis=1), np.stack([gap, gap], axis=1))
    np.testing.assert_array_equal(twice[:, 0], every)
    np.testing.assert_array_equal(twice[:, 1], stakes.value(utility + 1, gap))
    few = np.array([3, 1])
    np.testing.assert_array_equal(stakes.part(few).agreement(text[few], utility[few]), every[few])
    np.testing.assert_array_equal(stakes.part(few).utility(text[few]), utility[few])


def test_the_best_package_leaves_aside_what_is_barred() -> None:
    """a likes o004 best of five; the status quo o002 stays where nothing is better, and goes where it is barred."""
    block = Block(compiled(load(pie(options=5)).file), 1, 0, 5)
    block.party_values.refresh()
    barred = np.zeros((5, 5), dtype=bool)
    barred[1, 4], barred[2, 3:], barred[3, 2:], barred[4] = True, True, True, True
    a, rows, free = block.plan.parties.index("a"), np.arange(5), np.ones((5, 1), dtype=bool)
    found = block.party_values.best_package(a, rows, free, barred)[:, 0]
    assert found.tolist() == [4, 3, 2, 1, 2]
    assert block.party_values.best_package(a, rows, free)[:, 0].tolist() == [4] * 5
    assert block.party_values.best_package(a, rows, ~free, barred)[:, 0].tolist() == [2] * 5
