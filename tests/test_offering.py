"""Alternating offers: what a proposer offers, and what comes of taking turns."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.engine.record.history import NEVER
from negosim.model.packages import Combination
from negosim.model.stakes import Stakes, Worth
from negosim.model.talks.offering import offer
from negosim.model.talks.text_changes import TIE, Agenda, Room, forbidden
from tests.worlds import BORDER, changed, load, pie, play, share

SHAPES = st.lists(st.integers(2, 4), min_size=1, max_size=4)


class World:
    """A small random world of one trial, and every package in it."""

    def __init__(self, shape: list[int], seed: int, *, plain: bool) -> None:
        luck = np.random.default_rng(seed)
        self.shape, columns = shape, sum(shape)
        starts = np.concatenate([[0], np.cumsum(shape)[:-1]])
        issues = tuple(range(len(shape)))
        place_of = np.repeat(np.arange(len(shape)), shape)
        values = luck.random((1, columns, 3))
        # The parties' interests are opposed, but not of equal weight on every issue.
        values[:, :, 1] = 1 - values[:, :, 0]
        weight = luck.dirichlet(np.ones(len(shape)), size=3)
        table = values * weight.T[place_of][None]
        gaps = np.ones((1, columns))
        linkages: list[Combination] = []
        additions: list[np.ndarray] = []
        never: list[Combination] = []
        blocked = np.zeros((1, columns), dtype=bool)
        hazard = 0.0
        if not plain:
            gaps[0, starts[0] + 1] = 0.4
            hazard = 0.3
            if len(shape) > 1:
                linkages = [Combination((0, 1), (int(starts[0]), int(starts[1])))]
                additions = [luck.normal(0, 0.1, (1, 3))]
                never = [Combination((0, 1), (int(starts[0] + 1), int(starts[1] + 1)))]
            blocked[0, luck.integers(columns)] = True
        zeros = np.zeros((1, 3))
        self.stakes = Stakes(
            worth=Worth(table, gaps, (0,) if not plain else (), linkages, additions), rows=None,
            going_on=zeros, fallback=zeros - 0.1, distrust=zeros + 1, time_preference=zeros + 0.2,
            hazard=np.array([hazard]), effect=np.array([0.7]),
        )  # fmt: skip
        agenda = Agenda(issues, np.arange(columns), place_of)
        free = np.ones((1, len(shape)), dtype=bool)
        self.room = Room(agenda, blocked, free, never, TIE * luck.random((1, columns)))
        self.base = starts[None].copy()
        self.weights = np.array([[1.0, 1.0, 0.5]])
        every = [range(start, start + count) for start, count in zip(starts, shape, strict=True)]
        self.packages = np.array(list(itertools.product(*every)))
        allowed = ~blocked[0][self.packages].any(axis=1)
        allowed &= ~forbidden(self.packages, np.ones_like(self.packages, dtype=bool), never)
        self.packages = self.packages[allowed]

    def values(self, packages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what packages are worth to the proposer, and to the others together."""
        many = self.stakes.agreement(packages, self.stakes.utility(packages))
        return many[:, 0], many[:, 1] + 0.5 * many[:, 2]

    def offered(self, wish: float) -> np.ndarray:
        return offer(self.base, self.room, self.stakes, 0, np.array([wish]), self.weights)


@given(SHAPES, st.integers(0, 10**6), st.floats(0, 1))
def test_additive_offers_are_best_for_the_others_but_for_one_change(shape: list[int], seed: int, tough: float) -> None:
    world = World(shape, seed, plain=True)
    own, theirs = world.values(world.packages)
    wish = own.min() + tough * (own.max() - own.min())
    mine, given_away = (float(value[0]) for value in world.values(world.offered(wish)))
    assert mine >= wish - 1e-9
    best = theirs[own >= wish - 1e-12].max()
    # The optimum of the relaxed problem lies at most one change above what packing the issues gives.
    largest = max(
        theirs[i] - theirs[j]
        for i, j in itertools.product(range(len(own)), repeat=2)
        if (world.packages[i] != world.packages[j]).sum() <= 1
    )
    assert best - largest - 1e-7 <= given_away <= best + 1e-9


@given(SHAPES, st.integers(0, 10**6), st.floats(0, 1))
def test_offers_keep_to_the_room_there_is(shape: list[int], seed: int, tough: float) -> None:
    world = World(shape, seed, plain=False)
    if not len(world.packages):
        return
    own, theirs = world.values(world.packages)
    wish = own.min() + tough * (own.max() - own.min())
    text = world.offered(wish)
    if not (world.packages == text).all(axis=1).any():
        # Red lines can leave an issue without an option: it stays as it is.
        assert any(world.room.blocked[0, world.room.agenda.slots(place)].all() for place in range(len(shape))) or (
            world.room.never and forbidden(text, np.ones_like(text, dtype=bool), world.room.never).any()
        )
        return
    mine, given_away = (float(value[0]) for value in world.values(text))
    near = (world.packages != text).sum(axis=1) == 1
    if mine < wish - 1e-9:
        # It has found nothing that is worth its aspiration to it: then no single change betters it for itself.
        assert own[near].max(initial=-1) <= mine + 1e-8
    else:
        # No single change that leaves it its aspiration gives the others more.
        assert theirs[near & (own >= wish)].max(initial=-1) <= given_away + 1e-8


