"""Boxes in points whose boxes are known."""

import numpy as np
import pytest
from scipy import stats

from negosim.experiments.levers.prim import BoxLimits, found_box, mattering, quasi_p


def points(seed: int, number: int = 2000, inputs: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Return points, and a uniform for each."""
    draws = np.random.Generator(np.random.Philox(seed)).random((number, inputs + 1))
    return draws[:, 1:], draws[:, 0]


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_box_is_found_among_many_inputs(seed: int) -> None:
    values, luck = points(seed)
    planted = (values[:, 3] > 0.7) & (values[:, 10] < 0.4)
    box = found_box(values, luck < np.where(planted, 0.7, 0.05))
    assert box.restricted == [3, 10]
    assert box.low[3] == pytest.approx(0.7, abs=0.04)
    assert box.high[10] == pytest.approx(0.4, abs=0.04)
    assert np.isinf([box.high[3], box.low[10]]).all()


def test_a_planted_box_without_noise_is_found_to_the_point() -> None:
    values, _ = points(1)
    planted = (values[:, 0] > 0.3) & (values[:, 0] < 0.8) & (values[:, 5] > 0.5)
    box = found_box(values, planted)
    assert box.restricted == [0, 5]
    inside = box.inside(values)
    assert planted[inside].mean() > 0.97
    assert inside[planted].mean() > 0.9


def test_where_only_luck_decides_there_is_hardly_ever_a_box() -> None:
    """False discoveries are held to one in twenty: more than 6 of 40 would come in less than 1 of 200 seeds."""
    found = [found_box(values, luck < 0.2) for values, luck in (points(seed, 600, 10) for seed in range(40))]
    assert sum(box is not None for box in found) <= 6


def test_what_happens_always_or_never_or_among_few_has_no_box() -> None:
    values, luck = points(2, 500, 3)
    assert found_box(values, luck < 2) is None
    assert found_box(values, luck < 0) is None
    assert found_box(values[:50], values[:50, 0] > 0.5) is None


def test_steps_of_a_choice_are_peeled_whole() -> None:
    values, luck = points(3, 1000, 4)
    values[:, 2] = np.digitize(values[:, 2], [0.2, 0.5])
    box = found_box(values, luck < np.where(values[:, 2] == 2, 0.8, 0.1))
    assert box.restricted == [2]
    assert (box.low[2], box.high[2]) == (2.0, np.inf)


def test_inputs_that_matter_are_those_whose_values_differ() -> None:
    values, luck = points(4)
    happens = luck < 0.1 + 0.4 * values[:, 7]
    assert mattering(values, happens) == [7]
    chances = [stats.ks_2samp(column[happens], column[~happens], method="asymp").pvalue for column in values.T]
    assert int(np.argmin(chances)) == 7
    assert mattering(values, np.zeros(values.shape[0], dtype=bool)) == []


def test_the_quasi_p_value_is_a_binomial_tail() -> None:
    values, luck = points(5, 400, 2)
    happens = luck < 0.2 + 0.3 * (values[:, 0] > 0.5)
    box = BoxLimits(np.array([0.5, -np.inf]), np.array([np.inf, 0.8]))
    inside, wider = box.inside(values), values[:, 1] <= 0.8
    expected = stats.binom.sf(happens[inside].sum() - 1, inside.sum(), happens[wider].mean())
    assert quasi_p(box, 0, values, happens) == pytest.approx(expected)
    assert quasi_p(box, 0, values, np.zeros(400, dtype=bool)) == 1.0
    assert box.ends == [(0, -1), (1, 1)]
    assert box.without(0).restricted == [1]
