"""Paired differences against sums by hand, the literature, and independent runs."""

import math

import numpy as np
import pytest

from negosim.experiments.evaluate import Point, evaluated
from negosim.experiments.metrics import estimate
from negosim.experiments.paired import difference, differences
from tests.worlds import BORDER, load

ONES = np.ones(1600)


def flags(both: int, lost: int, gained: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    before = np.repeat([1.0, 1.0, 0.0, 0.0], (both, lost, gained, neither))
    after = np.repeat([1.0, 0.0, 1.0, 0.0], (both, lost, gained, neither))
    return before, after


def test_shares_as_in_agresti() -> None:
    """Approval of a prime minister, asked twice of 1,600 people: Agresti (2013), table 11.1: -0.04, -0.06 to -0.02."""
    before, after = flags(794, 150, 86, 570)
    found = difference((before, ONES), (after, ONES), is_share=True)
    assert found.value == -0.04
    assert (found.gained, found.lost) == (86, 150)
    assert (round(found.low, 2), round(found.high, 2)) == (-0.06, -0.02)
    assert found.significant
    assert found.needed is None


def test_shares_that_never_differ_are_exactly_the_same_and_not_surely_so() -> None:
    before, _ = flags(10, 0, 0, 90)
    found = difference((before, np.ones(100)), (before, np.ones(100)), is_share=True)
    assert (found.value, found.gained, found.lost, found.same) == (0.0, 0, 0, True)
    assert not found.significant
    assert found.low == -found.high
    assert 0.01 < found.high < 3.7 / 100


def test_turned_round_a_difference_changes_its_sign() -> None:
    before, after = flags(30, 4, 11, 55)
    there = difference((before, np.ones(100)), (after, np.ones(100)), is_share=True)
    back = difference((after, np.ones(100)), (before, np.ones(100)), is_share=True)
    assert (there.value, there.gained) == (-back.value, back.lost)
    assert there.low == pytest.approx(-back.high)


def test_means_have_the_interval_of_the_mean_change() -> None:
    first, second = np.array([1.0, 2, 3, 4]), np.array([2.0, 2, 5, 5])
    found = difference((first, np.ones(4)), (second, np.ones(4)), is_share=False)
    half = 1.959964 * np.std(second - first, ddof=1) / 2
    assert found.value == 1.0
    assert (found.low, found.high) == (pytest.approx(1 - half), pytest.approx(1 + half))
    assert (found.gained, found.lost) == (3, 0)


def test_ratios_agree_with_the_jackknife() -> None:
    """The linearised interval of two ratios over the same trials, against leaving out one trial after the other."""
    rng = np.random.Generator(np.random.Philox(7))
    below = [rng.integers(0, 20, 400).astype(float) for _ in range(2)]
    below[1] = np.maximum(below[0] + rng.integers(-2, 3, 400), 0)
    above = [rng.binomial(count.astype(int), 0.4).astype(float) for count in below]
    found = difference((above[0], below[0]), (above[1], below[1]), is_share=True)

    def ratio(keep: np.ndarray) -> float:
        return float(above[1][keep].sum() / below[1][keep].sum() - above[0][keep].sum() / below[0][keep].sum())

    everyone = np.arange(400)
    left_out = np.array([ratio(everyone != k) for k in everyone])
    error = math.sqrt(399 / 400 * np.sum((left_out - left_out.mean()) ** 2))
    assert found.value == pytest.approx(ratio(everyone >= 0))
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.02)


def test_ratios_of_nothing_and_of_few() -> None:
    nothing = (np.zeros(50), np.zeros(50))
    few = (np.repeat([1.0, 0.0], (3, 47)), np.repeat([1.0, 0.0], (5, 45)))
    none = (np.zeros(50), np.repeat([1.0, 0.0], (6, 44)))
    assert difference(nothing, few, is_share=True).value is None
    found = difference(none, few, is_share=True)
    assert found.value == pytest.approx(0.6)
    before, after = (estimate(*pair, is_share=True) for pair in (none, few))
    assert found.low == pytest.approx(0.6 - math.hypot(0.6 - after.low, before.high))
    assert found.high == pytest.approx(0.6 + math.hypot(after.high - 0.6, 0.0))


@pytest.mark.parametrize(("value", "told"), [(0.02, False), (0.2, True)])
def test_how_many_trials_would_tell(value: float, told: bool) -> None:
    """A difference that is not told needs more trials, by the usual formula for a power of four in five."""
    gained = round(100 * value) + 3
    before, after = flags(40, 3, gained, 57 - gained)
    found = difference((before, np.ones(100)), (after, np.ones(100)), is_share=True)
    assert found.significant is told
    if told:
        assert found.needed is None
    else:
        spread = math.sqrt((gained + 3) / 100 - value**2)
        assert found.needed == pytest.approx((2.8016 * spread / value) ** 2, rel=0.25)


def test_only_runs_of_the_same_trials_are_paired() -> None:
    scenario = load(BORDER)
    some, more = (evaluated(scenario, Point(trials=trials), ["ceasefire"]) for trials in (20, 30))
    with pytest.raises(ValueError, match="same trials"):
        differences(some, more)


NAMES = ["ceasefire", "years", "refused.peace.south", "held.ceasefire@90 days"]
DEAR = {"parties.north.war_cost": 0.22}


def test_paired_intervals_cover_and_independent_runs_agree() -> None:
    """Of intervals from 30 parts of a run, about as many hold the difference of the whole as 95 % should.

    Fewer than 24 of 30 would be seen in less than 1 of 5,000 runs at a coverage of 95 %; the seeds are fixed.
    """
    scenario, part, parts = load(BORDER), 200, 30
    base, dear = (evaluated(scenario, Point(values, part * parts), NAMES) for values in ({}, DEAR))
    whole = differences(base, dear)
    other = [evaluated(scenario, Point(values, 1500, seed), NAMES).estimates for values, seed in (({}, 8), (DEAR, 9))]
    for place, name in enumerate(NAMES):
        share = base.is_share[place]
        covered = 0
        for start in range(0, part * parts, part):
            rows = slice(start, start + part)
            pairs = [(counts.above[place][rows], counts.below[place][rows]) for counts in (base, dear)]
            found = difference(pairs[0], pairs[1], is_share=share)
            covered += found.low <= whole[name].value <= found.high
        assert covered >= 24, name
        far = other[1][name].value - other[0][name].value
        width = sum((found[name].high - found[name].low) ** 2 for found in other)
        error = math.sqrt(width + (whole[name].high - whole[name].low) ** 2) / 2 / 1.96
        assert abs(far - whole[name].value) < 4 * error, name


def test_pairing_is_worth_its_while() -> None:
    scenario = load(BORDER)
    base, dear = (evaluated(scenario, Point(values, 800), ["ceasefire"]) for values in ({}, DEAR))
    found = differences(base, dear)["ceasefire"]
    apart = [counts.estimates["ceasefire"] for counts in (base, dear)]
    unpaired = math.sqrt(sum((share.high - share.low) ** 2 for share in apart))
    assert found.high - found.low < 0.7 * unpaired
