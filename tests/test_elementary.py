"""Elementary functions: how far off they are, and that the kernel's are the same to the last bit."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest

from negosim.engine import kernel
from negosim.model import elementary

Array = elementary.Array
luck = np.random.default_rng(11)
ANYWHERE = np.concatenate([10.0 ** luck.uniform(-320, 308, 4000), luck.random(4000), luck.uniform(0.5, 2.0, 4000)])
ALL_SIGNS = np.concatenate(
    [luck.uniform(-800, 800, 4000), luck.uniform(-1, 1, 4000), 10.0 ** luck.uniform(-320, 0, 99)]
)
EXTREMES = np.array([0.0, 1.0, 5e-324, 2.0**-1022, 1e308, 2.0**-0.5, 2.0**0.5])


def units_off(found: Array, exact: list[Decimal]) -> float:
    """Return by how many units of the last place the worst of some numbers is off."""
    return max(
        float(abs(Decimal(ours) - theirs) / Decimal(math.ulp(float(theirs))))
        for ours, theirs in zip(found.tolist(), exact, strict=True)
    )


def exactly(function: Callable[..., Decimal], *arguments: Array) -> list[Decimal]:
    with localcontext() as context:
        context.prec = 50
        return [function(*map(Decimal, row)) for row in zip(*(a.tolist() for a in arguments), strict=True)]


def test_the_logarithm() -> None:
    x = ANYWHERE[::4]
    assert units_off(elementary.log(x), exactly(Decimal.ln, x)) < 0.9


def test_the_exponential() -> None:
    x = np.concatenate([luck.uniform(-700, 700, 1000), luck.uniform(-1, 1, 2000)])
    assert units_off(elementary.exp(x), exactly(Decimal.exp, x)) < 0.9
    assert elementary.exp(np.array([-746.0, -1e308, 710.0, 1e308])).tolist() == [0.0, 0.0, math.inf, math.inf]


def test_the_exponential_less_one() -> None:
    def less_one(x: Decimal) -> Decimal:
        return x.exp() - 1

    below = np.concatenate(
        [luck.uniform(-40, 0, 1000), luck.uniform(-1, 0, 2000), -(10.0 ** luck.uniform(-30, 0, 500))]
    )
    assert units_off(elementary.expm1(below), exactly(less_one, below)) < 1.0
    above = luck.uniform(0, 40, 1000)
    assert units_off(elementary.expm1(above), exactly(less_one, above)) < 1.7


@pytest.mark.parametrize(("most", "units"), [(23.0, 1.2), (700.0, 40.0)])
def test_powers(most: float, units: float) -> None:
    x = ANYWHERE[ANYWHERE != 1.0][::4]
    y = luck.uniform(0, most, x.size) / np.abs(np.log(x))
    assert units_off(elementary.power(x, y), exactly(lambda x, y: (y * x.ln()).exp(), x, y)) < units


def test_powers_at_the_edges() -> None:
    x, y = np.array([0.0, 0.3, 1.0, 0.5, 2.0, 0.5]), np.array([0.5, 1.0, 1e300, 1e300, 1e300, 5e-324])
    assert elementary.power(x, y).tolist() == [0.0, 0.3, 1.0, 0.0, math.inf, 1.0]


def test_the_complementary_error_function() -> None:
    for x in [0.0, 1e-300, 1e-9, 0.99, 1.0, 1.01, *luck.uniform(-26, 26, 300).tolist()]:
        assert elementary.erfc(x) == pytest.approx(math.erfc(x), rel=3e-15)
    assert (elementary.erfc(-40.0), elementary.erfc(math.inf), elementary.erfc(-math.inf)) == (2.0, 0.0, 2.0)


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("name", "x"),
    [("log", np.concatenate([ANYWHERE, EXTREMES])), ("exp", np.concatenate([ALL_SIGNS, EXTREMES])),
     ("expm1", np.minimum(np.concatenate([ALL_SIGNS, -EXTREMES]), 700.0))],
)  # fmt: skip
def test_the_kernel_has_the_same_bits(name: str, x: Array) -> None:
    np.testing.assert_array_equal(by_kernel(name, x).view(np.int64), getattr(elementary, name)(x).view(np.int64))


@pytest.mark.compiled
def test_the_kernel_has_the_same_powers() -> None:
    x = np.concatenate([ANYWHERE, EXTREMES])
    for y in (10.0 ** luck.uniform(-3, 3, x.size), 10.0 ** luck.uniform(-300, 305, x.size), np.ones(x.size)):
        np.testing.assert_array_equal(by_kernel("power", x, y).view(np.int64), elementary.power(x, y).view(np.int64))


def by_kernel(name: str, *arguments: Array) -> Array:
    library, found = kernel.library(), np.empty_like(arguments[0])
    assert library
    at = [ctypes.c_void_p(array.ctypes.data) for array in (*arguments, found)]
    getattr(library, f"negosim_rule_{name}")(ctypes.c_int64(found.size), *at)
    return found
