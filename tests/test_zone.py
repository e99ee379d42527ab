"""The zone of possible agreement: no proof is wrong, and who is asked in turn."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings

from negosim.model.packages import Columns, Flags
from negosim.model.zopa.zone import (
    NONE,
    SOME,
    UNDECIDED,
    AgreementProblem,
    FactorGraph,
    PartyPositions,
    Verdict,
    ZoneSearch,
    decided,
    zone,
)
from tests.zones import TRIALS, World, by_hand, worlds


@settings(max_examples=250, deadline=None, derandomize=True)
@given(worlds())
def test_no_proof_is_wrong(world: World) -> None:
    for position, ignored in ((world.position, False), (world.position.without_red_lines(), True)):
        verdict = zone(world.ground, position)
        for trial in range(TRIALS):
            there = world.agreed(trial, ignored=ignored)
            if verdict.known[trial] == SOME:
                assert (there == verdict.text[trial]).all(axis=1).any()
            if verdict.known[trial] == NONE:
                assert not len(there)


def no_proof_is_wrong(world: World) -> list[int]:
    verdict = zone(world.ground, world.position)
    for trial in range(TRIALS):
        there = world.agreed(trial)
        assert verdict.known[trial] != NONE or not len(there)
        assert verdict.known[trial] != SOME or (there == verdict.text[trial]).all(axis=1).any()
    return verdict.known.tolist()


@pytest.mark.parametrize(("name", "limit"), [("zopa.dual_bound._WIDEST", 1), ("zopa.dual_bound._WIDEST", 5),
                                             ("zopa.problem._MOST_CIRCLES", 1)])  # fmt: skip
def test_what_is_left_out_of_account_makes_no_proof_wrong(
    monkeypatch: pytest.MonkeyPatch, name: str, limit: int
) -> None:
    monkeypatch.setattr(f"negosim.model.{name}", limit)
    found: list[int] = []

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(worlds())
    def look(world: World) -> None:
        found.extend(no_proof_is_wrong(world))

    look()
    assert {NONE, SOME} <= set(found)


class Scripted(ZoneSearch):
    """A search that is told what it finds, and notes who was asked."""

    def __init__(self, ground: AgreementProblem, position: PartyPositions, answers: dict[tuple[int, ...], int]) -> None:
        super().__init__(FactorGraph(ground, position.stakes.worth), position)
        self.answers, self.asked = answers, list[tuple[str, tuple[int, ...], list[list[bool]]]]()

    def pursue(
        self,
        rows: Columns,
        closed: Flags,
        coalition: Sequence[int],
        effort: tuple[int, float],
        members: Flags | None = None,
    ) -> Verdict:
        found = Verdict.blank(self.position, rows)
        if rows.size:
            self.asked.append(("weights", tuple(coalition), closed.tolist()))
        if members is None:
            found.known[:] = self.answers.get(tuple(coalition), UNDECIDED)
        return found

    def redraft(self, rows: Columns, closed: Flags, coalition: Sequence[int], changes: int) -> Verdict:
        if rows.size:
            self.asked.append(("changes", tuple(coalition), closed.tolist()))
        return Verdict.blank(self.position, rows)


def test_who_is_asked_in_turn_and_whose_proof_counts() -> None:
    """First everybody, then the signatories alone, each set between them, and last by single changes.

    A zone that is empty with everybody may not be with fewer to ask; one that is empty with the signatories is empty.
    """
    ground, position = by_hand([[0.6, 0.6, 0.0], [0.2, 0.9, 0.0]], [0.5, 0.5, 0.5])
    everybody, signatories = (0, 1, 2), (0, 1)
    crossed = position.crossed.copy()
    crossed[0, 3, 2] = crossed[0, 1, 0] = True  # the chip's move for its holder, the second option for a signatory
    lined = PartyPositions(**{**vars(position), "crossed": crossed})
    for answers, expected in (({}, UNDECIDED), ({everybody: NONE}, UNDECIDED)):
        search = Scripted(ground, lined, answers)
        assert decided(search).known.tolist() == [expected]
        assert search.asked == [
            ("weights", everybody, [[False, True, False, True]]),
            ("weights", signatories, [[False, True, False, False]]),
            ("weights", everybody, [[False, True, False, True], [False, True, False, True]]),  # each set in turn
            ("changes", everybody, [[False, True, False, True]]),
            ("changes", signatories, [[False, True, False, True]]),  # without the holder the chip stays
        ]
    for answers, expected in (({everybody: SOME}, SOME), ({signatories: NONE}, NONE), ({signatories: SOME}, SOME)):
        assert decided(Scripted(ground, lined, answers)).known.tolist() == [expected]
    alone = AgreementProblem(ground.agenda, signatories, (), ())
    search = Scripted(alone, lined, {signatories: NONE})
    assert decided(search).known.tolist() == [NONE]
    assert [coalition for _, coalition, _ in search.asked] == [signatories]


def test_few_trials_stay_undecided() -> None:
    """Share of random positions of the kind above in which neither proof is found."""
    counts = {NONE: 0, SOME: 0, UNDECIDED: 0}

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(worlds())
    def collect(world: World) -> None:
        for known in zone(world.ground, world.position).known:
            counts[int(known)] += 1

    collect()
    print(counts)
    assert counts[UNDECIDED] < 0.03 * sum(counts.values())
    assert min(counts[NONE], counts[SOME]) > 0.1 * sum(counts.values())
