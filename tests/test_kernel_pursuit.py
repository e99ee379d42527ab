"""The kernel and the arrays of NumPy find the same zones of possible agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from negosim.engine import kernel
from negosim.engine.kernel.pursuit import CompiledSearch
from negosim.model.packages import Combination
from negosim.model.zopa.zone import NONE, SOME, UNDECIDED, FactorGraph, PartyPositions, ZoneSearch, decided
from tests.zones import TRIALS, World, by_hand, worlds


def kept_elsewhere(position: PartyPositions) -> PartyPositions:
    """Return the same position; what packages are worth stands in another order."""
    order = np.array([2, 0, 3, 1])
    worth = position.stakes.worth.part(np.argsort(order))
    return replace(position, stakes=replace(position.stakes, worth=worth, rows=order))


@pytest.mark.compiled
def test_random_positions() -> None:
    found: Counter[int] = Counter()

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(worlds())
    def look(world: World) -> None:
        shape = FactorGraph(world.ground, world.position.stakes.worth)
        expected = decided(ZoneSearch(shape, world.position)).known
        for position in (world.position, kept_elsewhere(world.position)):
            verdict = decided(CompiledSearch(shape, position))
            np.testing.assert_array_equal(verdict.known, expected)
            for trial in np.nonzero(verdict.known == SOME)[0]:
                assert (world.agreed(trial) == verdict.text[trial]).all(axis=1).any()
        found.update(expected.tolist())

    look()
    assert len(found) == 3


def coarse(position: PartyPositions) -> PartyPositions:
    """Return a position in which many options are worth the same."""
    worth = replace(position.stakes.worth, table=position.stakes.worth.table.round(1))
    return replace(position, stakes=replace(position.stakes, worth=worth))


@pytest.mark.compiled
@pytest.mark.parametrize("seen", [lambda position: position, coarse], ids=["as it is", "with ties"])
def test_single_changes(seen: Callable[[PartyPositions], PartyPositions]) -> None:
    """The kernel makes the same changes, also where none would be needed."""
    found: Counter[int] = Counter()

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(worlds())
    def look(world: World) -> None:
        position, coalition, rows = seen(world.position), world.ground.coalitions()[0], np.arange(TRIALS)
        shape = FactorGraph(world.ground, position.stakes.worth)
        closed = position.crossed[:, :, list(coalition)].any(axis=2)
        verdicts = [kind(shape, position).redraft(rows, closed, coalition, 6) for kind in (ZoneSearch, CompiledSearch)]
        for name in ("known", "text"):
            ours, theirs = (getattr(verdict, name) for verdict in verdicts)
            np.testing.assert_array_equal(ours, theirs)
        found.update(verdicts[0].known.tolist())

    look()
    assert min(found[SOME], found[UNDECIDED]) > 100


@pytest.mark.compiled
@pytest.mark.parametrize("kind", [ZoneSearch, CompiledSearch])
def test_where_everything_is_ruled_out_there_is_no_zone(kind: type[ZoneSearch]) -> None:
    """Everybody likes what is excluded, and what only a closed issue could give, but no text may hold it."""
    ground, position = by_hand([[0.9, 0.9, 0.9], [0.9, 0.9, 0.9]], [0.5, 0.5, 0.5])
    excluded = replace(ground, excluded=(0,), never=[Combination((0,), (1,))])
    assert decided(kind(FactorGraph(excluded, position.stakes.worth), position)).known.tolist() == [NONE]
    settled = replace(position, status_quo=np.array([[0, 3]]), free=np.array([[True, False]]))
    closed = replace(ground, never=[Combination((0, 1), (option, 3)) for option in (0, 1)])
    assert decided(kind(FactorGraph(closed, settled.stakes.worth), settled)).known.tolist() == [NONE]


@pytest.mark.compiled
def test_a_position_that_is_too_large_is_left_to_the_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "MOST_PARTIES", 1)

    @settings(max_examples=5, deadline=None, derandomize=True, database=None)
    @given(worlds())
    def look(world: World) -> None:
        shape = FactorGraph(world.ground, world.position.stakes.worth)
        with monkeypatch.context() as patch:
            patch.setattr(kernel, "library", lambda: object())
            verdict = decided(CompiledSearch(shape, world.position))
        np.testing.assert_array_equal(verdict.known, decided(ZoneSearch(shape, world.position)).known)

    look()
