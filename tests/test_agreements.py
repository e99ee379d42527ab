"""Check 4 of the model and what follows a breach."""

import numpy as np
import pytest
from scipy import stats

from negosim.engine import kernel
from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.record.states import CEASEFIRE, SETTLEMENT
from negosim.engine.talks.rounds import is_open
from tests.worlds import BORDER, changed, load, play, share

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
    both = (free.first == 0) & (pressed.first == 0)
    assert both.mean() > 0.5
    held = [(spells.until - spells.since)[both] for spells in (pressed, free)]
    np.testing.assert_allclose(np.median(held[0]) * 3, np.median(held[1]), rtol=0.01)


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
    side = {"war_cost": 0.5, "exposure": 0.01, "patience_used": "2 years"}
    base = changed(BORDER, {f"parties.{party}.{key}": side[key] for party in ("north", "south") for key in side})
    base = changed(base, {"talks": {"truce": {**BORDER["talks"]["truce"], "after": {"breach": 1, "shape": 0.6}}}})
    forgiving = play(changed(base, {"talks.truce.after.breach_memory": 1}), 500)[1]
    bitter = play(changed(base, {"talks.truce.after.breach_memory": 20}), 500)[1]
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
    short = changed(BORDER, {"horizon": "14 months"})
    tired = changed(short, {"parties.north.fatigue": 1.5, "parties.south.fatigue": 1.5})
    assert share(play(tired, 1000)[1], "agreement") > share(play(short, 1000)[1], "agreement")


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
        "talks.truce.after.breach": 0.3,
        "talks.peace.opens": "2025-09-03",
        "talks.peace.after.breach": 0,
        "talks.peace.pressure": {"north": 0.3, "south": 0.3},
        "parties.north.patience_used": "2 years",
        "parties.south.patience_used": "2 years",
    }
    data = changed(BORDER, agreed)
    _, history = play(data, 500)
    truce, peace = history.spells["ceasefire"], history.spells["settlement"]
    both = (truce.first != NEVER) & (peace.first > truce.first)
    assert both.sum() > 20
    settled = both & ~(truce.until <= peace.since)
    assert settled.sum() > 10
    assert np.isinf(truce.until[settled]).all()
    agreement = history.spells["agreement"]
    np.testing.assert_array_equal(agreement.first[both], truce.first[both])


# -- the pause after a breach ------------------------------------------------------------------------------------------

KINDS = ("limited", "ceasefire", "settlement")
PAIRS = changed(
    BORDER,
    {
        "talks": {
            f"{kind}_{which}": {
                "kind": kind,
                "signatories": ["north", "south"],
                "issues": ["guard"],
                "deadline": {"on": "2025-04-02", "credibility": 0.5},
                "after": {"pause": pause},
            }
            for kind in KINDS
            for which, pause in (("a", "70 days"), ("b", "10 days"))
        }
    },
)


def broken_at(tick: int, track: str) -> Block:
    """Return three histories in which the agreement of a track is broken by an event at a tick."""
    block = Block(compiled(load(PAIRS).file), 1, 0, 3)
    block.party_values.refresh()
    index = [one.id for one in block.plan.tracks].index(track)
    rows, text = np.arange(3), block.state.status_quo.copy()
    text[:, block.plan.issues.index("guard")] += 1
    block.agreements._enter(index, rows, text, np.zeros(3, dtype=bool), 0)
    block.agreements.broken_by_event(block.plan.tracks[index].kind, rows, tick)
    return block


@pytest.mark.parametrize("kind", KINDS)
def test_a_breach_closes_talks_of_its_kind_for_its_pause(kind: str) -> None:
    """The first of the two tracks breaks on day 14; a limited deal closes its own talks only."""
    block = broken_at(2, f"{kind}_a")
    closed = {f"{kind}_a"} | (set() if kind == "limited" else {f"{kind}_b"})
    for track, standing in zip(block.plan.tracks, block.state.tracks, strict=True):
        assert set(standing.closed_until) == ({84.0} if track.id in closed else {-np.inf})
    for index, track in enumerate(block.plan.tracks):
        opens = [bool(is_open(block.plan, index, block.state, tick).all()) for tick in (2, 11, 12)]
        assert opens == ([False, False, True] if track.id in closed else [True, True, True])  # days 14, 77, 84


