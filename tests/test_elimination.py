"""Elimination: the best package for a sum of values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negosim.model.zopa.elimination import Factor, best_choice, order_of


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_elimination_finds_the_best_choice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 4, 4).tolist()
    worth = [rng.normal(size=(size, 3)) for size in sizes]
    worth[0][:, 0] = -np.inf
    scopes = [(0, 1), (1, 3), (0, 2, 3)]
    factors = [Factor(scope, rng.normal(size=(*(sizes[place] for place in scope), 3))) for scope in scopes]
    value, choice = best_choice(worth, factors, order_of(sizes, scopes)[0])

    def total(trial: int, chosen: tuple[int, ...]) -> float:
        parts = [worth[place][option, trial] for place, option in enumerate(chosen)]
        return sum(parts) + sum(f.table[(*(chosen[place] for place in f.scope), trial)] for f in factors)

    for trial in range(3):
        best = max(total(trial, chosen) for chosen in itertools.product(*map(range, sizes)))
        assert value[trial] == pytest.approx(best)
        if np.isfinite(best):
            assert total(trial, tuple(choice[trial])) == pytest.approx(best)
