"""From a scenario to a plan: every number that is stated counts, whatever it shares with others."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from negosim.engine.compile import compiled, path_in_plan
from negosim.engine.initial import initial_values
from tests.worlds import BORDER, changed, load

FAR = {"border": "far", "guard": "none"}
ADDED: tuple[dict[str, Any], ...] = ({"north": 0.1, "south": -0.01}, {"north": 0.2}, {"north": 0.4, "union": 0.05})


def test_linkages_over_the_same_options_all_count_in_any_order() -> None:
    for order in permutations(ADDED):
        data = changed(BORDER, {"linkages": [{"when": FAR, "adds": adds} for adds in order]})
        plan, alone = compiled(load(data).file), compiled(load(BORDER).file)
        paths = [path for row in plan.linkage_paths for path in row if path is not None]
        assert len(paths) == len(set(paths)) == 5
        text = initial_values(plan, 1, 1).standing
        for issue, option in FAR.items():
            index = plan.issues.index(issue)
            text[0, index] = plan.slots[index].start + plan.options[index].index(option)
        with_them, without = (initial_values(each, 1, 1).party_values.utility(text)[0] for each in (plan, alone))
        gained = dict(zip(plan.parties, with_them - without, strict=True))
        assert gained == pytest.approx({"north": 0.7, "south": -0.01, "union": 0.05})


def test_linkages_over_the_same_options_are_drawn_apart() -> None:
    law = {"uniform": [0.0, 1.0]}
    data = changed(BORDER, {"linkages": [{"when": FAR, "adds": {"north": law}} for _ in range(3)]})
    plan = compiled(load(data).file)
    north = plan.parties.index("north")
    opening = initial_values(plan, 1, 100)
    drawn = [opening.number(str(row[north])) for row in plan.linkage_paths]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(drawn[one], drawn[other])[0, 1]) < 0.4  # four standard errors


def test_a_number_of_the_file_is_found_in_the_plan() -> None:
    linkages = [{"when": {"guard": "troops", "border": "line"}, "adds": {"north": 0.1}}]
    scenario = load(changed(BORDER, {"linkages": linkages}))
    plan = compiled(scenario.file)
    for path, known in (
        ("war.drift", "war.drift"),
        ("linkages.0.adds.north", "linkages.border.line+guard.troops.north"),
        ("linkages.0.adds.south", None),
        ("talks.peace.every", None),
    ):
        assert path_in_plan(scenario.file, plan, path) == known