def test_two_who_concede_alike_meet_where_each_keeps_the_same_share_of_its_best() -> None:
    """The proposer keeps its aspiration; the two meet at the Kalai-Smorodinsky solution.

    No-deal values 0.1 and 0.3: 0.1 + 0.9τ = 1 - (0.3 + 0.7τ) at τ = 0.375, where a gets 0.4375. Patience of 365.25 days
    is spent to 1 - 0.375 after 228.3 days: the round on day 238.
    """
    plan, history = play(pie(protocol="alternating_offers"), 200)
    track = history.tracks[0]
    assert {plan.ticks.date(int(tick)).isoformat() for tick in np.unique(track.signed)} == {"2025-08-27"}
    # On day 238 a asks for 0.1 + 0.9·0.3484 = 0.4136 and b for 0.3 + 0.7·0.3484 = 0.5439; who proposes keeps the rest.
    options, counts = np.unique(track.terms[:, 0], return_counts=True)
    assert [plan.options[0][option] for option in options] == ["o042", "o045"]
    assert counts.min() > 70


def test_no_zone_no_deal() -> None:
    plan, history = play(pie((0.6, 0.6), protocol="alternating_offers"), 100)
    assert share(history, "agreement") == 0
    assert history.tracks[0].failed.min() > 70
    assert plan.tracks[0].protocol == "alternating_offers"


def test_signatories_take_turns() -> None:
    """Whoever does not propose refuses; in an impasse that is each of them every other round."""
    _, history = play(pie((0.6, 0.6), protocol="alternating_offers"), 100)
    track = history.tracks[0]
    np.testing.assert_allclose(track.refused[:, 0] / track.failed, 0.5, atol=0.02)
    np.testing.assert_allclose(track.refused.sum(axis=1), track.failed)


OFFERS = changed(BORDER, {f"talks.{track}.protocol": "alternating_offers" for track in BORDER["talks"]})


def test_no_offer_crosses_a_red_line_that_never_moves() -> None:
    firm = changed(OFFERS, {"issues.border.views.south.red_lines": {"far": "never", "line": "never"}})
    plan, history = play(firm, 800)
    border = plan.issues.index("border")
    terms = np.concatenate(
        [kept.terms for kept, track in zip(history.tracks, plan.tracks, strict=True) if border in track.agenda.issues]
    )
    signed = set(terms[terms[:, 0] >= 0, border].tolist())
    assert signed == {plan.slots[border].start + plan.options[border].index("old")}


def test_a_proposer_hemmed_in_by_red_lines_refuses_its_own_offer() -> None:
    """South may not have the old border or the present one; it asks for more in every round, and the record says so."""
    hemmed = changed(
        OFFERS,
        {
            "talks": {"peace": {**OFFERS["talks"]["peace"], "ripeness": "off"}},
            "issues.border.views.north.red_lines": {"old": "never", "line": "never"},
            "parties.south.judgement_noise": 0,
            "parties.south.patience": "20 years",
        },
    )
    plan, history = play(hemmed, 300)
    kept = history.tracks[0]
    assert (kept.signed == NEVER).all()
    assert (kept.refused[:, plan.parties.index("south")] == kept.failed).all()


def test_three_signatories_take_turns() -> None:
    three = changed(OFFERS, {"talks.peace.signatories": ["north", "south", "union"]})
    plan, history = play(three, 500)
    peace = history.tracks[[track.id for track in plan.tracks].index("peace")]
    assert (peace.signed != NEVER).mean() > 0.1


def test_blocks_and_declaration_order_change_nothing() -> None:
    _, whole = play(OFFERS, 300)
    _, parts = play({key: OFFERS[key] for key in reversed(list(OFFERS))}, 300, block=77)
    for mine, theirs in zip(whole.tracks, parts.tracks, strict=True):
        np.testing.assert_array_equal(mine.terms, theirs.terms)
        np.testing.assert_array_equal(mine.refused, theirs.refused)


@pytest.mark.parametrize(
    ("protocol", "key", "value"),
    [
        ("alternating_offers", "revisions", 2),
        ("alternating_offers", "first_draft", {"pie": "o040"}),
        ("alternating_offers", "mediator_error", 0.1),
        ("ultimatum", "revisions", 2),
    ],
)
def test_keys_without_effect_are_noted(protocol: str, key: str, value: object) -> None:
    assert load(pie(protocol=protocol)).notes == ()
    (note,) = load(pie(protocol=protocol, **{key: value})).notes
    assert f"talks.table.{key} has no effect with protocol {protocol}" in note
