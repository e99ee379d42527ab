"""Parameters: what effects make of the numbers of a block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from negosim.engine.compile import compiled
from negosim.engine.kernel.parameters import KernelParameters
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Change, Plan
from negosim.engine.streams import Streams
from tests.worlds import BORDER, changed, load

COST, PATIENCE, OWN = "parties.south.war_cost", "parties.north.patience", "talks.peace.patience.north"
PATHS = (COST, PATIENCE, OWN, "talks.truce.patience.north", "war.drift")
EFFECTS: list[dict[str, Any]] = [
    {"add": COST, "by": 0.05},
    {"scale": COST, "by": {"uniform": [0.5, 1.5]}, "for": "21 days"},
    {"set": COST, "to": 0.3, "for": "35 days"},
    {"set": COST, "to": 0.1, "for": "14 days"},
    {"scale": PATIENCE, "by": 0.9},
    {"scale": PATIENCE, "by": 1.2, "for": "28 days"},
    {"scale": OWN, "by": 0.8},
    {"set": OWN, "to": "90 days", "for": "7 days"},
    {"add": "war.drift", "by": 0.02, "for": "14 days"},
]
TRIALS, TICKS = 12, 60


def world() -> tuple[Plan, list[Change]]:
    plan = compiled(load(changed(BORDER, {"events": {"shock": {"on": "2025-01-01", "effects": EFFECTS}}})).file)
    return plan, [effect for effect in plan.events[0].effects if isinstance(effect, Change)]


def lives(
    first: int, trials: int, hits: np.ndarray, *, leave: bool = False, kind: type[Parameters] = Parameters
) -> np.ndarray:
    """Return the numbers at every tick, (ticks, trials, paths), NaN where a trial has left.

    Hits, (ticks, effects, trials), say which effects happen where.
    """
    plan, changes = world()
    parameters, here = kind(plan, Streams(4, first, trials), trials), np.arange(trials)
    seen = np.full((TICKS, trials, len(PATHS)), np.nan)
    for tick in range(TICKS):
        parameters.pass_time(tick)
        for change, hit in zip(changes, hits[tick], strict=True):
            rows = np.nonzero(hit[first + here])[0]
            if rows.size:
                parameters.change(change, rows, tick)
        seen[tick, here] = parameters.group(PATHS)
        np.testing.assert_array_equal(
            parameters.group(PATHS), np.stack([np.broadcast_to(parameters[path], here.size) for path in PATHS], axis=1)
        )
        if leave and tick in (20, 40):
            stays = here % 3 != tick % 3
            here = here[stays]
            parameters.keep(stays)
    return seen


def test_what_happens_in_a_trial_is_its_own_affair() -> None:
    hits = np.random.default_rng(0).random((TICKS, len(EFFECTS), TRIALS)) < 0.05
    block = lives(0, TRIALS, hits)
    for trial in range(TRIALS):
        np.testing.assert_array_equal(lives(trial, 1, hits)[:, 0], block[:, trial])
    few = lives(0, TRIALS, hits, leave=True)
    np.testing.assert_array_equal(few, np.where(np.isnan(few), np.nan, block))
    assert np.isnan(few[-1]).any()
    assert not np.isnan(few[-1]).all()


def test_what_is_written_where_the_kernel_reads_is_the_same() -> None:
    hits = np.random.default_rng(1).random((TICKS, len(EFFECTS), TRIALS)) < 0.05
    plain, fast = (lives(0, TRIALS, hits, leave=True, kind=kind) for kind in (Parameters, KernelParameters))
    np.testing.assert_array_equal(fast, plain)


def test_the_kernel_need_not_look_again_where_numbers_stand() -> None:
    plan, changes = world()
    parameters, rows = KernelParameters(plan, Streams(4, 0, 5), 5), np.array([1, 3])
    group = parameters.side_by_side(PATHS)
    table, before = group.table, group.table.copy()
    parameters.change(changes[0], rows, 0)
    assert group.now() is table
    assert np.nonzero((table != before).any(axis=1))[0].tolist() == rows.tolist()
    parameters.keep(np.array([True, True, False, True, True]))
    parameters.change(changes[0], np.array([2]), 1)
    np.testing.assert_allclose(group.now()[2, 0], before[3, 0] + 0.1)


def test_a_number_follows_its_default_until_an_effect_sets_it_apart() -> None:
    plan, changes = world()
    parameters, one, both = Parameters(plan, Streams(4, 0, 2), 2), np.array([0]), np.arange(2)
    before = np.broadcast_to(parameters[PATIENCE], 2).copy()
    parameters.change(changes[6], one, 0)
    parameters.change(changes[4], both, 1)
    np.testing.assert_allclose(parameters[PATIENCE], 0.9 * before)
    np.testing.assert_allclose(parameters[OWN], [0.8, 0.9] * before)


def test_what_has_been_given_out_never_changes() -> None:
    plan, changes = world()
    parameters, rows = Parameters(plan, Streams(4, 0, 5), 5), np.array([1, 3])
    for change in changes:
        given = {path: (parameters[path], parameters[path].copy()) for path in PATHS}
        together = parameters.group(PATHS)
        kept = together.copy()
        assert parameters.group(PATHS) is together
        for number in (together, *(number for number, _ in given.values())):
            with pytest.raises(ValueError, match="read-only"):
                number[:] = 0
        parameters.change(change, rows, 3)
        for number, known in given.values():
            np.testing.assert_array_equal(number, known)
        np.testing.assert_array_equal(together, kept)
        assert parameters.group(PATHS) is not together
        assert parameters[change.target] is not given[change.target][0]
