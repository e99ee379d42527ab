"""Worlds in which everything happens that a story has entries for, and their stories."""

from functools import cache
from pathlib import Path
from typing import Any

from negosim.experiments.replay.replay import replayed
from negosim.scenario.load import Scenario, load
from tests import worlds
from tests.test_invariance import RICH
from tests.test_limited import DATA as LIMITED
from tests.worlds import BORDER, changed

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"


STORMY = changed(
    RICH,
    {
        "war.volatility": 0.6,
        "war.fade": 0.3,
        "war.stocks": {
            "money": {"party": "south", "level": 5, "burn": 12, "when_empty": [{"add": "war.drift", "by": 0.1}]}
        },
        "issues.border.status_quo": {"follows_front": {"old": -1, "line": -0.2, "far": 0.3}},
        "parties.south.ratification": [
            {"by": "parliament", "delay": "20 days", "hurdle": 0.02, "spread": 0.1},
            {"by": "a referendum", "delay": "60 days", "hurdle": 0.0, "spread": 0.1},
        ],
        "talks.peace.deadline": {"on": "2025-07-01", "credibility": 0.6, "repeats": "6 months"},
        "events": {
            **RICH["events"],
            "aid": {"on": "2025-11-05", "effects": [{"refill": "money", "by": 3}]},
            "spoiler": {"rate": 0.6, "repeats": True, "effects": [{"breaks": "agreement"}]},
            "seized": {"between": ["2026-01-01", "2026-03-01"], "effects": [{"fix": "fund", "to": "shared"}]},
            "vow": {"on": "2025-05-07", "effects": [{"draw": "north.guard.troops"}]},
            "thaw": {"on": "2026-05-06", "effects": [{"lift": "north.guard.troops"}]},
        },
    },
)


BRITTLE = changed(LIMITED, {"talks.swap.after": {"breach": 3, "breach_memory": 1.1}})


FADING = changed(
    BORDER,
    {
        "war.fade": 5,
        "parties.north.ratification": {"by": "parliament", "of": ["ceasefire", "settlement"], "delay": "80 days"},
        "parties.north.war_cost": 0.3,
        "parties.south.war_cost": 0.3,
    },
)


TEMPTING = changed(
    BORDER,
    {
        "talks.peace.after": {"opportunism": 5, "breach": 0.3},
        "talks.peace.pressure": {"north": 0.5, "south": 0.5},
        "parties.north.war_cost": 0,
        "parties.south.war_cost": 0,
        "parties.north.patience": "6 months",
        "parties.south.patience": "6 months",
        "war.volatility": 0.8,
    },
)
"""Settlements signed under pressure, which it then pays to break."""


HAGGLING = changed(RICH, {"talks.peace.protocol": "alternating_offers", "talks.truce.protocol": "ultimatum"})


VOTED_DOWN = changed(
    FADING,
    {
        "war.fade": 0,
        "parties.north.ratification": {"by": "parliament", "delay": "40 days", "hurdle": 0.12, "spread": 0.1,
                                       "foresight": 0, "memory": "3 months"},
        "talks.peace.until_ratified": "truce",
        "talks.truce.opens": "2026-06-03",
        "events": {"spoiler": {"rate": 0.7, "repeats": True, "effects": [{"breaks": "ceasefire"}]}},
    },
)  # fmt: skip
"""Settlements with a truce until the vote, which is often lost, and a spoiler."""
INTERRUPTED = changed(
    BORDER,
    {
        "talks.truce.signatories": ["north", "south", "union"],
        "issues.guard.views.union": {
            "salience": 1,
            "ideal": "none",
            "red_lines": dict.fromkeys(("none", "watch", "troops"), "never"),
        },
        "talks.peace": {"kind": "settlement", "signatories": ["north", "south"], "issues": ["border", "guard"],
                        "patience": "4 months", "ripeness": "off", "after": {"breach": 0}},
        "events": {"spoiler": {"on": "2026-01-07", "effects": [{"breaks": "settlement"}]}},
    },
)  # fmt: skip
"""Talks of a truce that the union refuses; they rest while a settlement holds that others have signed."""


WORLDS = {
    "interrupted": INTERRUPTED,
    "rich": RICH,
    "stormy": STORMY,
    "brittle": BRITTLE,
    "fading": FADING,
    "voted_down": VOTED_DOWN,
    "tempting": TEMPTING,
    "haggling": HAGGLING,
    "quiet": worlds.WAR_ONLY,
    "pie": worlds.pie(),
}


@cache
def flagship() -> Scenario:
    return load(FLAGSHIP)


def first(story: list[dict[str, Any]], **facts: Any) -> dict[str, Any] | None:
    return next((entry for entry in story if facts.items() <= entry.items()), None)


def stories(data: dict[str, Any], trials: int) -> list[dict[str, Any]]:
    scenario = worlds.load(data)
    return [entry for trial in range(trials) for entry in replayed(scenario, trial)["story"]]
