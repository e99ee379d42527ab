"""Every rule of the kernel (rules.h) and its twin in the model find the same on random numbers, to the last bit."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel import build, structs
from negosim.model import beliefs, consent, durability, front, inverse, moods, ratification, values
from negosim.model.talks import concession, drafting, offering
from negosim.model.zopa import search as zopa_search
from tests.test_elementary import by_kernel

Array = NDArray[np.float64]
MANY, PARTIES = 20_000, 7
luck = np.random.default_rng(23)
pytestmark = pytest.mark.compiled


def drawn(low: float, high: float, *, edges: bool = True) -> Array:
    """Return random numbers of a range, and its ends now and then."""
    found = luck.uniform(low, high, MANY)
    if edges:
        found[luck.random(MANY) < 0.05], found[luck.random(MANY) < 0.05] = low, high
    return found


def asked_kernel(name: str, *arguments: Any) -> None:
    """Ask the kernel to apply a rule; arrays are passed by where they stand, other numbers as they are."""
    passed = [
        ctypes.c_void_p(one.ctypes.data) if isinstance(one, np.ndarray) else ctypes.c_int64(one) for one in arguments
    ]
    getattr(kernel.library(), f"negosim_rule_{name}")(*passed)


def slope(preference: Array, breakdown: Array, phi: Array) -> Array:
    """Return how A_i rises with u_i: a shortcut of the kernel's, which the plain engine does without."""
    return preference / (preference + breakdown) * phi


def with_gaps(values: Array) -> Array:
    """Return numbers some of which are not known."""
    return np.where(luck.random(MANY) < 0.2, np.nan, values)


