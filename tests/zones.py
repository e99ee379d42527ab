"""Small random worlds of one track, for the tests of zones of possible agreement."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from negosim.model.consent import asked
from negosim.model.packages import Array, Columns, Combination
from negosim.model.stakes import Stakes, Worth
from negosim.model.talks.text_changes import Agenda, forbidden
from negosim.model.zopa.zone import (
    AgreementProblem,
    PartyPositions,
)


@dataclass(frozen=True)
class World:
    ground: AgreementProblem
    position: PartyPositions
    slots: list[range]

    def packages(self) -> Columns:
        """Return every package that differs from the status quo on open issues of the agenda only."""
        places = list(self.ground.agenda.issues)
        standing = self.position.status_quo[0]
        open_issues = [issue for place, issue in enumerate(places) if self.position.free[0, place]]
        every = [
            self.slots[issue] if issue in open_issues else [int(standing[issue])] for issue in range(standing.size)
        ]
        return np.array(list(itertools.product(*every)), dtype=np.intp)

    def agreed(self, trial: int, lifted: tuple[tuple[int, int], ...] = (), ignored: bool = False) -> Columns:
        """Return all packages in the zone of one trial; `lifted` red lines, (party, column) pairs, do not count."""
        texts, margins = self.possible(trial, lifted, ignored)
        return texts[margins >= -1e-12]

    def possible(
        self, trial: int, lifted: tuple[tuple[int, int], ...] = (), ignored: bool = False
    ) -> tuple[Columns, Array]:
        """Return all packages that may be signed in one trial, and m_i(x) of whoever gains least of those asked."""
        position, ground = self.position.only(np.array([trial])), self.ground
        texts = self.packages()
        parties = position.no_deal.shape[1]
        quo = np.repeat(position.status_quo, len(texts), axis=0)
        consent = asked(texts, quo, ground.signatories, ground.holders, parties)
        gain = position.stakes.agreement(texts, position.stakes.utility(texts)) - position.no_deal
        breakdown = position.stakes.distrust * position.stakes.breakdown(texts)[:, None]
        margin = gain * (1.0 + breakdown / position.stakes.time_preference)
        fine = np.ones(len(texts), dtype=bool)
        for slot, party in np.argwhere(position.crossed[0]):
            column = ground.agenda.columns[slot]
            if ignored or (party, column) in lifted or not position.free[0, ground.agenda.place_of[slot]]:
                continue
            fine &= ~(consent[:, party] & (texts == column).any(axis=1))
        free = np.zeros(texts.shape, dtype=bool)
        free[:, ground.agenda.issues] = position.free
        fine &= ~forbidden(texts, free, ground.never)
        fine &= ~(np.isin(texts, ground.excluded) & free).any(axis=1)
        if position.must_move[0]:
            fine &= (texts != quo).any(axis=1)
        return texts[fine], np.where(consent, margin, np.inf).min(axis=1)[fine]


TRIALS = 4


@st.composite
def worlds(draw: st.DrawFn, stakes_of_linkages: float = 0.1) -> World:
    """A few issues with a few options, some off the agenda, some settled already, with all that hangs together."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parties = draw(st.integers(2, 4))
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=5))
    issues = len(sizes)
    ends = np.cumsum([0, *sizes])
    slots = [range(a, b) for a, b in itertools.pairwise(ends.tolist())]
    agenda_issues = tuple(sorted(draw(st.sets(st.integers(0, issues - 1), min_size=1))))
    columns = np.concatenate([np.array(slots[issue]) for issue in agenda_issues]).astype(np.intp)
    place_of = np.repeat(np.arange(len(agenda_issues)), [sizes[issue] for issue in agenda_issues]).astype(np.intp)
    agenda = Agenda(agenda_issues, columns, place_of)
    signatories = tuple(range(draw(st.integers(1, min(2, parties)))))
    chips = draw(st.sets(st.sampled_from(agenda_issues), max_size=2))
    holders = tuple(sorted((draw(st.integers(0, parties - 1)), chip) for chip in chips))

    def combination() -> Combination:
        named = sorted(rng.choice(issues, size=min(issues, int(rng.integers(1, 4))), replace=False).tolist())
        return Combination(tuple(named), tuple(int(rng.choice(slots[issue])) for issue in named))

    linkages = [combination() for _ in range(draw(st.integers(0, 3)))]
    never = [combination() for _ in range(draw(st.integers(0, 2)))]
    guarding = sorted(draw(st.sets(st.integers(0, issues - 1), max_size=2)))
    shared = draw(st.booleans())
    lead = 1 if shared else TRIALS
    gaps = np.ones((lead, int(ends[-1])))
    for issue in guarding:
        gaps[:, slots[issue]] = rng.uniform(0, 1, (lead, sizes[issue]))
    quo = np.array([rng.choice(slot) for slot in slots], dtype=np.intp)
    limited = draw(st.booleans())
    worth = Worth(
        table=rng.uniform(0, 1 / issues, (lead, int(ends[-1]), parties)),
        gaps=gaps,
        guarding=guarding,
        linkages=linkages,
        additions=[rng.normal(0, stakes_of_linkages, (lead, parties)) for _ in linkages],
    )
    stakes = Stakes(
        worth=worth,
        rows=None,
        going_on=rng.uniform(0, 0.1, (TRIALS, parties)),
        fallback=rng.uniform(0, 0.6, (TRIALS, parties)),
        distrust=rng.uniform(0, 2, (TRIALS, parties)),
        time_preference=rng.uniform(0.05, 0.3, (lead, parties)),
        hazard=rng.uniform(0, 0.5, lead),
        effect=rng.uniform(0, 1, lead),
    )
    no_deal = rng.uniform(0.1, draw(st.sampled_from([0.4, 0.7, 0.9])), (TRIALS, parties))
    status_quo = np.tile(quo, (TRIALS, 1))
    if limited:
        stakes = stakes.limited(no_deal, stakes.utility(status_quo), rng.uniform(0.2, 1, (TRIALS, parties)))
    position = PartyPositions(
        stakes=stakes,
        no_deal=no_deal,
        status_quo=status_quo,
        free=np.tile(rng.uniform(size=len(agenda_issues)) < 0.85, (TRIALS, 1)),
        crossed=rng.uniform(size=(TRIALS, columns.size, parties)) < draw(st.sampled_from([0.0, 0.15, 0.4])),
        must_move=np.full(TRIALS, limited or draw(st.booleans())),
    )
    excluded = tuple(columns[rng.uniform(size=columns.size) < draw(st.sampled_from([0.0, 0.0, 0.15]))].tolist())
    return World(AgreementProblem(agenda, signatories, holders, never, excluded), position, slots)