def test_a_shorter_pause_does_not_open_what_is_closed() -> None:
    block = broken_at(2, "ceasefire_a")
    places = {track.id: index for index, track in enumerate(block.plan.tracks)}
    rows = np.arange(3)
    block.agreements._enter(places["ceasefire_b"], rows, block.state.status_quo.copy(), np.zeros(3, dtype=bool), 3)
    block.agreements.broken_by_event("ceasefire", rows, 4)
    assert set(block.state.tracks[places["ceasefire_a"]].closed_until) == {84.0}


def test_clocks_and_deadlines_stand_still_while_talks_are_closed() -> None:
    block = broken_at(2, "ceasefire_a")
    places = {track.id: index for index, track in enumerate(block.plan.tracks)}
    block.record(2)
    block.revalue(3)
    for track, spent in (("ceasefire_a", 0.0), ("ceasefire_b", 0.0), ("settlement_a", 7.0)):
        assert set(block.state.tracks[places[track]].clock[:, 0]) == {spent}
        block.miss_deadline(places[track], 3)
        assert set(block.state.tracks[places[track]].credibility) == {1.0 if spent == 0 else 0.5}


def test_breaches_space_out_the_ceasefires_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A track that could sign at every round signs again no sooner than 90 days after a breach."""
    monkeypatch.setattr(kernel, "library", lambda: None)  # which tells the recorder nothing
    eager = {f"parties.{party}.{key}": value for party in ("north", "south")
             for key, value in (("war_cost", 0.9), ("patience_used", "2 years"))}  # fmt: skip
    brittle = {"talks.truce.after": {"breach": 8, "pause": "90 days"}, "talks.peace.opens": "2026-12-30"}
    block = Block(compiled(load(changed(BORDER, {**eager, **brittle})).file), 1, 0, 100)
    ends: list[tuple[int, float]] = []
    begins: list[tuple[int, float]] = []
    broken, entered = block.recorder.broken, block.recorder.entered
    days = block.plan.ticks.days

    def note_end(rows: np.ndarray, when: np.ndarray, kinds: tuple[str, ...]) -> None:
        ends.extend((int(block.state.row[row]), float(day)) for row, day in zip(rows, when, strict=True))
        broken(rows, when, kinds)

    def note_begin(kind: str, rows: np.ndarray, tick: int) -> None:
        if kind == "ceasefire":
            begins.extend((int(block.state.row[row]), float(days[tick])) for row in rows)
        entered(kind, rows, tick)

    block.recorder.broken, block.recorder.entered = note_end, note_begin
    run(block)
    assert len(ends) > 100
    gaps = [
        min((day for trial_, day in begins if trial_ == trial and day > end), default=np.inf) - end
        for trial, end in ends
    ]
    assert min(gaps) >= 90
    assert min(gaps) < 90 + 14 + 7


# -- a settlement in the place of a ceasefire --------------------------------------------------------------------------


def test_a_settlement_that_moves_nothing_replaces_the_terms_of_a_ceasefire() -> None:
    """The ceasefire had monitors; the settlement leaves the guard at its status quo, and goes with it."""
    block = Block(compiled(load(BORDER).file), 1, 0, 3)
    block.party_values.refresh()
    places = {track.id: index for index, track in enumerate(block.plan.tracks)}
    rows, guard = np.arange(3), block.plan.issues.index("guard")
    none, monitored = block.state.status_quo.copy(), block.state.status_quo.copy()
    monitored[:, guard] += 1
    free = np.zeros(3, dtype=bool)
    block.agreements._enter(places["truce"], rows, monitored, free, 0)
    assert (block.state.state == CEASEFIRE).all()
    np.testing.assert_array_equal(block.state.terms, monitored)
    block.agreements._enter(places["peace"], rows, none, free, 2)
    assert (block.state.state == SETTLEMENT).all()
    assert (block.state.under == places["peace"]).all()
    np.testing.assert_array_equal(block.state.terms, none)
    block.state.own_quo[:, guard] += 2
    block.state.restate(rows)
    np.testing.assert_array_equal(block.state.terms[:, guard], none[:, guard] + 2)
