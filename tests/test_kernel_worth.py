"""What packages are worth, brought up to date by the kernel where events have changed the numbers behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from negosim.engine.kernel.values import KernelValues
from negosim.engine.values import PartyValues
from negosim.model.packages import best_options, relative_saliences
from tests.test_kernel import assert_same
from tests.worlds import BORDER, changed, load

NORTH, SOUTH, UNION = (f"views.{party}" for party in ("north", "south", "union"))
LIMITED = {
    "kind": "limited",
    "signatories": ["north", "south"],
    "issues": ["swap"],
    "every": "14 days",
    "after": {"breach": 0.8, "pause": "60 days"},
}
SWAP = {
    "status_quo": "none",
    "options": {"none": "No exchange", "some": "The wounded", "all": "All for all"},
    "views": {
        "north": {"salience": 12, "values": {"none": 0.3, "some": 0.6, "all": 0.5}},
        "south": {"salience": 15, "values": {"none": 0.2, "some": 0.5, "all": 0.8}},
    },
}
EVENTS: dict[str, Any] = {
    "doubt": {"rate": 2, "repeats": True, "effects": [
        {"set": f"issues.border.{SOUTH}.values.line", "to": 0.4, "for": "100 days"},
        {"scale": f"issues.guard.{NORTH}.values.watch", "by": 0.8},
    ]},
    "fervour": {"rate": 3, "repeats": True, "effects": [
        {"scale": f"issues.border.{NORTH}.salience", "by": {"uniform": [0.6, 1.5]}, "for": "28 days"},
        {"add": f"issues.swap.{SOUTH}.salience", "by": 4, "for": "70 days"},
    ]},
    "indifference": {"on": "2025-08-05", "chance": 0.5, "effects": [
        {"set": f"chips.fund.{UNION}.salience", "to": 0, "for": "90 days"},
    ]},
    "mandate": {"rate": 2, "repeats": True, "effects": [
        {"add": "issues.guard.options.watch.enforcement", "by": 0.2, "for": "100 days"},
        {"scale": "issues.guard.options.troops.enforcement", "by": 0.95},
        {"set": "issues.border.options.old.enforcement", "to": 0.4, "for": "56 days"},
    ]},
    "routine": {"on": "2025-02-04", "effects": [
        {"add": f"issues.guard.{NORTH}.salience", "by": 10, "for": "28 days"},
    ]},
    "setback": {"when": {"front_above": 0.2}, "repeats": True, "effects": [
        {"scale": f"issues.border.{SOUTH}.salience", "by": 0.9},
        {"add": f"issues.border.{SOUTH}.values.far", "by": 0.05, "for": "42 days"},
    ]},
}  # fmt: skip
STOCK = {
    "party": "south", "level": 40, "burn": {"uniform": [30, 60]}, "unit": "shells",
    "when_empty": [{"scale": f"issues.guard.{SOUTH}.salience", "by": 1.6}],
}  # fmt: skip
LINKAGES = [
    {"when": {"border": "old", "guard": "troops"}, "adds": {"south": 0.05, "north": {"uniform": [-0.1, 0]}}},
    {"when": {"fund": "shared"}, "adds": {"south": 0.02}},
]
WORLD = changed(
    BORDER,
    {
        "issues.swap": SWAP,
        "talks.exchange": LIMITED,
        "events": EVENTS,
        "war.stocks": {"shells": STOCK},
        "war.fade": 0.4,
        "linkages": LINKAGES,
        f"issues.border.{NORTH}.salience": {"uniform": [40, 70]},
    },
)


def only(*groups: str) -> dict[str, Any]:
    """Return the same world, in which effects change numbers of some kinds only."""
    events = {
        name: event | {"effects": [
            effect for effect in event["effects"]
            if any(f".{group}" in str(effect.get("set", effect.get("scale", effect.get("add")))) for group in groups)
        ]} for name, event in EVENTS.items()
    }  # fmt: skip
    world = changed(WORLD, {"events": {name: event for name, event in events.items() if event["effects"]}})
    if "salience" not in groups:
        del world["war"]["stocks"]
    return world


@pytest.mark.compiled
@pytest.mark.parametrize(
    "groups", [("salience",), ("values",), ("enforcement",), ("salience", "values", "enforcement")]
)
@pytest.mark.parametrize("trials", [60, 7])
def test_histories_are_those_of_the_arrays(groups: tuple[str, ...], trials: int) -> None:
    assert_same(load(only(*groups)), trials)


@pytest.mark.compiled
def test_histories_are_those_of_the_arrays_where_nothing_is_filled_up() -> None:
    world = changed(WORLD, {"parties.neighbour": {"time_preference": 0.1}})
    assert_same(load(world), 40)


def expected(values: PartyValues) -> dict[str, np.ndarray]:
    """Return what follows from the numbers as they are now, in every trial."""
    saliences, options, enforcement, *additions = (group.now() for group in values._groups)
    guarding = np.isin(values._plan.issue_of, values._plan.guarding)
    best, best_value = best_options(options, values._plan.slots)
    found = {
        "salience": relative_saliences(saliences), "values": options, "best": best, "best_value": best_value,
        "gaps": np.where(guarding, 1.0 - enforcement, 1.0), **{f"{place}": add for place, add in enumerate(additions)},
    }  # fmt: skip
    return {name: np.broadcast_to(table, (values._state.trials, *table.shape[1:])) for name, table in found.items()}


@pytest.mark.compiled
@pytest.mark.parametrize("parties", [3, 4])
def test_tables_are_those_of_the_model_at_every_tick(parties: int) -> None:
    more = {"parties.neighbour": {"time_preference": 0.1}} if parties == 4 else {}
    block = Block(compiled(load(changed(WORLD, more)).file), 1, 0, 300)
    values, revalue = block.party_values, block.revalue
    assert isinstance(values, KernelValues)
    known: list[tuple[np.ndarray, list[np.ndarray]]] = []
    risen = left = 0

    def look(*given: Any) -> None:
        nonlocal risen, left
        before = values.version.copy()
        revalue(*given)
        told = {
            "salience": values.salience, "values": values.values, "best": values.best, "best_value": values.best_value,
            "gaps": values.worth.gaps, **{f"{place}": add for place, add in enumerate(values.worth.additions)},
        }  # fmt: skip
        for name, table in expected(values).items():
            np.testing.assert_array_equal(np.broadcast_to(told[name], table.shape), table, err_msg=name)
        row, numbers = block.state.row.copy(), [group.now().copy() for group in values._groups[:3]]
        if known:
            was_row, was = known.pop()
            left += was_row.size - row.size
            here = np.searchsorted(was_row, row)
            changes = [
                (new != old[here]).reshape(row.size, -1).any(axis=1) for new, old in zip(numbers, was, strict=True)
            ]
            np.testing.assert_array_equal(values.version - before, np.any(changes, axis=0))
            risen += int(np.any(changes, axis=0).sum())
        known.append((row, numbers))

    block.revalue = look
    run(block)
    assert risen > 1000
    assert left > 20


@pytest.mark.compiled
def test_a_copy_of_a_part_stays_as_it_is() -> None:
    block = Block(compiled(load(WORLD).file), 1, 0, 20)
    values, rows = block.party_values, np.array([2, 3, 5])
    part = values.worth.part(rows)
    tables = part.table, part.gaps, *part.additions
    before = [table.copy() for table in tables]
    np.testing.assert_array_equal(part.table, values.worth.table[rows])
    run(block)
    for table, known in zip(tables, before, strict=True):
        np.testing.assert_array_equal(table, known)
