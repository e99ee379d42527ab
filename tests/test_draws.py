"""Quantities and streams: draws follow their law and their address."""

import hashlib

import numpy as np
import pytest
from scipy import special, stats

from negosim.engine.draws import quantile
from negosim.engine.streams import Streams
from negosim.model import inverse
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


def test_draws_never_change() -> None:
    """The same address gives the same number in every version: results can be had again."""
    draws = Streams(2025, 5, 8).uniform("war.front", 3)
    assert hashlib.sha256(draws.tobytes()).hexdigest()[:16] == "f1daee91607c8555"
