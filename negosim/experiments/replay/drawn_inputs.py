"""Drawn: how the uncertain inputs of a scenario came out in one trial."""

from __future__ import annotations

from typing import Any

import numpy as np

from negosim.engine.draws import quantile
from negosim.engine.plan import Plan
from negosim.engine.streams import Streams

USUAL = (0.05, 0.95)
"""Quantiles between which nine draws in ten lie."""


def drawn(plan: Plan, seed: int, trial: int) -> list[dict[str, Any]]:
    """Return the draws of a trial, those furthest from the middle of their distribution first.

    ``place`` is the share of the distribution that lies below the draw; ``low`` and ``high`` are the ends between
    which nine draws in ten lie.
    """
    streams = Streams(seed, trial, 1)
    found = []
    for path, quantity in sorted(plan.quantities.items()):
        if quantity.is_constant:
            continue
        place = streams.uniform(path)
        value, low, high = quantile(quantity, np.append(place, USUAL)).tolist()
        found.append(
            {
                "path": path,
                "value": value,
                "place": float(place[0]),
                "low": low,
                "high": high,
                "days": plan.is_duration(path),
            }
        )
    return sorted(found, key=lambda draw: -abs(draw["place"] - 0.5))
