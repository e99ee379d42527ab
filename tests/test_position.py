"""Positions: what changes of a text bring is the same whether worked out at once or brought up to date."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negosim.model.packages import Combination
from negosim.model.stakes import Worth
from negosim.model.talks.text_changes import Agenda, TextChanges


@given(st.lists(st.integers(2, 4), min_size=2, max_size=5), st.integers(0, 10**6), st.booleans(), st.booleans())
def test_moving_is_working_out_anew(shape: list[int], seed: int, shared: bool, partly: bool) -> None:
    luck = np.random.default_rng(seed)
    trials, columns, issues = 12, sum(shape), len(shape)
    starts = np.concatenate([[0], np.cumsum(shape)[:-1]])
    slots = [range(start, start + count) for start, count in zip(starts, shape, strict=True)]

    def combination() -> Combination:
        chosen = sorted(luck.choice(issues, size=min(issues, int(luck.integers(2, 4))), replace=False).tolist())
        return Combination(tuple(chosen), tuple(int(luck.choice(slots[issue])) for issue in chosen))

    worth = Worth(
        table=luck.random((1 if shared else trials, columns, 3)),
        gaps=luck.random((1 if shared else trials, columns)),
        guarding=(0, issues - 1),
        linkages=[combination() for _ in range(3)],
        additions=[luck.normal(size=(1, 3)), luck.normal(size=(trials, 3)), luck.normal(size=(1, 3))],
    )
    on_agenda = tuple(range(1, issues)) if partly and issues > 2 else tuple(range(issues))
    held = np.concatenate([np.array(slots[issue]) for issue in on_agenda])
    place_of = np.repeat(np.arange(len(on_agenda)), [shape[issue] for issue in on_agenda])
    agenda = Agenda(on_agenda, held, place_of)
    never = [combination()]
    blocked = luck.random((trials, held.size)) < 0.1
    free = luck.random((trials, len(on_agenda))) < 0.9
    base = np.stack([luck.choice(slots[issue], size=trials) for issue in range(issues)], axis=1)
    rows = np.arange(trials)
    ties = 1e-9 * luck.random((trials, held.size))
    moving = TextChanges(agenda, worth, never, base, ties)
    moving.work_out(rows, base, worth, rows, blocked, free)
    for _ in range(4):
        barred = np.isinf(moving.handicap)
        some = np.nonzero((~barred).any(axis=1) & (luck.random(trials) < 0.8))[0]
        slot = np.where(barred[some], -1.0, luck.random((some.size, held.size))).argmax(axis=1)
        moving.move(some, slot, worth, some, blocked[some], free[some])
        anew = TextChanges(agenda, worth, never, base, ties)
        anew.work_out(rows, moving.text, worth, rows, blocked, free)
        np.testing.assert_allclose(moving.utility, anew.utility, atol=1e-12)
        np.testing.assert_allclose(moving.gap, anew.gap)
        np.testing.assert_allclose(np.stack(moving.shift), np.stack(anew.shift), atol=1e-12)
        np.testing.assert_allclose(moving._gap_after, anew._gap_after)
        np.testing.assert_array_equal(moving.handicap, anew.handicap)
        np.testing.assert_array_equal(moving.must, anew.must)
        # And what a change is said to bring is what it brings.
        for place in range(held.size):
            changed = moving.text.copy()
            changed[:, agenda.issue_of[place]] = held[place]
            brought = worth.utility(changed) - moving.utility
            np.testing.assert_allclose(
                np.stack([shift[:, place] for shift in moving.shift], axis=1), brought, atol=1e-12
            )
