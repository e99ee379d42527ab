"""The zone of possible agreement, exactly: one position, as a mixed-integer linear program.

Options, who is asked, and combinations of guarantees are 0 or 1, so that the margins m_i of
`negosim.model.zopa.zone` are linear. Solved
by HiGHS (Huangfu & Hall 2018) through scipy, which is imported only here: it is slow to load.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.model.packages import Array, Columns, picked, unguaranteed
from negosim.model.zopa.zone import AgreementProblem, PartyPositions

MOST_GUARANTEES = 5000
"""Combinations of guarantees beyond which the program is not written down."""

_TOLERANCE = 1e-6
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
class Best:
    """The text whose least satisfied consenter gains most.

    Attributes
    ----------
    text : (issues,) columns; None where red lines, fixed issues and `never` leave no text at all.
    margin : the least m_i(x) among those who must consent; None without a text.
    """

    text: Columns | None
    margin: float | None

    @property
    def is_zone(self) -> bool | None:
        """Whether there is a zone; None where the margin is too near 0 to tell."""
        if self.margin is None:
            return False
        return None if abs(self.margin) < _TOLERANCE else self.margin > 0


@dataclass(frozen=True)
class Line:
    """A red line that bears on an option of the agenda: its party, and the slot among the agenda's columns."""

    party: int
    slot: int


def best_text(ground: AgreementProblem, position: PartyPositions) -> Best:
    """Return the text whose least satisfied consenter gains most, in the only trial of a position.

    Raises
    ------
    TooLargeError
        Where there are too many combinations of guarantees, or too much of everything.
    """
    program = Program(ground, position, ())
    solved = program.solve(sought="largest margin")
    if solved is None:
        return Best(None, None)
    return Best(program.text(solved), float(solved[program.margin]))


def smallest_openings(
    ground: AgreementProblem, position: PartyPositions, lines: Sequence[Line], most: int, least: int = 1
) -> list[tuple[int, ...]]:
    """Return the smallest sets of red lines without which there is a zone, none within another.

    Parameters
    ----------
    position : one trial, red lines left out of account.
    lines : the live red lines; the sets returned hold their places in this list.
    most : sets to return.
    least : sets up to this size are looked for even where a smaller one has been found.

    Returns
    -------
    Sets in the order of their size; none where there is no zone without red lines either; one empty set where there
    is a zone as it is.
    """
    program = Program(ground, position, lines)
    found: list[tuple[int, ...]] = []
    while len(found) < most:
        solved = program.solve(sought="fewest crossings", without=found)
        if solved is None:
            break
        crossed = tuple(index for index in range(len(lines)) if solved[program.lifted + index] > 0.5)
        if found and len(crossed) > max(len(found[0]), least):
            break
        found.append(crossed)
        if not crossed:
            break
    return found


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

    def solve(self, sought: str, without: Sequence[tuple[int, ...]] = ()) -> Array | None:
        """Solve for the largest margin, or for the fewest lifted lines with no margin below 0; None if impossible.

        Parameters
        ----------
        without : sets of lines of which at least one must stay, in each.
        """
        cost = np.zeros(self.count)
        low, high, whole = np.zeros(self.count), np.ones(self.count), self.whole()
        if sought == "largest margin":
            cost[self.margin] = -1.0
            low[self.margin], high[self.margin] = -_FAR, _FAR
        else:
            cost[self.lifted : self.margin] = 1.0
            low[self.margin], high[self.margin] = 0.0, 0.0
        rows, highs = [], []
        for lines in without:
            row = np.zeros(self.count)
            row[[self.lifted + index for index in lines]] = 1.0
            rows.append(row)
            highs.append(len(lines) - 1.0)
        limits = [*self.rows, *rows], [*self.low, *(-math.inf for _ in rows)], [*self.high, *highs]
        return minimised(cost, whole, (low, high), limits)

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
