"""Check 1 of the model: wars without talks against the two-barrier formulas."""

import numpy as np
import pytest

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.record.states import ENDED
from tests.worlds import BORDER, WAR_ONLY, changed, load, play

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


@pytest.mark.parametrize("sides", [("north",), ("north", "south")])
def test_a_narrative_costs_the_trust_of_the_others(sides: tuple[str, ...]) -> None:
    """Over a year of fighting: exp(5 · 0.02), and exp(3 · 0.04) for a narrative that runs its own side down."""
    beliefs = {"north": {"narrative": 0.02, "erosion": 5}, "south": {"narrative": -0.04, "erosion": 3}}
    data = changed(BORDER, {"talks": {}, "war.volatility": 0.01, "war.drift": 0, "horizon": "1 year"})
    data = changed(data, {"war.beliefs": {side: beliefs[side] for side in sides}})
    block = Block(compiled(load(data).file), 1, 0, 4)
    run(block)
    years = 365 / 365.25
    of_north, of_south = np.exp(0.1 * years), np.exp(0.12 * years) if "south" in sides else 1.0
    for party, factor in (("north", of_south), ("south", of_north), ("union", of_north * of_south)):
        np.testing.assert_allclose(block.state.distrust[:, block.plan.parties.index(party)], factor)


def test_trust_erodes_only_while_there_is_fighting() -> None:
    eroding = changed(BORDER, {"war.beliefs.north": {"narrative": 0.02, "erosion": 5}, "talks.truce.after.breach": 0})
    block = Block(compiled(load(eroding).file), 1, 0, 100)
    history = run(block)
    rows = np.arange(block.state.trials)
    fought = history.fought[block.state.row]
    south = block.plan.parties.index("south")
    unbroken = np.isinf(history.spells["agreement"].until[block.state.row]) & (block.state.state != ENDED)
    assert (unbroken & (fought < 1.9)).any()
    np.testing.assert_allclose(block.state.distrust[rows, south][unbroken], np.exp(0.1 * fought)[unbroken])


def test_distrust_of_one_party_lowers_what_a_text_is_worth_to_it_alone() -> None:
    block = Block(compiled(load(BORDER).file), 1, 0, 2)
    block.party_values.refresh()
    truce = [track.id for track in block.plan.tracks].index("truce")
    rows, text = np.arange(2), block.state.status_quo
    north, south = (block.plan.parties.index(name) for name in ("north", "south"))
    before = block.party_values.stakes(block.plan.tracks[truce], rows)
    block.state.distrust[:, south] = 3.0
    after = block.party_values.stakes(block.plan.tracks[truce], rows)
    values = [stakes.agreement(text, stakes.utility(text)) for stakes in (before, after)]
    np.testing.assert_array_equal(values[0][:, north], values[1][:, north])
    r, hazard, war = 0.15, 3 * 0.6, block.party_values.war[:, south]
    going_on = block.party_values.status_quo[:, south] - 0.3 * 0.15
    np.testing.assert_allclose(values[1][:, south], (r * going_on + hazard * war) / (r + hazard))
