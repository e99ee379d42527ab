"""A limited deal that is good for both is signed within weeks of both wanting it; moods move the day, not the deal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from negosim.engine.record.history import NEVER
from negosim.scenario.dates import DAYS_PER_YEAR
from tests.worlds import BORDER, changed, play

TRIALS = 400
ROUND = 14.0
PATIENCE = DAYS_PER_YEAR / 6
"""Two months, in days."""

EXCHANGE: dict[str, Any] = {
    "parties.north.concession": 1,
    "parties.south.concession": 1,
    "war.volatility": 0.1,
    "issues.prisoners": {
        "status_quo": "held",
        "options": {"held": "Held", "swapped": "All for all"},
        "views": {"north": {"salience": 5, "ideal": "swapped"}, "south": {"salience": 10, "ideal": "swapped"}},
    },
    "talks": {
        "swap": {
            "kind": "limited",
            "signatories": ["north", "south"],
            "issues": ["prisoners"],
            "patience": "2 months",
            "every": "14 days",
        }
    },
}
"""What both like best: nothing that either can ask for is more."""

COST = 0.3
"""What the other side's half of the trade costs each, as a share of what its own half brings."""

TRADE: dict[str, Any] = EXCHANGE | {
    "issues.prisoners.views": {
        "north": {"salience": 10, "values": {"held": 0, "swapped": 1}},
        "south": {"salience": 3, "values": {"held": 1, "swapped": 0}},
    },
    "issues.grain": {
        "status_quo": "blocked",
        "options": {"blocked": "No ship sails", "sails": "Ships sail"},
        "views": {
            "north": {"salience": 3, "values": {"blocked": 1, "sails": 0}},
            "south": {"salience": 10, "values": {"blocked": 0, "sails": 1}},
        },
    },
    "talks.swap.issues": ["prisoners", "grain"],
    "talks.swap.first_draft": {"prisoners": "swapped", "grain": "sails"},
    "talks.swap.revisions": 0,
}
"""Each side's own half brings it 10 and costs the other 3: worth 7 to both, where their own best is 10."""

MOODS = [(0.1, "12 months"), (0.3, "12 months"), (0.3, "0 days")]


def with_mood(data: dict[str, Any], noise: float, memory: str = "12 months") -> dict[str, Any]:
    moods = {f"parties.{side}.judgement_noise": noise for side in ("north", "south")}
    memories = {f"parties.{side}.judgement_memory": memory for side in ("north", "south")}
    return changed(changed(BORDER, data), moods | memories)


def days_signed(data: dict[str, Any]) -> NDArray[np.float64]:
    """Return on which day the deal is signed in each history; infinity where it never is."""
    plan, history = play(data, TRIALS)
    signed = history.tracks[0].signed
    return np.where(signed == NEVER, np.inf, plan.ticks.days[np.maximum(signed, 0)])


@pytest.mark.parametrize(("noise", "memory"), MOODS)
def test_what_both_like_best_is_signed_at_the_first_round(noise: float, memory: str) -> None:
    assert set(days_signed(with_mood(EXCHANGE, noise, memory))) == {0.0}


def test_without_moods_a_trade_is_signed_at_the_round_after_both_want_it() -> None:
    """Both ask for no more than the trade brings once their toughness is down to its share of their own best."""
    wanted = COST * PATIENCE
    assert set(days_signed(with_mood(TRADE, 0))) == {ROUND * math.ceil(wanted / ROUND)}


def test_moods_move_the_day_by_weeks_and_nothing_else() -> None:
    """A tenth of the stake is a tenth of the patience: six days a standard deviation, for the later of two sides."""
    late = days_signed(with_mood(TRADE, 0.1)) - COST * PATIENCE
    assert np.isfinite(late).all()
    assert np.unique(late).size > 1
    assert (np.abs(late) <= 2 * ROUND).mean() > 0.97
    assert late.max() <= 3 * ROUND
