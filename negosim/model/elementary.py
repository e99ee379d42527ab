"""Elementary functions: logarithm, exponential and power, the same to the last bit on every machine.

The C library and NumPy choose among several versions of these functions by what the processor can do, and the versions
differ in the last digit. These use additions, multiplications, divisions and powers of two only, which IEEE 754 rounds
in one way, always in the same order. The kernel has the same functions (``elementary.h``); a test compares the bits.

The formulas are the textbook series (Abramowitz & Stegun 1964, 4.1.27 and 4.2.1) after the reduction of the argument by
powers of two with log 2 in two parts (Cody & Waite 1980). Error bounds, in units of the last place, are in the
docstrings; tests measure them against decimal arithmetic of 40 digits.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SQRT_HALF = 0.7071067811865476
"""Mantissas lie between this and its double, so that their logarithms are as small as can be."""

LOG_2_HIGH = float.fromhex("0x1.62e42fefa3800p-1")
"""The first 42 bits of log 2: times a whole number below 2^11 it is exact."""

LOG_2_LOW = float.fromhex("0x1.ef35793c76730p-45")
"""log 2 less its first 42 bits."""

INVERSE_LOG_2 = float.fromhex("0x1.71547652b82fep+0")

ROUNDER = 1.5 * 2.0**52
"""Added to a number below 2^51 and taken away again it leaves the nearest whole number."""

SPLITTER = 2.0**27 + 1.0
"""Splits a number into two of 26 bits, whose products are exact (Veltkamp; Dekker 1971)."""

HIGHEST = 800.0
"""Beyond this the exponential is infinite, and beyond its negative 0."""

LARGEST_POWER = 2.0**64
"""Every number but 1 is 0 or infinite to this power, and to any higher one."""

LOG_TERMS = tuple(2.0 / (2 * n + 3) for n in range(10))
"""2 artanh s = 2s + s·z·(2/3 + 2/5 z + 2/7 z² + ...), z = s² < 0.0295: what is left out is below 2^-60 of it."""

EXP_TERMS = tuple(1.0 / math.factorial(n + 2) for n in range(12))
"""exp r = 1 + r + r²·(1/2! + r/3! + ...), |r| <= log(2)/2: what is left out is below 2^-57 of it."""


ERROR_TERMS, FRACTION_TERMS = 30, 300
"""Of the series of the error function below 1, and of its continued fraction from 1 on: the next are below 1e-16."""


def log(x: Array) -> Array:
    """Return the natural logarithm of numbers from 0 on; off by less than 0.9 units of the last place.

    x = 2^k·(1 + f), s = f/(2 + f), log(1 + f) = 2 artanh s = f - s·(f - z·(2/3 + 2/5 z + ...)).

    >>> log(np.array([0.0, 1.0, 2.0])).round(6)
    array([    -inf, 0.      , 0.693147])
    """
    mantissa, k = _parts(x)
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    found = k * LOG_2_HIGH + (f - (s * (f - z * _series(LOG_TERMS, z)) - k * LOG_2_LOW))
    return np.where(x > 0.0, found, -np.inf)


def exp(x: Array) -> Array:
    """Return the exponential; off by less than 0.9 units of the last place.

    >>> exp(np.array([-1000.0, 0.0, 1.0])).round(6)
    array([0.      , 1.      , 2.718282])
    """
    return _exp(x, 0.0)


def expm1(x: Array) -> Array:
    """Return exp x - 1 for numbers up to 700, exact near 0.

    Off by less than 1 unit of the last place below 0, and by less than 1.7 above it.

    >>> expm1(np.array([-1000.0, 1e-20]))
    array([-1.e+00,  1.e-20])
    """
    k, less = _reduced(np.minimum(np.maximum(x, -HIGHEST), HIGHEST), 0.0)
    return np.ldexp(less, k) + (np.ldexp(1.0, k) - 1.0)


def power(x: Array, y: Array) -> Array:
    """Return x^y = exp(y·log x) for x from 0 on and y above 0.

    The logarithm and its product with y carry some 58 bits, so that the result is off by less than 1.2 units of the
    last place between 1e-10 and 1e10, and by less than 40 everywhere. x^1 is x.

    >>> power(np.array([0.0, 0.25, 0.5, 1.0]), np.array([2.0, 0.5, 1e300, 1e300]))
    array([0. , 0.5, 0. , 1. ])
    """
    high, low = _long_log(x)
    y = np.minimum(y, LARGEST_POWER)
    product = y * high
    low = np.where(np.abs(product) < HIGHEST, _rounded_off(y, high, product) + y * low, 0.0)
    return np.where(y == 1.0, x, np.where(x > 0.0, _exp(product, low), 0.0))


def erfc(x: float) -> float:
    """Return the complementary error function of a number, to 14 digits in both tails.

    A series below 1 (Abramowitz & Stegun 1964, 7.1.6) and a continued fraction from 1 on (7.1.14, from its far end).

    >>> round(erfc(0.5), 12), round(erfc(-2.0), 12), f"{erfc(20.0):.6e}"
    (0.479500122187, 1.995322265019, '5.395866e-176')
    """
    size = abs(x)
    near = float(np.rint(16.0 * min(size, 32.0))) / 16.0  # whose square is exact
    exponents = np.array([-near * near, -(size - near) * (size + near)])
    bell = float(np.prod(exp(exponents))) / math.sqrt(math.pi)
    if size < 1.0:
        term = total = size
        for n in range(1, ERROR_TERMS):
            term *= 2.0 * size * size / (2 * n + 1)
            total += term
        above = 1.0 - 2.0 * bell * total
    else:
        fraction = size
        for n in range(FRACTION_TERMS, 0, -1):
            fraction = size + n / 2.0 / fraction
        above = bell / fraction
    return above if x >= 0 else 2.0 - above


def _parts(x: Array) -> tuple[Array, Array]:
    """Return m and k with x = m·2^k and m between √½ and √2."""
    mantissa, k = np.frexp(x)
    small = mantissa < SQRT_HALF
    return np.where(small, 2.0 * mantissa, mantissa), (k - small).astype(np.float64)


def _series(terms: tuple[float, ...], x: Array) -> Array:
    """Return the sum of terms[n]·x^n, the even and the odd ones by themselves."""
    square = x * x
    even, odd = np.full_like(x, terms[-2]), np.full_like(x, terms[-1])
    for n in range(len(terms) - 4, -1, -2):
        even *= square
        even += terms[n]
        odd *= square
        odd += terms[n + 1]
    odd *= x
    odd += even
    return odd


def _reduced(x: Array, low: Array | float) -> tuple[NDArray[np.int64], Array]:
    """Return k and exp(r) - 1 with x + low = k·log 2 + r and r as near to 0 as can be."""
    whole = (x * INVERSE_LOG_2 + ROUNDER) - ROUNDER
    high = x - whole * LOG_2_HIGH
    low = whole * LOG_2_LOW - low
    r = high - low
    return whole.astype(np.int64), high + (r * r * _series(EXP_TERMS, r) - low)


def _exp(x: Array, low: Array | float) -> Array:
    """Return the exponential of the sum of a number and a much smaller one."""
    k, less = _reduced(np.minimum(np.maximum(x, -HIGHEST), HIGHEST), low)
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(1.0 + less, k)


def _long_log(x: Array) -> tuple[Array, Array]:
    """Return the natural logarithm in two parts, the second what rounding has left of the first."""
    mantissa, k = _parts(x)
    f = mantissa - 1.0
    below = 2.0 + f
    s = f / below
    product = s * below
    rest = ((f - product) - _rounded_off(s, below, product) - s * (f - (below - 2.0))) / below
    z = s * s
    whole = k * LOG_2_HIGH
    sum_ = whole + 2.0 * s
    low = (2.0 * s - (sum_ - whole)) + (2.0 * rest + s * (z * _series(LOG_TERMS, z)) + k * LOG_2_LOW)
    high = sum_ + low
    return high, low - (high - sum_)


def _rounded_off(a: Array, b: Array, product: Array) -> Array:
    """Return what rounding has left of a product (Dekker 1971)."""
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _halves(a: Array) -> tuple[Array, Array]:
    scaled = SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high
