"""Check 4 of the model and what follows a breach."""

import numpy as np
import pytest
from scipy import stats

from negosim.engine.record.history import NEVER
from tests.worlds import BORDER, changed, play, share

LASTING = {
    "horizon": "60 years",
    "step": "28 days",
    "war.volatility": 0.001,
    "war.drift": 0,
    "talks": {
        "truce": {
            "kind": "ceasefire",
            "signatories": ["north", "south"],
            "issues": ["guard"],
            "every": "60 years",
            "ripeness": "off",
            "patience": "1 day",
            "revisions": 0,
            "first_draft": {"guard": "watch"},
            "after": {"breach": 0.8, "shape": 0.6, "enforcement_effect": 0.5},
        }
    },
    "parties.north.patience_used": "2 days",
    "parties.south.patience_used": "2 days",
    "parties.north.war_cost": 0.9,
    "parties.south.war_cost": 0.9,
}


def test_breach_times_follow_the_weibull_law() -> None:
    """A Kolmogorov-Smirnov test at fixed seed; a sound engine fails it once in 1,000 seeds."""
    _, history = play(changed(BORDER, LASTING), 4000)
    spells = history.spells["ceasefire"]
    assert (spells.first == 0).mean() > 0.8
    held = (spells.until - spells.since)[spells.first == 0] / 365.25
    hazard = 0.8 * (1 - 0.5 * 0.3)
    horizon = 59.0
    told = held[held < horizon]
    law = stats.weibull_min(0.6, scale=1 / hazard)
    assert (held >= horizon).mean() == pytest.approx(law.sf(horizon), abs=0.01)
    assert stats.kstest(told, lambda x: law.cdf(x) / law.cdf(horizon)).pvalue > 0.001


def test_pressure_costs_durability() -> None:
    penalty = changed(BORDER, {**LASTING, "talks.truce.after.pressure_penalty": 3})
    free = play(penalty, 2000)[1].spells["ceasefire"]
    pressed = play(changed(penalty, {"talks.truce.pressure": {"north": 0.01}}), 2000)[1].spells["ceasefire"]
    np.testing.assert_allclose(
        np.median(pressed.until - pressed.since) * 3, np.median(free.until - free.since), rtol=0.01
    )


def test_a_breach_returns_to_war_and_can_be_mended() -> None:
    data = changed(
        BORDER, {"talks.truce.after.breach": 4, "parties.north.war_cost": 0.6, "parties.south.war_cost": 0.6}
    )
    _, history = play(data, 1000)
    spells = history.spells["ceasefire"]
    broken = np.isfinite(spells.until) & (history.spells["agreement"].first == spells.first)
    assert broken.mean() > 0.1
    # Fighting goes on after the breach: more of it than up to the first ceasefire.
    before = spells.since[broken] / 365.25
    assert (history.fought[broken] > before - 1e-9).all()
    assert history.occupancy.sum(axis=1).tolist() == [1000] * len(history.occupancy)


def test_breach_memory_makes_the_next_deal_harder() -> None:
    """Distrust deters only those whom a breakdown leaves worse off than fighting on."""
    side = {"war_cost": 0.3, "exposure": 0.05, "patience_used": "2 years"}
    base = changed(BORDER, {f"parties.{party}.{key}": side[key] for party in ("north", "south") for key in side})
    base = changed(base, {"talks.truce.after.breach": 2, "talks.peace.opens": "2026-12-30"})
    forgiving = play(changed(base, {"talks.truce.after.breach_memory": 1}), 1500)[1]
    bitter = play(changed(base, {"talks.truce.after.breach_memory": 5}), 1500)[1]
    assert bitter.occupancy[-1, 1] < forgiving.occupancy[-1, 1]
    assert share(bitter, "ceasefire") == share(forgiving, "ceasefire")


def test_opportunism_breaks_what_no_longer_pays() -> None:
    tempted = {
        "events": {"arms": {"on": "2025-07-02", "effects": [{"set": "parties.north.war_cost", "to": -0.9}]}},
        "talks.truce.after.breach": 0,
        "talks.truce.after.opportunism": 5,
        "talks.peace.opens": "2026-12-30",
        "parties.north.patience_used": "2 years",
        "parties.south.patience_used": "2 years",
    }
    spells = play(changed(BORDER, tempted), 500)[1].spells["ceasefire"]
    early = (spells.first != NEVER) & (spells.since < 180)
    assert early.sum() > 20
    assert np.isfinite(spells.until[early]).mean() > 0.9
    dear = changed(BORDER, {**tempted, "talks.truce.after.defection_cost": 5})
    assert np.isinf(play(dear, 500)[1].spells["ceasefire"].until).all()


def test_exposure_and_distrust_make_agreements_less_worth() -> None:
    base = share(play(BORDER, 3000)[1], "agreement")
    exposed = share(play(changed(BORDER, {"parties.south.exposure": 0.4}), 3000)[1], "agreement")
    wary = {"parties.south.exposure": 0.4, "parties.south.distrust": 2}
    assert exposed < base
    assert share(play(changed(BORDER, wary), 3000)[1], "agreement") < exposed


def test_fatigue_makes_war_cost_more() -> None:
    base = share(play(BORDER, 3000)[1], "agreement")
    tired = share(
        play(changed(BORDER, {"parties.north.fatigue": 1.5, "parties.south.fatigue": 1.5}), 3000)[1], "agreement"
    )
    assert tired > base


def test_a_war_that_hurts_both_fades() -> None:
    data = changed(BORDER, {"talks": {}, "war.fade": 1.0, "war.volatility": 0.02, "war.drift": 0, "war.beliefs": {}})
    _, history = play(data, 4000)
    faded = history.faded != NEVER
    assert faded.mean() == pytest.approx(1 - np.exp(-729 / 365.25), abs=0.035)
    assert (history.final[faded] == 3).all()
    proud = changed(data, {"parties.north.war_cost": -0.1})
    assert (play(proud, 200)[1].faded == NEVER).all()


def test_a_settlement_replaces_the_ceasefire_and_peace_goes_on_lasting() -> None:
    agreed = {
        "talks.truce.after": {"breach": 0.3, "peace_cost": 1},
        "talks.truce.patience": "6 months",
        "talks.peace.opens": "2025-09-03",
        "talks.peace.after.breach": 0,
        "talks.peace.pressure": {"north": 0.3, "south": 0.3},
    }
    data = changed(BORDER, agreed)
    _, history = play(data, 1500)
    truce, peace = history.spells["ceasefire"], history.spells["settlement"]
    both = (truce.first != NEVER) & (peace.first > truce.first)
    assert both.sum() > 20
    settled = both & ~(truce.until <= peace.since)
    assert settled.sum() > 10
    assert np.isinf(truce.until[settled]).all()
    agreement = history.spells["agreement"]
    np.testing.assert_array_equal(agreement.first[both], truce.first[both])
