"""The Nash bargaining solution among whole texts: exact, by comparison with every text there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from negosim.engine.compile import compiled
from negosim.engine.initial import at_medians, initial_values
from negosim.model.zopa.nash import NashText, nash_text
from tests.worlds import load, pie
from tests.zones import TRIALS, World, worlds


def products(world: World, trial: int) -> tuple[np.ndarray, np.ndarray]:
    """Return every text that may be signed, and the product of the signatories' gains by it; 0 where one gains none."""
    texts, margins = world.possible(trial)
    position = world.position.only(np.array([trial]))
    gains = position.stakes.agreement(texts, position.stakes.utility(texts)) - position.no_deal
    own = gains[:, list(world.ground.signatories)]
    return texts, np.where((margins >= 0) & (own > 0).all(axis=1), own.clip(0).prod(axis=1), 0.0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(worlds())
def test_no_text_has_a_larger_product(world: World) -> None:
    for trial in range(TRIALS):
        texts, every = products(world, trial)
        found = nash_text(world.ground, world.position.only(np.array([trial])))
        if found is None:
            assert every.max(initial=0.0) < 1e-9
            continue
        assert found.is_exact
        mine = every[(texts == found.text).all(axis=1)]
        assert mine.size == 1
        assert mine[0] == pytest.approx(every.max(), rel=1e-5, abs=1e-9)
        assert found.gains[list(world.ground.signatories)].prod() == pytest.approx(mine[0])


def of_pie(first: float, second: float) -> NashText | None:
    middle = initial_values(at_medians(compiled(load(pie((first, second))).file)), 0, 1)
    return nash_text(middle.ground(0), middle.position(0))


@pytest.mark.parametrize(("first", "second"), [(0.1, 0.3), (0.2, 0.2), (0.5, 0.1)])
def test_a_pie_is_divided_by_the_formula(first: float, second: float) -> None:
    """Of a pie of 1 the first takes (1 + d1 - d2)/2 (Nash 1950)."""
    found = of_pie(first, second)
    assert found and found.is_exact
    assert found.gains[0] == pytest.approx(found.gains[1], abs=0.021)  # half is what stands, and no text
    assert found.gains.sum() == pytest.approx(1 - first - second, abs=1e-6)


def test_there_is_none_where_nobody_can_gain() -> None:
    assert of_pie(0.6, 0.6) is None
