"""Hundred: counts as so many of a hundred marks, and dates as a hundred quantiles, one mark for every hundredth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from negosim.results.tally import Counts

MARKS = 100
"""Marks that stand for all histories together."""


def of_hundred(counts: Mapping[str, int]) -> dict[str, int]:
    """Share a hundred marks among groups by the largest remainder (Hamilton's method).

    Parameters
    ----------
    counts : of a group each; of equal remainders the earlier group gets the mark.

    >>> of_hundred({"ceasefire": 2, "war": 1})
    {'ceasefire': 67, 'war': 33}
    """
    total = sum(counts.values())
    if not total:
        return dict.fromkeys(counts, 0)
    whole = {name: count * MARKS // total for name, count in counts.items()}
    rest = {name: count * MARKS % total for name, count in counts.items()}
    order = sorted(counts, key=lambda name: -rest[name])
    for name in order[: MARKS - sum(whole.values())]:
        whole[name] += 1
    return whole


def quantile_ticks(first: Counts, trials: int) -> list[int | None]:
    """Return the ticks of a hundred quantiles of when something is first reached, None where it is not by the end.

    Parameters
    ----------
    first : (ticks,) trials that first reach it at each.
    trials : all there are; those that never reach it come last.

    Notes
    -----
    Mark k stands at the quantile (k + 1/2) / 100, in the middle of its hundredth of the histories.

    >>> ticks = quantile_ticks(np.array([0, 3, 0, 3]), 12)
    >>> ticks.count(1), ticks.count(3), ticks.count(None)
    (25, 25, 50)
    """
    upto = np.cumsum(first)
    wanted = (np.arange(MARKS) + 0.5) / MARKS * trials
    places = np.searchsorted(upto, wanted)
    return [int(place) if place < upto.size else None for place in places]
