"""Quantities: numbers and distributions, their bounds and their origin."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.scenario.domains import REAL, Domain
from negosim.scenario.quantities import Quantity, QuantityError, constant, is_quantity, parse_quantity
from negosim.scenario.reader import read_value

MONTH = 365.25 / 12
SHARE, POSITIVE = Domain(0, 1), Domain(0, open_low=True)


def parse(text: str, domain: Domain = REAL, *, duration: bool = False) -> Quantity:
    """Read a quantity as a file writes it."""
    return parse_quantity(read_value(text, "test"), domain, duration=duration)


@pytest.mark.parametrize(
    ("text", "kind", "parameters", "support"),
    [
        ("{normal: {mean: 0.03, sd: 0.05}}", "normal", (0.03, 0.05), (-math.inf, math.inf)),
        ("{uniform: [0.1, 0.3]}", "uniform", (0.1, 0.3), (0.1, 0.3)),
        ("{triangular: [0.1, 0.2, 0.4]}", "triangular", (0.1, 0.2, 0.4), (0.1, 0.4)),
        ("{pert: [0.1, 0.2, 0.4]}", "pert", (0.1, 0.2, 0.4), (0.1, 0.4)),
        ("{beta: {a: 2, b: 5}}", "beta", (2, 5), (0, 1)),
        ("{lognormal: {median: 0.2, spread: 1.5}}", "lognormal", (0.2, 1.5), (0, math.inf)),
        ("{choice: {0.3: 0.3, 0.1: 0.7}}", "choice", (0.1, 0.3), (0.1, 0.3)),
        ("{normal: {mean: 0, sd: 1}, min: -1, max: 2}", "normal", (0, 1), (-1, 2)),
        ("{uniform: [0, 1], min: 0.5}", "uniform", (0, 1), (0.5, 1)),
        ("{triangular: [0, 0, 1], max: 0.5}", "triangular", (0, 0, 1), (0, 0.5)),
        ("{value: {normal: {mean: 0, sd: 1}, min: 0}, min: -5}", "normal", (0, 1), (0, math.inf)),
        ("0.3", "constant", (0.3,), (0.3, 0.3)),
        ("{value: 3, min: 0}", "constant", (3,), (3, 3)),
        ("{normal: {mean: 2, sd: 0}}", "constant", (2,), (2, 2)),
        ("{uniform: [2, 2]}", "constant", (2,), (2, 2)),
        ("{pert: [2, 2, 2]}", "constant", (2,), (2, 2)),
        ("{lognormal: {median: 2, spread: 1}}", "constant", (2,), (2, 2)),
    ],
)
def test_every_distribution(text: str, kind: str, parameters: tuple[float, ...], support: tuple[float, float]) -> None:
    quantity = parse(text)
    assert (quantity.kind, quantity.parameters, quantity.support) == (kind, parameters, support)


def test_a_distribution_is_truncated_to_what_the_key_allows() -> None:
    assert parse("{normal: {mean: 0.5, sd: 1}}", SHARE).support == (0, 1)
    assert parse("{uniform: [-1, 0.5], min: -3}", SHARE).support == (0, 0.5)
    chosen = parse("{choice: {-1: 0.5, 0.2: 0.1, 0.4: 0.4}}", SHARE)
    assert chosen.parameters == (0.2, 0.4)
    assert chosen.weights == pytest.approx((0.2, 0.8))
    assert parse("{choice: {0: 0.5, 1: 0.5}}", POSITIVE).parameters == (1,)


def test_durations_can_be_uncertain() -> None:
    patience = parse("{lognormal: {median: 18 months, spread: 1.6}, max: 4 years}", POSITIVE, duration=True)
    assert patience.parameters == pytest.approx((18 * MONTH, 1.6))
    assert patience.support == (0, 4 * 365.25)
    assert parse("{choice: {6 months: 0.5, 1 year: 0.5}}", duration=True).parameters == (6 * MONTH, 365.25)
    assert parse("{uniform: [1 week, 20 days]}", duration=True).parameters == (7, 20)
    assert parse("2 weeks", POSITIVE, duration=True).value == 14


def test_any_quantity_can_carry_its_origin() -> None:
    guess = parse('{triangular: [1, 2, 3], source: judgement, note: "a guess"}')
    assert (guess.source, guess.note) == ("judgement", "a guess")
    number = parse("{value: 0.25, source: kiis}")
    assert (number.value, number.source, number.note) == (0.25, "kiis", None)
    inner = parse("{value: {uniform: [0, 1], source: kiis}, note: from inside}")
    assert (inner.kind, inner.source, inner.note) == ("uniform", "kiis", "from inside")


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        ("soon", (), "'soon' is not a number (write e.g. 0.3 or {normal: {mean: 0.3, sd: 0.1}})"),
        ("'0.3'", (), "'0.3' is not a number (remove the quotes)"),
        ("1_000", (), "'1_000' is not a number (write its digits alone)"),
        ("yes", (), "'yes' is not a number"),
        ("true", (), "true is not a number"),
        ("[1, 2]", (), "a list is not a number"),
        ("", (), "nothing is not a number"),
        ("{}", (), "a quantity has one of value, normal, lognormal, beta, uniform, triangular, pert, choice (found "),
        ("{min: 0}", (), "(found none)"),
        ("{uniform: [0, 1], value: 1}", (), "(found 'uniform' and 'value')"),
        ("{unifrom: [0, 1]}", ("unifrom",), "unknown key 'unifrom' in a quantity (did you mean 'uniform'?"),
        ("{value: 1, note: a, or two of them}", ("or two of them",), "(put a text that holds a comma in quotes)"),
        ("{value: {value: 1}}", ("value",), "'value' within 'value'"),
        ("{value: {uniform: [1, 0]}}", ("value", "uniform"), "the numbers of uniform: [low, high] must rise"),
        ("{normal: {mean: 0}}", ("normal",), "write normal: {mean: …, sd: …}"),
        ("{normal: [0, 1]}", ("normal",), "write normal: {mean: …, sd: …}"),
        ("{normal: {mean: 0, sd: -1}}", ("normal", "sd"), "sd cannot be negative"),
        ("{normal: {mean: x, sd: 1}}", ("normal", "mean"), "'x' is not a number"),
        ("{lognormal: {median: 0, spread: 2}}", ("lognormal", "median"), "must be above 0"),
        ("{lognormal: {median: 1, spread: 0.5}}", ("lognormal", "spread"), "a factor of at least 1"),
        ("{beta: {a: 0, b: 1}}", ("beta",), "must be above 0"),
        ("{uniform: [1]}", ("uniform",), "write uniform: [low, high]"),
        ("{triangular: [1, 3, 2]}", ("triangular",), "must rise"),
        ("{pert: {low: 1}}", ("pert",), "write pert: [low, mode, high]"),
        ("{uniform: [1, x]}", ("uniform", 1), "'x' is not a number"),
        ("{choice: [1, 2]}", ("choice",), "write choice: {value: probability, …}"),
        ("{choice: {1: 0.5, 2: 0.4}}", ("choice",), "the probabilities add up to 0.9 (they must add up to 1)"),
        ("{choice: {1: 1.5, 2: -0.5}}", ("choice", "2"), "a probability cannot be negative"),
        ("{choice: {1: 0.5, 1.0: 0.5}}", ("choice", "1.0"), "the value 1 is given twice"),
        ("{choice: {x: 1}}", ("choice", "x"), "'x' is not a number"),
        ("{choice: {.inf: 1}}", ("choice", ".inf"), "not a finite number"),
        ("{choice: {1: x}}", ("choice", "1"), "'x' is not a number"),
        ("{uniform: [0, 1], min: 2, max: 1}", ("min",), "min lies above max"),
        ("{uniform: [0, 1], min: 2}", (), "no value of this distribution is left within its bounds"),
        ("{uniform: [0, 1], min: x}", ("min",), "'x' is not a number"),
        ("{value: 1, min: 2}", (), "the value lies outside its own min and max"),
        ("{value: 1, source: 3}", ("source",), "3 is not a text"),
        ("{value: 1, note: ''}", ("note",), "'' is not a text"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(text: str, at: tuple[str | int, ...], told: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text)
    assert told in caught.value.message
    assert caught.value.at == at


@pytest.mark.parametrize(
    ("text", "domain", "told"),
    [
        ("2", SHARE, "2 is out of range (write a number from 0 to 1)"),
        ("0", POSITIVE, "0 is out of range (write a number above 0)"),
        ("-1", Domain(0), "-1 is out of range (write a number of at least 0)"),
        ("-1", Domain(0, 1, open_low=True), "(write a number above 0 and at most 1)"),
        ("2", Domain(high=1), "(write a number of at most 1)"),
        ("{normal: {mean: 2, sd: 0}}", SHARE, "2 is out of range (write a number from 0 to 1)"),
        ("{uniform: [2, 3]}", SHARE, "no value of this distribution is left within its bounds (a number from 0 to 1)"),
        ("{uniform: [-1, 0]}", POSITIVE, "no value of this distribution is left"),
        ("{choice: {0: 1}}", POSITIVE, "no value of this distribution is left"),
    ],
)
def test_what_a_key_does_not_allow(text: str, domain: Domain, told: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse(text, domain)
    assert told in caught.value.message


@pytest.mark.parametrize(
    "text", ["18", "soon", "{lognormal: {median: 18, spread: 1.6}}", "{uniform: [1, 2]}", "{choice: {6: 1}}"]
)
def test_where_a_duration_is_wanted(text: str) -> None:
    with pytest.raises(QuantityError, match=r"is not a duration \(write e.g. 18 months\)"):
        parse(text, duration=True)


def test_no_time_at_all() -> None:
    with pytest.raises(QuantityError, match=r"'0 days' is out of range \(write a positive duration\)"):
        parse("0 days", POSITIVE, duration=True)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400])
def test_programs_cannot_pass_what_is_no_finite_number(value: float) -> None:
    with pytest.raises(QuantityError, match="not a finite number"):
        parse_quantity(value)


def test_only_constants_have_one_value() -> None:
    assert constant(2).value == 2
    with pytest.raises(TypeError, match="a uniform quantity has no single value"):
        _ = parse("{uniform: [0, 1]}").value


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1", True), ("18 months", True), ("{value: 1}", True), ("{uniform: [1, 2], source: x}", True),
        ("{unifrom: [1, 2]}", True), ("{lognrmal: {median: 1, spread: 2}}", True), ("{north: 1}", False),
        ("{north: {uniform: [1, 2]}, south: 6 months}", False), ("{}", False),
    ],
)  # fmt: skip
def test_quantities_are_told_from_mappings_by_party(text: str, answer: bool) -> None:
    assert is_quantity(read_value(text, "test")) is answer


JUNK = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["1 day", "0.5"])
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "normal", "mean", "sd", "uniform", "choice", "min", "max", "beta", "a", "b", "note", "1"]
            ),
            inner,
            max_size=3,
        )
    ),
)


@given(JUNK, st.booleans())
def test_junk_is_refused_or_makes_sense(raw: object, duration: bool) -> None:
    try:
        quantity = parse_quantity(raw, SHARE, duration=duration)
    except QuantityError as error:
        assert error.message
    else:
        low, high = quantity.support
        assert 0 <= low <= high <= 1
