"""The zone of possible agreement as a mixed-integer linear program, in the only trial of a position.

Options, who is asked, and combinations of guarantees are 0 or 1, so that the margins m_i of
`negosim.model.zopa.zone` are linear. Solved by HiGHS (Huangfu & Hall 2018) through scipy, which is imported only here:
it is slow to load.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.model.packages import Array, Columns, picked, unguaranteed
from negosim.model.zopa.problem import AgreementProblem, PartyPositions

MOST_GUARANTEES = 5000
"""Combinations of guarantees beyond which the program is not written down."""

TOLERANCE = 1e-6
"""How far a margin must lie from 0 for the solver's arithmetic to decide its sign."""

_FAR = 1e3
"""More than any margin."""


_SECONDS = 10.0
"""Time that a program may take before the exact answer is given up; those of shipped scenarios take a twentieth."""

_SOLVED, _IMPOSSIBLE = 0, 2
"""What scipy calls a program that is solved, and one that has no solution."""


class TooLargeError(ValueError):
    """There are too many combinations of guarantees to be exact, or the program takes too long."""


@dataclass(frozen=True)
class Line:
    """A red line that bears on an option of the agenda: its party, and the slot among the agenda's columns."""

    party: int
    slot: int


class Program:
    """The variables, in order: options, linkages, combinations of guarantees, holders asked, lifted lines, margin."""

    def __init__(self, ground: AgreementProblem, position: PartyPositions, lines: Sequence[Line]) -> None:
        if position.trials != 1:
            raise ValueError("an exact answer is for one trial")
        self.ground, self.position, self.lines = ground, position, lines
        agenda, stakes = ground.agenda, position.stakes
        self.slots = [agenda.slots(place) for place in range(len(agenda.issues))]
        self.holders = sorted({party for party, _ in ground.holders} - set(ground.signatories))
        self.linkages = [
            (slots, added[0]) for linkage, added in zip(stakes.worth.linkages, stakes.worth.additions, strict=True)
            if (slots := self._slots_of(linkage.issues, linkage.columns))
        ]  # fmt: skip
        self.guards = [place for place, issue in enumerate(agenda.issues) if issue in stakes.worth.guarding]
        if math.prod(self.slots[place].stop - self.slots[place].start for place in self.guards) > MOST_GUARANTEES:
            raise TooLargeError
        self.pledges = list(
            itertools.product(*(range(self.slots[place].start, self.slots[place].stop) for place in self.guards))
        )
        sizes = (agenda.columns.size, len(self.linkages), len(self.pledges), len(self.holders), len(lines))
        ends = list(itertools.accumulate(sizes))
        self.linked, self.pledged, self.asked, self.lifted, self.margin = ends
        self.count = self.margin + 1
        self.rows: list[Array] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self._choices()
        self._combinations()
        self._consent()
        self._red_lines()
        self._margins()

    def _slots_of(self, issues: Sequence[int], columns: Sequence[int]) -> tuple[int, ...]:
        """Return where the options of a combination stand on the agenda; none if it cannot come about there."""
        agenda, standing = self.ground.agenda, self.position.status_quo[0]
        slots = []
        for issue, column in zip(issues, columns, strict=True):
            if issue in agenda.issues:
                slots.append(int(np.searchsorted(agenda.columns, column)))
            elif standing[issue] != column:
                return ()
        return tuple(slots)

    def _row(self, low: float, high: float, terms: dict[int, float]) -> None:
        row = np.zeros(self.count)
        for index, factor in terms.items():
            row[index] += factor
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _standing(self, place: int) -> int:
        agenda = self.ground.agenda
        return int(np.searchsorted(agenda.columns, self.position.status_quo[0, agenda.issues[place]]))

    def _choices(self) -> None:
        """Let every issue have one option, none that is excluded, what is not open stay, and something move."""
        for place, slots in enumerate(self.slots):
            self._row(1.0, 1.0, dict.fromkeys(range(slots.start, slots.stop), 1.0))
            if not self.position.free[0, place]:
                self._row(1.0, 1.0, {self._standing(place): 1.0})
                continue
            for slot in range(slots.start, slots.stop):
                if self.ground.agenda.columns[slot] in self.ground.excluded:
                    self._row(0.0, 0.0, {slot: 1.0})
        if self.position.must_move[0]:
            stays = [self._standing(place) for place in range(len(self.slots))]
            self._row(0.0, len(self.slots) - 1.0, dict.fromkeys(stays, 1.0))

    def _combinations(self) -> None:
        """Let linkages hold where all their options do, guarantees as the options say, and nothing forbidden."""
        for index, (slots, _) in enumerate(self.linkages):
            for slot in slots:
                self._row(-1.0, 0.0, {self.linked + index: 1.0, slot: -1.0})
            together = {self.linked + index: 1.0, **dict.fromkeys(slots, -1.0)}
            self._row(1.0 - len(slots), math.inf, together)
        if self.pledges:
            self._row(1.0, 1.0, dict.fromkeys(range(self.pledged, self.pledged + len(self.pledges)), 1.0))
        for place in self.guards:
            for slot in range(self.slots[place].start, self.slots[place].stop):
                with_it = {self.pledged + at: 1.0 for at, pledge in enumerate(self.pledges) if slot in pledge}
                self._row(0.0, 0.0, {**with_it, slot: -1.0})
        free = {issue for place, issue in enumerate(self.ground.agenda.issues) if self.position.free[0, place]}
        for item in self.ground.never:
            slots = self._slots_of(item.issues, item.columns)
            if slots and free & set(item.issues):
                self._row(0.0, len(slots) - 1.0, dict.fromkeys(slots, 1.0))

    def _consent(self) -> None:
        """Ask a holder where its chip moves."""
        agenda = self.ground.agenda
        for party, chip in self.ground.holders:
            if party in self.holders:
                stays = self._standing(agenda.issues.index(chip))
                self._row(1.0, math.inf, {self.asked + self.holders.index(party): 1.0, stays: 1.0})

    def _red_lines(self) -> None:
        """Keep options behind red lines out of texts, unless their party is not asked or the line is lifted."""
        agenda, crossed = self.ground.agenda, self.position.crossed[0]
        listed = [(line.slot, line.party, {self.lifted + index: -1.0}) for index, line in enumerate(self.lines)]
        live = [(int(slot), int(party), dict[int, float]()) for slot, party in np.argwhere(crossed)]
        for slot, party, lifting in [*listed, *live]:
            if not self.position.free[0, agenda.place_of[slot]]:
                continue
            if party in self.ground.signatories:
                self._row(-math.inf, 0.0, {slot: 1.0, **lifting})
            elif party in self.holders:
                self._row(-math.inf, 1.0, {slot: 1.0, self.asked + self.holders.index(party): 1.0, **lifting})

    def _margins(self) -> None:
        """Give everybody who is asked a margin of at least that of the program."""
        signatories = [self.margin_of(party) for party in self.ground.signatories]
        for terms, needed in signatories:
            self._row(needed, math.inf, {**terms, self.margin: -1.0})
        ceiling = max(min((self._reach(terms)[1] - needed for terms, needed in signatories), default=0.0), 0.0)
        for place, party in enumerate(self.holders):
            terms, needed = self.margin_of(party)
            spared = max(needed - self._reach(terms)[0] + ceiling, 0.0)  # as much as a holder not asked may lose
            self._row(needed - spared, math.inf, {**terms, self.margin: -1.0, self.asked + place: -spared})

    def _reach(self, terms: dict[int, float]) -> tuple[float, float]:
        """Return what a margin may come to at least and at most, before what is needed is taken off."""
        parts = [[terms[slot] for slot in range(slots.start, slots.stop)] for slots in self.slots]
        linked = [terms[self.linked + index] for index in range(len(self.linkages))]
        pledged = [terms[self.pledged + index] for index in range(len(self.pledges))] or [0.0]
        low = sum(map(min, parts)) + sum(min(added, 0.0) for added in linked) + min(pledged)
        return low, sum(map(max, parts)) + sum(max(added, 0.0) for added in linked) + max(pledged)

    def margin_of(self, party: int) -> tuple[dict[int, float], float]:
        """Return what each variable adds to the margin of a party, and what has to be reached."""
        stakes, agenda, position = self.position.stakes, self.ground.agenda, self.position
        elsewhere = [issue for issue in stakes.worth.guarding if issue not in agenda.issues]
        beyond = float(unguaranteed(stakes.worth.gaps, position.status_quo, elsewhere)[0])
        counts = 1.0 if stakes.phi is None else float(stakes.phi[0, party])
        shift = float(stakes.distrust[0, party] * stakes.hazard[0] / stakes.time_preference[0, party])
        shift *= float(position.no_deal[0, party] - stakes.fallback[0, party])
        effect = float(stakes.effect[0])
        table = stakes.worth.table[0, :, party]
        terms = {slot: counts * float(table[column]) for slot, column in enumerate(agenda.columns)}
        for index, (_, added) in enumerate(self.linkages):
            terms[self.linked + index] = counts * float(added[party])
        for index, pledge in enumerate(self.pledges):
            gaps = float(np.prod(stakes.worth.gaps[0, agenda.columns[list(pledge)]])) * beyond
            terms[self.pledged + index] = -effect * shift * gaps
        needed = float(position.no_deal[0, party] + stakes.going_on[0, party]) + (1.0 - effect) * shift
        return terms, needed - counts * self._off_agenda(party)

    def _off_agenda(self, party: int) -> float:
        """Return what the issues off the agenda, and linkages wholly among them, are worth to a party."""
        stakes, standing, agenda = self.position.stakes, self.position.status_quo, self.ground.agenda
        issues = [issue for issue in range(standing.shape[1]) if issue not in agenda.issues]
        worth = sum(float(picked(stakes.worth.table, standing[:, issue])[0, party]) for issue in issues)
        for linkage, added in zip(stakes.worth.linkages, stakes.worth.additions, strict=True):
            if not set(linkage.issues) & set(agenda.issues):
                worth += float(added[0, party]) * bool(linkage.holds(standing)[0])
        return worth

    def largest_margin(self, within: int | None = None, of: Columns | None = None) -> Array | None:
        """Solve for the largest margin; None if there is no text at all.

        Parameters
        ----------
        within, of : let the text differ from another, (issues,), in so many issues at most, if given.
        """
        cost = np.zeros(self.count)
        cost[self.margin] = -1.0
        near = [] if within is None or of is None else [(self._kept(of), len(self.slots) - within, math.inf)]
        return self._solved(cost, (-_FAR, _FAR), near)

    def fewest_crossings(self, without: Sequence[tuple[int, ...]]) -> Array | None:
        """Solve for the fewest lifted lines with no margin below 0; None if impossible.

        Parameters
        ----------
        without : sets of lines of which at least one must stay, in each.
        """
        cost = np.zeros(self.count)
        cost[self.lifted : self.margin] = 1.0
        kept = [([self.lifted + index for index in lines], -math.inf, len(lines) - 1.0) for lines in without]
        return self._solved(cost, (0.0, 0.0), kept)

    def best_for(self, parties: Sequence[int], within: int, of: Columns) -> Array | None:
        """Solve for the largest sum of the margins of some parties with nobody's below 0; None if impossible.

        Parameters
        ----------
        within, of : the text may differ from another, (issues,), in so many issues at most.
        """
        near = [(self._kept(of), len(self.slots) - within, math.inf)]
        return self._solved(self._sum_of(parties), (TOLERANCE, TOLERANCE), near)

    def fewest_changes(self, text: Columns) -> Array | None:
        """Solve for the fewest issues in which a text differs from another, (issues,), with no margin below 0."""
        cost = np.zeros(self.count)
        cost[self._kept(text)] = -1.0
        return self._solved(cost, (TOLERANCE, TOLERANCE), [])

    def largest_sum(self) -> Array | None:
        """Solve for the largest sum of the margins of the signatories with none below 0; None if impossible."""
        return self._solved(self._sum_of(self.ground.signatories), (0.0, 0.0), [])

    def _sum_of(self, parties: Sequence[int]) -> Array:
        """Return the cost of which the least is the largest sum of the margins of some parties."""
        cost = np.zeros(self.count)
        for party in parties:
            for index, factor in self.margin_of(party)[0].items():
                cost[index] -= factor
        return cost

    def _kept(self, text: Columns) -> list[int]:
        """Return the variables of the options that a text has."""
        agenda = self.ground.agenda
        return [int(np.searchsorted(agenda.columns, text[issue])) for issue in agenda.issues]

    def _solved(
        self, cost: Array, margin: tuple[float, float], further: Sequence[tuple[list[int], float, float]]
    ) -> Array | None:
        """Solve for the least cost; None if impossible.

        Parameters
        ----------
        margin : the least and the largest margin.
        further : sums of variables, each with its least and largest value.
        """
        low, high = np.zeros(self.count), np.ones(self.count)
        low[self.margin], high[self.margin] = margin
        rows, lows, highs = list(self.rows), list(self.low), list(self.high)
        for variables, least, most in further:
            row = np.zeros(self.count)
            row[variables] = 1.0
            rows.append(row)
            lows.append(least)
            highs.append(most)
        return minimised(cost, self.whole(), (low, high), (rows, lows, highs))

    def whole(self) -> NDArray[np.intp]:
        """Return which variables are whole numbers."""
        whole = np.ones(self.count, dtype=np.intp)
        whole[self.linked : self.asked] = 0
        whole[self.margin] = 0
        return whole

    def text(self, solved: Array) -> Columns:
        """Return the text of a solution, (issues,)."""
        agenda = self.ground.agenda
        text: Columns = self.position.status_quo[0].copy()
        for place, slots in enumerate(self.slots):
            text[agenda.issues[place]] = agenda.columns[slots.start + int(solved[slots].argmax())]
        return text


def minimised(
    cost: Array,
    whole: NDArray[np.intp],
    bounds: tuple[Array, Array],
    limits: tuple[Sequence[Array], Sequence[float], Sequence[float]],
) -> Array | None:
    """Return the variables that cost least within their bounds and limits; None where nothing is within them.

    Parameters
    ----------
    cost : of each variable.
    whole : 1 for each that is a whole number.
    bounds : the least and the most of each.
    limits : rows of factors, and the least and the most that each may come to.

    Raises
    ------
    TooLargeError
        Where it takes too long.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, low, high = limits
    result = milp(
        cost,
        integrality=whole,
        bounds=Bounds(*bounds),
        constraints=LinearConstraint(np.array(rows), np.array(low), np.array(high)),
        options={"mip_rel_gap": 0.0, "time_limit": _SECONDS},
    )
    if result.status not in (_SOLVED, _IMPOSSIBLE):
        raise TooLargeError
    return None if result.x is None else np.asarray(result.x)
