from __future__ import annotations

import numpy as np
import pytest

from negosim.experiments.hindcast.constants import Constants
from negosim.experiments.hindcast.play import features, play, shares_at
from negosim.experiments.hindcast.targets import targets
from tests.coded import coded

CASES = coded()
TARGETS = targets(CASES)
TRIALS = 40


def test_shares_rise_with_the_horizon_and_have_their_errors() -> None:
    played = play(CASES, TARGETS, trials=TRIALS, workers=1)
    by_start = played.shares.reshape(-1, 3)
    assert (np.diff(by_start, axis=1) >= 0).all()
    assert played.shares.max() > 0
    assert played.standard_errors == pytest.approx(np.sqrt(played.shares * (1 - played.shares) / TRIALS))
    assert played.below_aspiration["signed"] == round(float(by_start[:, 2].sum()) * TRIALS)


def test_processes_change_nothing() -> None:
    alone, shared = (play(CASES, TARGETS, trials=TRIALS, workers=workers) for workers in (1, 2))
    assert alone.shares.tobytes() == shared.shares.tobytes()
    assert (alone.terms, alone.signed, alone.below) == (shared.terms, shared.signed, shared.below)


def test_the_order_of_targets_and_others_beside_them_change_nothing() -> None:
    whole = play(CASES, TARGETS, trials=TRIALS, workers=1)
    some = play(CASES, TARGETS[5:2:-1], trials=TRIALS, workers=1)
    assert some.shares.tolist() == whole.shares[5:2:-1].tolist()


def test_terms_are_those_of_cases_with_a_deal() -> None:
    played = play(CASES, TARGETS, Constants(line_months=1), trials=TRIALS, workers=1)
    assert [(term.case, term.issue, term.actual, term.middle) for term in played.terms] == [
        ("ships_1950", "harbour", 1, 1),
        ("ships_1950", "tolls", 0, 0),
    ]
    assert all(term.likeliest is not None and 0 < term.share <= 1 for term in played.terms)


def test_where_nothing_is_signed_there_are_no_likeliest_terms() -> None:
    early = [target for target in TARGETS if target.months == 3]
    unyielding = Constants(patience_months=600, patience_spread=1, judgement_noise=0)
    played = play(CASES, early, unyielding, trials=TRIALS, workers=1)
    assert not played.shares.any()
    assert [(term.likeliest, term.share) for term in played.terms] == [(None, 0.0)] * 2
    assert played.below_aspiration == {"signed": 0, "share": 0.0}


def test_without_moods_nobody_signs_below_its_aspiration() -> None:
    assert play(CASES, TARGETS, trials=TRIALS, workers=1, judgement=0.0).below == 0.0


def test_blinded_cases_have_more_deals() -> None:
    coded_lines = play(CASES, TARGETS, trials=TRIALS, workers=1)
    blinded = play(CASES, TARGETS, trials=TRIALS, workers=1, blinded=True)
    assert blinded.shares.mean() > coded_lines.shares.mean()


def test_shares_under_several_constants_are_those_of_each_alone() -> None:
    tried = [Constants(), Constants(patience_months=3)]
    together = shares_at(CASES, TARGETS, tried, trials=TRIALS, seed=2, workers=1)
    alone = [play(CASES, TARGETS, item, trials=TRIALS, seed=2, workers=1).shares for item in tried]
    assert together.tolist() == np.array(alone).tolist()
    assert together[1].sum() > together[0].sum()


def test_constants_may_differ_from_case_to_case() -> None:
    patient = Constants(patience_months=600, patience_spread=1, judgement_noise=0)
    played = play(CASES, TARGETS, {"ships_1950": patient, "quarry": Constants(breach=0)}, trials=TRIALS, workers=1)
    assert not played.shares[:2].any()
    alone = play(CASES, TARGETS, Constants(breach=0), trials=TRIALS, workers=1)
    assert played.shares[6:].tolist() == alone.shares[6:].tolist()


def test_what_a_regression_is_given() -> None:
    ships, quarry = CASES
    assert features(ships, TARGETS[0]) == pytest.approx((3, 1.0, 50, 60, 1.0), abs=0.01)
    assert features(quarry, TARGETS[-1]) == pytest.approx((12, 4.0, 20, 0, 1.0), abs=0.01)
