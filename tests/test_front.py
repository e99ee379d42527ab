"""Check 2 of the model: discounted first passages against numerical integration."""

import numpy as np
import pytest
from scipy import integrate

from negosim.model.front import crossings, in_reach, war_weights, win_chance, won


def passage_density(t: float, front: float, drift: float, volatility: float, *, up: bool) -> float:
    """Return the density of the time at which Brownian motion between -1 and 1 first leaves by one end.

    The series of images for driftless motion (Karatzas & Shreve 1991, 2.8.17), tilted by Girsanov's theorem.
    """
    distance = 1 - front if up else 1 + front
    k = np.arange(-60, 61)
    gaps = 4 * k + distance
    scale = volatility**2 * t
    series = np.sum(gaps * np.exp(-(gaps**2) / (2 * scale))) / np.sqrt(2 * np.pi * scale**3) * volatility**2
    tilt = np.exp(drift * (distance if up else -distance) / volatility**2 - drift**2 * t / (2 * volatility**2))
    return float(series * tilt)


@pytest.mark.parametrize(
    ("front", "drift", "rate", "volatility"),
    [(0.0, 0.0, 0.15, 0.35), (0.3, 0.1, 0.1, 0.4), (-0.5, -0.2, 0.2, 0.6), (0.8, -0.3, 0.05, 0.3)],
)
def test_war_weights_are_discounted_first_passages(front: float, drift: float, rate: float, volatility: float) -> None:
    up, down = war_weights(*(np.array([x]) for x in (front, drift, rate, volatility)))
    for value, is_up in ((up[0], True), (down[0], False)):
        integral, _ = integrate.quad(
            lambda t, is_up=is_up: np.exp(-rate * t) * passage_density(t, front, drift, volatility, up=is_up),
            0,
            400,
            limit=500,
            points=[0.1, 1, 5, 20],
        )
        assert value == pytest.approx(integral, abs=1e-8)


def test_war_weights_do_not_overflow() -> None:
    extreme = [(0.0, 5.0, 0.1, 0.01), (-0.99, -8.0, 1.0, 0.005), (0.999, 0.0, 50.0, 0.01), (0.0, 0.0, 1e-9, 9.0)]
    for case in extreme:
        up, down = war_weights(*(np.array([x]) for x in case))
        assert 0 <= up[0] <= 1
        assert 0 <= down[0] <= 1
        assert up[0] + down[0] <= 1 + 1e-12


def test_crossings_are_certain_beyond_an_end() -> None:
    up, down = crossings(np.array([0.5, 0.5]), np.array([1.1, -1.2]), np.array([0.3]), 0.02)
    assert up[0] == 1
    assert down[1] == 1


def test_bridge_crossing_matches_a_fine_walk() -> None:
    rng = np.random.default_rng(5)
    steps, walks, volatility, years = 1000, 10_000, 0.5, 0.25
    moves = rng.normal(0, volatility * np.sqrt(years / steps), (walks, steps))
    path = 0.8 + np.cumsum(moves, axis=1)
    touched = path.max(axis=1) >= 1
    # A walk misses crossings between its own steps, as if the end lay 0.5826·σ√Δt further (Broadie et al. 1997).
    shift = 0.5826 * volatility * np.sqrt(years / steps)
    up, _ = crossings(np.full(walks, 0.8 - shift), path[:, -1] - shift, np.array([volatility]), years)
    assert touched.mean() == pytest.approx(up.mean(), abs=4 * 0.5 / np.sqrt(walks))


def test_one_uniform_decides_who_won() -> None:
    up, down = np.array([0.3, 0.3, 0.3, 0.9]), np.array([0.2, 0.2, 0.2, 0.9])
    outcome = won(up, down, np.array([0.1, 0.9, 0.5, 0.49]))
    assert outcome.tolist() == [1, -1, 0, 1]


@pytest.mark.parametrize("drift", [-0.4, -0.05, -1e-6, 0.0, 1e-6, 0.05, 0.4])
@pytest.mark.parametrize("front", [-0.7, 0.0, 0.3])
def test_chances_of_winning_are_the_undiscounted_shares_of_the_future(drift: float, front: float) -> None:
    up, down = win_chance(np.array([front]), np.array([drift]), np.array([0.4]))
    shares = war_weights(np.array([front]), np.array([drift]), np.array([1e-9]), np.array([0.4]))
    assert (up[0], down[0]) == pytest.approx((shares[0][0], shares[1][0]), abs=1e-6)
    assert up[0] + down[0] == pytest.approx(1)


def test_out_of_reach_no_uniform_says_that_the_war_is_won() -> None:
    luck = np.random.default_rng(3)
    before, after = luck.uniform(-1, 1, 20_000), luck.normal(0, 1, 20_000)
    volatility, years = luck.uniform(0.01, 1, 20_000), 7 / 365.25
    near = in_reach(before, after, volatility, years)
    up, down = crossings(before, after, volatility, years)
    assert near[np.abs(after) >= 1].all()
    assert 0.05 < near.mean() < 0.95
    for least_or_most in (2.0**-54, 1.0):
        assert not won(up, down, np.full(before.size, least_or_most))[~near].any()
