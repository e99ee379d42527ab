"""Check 2 of the model: the value of an agreement against numerical integration."""

import numpy as np
import pytest
from scipy import integrate

from negosim.model.stakes import Stakes, Worth
from negosim.model.values import agreement_value, breakdown_rate, war_value


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