LINKED = st.sampled_from([0.1, 3.0]).flatmap(worlds)
"""Worlds in which linkages matter as values do, and such in which they are worth more than everything else."""


def by_hand(
    options: list[list[float]], no_deal: list[float], linkages: dict[int, list[float]] | None = None
) -> tuple[AgreementProblem, PartyPositions]:
    """One issue whose options are worth so much to two signatories and to the holder of a chip, which may move.

    Nothing breaks. The chip stays (worth 0) or moves (worth 0); linkages add to an option whether it stays or not.
    """
    added = linkages or {}
    columns, parties = len(options) + 2, 3
    table = np.zeros((1, columns, parties))
    table[0, : len(options)] = options
    worth = Worth(
        table=table,
        gaps=np.ones((1, columns)),
        guarding=(),
        linkages=[Combination((0,), (option,)) for option in added],
        additions=[np.array([amounts]) for amounts in added.values()],
    )
    zeros: Array = np.zeros((1, parties))
    places = np.array([0] * len(options) + [1, 1], dtype=np.intp)
    position = PartyPositions(
        stakes=Stakes(worth, None, zeros, zeros, zeros, zeros + 0.1, np.zeros(1), np.zeros(1)),
        no_deal=np.array([no_deal]),
        status_quo=np.array([[0, len(options)]], dtype=np.intp),
        free=np.ones((1, 2), dtype=bool),
        crossed=np.zeros((1, columns, parties), dtype=bool),
        must_move=np.zeros(1, dtype=bool),
    )
    return AgreementProblem(Agenda((0, 1), np.arange(columns), places), (0, 1), ((2, 1),), ()), position
