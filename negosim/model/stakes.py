"""Stakes: what a text means to every party, all at once (model 2 and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from negosim.model.packages import Array, Columns, Combination, unguaranteed, utilities
from negosim.model.values import agreement_value, breakdown_rate


@dataclass(frozen=True)
class Stakes:
    """What the value of a text depends on besides the text; every array has a leading trial axis.

    Attributes
    ----------
    table : (trials or 1, columns, parties) weighted values.
    gaps : (trials or 1, columns) of 1 - enforcement.
    guarding : issues with an option that carries enforcement.
    linkages, additions : named combinations and what each adds, (trials or 1, parties).
    going_on : (trials, parties) peace_cost·c, what an agreement leaves of the war cost.
    fallback : (trials, parties) W - exposure, what follows a breakdown.
    distrust : (trials, parties) factor on the breakdown rate that a party expects.
    time_preference : (trials or 1, parties) r per year.
    hazard, effect : (trials or 1,) of the breakdown rate.
    share : (trials, parties) what utility counts for, None for 1; see `limited`.
    """

    table: Array
    gaps: Array
    guarding: Sequence[int]
    linkages: Sequence[Combination]
    additions: Sequence[Array]
    going_on: Array
    fallback: Array
    distrust: Array
    time_preference: Array
    hazard: Array
    effect: Array
    share: Array | None = None

    def utility(self, text: Columns) -> Array:
        """Return u_i(x), (trials, parties)."""
        return utilities(self.table, text, self.linkages, self.additions)

    def breakdown(self, text: Columns) -> Array:
        """Return λ(x), (trials,)."""
        return breakdown_rate(self.hazard, self.effect, unguaranteed(self.gaps, text, self.guarding))

    def agreement(self, text: Columns, utility: Array) -> Array:
        """Return A_i(x) of a text whose utility is known, (trials, parties)."""
        believed = self.distrust * self.breakdown(text)[:, None]
        if self.share is not None:
            utility = utility * self.share
        return agreement_value(utility, self.going_on, self.fallback, believed, self.time_preference)

    def agreement_of(self, party: int, text: Columns, utility: Array) -> Array:
        """Return A_i(x) of one party, (trials,), from its utility of a text."""
        if self.share is not None:
            utility = utility * self.share[:, party]
        return agreement_value(
            utility,
            self.going_on[:, party],
            self.fallback[:, party],
            self.distrust[:, party] * self.breakdown(text),
            self.time_preference[:, party],
        )

    def limited(self, no_deal: Array, status_quo: Array, share: Array) -> Stakes:
        """Return the same stakes for a limited deal, which does not stop the war (model 5).

            N + φ·(u(x) - u(status quo))·r/(r + h) = (r·(φ·u(x) - (φ·u(status quo) - N)) + h·N) / (r + h)

        so that it is an agreement whose utility counts for φ, whose cost is φ·u(status quo) - N, and after which comes
        no deal.

        Parameters
        ----------
        no_deal : (trials, parties) N.
        status_quo : (trials, parties) u_i(status quo).
        share : (trials, parties) φ, the share of the future spent neither won nor lost.
        """
        return replace(self, going_on=share * status_quo - no_deal, fallback=no_deal, share=share)