NUMBERS: dict[str, tuple[Callable[..., Any], list[Array]]] = {
    "normal": (inverse.normal, [drawn(2.0**-54, 1.0 - 2.0**-53)]),
    "normals": (inverse.normal, [drawn(2.0**-54, 1.0 - 2.0**-53)]),
    "correlation": (moods.correlation, [drawn(0, 900), drawn(0, 700)]),
    "war_value": (
        values.war_value,
        [drawn(0, 0.5), drawn(0, 0.5), drawn(0, 1), drawn(0, 2), drawn(0, 1), drawn(-1, 1)],
    ),
    "breakdown_rate": (values.breakdown_rate, [drawn(0, 3), drawn(0, 1), drawn(0, 1)]),
    "agreement_value": (
        values.agreement_value,
        [drawn(0, 1), drawn(-1, 1), drawn(-1, 1), drawn(0, 5), drawn(0.01, 1)],
    ),
    "slope": (slope, [drawn(0.01, 1), drawn(0, 5), drawn(0, 1)]),
    "spent": (concession.spent, [drawn(0, 900), drawn(1, 700), drawn(0, 1)]),
    "toughness": (concession.toughness, [drawn(0, 900), drawn(1, 700), drawn(0.1, 10), drawn(0, 1)]),
    "aspiration": (concession.aspiration, [drawn(-1, 1), drawn(-1, 1), drawn(0, 1)]),
    "ask": (concession.ask, [drawn(-1, 1), drawn(-1, 1), drawn(0, 1), drawn(-1.5, 1.5)]),
    "breach_time": (durability.breach_time, [drawn(2.0**-54, 1.0 - 2.0**-53), drawn(0, 2), drawn(0.2, 3)]),
    "eroded": (beliefs.eroded, [drawn(0, 5), drawn(-0.5, 0.5), drawn(0, 1)]),
    "chance_within": (durability.chance_within, [drawn(0, 50), drawn(0, 1)]),
    "lesson_weight": (ratification.lesson_weight, [with_gaps(drawn(0, 900)), drawn(0, 700)]),
    "foreseen_demand": (
        ratification.foreseen_demand,
        [drawn(-0.5, 0.5), drawn(0, 1), drawn(0, 0.2), drawn(-1, 1), drawn(0, 1)],
    ),
    "expected_threshold": (
        ratification.expected_threshold,
        [drawn(-0.5, 0.5), drawn(0, 1), drawn(-1, 1), drawn(0, 1)],
    ),
    "gain": (drafting.gain, [np.concatenate([drawn(-1, 1), drawn(-0.02, 0.02), np.array([drafting.SMALLEST_GAIN])])]),
    "exchange": (offering.exchange, [drawn(-0.1, 1), np.where(luck.random(MANY) < 0.2, 1e-10, drawn(-1, 1))]),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_rules_of_numbers(name: str) -> None:
    twin, arguments = NUMBERS[name]
    np.testing.assert_array_equal(by_kernel(name, *arguments), twin(*arguments), strict=True)


def test_accepts_and_falls_short() -> None:
    value, crossed = drawn(-1, 1), luck.random(MANY) < 0.3
    nearly = value + consent.ROUNDING * luck.choice([0.0, 0.5, 1.0, 2.0], MANY)
    asks = np.where(luck.random(MANY) < 0.3, nearly, drawn(-1, 1))
    found = np.empty(MANY, dtype=bool)
    asked_kernel("accepts", MANY, value, asks, crossed.astype(float), found)
    np.testing.assert_array_equal(found, consent.accepts(value, asks, crossed))
    assert 0.2 < found.mean() < 0.8
    asked_kernel("falls_short", MANY, value, asks, found)
    np.testing.assert_array_equal(found, consent.falls_short(value, asks))
    assert 0.2 < found.mean() < 0.8


def test_bodies_approve() -> None:
    value, no_deal, noise, found = drawn(-1, 1), drawn(-1, 1), drawn(-0.5, 0.5), np.empty(MANY, dtype=bool)
    hurdle = value - no_deal + noise + consent.ROUNDING * luck.choice([-1e9, -0.5, 0.5, 2.0, 1e9], MANY)
    asked_kernel("approves", MANY, value, no_deal, noise, hurdle, found)
    np.testing.assert_array_equal(found, ratification.approves(value, no_deal, noise, hurdle))
    assert 0.2 < found.mean() < 0.8


def test_a_hurting_stalemate() -> None:
    status_quo, found = drawn(-1, 1), np.empty(MANY, dtype=bool)
    war = status_quo + concession.ROUNDING * luck.choice([-1e9, -2.0, -0.5, 0.5, 2.0], MANY)
    asked_kernel("hurting", MANY, war, status_quo, found)
    np.testing.assert_array_equal(found, concession.hurting(war, status_quo))
    assert 0.2 < found.mean() < 0.8


def test_moods_that_last() -> None:
    days, memory = np.where(luck.random(MANY) < 0.2, np.nan, drawn(0, 900)), drawn(0, 700)
    mood, innovation = luck.normal(size=(2, MANY))
    expected = moods.followed(mood, days, memory, innovation)
    asked_kernel("followed", MANY, days, memory, innovation, mood)
    np.testing.assert_array_equal(mood, expected)


@pytest.mark.parametrize("years", [0.0, 7 / 365.25, 0.25])
def test_the_front(years: float) -> None:
    before, drift, volatility, normals = drawn(-1, 1), drawn(-1, 1), drawn(0.01, 1), inverse.normal(luck.random(MANY))
    after, reached = np.empty(MANY), np.empty(MANY, dtype=bool)
    stretch = np.full(MANY, years)
    asked_kernel("moved", MANY, before, drift, volatility, stretch, normals, after)
    np.testing.assert_array_equal(after, front.moved(before, drift, volatility, years, normals))
    asked_kernel("in_reach", MANY, before, after, volatility, stretch, reached)
    np.testing.assert_array_equal(reached, front.in_reach(before, after, volatility, years))


@pytest.mark.parametrize("years", [7 / 365.25, 0.25])
def test_the_ends_of_the_front(years: float) -> None:
    before, after, volatility, u = drawn(-1, 1), drawn(-1.2, 1.2), drawn(0.05, 1, edges=False), luck.random(MANY)
    found, outcome, stretch = np.empty((2, MANY)), np.empty(MANY, dtype=np.int8), np.full(MANY, years)
    asked_kernel("crossings", MANY, before, after, volatility, stretch, found[0], found[1])
    expected = front.crossings(before, after, volatility, years)
    np.testing.assert_array_equal(found, expected)
    asked_kernel("won", MANY, *expected, u, outcome)
    np.testing.assert_array_equal(outcome, front.won(*expected, u))
    assert {-1, 0, 1} == set(outcome.tolist())


@pytest.mark.parametrize("strongest", [1.0, 1e9])
def test_war_weights(strongest: float) -> None:
    arguments = drawn(-1, 1, edges=False), drawn(-strongest, strongest), drawn(0.001, 1), drawn(0.02, 2)
    up, down = np.empty(MANY), np.empty(MANY)
    asked_kernel("war_weights", MANY, *arguments, up, down)
    for ours, theirs in zip((up, down), front.war_weights(*arguments), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("years", [0.01, 7 / 365.25, 0.3])
def test_learned(years: float) -> None:
    mean, variance, volatility = drawn(-1, 1), np.abs(drawn(-0.2, 1)).clip(min=0), drawn(0.01, 1)
    movement, narrative = drawn(-0.3, 0.3), drawn(-0.2, 0.2)
    expected = beliefs.learned(mean, variance, movement, years, volatility, narrative)
    asked_kernel("learned", MANY, movement, np.full(MANY, years), volatility, narrative, mean, variance)
    for ours, theirs in zip((mean, variance), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_prospect() -> None:
    value, reservation = luck.uniform(-1, 1, (2, MANY, PARTIES))
    weights = luck.uniform(0, 2, (MANY, PARTIES)) * (luck.random(PARTIES) < 0.7)
    found = np.empty(MANY)
    asked_kernel("prospect", MANY, PARTIES, value, reservation, weights, found)
    np.testing.assert_array_equal(found, drafting.prospect(value, reservation, weights))


@pytest.mark.parametrize("signatories", [(), (2,), (0, 3), (0, 1, 2, 3, 4, 5, 6)])
def test_stood_still(signatories: tuple[int, ...]) -> None:
    before = luck.choice([0.0, 0.2, 0.5, 0.9, np.nan], (MANY, PARTIES), p=[0.04, 0.36, 0.3, 0.29, 0.01])
    now = before - luck.choice([0.0, consent.ROUNDING / 2, 1e-9], (MANY, PARTIES), p=[0.7, 0.15, 0.15])
    signs, still = np.isin(np.arange(PARTIES), signatories), np.empty((MANY, PARTIES), dtype=bool)
    asked_kernel("stood_still", MANY, PARTIES, before, now, signs, still)
    np.testing.assert_array_equal(still, concession.stood_still(before, now, signatories))


def test_asked() -> None:
    text, quo = luck.integers(0, 3, (2, MANY, 5))
    signatories, holders = (0, 4), ((1, 2), (1, 3), (5, 3))
    party, chip = (np.array(column) for column in zip(*holders, strict=True))
    signs, found = np.isin(np.arange(PARTIES), signatories), np.empty((MANY, PARTIES), dtype=bool)
    asked_kernel("asked", MANY, PARTIES, signs, len(holders), party, chip, 5, text, quo, found)
    np.testing.assert_array_equal(found, consent.asked(text, quo, signatories, holders, PARTIES))


def test_objection() -> None:
    missing = luck.choice([0.0, 0.1, 0.25], (MANY, PARTIES)) * luck.choice([1.0, 0.7], (MANY, 1))
    crossed, free = luck.random((MANY, PARTIES)) < 0.1, luck.random((MANY, PARTIES)) < luck.random((MANY, 1))
    found = np.empty(MANY, dtype=np.int64)
    asked_kernel("object", MANY, PARTIES, missing, crossed, free, found)
    np.testing.assert_array_equal(found, consent.objection(missing, crossed, free))
    assert not free.any(axis=1).all()


def test_weights_on_the_simplex() -> None:
    point = luck.normal(0.2, 0.5, (MANY, PARTIES))
    expected = zopa_search.on_simplex(point)
    asked_kernel("on_simplex", MANY, PARTIES, point)
    np.testing.assert_array_equal(point, expected)


def test_stepped() -> None:
    weights, margin = luck.dirichlet(np.ones(PARTIES), MANY), luck.normal(0, 0.3, (MANY, PARTIES))
    bound, counted = luck.normal(0.5, 0.5, MANY), luck.random((MANY, PARTIES)) < 0.8
    counted[:, 0] = True
    expected = zopa_search.stepped(weights, bound, margin, counted)
    asked_kernel("stepped", MANY, PARTIES, weights, bound, margin, counted)
    np.testing.assert_array_equal(weights, expected)


def test_every_rule_is_compared() -> None:
    compiled = set(re.findall(r"negosim_rule_(\w+)\(|^OF_\d\((\w+)", (build.HERE / "rules.c").read_text(), re.M))
    names = {one or other for one, other in compiled} - {"", "rule"}
    here = Path(__file__).read_text() + Path(__file__).with_name("test_elementary.py").read_text()
    assert {name for name in names if f'"{name}"' not in here} == set()
    assert len(names) > 20
    header = (build.HERE / "rules.h").read_text()
    rules = set(re.findall(r"^static inline \w+ (\w+)\(", header, re.M)) - {"larger", "smaller"}
    assert rules <= names


def test_thresholds_are_those_of_the_model() -> None:
    stated = dict(re.findall(r"(?:double |, )([A-Z_]+) = ([-+.\de]+)", (build.HERE / "rules.h").read_text()))
    known = {**vars(zopa_search), **vars(front), **vars(consent), **vars(drafting)}
    known |= {name.lstrip("_"): value for name, value in known.items()}
    assert {name: float(value) for name, value in stated.items()} == {name: known[name] for name in stated}
    assert concession.ROUNDING == consent.ROUNDING
    assert len(stated) == 8


def test_constants_of_the_headers_are_those_of_python() -> None:
    text = "".join(path.read_text() for path in build.sources() if path.suffix == ".h")
    stated = {name: int(value) for name, value in re.findall(r"\b(LANES|WORD|MOST_\w+) = (\d+)", text)}
    assert stated.pop("LANES") == structs.LANES
    assert stated.pop("WORD") == structs.WORD
    assert stated == {name: getattr(kernel, name) for name in stated}
    assert len(stated) == 6


def test_structures_are_read_from_the_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [field[0] for field in structs.Numbers._fields_] == ["at", "step"]
    with pytest.raises(ValueError, match=r"Odd: 'int \(\*function\)\(void\)' cannot be read"):
        structs.declared("typedef struct { int (*function)(void); } Odd;")
    library = kernel.library.__wrapped__()
    assert library

    class Other(ctypes.Structure):
        """A structure of another size."""

        _fields_ = [*structs.Track._fields_, ("more", ctypes.c_int64)]

    Other.__name__ = "Track"
    monkeypatch.setattr(structs, "STRUCTURES", (structs.Numbers, Other))
    assert kernel.library.__wrapped__() is None
