"""Tallies: block by block, in any order, a summary is the same to the last digit."""

from __future__ import annotations

import itertools
import json
import random

import numpy as np
import pytest

from negosim.engine.compile import compiled
from negosim.experiments.blocks import tally_of
from negosim.results.intervals import mean_interval, mean_of, ratio_interval, ratio_of
from negosim.results.summary import Run, summarised
from negosim.results.tally import Ratio, Sum, added
from tests.worlds import BORDER, load


def test_order_and_size_of_blocks_make_no_difference() -> None:
    scenario = load(BORDER)
    plan = compiled(scenario.file)
    told = set()
    for seed, edges in enumerate([(0, 600), (0, 7, 300, 600), (0, 100, 200, 300, 400, 500, 600)]):
        blocks = [(first, last - first) for first, last in itertools.pairwise(edges)]
        random.Random(seed).shuffle(blocks)
        tally = added(tally_of(plan, 1, *block) for block in blocks)
        told.add(json.dumps(summarised(scenario, plan, tally, Run(600, 1, 0.0))))
    assert len(told) == 1


@pytest.mark.parametrize("scale", [1.0, 1e-6, 300.0, 1e7, -40.0])
def test_sums_give_the_mean_and_its_interval(scale: float) -> None:
    values = scale * np.random.default_rng(2).random(5000)
    total = Sum.of(values[:1000]) + Sum.of(values[1000:])
    for key, value in mean_interval(values).items():
        assert mean_of(total)[key] == pytest.approx(value, rel=1e-6, abs=1e-12)


def test_a_constant_has_no_error() -> None:
    assert mean_of(Sum.of(np.full(37, 0.6)))["low"] == mean_of(Sum.of(np.full(37, 0.6)))["mean"]
    assert mean_of(Sum.of(np.zeros(0))) == {"mean": None, "low": None, "high": None}
    assert mean_of(Sum.of(np.array([0.5]))) == {"mean": 0.5, "low": None, "high": None}


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_ratios_of_sums(share: float) -> None:
    rng = np.random.default_rng(3)
    below = rng.integers(0, 9, 400)
    above = rng.binomial(below, share)
    sums = Ratio.of(above[:100], below[:100]) + Ratio.of(above[100:], below[100:])
    expected = ratio_interval(above.astype(float), below.astype(float))
    assert ratio_of(sums, 400) == pytest.approx(expected, rel=1e-9)
    nothing = np.zeros(5, dtype=int)
    assert ratio_of(Ratio.of(nothing, nothing), 5) == {"share": None, "low": None, "high": None}
    assert ratio_of(Ratio.of(nothing[:1], nothing[:1] + 2), 1)["share"] == 0.0
