"""Quantities and streams: draws follow their law and their address."""

import hashlib

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import special, stats

from negosim.engine.draws import quantile
from negosim.engine.streams import Streams
from negosim.model import inverse
from negosim.scenario import laws
from negosim.scenario.quantities import parse_quantity

U = (np.arange(2000) + 0.5) / 2000

LAWS = [
    ({"normal": {"mean": 0.3, "sd": 0.2}}, stats.norm(0.3, 0.2)),
    ({"uniform": [0.1, 0.3]}, stats.uniform(0.1, 0.2)),
    ({"triangular": [0.1, 0.2, 0.4]}, stats.triang(1 / 3, 0.1, 0.3)),
    ({"triangular": [0.1, 0.1, 0.4]}, stats.triang(0, 0.1, 0.3)),
    ({"triangular": [0.1, 0.4, 0.4]}, stats.triang(1, 0.1, 0.3)),
    ({"pert": [0.1, 0.2, 0.4]}, stats.beta(1 + 4 / 3, 1 + 8 / 3, 0.1, 0.3)),
    ({"beta": {"a": 2, "b": 5}}, stats.beta(2, 5)),
    ({"lognormal": {"median": 0.2, "spread": 1.5}}, stats.lognorm(np.log(1.5), scale=0.2)),
]


@pytest.mark.parametrize(("raw", "law"), LAWS)
def test_quantiles(raw: dict, law: stats.rv_continuous) -> None:
    np.testing.assert_allclose(quantile(parse_quantity(raw), U), law.ppf(U), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("raw", "law"), LAWS)
def test_truncation_is_conditional(raw: dict, law: stats.rv_continuous) -> None:
    drawn = quantile(parse_quantity({**raw, "min": 0.15, "max": 0.3}), U)
    low, high = law.cdf(0.15), law.cdf(0.3)
    np.testing.assert_allclose(drawn, law.ppf(low + (high - low) * U), rtol=1e-7)


SIGMAS = st.floats(-30, 30).filter(lambda z: abs(z) > 1e-90)
WIDTHS = st.one_of(st.floats(1e-3, 1), st.floats(1, 40), st.just(np.inf))
INSIDE = st.floats(2.0**-30, 1 - 2.0**-30)


def resolved(low: float, expected: float) -> float:
    """How finely a draw can be told from its neighbours: probabilities have 16 digits, counted from the nearer end."""
    if low > 0:
        return 1e-12
    return 1e-12 + 4e-16 * float(stats.norm.cdf(expected) / stats.norm.pdf(expected))


@given(SIGMAS, WIDTHS, INSIDE)
@example(20.0, np.inf, 0.5)
@example(7.5, np.inf, 0.999)
@example(-30.0, 1e-3, 0.5)
@example(30.0, 1e-3, 0.5)
def test_a_normal_is_cut_exactly_in_both_tails(low: float, width: float, u: float) -> None:
    """Within 30 standard deviations of the mean."""
    bounds = {"min": low} | ({"max": low + width} if np.isfinite(width) else {})
    (drawn,) = quantile(parse_quantity({"normal": {"mean": 0, "sd": 1}, **bounds}), np.array([u]))
    expected = float(stats.truncnorm(low, low + width).ppf(u))
    assert drawn == pytest.approx(expected, rel=1e-12, abs=resolved(low, expected))


@given(SIGMAS, WIDTHS, INSIDE, st.floats(1.05, 2.2))
@example(25.0, np.inf, 0.5, 1.6)
def test_a_lognormal_is_cut_exactly_in_both_tails(low: float, width: float, u: float, spread: float) -> None:
    ends = [low, low + width] if low + width < 40 else [low]
    bounds = dict(zip(("min", "max"), (float(spread**end) for end in ends), strict=False))
    (drawn,) = quantile(parse_quantity({"lognormal": {"median": 1, "spread": spread}, **bounds}), np.array([u]))
    expected = float(stats.truncnorm(low, ends[1] if len(ends) > 1 else np.inf).ppf(u))
    assert np.log(drawn) / np.log(spread) == pytest.approx(expected, rel=1e-11, abs=10 * resolved(low, expected))


