"""The Nash bargaining solution among whole texts: the one with the largest product of gains over no deal (Nash 1950).

The gains are those of the signatories, G_i(x) = A_i(x) - N_i; the holders of chips that a text moves must gain by it or
lose nothing, but do not count. With the margins m_i of `negosim.model.zopa.zone`, which are linear in the variables of
`negosim.model.zopa.program`,

    log G_i(x) = log m_i(x) + log( r_i / (r_i + h_i(x)) ),

where the last term depends on the guarantees of a text only, and is linear too. The logarithm of m_i is bounded from
above by its tangents, of which more are added at every solution until the bound is met (outer approximation; Duran &
Grossmann 1986): what is found is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from negosim.model.packages import Array, Columns, unguaranteed
from negosim.model.zopa.problem import AgreementProblem, PartyPositions
from negosim.model.zopa.program import Program, minimised

_FIRST_TANGENTS = (1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Margins at which tangents are laid to begin with: they are utilities, from 0 to about 1."""

_LEAST = 1e-6
"""A margin below which a party gains nothing."""

_CLOSE = 1e-7
"""How near the bound a text must come, in the sum of logarithms."""

_MOST_STEPS = 60
"""Times that tangents are added; the shipped scenarios take under ten."""


@dataclass(frozen=True)
class NashText:
    """The text with the largest product of gains.

    Attributes
    ----------
    text : (issues,) columns.
    gains : (parties,) A_i(x) - N_i.
    is_exact : whether no other text has a larger product; else none that was found has.
    """

    text: Columns
    gains: Array
    is_exact: bool


def nash_text(ground: AgreementProblem, position: PartyPositions) -> NashText | None:
    """Return the Nash bargaining solution in the only trial of a position; None where no text leaves all better off.

    Raises
    ------
    TooLargeError
        Where there are too many combinations of guarantees, or too much of everything.
    """
    search = _Search(ground, position)
    best: NashText | None = None
    highest = -math.inf
    for _ in range(_MOST_STEPS):
        solved = search.solved()
        if solved is None:
            return best and NashText(best.text, best.gains, True)
        text = search.program.text(solved)
        gains = search.gains(text)
        product = search.sum_of_logarithms(gains)
        if product > highest:
            best, highest = NashText(text, gains, False), product
        if best and search.value(solved) - highest <= _CLOSE:
            return NashText(best.text, best.gains, True)
        search.lay_tangents(solved)
    return best


class _Search:
    """The program of the zone, with a logarithm for every signatory and tangents that bound it."""

    def __init__(self, ground: AgreementProblem, position: PartyPositions) -> None:
        self.program = Program(ground, position, ())
        self.ground, self.position = ground, position
        self.signatories = list(ground.signatories)
        self.count = self.program.count + len(self.signatories)
        self.margins = [self.program.margin_of(party) for party in self.signatories]
        self.rows = [np.append(row, np.zeros(len(self.signatories))) for row in self.program.rows]
        self.low, self.high = list(self.program.low), list(self.program.high)
        self.cost = np.zeros(self.count)
        self.cost[self.program.count :] = -1.0
        for at in range(len(self.program.pledges)):
            self.cost[self.program.pledged + at] = -self._discount(at)
        for place in range(len(self.signatories)):
            self._bound_margin(place)
            for margin in _FIRST_TANGENTS:
                self._lay(place, margin)

    def _discount(self, pledge: int) -> float:
        """Return Σ_i log(r_i/(r_i + h_i)) over the signatories, of texts with a combination of guarantees."""
        stakes, agenda = self.position.stakes, self.ground.agenda
        elsewhere = [issue for issue in stakes.worth.guarding if issue not in agenda.issues]
        gap = unguaranteed(stakes.worth.gaps, self.position.status_quo, elsewhere)
        slots = list(self.program.pledges[pledge])
        gap = gap * np.prod(stakes.worth.gaps[0, agenda.columns[slots]])
        rate = stakes.hazard * (1.0 - stakes.effect * (1.0 - gap))
        preference = stakes.time_preference[0, self.signatories]
        believed = stakes.distrust[0, self.signatories] * rate[0]
        return float(np.log(preference / (preference + believed)).sum())

    def _bound_margin(self, place: int) -> None:
        """Let a signatory gain."""
        terms, needed = self.margins[place]
        self._add(terms, {}, needed + _LEAST, math.inf)

    def _lay(self, place: int, margin: float) -> None:
        """Bound the logarithm of a margin by its tangent: t ≤ log m0 + (m - m0)/m0."""
        terms, needed = self.margins[place]
        slope = 1.0 / margin
        scaled = {variable: -slope * factor for variable, factor in terms.items()}
        self._add(scaled, {place: 1.0}, -math.inf, math.log(margin) - 1.0 - slope * needed)

    def _add(self, terms: dict[int, float], logarithms: dict[int, float], low: float, high: float) -> None:
        row = np.zeros(self.count)
        for variable, factor in terms.items():
            row[variable] += factor
        for place, factor in logarithms.items():
            row[self.program.count + place] += factor
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def solved(self) -> Array | None:
        """Return the variables of the best text by the tangents so far; None where nobody's margins allow one."""
        least, most = np.zeros(self.count), np.ones(self.count)
        least[self.program.margin], most[self.program.margin] = 0.0, 1e3
        least[self.program.count :], most[self.program.count :] = 2 * math.log(_LEAST), 10.0
        whole = np.append(self.program.whole(), np.zeros(len(self.signatories), dtype=np.intp))
        return minimised(self.cost, whole, (least, most), (self.rows, self.low, self.high))

    def value(self, solved: Array) -> float:
        """Return what the tangents bound the sum of logarithms by."""
        return -float(self.cost @ solved)

    def lay_tangents(self, solved: Array) -> None:
        """Lay a tangent at every margin of a solution."""
        for place, (terms, needed) in enumerate(self.margins):
            margin = sum(factor * float(solved[variable]) for variable, factor in terms.items()) - needed
            self._lay(place, max(margin, _LEAST))

    def gains(self, text: Columns) -> Array:
        """Return A_i(x) - N_i, (parties,)."""
        stakes = self.position.stakes
        package = text[None]
        found: Array = (stakes.agreement(package, stakes.utility(package)) - self.position.no_deal)[0]
        return found

    def sum_of_logarithms(self, gains: Array) -> float:
        """Return Σ log G_i over the signatories; -inf where one of them gains nothing."""
        own = gains[self.signatories]
        return float(np.log(own).sum()) if (own > 0.0).all() else -math.inf
