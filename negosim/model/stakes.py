"""Stakes: what a text means to every party, all at once (model 2 and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from negosim.model.packages import Array, Columns, Combination, of_rows, unguaranteed, utilities
from negosim.model.values import agreement_value, breakdown_rate


@dataclass(frozen=True)
class Worth:
    """What packages are worth to the parties, before anything that depends on who fights whom and believes what.

    Attributes
    ----------
    table : (trials or 1, columns, parties) weighted values.
    gaps : (trials or 1, columns) of 1 - enforcement.
    guarding : issues with an option that carries enforcement.
    linkages, additions : named combinations and what each adds, (trials or 1, parties).
    """

    table: Array
    gaps: Array
    guarding: Sequence[int]
    linkages: Sequence[Combination]
    additions: Sequence[Array]

    def part(self, rows: Columns | None) -> Worth:
        """Return a copy of what packages are worth in some trials, and in no others; of all for None."""
        return Worth(
            table=of_rows(self.table, rows).copy(),
            gaps=of_rows(self.gaps, rows).copy(),
            guarding=self.guarding,
            linkages=self.linkages,
            additions=[of_rows(added, rows).copy() for added in self.additions],
        )

    @classmethod
    def joined(cls, parts: Sequence[Worth], counts: Sequence[int]) -> Worth:
        """Return what packages are worth in the trials of several parts, one below the other, so many of each."""
        first = parts[0]
        if len(parts) == 1:
            return first

        def rows(arrays: Sequence[Array]) -> Array:
            return np.concatenate([np.broadcast_to(array, (count, *array.shape[1:]))
                                   for array, count in zip(arrays, counts, strict=True)])  # fmt: skip

        return cls(
            table=rows([part.table for part in parts]),
            gaps=rows([part.gaps for part in parts]),
            guarding=first.guarding,
            linkages=first.linkages,
            additions=[rows(added) for added in zip(*(part.additions for part in parts), strict=True)],
        )

    def utility(self, package: Columns, rows: Columns | None = None) -> Array:
        """Return u_i(x), (n, parties), of packages (n, issues) of some trials (all in turn for None)."""
        return utilities(self.table, package, self.linkages, self.additions, rows)

    def unguaranteed(self, package: Columns, rows: Columns | None = None) -> Array:
        """Return 1 - g(x), (n,), of packages (n, issues) of some trials (all in turn for None)."""
        return unguaranteed(self.gaps, package, self.guarding, rows)


@dataclass(frozen=True)
class Stakes:
    """What the value of a text depends on besides the text, for some trials; (n, parties) or (1, parties) each.

    Attributes
    ----------
    worth : what packages are worth.
    rows : (n,) the trials, by their place in ``worth``; None for all of them in turn.
    going_on : peace_cost·c, what an agreement leaves of the war cost.
    fallback : W - exposure, what follows a breakdown.
    distrust : factor on the breakdown rate that a party expects.
    time_preference : r per year.
    hazard, effect : (n,) or (1,), of the breakdown rate.
    phi : what utility counts for, None for 1; see `limited`.
    """

    worth: Worth
    rows: Columns | None
    going_on: Array
    fallback: Array
    distrust: Array
    time_preference: Array
    hazard: Array
    effect: Array
    phi: Array | None = None

    def utility(self, text: Columns) -> Array:
        """Return u_i(x), (n, parties)."""
        return self.worth.utility(text, self.rows)

    def unguaranteed(self, text: Columns) -> Array:
        """Return 1 - g(x), (n,)."""
        return self.worth.unguaranteed(text, self.rows)

    def breakdown(self, text: Columns) -> Array:
        """Return λ(x), (n,)."""
        return breakdown_rate(self.hazard, self.effect, self.unguaranteed(text))

    def agreement(self, text: Columns, utility: Array) -> Array:
        """Return A_i(x) of a text whose utility is known, (n, parties)."""
        return self.value(utility, self.unguaranteed(text))

    def value(self, utility: Array, gap: Array) -> Array:
        """Return A_i(x), (n, parties), from u_i(x) and 1 - g(x), (n,), or (n, parties) of a package for each."""
        gap = gap if gap.ndim == 2 else gap[:, None]
        believed = self.distrust * breakdown_rate(self.hazard[:, None], self.effect[:, None], gap)
        if self.phi is not None:
            utility = utility * self.phi
        return agreement_value(utility, self.going_on, self.fallback, believed, self.time_preference)

    def values(self, utility: Array, gap: Array) -> Array:
        """Return A_i of many texts a trial, (n, many, parties), from u_i, (n, many, parties), and 1 - g, (n, many)."""
        rate = breakdown_rate(self.hazard[:, None], self.effect[:, None], gap)
        if self.phi is not None:
            utility = utility * self.phi[:, None]
        return agreement_value(
            utility,
            self.going_on[:, None],
            self.fallback[:, None],
            self.distrust[:, None] * rate[:, :, None],
            self.time_preference[:, None],
        )

    def limited(self, no_deal: Array, status_quo: Array, phi: Array) -> Stakes:
        """Return the same stakes for a limited deal, which does not stop the war (model 5).

            N + φ·(u(x) - u(status quo))·r/(r + h) = (r·(φ·u(x) - (φ·u(status quo) - N)) + h·N) / (r + h)

        so that it is an agreement whose utility counts for φ, whose cost is φ·u(status quo) - N, and after which comes
        no deal.

        Parameters
        ----------
        no_deal : (n, parties) N.
        status_quo : (n, parties) u_i(status quo).
        phi : (n, parties) φ, the share of the future spent neither won nor lost.
        """
        return replace(self, going_on=phi * status_quo - no_deal, fallback=no_deal, phi=phi)

    def alone(self) -> Stakes:
        """Return the same stakes with a copy of what packages are worth in these trials, and in no others."""
        return replace(self, worth=self.worth.part(self.rows), rows=None)

    def part(self, places: Columns) -> Stakes:
        """Return the stakes of some of the trials, by their place among them."""
        rows = places if self.rows is None else self.rows[places]
        return Stakes(
            worth=self.worth,
            rows=rows,
            going_on=of_rows(self.going_on, places),
            fallback=of_rows(self.fallback, places),
            distrust=of_rows(self.distrust, places),
            time_preference=of_rows(self.time_preference, places),
            hazard=of_rows(self.hazard, places),
            effect=of_rows(self.effect, places),
            phi=None if self.phi is None else of_rows(self.phi, places),
        )
