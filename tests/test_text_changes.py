"""Changes of texts: what a change is said to bring is what it brings, and only those are made that may be made."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negosim.model.packages import Combination
from negosim.model.stakes import Worth
from negosim.model.talks.text_changes import (
    Agenda,
    Room,
    barred,
    best_change,
    gaps_after,
    redrafted,
    untenable,
    utilities_after,
)


@given(st.lists(st.integers(2, 4), min_size=2, max_size=5), st.integers(0, 10**6), st.booleans(), st.booleans())
def test_a_change_brings_what_it_is_said_to_bring(shape: list[int], seed: int, shared: bool, partly: bool) -> None:
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
    room = Room(
        agenda,
        blocked=luck.random((trials, held.size)) < 0.1,
        free=luck.random((trials, len(on_agenda))) < 0.9,
        never=never,
        luck=1e-9 * luck.random((trials, held.size)),
    )
    text = np.stack([luck.choice(slots[issue], size=trials) for issue in range(issues)], axis=1)
    utility, gap = utilities_after(text, agenda, worth, None), gaps_after(text, agenda, worth, None)
    closed, stuck = barred(text, room), untenable(text, room)
    for slot in range(held.size):
        changed = redrafted(text, np.full(trials, slot), agenda)
        np.testing.assert_allclose(utility[:, slot], worth.utility(changed), atol=1e-12)
        np.testing.assert_allclose(gap[:, slot], worth.unguaranteed(changed))
        place = place_of[slot]
        completes = never[0].holds(changed) & (on_agenda[place] in never[0].issues)
        may = room.free[:, place] & ~room.blocked[:, slot] & (changed != text).any(axis=1) & ~completes
        np.testing.assert_array_equal(closed[:, slot], ~may)
    # The best change is one that may be made, and where the text cannot stay one of those that mend it.
    slot, worthwhile = best_change(text, room, np.ones(closed.shape))
    mends = ~closed & stuck[:, place_of]
    assert not closed[worthwhile, slot[worthwhile]].any()
    must = mends.any(axis=1)
    assert worthwhile[must].all()
    assert mends[must, slot[must]].all()
