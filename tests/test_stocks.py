"""Stocks: they burn while there is fighting, and an empty one has its effects."""

from typing import Any

import numpy as np

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from tests.worlds import BORDER, changed, load

QUIET = {"talks": {}, "war.volatility": 0.01, "war.drift": 0.0}


def traced(more: dict[str, Any], path: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return level, a number and the first party's belief at every tick of one history."""
    block = Block(compiled(load(changed(BORDER, {**QUIET, **more})).file), 1, 0, 1)
    rows = []
    record = block.record

    def look(tick: int) -> bool:
        rows.append((block.state.stocks[0, 0], block.parameters[path][0], block.state.belief[0, 0]))
        return record(tick)

    block.record = look
    run(block)
    level, number, belief = np.array(rows).T
    return level, number, belief


def money(**more: Any) -> dict[str, Any]:
    effects = [{"add": "parties.south.war_cost", "by": 0.2}]
    return {"war.stocks": {"money": {"party": "south", "level": 20, "burn": 40, "when_empty": effects, **more}}}


def test_a_stock_burns_and_its_emptiness_has_effects() -> None:
    level, cost, _ = traced(money(), "parties.south.war_cost")
    ticks = np.arange(level.size)
    days = np.minimum(ticks * 7, 730)
    np.testing.assert_allclose(level, np.maximum(20 - 40 * days / 365.25, 0), atol=1e-9)
    np.testing.assert_allclose(cost, np.where(level > 0, 0.15, 0.35))


def test_a_refill_ends_the_effects_until_it_has_burnt_too() -> None:
    loan = {"events": {"loan": {"on": "2026-01-07", "effects": [{"refill": "money", "by": 10}]}}}
    level, cost, _ = traced({**money(), **loan}, "parties.south.war_cost")
    assert cost[27] == 0.35  # empty since day 182.6
    np.testing.assert_allclose(cost[53:66], 0.15)  # refilled on day 371, burnt by day 462
    assert level[53] == 10 - 40 * 7 / 365.25
    np.testing.assert_allclose(cost[67:], 0.35)


def test_a_collapse_of_the_front_is_public() -> None:
    drift = money(when_empty=[{"add": "war.drift", "by": 0.3}])
    quiet = {"war.beliefs": {"north": {"optimism": 0.1}, "south": {}}}
    _, number, belief = traced({**drift, **quiet}, "war.drift")
    assert (number[0], number[-1]) == (0.0, 0.3)
    np.testing.assert_allclose(belief, 0.1 + number)


def test_nothing_burns_in_peace() -> None:
    data = changed(
        BORDER,
        {
            **money(),
            "parties.north.patience_used": "2 years",
            "parties.south.patience_used": "2 years",
            "parties.north.war_cost": 0.8,
            "parties.south.war_cost": 0.8,
            "war.drift": 0.0,
            "talks.truce.after.breach": 0,
            "talks.peace.after.breach": 0,
        },
    )
    block = Block(compiled(load(data).file), 1, 0, 200)
    run(block)
    fought = block.state.fought
    assert (fought < 0.3).any()
    np.testing.assert_allclose(block.state.stocks[:, 0], np.maximum(20 - 40 * fought, 0), atol=1e-9)
