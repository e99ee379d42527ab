"""The headline of a run: its shares, the range over the inputs beside them, and trials worth replaying."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from negosim.api import Result, run
from negosim.engine.draws import draw
from negosim.engine.record.history import NEVER
from negosim.engine.streams import Streams
from negosim.experiments.headline import headline
from negosim.experiments.input_ranges import InputDraws
from negosim.results.early import MOST, EarlyTrials, worth_replaying
from negosim.results.intervals import wilson
from negosim.scenario.load import Scenario
from tests.worlds import BORDER, changed, load, pie

TRIALS = 1_500

SIMPLE = {"talks": {"peace": {"kind": "settlement", "signatories": ["north", "south"], "every": "28 days"}}}
"""One track, so that what decides is easy to see."""

WIDE = changed(BORDER, {**SIMPLE, "war.drift": {"normal": {"mean": 0.5, "sd": 0.5}}})
"""A drift that decides: the more it favours north, the sooner the war is won."""


@pytest.fixture(scope="module")
def wide() -> Result:
    return run(load(WIDE), trials=TRIALS, judgement=False, zones=False)


def test_shares_are_those_of_the_trials(wide: Result) -> None:
    found, trials = wide.summary()["headline"], wide.trials
    for date in (found["year"], "2027-01-01"):
        signed = int((trials["settlement_date"] <= np.datetime64(date)).sum())
        share = found["reached"]["settlement"][date]
        assert {key: share[key] for key in ("p", "low", "high")} == wilson(signed, TRIALS)
    for state, share in found["final"].items():
        assert share["p"] == pytest.approx((trials["final_state"] == state).mean())


def test_an_input_that_decides_is_named_and_widens_the_range(wide: Result) -> None:
    """Against a regression of its own: the chance of north's victory in groups by what was drawn as the drift."""
    found = wide.summary()["headline"]
    drift = draw(wide.plan.quantities["war.drift"], "war.drift", Streams(1, 0, TRIALS))
    won = (wide.trials["winner"] == "north").astype(float)
    fifths = np.argsort(np.argsort(drift)) * 5 // TRIALS
    groups = [won[fifths == fifth].mean() for fifth in range(5)]
    share = found["final"]["victory:north"]
    assert share["inputs_low"] == pytest.approx(groups[0], abs=0.1)
    assert share["inputs_high"] == pytest.approx(groups[-1], abs=0.12)
    assert found["moves"][0]["path"] == "war.drift"
    low, high = found["moves"][0]["ends"]
    assert (low, high) == pytest.approx((0.5 - 1.645 * 0.5, 0.5 + 1.645 * 0.5), abs=1e-3)
    signed = wide.trials["settlement_date"] <= np.datetime64("2027-01-01")
    slope = np.polyfit(drift, signed.astype(float), 1)[0]
    assert found["moves"][0]["change"] == pytest.approx(slope * (high - low), abs=0.02)


def test_where_no_input_matters_no_range_is_seen() -> None:
    """Distrust of the union, who is never asked, decides nothing: a range here would be noise."""
    quiet = changed(BORDER, {**SIMPLE, "parties.union.distrust": {"uniform": [0, 2]}, "war.drift": 0.02})
    found = run(load(quiet), trials=TRIALS, judgement=False, zones=False).summary()["headline"]
    assert found["inputs"] == {"uncertain": 1, "trials": TRIALS}
    assert found["moves"] == []
    ranges = [share for by in found["reached"].values() for share in by.values()]
    assert sum(share["inputs_low"] is not None for share in ranges) <= 1  # each has a chance of one in twenty


def test_without_uncertain_inputs_or_with_few_trials_nothing_is_said_of_them() -> None:
    for scenario, trials in ((load(pie(options=5)), 300), (load(WIDE), 100)):
        found = run(scenario, trials=trials, judgement=False, zones=False).summary()["headline"]
        shares = [*found["final"].values(), *(share for by in found["reached"].values() for share in by.values())]
        assert all(share["inputs_low"] is share["inputs_high"] is None for share in shares)
        assert found["moves"] == []


def test_blocks_and_workers_make_no_difference(wide: Result) -> None:
    dropped = run(load(WIDE), trials=TRIALS, judgement=False, zones=False, keep=False, workers=2)
    assert json.dumps(dropped.summary()["headline"]) == json.dumps(wide.summary()["headline"])


def test_a_horizon_within_the_year_has_one_date() -> None:
    found = run(load(changed(WIDE, {"horizon": "6 months"})), trials=50, judgement=False).summary()["headline"]
    assert found["year"] is None
    assert list(found["reached"]["settlement"]) == ["2025-07-01"]


@pytest.mark.parametrize(
    ("changes", "main"),
    [
        ({}, "settlement"),
        ({"talks.peace.kind": "limited"}, "limited"),
        ({"talks": {}}, "victory"),
    ],
)
def test_what_the_answer_is_about(changes: dict[str, Any], main: str) -> None:
    result = run(load(changed(WIDE, changes)), trials=30, judgement=False, zones=False)
    assert result.summary()["headline"]["main"] == main


def test_levers_lend_their_titles() -> None:
    lever = {"drift": {"title": "Where the front tends", "path": "war.drift", "range": [0, 1]}}
    scenario: Scenario = load(changed(WIDE, {"levers": lever}))
    found = run(scenario, trials=400, judgement=False, zones=False).summary()["headline"]
    assert found["moves"][0]["lever"] == "Where the front tends"


# -- early trials -----------------------------------------------------------------------------------------------------


def early(*first: int) -> EarlyTrials:
    reached = np.array(first, dtype=np.int32)
    return EarlyTrials(
        {"deal": reached}, np.zeros(reached.size, dtype=np.int8), np.zeros((reached.size, 0), dtype=bool)
    )


def test_trials_worth_replaying() -> None:
    assert worth_replaying(early(NEVER, 9, 4, 6, 6), "deal") == {"typical": 3, "quickest": 2, "never": 0}
    assert worth_replaying(early(NEVER, NEVER), "deal") == {"never": 0}
    assert worth_replaying(early(5), "deal") == {"typical": 0, "quickest": 0}


def test_early_trials_are_the_first_ones_in_their_order(wide: Result) -> None:
    assert wide.history is not None
    kept = wide.tally.early_trials()
    assert kept.trials == TRIALS <= MOST
    assert (kept.reached["settlement"] == wide.history.spells["settlement"].first).all()
    assert (np.bincount(kept.final, minlength=6) == wide.history.occupancy[-1]).all()


def test_the_draws_looked_at_are_those_of_the_run(wide: Result) -> None:
    draws = InputDraws(wide.plan, 1, TRIALS)
    place = draws.paths.index("war.drift")
    drift = draw(wide.plan.quantities["war.drift"], "war.drift", Streams(1, 0, TRIALS))
    assert draws.scores[:, place] == pytest.approx((drift - 0.5) / 0.5, abs=1e-9)


def test_the_headline_can_be_asked_for_by_itself(wide: Result) -> None:
    assert headline(wide.scenario, wide.plan, wide.tally, 1) == wide.summary()["headline"]
