"""The exact zone of possible agreement against a look at every single package."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from negosim.engine.zopa import exact_zone
from negosim.model.packages import Array
from negosim.model.stakes import Stakes, Worth
from negosim.model.talks.text_changes import Agenda
from negosim.model.zopa.exact import Line, best_text, smallest_openings
from negosim.model.zopa.zone import (
    AgreementProblem,
    PartyPositions,
)
from tests.zones import LINKED, World, by_hand


@settings(max_examples=200, deadline=None, derandomize=True)
@given(LINKED)
def test_the_exact_answer_is_exact(world: World) -> None:
    """The text whose least satisfied consenter gains most is found by looking at every one."""
    for trial in range(2):
        best = best_text(world.ground, world.position.only(np.array([trial])))
        texts, margins = world.possible(trial)
        if not len(texts):
            assert (best.text, best.margin, best.is_zone) == (None, None, False)
            continue
        assert best.text is not None
        (found,) = margins[(texts == best.text).all(axis=1)]
        assert best.margin == pytest.approx(margins.max(), abs=1e-6)
        assert found == pytest.approx(margins.max(), abs=1e-6)
        assert best.is_zone == (None if abs(margins.max()) < 1e-6 else margins.max() > 0)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(LINKED)
def test_what_is_told_of_the_exact_answer(world: World) -> None:
    position = world.position.only(np.array([0]))
    answer, (texts, margins) = exact_zone(world.ground, position), world.possible(0)
    assert answer.is_zone == (len(texts) > 0 and bool(margins.max() >= 0))
    if not len(texts):
        assert (answer.text, answer.gains, answer.asked) == (None, None, None)
        return
    assert answer.text is not None and answer.gains is not None and answer.asked is not None
    stakes = position.stakes
    for party in range(answer.gains.size):
        r = float(stakes.time_preference[0, party])
        h = float(stakes.distrust[0, party] * stakes.breakdown(answer.text[None])[0])
        utility = float(stakes.utility(answer.text[None])[0, party])
        utility *= 1.0 if stakes.phi is None else float(stakes.phi[0, party])
        worth = r * (utility - float(stakes.going_on[0, party])) + h * float(stakes.fallback[0, party])
        assert answer.gains[party] == pytest.approx(worth / (r + h) - float(position.no_deal[0, party]))
        moved = [chip for holder, chip in world.ground.holders if holder == party
                 and answer.text[chip] != position.status_quo[0, chip]]  # fmt: skip
        assert answer.asked[party] == (party in world.ground.signatories or bool(moved))


def test_a_text_that_meets_every_no_deal_value_exactly_is_in_the_zone() -> None:
    """Where the solver cannot tell the sign of the margin, the text itself can; by hand, it gives everybody 0.5."""
    for shortfall, expected in ((0.0, True), (1e-8, None)):
        ground, position = by_hand([[0.5, 0.5, 0.0], [0.2, 0.9, 0.0]], no_deal=[0.5 + shortfall, 0.5, 0.0])
        assert exact_zone(ground, position).is_zone is expected


@pytest.mark.parametrize(
    ("linkages", "text", "margin"),
    [
        ({}, 1, 0.6),
        ({1: [0.0, 0.0, -5.0]}, 1, 0.6),  # the holder loses much, and is not asked
        ({0: [0.0, 0.0, 7.0], 1: [0.0, 0.0, -5.0]}, 1, 0.6),
        ({0: [2.0, 2.0, -1.0]}, 0, 2.0),  # the signatories gain much
        ({0: [4.0, 4.0, -3.0], 2: [5.0, 5.0, -9.0], 1: [0.0, 0.0, 6.0]}, 2, 5.5),
    ],
)
def test_a_holder_who_is_not_asked_may_lose_what_linkages_take(
    linkages: dict[int, list[float]], text: int, margin: float
) -> None:
    """Options worth 0, 0.6 and 0.5 to the signatories, and 1, 0 and 0 to the holder, who needs 1."""
    values = [[0.0, 0.0, 1.0], [0.6, 0.7, 0.0], [0.5, 0.5, 0.0]]
    best = best_text(*by_hand(values, [0.0, 0.0, 1.0], linkages))
    assert best.text is not None and best.margin == pytest.approx(margin)
    assert best.text.tolist() == [text, 3]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(LINKED)
def test_the_smallest_sets_of_red_lines_that_close_a_zone(world: World) -> None:
    columns = world.ground.agenda.columns
    position = world.position.only(np.array([0]))
    lines = [Line(int(party), int(slot)) for slot, party in np.argwhere(position.crossed[0])][:7]
    crossed = np.zeros_like(position.crossed)
    for line in lines:
        crossed[0, line.slot, line.party] = True
    stood = World(world.ground, PartyPositions(**{**vars(position), "crossed": crossed}), world.slots)
    expected: list[tuple[int, ...]] = []
    for size in range(len(lines) + 1):
        for chosen in itertools.combinations(range(len(lines)), size):
            if len(stood.agreed(0, tuple((lines[at].party, int(columns[lines[at].slot])) for at in chosen))):
                expected.append(chosen)
        if expected:
            break
    found = smallest_openings(world.ground, position.without_red_lines(), lines, most=200)
    assert sorted(found) == sorted(expected)


def test_a_position_of_one_trial_is_asked_for() -> None:
    agenda = Agenda((0,), np.arange(2), np.zeros(2, dtype=np.intp))
    zeros: Array = np.zeros((2, 1))
    worth = Worth(np.zeros((1, 2, 1)), np.ones((1, 2)), (), (), ())
    stakes = Stakes(worth, None, zeros, zeros, zeros, zeros + 0.1,
                    np.zeros(1), np.zeros(1))  # fmt: skip
    position = PartyPositions(
        stakes, zeros, np.zeros((2, 1), dtype=np.intp), np.ones((2, 1), dtype=bool), np.zeros((2, 2, 1), dtype=bool),
        np.zeros(2, dtype=bool),
    )  # fmt: skip
    with pytest.raises(ValueError, match="one trial"):
        best_text(AgreementProblem(agenda, (0,), (), ()), position)