@pytest.mark.parametrize(
    ("raw", "law"),
    [
        ({"beta": {"a": 2, "b": 9}}, stats.beta(2, 9)),
        ({"beta": {"a": 0.5, "b": 60}}, stats.beta(0.5, 60)),
        ({"pert": [0, 0.02, 1]}, stats.beta(1.08, 4.92)),
        ({"triangular": [0, 0.1, 1]}, stats.triang(0.1)),
    ],
)
@pytest.mark.parametrize("low", [0.6, 0.9, 0.99, 0.9999])
def test_what_ends_is_cut_exactly_next_to_its_upper_end(raw: dict, law: stats.rv_continuous, low: float) -> None:
    """What is left above a draw is the share 1 - u of what is left above the bound."""
    drawn = quantile(parse_quantity({**raw, "min": low}), U)
    assert low <= drawn.min() and drawn.max() <= 1 and (np.diff(drawn) > 0).all()
    np.testing.assert_allclose(law.sf(drawn), law.sf(low) * (1 - U), rtol=1e-6)


def test_a_narrow_part_of_a_wide_uniform_keeps_its_digits() -> None:
    drawn = quantile(parse_quantity({"uniform": [-1000, 1000], "min": 0, "max": 1e-9}), U)
    np.testing.assert_allclose(drawn, 1e-9 * U, rtol=1e-14)


@pytest.mark.parametrize(
    "raw",
    [
        {"normal": {"mean": 0.2, "sd": 0.1}, "min": 0},
        {"lognormal": {"median": 18, "spread": 1.6}, "max": 40},
        {"uniform": [0.1, 0.3], "min": 0.25},
        {"triangular": [0.1, 0.2, 0.4], "max": 0.35},
    ],
)
def test_bounds_below_the_median_are_met_as_before(raw: dict) -> None:
    """Draws of what was exact before keep their bytes."""
    quantity = parse_quantity(raw)
    low, high = (laws.below(quantity, end) for end in (quantity.low, quantity.high))
    bounds = {key: value for key, value in raw.items() if key in ("min", "max")}
    whole = quantile(parse_quantity({key: raw[key] for key in raw if key not in bounds}), low + (high - low) * U)
    np.testing.assert_array_equal(quantile(quantity, U), np.clip(whole, *quantity.support))


def test_choice() -> None:
    drawn = quantile(parse_quantity({"choice": {"0.3": 0.3, "0.1": 0.7}}), U)
    assert (drawn == 0.1).sum() == 1400
    assert (drawn == 0.3).sum() == 600


def test_normal_inverse_is_exact_to_15_digits() -> None:
    u = np.concatenate([U, 10.0 ** -np.arange(1, 300, 7), 1 - 10.0 ** -np.arange(1, 16)])
    np.testing.assert_allclose(inverse.normal(u), special.ndtri(u), rtol=2e-14, atol=1e-15)


def test_a_draw_hangs_on_its_address_only() -> None:
    whole = Streams(7, 0, 1000).uniform("war.front", 12)
    for first, count in ((0, 1), (1, 5), (3, 400), (997, 3)):
        part = Streams(7, first, count)
        part.uniform("something else", 3)
        np.testing.assert_array_equal(part.uniform("war.front", 12), whole[first : first + count])


def test_seed_name_tick_and_lane_make_other_draws() -> None:
    base = Streams(7, 0, 100).uniform("a", 1)
    for other in (
        Streams(8, 0, 100).uniform("a", 1),
        Streams(7, 0, 100).uniform("b", 1),
        Streams(7, 0, 100).uniform("a", 2),
        Streams(7, 0, 100).uniform("a", 1, lane=1),
    ):
        assert not np.isin(other, base).any()


def test_draws_are_uniform() -> None:
    draws = np.concatenate([Streams(1, 0, 20_000).uniform("a", tick) for tick in range(5)])
    assert draws.min() > 0
    assert draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > 0.001


def test_no_uniform_is_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """The middle of the last cell lies too near 1 for a double: it is the largest number below."""
    streams = Streams(1, 0, 2)

    class _Last:
        state = streams._state

        def random_raw(self, count: int) -> np.ndarray:
            return np.full(count, 2**64 - 1, dtype=np.uint64)

    monkeypatch.setattr(streams, "_philox", _Last())
    (largest,) = set(streams.uniform("a").tolist())
    assert largest == 1 - 2.0**-53
    assert np.isfinite(inverse.normal(np.array([largest])))


def test_draws_never_change() -> None:
    """The same address gives the same number in every version: results can be had again."""
    draws = Streams(2025, 5, 8).uniform("war.front", 3)
    assert hashlib.sha256(draws.tobytes()).hexdigest()[:16] == "f1daee91607c8555"
