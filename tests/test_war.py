"""Check 1 of the model: wars without talks against the two-barrier formulas."""

import numpy as np
import pytest

from negosim.engine.record.history import NEVER
from tests.worlds import WAR_ONLY, changed, play

TRIALS = 20_000


def win_probability(front: float, drift: float, volatility: float) -> float:
    """Return the chance that the first belligerent wins (gambler's ruin in continuous time)."""
    if drift == 0:
        return (1 + front) / 2
    scale = 2 * drift / volatility**2
    return float(np.expm1(-scale * (1 + front)) / np.expm1(-2 * scale))


def mean_duration(front: float, drift: float, volatility: float) -> float:
    """Return the mean length of the war in years (optional stopping)."""
    if drift == 0:
        return (1 - front**2) / volatility**2
    return (2 * win_probability(front, drift, volatility) - 1 - front) / drift


# Each case may miss by chance once in 16,000 (four standard errors).
@pytest.mark.parametrize("step", ["1 day", "7 days", "28 days"])
@pytest.mark.parametrize(("front", "drift"), [(0.2, 0.05), (-0.3, 0.0), (0.0, -0.15)])
def test_first_side_wins_as_often_as_the_formula_says(step: str, front: float, drift: float) -> None:
    trials = 4_000 if step == "1 day" else TRIALS
    volatility = 0.9 if step == "1 day" else 0.45
    data = changed(WAR_ONLY, {"step": step, "war.front": front, "war.drift": drift, "war.volatility": volatility})
    plan, history = play(data, trials)
    assert (history.victory != NEVER).all()
    expected = win_probability(front, drift, volatility)
    error = np.sqrt(expected * (1 - expected) / trials)
    assert abs((history.winner == 1).mean() - expected) < 4 * error
    years = plan.ticks.days[history.victory] / 365.25
    # A crossing is dated at the end of its tick: half a tick late on average.
    late = float(plan.ticks.days[1]) / 365.25 / 2
    assert abs(years.mean() - late - mean_duration(front, drift, volatility)) < 4 * years.std() / np.sqrt(trials)


def test_tolls_count_the_years_of_fighting() -> None:
    data = changed(WAR_ONLY, {"war.tolls": {"dead": {"per_year": 1000}}})
    _, history = play(data, 500)
    np.testing.assert_allclose(history.tolls[:, 0], 1000 * history.fought, rtol=1e-9)


def test_a_war_without_talks_or_end_goes_on() -> None:
    _, history = play(changed(WAR_ONLY, {"horizon": "1 year", "war.volatility": 0.01}), 100)
    assert (history.victory == NEVER).all()
    np.testing.assert_allclose(history.fought, 365 / 365.25)
