"""Changes of texts: what a change is said to bring is what it brings, and only those are made that may be made."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from negosim.model.consent import RedLine, asked
from negosim.model.packages import Combination
from negosim.model.stakes import Worth
from negosim.model.talks.offences import DraftingRoom, changes, least_offensive_change, offences
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


class Table:
    """A small random table of one history, with red lines, holders of chips, exclusions and forbidden combinations."""

    def __init__(self, shape: list[int], seed: int) -> None:
        luck = np.random.default_rng(seed)
        starts = np.concatenate([[0], np.cumsum(shape)[:-1]]).tolist()
        self.slots = [range(start, start + count) for start, count in zip(starts, shape, strict=True)]
        issues, columns = len(shape), sum(shape)

        def option(issue: int) -> int:
            return int(luck.choice(self.slots[issue]))

        chosen = [sorted(luck.choice(issues, size=2, replace=False).tolist()) for _ in range(2)]
        lines = [
            RedLine(int(luck.integers(3)), issue, option(issue)) for issue in luck.integers(issues, size=4).tolist()
        ]
        self.status_quo = np.array([[option(issue) for issue in range(issues)]])
        self.text = np.array([[option(issue) for issue in range(issues)]])
        self.room = DraftingRoom(
            agenda=Agenda(tuple(range(issues)), np.arange(columns), np.repeat(np.arange(issues), shape)),
            blocked=np.zeros((1, columns), dtype=bool),
            free=luck.random((1, issues)) < 0.8,
            never=[Combination(tuple(pair), tuple(option(issue) for issue in pair)) for pair in chosen],
            luck=np.zeros((1, columns)),
            status_quo=self.status_quo,
            parties=3,
            signatories=(0, 1),
            holders=((2, issues - 1),),
            lines=lines,
            live=luck.random((1, len(lines))) < 0.8,
            excluded=np.array([option(0)]) if luck.random() < 0.5 else np.zeros(0, dtype=np.intp),
        )

    def offends(self, text: np.ndarray, issue: int) -> bool:
        """Whether the option of an open issue is excluded, or behind a live red line of somebody the text asks."""
        room, option = self.room, text[0, issue]
        consent = asked(text, self.status_quo, room.signatories, room.holders, 3)[0]
        live = room.live[0] & room.free[0, [line.issue for line in room.lines]]
        crossed = [
            stands and consent[line.party] and line.column == option
            for line, stands in zip(room.lines, live, strict=True)
        ]
        return bool(room.free[0, issue]) and (option in room.excluded or any(crossed))

    def count(self, text: np.ndarray) -> int:
        """The offences of a text, as the model words them."""
        issues = range(text.shape[1])
        rules = [rule for rule in self.room.never if rule.holds(text)[0] and self.room.free[0, list(rule.issues)].any()]
        return sum(self.offends(text, issue) for issue in issues) + len(rules)

    def may_be_made(self, issue: int, option: int) -> bool:
        text = self.text.copy()
        text[0, issue] = option
        completes = any(rule.holds(text)[0] and option in rule.columns for rule in self.room.never)
        adds = self.count(text) > self.count(self.text)
        open_to_change = self.room.free[0, issue] and option != self.text[0, issue]
        return bool(open_to_change and not completes and not adds and not self.offends(text, issue))


@given(st.lists(st.integers(2, 4), min_size=2, max_size=4), st.integers(0, 10**6))
def test_a_mediator_makes_the_changes_that_leave_the_fewest_offences(shape: list[int], seed: int) -> None:
    table = Table(shape, seed)
    found, text = changes(table.text, table.room), table.text
    assert offences(text, table.room).tolist() == [table.count(text)] == found.present.tolist()
    for issue, slot in [(issue, slot) for issue, slots in enumerate(table.slots) for slot in slots]:
        changed = redrafted(text, np.array([slot]), table.room.agenda)
        assert found.offences[0, slot] == table.count(changed)
        assert found.allowed[0, slot] == table.may_be_made(issue, slot)
    gains = np.random.default_rng(seed).normal(size=found.allowed.shape)
    (slot,), (worthwhile,) = least_offensive_change(text, table.room, gains)
    allowed = np.nonzero(found.allowed[0])[0]
    fewest = min(found.offences[0, allowed], default=found.present[0])
    if fewest < found.present[0]:
        assert worthwhile
        allowed = allowed[found.offences[0, allowed] == fewest]
    if worthwhile:
        assert slot == max(allowed, key=lambda place: gains[0, place])
    else:
        assert not allowed.size or gains[0, allowed].max() <= 2e-9
