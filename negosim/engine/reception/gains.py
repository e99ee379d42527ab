"""What a text gives and takes: its value against no deal, taken apart (model 2 and 5).

    A - N = (end of the war) + Σ issues + linkages + (risk of a breach)

    end of the war    φ·u(status quo) - peace cost - N
    issue j           φ·s_j·(v_j(x_j) - v_j(status quo))
    linkages          φ·(what they add to x - what they add to the status quo)
    risk of a breach  h/(r + h)·((W - exposure) - (φ·u(x) - peace cost))

φ is 1 but for limited deals, whose peace cost and fallback are those of `negosim.model.stakes.Stakes.limited`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negosim.engine.reception.opening import Opening, Rows
from negosim.engine.streams import Array
from negosim.model.packages import Columns, of_rows, picked


@dataclass(frozen=True)
class Gains:
    """The value of a text against no deal, taken apart; (trials, parties) unless it says otherwise.

    Attributes
    ----------
    war_ends : what it is worth that the war (or the impasse) ends and all stays as it is, less what peace costs.
    issues : (trials, places on the agenda, parties) what each issue adds.
    linkages : what options add together.
    may_break : what the risk of a breach takes away.
    """

    war_ends: Array
    issues: Array
    linkages: Array
    may_break: Array

    @property
    def total(self) -> Array:
        """A - N."""
        total: Array = self.war_ends + self.issues.sum(axis=1) + self.linkages + self.may_break
        return total


def gains_of(opening: Opening, text: Columns, rows: Rows | None = None) -> Gains:
    """Return what a text, (issues,), gives and takes in some trials, all for None."""
    meeting = opening.meeting
    rows = meeting.rows if rows is None else rows
    stakes, quo = opening.stakes(rows), meeting.status_quo[rows]
    package = np.broadcast_to(text, quo.shape)
    phi = np.ones((1, 1)) if stakes.phi is None else stakes.phi
    agenda, table = np.asarray(opening.track.agenda.issues, dtype=np.intp), stakes.worth.table
    before, after = (stakes.utility(said) for said in (quo, package))
    moved = picked(table, package[:, agenda], rows) - picked(table, quo[:, agenda], rows)
    issues = phi[:, None] * moved
    value, lasting = stakes.agreement(package, after), phi * after - stakes.going_on
    return Gains(
        war_ends=phi * before - stakes.going_on - meeting.no_deal[rows],
        issues=issues,
        linkages=phi * sum(
            (linkage.holds(package)[:, None] * 1.0 - linkage.holds(quo)[:, None]) * of_rows(added, rows)
            for linkage, added in zip(stakes.worth.linkages, stakes.worth.additions, strict=True)
        ) + np.zeros_like(value),
        may_break=value - lasting,
    )  # fmt: skip
